# SPDX-License-Identifier: Apache-2.0
"""Charts drawn by hand in the theme's roles: a funnel of steps and bars by group. Every chart reads out as text too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from koodesk.ui import theme

ROW: Final = 36
BAR: Final = 16


class Funnel(QWidget):
    """Steps with their counts, longest bar first; the share of the first step stands beside each number."""

    def __init__(self) -> None:
        super().__init__()
        self._steps: tuple[tuple[str, int], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_steps(self, steps: Sequence[tuple[str, int]]) -> None:
        """Show (name, count) in order."""
        self._steps = tuple(steps)
        self.setFixedHeight(max(1, len(self._steps)) * ROW)
        self.setAccessibleName("; ".join(f"{name} {count:,}" for name, count in self._steps))
        self.update()

    def sizeHint(self) -> QSize:
        """Prefer the height of the steps."""
        return QSize(480, max(1, len(self._steps)) * ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars."""
        del event
        if not self._steps:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(self.font())
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        names = max(metrics.horizontalAdvance(name) for name, _ in self._steps) + 16
        figures = metrics.horizontalAdvance("1,000,000  100.0%") + 16
        top = max((count for _, count in self._steps), default=0) or 1
        room = max(40.0, self.width() - names - figures)
        first = self._steps[0][1]
        for number, (name, count) in enumerate(self._steps):
            y = number * ROW
            painter.setFont(self.font())
            painter.setPen(theme.role("text_second"))
            side = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y, names, ROW), side | Qt.AlignmentFlag.AlignLeft, name)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.role("sunken"))
            painter.drawRoundedRect(QRectF(names, y + (ROW - BAR) / 2, room, BAR), 4, 4)
            painter.setBrush(theme.role("accent"))
            if count:
                width = max(4.0, room * count / top)
                painter.drawRoundedRect(QRectF(names, y + (ROW - BAR) / 2, width, BAR), 4, 4)
            painter.setPen(theme.role("text"))
            painter.setFont(bold)
            painter.drawText(
                QRectF(names + room + 12, y, figures, ROW), side | Qt.AlignmentFlag.AlignLeft, f"{count:,}"
            )
            if first and number:
                painter.setFont(self.font())
                painter.setPen(theme.role("text_hint"))
                painter.drawText(
                    QRectF(names + room, y, figures, ROW),
                    side | Qt.AlignmentFlag.AlignRight,
                    f"{count / first:.1%}",
                )


class Bars(QWidget):
    """Groups of bars side by side, one colour a series, with a legend: a funnel's steps per vendor."""

    def __init__(self) -> None:
        super().__init__()
        self._series: tuple[str, ...] = ()
        self._groups: tuple[tuple[str, tuple[int, ...]], ...] = ()
        self.setMinimumHeight(200)

    def show_groups(self, series: Sequence[str], groups: Sequence[tuple[str, Sequence[int]]]) -> None:
        """Show, for each group, one bar a series."""
        self._series = tuple(series)
        self._groups = tuple((name, tuple(values)) for name, values in groups)
        said = (
            f"{name}: " + ", ".join(f"{s} {v:,}" for s, v in zip(self._series, values, strict=True))
            for name, values in self._groups
        )
        self.setAccessibleName("; ".join(said))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw legend, axis and bars."""
        del event
        if not self._groups:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(self.font())
        x = 0.0
        for number, name in enumerate(self._series):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.role(f"chart_{number % 5 + 1}"))
            painter.drawRoundedRect(QRectF(x, 4, 10, 10), 2, 2)
            painter.setPen(theme.role("text_second"))
            painter.drawText(QRectF(x + 16, 0, 200, 18), Qt.AlignmentFlag.AlignVCenter, name)
            x += metrics.horizontalAdvance(name) + 36
        top, bottom = 32.0, self.height() - 24.0
        highest = max((v for _, values in self._groups for v in values), default=0) or 1
        painter.setPen(theme.role("border"))
        painter.drawLine(0, round(bottom), self.width(), round(bottom))
        step = self.width() / len(self._groups)
        width = min(18.0, step * 0.7 / max(1, len(self._series)))
        for place, (name, values) in enumerate(self._groups):
            middle = step * (place + 0.5)
            left = middle - width * len(values) / 2
            painter.setPen(Qt.PenStyle.NoPen)
            for number, value in enumerate(values):
                height = (bottom - top) * value / highest
                painter.setBrush(theme.role(f"chart_{number % 5 + 1}"))
                painter.drawRoundedRect(
                    QRectF(left + number * width + 1, bottom - height, width - 2, height), 2, 2
                )
            painter.setPen(theme.role("text_second"))
            area = QRectF(middle - step / 2, bottom + 4, step, 20)
            painter.drawText(area, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, name)
