# SPDX-License-Identifier: Apache-2.0
"""A report as a PDF on A4: title, what it shows, a chart of its days, and the table over as many pages as it takes.

Words are words of the bundled font, of which the file carries the characters it needs: they can be searched and copied, and a page is
a few kilobytes. It is drawn on any thread.
Every word is handed in: this module knows no language.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QMarginsF, QPointF
from PySide6.QtGui import QColor, QFont, QPageLayout, QPageSize, QPainter, QPdfWriter

from koodesk.preview.fonts import Faces
from koodesk.preview.measure import FontMeasure
from koodesk.preview.painter import draw_items
from koodesk.preview.pictures import PictureSource
from koodesk.preview.placement import Fill, Font, Item, Rect, Run, Shape, ShapeKind, TextLine

_DPI: Final = 288
_WIDE, _HIGH = 842.0, 595.0
_EDGE: Final = 36.0
_ROOM: Final = _WIDE - 2 * _EDGE
_INK, _SOFT, _LINE, _BAND = "#1d2025", "#5d646e", "#d5d9df", "#f3f5f7"
_COLOURS: Final = {
    "chart_1": "#3d6fd6",
    "chart_2": "#8d63c9",
    "chart_3": "#2f9e6b",
    "chart_4": "#d08a1d",
    "chart_5": "#d1495b",
    "border_strong": "#b9c0c9",
}
"""The light theme's colours of a chart: paper is light."""
_TITLE, _NOTE, _CELL, _HEAD = Font(16, bold=True), Font(8.5), Font(8), Font(8, bold=True)
_CHART: Final = 110.0
_ROW: Final = 17.0
_HEADING: Final = 27.0
_PAD: Final = 4.0
_SPARE: Final = 0.5
"""More than a column needs, in points: a word that fits to the last bit is not cut for how it was added up."""


class Columns(Protocol):
    """The chart of a table: parts with their colour roles, and each day with one count a part."""

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """Name and colour role, from the bottom up."""
        ...

    @property
    def days(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Name (YYYY-MM-DD) and counts."""
        ...


class Printed(Protocol):
    """What is printed."""

    @property
    def title(self) -> str:
        """The line above all."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What it shows: filters, instant."""
        ...

    @property
    def headings(self) -> tuple[str, ...]:
        """A word a column."""
        ...

    @property
    def rows(self) -> tuple[tuple[str | int, ...], ...]:
        """The lines; the last is the sum."""
        ...

    @property
    def chart(self) -> Columns | None:
        """The days, where there are any."""
        ...


def write_pdf(path: Path, table: Printed, faces: Faces) -> None:
    """Write a table as a PDF. Raises OSError when the file cannot be written."""
    with path.open("wb"):
        pass  # Qt would only print a warning
    writer = QPdfWriter(str(path))
    writer.setTitle(table.title)
    writer.setResolution(_DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageOrientation(QPageLayout.Orientation.Landscape)
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    painter = QPainter(writer)
    nothing = PictureSource(lambda _digest: None)
    family = faces.family()
    for number, items in enumerate(pages(table, FontMeasure(faces))):
        if number:
            writer.newPage()
        shapes = [item for item in items if not isinstance(item, TextLine)]
        draw_items(painter, shapes, nothing, faces, scale=_DPI / 72)
        for item in items:
            if isinstance(item, TextLine):
                _words(painter, item, family)
    painter.end()


def _words(painter: QPainter, line: TextLine, family: str) -> None:
    """Write a line where it was put: without kerning, as it was measured."""
    font = QFont(family)
    font.setPointSizeF(line.font.size)
    font.setBold(line.font.bold)
    font.setKerning(False)
    painter.setFont(font)
    painter.setPen(QColor(line.colour))
    scale = _DPI / 72
    for run in line.runs:
        painter.drawText(QPointF(run.x * scale, line.baseline * scale), run.text)


def pages(table: Printed, measure: FontMeasure) -> list[list[Item]]:
    """Put a table in place: the items of every page, in points."""
    pen = _Pen(measure)
    pen.text(table.title, _EDGE, _EDGE + 14, _TITLE, _INK, _ROOM)
    y = _EDGE + 22.0
    for note in table.notes:
        y += 12
        pen.text(note, _EDGE, y, _NOTE, _SOFT, _ROOM)
    y += 12
    if table.chart is not None and table.chart.days:
        y = _chart(pen, table.chart, y)
    widths, sides = _widths(table, measure), _sides(table)
    y = _headings(pen, table.headings, widths, sides, y)
    for place, row in enumerate(table.rows):
        if y + _ROW > _HIGH - _EDGE:
            pen.next_page()
            y = _headings(pen, table.headings, widths, sides, _EDGE)
        y = _row(pen, row, widths, sides, y, _HEAD if place == len(table.rows) - 1 else _CELL)
    pen.number()
    return pen.pages


class _Pen:
    """Collects the items of page after page."""

    def __init__(self, measure: FontMeasure) -> None:
        self.measure = measure
        self.pages: list[list[Item]] = [[]]

    def text(
        self, text: str, x: float, baseline: float, font: Font, colour: str, room: float, side: str = "left"
    ) -> None:
        """Write one line; what does not fit ends in an ellipsis."""
        text = self._fitting(text, font, room)
        width = self.measure.advance(text, font)
        x += {"left": 0.0, "right": room - width, "middle": (room - width) / 2}[side]
        rect = Rect(x, baseline - self.measure.ascent(font), width, self.measure.line_height(font))
        self.pages[-1].append(TextLine(rect, baseline, font, colour, (Run(text, x, width, 0, 0),), "table"))

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle."""
        if width > 0 and height > 0:
            self.pages[-1].append(Shape(ShapeKind.ROUND, Rect(x, y, width, height), Fill(colour)))

    def next_page(self) -> None:
        """Go on on a new page."""
        self.number()
        self.pages.append([])

    def number(self) -> None:
        """Write the page's number."""
        self.text(str(len(self.pages)), _EDGE, _HIGH - 18, _NOTE, _SOFT, _ROOM, "right")

    def _fitting(self, text: str, font: Font, room: float) -> str:
        if self.measure.advance(text, font) <= room:
            return text
        while text and self.measure.advance(f"{text}…", font) > room:
            text = text[:-1]
        return f"{text}…"


def _chart(pen: _Pen, chart: Columns, y: float) -> float:
    x = _EDGE
    for name, role in chart.parts:
        pen.box(x, y, 7, 7, _COLOURS.get(role, _SOFT))
        pen.text(name, x + 11, y + 7, _NOTE, _SOFT, 200)
        x += pen.measure.advance(name, _NOTE) + 28
    top, bottom = y + 18, y + 18 + _CHART
    most = max(sum(counts) for _, counts in chart.days) or 1
    left = _EDGE + pen.measure.advance(f"{most:,}", _NOTE) + 6
    for share, value in ((0.0, 0), (0.5, most // 2), (1.0, most)):
        at = bottom - _CHART * share
        pen.box(left, at, _WIDE - _EDGE - left, 0.5, _LINE)
        pen.text(f"{value:,}", _EDGE, at + 3, _NOTE, _SOFT, left - _EDGE - 4, "right")
    step = (_WIDE - _EDGE - left) / len(chart.days)
    wide = min(32.0, step * 0.7)
    every = max(1, round(pen.measure.advance("00-00", _NOTE) * 1.5 / step + 0.5))
    for place, (name, counts) in enumerate(chart.days):
        x, y = left + step * place + (step - wide) / 2, bottom
        for (_, role), count in zip(chart.parts, counts, strict=True):
            high = (bottom - top) * count / most
            pen.box(x, y - high, wide, high, _COLOURS.get(role, _SOFT))
            y -= high
        if place % every == 0:
            pen.text(name[5:], x + wide / 2 - 30, bottom + 11, _NOTE, _SOFT, 60, "middle")
    return bottom + 24


def _widths(table: Printed, measure: FontMeasure) -> list[float]:
    """Return the columns' widths: each gets what it and its heading of two lines need; what is left is shared by those of words,
    of which the first has at least a sixth of all."""
    needed = [
        max(
            *(measure.advance(line, _HEAD) for line in _halves(heading)),
            *(measure.advance(_said(row[at]), _HEAD) for row in table.rows),
        )
        + 2 * _PAD
        + _SPARE
        for at, heading in enumerate(table.headings)
    ]
    most = _ROOM * 5 / 6
    shrink = min(1.0, most / (sum(needed[1:]) or 1.0))
    words = [side == "left" for side in _sides(table)]
    share = max(0.0, _ROOM - sum(needed)) / sum(words)
    others = [width * shrink + share * wordy for width, wordy in zip(needed[1:], words[1:], strict=True)]
    return [_ROOM - sum(others), *others]


def _sides(table: Printed) -> list[str]:
    """Return where the cells of each column begin: words at the left, as the first column; figures end at the right."""

    def wordy(at: int) -> bool:
        cells = [row[at] for row in table.rows if row[at] not in ("", "—")]
        return bool(cells) and all(isinstance(cell, str) and cell[:1].isalpha() for cell in cells)

    return ["left" if at == 0 or wordy(at) else "right" for at in range(len(table.headings))]


def _halves(heading: str) -> tuple[str, str]:
    """Part a long heading into two lines, between words where it has any."""
    if len(heading) <= 3:
        return heading, ""
    middle = (len(heading) + 1) // 2
    spaces = [at for at, char in enumerate(heading) if char == " "]
    if spaces:
        middle = min(spaces, key=lambda at: abs(at - middle))
    elif heading.isascii():
        return heading, ""
    return heading[:middle].rstrip(), heading[middle:].lstrip()


def _said(cell: str | int) -> str:
    return f"{cell:,}" if isinstance(cell, int) else cell


def _headings(pen: _Pen, headings: Sequence[str], widths: list[float], sides: list[str], y: float) -> float:
    pen.box(_EDGE, y, _ROOM, _HEADING, _BAND)
    x = _EDGE
    for place, (heading, width, side) in enumerate(zip(headings, widths, sides, strict=True)):
        above, below = (heading, "") if place == 0 else _halves(heading)
        room = width - 2 * _PAD
        for text, baseline in ((above, y + 11.5), (below, y + 21.5)) if below else ((above, y + 16.5),):
            pen.text(text, x + _PAD, baseline, _HEAD, _INK, room, side)
        x += width
    pen.box(_EDGE, y + _HEADING - 0.5, _ROOM, 0.5, _LINE)
    return y + _HEADING


def _row(
    pen: _Pen, cells: Sequence[str | int], widths: list[float], sides: list[str], y: float, font: Font
) -> float:
    x = _EDGE
    for cell, width, side in zip(cells, widths, sides, strict=True):
        pen.text(_said(cell), x + _PAD, y + 11.5, font, _INK, width - 2 * _PAD, side)
        x += width
    pen.box(_EDGE, y + _ROW - 0.5, _ROOM, 0.5, _LINE)
    return y + _ROW
