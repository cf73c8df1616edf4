# SPDX-License-Identifier: Apache-2.0
"""Videos as the operations see them (`ports.materials.Videos`): opened in a child, taken over as plain bytes.

The child loads PyAV; this side never does.
"""

from __future__ import annotations

import struct
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from koodesk.backend.ports.materials import PictureData, VideoData, VideoFrame
from koodesk.backend.ports.progress import Cancel
from koodesk.backend.readers import frames
from koodesk.backend.readers.limits import ReaderLimits
from koodesk.backend.readers.runner import run_reader, stream_reader
from koodesk.domain.problem import Problem, Refused, problem
from koodesk.domain.video_rules import VideoFacts

VIDEO_LIMITS: Final = ReaderLimits(memory=1536 * 1_048_576, cpu_seconds=60, wall_seconds=90)

_HEAD: Final = struct.Struct("!H")
_ENTRY: Final = struct.Struct("!IHHI")


class ChildVideos:
    """The one implementation."""

    def __init__(self, limits: ReaderLimits = VIDEO_LIMITS) -> None:
        self._limits = limits

    def probe(self, path: Path, cancel: Cancel) -> VideoFacts:
        """Measure one video from outside."""
        found, _ = self._run(path, {"want": "facts"}, cancel, pieces=0)
        return _facts(found, path)

    def read(self, path: Path, cancel: Cancel) -> VideoData:
        """Read one video from outside, with its first picture as a cover."""
        found, (data, cover, thumbnail) = self._run(path, {"want": "import"}, cancel, pieces=3)
        return VideoData(data, _facts(found, path), _picture(found["cover"], cover, thumbnail))

    def cover(self, path: Path, at_ms: int, cancel: Cancel) -> PictureData:
        """Return the picture at a time; see the port."""
        found, (cover, thumbnail) = self._run(path, {"want": "cover", "at_ms": at_ms}, cancel, pieces=2)
        return _picture(found, cover, thumbnail)

    def frames(self, path: Path, cancel: Cancel) -> Generator[tuple[VideoFrame, ...], None, None]:
        """Yield the pictures a preview plays; see the port."""
        said = stream_reader("video", path, self._limits, cancel, options={"want": "frames"})
        with closing(said), _in_words_of_videos(path):
            for kind, payload in said:
                if kind == frames.BYTES:
                    yield _unpack(payload, path)

    def _run(
        self, path: Path, options: Mapping[str, Any], cancel: Cancel, *, pieces: int
    ) -> tuple[Mapping[str, Any], list[bytes]]:
        got: list[bytes] = []

        def take(kind: bytes, payload: bytes) -> None:
            if kind == frames.BYTES:
                got.append(payload)

        with _in_words_of_videos(path):
            found = run_reader("video", path, self._limits, take, cancel, options=options)
        if len(got) != pieces:
            raise _babble(path)
        return found, got


@contextmanager
def _in_words_of_videos(path: Path) -> Iterator[None]:
    """Say what became of the child as it is of use for a video: the general words are about number files."""
    try:
        yield
    except Refused as refusal:
        raise Refused(*(_reworded(p, path) for p in refusal.problems)) from refusal


def _reworded(found: Problem, path: Path) -> Problem:
    match found.code:
        case "reader.timeout" | "reader.too_large":
            return problem("video.too_heavy", file=path.name)
        case "reader.died":
            return problem("video.decoder_died", file=path.name)
        case _:
            return found


def _babble(path: Path) -> Refused:
    return Refused(problem("video.decoder_died", file=path.name))


def _facts(found: Mapping[str, Any], path: Path) -> VideoFacts:
    try:
        return VideoFacts(**{one.name: found[one.name] for one in fields(VideoFacts)})
    except KeyError as failure:
        raise _babble(path) from failure


def _picture(found: Mapping[str, Any], data: bytes, thumbnail: bytes) -> PictureData:
    return PictureData(
        data=data,
        media_type="image/jpeg",
        width=int(found["width"]),
        height=int(found["height"]),
        thumbnail=thumbnail,
        source_size=len(data),
        look=str(found.get("look", "")),
    )


def _unpack(payload: bytes, path: Path) -> tuple[VideoFrame, ...]:
    """Take apart what `videos.pack_frames` joined."""
    try:
        (count,) = _HEAD.unpack_from(payload)
        at = _HEAD.size + count * _ENTRY.size
        block = []
        for number in range(count):
            at_ms, width, height, length = _ENTRY.unpack_from(payload, _HEAD.size + number * _ENTRY.size)
            block.append(VideoFrame(at_ms, width, height, payload[at : at + length]))
            at += length
    except struct.error as failure:
        raise _babble(path) from failure
    return tuple(block)
