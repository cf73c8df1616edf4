# SPDX-License-Identifier: Apache-2.0
"""The few line drawings of phones and cards, on a grid of 24: our own, drawn with a pen by `painter`."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QPainterPath

GRID = 24.0

_LINES: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "back": (((14.5, 5), (7.5, 12), (14.5, 19)),),
    "ahead": (((9.5, 5.5), (16, 12), (9.5, 18.5)),),
    "arrow": (((20, 12), (4.5, 12)), ((11, 5.5), (4.5, 12), (11, 18.5))),
    "plus": (((12, 5), (12, 19)), ((5, 12), (19, 12))),
    "send": (((4.5, 11.5), (20, 4.5), (14, 20), (11, 13.5), (4.5, 11.5)), ((11, 13.5), (20, 4.5))),
    "signal": (((4, 19), (4, 16)), ((9, 19), (9, 13)), ((14, 19), (14, 9)), ((19, 19), (19, 5))),
    "mountain": (((3.5, 17.5), (9, 11), (13, 15.5), (16, 12.5), (20.5, 17.5)),),
    "card": (((4, 10), (20, 10)),),
    "shop": (
        ((4, 9.5), (5.5, 4.5), (18.5, 4.5), (20, 9.5)),
        ((5.5, 12), (5.5, 19.5), (18.5, 19.5), (18.5, 12)),
    ),
    "info": (((12, 11), (12, 16.5)), ((12, 7.8), (12, 8))),
    "plane": (
        (
            (21.5, 12),
            (19, 10.6),
            (14.2, 10.4),
            (9.2, 3.8),
            (7.4, 3.8),
            (9.6, 10.3),
            (5.6, 10.1),
            (3.8, 7.8),
            (2.6, 7.8),
        ),
        ((2.6, 7.8), (3.5, 12), (2.6, 16.2), (3.8, 16.2), (5.6, 13.9), (9.6, 13.7), (7.4, 20.2), (9.2, 20.2)),
        ((9.2, 20.2), (14.2, 13.6), (19, 13.4), (21.5, 12)),
    ),
    "train": (
        ((5, 10.8), (19, 10.8)),
        ((12, 4), (12, 10.8)),
        ((8, 17.5), (5.8, 20.8)),
        ((16, 17.5), (18.2, 20.8)),
        ((8.4, 14), (8.6, 14)),
        ((15.4, 14), (15.6, 14)),
    ),
    "bus": (
        ((4, 11.5), (20, 11.5)),
        ((12, 5), (12, 11.5)),
        ((7.4, 14.6), (9, 14.6)),
        ((15, 14.6), (16.6, 14.6)),
    ),
}
_ROUNDS: dict[str, tuple[tuple[float, float, float, float, float], ...]] = {
    "mountain": ((3.5, 4.5, 17, 15, 3),),
    "card": ((4, 6, 16, 12, 2.5),),
    "battery": ((2, 7, 18, 10, 3),),
    "plus_round": ((3, 3, 18, 18, 9),),
    "face": ((3.5, 3.5, 17, 17, 8.5),),
    "mic": ((9, 3.5, 6, 11, 3),),
    "info": ((3.5, 3.5, 17, 17, 8.5),),
    "train": ((5, 4, 14, 13.5, 4),),
    "bus": ((4, 5, 16, 12.5, 2.5), (6.3, 17.5, 2.2, 2.2, 0.6), (15.5, 17.5, 2.2, 2.2, 0.6)),
}


@cache
def outline(name: str) -> QPainterPath:
    """Return an icon as a path to stroke. Raises KeyError for a name that is not drawn."""
    path = QPainterPath()
    for line in _LINES.get(name, ()):
        path.moveTo(*line[0])
        for point in line[1:]:
            path.lineTo(*point)
    for x, y, width, height, radius in _ROUNDS.get(name, ()):
        path.addRoundedRect(x, y, width, height, radius, radius)
    _curves(name, path)
    if path.isEmpty():
        raise KeyError(name)
    return path


def _curves(name: str, path: QPainterPath) -> None:
    match name:
        case "wifi":
            for radius in (4.5, 9.0, 13.5):
                path.arcMoveTo(12 - radius, 19 - radius, 2 * radius, 2 * radius, 45)
                path.arcTo(12 - radius, 19 - radius, 2 * radius, 2 * radius, 45, 90)
        case "battery":
            path.moveTo(22.5, 10.8)
            path.lineTo(22.5, 13.2)
            for x in (5.2, 7.6, 10.0, 12.4):
                path.moveTo(x, 9.9)
                path.lineTo(x, 14.1)
        case "call":
            path.moveTo(6.2, 3.8)
            path.cubicTo(4.6, 4.6, 3.9, 6.2, 4.3, 8.2)
            path.cubicTo(5.4, 13.6, 10.4, 18.6, 15.8, 19.7)
            path.cubicTo(17.8, 20.1, 19.4, 19.4, 20.2, 17.8)
            path.lineTo(16.4, 14.9)
            path.lineTo(14.2, 16.2)
            path.cubicTo(11.4, 14.9, 9.1, 12.6, 7.8, 9.8)
            path.lineTo(9.1, 7.6)
            path.closeSubpath()
        case "more":
            for y in (5.0, 12.0, 19.0):
                path.addEllipse(11.3, y - 0.7, 1.4, 1.4)
        case "shop":
            path.moveTo(4, 9.5)
            for x in (4.0, 9.333, 14.667):
                path.arcTo(x, 6.9, 5.333, 5.2, 180, 180)
            path.moveTo(10, 19.5)
            path.lineTo(10, 15)
            path.lineTo(14, 15)
            path.lineTo(14, 19.5)
        case "plus_round":
            path.moveTo(12, 7.5)
            path.lineTo(12, 16.5)
            path.moveTo(7.5, 12)
            path.lineTo(16.5, 12)
        case "face":
            for x in (9.0, 15.0):
                path.moveTo(x, 9.4)
                path.lineTo(x, 10.2)
            path.arcMoveTo(8, 8.5, 8, 8, 200)
            path.arcTo(8, 8.5, 8, 8, 200, 140)
        case "mic":
            path.arcMoveTo(6, 6.5, 12, 11.5, 190)
            path.arcTo(6, 6.5, 12, 11.5, 190, 160)
            path.moveTo(12, 18)
            path.lineTo(12, 21)
        case "mountain":
            path.addEllipse(14.2, 7.2, 2.6, 2.6)
        case "coin":
            path.addEllipse(3, 3, 18, 18)
            for side in (-1, 1):
                path.moveTo(12, 13)
                path.lineTo(12 + side * 3.6, 6.8)
            path.moveTo(8.2, 13)
            path.lineTo(15.8, 13)
            path.moveTo(8.2, 15.8)
            path.lineTo(15.8, 15.8)
            path.moveTo(12, 13)
            path.lineTo(12, 18.6)
