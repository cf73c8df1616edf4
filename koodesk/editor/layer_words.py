# SPDX-License-Identifier: Apache-2.0
"""What a row of the layers panel says: what a content holds, in short, and chips for what is amiss."""

from __future__ import annotations

from typing import Final

from koodesk.domain.problem import Problem, Severity
from koodesk.domain.rule_pack import SlotSpec
from koodesk.domain.template import ButtonContent, Content, ImageContent, TextContent, VideoContent
from koodesk.editor.layer_rows import Chips
from koodesk.editor.limits import count_words
from koodesk.editor.session import Session
from koodesk.editor.words import named, tr

_LONGEST: Final = 24


def value_of(session: Session, content_id: str) -> str:
    """Return what a content holds, short enough for a row; the card's name for the empty id."""
    template = session.document.template
    if not content_id:
        return template.name
    match template.content(content_id):
        case TextContent(text=text, child=child) if child:
            flat = " ".join(f"{text} {child}".split())
            return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"
        case TextContent(text=text) | ButtonContent(text=text):
            flat = " ".join(text.split())
            return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"
        case VideoContent(video=video):
            return "" if video is None else tr("视频 {seconds} 秒", seconds=round(video.duration_ms / 1000))
        case ImageContent(picture=picture):
            return "" if picture is None else f"{picture.material.width}×{picture.material.height}"


def chips_of(session: Session, content_id: str) -> Chips:
    """Return (word, kind) of each chip: not shown, empty, too long, dropped by a vendor, other errors and warnings."""
    if not content_id:
        problems = tuple(p for p in session.problems if not p.where.startswith("content:"))
        return severity_chips(problems)
    problems = session.problems_of(content_id)
    chips: list[tuple[str, str]] = []
    content = session.document.template.content(content_id)
    if not content.visible:
        return ((tr("已隐藏"), "neutral"),)
    if not session.shown(content_id):
        return ((tr("此样式不用"), "neutral"),)
    spec = session.slot(content_id)
    empty = _is_empty(content, spec)
    if empty:
        chips.append((tr("空"), "danger" if spec.required else "neutral"))
    elif isinstance(content, TextContent) and _too_long(session, content, spec):
        chips.append((tr("过长"), "warning"))
    for vendor in dict.fromkeys(
        p.vendor for p in problems if p.vendor is not None and p.severity is not Severity.NOTE
    ):
        name = named(*session.pack.vendor_names[vendor])
        chips.append((tr("{vendor} 受限", vendor=name), "warning"))
    others = tuple(p for p in problems if p.vendor is None)
    if not empty:
        chips += severity_chips(others)
    return tuple(chips)


def _too_long(session: Session, content: TextContent, spec: SlotSpec) -> bool:
    if count_words(session, content.id, content.text).over:
        return True
    return bool(spec.child_zh) and count_words(session, content.id, content.child, child=True).over


def _is_empty(content: Content, spec: SlotSpec) -> bool:
    match content:
        case ImageContent(picture=picture):
            return picture is None
        case VideoContent(video=video):
            return video is None
        case TextContent(text=text, child=child):
            return not text.strip() or (bool(spec.child_zh) and not child.strip())
        case ButtonContent(text=text):
            return not text.strip()


def severity_chips(problems: tuple[Problem, ...]) -> Chips:
    """Return a chip that counts the errors and one that counts the warnings."""
    counts = {s: sum(p.severity is s for p in problems) for s in Severity}
    chips = []
    if counts[Severity.ERROR]:
        chips.append((tr("{count} 个错误", count=counts[Severity.ERROR]), "danger"))
    if counts[Severity.WARNING]:
        chips.append((tr("{count} 个提醒", count=counts[Severity.WARNING]), "warning"))
    return tuple(chips)
