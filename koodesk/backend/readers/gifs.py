# SPDX-License-Identifier: Apache-2.0
"""The child's side of opening gifs: blocks walked one by one, every picture decoded once, and what is no picture left out.

Pictures, colours, times and how often they repeat stay as they are, so nothing gets worse by being stored; comments, notes
of other programs and what was appended go.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

from PIL import GifImagePlugin, Image, ImageSequence, UnidentifiedImageError

from koodesk.backend.readers import frames, pictures
from koodesk.backend.readers.preview_frames import MOST_BYTES, PreviewFrames
from koodesk.domain.media_types import GIF, GIF_ALL_PIXELS, GIF_BYTES, GIF_FRAMES, GIF_PIXELS
from koodesk.domain.problem import Refused, problem

PREVIEW_BOX: Final = (360, 640)
PREVIEW_MS: Final = 33_000
_TICK_MS: Final = 66
"""A preview shows pictures at least so far apart."""
_UNTIMED_MS: Final = 100
"""What viewers make of a picture that stands for 10 ms or less."""

_LOOP: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_CONTROL: Final = 0xF9
_APPLICATION: Final = 0xFF


def load() -> None:
    """Load what decodes now, before the process closes its doors."""
    pictures.load()
    assert GifImagePlugin.GifImageFile.format == "GIF"


def serve(path: Path, options: dict[str, Any], pipe: BinaryIO) -> None:
    """Read one gif; `want` "import": itself, its thumbnail, the result; "frames": blocks of small pictures."""
    size = path.stat().st_size
    if size == 0:
        raise Refused(problem("picture.empty"))
    if size > GIF_BYTES:
        raise Refused(problem("picture.file_too_large", limit=GIF_BYTES, actual=size))
    data = clean(path.read_bytes())
    try:
        if options["want"] == "frames":
            _frames(data, pipe)
            return
        first, count = _decoded(data)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as failure:
        raise Refused(problem("picture.damaged")) from failure
    frames.write_frame(pipe, frames.BYTES, data)
    frames.write_frame(pipe, frames.BYTES, pictures.thumbnail(first))
    frames.write_json(
        pipe,
        frames.RESULT,
        {
            "media_type": GIF,
            "width": first.width,
            "height": first.height,
            "source_size": size,
            "look": pictures.look(first),
            "frames": count,
        },
    )


def clean(data: bytes) -> bytes:
    """Return a gif with its pictures and their times alone. Cleaned again it is the same, byte for byte.

    Raises Refused: picture.damaged, picture.too_many_pixels, picture.gif_too_long.
    """
    if data[:6] not in (b"GIF87a", b"GIF89a") or len(data) < 13:
        raise Refused(problem("picture.damaged"))
    width, height = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    if not 0 < width * height <= GIF_PIXELS:
        raise Refused(
            problem(
                "picture.too_many_pixels", width=width, height=height, limit=GIF_PIXELS, limit_side=65_535
            )
        )
    at = 13 + _table(data[10])
    kept = [b"GIF89a", data[6:at]]
    count = 0
    control = b""
    try:
        while data[at] != 0x3B:
            start = at
            if data[at] == 0x2C:
                at = _blocks(data, at + 10 + _table(data[at + 9]) + 1)
                kept += [control, data[start:at]]
                control = b""
                count += 1
            elif data[at] == 0x21:
                at = _blocks(data, at + 2)
                if data[start + 1] == _CONTROL:
                    control = data[start:at]
                elif data[start + 1] == _APPLICATION and data[start + 3 : start + 14] in _LOOP:
                    kept.append(data[start:at])
            else:
                raise Refused(problem("picture.damaged"))
    except IndexError as failure:
        raise Refused(problem("picture.damaged")) from failure
    if not count:
        raise Refused(problem("picture.damaged"))
    most = min(GIF_FRAMES, GIF_ALL_PIXELS // (width * height))
    if count > most:
        raise Refused(problem("picture.gif_too_long", limit=most, actual=count))
    return b"".join(kept) + b";"


def _table(flags: int) -> int:
    """Return the bytes of a table of colours by the flags that announce it."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _blocks(data: bytes, at: int) -> int:
    """Return where a chain of blocks ends. Raises IndexError when it does not."""
    while data[at]:
        at += data[at] + 1
    return at + 1


def _open(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=("GIF",))


def _decoded(data: bytes) -> tuple[Image.Image, int]:
    """Decode every picture; return the first, and how many there are."""
    first: Image.Image | None = None
    count = 0
    with _open(data) as opened:
        for picture in ImageSequence.Iterator(opened):
            picture.load()
            first = first or picture.convert("RGBA")
            count += 1
    assert first is not None
    return (first if first.getchannel("A").getextrema() != (255, 255) else first.convert("RGB")), count


def _timed(opened: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    at_ms = 0
    for picture in ImageSequence.Iterator(opened):
        yield at_ms, picture
        said = int(picture.info.get("duration", 0))
        at_ms += said if said > 10 else _UNTIMED_MS


def _frames(data: bytes, pipe: BinaryIO) -> None:
    """Write the pictures of one round, on white where one sees through them."""
    out = PreviewFrames(pipe, MOST_BYTES // (PREVIEW_MS // _TICK_MS + 1))
    due = 0
    with _open(data) as opened:
        for at_ms, picture in _timed(opened):
            if at_ms > PREVIEW_MS:
                break
            if at_ms < due:
                continue
            due = at_ms + _TICK_MS
            seen = picture.convert("RGBA")
            ground = Image.new("RGBA", seen.size, "white")
            small = Image.alpha_composite(ground, seen).convert("RGB")
            small.thumbnail(PREVIEW_BOX, Image.Resampling.LANCZOS, reducing_gap=2.0)
            out.add(at_ms, small)
    out.close()
    frames.write_json(pipe, frames.RESULT, {"frames": out.count})
