# SPDX-License-Identifier: Apache-2.0
"""Small pictures of a preview on their way through the pipe: JPEGs of bounded size, several to a block."""

from __future__ import annotations

import io
from typing import BinaryIO, Final

from PIL import Image

from koodesk.backend.readers import frames

MOST_BYTES: Final = 16 * 1_048_576
"""Most bytes of pictures for one preview."""

_QUALITIES: Final = (80, 60, 40, 20)
_BLOCK: Final = 8


class PreviewFrames:
    """Writes pictures in blocks; `each` is the most bytes of one, `count` how many there were."""

    def __init__(self, pipe: BinaryIO, each: int, block: int = _BLOCK) -> None:
        self._pipe = pipe
        self._each = each
        self._most = block
        self._block: list[tuple[int, int, int, bytes]] = []
        self.count = 0

    def add(self, at_ms: float, picture: Image.Image) -> None:
        """Write one picture, soon."""
        self._block.append((round(at_ms), *self._small(picture)))
        self.count += 1
        if len(self._block) >= self._most:
            self.close()

    def close(self) -> None:
        """Write what is left."""
        if self._block:
            frames.write_frame(self._pipe, frames.BYTES, frames.pack_pictures(self._block))
            self._block = []

    def _small(self, picture: Image.Image) -> tuple[int, int, bytes]:
        """Write one picture within its share of the bytes; noise is drawn coarser."""
        while True:
            for quality in _QUALITIES:
                out = io.BytesIO()
                picture.save(out, "JPEG", quality=quality)
                if out.tell() <= self._each:
                    return picture.width, picture.height, out.getvalue()
            picture = picture.resize((max(1, picture.width // 2), max(1, picture.height // 2)))
