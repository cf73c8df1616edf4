# SPDX-License-Identifier: Apache-2.0
"""One template on every vendor's phone, side by side, as one picture for review or for a colleague.

Names and notes are sentences handed in: this module puts them below the phones and knows no language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter

from koodesk.preview.line_breaking import wrap
from koodesk.preview.measure import FontMeasure
from koodesk.preview.painter import draw_items
from koodesk.preview.placement import Fill, Font, Item, Placement, Rect, Run, Shape, ShapeKind, TextLine
from koodesk.preview.render import Renderer, blank

_GAP = 28.0
_NAME = Font(15, bold=True)
_NOTE = Font(11.5)
_HEADING = Font(22, bold=True)
_LINE = 1.5


@dataclass(frozen=True, slots=True)
class Column:
    """A phone with what stands below it; without a placement the notes say why there is none."""

    name: str
    placement: Placement | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Inks:
    ground: str
    strong: str
    soft: str
    tile: str
    mark: str


_LIGHT = _Inks("#e9ecf0", "#1d2025", "#5d646e", "#dfe3e9", "#c8452f")
_DARK = _Inks("#17191d", "#eef0f3", "#9aa1ab", "#22252b", "#f08a70")


def sheet(
    columns: Sequence[Column], heading: str, footing: str, renderer: Renderer, *, scale: float = 1.0
) -> QImage:
    """Return all columns in one picture under a heading, with a line such as the rule pack's date below."""
    dark = any(c.placement is not None and c.placement.dark for c in columns)
    inks = _DARK if dark else _LIGHT
    measure = FontMeasure(renderer.faces)
    phones = [c.placement for c in columns if c.placement is not None]
    phone_width = max((p.width for p in phones), default=352.0)
    phone_height = max((p.height for p in phones), default=200.0)
    top = _GAP + 44.0
    items: list[Item] = [_line(heading, _GAP, _GAP + 24, _HEADING, inks.strong, measure)]
    deepest = top + phone_height
    x = _GAP
    for column in columns:
        y = top + phone_height + 22
        items.append(_line(column.name, x + 4, y, _NAME, inks.strong, measure))
        notes, y = _notes(column.notes, x + 4, y + 12, phone_width - 8, inks, measure)
        items += notes
        if column.placement is None:
            place = Rect(x, top, phone_width, phone_height)
            items += [
                Shape(ShapeKind.ROUND, place, Fill(inks.tile), 44),
                Shape(
                    ShapeKind.ICON,
                    Rect(x + phone_width / 2 - 20, top + phone_height / 2 - 20, 40, 40),
                    stroke=inks.soft,
                    stroke_width=1.6,
                    name="info",
                ),
            ]
        deepest = max(deepest, y)
        x += phone_width + _GAP
    items.append(_line(footing, _GAP, deepest + 26, _NOTE, inks.soft, measure))
    image = blank(x, ceil(deepest + 26 + _GAP), scale)
    image.fill(QColor(inks.ground))
    painter = QPainter(image)
    draw_items(painter, items, renderer.pictures, renderer.faces, scale=scale)
    x = _GAP
    for column in columns:
        if column.placement is not None:
            left = round((x + (phone_width - column.placement.width) / 2) * scale)
            painter.drawImage(QPointF(left, round(top * scale)), renderer.paint(column.placement, scale))
        x += phone_width + _GAP
    painter.end()
    return image


def _line(text: str, x: float, baseline: float, font: Font, colour: str, measure: FontMeasure) -> TextLine:
    width, height = measure.advance(text, font), measure.line_height(font)
    rect = Rect(x, baseline - measure.ascent(font), width, height)
    return TextLine(rect, baseline, font, colour, (Run(text, x, width, 0, 0),), "sheet")


def _notes(
    notes: tuple[str, ...], x: float, y: float, width: float, inks: _Inks, measure: FontMeasure
) -> tuple[list[Item], float]:
    items: list[Item] = []
    for note in notes:
        items.append(Shape(ShapeKind.ELLIPSE, Rect(x, y + 9, 5, 5), Fill(inks.mark)))
        for start, end in wrap(note, width - 14, lambda run: measure.advance(run, _NOTE)):
            y += _NOTE.size * _LINE
            items.append(_line(note[start:end], x + 14, y, _NOTE, inks.soft, measure))
        y += 4
    return items, y
