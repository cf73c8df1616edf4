# SPDX-License-Identifier: Apache-2.0
"""Pictures by digest, decoded once and kept as a ladder of halved sizes. `QImage` only: safe on any thread.

A crop being dragged asks for another part of the same picture in each frame. Drawing it from the rung next above the
wanted size costs what the target is big, however large the original is. The bytes come from a loader handed in; they
are not trusted: two formats, bounded pixels, bounded memory, and a picture that fails is a missing picture with a
reason, not an end.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from koodesk.domain.crop import Crop
from koodesk.domain.material_rules import MAX_PIXELS, MAX_SIDE

Loader = Callable[[str], bytes | None]
"""Digest -> the stored file's bytes, None when there is none. Called on whatever thread paints."""

KEEP_SIDE: Final = 2160
"""Longest side kept, in pixels: twice the widest card at three times scale."""
_FORMATS: Final = {b"\x89PNG\r\n\x1a\n": b"png", b"\xff\xd8\xff": b"jpeg"}
_SMALLEST: Final = 48


@dataclass(frozen=True, slots=True, eq=False)
class Ladder:
    """A picture at full kept size and halved down; `natural` is the upright original's size in pixels."""

    natural: tuple[int, int]
    rungs: tuple[QImage, ...]

    def memory(self) -> int:
        """Return the bytes it takes."""
        return sum(rung.sizeInBytes() for rung in self.rungs)

    def part(self, crop: Crop | None, ratio: float, pixels: float) -> tuple[QImage, QRectF]:
        """Return the rung and the part of it to draw into a target `pixels` wide of `ratio` width / height."""
        width, height = self.natural
        if crop is not None:
            # A card from outside may name a box beyond its picture: what lies inside is drawn.
            left, top = float(min(max(crop.x, 0), width - 1)), float(min(max(crop.y, 0), height - 1))
            wide = min(float(max(crop.width, 1)), width - left)
            high = min(float(max(crop.height, 1)), height - top)
        else:
            wide, high = min(width, height * ratio), min(height, width / ratio)
            left, top = (width - wide) / 2, (height - high) / 2
        chosen = self.rungs[0]
        for rung in self.rungs[1:]:
            if wide * rung.width() / width < pixels:
                break
            chosen = rung
        fx, fy = chosen.width() / width, chosen.height() / height
        return chosen, QRectF(left * fx, top * fy, wide * fx, high * fy)


class PictureSource:
    """Digest -> picture, the least lately used forgotten beyond `limit` bytes. Safe from several threads at once."""

    def __init__(self, loader: Loader, limit: int = 96 * 1_048_576) -> None:
        """Take pictures from `loader`; keep at most `limit` bytes of them, and always the last one."""
        self._loader: Final = loader
        self._limit: Final = limit
        self._kept: Final[OrderedDict[str, Ladder | None]] = OrderedDict()
        self._size = 0
        self._lock: Final = threading.Lock()

    def ladder(self, digest: str) -> Ladder | None:
        """Return a picture, None when there is none or it cannot be decoded."""
        if not digest:
            return None
        with self._lock:
            if digest in self._kept:
                self._kept.move_to_end(digest)
                return self._kept[digest]
        data = self._loader(digest)
        made = decode(data) if data is not None else None
        with self._lock:
            if digest not in self._kept:
                self._kept[digest] = made
                self._size += made.memory() if made is not None else 0
                self._shrink()
        return made

    def forget(self, digest: str) -> None:
        """Drop a picture, also one that was found missing, so that it is asked for again."""
        with self._lock:
            gone = self._kept.pop(digest, None)
            self._size -= gone.memory() if gone is not None else 0

    def forget_missing(self) -> None:
        """Drop what was not found or could not be decoded: it may have arrived since."""
        with self._lock:
            for digest in [digest for digest, made in self._kept.items() if made is None]:
                del self._kept[digest]

    def held(self) -> int:
        """Return the bytes held now."""
        with self._lock:
            return self._size

    def _shrink(self) -> None:
        while self._size > self._limit and len(self._kept) > 1:
            _, gone = self._kept.popitem(last=False)
            self._size -= gone.memory() if gone is not None else 0


def decode(data: bytes) -> Ladder | None:
    """Decode a PNG or JPEG file upright into a ladder; None when it is neither, broken, or larger than materials may be."""
    kind = next((name for magic, name in _FORMATS.items() if data.startswith(magic)), None)
    if kind is None:
        return None
    held = QByteArray(data)
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(kind))
    reader.setDecideFormatFromContent(False)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.isEmpty():
        return None
    if size.width() * size.height() > MAX_PIXELS or max(size.width(), size.height()) > MAX_SIDE:
        return None
    if max(size.width(), size.height()) > KEEP_SIDE:
        # The JPEG decoder skips what is not wanted; for PNG it is only smaller afterwards.
        reader.setScaledSize(size.scaled(QSize(KEEP_SIDE, KEEP_SIDE), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        return None
    turned = (image.width() > image.height()) != (size.width() > size.height())
    natural = (size.height(), size.width()) if turned else (size.width(), size.height())
    rungs = [image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)]
    while min(rungs[-1].width(), rungs[-1].height()) // 2 >= _SMALLEST:
        last = rungs[-1]
        rungs.append(
            last.scaled(
                last.width() // 2,
                last.height() // 2,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
    return Ladder(natural, tuple(rungs))
