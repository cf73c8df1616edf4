# SPDX-License-Identifier: Apache-2.0
"""What one vendor's phone shows otherwise than the card was written: cut lines, dropped parts, refused events, restyled
controls, contents of the vendor's own. Pure; the marks are ordinary items for the painter.

Each difference names the rule that causes it (`problem.source`), so that nobody has to guess why.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from koodesk.domain.layout_contents import in_sight
from koodesk.domain.problem import Problem, Severity, problem
from koodesk.domain.rule_pack import LayoutSpec
from koodesk.domain.template import Template
from koodesk.domain.variants import override_of, seen_by
from koodesk.preview.phone_spec import PhoneSpec
from koodesk.preview.placement import (
    Cut,
    Fill,
    Font,
    Item,
    Measure,
    Placement,
    Rect,
    Run,
    Shape,
    ShapeKind,
    TextLine,
)

DIFFERENCE_CODES: Final = (
    "preview.cut",
    "preview.cut_estimate",
    "preview.own_content",
    "preview.slot.dropped",
)
"""Every code this module gives; the others are those `arrange` marks."""


class DifferenceKind(StrEnum):
    """What happens to a part of the card."""

    CUT = "cut"
    DROPPED = "dropped"
    REFUSED = "refused"
    RESTYLED = "restyled"
    OWN = "own"


_KINDS: Final = {
    "preview.event.refused": DifferenceKind.REFUSED,
    "preview.event.doubtful": DifferenceKind.REFUSED,
    "preview.button.static": DifferenceKind.RESTYLED,
    "preview.background.default": DifferenceKind.RESTYLED,
    "preview.param.not_replaced": DifferenceKind.REFUSED,
    "preview.text.other_font": DifferenceKind.RESTYLED,
}

COLOURS: Final = {
    DifferenceKind.CUT: "#ffe08600",
    DifferenceKind.DROPPED: "#ffd92d20",
    DifferenceKind.REFUSED: "#ffd92d20",
    DifferenceKind.RESTYLED: "#ff2f6fed",
    DifferenceKind.OWN: "#ff0a8f5b",
}
"""How each kind is marked: colours that stand out on a card in any theme. Number and words say the same."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: its number on the phone, where (None when nothing of it is to be seen), and the rule behind it."""

    number: int
    kind: DifferenceKind
    content_id: str
    rect: Rect | None
    problem: Problem


def differences(
    template: Template, layout: LayoutSpec, phone: PhoneSpec, placement: Placement
) -> tuple[Difference, ...]:
    """Return what a vendor's phone shows otherwise, in the order of the card from top to bottom."""
    if placement.show != "card":
        return ()
    found: list[tuple[DifferenceKind, str, Rect | None, Problem]] = []
    found += [
        (DifferenceKind.CUT, c.content_id, _cut_at(placement, c), _cut(layout, c)) for c in placement.cuts
    ]
    for mark in placement.marks:
        kind = _KINDS.get(mark.code)
        if kind is not None:
            content_id = mark.where.partition(":")[2].partition("/")[0]
            found.append((kind, content_id, _slot_at(placement, content_id), mark))
    found += _dropped(template, layout, phone, placement)
    for content in template.contents():
        if override_of(template, placement.vendor, content.id) is not None:
            own = problem(
                "preview.own_content",
                f"content:{content.id}",
                severity=Severity.NOTE,
                vendor=placement.vendor,
            )
            found.append((DifferenceKind.OWN, content.id, _slot_at(placement, content.id), own))
    found.sort(key=lambda f: (f[2].y, f[2].x) if f[2] is not None else (1e9, 0.0))
    return tuple(Difference(number, *one) for number, one in enumerate(found, 1))


def _cut(layout: LayoutSpec, cut: Cut) -> Problem:
    slot = layout.slot(cut.slot)
    return problem(
        "preview.cut_estimate" if cut.estimate else "preview.cut",
        f"content:{cut.content_id}",
        severity=Severity.WARNING,
        vendor=cut.vendor,
        source=cut.limit.source if not cut.estimate else "",
        slot_zh=slot.name_zh,
        slot_en=slot.name_en,
        dropped=cut.dropped,
    )


def _dropped(
    template: Template, layout: LayoutSpec, phone: PhoneSpec, placement: Placement
) -> list[tuple[DifferenceKind, str, Rect | None, Problem]]:
    """Return the contents for which this vendor's card has no place at all."""
    drawn = {box.slot for box in phone.layouts.get(layout.id, ())}
    return [
        (
            DifferenceKind.DROPPED,
            content.id,
            None,
            problem(
                "preview.slot.dropped",
                f"content:{content.id}",
                severity=Severity.WARNING,
                vendor=placement.vendor,
                slot_zh=layout.slot(content.slot).name_zh,
                slot_en=layout.slot(content.slot).name_en,
            ),
        )
        for content in in_sight(seen_by(template, placement.vendor), layout)
        if content.slot not in drawn and any(s.id == content.slot for s in layout.slots)
    ]


def _slot_at(placement: Placement, content_id: str) -> Rect | None:
    return next((box.rect for box in placement.slots if box.content_id == content_id), None)


def _cut_at(placement: Placement, cut: Cut) -> Rect | None:
    """Return the line that ends in the ellipsis: the last of the content's."""
    lines = [i for i in placement.of(cut.content_id) if isinstance(i, TextLine)]
    return lines[-1].rect if lines else _slot_at(placement, cut.content_id)


def marked(found: tuple[Difference, ...], measure: Measure) -> tuple[Item, ...]:
    """Return the marks of differences as items: a frame around the place and its number at the upper corner."""
    items: list[Item] = []
    font = Font(10.5, bold=True)
    for one in found:
        if one.rect is None:
            continue
        colour = COLOURS[one.kind]
        frame = one.rect.grown(2.5)
        items.append(Shape(ShapeKind.ROUND, frame, Fill(), 5.0, colour, 1.6, role="difference"))
        badge = Rect(frame.right - 8, frame.y - 8, 16, 16)
        items.append(
            Shape(
                ShapeKind.ELLIPSE,
                badge,
                Fill(colour),
                stroke="#ffffffff",
                stroke_width=1.2,
                role="difference",
            )
        )
        text = str(one.number)
        width = measure.advance(text, font)
        x = badge.x + (badge.width - width) / 2
        glyphs = measure.line_height(font)
        baseline = badge.y + (badge.height - glyphs) / 2 + measure.ascent(font)
        line = Rect(x, badge.y, width, badge.height)
        items.append(TextLine(line, baseline, font, "#ffffffff", (Run(text, x, width, 0, 0),), "difference"))
    return tuple(items)
