# SPDX-License-Identifier: Apache-2.0
"""AccountPlacement -> `QImage`, on any thread, by the one painter."""

from __future__ import annotations

from PySide6.QtGui import QImage, QPainter

from koodesk.preview.fonts import Faces
from koodesk.preview.painter import draw_items
from koodesk.preview.pictures import PictureSource
from koodesk.preview.render import blank
from koodesk.preview.service_account_placement import AccountPlacement


def paint_account(
    placement: AccountPlacement, pictures: PictureSource, faces: Faces, scale: float = 1.0
) -> QImage:
    """Return the phone as a picture of `width * scale` by `height * scale` pixels, transparent around the case."""
    image = blank(placement.width, placement.height, scale)
    painter = QPainter(image)
    draw_items(painter, (*placement.shell, *placement.items, *placement.front), pictures, faces, scale=scale)
    painter.end()
    return image
