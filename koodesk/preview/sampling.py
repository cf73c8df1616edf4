# SPDX-License-Identifier: Apache-2.0
"""Pictures as a few samples, for measuring what lies under words. `QImage` only: safe on any thread."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from koodesk.domain.crop import fit
from koodesk.domain.template import Picture
from koodesk.preview.pictures import PictureSource
from koodesk.preview.safe_areas import GRID, Samples


def samples_of(image: QImage, size: tuple[int, int] = GRID) -> Samples:
    """Return a picture scaled to `size`; what is transparent counts as white, as the platform's JPEG would have it."""
    width, height = size
    flat = QImage(width, height, QImage.Format.Format_RGB888)
    flat.fill(QColor("white"))
    small = image.scaled(
        width,
        height,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    painter = QPainter(flat)
    painter.drawImage(QRectF(0, 0, width, height), small)
    painter.end()
    stride = flat.bytesPerLine()
    data = bytes(flat.constBits())
    return Samples(
        width, height, b"".join(data[row * stride : row * stride + 3 * width] for row in range(height))
    )


def samples_of_picture(
    picture: Picture, pictures: PictureSource, ratio: tuple[int, int], size: tuple[int, int] = GRID
) -> Samples | None:
    """Return the samples of what a card shows of a picture of a ratio; None while the picture is not there."""
    ladder = pictures.ladder(picture.material.digest)
    if ladder is None:
        return None
    crop = picture.crop or fit(*ladder.natural, ratio)
    image, part = ladder.part(crop, ratio[0] / ratio[1], 4.0 * size[0])
    return samples_of(image.copy(part.toAlignedRect().intersected(image.rect())), size)
