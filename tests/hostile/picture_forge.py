# SPDX-License-Identifier: Apache-2.0
"""Makes pictures, good ones and such as nobody should send."""

from __future__ import annotations

import io
import random
import struct
import zlib

from PIL import Image

CORNERS = {(0, 0): (255, 0, 0), (1, 0): (0, 255, 0), (0, 1): (0, 0, 255), (1, 1): (255, 255, 0)}
"""Corner (right?, bottom?) -> colour of the upright test picture."""

_UNDO = {
    1: (),
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_90,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_270,),
}
"""What a camera held that way did to the upright picture."""


def upright(width: int = 60, height: int = 40) -> Image.Image:
    """Return a picture whose corners have four colours."""
    picture = Image.new("RGB", (width, height))
    for (right, bottom), colour in CORNERS.items():
        picture.paste(colour, (right * width // 2, bottom * height // 2, width, height))
    for (right, bottom), colour in CORNERS.items():
        box = (right * width // 2, bottom * height // 2, (right + 1) * width // 2, (bottom + 1) * height // 2)
        picture.paste(colour, box)
    return picture


def photograph(orientation: int) -> bytes:
    """Return the upright picture as a camera stores it for an EXIF orientation, with a place and a serial number."""
    picture = upright()
    for step in _UNDO[orientation]:
        picture = picture.transpose(step)
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0xA431] = "SERIAL-0001"
    exif[0x8825] = {1: "N", 2: (39.0, 54.0, 20.0), 3: "E", 4: (116.0, 23.0, 29.0)}
    return saved(picture, "JPEG", quality=95, subsampling=0, exif=exif)


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    """Return a picture as a file's bytes."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def noise(width: int, height: int, seed: int = 7) -> Image.Image:
    """Return a picture that hardly compresses."""
    return Image.frombytes("RGB", (width, height), random.Random(seed).randbytes(width * height * 3))


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """Return one chunk with its checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def huge_png(side: int = 60_000) -> bytes:
    """Return a small file whose header claims side x side pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 100_000)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", pixels)
        + png_chunk(b"IEND", b"")
    )


def eps() -> bytes:
    """Return a PostScript file: the format that once ran programs when it was opened."""
    return (
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n(%pipe%id) (w) file\nshowpage\n"
    )
