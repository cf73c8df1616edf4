# SPDX-License-Identifier: Apache-2.0
"""A plan keeps within the bytes and the source, whatever video, cut and budget there are; or it is refused with a reason."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from koodesk.domain.crop import Crop
from koodesk.domain.problem import Refused
from koodesk.domain.video_fit import (
    LEAST_SIDE,
    MOST_SIDE,
    FitGoal,
    FitPlan,
    Turn,
    VideoCut,
    plan_fit,
    shown_size,
    steady_rate,
    tighter,
    whole,
)
from koodesk.domain.video_rules import VideoFacts

FACTS = VideoFacts(1920, 1080, 60_000, 60_000, 1800, 30.0, 0, "h264", "High", 8, "aac", 60_000_000)
BUDGET = FitGoal(1_900_000)
CODES = {
    "video.cut_outside",
    "video.cut_too_short",
    "video.cut_too_long",
    "video.crop_outside",
    "video.too_narrow",
    "video.time_outside",
    "video.fit_impossible",
}


@st.composite
def films(draw: st.DrawFn) -> VideoFacts:
    duration = draw(st.integers(300, 600_000))
    fps = draw(st.floats(1, 240))
    return replace(
        FACTS,
        width=draw(st.integers(1, 16_384)),
        height=draw(st.integers(1, 16_384)),
        duration_ms=duration,
        picture_ms=draw(st.integers(1, duration)),
        fps=fps,
        sound_codec=draw(st.sampled_from(["", "aac"])),
    )


@st.composite
def cuts(draw: st.DrawFn, facts: VideoFacts) -> VideoCut:
    start = draw(st.integers(0, facts.picture_ms - 1))
    end = draw(st.integers(start + 1, min(start + 30_000, facts.duration_ms)))
    crop = None
    if draw(st.booleans()):
        x, y = draw(st.integers(0, facts.width - 1)), draw(st.integers(0, facts.height - 1))
        crop = Crop(x, y, draw(st.integers(1, facts.width - x)), draw(st.integers(1, facts.height - y)))
    turns: tuple[Turn, ...] = (0, 90, 180, 270)
    return VideoCut(start, end, crop, draw(st.sampled_from(turns)), draw(st.booleans()))


goals = st.builds(FitGoal, st.integers(1, 8_000_000))


@st.composite
def fitting(draw: st.DrawFn) -> tuple[VideoFacts, VideoCut, FitGoal]:
    """Films of which most cuts can be fitted: long and wide enough, for goals that are not absurd."""
    facts = replace(draw(films()), width=draw(st.integers(352, 4_096)), height=draw(st.integers(352, 4_096)))
    facts = replace(facts, duration_ms=facts.duration_ms + 3_000, picture_ms=facts.duration_ms + 3_000)
    cut = draw(cuts(facts))
    start = min(cut.start_ms, facts.duration_ms - 2_000)
    crop = None
    if cut.crop is not None:
        crop = Crop(0, 0, max(cut.crop.width, facts.width // 2), max(cut.crop.height, facts.height // 2))
    return facts, replace(cut, start_ms=start, end_ms=max(cut.end_ms, start + 1_500), crop=crop), draw(likely)


likely = st.builds(FitGoal, st.integers(50_000, 8_000_000))


def keeps_within(plan: FitPlan, size: tuple[int, int], goal: FitGoal, length_ms: int) -> None:
    (width, height), (across, down) = (plan.width, plan.height), size
    assert width % 2 == height % 2 == 0
    assert 0 < width <= across
    assert 0 < height <= down
    assert max(width, height) <= MOST_SIDE
    assert min(width, height) >= LEAST_SIDE
    # The shorter side is the one that rounds: within a pixel of where the ratio wants it.
    long, short = max(width, height), min(width, height)
    assert abs(short - Fraction(long * min(size), max(size))) <= 1
    assert (width >= height) or (across < down)
    assert 1 <= plan.fps <= 30
    assert plan.frames >= 1
    assert plan.length_ms <= length_ms


@given(st.data(), goals)
def test_a_plan_keeps_within_budget_and_source(data: st.DataObject, goal: FitGoal) -> None:
    facts = data.draw(films())
    cut = data.draw(cuts(facts))
    plan: FitPlan | None = None
    codes: set[str] = set()
    try:
        plan = plan_fit(facts, cut, goal)
    except Refused as refusal:
        codes = {found.code for found in refusal.problems}
    assert codes <= CODES
    if plan is None:
        assert codes
        return
    assert 0 < plan.predicted_bytes <= goal.max_bytes
    keeps_within(plan, shown_size(facts, cut), goal, cut.length_ms)
    assert plan.video_bps > 0
    assert (plan.audio_bps > 0) == (facts.has_sound and not cut.mute)
    # What it says is what its rates make, and no less.
    assert plan.predicted_bytes >= (plan.video_bps + plan.audio_bps) * plan.length_ms / 8000


@given(fitting(), st.integers(1, 50))
def test_a_second_attempt_asks_for_less_in_every_way(
    film: tuple[VideoFacts, VideoCut, FitGoal], times: int
) -> None:
    facts, cut, goal = film
    try:
        plan = plan_fit(facts, cut, goal)
    except Refused:
        assume(False)
    size = shown_size(facts, cut)
    again = tighter(plan, goal.max_bytes * times + 1, size, goal)
    assert again.video_bps < plan.video_bps or plan.video_bps == 1
    assert again.width <= plan.width
    assert again.height <= plan.height
    assert again.predicted_bytes <= plan.predicted_bytes
    assert (again.fps, again.frames, again.sound) == (plan.fps, plan.frames, plan.sound)
    assert again.width % 2 == again.height % 2 == 0
    assert min(again.width, again.height) >= LEAST_SIDE


@given(fitting(), st.integers(1, 4_000_000))
def test_more_bytes_never_make_it_worse(film: tuple[VideoFacts, VideoCut, FitGoal], more: int) -> None:
    facts, cut, goal = film
    cut = replace(cut, mute=True)
    try:
        plan = plan_fit(facts, cut, goal)
    except Refused:
        assume(False)
    better = plan_fit(facts, cut, replace(goal, max_bytes=goal.max_bytes + more))
    bits = [p.video_bps / p.fps for p in (plan, better)]
    assert bits[1] >= bits[0] or better.fps > plan.fps


@pytest.mark.parametrize(
    ("cut", "size", "fps"),
    [
        # 506 kbit/s in all: 360 lines at full rate.
        (VideoCut(0, 30_000), (624, 351), 30),
        # Half of the time: more lines.
        (VideoCut(0, 15_000), (896, 504), 30),
        (VideoCut(0, 3_000, mute=True), (1280, 720), 30),
        (VideoCut(0, 30_000, rotate=90), (351, 624), 30),
        (VideoCut(0, 30_000, Crop(0, 0, 1080, 1080)), (468, 468), 30),
    ],
)
def test_what_becomes_of_a_minute_of_full_hd(cut: VideoCut, size: tuple[int, int], fps: int) -> None:
    plan = plan_fit(FACTS, cut, BUDGET)
    assert plan.fps == fps
    assert abs(plan.width / size[0] - 1) < 0.06, (plan.width, plan.height)
    assert abs(plan.height / size[1] - 1) < 0.06, (plan.width, plan.height)


def test_a_tight_budget_leaves_out_pictures_before_it_gets_tiny() -> None:
    plan = plan_fit(FACTS, VideoCut(0, 30_000), FitGoal(700_000))
    assert plan.fps == 15
    assert plan.sound.channels == 1


@pytest.mark.parametrize(
    ("cut", "goal", "code"),
    [
        (VideoCut(-1, 5_000), BUDGET, "video.cut_outside"),
        (VideoCut(5_000, 5_000), BUDGET, "video.cut_outside"),
        (VideoCut(50_000, 60_001), BUDGET, "video.cut_outside"),
        (VideoCut(0, 30_001), BUDGET, "video.cut_too_long"),
        (VideoCut(0, 199), BUDGET, "video.cut_too_short"),
        (VideoCut(0, 5_000, cover_ms=5_001), BUDGET, "video.time_outside"),
        (VideoCut(0, 5_000, Crop(1, 0, 1920, 1080)), BUDGET, "video.crop_outside"),
        (VideoCut(0, 5_000, Crop(0, 0, 1920, 15)), BUDGET, "video.too_narrow"),
        (VideoCut(0, 30_000), FitGoal(50_000), "video.fit_impossible"),
        (VideoCut(0, 30_000), FitGoal(1), "video.fit_impossible"),
    ],
)
def test_what_cannot_be_planned(cut: VideoCut, goal: FitGoal, code: str) -> None:
    with pytest.raises(Refused) as refused:
        plan_fit(FACTS, cut, goal)
    (found,) = refused.value.problems
    assert found.code == code
    if code == "video.fit_impossible":
        # What it says would be enough is enough.
        least = found.param("least")
        assert isinstance(least, int)
        assert plan_fit(FACTS, cut, FitGoal(round(least * 1.3))).predicted_bytes <= least * 1.3


@pytest.mark.parametrize(
    ("measured", "steady"),
    [
        (29.97, Fraction(30_000, 1001)),
        (23.976, Fraction(24_000, 1001)),
        (24.0, Fraction(24)),
        (25.0, Fraction(25)),
        (30.0, Fraction(30)),
        (50.0, Fraction(25)),
        (59.94, Fraction(30_000, 1001)),
        (60.0, Fraction(30)),
        (120.0, Fraction(30)),
        (240.0, Fraction(30)),
        (100.0, Fraction(25)),
        (31.0, Fraction(30)),
        (1.0, Fraction(1)),
        (12.4, Fraction(12)),
    ],
)
def test_the_rate_is_the_sources_or_an_even_part_of_it(measured: float, steady: Fraction) -> None:
    assert steady_rate(measured) == steady


def test_the_whole_is_what_there_is_up_to_the_limit() -> None:
    assert whole(FACTS) == VideoCut(0, 30_000)
    assert whole(replace(FACTS, duration_ms=4_321)) == VideoCut(0, 4_321)
