# SPDX-License-Identifier: Apache-2.0
"""Makes videos, good ones and such as nobody should send.

Encoding is PyAV's, in the test's own process: only Koodesk's processes must be free of it. What is wrong with a hostile
file is done to its bytes here.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Final

import pytest
from PIL import Image

from tests.hostile import picture_forge

pytest.importorskip("av", reason="the extra that opens videos is not installed (KOODESK_VIDEO=no)")

import av  # after the line that skips without it
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

STEP: Final = 4
"""How much lighter each frame of `film` is than the one before, so that a cover says which frame it is."""

DRAWN_AS: Final = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}
"""Clockwise turn -> the four numbers of a track's matrix that say so."""


def grey(number: int, size: tuple[int, int]) -> Image.Image:
    """Return the picture of one frame: a grey that counts."""
    level = 20 + number * STEP % 220
    return Image.new("RGB", size, (level, level, level))


@lru_cache(maxsize=64)
def film(
    codec: str = "libx264",
    fps: Fraction | int = 25,
    frames: int = 50,
    size: tuple[int, int] = (64, 48),
    *,
    pixels: str = "yuv420p",
    sound: bool = False,
    container: str = "mp4",
    picture: Callable[[int, tuple[int, int]], Image.Image] = grey,
    gap: int = 12,
    fragments: bool = False,
) -> bytes:
    """Return a film of so many frames. `gap` is how often a frame stands for itself."""
    out = io.BytesIO()
    flags = {"movflags": "frag_keyframe+empty_moov"} if fragments else {}
    with av.open(out, "w", format=container, container_options=flags) as file:
        stream = file.add_stream(codec, rate=Fraction(fps))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = size
        stream.pix_fmt = pixels
        stream.codec_context.gop_size = gap
        if codec == "libx265":
            stream.options = {"x265-params": "log-level=none"}
        tone = _tone(file, frames / Fraction(fps)) if sound else None
        for number in range(frames):
            drawn = av.VideoFrame.from_image(picture(number, size))  # type: ignore[no-untyped-call]  # typed in part
            for packet in stream.encode(drawn):
                file.mux(packet)
        for packet in stream.encode():
            file.mux(packet)
        if tone is not None:
            tone()
    return out.getvalue()


def _tone(file: av.container.OutputContainer, seconds: Fraction) -> Callable[[], None]:
    stream = file.add_stream("aac", rate=44_100)
    assert isinstance(stream, AudioStream)
    stream.layout = "mono"

    def play() -> None:
        for _ in range(int(seconds * 44_100 / 1024)):
            frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
            frame.sample_rate = 44_100
            frame.planes[0].update(bytes(4096))
            file.mux(list(stream.encode(frame)))
        file.mux(list(stream.encode(None)))

    return play


@lru_cache(maxsize=1)
def sound_only() -> bytes:
    """Return an mp4 that holds a second of silence and no picture."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as file:
        _tone(file, Fraction(1))()
    return out.getvalue()


def quarters(number: int, size: tuple[int, int]) -> Image.Image:
    """Return the picture whose corners have four colours."""
    return picture_forge.upright(*size)


# --- surgery -------------------------------------------------------------------------------------------------------


def box(kind: bytes, body: bytes) -> bytes:
    """Return one box."""
    return struct.pack(">I4s", 8 + len(body), kind) + body


def body_of(data: bytes, kind: bytes) -> int:
    """Return where the content of the first box of a kind begins."""
    return data.index(kind) + 4


def patched(data: bytes, at: int, piece: bytes) -> bytes:
    """Return the bytes with a piece written over them."""
    return data[:at] + piece + data[at + len(piece) :]


def turned(data: bytes, clockwise: int) -> bytes:
    """Return the film as a phone held that way stores it: a matrix says how to show it."""
    a, b, c, d = (part * 65536 for part in DRAWN_AS[clockwise])
    matrix = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    return patched(data, body_of(data, b"tkhd") + 40, matrix)


def claiming(data: bytes, factor: float) -> bytes:
    """Return the film with a header that claims another length."""
    at = body_of(data, b"mvhd") + 16
    (length,) = struct.unpack_from(">I", data, at)
    return patched(data, at, struct.pack(">I", int(length * factor)))


def stretched(data: bytes) -> bytes:
    """Return the film with every picture said to stand a hundred times as long, and the header left as it was."""
    at = body_of(data, b"stts") + 12
    (length,) = struct.unpack_from(">I", data, at)
    return patched(data, at, struct.pack(">I", length * 100))


def pointing_outside(data: bytes) -> bytes:
    """Return the film with its pictures said to lie in another file."""
    return patched(data, body_of(data, b"url "), b"\0\0\0\0")


def of_unknown_codec(data: bytes) -> bytes:
    """Return the film with a codec of no name."""
    return patched(data, data.index(b"avc1", data.index(b"stsd")), b"zzzz")


def without_pictures(data: bytes) -> bytes:
    """Return the film with zeros where its pictures were."""
    at = body_of(data, b"mdat")
    (length,) = struct.unpack_from(">I", data, at - 8)
    return patched(data, at, bytes(length - 8))


def claiming_samples(data: bytes, count: int) -> bytes:
    """Return the film with an index of so many samples of one byte each."""
    return patched(data, body_of(data, b"stsz") + 4, struct.pack(">II", 1, count))


def branded(data: bytes, brand: bytes) -> bytes:
    """Return the film with another first brand."""
    return patched(data, 8, brand)


def padded(data: bytes, size: int) -> bytes:
    """Return the film made exactly so long with an empty box."""
    return data + box(b"free", bytes(size - len(data) - 8))


def with_notes(data: bytes) -> bytes:
    """Return the film with a place, a serial number and a date, as phones write them, and something appended."""
    place = box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7+39.9042+116.4074/"))
    at = data.index(b"moov") - 4
    (length,) = struct.unpack_from(">I", data, at)
    assert at > data.index(b"mdat"), "growing a moov that stands first would move the pictures"
    grown = patched(data, at, struct.pack(">I", length + len(place)))
    grown = grown[: at + length] + place + grown[at + length :]
    grown = patched(grown, body_of(grown, b"mvhd") + 4, struct.pack(">II", 0xE0000000, 0xE0000001))
    return grown + box(b"uuid", b"0123456789abcdef" + b"SERIAL-0001")


def nested(depth: int) -> bytes:
    """Return an mp4 of boxes within boxes."""
    inner = b""
    for _ in range(depth):
        inner = box(b"moov", inner)
    return box(b"ftyp", b"isom\0\0\2\0isommp41") + inner


def many_boxes(count: int) -> bytes:
    """Return an mp4 of very many empty boxes."""
    return box(b"ftyp", b"isom\0\0\2\0isommp41") + box(b"mdat", b"") * count


PLAYLISTS: Final = {
    "m3u8": b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    "concat": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "dash": b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period/></MPD>',
    "address": b"http://127.0.0.1:9/film.mp4\n",
}
