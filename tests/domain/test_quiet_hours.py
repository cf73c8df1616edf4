# SPDX-License-Identifier: Apache-2.0
"""The hours in which promotion may be sent, to the millisecond."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.quiet_hours import (
    ANY_TIME,
    BEIJING_OFFSET_MS,
    DAY_MS,
    MINUTE_MS,
    PROMOTION,
    WIDEST_PROMOTION,
    Window,
    check_window,
    may_start,
    needed_ms,
    opens_at,
)

MIDNIGHT = 20_000 * DAY_MS - BEIJING_OFFSET_MS
EIGHT, NINE_PM = MIDNIGHT + 8 * 60 * MINUTE_MS, MIDNIGHT + 21 * 60 * MINUTE_MS


def test_the_window_opens_at_eight_and_closes_before_nine_in_the_evening() -> None:
    assert not may_start(EIGHT - 1, PROMOTION)
    assert may_start(EIGHT, PROMOTION)
    assert may_start(NINE_PM - 1, PROMOTION)
    assert not may_start(NINE_PM, PROMOTION)
    assert opens_at(NINE_PM, PROMOTION) == EIGHT + DAY_MS
    assert opens_at(MIDNIGHT, PROMOTION) == EIGHT


def test_what_would_cross_the_end_is_not_started() -> None:
    minute = MINUTE_MS
    assert may_start(NINE_PM - minute - 1, PROMOTION, minute)
    assert not may_start(NINE_PM - minute, PROMOTION, minute)


@given(st.integers(0, 1 << 45), st.integers(0, 1439), st.integers(1, 1440), st.integers(0, DAY_MS))
def test_the_next_opening_is_an_opening_and_within_a_day(
    now: int, start: int, length: int, needs: int
) -> None:
    window = Window(start, min(1440, start + length))
    opens = opens_at(now, window, needs)
    assert now <= opens < now + DAY_MS
    assert may_start(opens, window, needs)


def test_promotion_cannot_be_widened_past_ten() -> None:
    assert not check_window(WIDEST_PROMOTION, promotion=True)
    assert check_window(Window(480, 1321), promotion=True)[0].code == "campaign.window.too_wide"
    assert check_window(Window(600, 600), promotion=False)[0].code == "campaign.window.empty"
    assert not check_window(ANY_TIME, promotion=False)


@pytest.mark.parametrize(
    ("speed", "needed"),
    [(1, 60_000), (10, 600_000), (60, 3_600_000), (390, 23_400_000), (391, 23_400_000), (3_600, 23_400_000)],
)
def test_a_call_needs_as_much_as_the_clock_runs_meanwhile_but_leaves_half_of_the_window(
    speed: int, needed: int
) -> None:
    assert needed_ms(60_000, speed, PROMOTION) == needed
    assert needed_ms(60_000, speed, Window(600, 601)) == 60_000, "never less than at no speed"
