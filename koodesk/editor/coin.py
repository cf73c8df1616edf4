# SPDX-License-Identifier: Apache-2.0
"""The coins of a red packet as small pictures to choose from, struck by the painter of the card itself."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap

from koodesk.editor.session import Session
from koodesk.preview.ornaments import draw_coin
from koodesk.preview.placement import Rect, Shape, ShapeKind


def coin(session: Session, text: str, side: int, scale: float) -> QIcon:
    """Return a coin with a word on it, `side` pixels wide."""
    phone = session.around.phones[session.first_vendor()]
    made = QPixmap(round(side * scale), round(side * scale))
    made.setDevicePixelRatio(scale)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    rect = Rect(3, 3, side - 6, side - 6)
    fill, deep = phone.fill("coin", dark=False), phone.colour("coin_deep", dark=False)
    draw_coin(painter, Shape(ShapeKind.COIN, rect, fill, stroke=deep))
    font = QFont(painter.font())
    font.setPixelSize(round(side * 0.44))
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor(phone.colour("coin_ink", dark=False)))
    painter.drawText(QRectF(0, 0, side, side), Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    icon = QIcon(made)
    icon.addPixmap(made, QIcon.Mode.Normal, QIcon.State.On)
    return icon
