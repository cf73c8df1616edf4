# SPDX-License-Identifier: Apache-2.0
"""A worker whose gateway's clock runs up to an hour a second: hours are held, schedules start, nobody is written to twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koodesk.backend.ports.gateway import Batch, Outcome
from koodesk.backend.sending.gateway_time import GatewayTime
from koodesk.backend.testing import FixedClock, ScriptedGateway, accept_all
from koodesk.domain.quiet_hours import BEIJING_OFFSET_MS, DAY_MS, Window, may_start, opens_at
from koodesk.domain.send_state import CampaignState
from tests.backend.sending.workshop import Workshop, open_workshop

MIDNIGHT = 20_600 * DAY_MS - BEIJING_OFFSET_MS
HOUR = 3_600_000
SPEEDS = (1, 10, 60, 600, 3_600)
HOURS = Window(480, 1_260)


def opened(folder: Path, speed: int, now_ms: int, tick_ms: int = 5) -> Workshop:
    """Open a workshop whose gateway's clock has a speed."""
    folder.mkdir(exist_ok=True)
    clock = FixedClock(now_ms, tick_ms=tick_ms)
    return open_workshop(folder, ScriptedGateway(clock=clock, speed=speed))


def outside(workshop: Workshop) -> list[int]:
    """Return the instants, by the gateway's clock, at which something was taken outside the hours."""
    return [at for at in workshop.gateway.taken if not may_start(at, HOURS)]


def run_to_its_end(workshop: Workshop, campaign: int, mornings: int = 60) -> None:
    """Let workers send, and time pass to the next morning of the gateway's clock, until the campaign is over."""
    for _ in range(mornings):
        workshop.run(campaign)
        if workshop.state(campaign) == CampaignState.FINISHED:
            return
        now = workshop.gateway.now_ms()
        morning = opens_at(now, Window(HOURS.start, HOURS.start + 1))
        workshop.clock.forward((morning - now) // workshop.gateway.speed + 1)
    raise AssertionError(f"not over: {workshop.counts(campaign)}")


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_estimate_runs_at_the_gateways_speed(speed: int) -> None:
    clock = FixedClock(MIDNIGHT)
    gateway = ScriptedGateway(clock=clock, speed=speed)
    time = GatewayTime(gateway, clock)
    assert time.refresh()
    clock.forward(400)
    assert time.now_ms() == gateway.now_ms() == MIDNIGHT + 400 * speed, "without another question"
    gateway.run_at(1)
    clock.forward(600)
    assert time.refresh()
    assert (time.now_ms(), time.speed) == (gateway.now_ms(), 1)


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("hour", [7.99, 13, 20.98, 23])
def test_promotion_leaves_within_its_hours_at_every_speed(tmp_path: Path, speed: int, hour: float) -> None:
    workshop = opened(tmp_path / "w", speed, MIDNIGHT + int(hour * HOUR))
    campaign = workshop.confirm(60, promotion=True, window_start=HOURS.start, window_end=HOURS.end)
    run_to_its_end(workshop, campaign)
    assert outside(workshop) == []
    assert workshop.counts(campaign) == {"accepted": 60}
    assert workshop.gateway.twice() == []
    workshop.database.close()


@pytest.mark.parametrize("speed", SPEEDS)
def test_a_call_that_is_long_on_its_way_is_not_taken_after_the_hours(tmp_path: Path, speed: int) -> None:
    """The worker cannot know how long: the gateway does not take it, and gets it again in the morning."""
    workshop = opened(tmp_path / "w", speed, MIDNIGHT + 8 * HOUR)
    campaign = workshop.confirm(30, promotion=True, window_start=HOURS.start, window_end=HOURS.end)
    gateway = workshop.gateway
    send = gateway.send

    def slowly(batch: Batch) -> Outcome:
        if len(gateway.calls) == 1:
            workshop.clock.forward(14 * HOUR // speed)
        return send(batch)

    gateway.send = slowly  # type: ignore[method-assign]  # the way to the gateway, not the gateway, is slow
    run_to_its_end(workshop, campaign)
    assert outside(workshop) == []
    assert workshop.counts(campaign) == {"accepted": 30}
    workshop.database.close()


@given(
    st.integers(0, DAY_MS - 1),
    st.lists(st.sampled_from(SPEEDS), min_size=1, max_size=12),
    st.integers(1, 20),
)
@settings(max_examples=15)
def test_no_change_of_speed_lets_promotion_out_at_night(
    tmp_path_factory: pytest.TempPathFactory, at: int, speeds: list[int], tick_ms: int
) -> None:
    """Somebody turns the speed while calls are on their way, so that what the worker knows of the clock is always old."""
    workshop = opened(tmp_path_factory.mktemp("speed"), speeds[0], MIDNIGHT + at, tick_ms)
    campaign = workshop.confirm(120, promotion=True, window_start=HOURS.start, window_end=HOURS.end)

    def turning(batch: Batch) -> Outcome:
        workshop.gateway.run_at(speeds[len(workshop.gateway.calls) % len(speeds)])
        workshop.clock.forward(tick_ms)
        return accept_all(batch)

    workshop.gateway.will(*[turning] * 200)
    run_to_its_end(workshop, campaign)
    assert outside(workshop) == []
    assert workshop.counts(campaign) == {"accepted": 120}
    assert workshop.gateway.twice() == []
    workshop.database.close()


@pytest.mark.parametrize("speed", SPEEDS)
def test_a_schedule_starts_at_every_speed_and_is_stale_when_nobody_was_there(
    tmp_path: Path, speed: int
) -> None:
    workshop = opened(tmp_path / "w", speed, MIDNIGHT, tick_ms=50)
    campaign = workshop.confirm(10, start_at_ms=MIDNIGHT + 5 * HOUR)
    workshop.run(campaign)
    assert workshop.state(campaign) == "scheduled"
    workshop.clock.forward(
        -(-5 * HOUR // speed) + 300
    )  # three tenths of a second late: eighteen minutes at the fastest
    workshop.run(campaign)
    assert workshop.state(campaign) == "finished"
    late = workshop.confirm(10, audience=False, uuid="u2", start_at_ms=workshop.gateway.now_ms() + HOUR)
    workshop.clock.forward(3 * HOUR)
    workshop.run(late)
    assert workshop.ledger.campaign(late).reason == "stale_schedule"
    workshop.database.close()
