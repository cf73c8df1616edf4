# SPDX-License-Identifier: Apache-2.0
"""The child's side of fitting a video: decode what the cut keeps, encode it at a steady rate, and stay within the bytes.

Loads PyAV: see `videos`. Nothing is written to a file: the result is small and goes through the pipe.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, BinaryIO, Final

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.frame import VideoFrame as Decoded
from av.video.stream import VideoStream

from koodesk.backend.readers import frames, mp4_boxes, mp4_faststart
from koodesk.backend.readers.video_graph import BT709, LIMITED, Pictures, Sound
from koodesk.backend.readers.video_source import MeasuredFilm, check_pixels, has_no_decoder, prepare
from koodesk.domain.problem import Refused, problem
from koodesk.domain.video_fit import SOUND_FRAME, FitGoal, FitPlan, VideoCut, plan_fit, shown_size, tighter

PRESET: Final = "medium"
_LEAST_QUANTISER: Final = 14
"""Better than this nobody sees; what it would take stays unused."""
_KEY_SECONDS: Final = 4

_REPORT_SECONDS: Final = 0.2
_SLACK_MS: Final = 5_000
"""How much longer a file is read for its sound when the pictures are all there."""
_HOPELESS: Final = 2
"""An attempt ends at so many times the bytes there are."""
_UNDECODABLE_IN_A_ROW: Final = 300
_LARGE_PIXELS: Final = 10_000_000
"""Pictures larger than this are decoded by one thread: each holds several of them."""


class _OverrunError(Exception):
    """An attempt made more bytes than there is room for; how many it would be at the end."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


def threads() -> int:
    """Return how many threads decode, and how many encode."""
    return max(1, min(4, os.cpu_count() or 1))


def fit(film: MeasuredFilm, cut: VideoCut, goal: FitGoal, pipe: BinaryIO) -> bytes:
    """Return the fitted file, free of notes, its index first. Reports "fit", at a second attempt "fit_again", in ms.

    Raises Refused as `plan_fit` does, and video.fit_impossible also when the second attempt is still too large.
    """
    plan = plan_fit(film.facts, cut, goal)
    try:
        return _finished(_Attempt(film, cut, plan, goal, pipe).run(), goal)
    except _OverrunError as first:
        plan = tighter(plan, first.size, shown_size(film.facts, cut), goal)
    try:
        return _finished(_Attempt(film, cut, plan, goal, pipe, again=True).run(), goal)
    except _OverrunError as second:
        raise Refused(problem("video.fit_impossible", limit=goal.max_bytes, least=second.size)) from second


def _finished(data: bytes, goal: FitGoal) -> bytes:
    ordered = mp4_faststart.index_first(data)
    # As it is stored: taken in again it is the same file, byte for byte.
    return mp4_boxes.without_notes(ordered, mp4_boxes.scan(ordered, frozenset((goal.container,))))


class _Attempt:
    """One way from the source to a file."""

    def __init__(
        self,
        film: MeasuredFilm,
        cut: VideoCut,
        plan: FitPlan,
        goal: FitGoal,
        pipe: BinaryIO,
        *,
        again: bool = False,
    ) -> None:
        self._film = film
        self._cut = cut
        self._plan = plan
        self._goal = goal
        self._pipe = pipe
        self._again = again
        self._out = io.BytesIO()
        self._pictures = Pictures(film, (film.facts.width, film.facts.height), cut, plan)
        length = cut.length_ms * plan.sound.hz // 1000 // SOUND_FRAME * SOUND_FRAME
        self._sound = Sound(plan.sound, max(SOUND_FRAME, length))
        self._current: Decoded | None = None
        self._made: Decoded | None = None
        self._count = 0
        self._said_at = 0.0

    def run(self) -> bytes:
        """Return the file as FFmpeg writes it. Raises _OverrunError, Refused."""
        with (
            self._film.open() as container,
            av.open(
                self._out,
                "w",
                format=self._goal.container,
                container_options={"fflags": "+bitexact"},
            ) as file,
        ):
            video, audio = self._streams(file)
            self._convert(container, file, video, audio)
            if audio is not None:
                file.mux([packet for made in self._sound.fitted(None) for packet in audio.encode(made)])
                file.mux(list(audio.encode(None)))
            file.mux(list(video.encode(None)))
        data = self._out.getvalue()
        if len(data) > self._goal.max_bytes:
            raise _OverrunError(len(data))
        self._say(done=True)
        return data

    def _streams(self, file: OutputContainer) -> tuple[VideoStream, AudioStream | None]:
        plan = self._plan
        try:
            video = file.add_stream("libx264", rate=plan.fps)
        except av.codec.codec.UnknownCodecError as failure:
            raise Refused(problem("video.encoder_missing", codec="H.264")) from failure
        assert isinstance(video, VideoStream)
        video.width, video.height, video.pix_fmt = plan.width, plan.height, "yuv420p"
        coder = video.codec_context
        coder.time_base = 1 / plan.fps
        coder.bit_rate = plan.video_bps
        coder.gop_size = int(plan.fps * _KEY_SECONDS)
        coder.thread_count = threads()
        coder.colorspace, coder.color_primaries, coder.color_trc = BT709, BT709, BT709
        coder.color_range = LIMITED
        peak, span = (1.0, 1.0) if self._again else (1.5, 2.0)
        coder.options = {
            "preset": PRESET,
            # The least that phones play: what message standards name, or a step above it.
            "profile": "baseline" if self._goal.container == "3gp" else "main",
            "maxrate": str(int(plan.video_bps * peak)),
            "bufsize": str(int(plan.video_bps * span)),
            "qmin": str(_LEAST_QUANTISER),
            "a53cc": "0",
        }
        if not plan.audio_bps:
            return video, None
        audio = file.add_stream("aac", rate=plan.sound.hz)
        assert isinstance(audio, AudioStream)
        audio.layout = "mono" if plan.sound.channels == 1 else "stereo"
        audio.codec_context.bit_rate = plan.audio_bps
        return video, audio

    def _convert(
        self,
        container: InputContainer,
        file: OutputContainer,
        video: VideoStream,
        audio: AudioStream | None,
    ) -> None:
        pictures = container.streams.video[0]
        facts = self._film.facts
        prepare(pictures, 1 if facts.width * facts.height > _LARGE_PIXELS else threads())
        wanted: list[av.VideoStream | av.AudioStream] = [pictures]
        if audio is not None:
            heard = container.streams.audio[0]
            assert not has_no_decoder(heard)
            wanted.append(heard)
        if self._cut.start_ms:
            base = pictures.time_base or Fraction(1, 1000)
            container.seek(int((self._cut.start_ms + self._film.origin) / 1000 / base), stream=pictures)
        failed_in_a_row = 0
        for packet in container.demux(wanted):
            if self._read_enough(packet, audio):
                break
            try:
                decoded = packet.decode()
            except MemoryError:
                raise
            except av.FFmpegError:
                failed_in_a_row += 1
                if failed_in_a_row > _UNDECODABLE_IN_A_ROW:
                    break
                continue
            for frame in decoded:
                failed_in_a_row = 0
                if isinstance(frame, AudioFrame):
                    if audio is not None:
                        file.mux([p for made in self._heard(frame) for p in audio.encode(made)])
                elif isinstance(frame, Decoded) and frame.pts is not None:
                    check_pixels(frame.width, frame.height)
                    at_ms = self._in_cut(frame.pts, frame.time_base)
                    file.mux([p for made in self._seen(float(at_ms), frame) for p in video.encode(made)])
            self._watch()
        if self._current is None:
            raise Refused(problem("video.no_frame"))
        # The sound may outlast the pictures: the last one stands.
        for made in self._ticks(float("inf")):
            file.mux(list(video.encode(made)))
            self._watch()

    def _in_cut(self, pts: int, base: Fraction | None) -> Fraction:
        """Return when something of the source stands in the result, in ms; before its beginning: below 0."""
        at_ms = pts * (base or Fraction(1, 1000)) * 1000
        return at_ms - Fraction(self._film.origin) - self._cut.start_ms

    def _read_enough(self, packet: Packet[Any], audio: AudioStream | None) -> bool:
        if self._count < self._plan.frames or packet.dts is None:
            return False
        beyond = self._in_cut(packet.dts, packet.time_base) - self._cut.length_ms
        return audio is None or beyond > _SLACK_MS or (packet.stream.type == "audio" and beyond > 0)

    def _heard(self, frame: AudioFrame) -> Iterator[AudioFrame]:
        if frame.pts is None:
            return
        at_ms = self._in_cut(frame.pts, frame.time_base)
        if at_ms > self._cut.length_ms or at_ms + frame.samples * 1000 // frame.sample_rate < -1000:
            return
        yield from self._sound.fitted(frame, at_ms / 1000)

    def _seen(self, at_ms: float, frame: Decoded) -> Iterator[Decoded]:
        """Take the next picture of the source; yield the one before for as long as it stood."""
        if self._current is not None:
            yield from self._ticks(at_ms)
        self._current, self._made = frame, None

    def _ticks(self, until_ms: float) -> Iterator[Decoded]:
        """Yield the present picture once for each tick of the steady rate before a time; half a ms for rounding."""
        while (
            self._count < self._plan.frames
            and self._count * 1000 / self._plan.fps + Fraction(1, 2) < until_ms
        ):
            assert self._current is not None
            if self._made is None:
                self._made = self._pictures.fitted(self._current)
            self._made.pts, self._made.time_base = self._count, 1 / self._plan.fps
            self._count += 1
            yield self._made

    def _watch(self) -> None:
        size = self._out.getbuffer().nbytes
        # Some first pictures are large and others make up for it: only what is beyond that is not worth its end.
        if size > _HOPELESS * self._goal.max_bytes:
            raise _OverrunError(size * self._plan.frames // max(1, self._count))
        if time.monotonic() - self._said_at > _REPORT_SECONDS:
            self._said_at = time.monotonic()
            self._say()

    def _say(self, *, done: bool = False) -> None:
        total = self._plan.length_ms
        at_ms = total if done else min(total, int(self._count * 1000 / self._plan.fps))
        stage = "fit_again" if self._again else "fit"
        frames.write_json(self._pipe, frames.PROGRESS, {"stage": stage, "done": at_ms, "total": total})
