# SPDX-License-Identifier: Apache-2.0
"""The child's side of opening videos: what one is, its cover, its pictures, small, for a preview, and itself, fitted.

Loads PyAV, whose wheels hold FFmpeg with x264 and x265 (GPL), as `video_source`, `video_graph` and `video_fit` do: the four are loaded in a
reader child and nowhere else (docs/decisions/0013).
"""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, Final

import av
from PIL import Image

from koodesk.backend.readers import frames, mp4_boxes, pictures, video_fit, video_source
from koodesk.backend.readers.preview_frames import MOST_BYTES, PreviewFrames
from koodesk.backend.readers.video_source import Film, MeasuredFilm
from koodesk.domain.crop import Crop
from koodesk.domain.problem import Refused, problem
from koodesk.domain.video_fit import FitGoal, VideoCut
from koodesk.domain.video_rules import COVER_BYTES, PLATFORM_BYTES, RECOMMENDED_MS

COVER_SIDE: Final = 1280
"""Longest side of a cover in pixels."""

STRIP_BOX: Final = (360, 640)
STRIP_FPS: Final = 15
_STRIP_FRAMES: Final = RECOMMENDED_MS * STRIP_FPS // 1000 + 1
THUMB_BOX: Final = (160, 160)
_THREADS: Final = 2


def load() -> None:
    """Load what decodes and encodes now, before the process closes its doors."""
    pictures.load()
    av.logging.set_level(None)


def serve(path: Path, options: dict[str, Any], pipe: BinaryIO) -> None:
    """Read one video and answer `options["want"]`.

    Of a video for a card or the gallery. "facts": the facts. "import": the file without its notes, the cover and the
    cover's thumbnail, then the facts. "cover": the JPEG at `at_ms` and its thumbnail, then its size. "frames": blocks of
    small pictures, then their number.

    Of a video that is to be fitted, of more kinds and sizes. "source": the facts. "play": blocks of small pictures from
    `from_ms` to `to_ms`. "thumbs": `count` of them, evenly spread. "fit": the file, its cover and the cover's thumbnail,
    then its facts.
    """
    try:
        match options["want"]:
            case "source":
                frames.write_json(pipe, frames.RESULT, asdict(MeasuredFilm(video_source.of_file(path)).facts))
            case "play":
                film = Film(video_source.of_file(path))
                _strip(film, pipe, int(options["from_ms"]), int(options["to_ms"]))
            case "thumbs":
                _thumbs(Film(video_source.of_file(path)), int(options["count"]), pipe)
            case "fit":
                _fit(MeasuredFilm(video_source.of_file(path)), options, pipe)
            case _:
                _serve_stored(path, options, pipe)
    except MemoryError:
        raise  # the parent says which limit it was
    except (av.BlockingIOError, av.ExternalError) as failure:
        # What FFmpeg says when no memory is left for the stack of a thread, and when an encoder gets none.
        raise MemoryError from failure
    except av.FFmpegError as failure:
        # Which of FFmpeg's errors it is tells a user nothing.
        raise Refused(problem("video.damaged")) from failure


def _serve_stored(path: Path, options: Mapping[str, Any], pipe: BinaryIO) -> None:
    size = path.stat().st_size
    if size == 0:
        raise Refused(problem("video.empty"))
    if size > PLATFORM_BYTES:
        raise Refused(problem("video.too_large", limit=PLATFORM_BYTES, actual=size))
    data = path.read_bytes()
    found = mp4_boxes.scan(data, frozenset(options.get("containers", mp4_boxes.MP4)))
    clean = mp4_boxes.without_notes(data, found)
    film = MeasuredFilm(video_source.of_bytes(clean, found))
    match options["want"]:
        case "facts":
            frames.write_json(pipe, frames.RESULT, asdict(film.facts))
        case "import":
            frames.write_frame(pipe, frames.BYTES, clean)
            _result(film, 0, str(mp4_boxes.container_of(clean)), pipe)
        case "cover":
            cover = _cover(film, int(options["at_ms"]), pipe)
            frames.write_json(pipe, frames.RESULT, _about(cover))
        case "frames":
            _strip(film, pipe, 0, RECOMMENDED_MS, film.facts.fps)
        case other:
            raise ValueError(other)


def _fit(film: MeasuredFilm, options: Mapping[str, Any], pipe: BinaryIO) -> None:
    """Write the fitted video, as it is stored, and what it turned out to be."""
    told = dict(options["cut"])
    told["crop"] = Crop(**told["crop"]) if told["crop"] else None
    cut, goal = VideoCut(**told), FitGoal(**options["goal"])
    data = video_fit.fit(film, cut, goal, pipe)
    made = MeasuredFilm(video_source.of_bytes(data, mp4_boxes.scan(data, frozenset((goal.container,)))))
    assert made.facts.size <= goal.max_bytes
    assert made.facts.duration_ms <= goal.max_ms
    frames.write_frame(pipe, frames.BYTES, data)
    _result(made, min(cut.cover_ms, made.facts.picture_ms), goal.container, pipe)


def _result(film: MeasuredFilm, cover_ms: int, container: str, pipe: BinaryIO) -> None:
    cover = _cover(film, cover_ms, pipe)
    found = {**asdict(film.facts), "cover": _about(cover), "container": container}
    frames.write_json(pipe, frames.RESULT, found)


def _about(cover: Image.Image) -> dict[str, int | str]:
    return {"width": cover.width, "height": cover.height, "look": pictures.look(cover)}


def _cover(film: Film, at_ms: int, pipe: BinaryIO) -> Image.Image:
    """Write the JPEG of a time and its thumbnail; return the picture that was written."""
    picture = film.picture_at(at_ms)
    picture.thumbnail((COVER_SIDE, COVER_SIDE), Image.Resampling.LANCZOS)
    content, media_type = pictures.fit(picture, COVER_BYTES)
    assert media_type == "image/jpeg"
    with Image.open(io.BytesIO(content), formats=("JPEG",)) as written:
        written.load()
        cover = written.copy()
    frames.write_frame(pipe, frames.BYTES, content)
    frames.write_frame(pipe, frames.BYTES, pictures.thumbnail(cover))
    return cover


def _strip(film: Film, pipe: BinaryIO, from_ms: int, to_ms: int, fps: float = 0) -> None:
    """Write the pictures a preview plays: at most 15 a second, 33 s of them, within the bytes for all of them."""
    step = max(1000 / STRIP_FPS, 1000 / fps if fps else 0)
    out = PreviewFrames(pipe, MOST_BYTES // _STRIP_FRAMES)
    due = float(from_ms)
    # One thread where something was stored: the same pictures every time. Two where a person waits for the first.
    with closing(film.decode(from_ms, threads=1 if fps else _THREADS)) as decoded:
        for at_ms, frame in decoded:
            if at_ms > to_ms or out.count >= _STRIP_FRAMES:
                break
            # A grid rather than a distance, so that 24 a second become 15 and not 12; half a ms for rounding.
            if at_ms + 0.5 < due:
                continue
            due = max(due + step, at_ms + step / 2)
            out.add(at_ms, film.upright(frame, STRIP_BOX))
    _close(out, film, pipe)


def _thumbs(film: Film, count: int, pipe: BinaryIO) -> None:
    """Write pictures evenly spread over a video, each at most half a step before its time, for a time line.

    Where a key picture lies between two of them, what lies before it is not decoded; nothing is decoded twice.
    """
    step = film.claimed_ms / count
    keys = film.key_times()
    out = PreviewFrames(pipe, MOST_BYTES // max(count, 64), block=4)
    decoded = film.decode(threads=_THREADS)
    place = 0.0
    try:
        for number in range(count):
            middle = (number + 0.5) * step
            key = keys[max(0, bisect_right(keys, middle) - 1)] if keys else 0.0
            if key > place:
                decoded.close()
                decoded = film.decode(middle, threads=_THREADS)
            for place, frame in decoded:
                if place >= middle - step / 2:
                    out.add(place, film.upright(frame, THUMB_BOX))
                    break
    finally:
        decoded.close()
    _close(out, film, pipe)


def _close(out: PreviewFrames, film: Film, pipe: BinaryIO) -> None:
    out.close()
    if not out.count:
        raise Refused(problem("video.no_frame"))
    frames.write_json(pipe, frames.RESULT, {"frames": out.count, "undecodable": film.undecodable})
