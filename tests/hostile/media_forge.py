# SPDX-License-Identifier: Apache-2.0
"""Makes gifs and sounds, good ones and such as nobody should send. Byte by byte: nothing has to be installed."""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Sequence

from PIL import Image


def gif(
    frames: int = 4, size: tuple[int, int] = (40, 30), delay_ms: int = 120, *, loop: int | None = 0
) -> bytes:
    """Return an animated gif of greys that count."""
    pictures = [Image.new("L", size, 20 + number * 40 % 220) for number in range(frames)]
    out = io.BytesIO()
    extra = {} if loop is None else {"loop": loop}
    pictures[0].save(
        out, "GIF", save_all=True, append_images=pictures[1:], duration=delay_ms, disposal=1, **extra
    )
    return out.getvalue()


def gif_notes(data: bytes) -> bytes:
    """Return the gif with a comment, notes of another program and an archive behind it."""
    comment = b"\x21\xfe\x0bSERIAL-0001\x00"
    notes = b"\x21\xff\x0bXMP DataXMP\x08+39.9042\x00"
    at = 13 + (3 << (data[10] & 7) + 1)
    return data[:at] + comment + notes + data[at:] + b"PK\3\4 hidden archive"


def gif_of(width: int, height: int, frames: int) -> bytes:
    """Return a gif that claims so many pixels and pictures, of which each is one pixel."""
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    one = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return head + one * frames + b";"


def wav(seconds: float = 0.5, rate: int = 8_000, bits: int = 16, channels: int = 1, *, tag: int = 1) -> bytes:
    """Return a wav of a tone."""
    block = channels * bits // 8
    samples = b"".join(
        int(math.sin(n / 3) * 1000).to_bytes(bits // 8, "little", signed=True) * channels
        if bits > 8
        else bytes([128]) * channels
        for n in range(int(seconds * rate))
    )
    form = struct.pack("<HHIIHH", tag, channels, rate, rate * block, block, bits)
    return riff([(b"fmt ", form), (b"data", samples)])


def riff(chunks: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Return a wav of chunks."""
    body = b"".join(
        struct.pack("<4sI", kind, len(content)) + content + b"\0" * (len(content) % 2)
        for kind, content in chunks
    )
    return struct.pack("<4sI4s", b"RIFF", 4 + len(body), b"WAVE") + body


def mp3_frame(kbits: int = 9, rate: int = 0, *, mono: bool = True, fill: int = 0) -> bytes:
    """Return one frame of MPEG-1 layer III: silence, 128 kbit/s and 44,100 Hz unless said otherwise."""
    head = 0xFFFB0000 | kbits << 12 | rate << 10 | (0xC0 if mono else 0)
    table = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
    length = 144 * table[kbits] * 1000 // (44_100, 48_000, 32_000)[rate]
    return struct.pack(">I", head) + bytes([fill]) * (length - 4)


def mp3(frames: int = 50) -> bytes:
    """Return an mp3 of so many frames."""
    return mp3_frame() * frames


def mp3_notes(data: bytes) -> bytes:
    """Return the mp3 with a name and a picture before it and notes behind it, as players write them."""
    text = b"TIT2\0\0\0\x0c\0\0\0SERIAL-0001" + bytes(400)
    size = len(text)
    length = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\0\0" + length + text + data + b"TAG" + b"SERIAL-0001".ljust(125, b"\0")


def mp3_indexed(frames: int) -> bytes:
    """Return an mp3 whose first frame holds no sound but says how long it is."""
    first = bytearray(mp3_frame())
    first[21:25] = b"Xing"
    return bytes(first) + mp3(frames)
