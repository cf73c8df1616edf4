# SPDX-License-Identifier: Apache-2.0
"""Stacked columns, one a day: what became of the messages of each day. Reads out as text, and a day's figures as its tip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from koodesk.ui import theme

_TOP: Final = 36.0
_BOTTOM: Final = 26.0
_WIDEST: Final = 40.0
_LINES: Final = 4


class DayChart(QWidget):
    """Columns of named parts in roles of the theme; the axis begins at 0 and has round figures."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: tuple[tuple[str, str], ...] = ()
        self._days: tuple[tuple[str, tuple[int, ...]], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(240)

    def show_days(self, parts: Sequence[tuple[str, str]], days: Sequence[tuple[str, Sequence[int]]]) -> None:
        """Show, from the bottom up, parts given as (name, colour role); each day as (name, one count a part)."""
        self._parts = tuple(parts)
        self._days = tuple((name, tuple(counts)) for name, counts in days)
        self.setAccessibleName("; ".join(self._said(place) for place in range(len(self._days))))
        self.update()

    def sizeHint(self) -> QSize:
        """Prefer room for a month."""
        return QSize(640, 240)

    def event(self, event: QEvent) -> bool:
        """Tell a day's figures where the pointer rests."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._day_at(event.pos().x())
            if place is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self._said(place).replace(", ", "\n"), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw legend, axis and columns."""
        del event
        if not self._days:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(self.font())
        self._legend(painter, metrics)
        top = _round_up(max(sum(counts) for _, counts in self._days))
        left, step = self._left(metrics, top), self._step(metrics, top)
        bottom = self.height() - _BOTTOM
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for line in range(_LINES + 1):
            y = bottom - (bottom - _TOP) * line / _LINES
            painter.setPen(theme.role("border"))
            painter.drawLine(round(left), round(y), self.width(), round(y))
            painter.setPen(theme.role("text_hint"))
            painter.drawText(QRectF(0, y - 9, left - 8, 18), side, f"{top * line // _LINES:,}")
        every = max(1, round(metrics.horizontalAdvance("00-00") * 1.4 / step + 0.5))
        wide = max(1, round(min(_WIDEST, step * 0.7)))
        for place, (name, counts) in enumerate(self._days):
            # Whole pixels: the many columns of a year would be washed out otherwise.
            x, y = round(left + step * place + (step - wide) / 2), bottom
            painter.setPen(Qt.PenStyle.NoPen)
            for (_, role), count in zip(self._parts, counts, strict=True):
                high = (bottom - _TOP) * count / top
                painter.setBrush(theme.role(role))
                painter.drawRect(QRectF(x, y - high, wide, high))
                y -= high
            if place % every == 0:
                painter.setPen(theme.role("text_second"))
                area = QRectF(x + wide / 2 - 40, bottom + 4, 80, 20)
                painter.drawText(area, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, name[5:])

    def _legend(self, painter: QPainter, metrics: QFontMetricsF) -> None:
        x = 0.0
        for name, role in self._parts:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.role(role))
            painter.drawRoundedRect(QRectF(x, 4, 10, 10), 2, 2)
            painter.setPen(theme.role("text_second"))
            width = metrics.horizontalAdvance(name)
            painter.drawText(QRectF(x + 16, 0, width + 4, 18), Qt.AlignmentFlag.AlignVCenter, name)
            x += width + 36

    def _left(self, metrics: QFontMetricsF, top: int) -> float:
        return metrics.horizontalAdvance(f"{top:,}") + 12

    def _step(self, metrics: QFontMetricsF, top: int) -> float:
        return (self.width() - self._left(metrics, top)) / len(self._days)

    def _day_at(self, x: int) -> int | None:
        if not self._days:
            return None
        metrics = QFontMetricsF(self.font())
        top = _round_up(max(sum(counts) for _, counts in self._days))
        place = int((x - self._left(metrics, top)) // self._step(metrics, top))
        return place if 0 <= place < len(self._days) else None

    def _said(self, place: int) -> str:
        name, counts = self._days[place]
        parts = (f"{part} {count:,}" for (part, _), count in zip(self._parts, counts, strict=True))
        return ", ".join((name, *parts))


def _round_up(most: int) -> int:
    """Return the least figure of 4 x (1, 2, 2.5, 3, 4 or 5) x 10^n, its quarters whole, that is not below the highest column."""
    unit = 1
    while True:
        for times in (4, 8, 10, 12, 16, 20):
            if times * unit >= most and times * unit % _LINES == 0:
                return times * unit
        unit *= 10
