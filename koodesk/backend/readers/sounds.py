# SPDX-License-Identifier: Apache-2.0
"""The child's side of opening sounds: an mp3 or wav by its structure, its length, and its file without notes.

Standard library for the sound itself; nothing is decoded, so nothing is needed that decodes. What is kept is what plays:
of an mp3 its frames, of a wav its form and its samples. Names, pictures and whatever was put in between or behind go. The
thumbnail is a sign, the same for every sound.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from PIL import Image, ImageDraw

from koodesk.backend.readers import frames
from koodesk.domain.material_rules import THUMBNAIL_SIDE
from koodesk.domain.media_types import SOUND_BYTES, sniff
from koodesk.domain.problem import Refused, problem

_RATES: Final = {
    # version bits -> (frames a second's samples in Hz), ISO/IEC 11172-3 and 13818-3, and MPEG-2.5
    3: (44_100, 48_000, 32_000),
    2: (22_050, 24_000, 16_000),
    0: (11_025, 12_000, 8_000),
}
_KBITS_1: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBITS_2: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)

_PCM: Final = 1
_FLOAT: Final = 3
_LAWS: Final = (6, 7)
_EXTENSIBLE: Final = 0xFFFE
_MOST_CHUNKS: Final = 1_000

_GREY: Final = (128, 132, 140, 255)


@dataclass(frozen=True, slots=True)
class Heard:
    """A sound as it is stored: its bytes, its type and how long it plays in ms."""

    data: bytes
    media_type: str
    duration_ms: int


def serve(path: Path, pipe: BinaryIO) -> None:
    """Read one sound and write it, then its thumbnail, then the result."""
    size = path.stat().st_size
    if size == 0:
        raise Refused(problem("sound.empty"))
    if size > SOUND_BYTES:
        raise Refused(problem("sound.too_large", limit=SOUND_BYTES, actual=size))
    heard = read(path.read_bytes())
    frames.write_frame(pipe, frames.BYTES, heard.data)
    frames.write_frame(pipe, frames.BYTES, sign())
    frames.write_json(pipe, frames.RESULT, {"media_type": heard.media_type, "duration_ms": heard.duration_ms})


def read(data: bytes) -> Heard:
    """Return a sound without its notes. Read again it is the same, byte for byte.

    Raises Refused: sound.format, sound.damaged, sound.truncated, sound.codec.
    """
    match sniff(data[:16]):
        case "audio/wav":
            return _wav(data)
        case "audio/mpeg":
            return _mp3(data)
        case _:
            raise Refused(problem("sound.format"))


# --- wav -----------------------------------------------------------------------------------------------------------


def _wav(data: bytes) -> Heard:
    form = b""
    at = 12
    for _ in range(_MOST_CHUNKS):
        if at + 8 > len(data):
            break
        kind, length = struct.unpack_from("<4sI", data, at)
        body = at + 8
        if kind == b"fmt ":
            form = data[body : body + length]
        elif kind == b"data":
            if not form:
                raise Refused(problem("sound.damaged"))
            if body + length > len(data):
                raise Refused(problem("sound.truncated"))
            return _pcm(form, data[body : body + length])
        at = body + length + length % 2
    raise Refused(problem("sound.truncated"))


def _pcm(form: bytes, samples: bytes) -> Heard:
    if len(form) < 16:
        raise Refused(problem("sound.damaged"))
    tag, channels, rate, _, block, bits = struct.unpack_from("<HHIIHH", form)
    coded = struct.unpack_from("<H", form, 24)[0] if tag == _EXTENSIBLE and len(form) >= 26 else tag
    fits = {_PCM: (8, 16, 24, 32), _FLOAT: (32, 64), **dict.fromkeys(_LAWS, (8,))}.get(coded)
    if fits is None:
        raise Refused(problem("sound.codec", codec=f"wav 0x{coded:04x}"))
    if bits not in fits or not 1 <= channels <= 2 or not 4_000 <= rate <= 192_000:
        raise Refused(problem("sound.codec", codec=f"{rate} Hz {bits} bit × {channels}"))
    if block != channels * bits // 8:
        raise Refused(problem("sound.damaged"))
    whole = samples[: len(samples) // block * block]
    if not whole:
        raise Refused(problem("sound.empty"))
    # Sixteen bytes say all there is to say of one or two channels.
    plain = struct.pack("<HHIIHH", coded, channels, rate, rate * block, block, bits)
    body = struct.pack("<4sI", b"fmt ", len(plain)) + plain
    body += struct.pack("<4sI", b"data", len(whole)) + whole + b"\0" * (len(whole) % 2)
    return Heard(
        struct.pack("<4sI4s", b"RIFF", 4 + len(body), b"WAVE") + body,
        "audio/wav",
        round(len(whole) / block / rate * 1000),
    )


# --- mp3 -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Frame:
    length: int
    samples: int
    version: int
    rate: int
    side: int
    """Bytes from the frame's start to where a header of the whole may stand."""


def _mp3(data: bytes) -> Heard:
    at, end = _behind_notes(data), _before_notes(data)
    kept: list[bytes] = []
    first: _Frame | None = None
    samples = 0
    while at + 4 <= end:
        frame = _frame(data, at)
        if frame is None:
            if kept:
                break  # what is behind the sound
            raise Refused(problem("sound.damaged"))
        if first is None:
            first = frame
        elif (frame.version, frame.rate) != (first.version, first.rate):
            raise Refused(problem("sound.damaged"))
        if at + frame.length > end:
            if end - at > 4 and len(kept) < 2:
                raise Refused(problem("sound.truncated"))
            break  # an encoder that was stopped in the middle of a frame
        piece = data[at : at + frame.length]
        kept.append(piece)
        if len(kept) > 1 or not _is_index(piece, frame):
            samples += frame.samples
        at += frame.length
    if first is None or not samples:
        raise Refused(problem("sound.empty"))
    # A few frames before something else: nobody's sound, but bytes that happen to look like one.
    if end - at > max(4096, (end - _behind_notes(data)) // 4):
        raise Refused(problem("sound.damaged"))
    return Heard(b"".join(kept), "audio/mpeg", round(samples * 1000 / first.rate))


def _frame(data: bytes, at: int) -> _Frame | None:
    """Return what the header of a layer III frame says; None where there is none."""
    (head,) = struct.unpack_from(">I", data, at)
    version, layer = head >> 19 & 3, head >> 17 & 3
    kbits, rate = head >> 12 & 15, head >> 10 & 3
    if head >> 21 != 0x7FF or version == 1 or layer != 1 or rate == 3 or kbits in (0, 15):
        return None
    one = version == 3
    hz = _RATES[version][rate]
    bits = (_KBITS_1 if one else _KBITS_2)[kbits] * 1000
    samples = 1152 if one else 576
    length = samples // 8 * bits // hz + (head >> 9 & 1)
    mono = head >> 6 & 3 == 3
    side = 4 + ((17 if mono else 32) if one else (9 if mono else 17))
    return _Frame(length, samples, version, hz, side)


def _is_index(piece: bytes, frame: _Frame) -> bool:
    """Tell whether a frame holds no sound but says of the whole how long it is."""
    return piece[frame.side : frame.side + 4] in (b"Xing", b"Info") or piece[36:40] == b"VBRI"


def _behind_notes(data: bytes) -> int:
    """Return where the first frame begins, behind any number of ID3 tags and empty bytes."""
    at = 0
    while data[at : at + 3] == b"ID3" and at + 10 <= len(data):
        size = 0
        for byte in data[at + 6 : at + 10]:
            size = size << 7 | byte & 0x7F
        at += 10 + size + (10 if data[at + 5] & 0x10 else 0)
    while at < len(data) and data[at] == 0:
        at += 1
    return at


def _before_notes(data: bytes) -> int:
    """Return where the notes begin that stand behind the sound."""
    return len(data) - 128 if len(data) > 128 and data[-128:-125] == b"TAG" else len(data)


# --- what is shown of it -------------------------------------------------------------------------------------------


def sign() -> bytes:
    """Return a note as a PNG that reads on light and on dark."""
    side = THUMBNAIL_SIDE
    picture = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    unit = side / 16
    for x in (3.2, 9.2):
        draw.ellipse([x * unit, 10.2 * unit, (x + 3.4) * unit, 13 * unit], fill=_GREY)
        draw.rectangle([(x + 2.7) * unit, 3.4 * unit, (x + 3.4) * unit, 11.6 * unit], fill=_GREY)
    draw.rectangle([5.9 * unit, 3.4 * unit, 12.6 * unit, 5.2 * unit], fill=_GREY)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
