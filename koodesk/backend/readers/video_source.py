# SPDX-License-Identifier: Apache-2.0
"""One video, opened by FFmpeg in the reader child: what it is, measured, and its pictures, decoded and upright.

Loads PyAV and so stays in the child (docs/decisions/0013). FFmpeg is handed bytes, never a name or an address, and one
reader by name: what calls itself mp4 and is a playlist cannot make it open anything.
"""

from __future__ import annotations

import errno
import io
import mmap
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, Final

import av
from av.container import InputContainer
from av.stream import Stream
from av.video.frame import VideoFrame as Decoded
from PIL import Image

from koodesk.backend.readers import mp4_boxes
from koodesk.domain.material_rules import MAX_PIXELS, MAX_SIDE
from koodesk.domain.problem import Refused, problem
from koodesk.domain.video_rules import (
    LEAST_FPS,
    MOST_FPS,
    SOURCE_BYTES,
    VideoFacts,
    duration_is_honest,
)

_MOST_PACKETS: Final = 200_000
_UNDECODABLE_IN_A_ROW: Final = 300
"""Packets without one picture after which a video counts as having none."""

_OPTIONS: Final = {
    # No other file and no address, whatever the file's tables ask for.
    "enable_drefs": "0",
    "use_absolute_path": "0",
    "protocol_whitelist": "none",
}
_MATROSKA: Final = b"\x1a\x45\xdf\xa3"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a video's bytes come from, its outer structure, and which of FFmpeg's readers it gets."""

    open: Callable[[], BinaryIO]
    size: int
    found: mp4_boxes.Structure
    demuxer: str = "mp4"


def of_bytes(data: bytes, found: mp4_boxes.Structure) -> Source:
    """Return a source in memory whose boxes were looked at."""
    return Source(lambda: io.BytesIO(data), len(data), found)


def of_file(path: Path) -> Source:
    """Look at the outside of a video that is to be fitted, and leave it where it lies: it may be large.

    Takes mp4, mov, 3gp, mkv and webm. Raises Refused: video.empty, video.source_too_large, video.source_format, and
    those of `mp4_boxes.scan`.
    """
    size = path.stat().st_size
    if size == 0:
        raise Refused(problem("video.empty"))
    if size > SOURCE_BYTES:
        raise Refused(problem("video.source_too_large", limit=SOURCE_BYTES, actual=size))

    def open_it() -> BinaryIO:
        return path.open("rb")

    with open_it() as file, _mapped(file) as data:
        if data[:4] == _MATROSKA:
            # Its reader measures; the file says nothing that is looked at before.
            return Source(open_it, size, mp4_boxes.Structure(fragmented=True), "matroska")
        if mp4_boxes.container_of(data) is None:
            raise Refused(problem("video.source_format"))
        return Source(open_it, size, mp4_boxes.scan(data, mp4_boxes.CONTAINERS))


def _mapped(file: BinaryIO) -> mmap.mmap:
    try:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as failure:
        if failure.errno == errno.ENOMEM:
            raise MemoryError from failure
        raise


@dataclass(frozen=True, slots=True)
class _Length:
    """What the packets of one stream say: where the first and the last of them stand, in ms, and how many there are."""

    first: float
    end: float
    packets: int


@dataclass(frozen=True, slots=True)
class _Told:
    """What is taken from an open container. Plain values: what PyAV gives of a stream dies with its container."""

    pictures: _Length | None
    first: float
    end: float
    codec: str
    profile: str
    sound_codec: str


class Film:
    """A video that can be opened and decoded, any number of times; nothing of it is measured yet.

    `origin` is the time of its beginning in ms, by the file's own clock. Raises Refused: video.codec_unreadable,
    video.sound_only, video.damaged, video.too_many_pixels.
    """

    def __init__(self, source: Source) -> None:
        self.source: Final = source
        self.undecodable = 0
        with self.open() as container:
            stream = picture_stream(container, source.found)
            self.aspect: Final = _aspect(stream.sample_aspect_ratio)
            self.origin = self._begins_at((container.start_time or 0) / 1000)
            self.claimed_ms: Final = (container.duration or 0) / 1000

    def _begins_at(self, first_ms: float) -> float:
        # Fragments carry no list that brings their first picture to zero, and some writers begin below it.
        return first_ms if self.source.found.fragmented else min(first_ms, 0.0)

    @contextmanager
    def open(self) -> Iterator[InputContainer]:
        """Open the video for one pass."""
        with (
            self.source.open() as stream,
            av.open(stream, "r", format=self.source.demuxer, options=dict(_OPTIONS)) as container,
        ):
            yield container

    def decode(self, from_ms: float = 0, *, threads: int = 1) -> Generator[tuple[float, Decoded], None, None]:
        """Yield each picture that decodes with its time in ms; packets that do not are counted and passed over.

        Begins at the key picture before `from_ms`. One thread: memory for one picture, and the same errors every time.
        """
        self.undecodable = 0
        with self.open() as container:
            stream = container.streams.video[0]
            prepare(stream, threads)
            base = stream.time_base or Fraction(1, 1000)
            if from_ms:
                container.seek(int((from_ms + self.origin) / 1000 / base), stream=stream)
            failed_in_a_row = 0
            for packet in container.demux(stream):
                try:
                    decoded = packet.decode()
                except MemoryError:
                    raise
                except av.FFmpegError:
                    self.undecodable += 1
                    failed_in_a_row += 1
                    if failed_in_a_row > _UNDECODABLE_IN_A_ROW:
                        return
                    continue
                for frame in decoded:
                    assert isinstance(frame, Decoded)
                    check_pixels(frame.width, frame.height)
                    failed_in_a_row = 0
                    if frame.pts is not None:
                        yield max(0.0, float(frame.pts * base * 1000) - self.origin), frame

    def key_times(self) -> list[float]:
        """Return when the pictures that stand for themselves are decoded, in ms and in order; empty where no index says."""
        with self.open() as container:
            stream = container.streams.video[0]
            base = stream.time_base or Fraction(1, 1000)
            return sorted(
                float(entry.timestamp * base * 1000) - self.origin
                for entry in stream.index_entries
                if entry.is_keyframe
            )

    def picture_at(self, at_ms: float) -> Image.Image:
        """Return what is on the screen at a time. Raises Refused: video.no_frame."""
        chosen: Decoded | None = None
        with closing(self.decode(at_ms)) as decoded:
            for shown_ms, frame in decoded:
                if chosen is not None and shown_ms > at_ms + 0.5:
                    break
                chosen = frame
        if chosen is None:
            raise Refused(problem("video.no_frame"))
        return self.upright(chosen, (MAX_SIDE, MAX_SIDE))

    def upright(self, frame: Decoded, bounds: tuple[int, int]) -> Image.Image:
        """Return a picture as it is to be seen: square pixels, turned, within bounds and never enlarged."""
        width, height = self.shown(frame)
        scale = min(1.0, bounds[0] / width, bounds[1] / height)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        turn = clockwise(frame)
        stored = size if turn % 180 == 0 else (size[1], size[0])
        scaled = frame.reformat(width=stored[0], height=stored[1], format="rgb24")
        picture: Image.Image = scaled.to_image()  # type: ignore[no-untyped-call]  # PyAV types it only in part
        turned = {
            90: Image.Transpose.ROTATE_270,  # Pillow counts the other way round
            180: Image.Transpose.ROTATE_180,
            270: Image.Transpose.ROTATE_90,
        }.get(turn)
        return picture if turned is None else picture.transpose(turned)

    def shown(self, frame: Decoded) -> tuple[int, int]:
        """Return the pixels of a picture as it is to be seen."""
        size = (max(1, round(frame.width * self.aspect)), frame.height)
        return size if clockwise(frame) % 180 == 0 else (size[1], size[0])


class MeasuredFilm(Film):
    """A video whose every packet was looked at: `facts` are measured when it is made, or it is refused.

    Raises Refused besides: video.no_frame, video.frame_rate, video.duration_lies.
    """

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        with self.open() as container:
            told = _look_at(container)
        if told.pictures is None:
            raise Refused(problem("video.no_frame"))
        fps = _rate(told.pictures)
        self.origin = self._begins_at(told.first)
        end = told.end - self.origin
        found = source.found
        if (found.claimed_ms or not found.fragmented) and not duration_is_honest(
            found.claimed_ms, round(end)
        ):
            raise Refused(
                problem(
                    "video.duration_lies",
                    claimed=round(found.claimed_ms / 1000, 1),
                    actual=round(end / 1000, 1),
                )
            )
        with closing(self.decode()) as decoded:
            first = next(decoded, None)
        if first is None:
            raise Refused(problem("video.no_frame"))
        width, height = self.shown(first[1])
        self.facts: Final = VideoFacts(
            width=width,
            height=height,
            duration_ms=round(end),
            picture_ms=round(told.pictures.end - self.origin),
            frames=told.pictures.packets,
            fps=round(fps, 3),
            rotation=clockwise(first[1]),
            codec=told.codec,
            profile=told.profile,
            bits=max((part.bits for part in first[1].format.components), default=8),
            sound_codec=told.sound_codec,
            size=source.size,
            undecodable=self.undecodable,
        )

    def picture_at(self, at_ms: float) -> Image.Image:
        """Return what is on the screen at a time. Raises Refused: video.time_outside, video.no_frame."""
        if not 0 <= at_ms <= self.facts.picture_ms:
            raise Refused(problem("video.time_outside", at=at_ms / 1000, limit=self.facts.picture_ms / 1000))
        return super().picture_at(at_ms)


def prepare(stream: Stream, threads: int) -> None:
    """Bound what a decoder may make room for, and how many threads it starts."""
    stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
    stream.codec_context.thread_count = threads
    if threads > 1:
        stream.codec_context.thread_type = "AUTO"


def picture_stream(container: InputContainer, found: mp4_boxes.Structure) -> av.VideoStream:
    """Return the stream of pictures. Raises Refused where there is none that can be decoded."""
    if not container.streams.video:
        if b"vide" in found.tracks:
            raise Refused(problem("video.codec_unreadable"))
        heard = b"soun" in found.tracks or bool(container.streams.audio)
        raise Refused(problem("video.sound_only" if heard else "video.damaged"))
    stream = container.streams.video[0]
    if has_no_decoder(stream):
        raise Refused(problem("video.codec_unreadable"))
    check_pixels(stream.width, stream.height)
    return stream


def has_no_decoder(stream: Stream) -> bool:
    """Tell whether FFmpeg knows no decoder for a stream."""
    # PyAV's types say there is always one.
    return getattr(stream, "codec_context", None) is None


def check_pixels(width: int, height: int) -> None:
    """Raise Refused("video.too_many_pixels") for a picture nobody should decode."""
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise Refused(
            problem(
                "video.too_many_pixels", width=width, height=height, limit=MAX_PIXELS, limit_side=MAX_SIDE
            )
        )


def clockwise(frame: Decoded) -> int:
    """Return how far a stored picture is turned clockwise to be upright: 0, 90, 180 or 270."""
    return round(-frame.rotation / 90) * 90 % 360


def _look_at(container: InputContainer) -> _Told:
    stream = container.streams.video[0]
    sound = container.streams.audio[:1]
    lengths = _measure(container)
    return _Told(
        pictures=lengths.get(stream.index),
        first=min((one.first for one in lengths.values()), default=0.0),
        end=max((one.end for one in lengths.values()), default=0.0),
        codec=stream.codec_context.codec.canonical_name,
        profile=stream.codec_context.profile or "",
        sound_codec=""
        if not sound or has_no_decoder(sound[0])
        else sound[0].codec_context.codec.canonical_name,
    )


def _rate(pictures: _Length) -> float:
    span = pictures.end - pictures.first
    fps = pictures.packets * 1000 / span if span > 0 else 0.0
    if not LEAST_FPS <= fps <= MOST_FPS:
        raise Refused(problem("video.frame_rate", actual=round(fps, 2), least=LEAST_FPS, most=MOST_FPS))
    return fps


def _measure(container: InputContainer) -> dict[int, _Length]:
    """Read every packet of pictures and sound and say how far each stream reaches: no header is believed."""
    found: dict[int, _Length] = {}
    unsaid: dict[int, float] = {}
    seen = 0
    for packet in container.demux(*container.streams.video[:1], *container.streams.audio):
        seen += 1
        if seen > _MOST_PACKETS:
            raise Refused(problem("video.damaged"))
        if packet.pts is None or packet.size == 0 or packet.is_discard or packet.time_base is None:
            continue
        index = packet.stream.index
        start = float(packet.pts * packet.time_base * 1000)
        end = start + float((packet.duration or 0) * packet.time_base * 1000)
        old = found.get(index, _Length(start, end, 0))
        if not packet.duration:
            unsaid[index] = max(start, unsaid.get(index, start))
        found[index] = _Length(min(old.first, start), max(old.end, end), old.packets + 1)
    for index, last in unsaid.items():
        one = found[index]
        if last >= one.end and one.packets > 1:
            # Matroska need not say how long a picture stands: the last one stands as long as the others.
            found[index] = _Length(one.first, last + (last - one.first) / (one.packets - 1), one.packets)
    return found


def _aspect(ratio: Fraction | None) -> float:
    return float(ratio) if ratio and Fraction(1, 4) <= ratio <= 4 else 1.0
