# SPDX-License-Identifier: Apache-2.0
"""The card alone out of a placement, as a small picture for lists."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QImage, QPainter, QPainterPath

from koodesk.preview.placement import Placement, Pulse, Shape
from koodesk.preview.render import Renderer


def card_picture(renderer: Renderer, placed: Placement, room: QSize, ratio: float) -> QImage:
    """Paint the card fitted into `room` (logical pixels) for a screen of a ratio; beyond its round corners it is clear.

    May run on any thread.
    """
    card = placed.card
    scale = ratio * min(room.width() / card.width, room.height() / card.height)
    # Twice as large and then smaller: small words stay smooth.
    whole = renderer.paint(placed, 2 * scale)
    place = (card.x, card.y, card.width, card.height)
    x, y, width, height = (round(length * 2 * scale) for length in place)
    part = whole.copy(QRect(x, y, width, height))
    small = part.scaled(
        max(1, width // 2),
        max(1, height // 2),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    rounded = _rounded(small, _corner(placed) * scale)
    rounded.setDevicePixelRatio(ratio)
    return rounded


def _corner(placement: Placement) -> float:
    """Return the radius of the card's corners, 0 where it is not cut round."""
    found = [i.radius for i in placement.items if isinstance(i, Shape) and i.rect == placement.card]
    for item in placement.items:
        if not isinstance(item, Pulse):
            found += [clip.radius for clip in item.clips if clip.rect == placement.card]
    return max(found, default=0.0)


def _rounded(image: QImage, radius: float) -> QImage:
    """Clear what lies behind round corners: a thumbnail stands on any background."""
    cut = QImage(image.size(), QImage.Format.Format_ARGB32_Premultiplied)
    cut.fill(Qt.GlobalColor.transparent)
    shape = QPainterPath()
    shape.addRoundedRect(QRectF(cut.rect()), radius, radius)
    painter = QPainter(cut)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(shape, QBrush(image))
    painter.end()
    return cut
