# SPDX-License-Identifier: Apache-2.0
"""One template on every vendor's phone, side by side, as one picture for review or for a colleague.

Names and notes are sentences handed in: this module puts them below the phones and knows no language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QImage, QPageSize, QPainter, QPdfWriter

from koodesk.preview.line_breaking import wrap
from koodesk.preview.measure import FontMeasure
from koodesk.preview.painter import draw, draw_items
from koodesk.preview.placement import Fill, Font, Item, Placement, Rect, Run, Shape, ShapeKind, TextLine
from koodesk.preview.render import Renderer, blank

_GAP = 28.0
_NAME = Font(15, bold=True)
_NOTE = Font(11.5)
_HEADING = Font(22, bold=True)
_LINE = 1.5
_PDF_DPI = 288
"""Four steps a point: outlines are exact, and lines thinner than a point stay as thin as they are."""


@dataclass(frozen=True, slots=True)
class Column:
    """A phone with what stands below it; without a placement the notes say why there is none."""

    name: str
    placement: Placement | None
    notes: tuple[str, ...] = ()
    marks: tuple[Item, ...] = ()
    """Drawn over the phone: the marks of its differences."""


@dataclass(frozen=True, slots=True)
class _Inks:
    ground: str
    strong: str
    soft: str
    tile: str
    mark: str


_LIGHT = _Inks("#e9ecf0", "#1d2025", "#5d646e", "#dfe3e9", "#c8452f")
_DARK = _Inks("#17191d", "#eef0f3", "#9aa1ab", "#22252b", "#f08a70")


@dataclass(frozen=True, slots=True)
class _Laid:
    """Everything of a sheet in place: size in dp, the words and tiles, and where each phone stands."""

    width: float
    height: float
    ground: str
    items: tuple[Item, ...]
    phones: tuple[tuple[float, float, Column], ...]


def sheet(
    columns: Sequence[Column], heading: str, footing: str, renderer: Renderer, *, scale: float = 1.0
) -> QImage:
    """Return all columns in one picture under a heading, with a line such as the rule pack's date below."""
    laid = _lay(columns, heading, footing, renderer)
    image = blank(laid.width, laid.height, scale)
    image.fill(QColor(laid.ground))
    painter = QPainter(image)
    draw_items(painter, laid.items, renderer.pictures, renderer.faces, scale=scale)
    for x, y, column in laid.phones:
        assert column.placement is not None
        painter.drawImage(
            QPointF(round(x * scale), round(y * scale)), renderer.paint(column.placement, scale)
        )
        if column.marks:
            painter.save()
            painter.translate(round(x * scale), round(y * scale))
            draw_items(painter, column.marks, renderer.pictures, renderer.faces, scale=scale)
            painter.restore()
    painter.end()
    return image


def sheet_pdf(
    columns: Sequence[Column], heading: str, footing: str, renderer: Renderer, path: Path, *, title: str
) -> None:
    """Write the same sheet as a PDF of one page, all of it outlines that stay sharp; pictures are the only pixels.

    The page is as large as the sheet: one dp is one point.
    """
    laid = _lay(columns, heading, footing, renderer)
    writer = QPdfWriter(str(path))
    writer.setTitle(title)
    writer.setResolution(_PDF_DPI)
    writer.setPageSize(QPageSize(QSizeF(laid.width, laid.height), QPageSize.Unit.Point, "sheet"))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    painter = QPainter(writer)
    scale = _PDF_DPI / 72
    painter.fillRect(QRectF(0, 0, laid.width * scale, laid.height * scale), QColor(laid.ground))
    draw_items(painter, laid.items, renderer.pictures, renderer.faces, scale=scale)
    for x, y, column in laid.phones:
        assert column.placement is not None
        painter.save()
        painter.translate(x * scale, y * scale)
        draw(painter, column.placement, renderer.pictures, renderer.faces, scale=scale)
        draw_items(painter, column.marks, renderer.pictures, renderer.faces, scale=scale)
        painter.restore()
    painter.end()


def marked_image(image: QImage, marks: tuple[Item, ...], renderer: Renderer, scale: float) -> QImage:
    """Return a painted phone with marks over it; the picture handed in stays as it is."""
    made = image.copy()
    painter = QPainter(made)
    draw_items(painter, marks, renderer.pictures, renderer.faces, scale=scale)
    painter.end()
    return made


def _lay(columns: Sequence[Column], heading: str, footing: str, renderer: Renderer) -> _Laid:
    dark = any(c.placement is not None and c.placement.dark for c in columns)
    inks = _DARK if dark else _LIGHT
    measure = FontMeasure(renderer.faces)
    shown = [c.placement for c in columns if c.placement is not None]
    phone_width = max((p.width for p in shown), default=352.0)
    phone_height = max((p.height for p in shown), default=200.0)
    top = _GAP + 44.0
    items: list[Item] = [_line(heading, _GAP, _GAP + 24, _HEADING, inks.strong, measure)]
    phones: list[tuple[float, float, Column]] = []
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
        else:
            phones.append((x + (phone_width - column.placement.width) / 2, top, column))
        deepest = max(deepest, y)
        x += phone_width + _GAP
    items.append(_line(footing, _GAP, deepest + 26, _NOTE, inks.soft, measure))
    return _Laid(x, ceil(deepest + 26 + _GAP), inks.ground, tuple(items), tuple(phones))


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
