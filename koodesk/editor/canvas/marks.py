# SPDX-License-Identifier: Apache-2.0
"""What editing draws around a part of the phone: its outline, and the sign of a problem."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen


def draw_outline(painter: QPainter, around: QRectF, color: QColor, width: int, corner: int) -> None:
    """Draw a line around a part, its corners rounded by `corner` pixels."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color, width))
    painter.drawRoundedRect(around, corner, corner)


def draw_mark(painter: QPainter, around: QRectF, color: QColor, ring: QColor) -> None:
    """Draw the sign of a problem at a part's corner: a disc with an exclamation mark, readable on any ground."""
    middle = QPointF(around.right() - 2, around.top() + 2)
    painter.setPen(QPen(ring, 2))
    painter.setBrush(color)
    painter.drawEllipse(middle, 8, 8)
    painter.setPen(QPen(ring, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(middle + QPointF(0, -4), middle + QPointF(0, 0.5))
    painter.drawPoint(middle + QPointF(0, 4))
