# SPDX-License-Identifier: Apache-2.0
"""What only video SMS takes, as the operations see it (`ports.materials.MessageMedia`): gifs and sounds, opened in a child."""

from __future__ import annotations

import struct
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from koodesk.backend.ports.materials import PictureData, SoundData, VideoFrame
from koodesk.backend.ports.progress import Cancel
from koodesk.backend.readers import frames
from koodesk.backend.readers.limits import ReaderLimits
from koodesk.backend.readers.runner import run_reader, stream_reader
from koodesk.domain.media_types import GIF, SOUNDS
from koodesk.domain.problem import Problem, Refused, problem

MEDIA_LIMITS: Final = ReaderLimits(memory=1024 * 1_048_576, cpu_seconds=60, wall_seconds=60)


class ChildMessageMedia:
    """The one implementation."""

    def __init__(self, limits: ReaderLimits = MEDIA_LIMITS) -> None:
        self._limits = limits

    def gif(self, path: Path, cancel: Cancel) -> PictureData:
        """Read one gif from outside; it stays animated."""
        found, data, thumbnail = self._run("gif", path, {"want": "import"}, cancel)
        return PictureData(
            data=data,
            media_type=GIF,
            width=int(found["width"]),
            height=int(found["height"]),
            thumbnail=thumbnail,
            source_size=int(found["source_size"]),
            look=str(found["look"]),
        )

    def gif_frames(self, path: Path, cancel: Cancel) -> Generator[tuple[VideoFrame, ...], None, None]:
        """Yield the pictures of one round; see the port."""
        said = stream_reader("gif", path, self._limits, cancel, options={"want": "frames"})
        with closing(said), _in_words_of_media(path):
            for kind, payload in said:
                if kind == frames.BYTES:
                    try:
                        yield tuple(VideoFrame(*one) for one in frames.unpack_pictures(payload))
                    except struct.error as failure:
                        raise _babble(path) from failure

    def sound(self, path: Path, cancel: Cancel) -> SoundData:
        """Read one sound from outside."""
        found, data, thumbnail = self._run("sound", path, {}, cancel)
        media_type = str(found["media_type"])
        if media_type not in SOUNDS:
            raise _babble(path)
        return SoundData(data, media_type, int(found["duration_ms"]), thumbnail)

    def _run(
        self, kind: str, path: Path, options: Mapping[str, Any], cancel: Cancel
    ) -> tuple[Mapping[str, Any], bytes, bytes]:
        got: list[bytes] = []

        def take(said: bytes, payload: bytes) -> None:
            if said == frames.BYTES:
                got.append(payload)

        with _in_words_of_media(path):
            found = run_reader(kind, path, self._limits, take, cancel, options=options)
        if len(got) != 2:
            raise _babble(path)
        return found, got[0], got[1]


@contextmanager
def _in_words_of_media(path: Path) -> Iterator[None]:
    """Say what became of the child as it is of use here: the general words are about number files."""
    try:
        yield
    except Refused as refusal:
        raise Refused(*(_reworded(p, path) for p in refusal.problems)) from refusal


def _reworded(found: Problem, path: Path) -> Problem:
    if found.code in ("reader.timeout", "reader.too_large", "reader.died"):
        return problem("media.unreadable", file=path.name)
    return found


def _babble(path: Path) -> Refused:
    return Refused(problem("media.unreadable", file=path.name))
