# SPDX-License-Identifier: Apache-2.0
"""Small square pictures for lists and panels, from the pictures that have arrived."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPixmap

from koodesk.domain.crop import Crop
from koodesk.domain.template import Picture
from koodesk.editor.look import Look
from koodesk.editor.session import Session
from koodesk.preview.pictures import Ladder

_RADIUS = 6


def thumbnail(session: Session, picture: Picture | None, side: int, scale: float = 1.0) -> QPixmap:
    """Return a square of `side` logical pixels with the shown part of a picture, or an empty place for one."""
    ladder = None if picture is None else session.pictures.ladder(picture.material.digest)
    return square(ladder, None if picture is None else picture.crop, session.look, side, scale)


def square(
    ladder: Ladder | None, crop: Crop | None, look: Look, side: int, scale: float = 1.0, icon: str = "image"
) -> QPixmap:
    """Return a square of `side` logical pixels with a part of a picture; without one, an empty place with an icon."""
    made = QPixmap(round(side * scale), round(side * scale))
    made.setDevicePixelRatio(scale)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    path = QPainterPath()
    path.addRoundedRect(QRectF(0.5, 0.5, side - 1, side - 1), _RADIUS, _RADIUS)
    if ladder is None:
        painter.setPen(QPen(look.color("border_strong"), 1, Qt.PenStyle.DashLine))
        painter.setBrush(look.color("sunken"))
        painter.drawPath(path)
        size = min(24, side // 2)
        at = QRectF((side - size) / 2, (side - size) / 2, size, size).toRect()
        look.icon(icon, "text_hint", size).paint(painter, at)
    else:
        width, height = ladder.natural if crop is None else (crop.width, crop.height)
        painter.setClipPath(path)
        image, source = ladder.part(crop, width / height, side * scale)
        factor = max(side / width, side / height)
        target = QRectF(0, 0, width * factor, height * factor)
        target.moveCenter(QRectF(0, 0, side, side).center())
        painter.drawImage(target, image, source)
    painter.end()
    return made
