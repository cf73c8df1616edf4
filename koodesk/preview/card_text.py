# SPDX-License-Identifier: Apache-2.0
"""The words of a card: parameters filled, cut as the vendor cuts them, put in lines, and what is to be said about it.

A button is its body and its words; whether it moves on this vendor's phones is decided here too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from koodesk.domain.problem import Severity, problem
from koodesk.domain.rule_pack import Confidence, Fact, SlotKind, SlotSpec, Switch, TextLimit
from koodesk.domain.template import ButtonContent, TextContent
from koodesk.preview.phone import TextStyle
from koodesk.preview.phone_spec import Box
from koodesk.preview.placement import (
    Cut,
    CutKind,
    Font,
    Measure,
    Pulse,
    Rect,
    Run,
    Shape,
    ShapeKind,
    SlotBox,
    TextLine,
    Unknown,
)
from koodesk.preview.scene import Card, Scene, aligned
from koodesk.preview.text_fit import ELLIPSIS, Fitted, fit
from koodesk.preview.wording import Wording, word

_CONDENSED: Final = (0.95, 0.9, 0.85, 0.8, 0.75, 0.7)
NOT_FOUND: Fact[TextLimit] = Fact(None, "not found", Confidence.UNKNOWN)


@dataclass(frozen=True, slots=True)
class FilledText:
    """A text slot's words, fitted into its width."""

    slot: SlotSpec
    content_id: str
    wording: Wording
    fitted: Fitted
    style: TextStyle
    hint: bool
    limit: Fact[TextLimit]
    content: TextContent | ButtonContent
    part: str = ""
    prefix: str = ""


def fill_text(scene: Scene, box: Box, slot: SlotSpec, width: float, item: int) -> FilledText:
    """Fill a text or button slot, or a slot's second text, and fit its words into a width."""
    content = scene.content(slot.id, item)
    assert isinstance(content, TextContent | ButtonContent)
    child = box.part == "child" and isinstance(content, TextContent)
    text = content.child if child and isinstance(content, TextContent) else content.text
    style = scene.phone.styles[box.style]
    replaced = scene.layout.param_vendors.get(scene.vendor)
    if replaced is not None and replaced.value is False:
        wording = word(text, (), {})
    else:
        wording = word(text, scene.template.params, scene.values)
    hint = not text and scene.hints
    if hint:
        wording = Wording(slot.child_zh if child else slot.hint_zh or slot.name_zh, ())
    limit = (slot.child_limits if child else slot.limits).get(scene.vendor, NOT_FOUND)
    prefix = box.prefix if text and getattr(content, "currency", True) else ""
    held = None if slot.kind is SlotKind.BUTTON or hint else limit
    fitted = _fitted(scene.measure, style, wording.text, prefix, width, held, box.lines)
    if held is not None and held.value is not None and fitted.cut is CutKind.LINES:
        style, fitted = _condensed(scene.measure, style, fitted, wording.text, prefix, width, held, box.lines)
    return FilledText(
        slot, content.id, wording, fitted, style, hint, limit, content, "child" if child else "", prefix
    )


def _fitted(
    measure: Measure,
    style: TextStyle,
    text: str,
    prefix: str,
    width: float,
    limit: Fact[TextLimit] | None,
    room: int,
) -> Fitted:
    advance = _advance(measure, style)
    return fit(text, width - advance(prefix), advance, limit, room)


def _condensed(
    measure: Measure,
    style: TextStyle,
    fitted: Fitted,
    text: str,
    prefix: str,
    width: float,
    limit: Fact[TextLimit],
    room: int,
) -> tuple[TextStyle, Fitted]:
    """Return a smaller style in which a text of the published length fits its lines, the same when none does.

    The number of characters is the vendor's, the size of the letters is this project's: where the two disagree, a text that
    the vendor says is shown must not look cut.
    """
    for factor in _CONDENSED:
        smaller = replace(style, font=Font(style.font.size * factor, style.font.bold))
        found = _fitted(measure, smaller, text, prefix, width, limit, room)
        if found.cut is None:
            return smaller, found
    return style, fitted


def _advance(measure: Measure, style: TextStyle) -> Callable[[str], float]:
    return lambda text: measure.advance(text, style.font)


def place_text(scene: Scene, filled: FilledText, box: Box, rect: Rect, card: Card) -> None:
    """Put a slot's words, and a button's body under them, in place and note what happened to them."""
    slot = filled.slot
    content = filled.content
    event, dynamic = None, False
    if isinstance(content, ButtonContent):
        event = content.event.type if content.event is not None else None
        dynamic = _place_button(scene, content, box, rect, card)
    elif box.fill or box.fill_by or box.stroke:
        body = Shape(
            ShapeKind.ROUND,
            rect,
            scene.fill(scene.role(box.fill, box.fill_by)),
            box.radius,
            scene.colour(box.stroke),
            box.stroke_width,
        )
        card.items.append(body)
    card.slots.append(
        SlotBox(slot.id, filled.content_id, slot.kind, slot.role, rect, event, dynamic, filled.part)
    )
    top, right, bottom, left = box.padding
    inner = Rect(rect.x + left, rect.y + top, rect.width - left - right, rect.height - top - bottom)
    card.items.extend(_text_lines(scene, filled, box, inner))
    _note_text(scene, filled, card)


def _text_lines(scene: Scene, filled: FilledText, box: Box, inner: Rect) -> list[TextLine]:
    style, align, centred = filled.style, box.align, bool(box.height)
    font = style.font
    ink = scene.colour(scene.role(style.colour, box.ink_by))
    height = font.size * style.leading
    ascent, glyphs = scene.measure.ascent(font), scene.measure.line_height(font)
    y = inner.y + (inner.height - height * len(filled.fitted.lines)) / 2 if centred else inner.y
    lines: list[TextLine] = []
    for index, (start, end) in enumerate(filled.fitted.lines):
        cut = filled.fitted.cut is not None and index == len(filled.fitted.lines) - 1
        runs = _runs(scene.measure, filled, start, end, cut=cut)
        if filled.prefix and index == 0:
            advance = scene.measure.advance(filled.prefix, font)
            runs.insert(0, Run(filled.prefix, 0.0, advance, 0, 0))
        shown = "".join(run.text for run in runs)
        # Spaces at a line's end hang over it: they move nothing and have no room of their own.
        hanging = scene.measure.advance(shown[len(shown.rstrip()) :], font)
        width = sum(run.width for run in runs) - hanging
        x = inner.x + aligned(align, inner.width - width)
        placed: list[Run] = []
        for run in runs:
            placed.append(Run(run.text, x, run.width, run.start, run.end, run.param))
            x += run.width
        left = placed[0].x if placed else inner.x + aligned(align, inner.width)
        lines.append(
            TextLine(
                Rect(left, y, width, height),
                y + (height - glyphs) / 2 + ascent,
                font,
                ink,
                tuple(placed),
                filled.slot.role,
                filled.slot.id,
                filled.content_id,
                filled.hint,
                relief=scene.colour(style.relief),
            )
        )
        y += height
    return lines


def _runs(measure: Measure, filled: FilledText, start: int, end: int, *, cut: bool) -> list[Run]:
    text, font = filled.wording.text, filled.style.font
    runs: list[Run] = []
    if filled.hint and end > start:
        runs.append(Run(text[start:end], 0.0, measure.advance(text[start:end], font), 0, 0))
    for piece in filled.wording.pieces:
        a, b = max(piece.at, start), min(piece.end, end)
        if a < b or (piece.param and piece.at == piece.end and start <= piece.at <= end):
            shown = text[a:b]
            source = (
                (piece.start, piece.stop)
                if piece.param
                else (piece.start + a - piece.at, piece.start + b - piece.at)
            )
            runs.append(Run(shown, 0.0, measure.advance(shown, font), *source, piece.param))
    if cut:
        stop = runs[-1].end if runs else 0
        runs.append(Run(ELLIPSIS, 0.0, measure.advance(ELLIPSIS, font), stop, stop))
    return runs


def _place_button(scene: Scene, content: ButtonContent, box: Box, rect: Rect, card: Card) -> bool:
    """Put a button's body in place; tell whether it moves on this vendor's phones."""
    chosen = next((s for s in scene.layout.sub_types if s.value == scene.template.sub_type), None)
    by_itself = content.moving and Switch.BUTTON_TYPE in scene.layout.slot(content.slot).switches
    moves = by_itself or (chosen is not None and chosen.moving)
    dynamic = chosen is not None and moves and scene.vendor in chosen.vendors
    if dynamic and box.pulse:
        card.items.append(Pulse(rect, box.radius, scene.colour(box.pulse), content.id))
    card.items.append(
        Shape(
            box.figure,
            rect,
            scene.fill(scene.role(box.fill, box.fill_by)),
            box.radius,
            scene.colour(box.stroke),
            box.stroke_width,
            role="button",
            content_id=content.id,
        )
    )
    if chosen is not None and moves and not dynamic:
        card.marks.append(
            problem(
                "preview.button.static",
                f"content:{content.id}",
                severity=Severity.NOTE,
                vendor=scene.vendor,
                source=chosen.source,
            )
        )
    return dynamic


def _note_text(scene: Scene, filled: FilledText, card: Card) -> None:
    """Turn what happened to a text into cuts, marks and unknowns."""
    slot, where = filled.slot, f"content:{filled.content_id}"
    wording, fitted = filled.wording, filled.fitted
    if filled.hint:
        return
    if fitted.cut is not None:
        shown, dropped = wording.text[: fitted.end], wording.text[fitted.end :]
        card.cuts.append(
            Cut(
                scene.vendor,
                slot.id,
                filled.content_id,
                fitted.cut,
                shown,
                dropped,
                filled.limit,
                fitted.estimate,
            )
        )
    if filled.limit.value is None:
        what = "button_limit" if slot.kind is SlotKind.BUTTON else "text_limit"
        card.unknowns.append(Unknown(slot.id, what, filled.limit.note))
    for name in wording.unfilled:
        card.marks.append(
            problem(
                "preview.param.unfilled", where, severity=Severity.WARNING, vendor=scene.vendor, name=name
            )
        )
    if wording.controls:
        card.marks.append(
            problem(
                "preview.text.controls",
                where,
                severity=Severity.WARNING,
                vendor=scene.vendor,
                count=wording.controls,
            )
        )
    missing = scene.measure.missing(wording.text[: fitted.end].replace("\n", ""))
    if missing:
        card.marks.append(
            problem(
                "preview.text.other_font",
                where,
                severity=Severity.NOTE,
                vendor=scene.vendor,
                chars=missing[:20],
            )
        )
    if any(piece.param for piece in wording.pieces):
        _note_params(scene, slot, where, card)


def _note_params(scene: Scene, slot: SlotSpec, where: str, card: Card) -> None:
    fact = scene.layout.param_vendors.get(scene.vendor)
    if fact is None or fact.confidence in (Confidence.UNKNOWN, Confidence.CONFLICT):
        card.unknowns.append(Unknown(slot.id, "params", fact.note if fact is not None else ""))
    elif fact.value is False:
        card.marks.append(
            problem(
                "preview.param.not_replaced",
                where,
                severity=Severity.WARNING,
                vendor=scene.vendor,
                source=fact.source,
            )
        )
