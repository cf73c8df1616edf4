# SPDX-License-Identifier: Apache-2.0
"""VideoPlacement -> `QImage`, on any thread, and moving pictures put in their places.

The phone without the message is kept as a picture, and so are the message's lines and pictures, each by itself: a
keystroke paints what is typed, and what it pushes down is put in its new place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtGui import QImage, QPainter

from koodesk.preview.fonts import Faces
from koodesk.preview.kept_images import KeptImages
from koodesk.preview.painter import draw_items
from koodesk.preview.pictures import PictureSource
from koodesk.preview.placement import Item, PictureBox, TextLine
from koodesk.preview.render import blank
from koodesk.preview.video_sms_placement import VideoPlacement
from koodesk.preview.video_sms_sprites import SpriteBook

KEPT_BYTES: Final = 48 * 1_048_576
"""Memory for kept phones: some fifty at scale 1, twelve at scale 2."""

_AT_REST: Final = frozenset({"play", "time", "gif_mark"})
"""What stands over a video or a gif only while it does not move."""


def moving_items(placement: VideoPlacement, frames: Mapping[str, QImage]) -> tuple[Item, ...]:
    """Return the items of the message without the marks over what moves now; a sound's stay, it has no picture."""
    if not frames:
        return placement.items
    return tuple(
        item
        for item in placement.items
        if item.content_id not in frames or getattr(item, "role", "") not in _AT_REST
    )


class MessageRenderer:
    """Paints placements with one set of fonts and pictures. Safe from several threads at once."""

    def __init__(self, pictures: PictureSource, faces: Faces) -> None:
        """Paint with these pictures (see `video_sms_pictures.still_loader`) and fonts."""
        self.pictures: Final = pictures
        self.faces: Final = faces
        self._kept: Final = KeptImages(KEPT_BYTES)
        self._sprites: Final = SpriteBook(pictures, faces)

    def paint(
        self, placement: VideoPlacement, scale: float = 1.0, frames: Mapping[str, QImage] | None = None
    ) -> QImage:
        """Return the phone as a picture of `width * scale` by `height * scale` pixels, transparent around the case.

        `frames` are pictures of videos and gifs that move now, by content id (`frame:1/element:1`): each stands in the
        place of its element, without the marks of one at rest.
        """
        image = self._ground(placement, scale).copy()
        painter = QPainter(image)
        self.draw_message(painter, placement, scale, frames)
        painter.end()
        return image

    def draw_message(
        self,
        painter: QPainter,
        placement: VideoPlacement,
        scale: float = 1.0,
        frames: Mapping[str, QImage] | None = None,
    ) -> None:
        """Draw the message without the phone at the painter's origin, for a canvas that keeps the phone itself."""
        moving = frames or {}
        for item in moving_items(placement, moving):
            if (
                isinstance(item, TextLine | PictureBox)
                and item.content_id not in moving
                and self._sprites.draw(painter, item, scale)
            ):
                continue
            draw_items(painter, (item,), self.pictures, self.faces, scale=scale, frames=moving)

    def _ground(self, placement: VideoPlacement, scale: float) -> QImage:
        """Return the phone without the message."""
        key = (placement.shell, placement.front, scale)
        kept = self._kept.find(key)
        if kept is not None:
            return kept
        image = blank(placement.width, placement.height, scale)
        painter = QPainter(image)
        draw_items(painter, (*placement.shell, *placement.front), self.pictures, self.faces, scale=scale)
        painter.end()
        self._kept.keep(key, image)
        return image
