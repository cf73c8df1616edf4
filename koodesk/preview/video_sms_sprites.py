# SPDX-License-Identifier: Apache-2.0
"""Lines of text and scaled pictures kept as small images, so that a keystroke paints the line that is typed and no other.

A line that only moved down is the same image at another place. What is kept follows from the item, its place within a
pixel and the scale alone: a kept image and one made now are the same, so nothing painted before can be seen in a picture.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil, floor
from typing import Final

from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPainter

from koodesk.preview.fonts import Faces
from koodesk.preview.kept_images import KeptImages
from koodesk.preview.painter import draw_items
from koodesk.preview.pictures import PictureSource
from koodesk.preview.placement import PictureBox, Rect, TextLine

KEPT_BYTES: Final = 48 * 1_048_576
"""Memory for kept images: some three hundred lines and thirty pictures at scale 2."""

_AROUND: Final = 3
"""Pixels around an item for what reaches beyond its rectangle: the outlines of some letters do."""
_STEPS: Final = 64.0
"""Into how many places a pixel is divided: whole dp at whole scales need one."""

Sprite = TextLine | PictureBox


class SpriteBook:
    """Paints lines and pictures, each kept once made. Safe from several threads at once."""

    def __init__(self, pictures: PictureSource, faces: Faces) -> None:
        """Paint with these pictures and fonts."""
        self._pictures: Final = pictures
        self._faces: Final = faces
        self._kept: Final = KeptImages(KEPT_BYTES)

    def draw(self, painter: QPainter, item: Sprite, scale: float) -> bool:
        """Draw a line or a picture at the painter's origin; False when it is one to be drawn as it stands.

        These are a picture that is not there yet, and whatever is cut off at an edge that scrolls past.
        """
        drawn = self._pictures.ladder(item.digest) if isinstance(item, PictureBox) else None
        if item.clips or (isinstance(item, PictureBox) and drawn is None):
            return False
        x, y = floor(item.rect.x * scale), floor(item.rect.y * scale)
        moved = _moved(item, x, y, scale)
        key = (moved, drawn, scale)
        image = self._kept.find(key)
        if image is None:
            image = self._make(moved, scale)
            self._kept.keep(key, image)
        painter.drawImage(QPoint(x - _AROUND, y - _AROUND), image)
        return True

    def _make(self, moved: Sprite, scale: float) -> QImage:
        width = ceil(moved.rect.right * scale) + 2 * _AROUND
        height = ceil(moved.rect.bottom * scale) + 2 * _AROUND
        image = QImage(max(width, 1), max(height, 1), QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        painter.translate(_AROUND, _AROUND)
        draw_items(painter, (moved,), self._pictures, self._faces, scale=scale)
        painter.end()
        return image


def _moved(item: Sprite, x: int, y: int, scale: float) -> Sprite:
    """Return the item with its corner in the pixel at the origin, and of no element: equal lines are one image."""
    dx, dy = x / scale, y / scale
    rect = Rect(_step(item.rect.x - dx), _step(item.rect.y - dy), item.rect.width, item.rect.height)
    if isinstance(item, PictureBox):
        return replace(item, rect=rect, content_id="", slot="")
    runs = tuple(replace(run, x=_step(run.x - dx), start=0, end=0, param="") for run in item.runs)
    baseline = _step(item.baseline - dy)
    return replace(item, rect=rect, baseline=baseline, runs=runs, content_id="", slot="", role="")


def _step(dp: float) -> float:
    return round(dp * _STEPS) / _STEPS
