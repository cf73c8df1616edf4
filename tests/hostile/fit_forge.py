# SPDX-License-Identifier: Apache-2.0
"""Makes sources for fitting that `video_forge` does not: uneven, loud at a time, changing their size, flagged as HDR."""

from __future__ import annotations

import io
import math
import random
import struct
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

import av
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from PIL import Image

from tests.hostile import video_forge as forge

HZ = 48_000


@lru_cache(maxsize=8)
def uneven(times_ms: Sequence[int], size: tuple[int, int] = (64, 48)) -> bytes:
    """Return a film whose n-th picture is the grey of n and is shown from the n-th time on; the last as long as the first."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as file:
        stream = file.add_stream("libx264", rate=1000)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for number, at_ms in enumerate(times_ms):
            frame = av.VideoFrame.from_image(forge.grey(number, size))  # type: ignore[no-untyped-call]  # typed in part
            frame.pts, frame.time_base = at_ms, Fraction(1, 1000)
            file.mux(list(stream.encode(frame)))
        file.mux(list(stream.encode()))
    return out.getvalue()


@lru_cache(maxsize=8)
def beeping(from_ms: int, to_ms: int, seconds: float = 3.0, *, channels: int = 1, lines: float = 0) -> bytes:
    """Return a film of 25 pictures a second that sounds at 440 Hz between two times; `lines` is how long the pictures last."""
    out = io.BytesIO()
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[channels]
    with av.open(out, "w", format="mp4") as file:
        video = file.add_stream("libx264", rate=25)
        assert isinstance(video, VideoStream)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        sound = file.add_stream("aac", rate=HZ)
        assert isinstance(sound, AudioStream)
        sound.layout = layout
        for number in range(round((lines or seconds) * 25)):
            frame = av.VideoFrame.from_image(forge.grey(number, (64, 48)))  # type: ignore[no-untyped-call]  # typed in part
            file.mux(list(video.encode(frame)))
        file.mux(list(video.encode()))
        for start in range(0, int(seconds * HZ), 1024):
            wave = [
                math.sin(2 * math.pi * 440 * n / HZ) * 0.6 if from_ms <= n * 1000 / HZ < to_ms else 0.0
                for n in range(start, start + 1024)
            ]
            heard = av.AudioFrame(format="fltp", layout=layout, samples=1024)
            heard.sample_rate, heard.pts = HZ, start
            for plane in heard.planes:
                plane.update(struct.pack("<1024f", *wave))
            file.mux(list(sound.encode(heard)))
        file.mux(list(sound.encode(None)))
    return out.getvalue()


def with_gap(data: bytes, from_ms: int, to_ms: int) -> bytes:
    """Return a film as a matroska without the sound between two times: nothing stands in its place."""
    out = io.BytesIO()
    with av.open(io.BytesIO(data), "r") as source, av.open(out, "w", format="matroska") as file:
        streams = {s.index: file.add_stream_from_template(s) for s in source.streams}
        for packet in source.demux():
            if not packet.size or packet.pts is None or packet.time_base is None:
                continue
            at_ms = packet.pts * packet.time_base * 1000
            if packet.stream.type == "audio" and from_ms <= at_ms < to_ms:
                continue
            packet.stream = streams[packet.stream.index]
            file.mux(packet)
    return out.getvalue()


def loud(data: bytes) -> tuple[float, float]:
    """Return from when to when a file sounds, in ms, at the time its player is told."""
    heard: list[float] = []
    with av.open(io.BytesIO(data), "r") as file:
        for frame in file.decode(audio=0):
            wave = struct.unpack_from(f"<{frame.samples}f", bytes(frame.planes[0]))
            assert frame.pts is not None
            begin = float(frame.pts * (frame.time_base or 0) * 1000)
            heard += [
                begin + n * 1000 / frame.sample_rate for n, level in enumerate(wave) if abs(level) > 0.2
            ]
    return (min(heard), max(heard)) if heard else (0.0, 0.0)


def levels(data: bytes) -> list[tuple[float, int]]:
    """Return (ms, level of the middle) of every picture."""
    seen = []
    with av.open(io.BytesIO(data), "r") as file:
        for frame in file.decode(video=0):
            picture: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]  # typed in part
            level = picture.convert("L").getpixel((picture.width // 2, picture.height // 2))
            assert isinstance(level, int | float)
            assert frame.pts is not None
            seen.append((float(frame.pts * (frame.time_base or 0) * 1000), round(level)))
    return seen


@lru_cache(maxsize=1)
def growing() -> bytes:
    """Return a webm whose pictures change their size in the middle."""
    out = io.BytesIO()
    with av.open(out, "w", format="webm") as file:
        stream: VideoStream | None = None
        at = 0
        for size in ((64, 48), (128, 96)):
            part = forge.film("libvpx-vp9", frames=25, size=size, container="matroska")
            with av.open(io.BytesIO(part), "r") as source:
                if stream is None:
                    stream = file.add_stream_from_template(source.streams.video[0])
                for packet in source.demux(video=0):
                    if packet.size:
                        packet.pts = packet.dts = at
                        at += 40
                        packet.stream = stream
                        file.mux(packet)
    return out.getvalue()


@lru_cache(maxsize=2)
def hdr(curve: int) -> bytes:
    """Return a 10-bit HEVC film in BT.2020 with the transfer curve of a number (16 PQ, 18 HLG)."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as file:
        stream = file.add_stream("libx265", rate=25)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 128, 96, "yuv420p10le"
        coder = stream.codec_context
        coder.color_primaries, coder.color_trc, coder.colorspace, coder.color_range = 9, curve, 9, 1
        stream.options = {
            "x265-params": f"log-level=none:colorprim=9:transfer={curve}:colormatrix=9:range=limited"
        }
        for _ in range(25):
            frame = av.VideoFrame.from_image(Image.new("RGB", (128, 96), (128, 128, 128)))  # type: ignore[no-untyped-call]  # typed in part
            file.mux(list(stream.encode(frame)))
        file.mux(list(stream.encode()))
    return out.getvalue()


def broken(data: bytes, seed: int) -> bytes:
    """Return a film with some bytes of its pictures changed at random."""
    dice = random.Random(seed)
    start = forge.body_of(data, b"mdat")
    (length,) = struct.unpack_from(">I", data, start - 8)
    changed = bytearray(data)
    for _ in range(max(4, length // 200)):
        changed[dice.randrange(start, start + length - 8)] = dice.randrange(256)
    return bytes(changed)
