# SPDX-License-Identifier: Apache-2.0
"""Outlines for the sample pictures: plain shapes, curves through points, and small natural forms. Nothing is drawn here."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPolygonF, QTransform

Path2D = QPainterPath
Point = tuple[float, float]


def rect(x: float, y: float, width: float, height: float, radius: float = 0.0) -> Path2D:
    """Return a rectangle, with round corners if asked."""
    path = QPainterPath()
    if radius:
        path.addRoundedRect(QRectF(x, y, width, height), radius, radius)
    else:
        path.addRect(x, y, width, height)
    return path


def disc(x: float, y: float, radius: float, tall: float | None = None) -> Path2D:
    """Return a disc around a point, an ellipse when `tall` gives the other radius."""
    path = QPainterPath()
    path.addEllipse(QPointF(x, y), radius, radius if tall is None else tall)
    return path


def poly(*points: Point) -> Path2D:
    """Return a polygon."""
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    path.closeSubpath()
    return path


def track(*points: Point) -> Path2D:
    """Return an open line through points."""
    path = QPainterPath(QPointF(*points[0]))
    for point in points[1:]:
        path.lineTo(*point)
    return path


def curve(points: Sequence[Point], closed: bool = False, tension: float = 1.0) -> Path2D:
    """Return a smooth curve through points (Catmull-Rom)."""
    count = len(points)
    path = QPainterPath(QPointF(*points[0]))
    for index in range(count if closed else count - 1):
        if closed:
            before, here, there, after = (points[(index + step) % count] for step in (-1, 0, 1, 2))
        else:
            before, here = points[max(index - 1, 0)], points[index]
            there, after = points[index + 1], points[min(index + 2, count - 1)]
        bend = tension / 6
        path.cubicTo(
            here[0] + (there[0] - before[0]) * bend,
            here[1] + (there[1] - before[1]) * bend,
            there[0] - (after[0] - here[0]) * bend,
            there[1] - (after[1] - here[1]) * bend,
            *there,
        )
    if closed:
        path.closeSubpath()
    return path


def hill(points: Sequence[Point], bottom: float, tension: float = 1.0) -> Path2D:
    """Return the land under a smooth skyline."""
    path = curve(points, tension=tension)
    path.lineTo(points[-1][0], bottom)
    path.lineTo(points[0][0], bottom)
    path.closeSubpath()
    return path


def svg(text: str) -> Path2D:
    """Return a path from a few words of SVG's path language: M, L, C, Q, Z with absolute coordinates."""
    path = QPainterPath()
    parts = text.replace(",", " ").split()
    index, step = 0, ""
    while index < len(parts):
        if parts[index].isalpha():
            step = parts[index]
            index += 1
        if step == "Z":
            path.closeSubpath()
            continue
        count = {"M": 2, "L": 2, "Q": 4, "C": 6}[step]
        numbers = [float(part) for part in parts[index : index + count]]
        index += count
        if step == "M":
            path.moveTo(*numbers)
            step = "L"
        elif step == "L":
            path.lineTo(*numbers)
        elif step == "Q":
            path.quadTo(*numbers)
        else:
            path.cubicTo(*numbers)
    return path


def moved(path: Path2D, x: float = 0.0, y: float = 0.0, scale: float = 1.0, turn: float = 0.0) -> Path2D:
    """Return a path scaled, then turned by degrees, then moved."""
    return QTransform().translate(x, y).rotate(turn).scale(scale, scale).map(path)


def joined(*paths: Path2D) -> Path2D:
    """Return shapes as one, filled where any of them is."""
    whole = QPainterPath()
    whole.setFillRule(Qt.FillRule.WindingFill)
    for path in paths:
        whole.addPath(path)
    return whole


def leaf(length: float, width: float, bend: float = 0.0) -> Path2D:
    """Return a leaf from the origin to the right."""
    path = QPainterPath()
    path.cubicTo(length * 0.3, -width + bend * 0.5, length * 0.7, -width * 0.8 + bend, length, bend)
    path.cubicTo(length * 0.7, width * 0.8 + bend, length * 0.3, width + bend * 0.5, 0, 0)
    return path


def star(
    x: float, y: float, radius: float, tips: int = 4, waist: float = 0.18, turn: float = -90.0
) -> Path2D:
    """Return a star."""
    points = []
    for index in range(2 * tips):
        angle = math.radians(turn + 180 * index / tips)
        far = radius if index % 2 == 0 else radius * waist
        points.append((x + far * math.cos(angle), y + far * math.sin(angle)))
    return poly(*points)


def cloud(x: float, y: float, width: float) -> Path2D:
    """Return a cloud with a flat base; (x, y) is the middle of the base."""
    unit = width / 10
    return joined(
        rect(x - 5 * unit, y - 1.9 * unit, 10 * unit, 1.9 * unit, 0.95 * unit),
        disc(x - 1.7 * unit, y - 1.9 * unit, 1.7 * unit),
        disc(x + 1.0 * unit, y - 2.3 * unit, 2.2 * unit),
        disc(x + 3.0 * unit, y - 1.3 * unit, 1.25 * unit),
    ).simplified()


def ring(x: float, y: float, outer: float, inner: float) -> Path2D:
    """Return a ring."""
    return disc(x, y, outer).subtracted(disc(x, y, inner))


def blossom(radius: float, petals: int = 5, slim: float = 0.62) -> Path2D:
    """Return a flower of round petals around the origin."""
    one = QPainterPath()
    wide = radius * slim
    one.cubicTo(-wide * 0.9, -radius * 0.25, -wide * 0.95, -radius, -wide * 0.12, -radius * 0.98)
    one.lineTo(0, -radius * 0.88)
    one.lineTo(wide * 0.12, -radius * 0.98)
    one.cubicTo(wide * 0.95, -radius, wide * 0.9, -radius * 0.25, 0, 0)
    return joined(*(moved(one, turn=360 * index / petals) for index in range(petals)))


def ginkgo(radius: float) -> Path2D:
    """Return a ginkgo leaf, stalk down, around the origin."""
    r = radius
    return svg(
        f"M 0 {r * 0.5} C {-r * 0.2} {r * 0.1} {-r * 0.7} {-r * 0.05} {-r} {-r * 0.25} "
        f"C {-r * 0.9} {-r * 0.8} {-r * 0.35} {-r} {-r * 0.06} {-r * 0.85} L 0 {-r * 0.5} L {r * 0.06} {-r * 0.85} "
        f"C {r * 0.35} {-r} {r * 0.9} {-r * 0.8} {r} {-r * 0.25} C {r * 0.7} {-r * 0.05} {r * 0.2} {r * 0.1} 0 {r * 0.5} Z "
        f"M {-r * 0.04} {r * 0.4} L {r * 0.04} {r * 0.4} L {r * 0.1} {r * 1.05} L {r * 0.03} {r * 1.05} Z"
    )
