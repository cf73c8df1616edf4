# SPDX-License-Identifier: Apache-2.0
"""Wavy lines under the words that have a problem, as text editors draw them; what has no words keeps the canvas's disc.

Only what holds for the phone in sight is underlined: a problem of another vendor is that vendor's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from koodesk.domain.problem import Problem, Severity
from koodesk.domain.vendor import Vendor

_STEP: Final = 2.0
"""Half a wave, in pixels of the screen, at every zoom."""
_HEIGHT: Final = 1.5
ROLES: Final = {Severity.ERROR: "danger", Severity.WARNING: "warning"}
"""The colour of a wave, or of the disc; a note has none."""


def wave_role(problems: Iterable[Problem], content_id: str, part: str, vendor: Vendor) -> str:
    """Return the colour role of the wave under a content's words (or its second text), empty for none."""
    place = f"content:{content_id}/{part}" if part else f"content:{content_id}"
    found = {p.severity for p in problems if p.where == place and p.vendor in (None, vendor)}
    return next((role for severity, role in ROLES.items() if severity in found), "")


def wave(left: float, right: float, y: float) -> QPainterPath:
    """Return a wavy line from left to right around a height."""
    path = QPainterPath(QPointF(left, y))
    x, up = left, True
    while x < right:
        end = min(x + _STEP, right)
        path.quadTo((x + end) / 2, y + (-2 * _HEIGHT if up else 2 * _HEIGHT), end, y)
        x, up = end, not up
    return path


def draw_waves(painter: QPainter, lines: Iterable[QRectF], color: QColor, ring: QColor) -> None:
    """Draw a wave along the lower edge of each line of words; its ring lets it be seen on a card of any colour."""
    paths = [wave(line.left(), line.right(), line.bottom()) for line in lines if line.width() > 0]
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen, width in ((ring, 3.6), (color, 1.6)):
        painter.setPen(QPen(pen, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        for path in paths:
            painter.drawPath(path)
    painter.restore()
