# SPDX-License-Identifier: Apache-2.0
"""What a picture source shows of the media of a video SMS at rest: a picture itself, a gif's first picture, a video's cover.

The source knows still pictures only. Here a gif becomes one, within the same bounds, and what is asked for by a cover's
name (`video_sms_media.cover_key`) is taken from the video by whoever can open one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageReader

from koodesk.domain.material_rules import MAX_PIXELS, MAX_SIDE
from koodesk.preview.pictures import Loader
from koodesk.preview.render import png

Cover = Callable[[str, int], bytes | None]
"""A video's digest and a moment in ms -> a PNG or JPEG of its picture then, None when there is none."""

_GIF: Final = (b"GIF87a", b"GIF89a")


def still_loader(stored: Loader, cover: Cover) -> Loader:
    """Return a loader for a `PictureSource` that is asked with `cover_key`: `stored` gives the bytes of a digest."""

    def load(key: str) -> bytes | None:
        digest, at, moment = key.partition("@")
        if at:
            return cover(digest, int(moment)) if moment.isascii() and moment.isdecimal() else None
        data = stored(digest)
        return gif_still(data) if data is not None and data.startswith(_GIF) else data

    return load


def gif_still(data: bytes) -> bytes | None:
    """Return a gif's first picture as a PNG; None when it is broken or larger than materials may be."""
    held = QByteArray(data)  # the buffer reads from it and does not keep it alive
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"gif"))
    reader.setDecideFormatFromContent(False)
    size = reader.size()
    if not size.isValid() or size.isEmpty():
        return None
    if size.width() * size.height() > MAX_PIXELS or max(size.width(), size.height()) > MAX_SIDE:
        return None
    image: QImage = reader.read()
    return None if image.isNull() else png(image)
