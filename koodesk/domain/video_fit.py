# SPDX-License-Identifier: Apache-2.0
"""Fitting a video into a video SMS: what is kept of it, and the size, rate and bit rates it gets. Pure.

The length is the platform's (facts 1.10: one video of at most 30 s). It publishes no bytes, codec, rate or resolution: the
budget is the caller's, and the numbers here are Koodesk's own, for H.264 and AAC as phones play them. What a plan
predicts is an upper estimate: quiet pictures come out smaller. How it is encoded is a reader's matter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, isqrt
from typing import Final, Literal

from koodesk.domain.crop import Crop, inside
from koodesk.domain.problem import Refused, problem
from koodesk.domain.video_rules import VideoFacts

Container = Literal["mp4", "3gp"]
Turn = Literal[0, 90, 180, 270]

MEDIA_TYPES: Final[dict[Container, str]] = {"mp4": "video/mp4", "3gp": "video/3gpp"}

MOST_MS: Final = 30_000
"""Longest video of a video SMS in ms (facts 1.10, seed 3.1)."""
LEAST_MS: Final = 200
"""Shortest cut in ms; Koodesk's own."""

MOST_FPS: Final = Fraction(30)
MOST_SIDE: Final = 1280
"""Longest side that is written, in pixels."""
LEAST_SIDE: Final = 16
"""Shortest side that is written, in pixels: a block of the codec."""

_LIVELY: Final = Fraction(20)
"""Rates above this may be halved: half of less would be seen as a stutter."""
_SMALL: Final = 480 * 270
"""When a picture would get fewer pixels, half of the pictures are left out instead."""
_SMALLEST_SIDE: Final = 160
"""What a longest side is not made smaller than."""

_GOOD: Final = Fraction(6, 100)
"""Bits for each pixel of each picture that look good."""
_ENOUGH: Final = Fraction(20, 100)
"""... and that nothing is gained beyond."""
_LEAST: Final = Fraction(12, 1000)
"""... and below which nothing is recognised."""

_AIM: Final = Fraction(93, 100)
"""Part of the budget that is aimed at: an encoder meets its rate only about."""
_AIM_AGAIN: Final = Fraction(88, 100)
"""... at the second attempt."""

_KNOWN_RATES: Final = tuple(
    sorted(Fraction(n) for n in (12, 15, 24, 25, 30, 48, 50, 60, 120, 240))
    + [Fraction(n * 1000, 1001) for n in (24, 30, 48, 60, 120, 240)]
)

_FIXED_BYTES: Final = 2_500
_PICTURE_BYTES: Final = 20
_SOUND_BYTES: Final = 10
"""What the container adds: once, for each picture, for each 1,024 samples of sound."""
SOUND_FRAME: Final = 1024
"""Samples that AAC codes together."""


@dataclass(frozen=True, slots=True)
class SoundPlan:
    """How the sound is coded: bits a second (0: there is none), samples a second, channels."""

    bps: int
    hz: int = 0
    channels: int = 0


SILENCE: Final = SoundPlan(0)
_SOUNDS: Final = (
    SoundPlan(96_000, 44_100, 2),
    SoundPlan(64_000, 44_100, 2),
    SoundPlan(48_000, 44_100, 1),
    SoundPlan(32_000, 22_050, 1),
    SoundPlan(20_000, 16_000, 1),
)
_SOUND_SHARE: Final = Fraction(1, 5)
"""Part of the bits that sound may take, before it is made coarser."""


@dataclass(frozen=True, slots=True)
class VideoCut:
    """What is kept of a video: from `start_ms` to `end_ms`, both ms of the source.

    `crop` is in pixels of the upright source; what it leaves is then turned clockwise by `rotate` degrees. `cover_ms` is the
    moment shown before the video plays, in ms after `start_ms`: the result's own time.
    """

    start_ms: int
    end_ms: int
    crop: Crop | None = None
    rotate: Turn = 0
    mute: bool = False
    cover_ms: int = 0

    @property
    def length_ms(self) -> int:
        """How long the result plays, in ms."""
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True)
class FitGoal:
    """What the result must keep within: bytes of the whole file, and ms."""

    max_bytes: int
    max_ms: int = MOST_MS
    container: Container = "mp4"


@dataclass(frozen=True, slots=True)
class FitPlan:
    """How a cut is encoded: even pixels, a constant rate of `frames` pictures, bits a second, and the bytes that makes."""

    width: int
    height: int
    fps: Fraction
    frames: int
    video_bps: int
    sound: SoundPlan
    predicted_bytes: int
    container: Container = "mp4"

    @property
    def audio_bps(self) -> int:
        """Bits a second of the sound, 0 without."""
        return self.sound.bps

    @property
    def length_ms(self) -> int:
        """How long the pictures play, in ms, rounded down."""
        return int(self.frames * 1000 / self.fps)


def whole(facts: VideoFacts, max_ms: int = MOST_MS) -> VideoCut:
    """Return the cut that keeps everything of a video, or its beginning where it is longer than `max_ms`."""
    return VideoCut(0, min(facts.duration_ms, max_ms))


def shown_size(facts: VideoFacts, cut: VideoCut) -> tuple[int, int]:
    """Return width and height of what a cut leaves, in pixels of the source, cropped and turned."""
    size = (cut.crop.width, cut.crop.height) if cut.crop else (facts.width, facts.height)
    return size if cut.rotate % 180 == 0 else (size[1], size[0])


def plan_fit(facts: VideoFacts, cut: VideoCut, goal: FitGoal) -> FitPlan:
    """Choose size, rate and bits for a cut, so that `predicted_bytes` is within the goal.

    Never larger than the source and of its ratio, to the nearest even pixel. Raises Refused: video.cut_outside,
    video.cut_too_short, video.cut_too_long, video.crop_outside, video.too_narrow, video.time_outside (the cover),
    video.fit_impossible (the bytes it would take at least are its `least`).
    """
    _check(facts, cut, goal)
    size = shown_size(facts, cut)
    fps = steady_rate(facts.fps)
    plan = _plan(size, fps, facts.has_sound and not cut.mute, cut.length_ms, goal)
    small = min(Fraction(_SMALL), _most_pixels(size) / 2)
    if plan.width * plan.height < small and fps > _LIVELY:
        plan = _plan(size, fps / 2, facts.has_sound and not cut.mute, cut.length_ms, goal)
    if plan.predicted_bytes > goal.max_bytes or plan.video_bps < _least_bps(plan, size):
        least = _bytes(plan, _least_bps(plan, size), cut.length_ms)
        raise Refused(
            problem("video.fit_impossible", limit=goal.max_bytes, least=max(least, goal.max_bytes + 1))
        )
    return plan


def tighter(plan: FitPlan, made_bytes: int, size: tuple[int, int], goal: FitGoal) -> FitPlan:
    """Return the plan of a second attempt, for one that made more bytes than the goal: fewer bits, fewer pixels.

    `size` is what the cut leaves of the source. May be the smallest there is; whether that fits is seen when it is made.
    """
    length_ms = plan.frames * 1000 / plan.fps
    around = _bytes(plan, 0, length_ms)
    room = max(Fraction(1), (goal.max_bytes - around) * _AIM_AGAIN)
    pictures = max(Fraction(1), Fraction(made_bytes - around))
    factor = min(Fraction(1), room / pictures)
    bps = max(1, min(int(plan.video_bps * factor), int(room * 8000 / length_ms)))
    width, height = _even_size(size, _scale(size, Fraction(plan.width * plan.height) * factor))
    smaller = replace(
        plan, width=min(width, plan.width), height=min(height, plan.height), video_bps=max(bps, 1)
    )
    return replace(smaller, predicted_bytes=_bytes(smaller, bps, length_ms))


def steady_rate(fps: float) -> Fraction:
    """Return the constant rate for a measured one: the source's where it is at most 30, else an even part of it."""
    nearest = min(_KNOWN_RATES, key=lambda known: abs(float(known) - fps))
    rate = nearest if abs(float(nearest) / fps - 1) < 0.004 else Fraction(max(1, round(fps)))
    if rate <= MOST_FPS:
        return rate
    part = rate / ceil(rate / MOST_FPS)
    return part if part >= 20 else MOST_FPS


# --- inside --------------------------------------------------------------------------------------------------------


def _check(facts: VideoFacts, cut: VideoCut, goal: FitGoal) -> None:
    end = facts.duration_ms
    if not 0 <= cut.start_ms < cut.end_ms <= end or cut.start_ms >= facts.picture_ms:
        raise Refused(
            problem(
                "video.cut_outside",
                "cut",
                start=cut.start_ms / 1000,
                end=cut.end_ms / 1000,
                limit=round(end / 1000, 2),
            )
        )
    if cut.length_ms < LEAST_MS or cut.length_ms * steady_rate(facts.fps) < 1000:
        raise Refused(
            problem("video.cut_too_short", "cut", limit=LEAST_MS / 1000, actual=cut.length_ms / 1000)
        )
    if cut.length_ms > goal.max_ms:
        raise Refused(
            problem("video.cut_too_long", "cut", limit=goal.max_ms / 1000, actual=cut.length_ms / 1000)
        )
    if not 0 <= cut.cover_ms <= cut.length_ms:
        raise Refused(
            problem("video.time_outside", "cover", at=cut.cover_ms / 1000, limit=cut.length_ms / 1000)
        )
    if cut.crop is not None and not inside(cut.crop, facts.width, facts.height):
        raise Refused(problem("video.crop_outside", "crop", width=facts.width, height=facts.height))
    width, height = shown_size(facts, cut)
    if min(width, height) * min(Fraction(1), Fraction(MOST_SIDE, max(width, height))) < LEAST_SIDE:
        raise Refused(problem("video.too_narrow", "crop", width=width, height=height, limit=LEAST_SIDE))


def _plan(size: tuple[int, int], fps: Fraction, sounds: bool, length_ms: int, goal: FitGoal) -> FitPlan:
    frames = max(1, int(length_ms * fps / 1000))
    sound = SILENCE
    aim = goal.max_bytes * _AIM
    if sounds:
        total = aim * 8000 / length_ms
        sound = next((one for one in _SOUNDS if one.bps <= total * _SOUND_SHARE), _SOUNDS[-1])
    plan = FitPlan(LEAST_SIDE, LEAST_SIDE, fps, frames, 0, sound, 0, goal.container)
    bps = int((aim - _bytes(plan, 0, length_ms)) * 8000 / length_ms)
    width, height = _even_size(size, _scale(size, max(0, bps) / (fps * _GOOD)))
    bps = max(0, min(bps, int(width * height * fps * _ENOUGH)))
    plan = replace(plan, width=width, height=height, video_bps=bps)
    return replace(plan, predicted_bytes=_bytes(plan, bps, length_ms))


def _bytes(plan: FitPlan, video_bps: int, length_ms: int | Fraction) -> int:
    """Return the bytes of a file: pictures, sound and what the container adds."""
    packets = length_ms * plan.sound.hz / (1000 * SOUND_FRAME)
    around = _FIXED_BYTES + plan.frames * _PICTURE_BYTES + packets * _SOUND_BYTES
    return ceil(around + Fraction(video_bps + plan.sound.bps) * length_ms / 8000)


def _most_pixels(size: tuple[int, int]) -> Fraction:
    return size[0] * size[1] * min(Fraction(1), Fraction(MOST_SIDE, max(size))) ** 2


def _least_bps(plan: FitPlan, size: tuple[int, int]) -> int:
    width, height = _even_size(size, _scale(size, Fraction(0)))
    return ceil(width * height * plan.fps * _LEAST)


def _scale(size: tuple[int, int], pixels: Fraction) -> Fraction:
    """Return by how much a size is made smaller to have about so many pixels, within the bounds of sides."""
    longest, shortest = max(size), min(size)
    floor = max(Fraction(LEAST_SIDE + 1, shortest), Fraction(_SMALLEST_SIDE, longest))
    wanted = Fraction(isqrt(int(pixels * 1_000_000 / (size[0] * size[1]))), 1000)
    return min(Fraction(1), Fraction(MOST_SIDE, longest), max(floor, wanted))


def _even_size(size: tuple[int, int], scale: Fraction) -> tuple[int, int]:
    """Return the even size near a scale that keeps the ratio best: within one pixel of its shorter side, never larger."""
    longest, shortest = max(size), min(size)
    most = int(longest * scale) // 2 * 2
    few = max(2, most - max(0, most // 25 // 2 * 2))

    def short_for(long: int) -> int:
        ideal = Fraction(long * shortest, longest)
        return min(max(2, 2 * round(ideal / 2)), shortest // 2 * 2)

    def error(long: int) -> Fraction:
        return abs(Fraction(short_for(long), long) / Fraction(shortest, longest) - 1)

    long = min(range(most, few - 1, -2), key=error)
    return (long, short_for(long)) if size[0] >= size[1] else (short_for(long), long)
