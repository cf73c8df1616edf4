# SPDX-License-Identifier: Apache-2.0
"""One bar of shares with a legend, and a mark that a share should reach: carriers of an audience. Reads out as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from koodesk.ui import theme

BAR: Final = 14
TOP: Final = 20
"""Room for the mark's words above the bar."""
ROW: Final = 22
SWATCH: Final = 10
GAP: Final = 24


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the whole; `role` is its colour. One with a `note` is no part of it: the legend says the note instead."""

    name: str
    count: int
    role: str
    note: str = ""


class ShareBar(QWidget):
    """Parts of a whole side by side; below, each with its number."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: tuple[Share, ...] = ()
        self._mark: tuple[int, str] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(200)

    def show_shares(self, parts: Sequence[Share], mark: tuple[int, str] | None = None) -> None:
        """Show parts in order; `mark` is a percentage with its words, which the first part should reach."""
        self._parts, self._mark = tuple(parts), mark
        total = self._total
        said = [self._words(part, total) for part in self._legend()]
        self.setAccessibleName("; ".join([*said, *([mark[1]] if mark else [])]))
        self.updateGeometry()
        self.setFixedHeight(self.heightForWidth(self.width()))
        self.update()

    @property
    def _total(self) -> int:
        return sum(part.count for part in self._parts if not part.note)

    def _legend(self) -> list[Share]:
        return [part for part in self._parts if part.count]

    @staticmethod
    def _words(part: Share, total: int) -> str:
        return f"{part.name} {part.count:,} · {part.note or f'{part.count / total:.1%}'}"

    def sizeHint(self) -> QSize:
        """Prefer one line of legend."""
        return QSize(360, self.heightForWidth(360))

    def hasHeightForWidth(self) -> bool:
        """A narrow legend takes more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height that the legend needs."""
        return (TOP if self._mark else 0) + BAR + 8 + ROW * max(1, len(self._lines(width)))

    def resizeEvent(self, event: object) -> None:
        """Take the height that this width needs."""
        del event
        self.setFixedHeight(self.heightForWidth(self.width()))

    def _lines(self, width: int) -> list[list[tuple[Share, str, float]]]:
        """Break the legend into lines; every entry with its words and their width."""
        metrics, total = QFontMetricsF(self.font()), self._total
        lines: list[list[tuple[Share, str, float]]] = []
        used = 0.0
        for part in self._legend():
            words = self._words(part, total)
            wide = SWATCH + 6 + metrics.horizontalAdvance(words) + GAP
            if not lines or used + wide > width + GAP:
                lines.append([])
                used = 0.0
            lines[-1].append((part, words, wide))
            used += wide
        return lines

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw mark, bar and legend."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = float(TOP if self._mark else 0)
        whole = QRectF(0, top, self.width(), BAR)
        self._draw_bar(painter, whole)
        if self._mark is not None:
            self._draw_mark(painter, whole, *self._mark)
        y = whole.bottom() + 8
        side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        for line in self._lines(self.width()):
            x = 0.0
            for part, words, wide in line:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.role(part.role))
                painter.drawRoundedRect(QRectF(x, y + (ROW - SWATCH) / 2, SWATCH, SWATCH), 2, 2)
                painter.setPen(theme.role("text_second"))
                painter.drawText(QRectF(x + SWATCH + 6, y, wide, ROW), side, words)
                x += wide
            y += ROW

    def _draw_bar(self, painter: QPainter, whole: QRectF) -> None:
        total = self._total
        shape = QPainterPath()
        shape.addRoundedRect(whole, 4, 4)
        painter.save()
        painter.setClipPath(shape)
        painter.fillRect(whole, theme.role("sunken"))
        x = whole.x()
        for part in self._parts:
            if part.note:
                continue
            wide = whole.width() * part.count / total if total else 0.0
            painter.fillRect(QRectF(x, whole.y(), max(wide - 1, 0.0), whole.height()), theme.role(part.role))
            x += wide
        painter.restore()

    def _draw_mark(self, painter: QPainter, whole: QRectF, percent: int, words: str) -> None:
        x = whole.x() + whole.width() * percent / 100
        painter.setPen(QPen(theme.role("text"), 1.5))
        painter.drawLine(QPointF(x, whole.y() - 3), QPointF(x, whole.bottom() + 3))
        small = QFont(self.font())
        small.setPixelSize(12)
        painter.setFont(small)
        wide = QFontMetricsF(small).horizontalAdvance(words) + 2
        left = min(max(0.0, x - wide / 2), whole.width() - wide)
        painter.setPen(theme.role("text_hint"))
        painter.drawText(
            QRectF(left, 0, wide, TOP - 3), Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, words
        )
        painter.setFont(self.font())
