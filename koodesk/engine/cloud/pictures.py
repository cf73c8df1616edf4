# SPDX-License-Identifier: Apache-2.0
"""What a file says of itself in its first bytes: PNG, JPEG, BMP or MP4, and the pixels of a picture. Nothing is decoded."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_SIZES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG after which its size stands."""

_BARE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a file is; width and height are 0 for a video."""

    media_type: str
    width: int = 0
    height: int = 0


def look(data: bytes) -> Seen | None:
    """Return what a file is, None when it is none of these or broken in its first bytes."""
    if data[:8] == _PNG and data[12:16] == b"IHDR" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return Seen("image/png", width, height) if width and height else None
    if data[:3] == b"\xff\xd8\xff":
        return _jpeg(data)
    if data[:2] == b"BM" and len(data) >= 26:
        width, height = struct.unpack("<ii", data[18:26])
        return Seen("image/bmp", width, abs(height)) if width > 0 and height else None
    if data[4:8] == b"ftyp":
        return Seen("video/mp4")
    return None


def _jpeg(data: bytes) -> Seen | None:
    at = 2
    while at + 9 < len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _BARE:
            at += 2
        elif marker in _SIZES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return Seen("image/jpeg", width, height) if width and height else None
        else:
            at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return None
