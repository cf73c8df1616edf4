# SPDX-License-Identifier: Apache-2.0
"""Videos as the operations see them (`ports.materials.Videos`): opened in a child, taken over as plain bytes.

The child loads PyAV; this side never does.
"""

from __future__ import annotations

import struct
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any, Final

from koodesk.backend.ports.materials import PictureData, VideoData, VideoFrame
from koodesk.backend.ports.progress import Cancel, Report, silent
from koodesk.backend.readers import frames
from koodesk.backend.readers.limits import ReaderLimits
from koodesk.backend.readers.runner import run_reader, stream_reader
from koodesk.domain.problem import Problem, Refused, problem
from koodesk.domain.video_fit import MEDIA_TYPES, FitGoal, VideoCut
from koodesk.domain.video_rules import SOURCE_BYTES, VideoFacts

VIDEO_LIMITS: Final = ReaderLimits(memory=1536 * 1_048_576, cpu_seconds=60, wall_seconds=90)
FIT_LIMITS: Final = ReaderLimits(memory=3072 * 1_048_576, cpu_seconds=900, wall_seconds=900)
"""For a source of any length: it is decoded as far as the cut goes, and encoded twice at most."""

STORED: Final = ("mp4", "3gp")
"""What the gallery may hold."""


class ChildVideos:
    """The one implementation."""

    def __init__(self, limits: ReaderLimits = VIDEO_LIMITS, fit_limits: ReaderLimits = FIT_LIMITS) -> None:
        self._limits = limits
        self._fit_limits = fit_limits

    def probe(self, path: Path, cancel: Cancel) -> VideoFacts:
        """Measure one video from outside."""
        found, _ = self._run(path, {"want": "facts"}, cancel, pieces=0)
        return _facts(found, path)

    def read(self, path: Path, cancel: Cancel, containers: tuple[str, ...] = ("mp4",)) -> VideoData:
        """Read one video from outside, with its first picture as a cover."""
        options = {"want": "import", "containers": list(containers)}
        found, pieces = self._run(path, options, cancel, pieces=3)
        return _video(found, pieces, path)

    def cover(self, path: Path, at_ms: int, cancel: Cancel) -> PictureData:
        """Return the picture at a time; see the port."""
        found, (cover, thumbnail) = self._run(
            path, {"want": "cover", "at_ms": at_ms, "containers": STORED}, cancel, pieces=2
        )
        return _picture(found, cover, thumbnail)

    def frames(self, path: Path, cancel: Cancel) -> Generator[tuple[VideoFrame, ...], None, None]:
        """Yield the pictures a preview plays; see the port."""
        return self._pictures(path, {"want": "frames", "containers": STORED}, self._limits, cancel)

    def probe_source(self, path: Path, cancel: Cancel) -> VideoFacts:
        """Measure a video that is to be fitted; see the port."""
        limits = _for_source(self._fit_limits, path)
        found, _ = self._run(path, {"want": "source"}, cancel, pieces=0, limits=limits)
        return _facts(found, path)

    def first_frames(
        self, path: Path, from_ms: int, to_ms: int, cancel: Cancel
    ) -> Generator[tuple[VideoFrame, ...], None, None]:
        """Yield what a preview plays of a video that is to be fitted; see the port."""
        options = {"want": "play", "from_ms": from_ms, "to_ms": to_ms}
        return self._pictures(path, options, _for_source(self._fit_limits, path), cancel)

    def clip_strip(
        self, path: Path, count: int, cancel: Cancel
    ) -> Generator[tuple[VideoFrame, ...], None, None]:
        """Yield pictures spread over a video that is to be fitted; see the port."""
        options = {"want": "thumbs", "count": count}
        return self._pictures(path, options, _for_source(self._fit_limits, path), cancel)

    def fit(
        self, path: Path, cut: VideoCut, goal: FitGoal, cancel: Cancel, report: Report = silent
    ) -> VideoData:
        """Cut, scale and encode one video until it fits; see the port."""
        options = {"want": "fit", "cut": asdict(cut), "goal": asdict(goal)}
        limits = _for_source(self._fit_limits, path)
        found, pieces = self._run(path, options, cancel, pieces=3, limits=limits, report=report)
        if len(pieces[0]) > goal.max_bytes:
            raise _babble(path)
        return _video(found, pieces, path)

    def _pictures(
        self, path: Path, options: Mapping[str, Any], limits: ReaderLimits, cancel: Cancel
    ) -> Generator[tuple[VideoFrame, ...], None, None]:
        said = stream_reader("video", path, limits, cancel, options=options)
        with closing(said), _in_words_of_videos(path):
            for kind, payload in said:
                if kind == frames.BYTES:
                    yield _unpack(payload, path)

    def _run(
        self,
        path: Path,
        options: Mapping[str, Any],
        cancel: Cancel,
        *,
        pieces: int,
        limits: ReaderLimits | None = None,
        report: Report = silent,
    ) -> tuple[Mapping[str, Any], list[bytes]]:
        got: list[bytes] = []

        def take(kind: bytes, payload: bytes) -> None:
            if kind == frames.BYTES:
                got.append(payload)

        with _in_words_of_videos(path):
            found = run_reader(
                "video", path, limits or self._limits, take, cancel, options=options, report=report
            )
        if len(got) != pieces:
            raise _babble(path)
        return found, got


def _for_source(limits: ReaderLimits, path: Path) -> ReaderLimits:
    """Return the limits for a file that is looked at where it lies: that takes addresses, if no memory."""
    try:
        size = path.stat().st_size
    except OSError:
        return limits  # the child says what is wrong
    return replace(limits, memory=limits.memory + min(size, SOURCE_BYTES))


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


def _video(found: Mapping[str, Any], pieces: list[bytes], path: Path) -> VideoData:
    data, cover, thumbnail = pieces
    media_type = MEDIA_TYPES.get(found.get("container", "mp4"))
    if media_type is None:
        raise _babble(path)
    return VideoData(data, _facts(found, path), _picture(found["cover"], cover, thumbnail), media_type)


def _unpack(payload: bytes, path: Path) -> tuple[VideoFrame, ...]:
    try:
        return tuple(VideoFrame(*one) for one in frames.unpack_pictures(payload))
    except struct.error as failure:
        raise _babble(path) from failure
