# SPDX-License-Identifier: Apache-2.0
"""The child's side of opening videos: what one is, measured; its cover; its pictures, small, for the preview.

The only module of Koodesk that imports PyAV, whose wheels hold FFmpeg with x264 and x265 (GPL): it must be loaded in a
reader child and nowhere else (docs/decisions/0013). FFmpeg is handed the file's bytes, never a name or an address, and its
mp4 reader only: what calls itself mp4 and is a playlist cannot make it open anything.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Generator
from contextlib import closing
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO, Final

import av
from av.container import InputContainer
from av.stream import Stream
from av.video.frame import VideoFrame as Decoded
from PIL import Image

from koodesk.backend.readers import frames, mp4_boxes, pictures
from koodesk.domain.material_rules import MAX_PIXELS, MAX_SIDE
from koodesk.domain.problem import Refused, problem
from koodesk.domain.video_rules import (
    COVER_BYTES,
    LEAST_FPS,
    MOST_FPS,
    PLATFORM_BYTES,
    RECOMMENDED_MS,
    VideoFacts,
    duration_is_honest,
)

COVER_SIDE: Final = 1280
"""Longest side of a cover in pixels."""

STRIP_BYTES: Final = 16 * 1_048_576
"""Most bytes of pictures for one preview."""
STRIP_BOX: Final = (360, 640)
STRIP_FPS: Final = 15
_STRIP_FRAMES: Final = RECOMMENDED_MS * STRIP_FPS // 1000 + 1
_FRAME_BYTES: Final = STRIP_BYTES // _STRIP_FRAMES
_STRIP_QUALITIES: Final = (80, 60, 40, 20)
_BLOCK_FRAMES: Final = 8

_MOST_PACKETS: Final = 200_000
_UNDECODABLE_IN_A_ROW: Final = 300
"""Packets without one picture after which a video counts as having none."""

_OPTIONS: Final = {
    # No other file and no address, whatever the file's tables ask for.
    "enable_drefs": "0",
    "use_absolute_path": "0",
    "protocol_whitelist": "none",
}
_HEAD: Final = struct.Struct("!H")
_ENTRY: Final = struct.Struct("!IHHI")


def load() -> None:
    """Load what decodes and encodes now, before the process closes its doors."""
    pictures.load()
    av.logging.set_level(None)


def serve(path: Path, options: dict[str, Any], pipe: BinaryIO) -> None:
    """Read one video and answer `options["want"]`.

    "facts": the facts. "import": the file without its notes, the cover and the cover's thumbnail, then the facts.
    "cover": the JPEG at `at_ms` and its thumbnail, then its size. "frames": blocks of small pictures, then their number.
    """
    size = path.stat().st_size
    if size == 0:
        raise Refused(problem("video.empty"))
    if size > PLATFORM_BYTES:
        raise Refused(problem("video.too_large", limit=PLATFORM_BYTES, actual=size))
    data = path.read_bytes()
    found = mp4_boxes.scan(data)
    clean = mp4_boxes.without_notes(data, found)
    try:
        video = _Video(clean, found)
        match options["want"]:
            case "facts":
                frames.write_json(pipe, frames.RESULT, asdict(video.facts))
            case "import":
                _import(video, pipe)
            case "cover":
                cover = _cover(video, int(options["at_ms"]), pipe)
                frames.write_json(pipe, frames.RESULT, _about(cover))
            case "frames":
                _strip(video, pipe)
            case other:
                raise ValueError(other)
    except MemoryError:
        raise  # the parent says which limit it was
    except av.BlockingIOError as failure:
        # What FFmpeg says when no memory is left for the stack of a thread.
        raise MemoryError from failure
    except av.FFmpegError as failure:
        # Which of FFmpeg's errors it is tells a user nothing.
        raise Refused(problem("video.damaged")) from failure


def _import(video: _Video, pipe: BinaryIO) -> None:
    frames.write_frame(pipe, frames.BYTES, video.data)
    cover = _cover(video, 0, pipe)
    frames.write_json(pipe, frames.RESULT, {**asdict(video.facts), "cover": _about(cover)})


def _about(cover: Image.Image) -> dict[str, int | str]:
    return {"width": cover.width, "height": cover.height, "look": pictures.look(cover)}


def _cover(video: _Video, at_ms: int, pipe: BinaryIO) -> Image.Image:
    """Write the JPEG of a time and its thumbnail; return the picture that was written."""
    picture = video.picture_at(at_ms)
    picture.thumbnail((COVER_SIDE, COVER_SIDE), Image.Resampling.LANCZOS)
    content, media_type = pictures.fit(picture, COVER_BYTES)
    assert media_type == "image/jpeg"
    with Image.open(io.BytesIO(content), formats=("JPEG",)) as written:
        written.load()
        cover = written.copy()
    frames.write_frame(pipe, frames.BYTES, content)
    frames.write_frame(pipe, frames.BYTES, pictures.thumbnail(cover))
    return cover


def _strip(video: _Video, pipe: BinaryIO) -> None:
    """Write the pictures a preview plays: at most 15 a second, the first 33 s, within the bytes for all of them."""
    step = max(1000 / STRIP_FPS, 1000 / video.facts.fps)
    block: list[tuple[int, int, int, bytes]] = []
    written, due = 0, 0.0
    for at_ms, decoded in video.decode():
        if at_ms > RECOMMENDED_MS or written + len(block) >= _STRIP_FRAMES:
            break
        # A grid rather than a distance, so that 24 a second become 15 and not 12; half a ms for rounding.
        if at_ms + 0.5 < due:
            continue
        due = max(due + step, at_ms + step / 2)
        block.append((round(at_ms), *_small(video.upright(decoded, STRIP_BOX))))
        if len(block) == _BLOCK_FRAMES:
            frames.write_frame(pipe, frames.BYTES, pack_frames(block))
            written += len(block)
            block = []
    if block:
        frames.write_frame(pipe, frames.BYTES, pack_frames(block))
        written += len(block)
    if not written:
        raise Refused(problem("video.no_frame"))
    frames.write_json(pipe, frames.RESULT, {"frames": written, "undecodable": video.undecodable})


def _small(picture: Image.Image) -> tuple[int, int, bytes]:
    """Write one picture of the strip within its share of the bytes; noise is drawn coarser."""
    while True:
        for quality in _STRIP_QUALITIES:
            out = io.BytesIO()
            picture.save(out, "JPEG", quality=quality)
            if out.tell() <= _FRAME_BYTES:
                return picture.width, picture.height, out.getvalue()
        picture = picture.resize((max(1, picture.width // 2), max(1, picture.height // 2)))


def pack_frames(block: list[tuple[int, int, int, bytes]]) -> bytes:
    """Join pictures (ms, width, height, JPEG) to one payload; `video_files.unpack_frames` takes it apart."""
    heads = b"".join(_ENTRY.pack(at, width, height, len(jpeg)) for at, width, height, jpeg in block)
    return _HEAD.pack(len(block)) + heads + b"".join(jpeg for *_, jpeg in block)


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
    aspect: float
    sound_codec: str


class _Video:
    """One video in memory, opened anew for each pass. `facts` are measured when it is made, or it is refused."""

    def __init__(self, data: bytes, found: mp4_boxes.Structure) -> None:
        self.data: Final = data
        self.undecodable = 0
        with self._open() as container:
            told = _look_at(container, found)
        if told.pictures is None:
            raise Refused(problem("video.no_frame"))
        fps = _rate(told.pictures)
        # Fragments carry no list that brings their first picture to zero, and some writers begin below it.
        self._origin = told.first if found.fragmented else min(told.first, 0.0)
        end = told.end - self._origin
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
        self._aspect = told.aspect
        width, height = self._shown(first[1])
        self.facts: Final = VideoFacts(
            width=width,
            height=height,
            duration_ms=round(end),
            picture_ms=round(told.pictures.end - self._origin),
            frames=told.pictures.packets,
            fps=round(fps, 3),
            rotation=_clockwise(first[1]),
            codec=told.codec,
            profile=told.profile,
            bits=max((part.bits for part in first[1].format.components), default=8),
            sound_codec=told.sound_codec,
            size=len(data),
            undecodable=self.undecodable,
        )

    def _open(self) -> InputContainer:
        return av.open(io.BytesIO(self.data), "r", format="mp4", options=dict(_OPTIONS))

    def decode(self, from_ms: int = 0) -> Generator[tuple[float, Decoded], None, None]:
        """Yield each picture that decodes with its time in ms; packets that do not are counted and passed over."""
        self.undecodable = 0
        with self._open() as container:
            stream = container.streams.video[0]
            stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
            # Memory for one picture at a time, and the same errors every time.
            stream.codec_context.thread_count = 1
            base = stream.time_base or Fraction(1, 1000)
            if from_ms:
                container.seek(int((from_ms + self._origin) / 1000 / base), stream=stream)
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
                    _check_pixels(frame.width, frame.height)
                    failed_in_a_row = 0
                    if frame.pts is not None:
                        yield max(0.0, float(frame.pts * base * 1000) - self._origin), frame

    def picture_at(self, at_ms: int) -> Image.Image:
        """Return what is on the screen at a time. Raises Refused: video.time_outside, video.no_frame."""
        if not 0 <= at_ms <= self.facts.picture_ms:
            raise Refused(problem("video.time_outside", at=at_ms / 1000, limit=self.facts.picture_ms / 1000))
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
        width, height = self._shown(frame)
        scale = min(1.0, bounds[0] / width, bounds[1] / height)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        turn = _clockwise(frame)
        stored = size if turn % 180 == 0 else (size[1], size[0])
        scaled = frame.reformat(width=stored[0], height=stored[1], format="rgb24")
        picture: Image.Image = scaled.to_image()  # type: ignore[no-untyped-call]  # PyAV types it only in part
        turned = {
            90: Image.Transpose.ROTATE_270,  # Pillow counts the other way round
            180: Image.Transpose.ROTATE_180,
            270: Image.Transpose.ROTATE_90,
        }.get(turn)
        return picture if turned is None else picture.transpose(turned)

    def _shown(self, frame: Decoded) -> tuple[int, int]:
        size = (max(1, round(frame.width * self._aspect)), frame.height)
        return size if _clockwise(frame) % 180 == 0 else (size[1], size[0])


def _look_at(container: InputContainer, found: mp4_boxes.Structure) -> _Told:
    if not container.streams.video:
        if b"vide" in found.tracks:
            raise Refused(problem("video.codec_unreadable"))
        raise Refused(problem("video.sound_only" if b"soun" in found.tracks else "video.damaged"))
    stream = container.streams.video[0]
    if _has_no_decoder(stream):
        raise Refused(problem("video.codec_unreadable"))
    _check_pixels(stream.width, stream.height)
    sound = container.streams.audio[:1]
    lengths = _measure(container)
    return _Told(
        pictures=lengths.get(stream.index),
        first=min((one.first for one in lengths.values()), default=0.0),
        end=max((one.end for one in lengths.values()), default=0.0),
        codec=stream.codec_context.codec.canonical_name,
        profile=stream.codec_context.profile or "",
        aspect=_aspect(stream.sample_aspect_ratio),
        sound_codec=""
        if not sound or _has_no_decoder(sound[0])
        else sound[0].codec_context.codec.canonical_name,
    )


def _has_no_decoder(stream: Stream) -> bool:
    # PyAV's types say there is always one.
    return getattr(stream, "codec_context", None) is None


def _rate(pictures: _Length) -> float:
    span = pictures.end - pictures.first
    fps = pictures.packets * 1000 / span if span > 0 else 0.0
    if not LEAST_FPS <= fps <= MOST_FPS:
        raise Refused(problem("video.frame_rate", actual=round(fps, 2), least=LEAST_FPS, most=MOST_FPS))
    return fps


def _check_pixels(width: int, height: int) -> None:
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise Refused(
            problem(
                "video.too_many_pixels", width=width, height=height, limit=MAX_PIXELS, limit_side=MAX_SIDE
            )
        )


def _measure(container: InputContainer) -> dict[int, _Length]:
    """Read every packet of pictures and sound and say how far each stream reaches: no header is believed."""
    found: dict[int, _Length] = {}
    seen = 0
    for packet in container.demux(*container.streams.video[:1], *container.streams.audio):
        seen += 1
        if seen > _MOST_PACKETS:
            raise Refused(problem("video.damaged"))
        if packet.pts is None or packet.size == 0 or packet.is_discard or packet.time_base is None:
            continue
        start = float(packet.pts * packet.time_base * 1000)
        end = start + float((packet.duration or 0) * packet.time_base * 1000)
        old = found.get(packet.stream.index, _Length(start, end, 0))
        found[packet.stream.index] = _Length(min(old.first, start), max(old.end, end), old.packets + 1)
    return found


def _aspect(ratio: Fraction | None) -> float:
    return float(ratio) if ratio and Fraction(1, 4) <= ratio <= 4 else 1.0


def _clockwise(frame: Decoded) -> int:
    return round(-frame.rotation / 90) * 90 % 360
