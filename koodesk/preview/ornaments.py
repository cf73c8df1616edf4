# SPDX-License-Identifier: Apache-2.0
"""The festive figures of red packets, drawn by ourselves: the struck coin, scale waves and auspicious clouds.

Paths and gradients only, painted where the painter says; what stands where is the phone files' matter.
"""

from __future__ import annotations

from functools import lru_cache
from math import cos, hypot, pi, sin
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import (
    QBrush,
    QColor,
    QConicalGradient,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
    QRadialGradient,
    QTransform,
)

from koodesk.preview.placement import Rect, Shape

_TEETH: Final = 60
"""Notches of a coin's milled ring."""


def draw_coin(painter: QPainter, shape: Shape) -> None:
    """Draw a coin: shadow, rim lit from the upper left, a milled ring, and a face a little lower than the rim.

    `fill` is the lighter and the darker gold, `stroke` the deepest one.
    """
    light, dark = QColor(shape.fill.top), QColor(shape.fill.bottom or shape.fill.top)
    deep = QColor(shape.stroke) if shape.stroke else dark.darker(160)
    rect = shape.rect
    radius = min(rect.width, rect.height) / 2
    middle = QPointF(rect.x + rect.width / 2, rect.y + rect.height / 2)
    _shadow(painter, middle, radius)
    _disc(painter, middle, radius, _slope(middle, radius, light.lighter(108), deep))
    _disc(painter, middle, radius * 0.965, _sheen(middle, light, dark))
    _teeth(painter, middle, radius, deep)
    # The groove between rim and face: dark where the rim throws its shade, light where the face rises again.
    _disc(painter, middle, radius * 0.835, _slope(middle, radius, deep, light.lighter(112)))
    _disc(painter, middle, radius * 0.805, _face(middle, radius * 0.805, light, dark))
    _gleam(painter, middle, radius * 0.805)


def _disc(painter: QPainter, middle: QPointF, radius: float, brush: QBrush) -> None:
    path = QPainterPath()
    path.addEllipse(middle, radius, radius)
    painter.fillPath(path, brush)


def _shadow(painter: QPainter, middle: QPointF, radius: float) -> None:
    below = QPointF(middle.x(), middle.y() + radius * 0.06)
    run = QRadialGradient(below, radius * 1.14)
    run.setColorAt(0.8, QColor(70, 6, 0, 120))
    run.setColorAt(1.0, QColor(70, 6, 0, 0))
    _disc(painter, below, radius * 1.14, QBrush(run))


def _slope(middle: QPointF, radius: float, lit: QColor, shaded: QColor) -> QBrush:
    run = QLinearGradient(
        QPointF(middle.x() - radius * 0.6, middle.y() - radius),
        QPointF(middle.x() + radius * 0.6, middle.y() + radius),
    )
    run.setColorAt(0, lit)
    run.setColorAt(1, shaded)
    return QBrush(run)


def _sheen(middle: QPointF, light: QColor, dark: QColor) -> QBrush:
    """The rim: bright to the upper left and, weaker, to the lower right, as turned metal is."""
    run = QConicalGradient(middle, 0)
    mixed = _mixed(light, dark, 0.5)
    for at, colour in (
        (0.0, mixed),
        (0.16, dark),
        (0.36, light.lighter(106)),
        (0.56, dark),
        (0.72, dark.darker(108)),
        (0.88, light),
        (1.0, mixed),
    ):
        run.setColorAt(at, colour)
    return QBrush(run)


def _face(middle: QPointF, radius: float, light: QColor, dark: QColor) -> QBrush:
    run = QRadialGradient(
        middle, radius * 1.5, QPointF(middle.x() - radius * 0.35, middle.y() - radius * 0.5)
    )
    run.setColorAt(0, light.lighter(106))
    run.setColorAt(0.5, light)
    run.setColorAt(1, dark)
    return QBrush(run)


def _teeth(painter: QPainter, middle: QPointF, radius: float, deep: QColor) -> None:
    path = QPainterPath()
    for tooth in range(_TEETH):
        turn = 2 * pi * tooth / _TEETH
        x, y = cos(turn), sin(turn)
        path.moveTo(middle.x() + radius * 0.875 * x, middle.y() + radius * 0.875 * y)
        path.lineTo(middle.x() + radius * 0.925 * x, middle.y() + radius * 0.925 * y)
    ink = QColor(deep)
    ink.setAlphaF(0.38)
    painter.strokePath(path, QPen(QBrush(ink), radius * 0.03))


def _gleam(painter: QPainter, middle: QPointF, radius: float) -> None:
    """The light of a window on the upper part of the face: a crescent that fades downwards."""
    whole = QPainterPath()
    whole.addEllipse(middle, radius * 0.95, radius * 0.95)
    away = QPainterPath()
    away.addEllipse(
        QPointF(middle.x() + radius * 0.16, middle.y() + radius * 0.3), radius * 1.06, radius * 1.0
    )
    run = QLinearGradient(
        QPointF(middle.x(), middle.y() - radius), QPointF(middle.x(), middle.y() + radius * 0.4)
    )
    run.setColorAt(0, QColor(255, 255, 255, 150))
    run.setColorAt(1, QColor(255, 255, 255, 0))
    painter.fillPath(whole.subtracted(away), QBrush(run))


def _mixed(one: QColor, other: QColor, share: float) -> QColor:
    return QColor.fromRgbF(
        one.redF() * (1 - share) + other.redF() * share,
        one.greenF() * (1 - share) + other.greenF() * share,
        one.blueF() * (1 - share) + other.blueF() * share,
    )


# --- lines ---------------------------------------------------------------------------------------------------------


def waves(shape: Shape) -> QPainterPath:
    """Return rows of scales, `count` across: each scale three rings, hidden where the next rows lie over it."""
    return _waves(shape.rect, max(shape.count, 1))


@lru_cache(maxsize=32)
def _waves(rect: Rect, count: int) -> QPainterPath:
    radius = rect.width / count / 2
    step = radius / 2
    path = QPainterPath()
    for row in range(int(rect.height / step) + 1):
        y = rect.y + radius + row * step
        start = rect.x + (radius if row % 2 == 0 else 0.0)
        for column in range(count + 1):
            x = start + column * 2 * radius
            if x - radius <= rect.right:
                _scale(path, x, y, radius)
    return path


def _scale(path: QPainterPath, x: float, y: float, radius: float) -> None:
    """Add the part of one scale that the scales of the next two rows leave open."""
    over = ((x - radius, y + radius / 2), (x + radius, y + radius / 2), (x, y + radius))
    for share in (1.0, 0.7, 0.4):
        pen_down = False
        for piece in range(41):
            turn = pi + pi * piece / 40
            px, py = x + radius * share * cos(turn), y + radius * share * sin(turn)
            if any(hypot(px - cx, py - cy) < radius - 1e-6 for cx, cy in over):
                pen_down = False
            elif pen_down:
                path.lineTo(px, py)
            else:
                path.moveTo(px, py)
                pen_down = True


def cloud(shape: Shape) -> QPainterPath:
    """Return a cloud of three curls on a drawn-out foot, fitted into the shape; its tail to the left with a negative depth."""
    return _cloud(shape.rect, shape.depth < 0)


@lru_cache(maxsize=32)
def _cloud(rect: Rect, mirrored: bool) -> QPainterPath:
    path = QPainterPath()
    # On a grid of 100 x 50: a lobe is its upper arc and the spiral inside it.
    path.moveTo(100, 46)
    path.lineTo(8, 46)
    path.arcTo(QRectF(0, 32, 14, 14), 270, -200)
    _lobe(path, 25, 30, 16, 190, 20)
    _lobe(path, 52, 22, 21, 165, 0)
    path.moveTo(73, 26)
    path.cubicTo(80, 24, 86, 29, 84, 35)
    path.moveTo(84, 36)
    path.lineTo(96, 36)
    path.moveTo(66, 40)
    path.lineTo(40, 40)
    for x, y, size in ((25, 30, 9.0), (52, 22, 13.0)):
        _spiral(path, x, y, size)
    return _fitted(path, rect, mirrored)


def _fitted(path: QPainterPath, rect: Rect, mirrored: bool) -> QPainterPath:
    """Return a path of the 100 x 50 grid in a rectangle."""
    across = QTransform.fromTranslate(rect.right if mirrored else rect.x, rect.y)
    return across.scale((-1 if mirrored else 1) * rect.width / 100, rect.height / 50).map(path)


def _lobe(path: QPainterPath, x: float, y: float, radius: float, start: float, end: float) -> None:
    box = QRectF(x - radius, y - radius, 2 * radius, 2 * radius)
    path.arcMoveTo(box, start)
    path.arcTo(box, start, end - start)


def _spiral(path: QPainterPath, x: float, y: float, size: float) -> None:
    """Add a curl that winds inwards one and a half times."""
    for piece in range(49):
        turn = pi + 3 * pi * piece / 48
        reach = size * (1 - 0.78 * piece / 48)
        px, py = x + reach * cos(turn), y + reach * sin(turn)
        if piece == 0:
            path.moveTo(px, py)
        else:
            path.lineTo(px, py)
