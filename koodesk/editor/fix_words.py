# SPDX-License-Identifier: Apache-2.0
"""What a fix changes, in words: the name of each part, and which parts are better seen than read."""

from __future__ import annotations

from koodesk.domain.click_event import EventType
from koodesk.domain.fix_preview import Change
from koodesk.domain.template import ButtonContent, ImageContent, Template
from koodesk.editor.session import Session
from koodesk.editor.words import named, tr

_SEEN = frozenset(
    {"picture", "backgrounds", "cover", "ratio", "visible", "currency", "moving", "style", "sub_type"}
)


def seen(change: Change) -> bool:
    """Tell whether a change is one of how the card looks, and words alone say little of it."""
    return change.part.rpartition(".")[2] in _SEEN


def part_name(session: Session, change: Change) -> str:
    """Return the name of what a change is about: slot and field, before it the vendor whose own content it is."""
    vendor, _, part = change.part.rpartition(" ")
    words = [_vendor_name(session, vendor)] if vendor else []
    place, _, field = part.partition(".")
    if place.startswith("content:"):
        content_id = place.removeprefix("content:")
        try:
            spec = session.slot(content_id)
        except KeyError:
            words.append(content_id)
        else:
            words.append(named(spec.name_zh, spec.name_en))
            if field == "child":
                words.append(named(spec.child_zh, spec.child_en) or tr("第二段文字"))
        words.append(_field_name(session, content_id, field))
    else:
        words.append(_card_field(part))
    return " · ".join(word for word in words if word)


def _vendor_name(session: Session, vendor: str) -> str:
    return next(
        (named(*names) for v, names in session.pack.vendor_names.items() if v.value == vendor), vendor
    )


def _field_name(session: Session, content_id: str, field: str) -> str:
    head, _, name = field.partition(".")
    if head == "event":
        kind = _event_kind(session.document.template, content_id)
        spec = None if kind is None else session.pack.events[kind]
        found = None if spec is None else next((f for f in spec.fields if f.name == name), None)
        return tr("点击事件") if found is None else named(found.name_zh, found.name_en)
    return {
        "picture": tr("裁剪"),
        "backgrounds": tr("厂商背景"),
        "cover": tr("封面裁剪"),
        "ratio": tr("视频比例"),
        "visible": tr("显示"),
        "currency": tr("货币符号"),
        "moving": tr("按钮样式"),
    }.get(head, "")


def _event_kind(template: Template, content_id: str) -> EventType | None:
    found = next((c for c in template.contents() if c.id == content_id), None)
    if isinstance(found, ImageContent | ButtonContent) and found.event is not None:
        return found.event.type
    return None


def _card_field(part: str) -> str:
    return {
        "name": tr("模板名称"),
        "vendors": tr("厂商"),
        "params": tr("参数"),
        "sub_type": tr("按钮样式"),
        "style": tr("样式"),
        "scene": tr("场景"),
        "sms_example": tr("短信示例"),
        "sms_signs": tr("短信签名"),
        "sms_template": tr("短信原文模板"),
    }.get(part, part)
