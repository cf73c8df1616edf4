# SPDX-License-Identifier: Apache-2.0
"""Working time: Monday to Friday, nine to six, Beijing."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.engine.working_hours import (
    BEIJING,
    HOUR_MS,
    WORKING_DAY_MS,
    after_working,
    beijing,
    is_working_day,
)


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=BEIJING).timestamp() * 1000)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23 10:00", 2, "2026-11-23 12:00"),
        ("2026-11-23 16:00", 2, "2026-11-23 18:00"),  # to the last minute
        ("2026-11-23 17:00", 2, "2026-11-24 10:00"),
        ("2026-11-23 03:00", 2, "2026-11-23 11:00"),  # before it opens
        ("2026-11-23 22:00", 2, "2026-11-24 11:00"),
        ("2026-11-27 17:30", 2, "2026-11-30 10:30"),  # over a weekend
        ("2026-11-28 12:00", 2, "2026-11-30 11:00"),
        ("2026-11-23 09:00", 9, "2026-11-23 18:00"),  # a working day
        ("2026-11-23 12:00", 9, "2026-11-24 12:00"),
    ],
)
def test_reviews_end_within_working_time(start: str, hours: int, end: str) -> None:
    assert after_working(ms(start), hours * HOUR_MS) == ms(end)


@given(st.integers(ms("2026-01-01 00:00"), ms("2027-12-31 00:00")), st.integers(1, 5 * WORKING_DAY_MS))
def test_the_end_is_later_and_within_working_time(start: int, span: int) -> None:
    end = after_working(start, span)
    assert end >= start + span
    moment = beijing(end)
    assert is_working_day(moment.date())
    assert 9 <= moment.hour < 18 or (moment.hour, moment.minute, moment.second) == (18, 0, 0)


@given(st.integers(0, 10**12), st.integers(0, 10**9), st.integers(0, 10**9))
def test_two_spans_are_as_long_as_both(start: int, one: int, other: int) -> None:
    assert after_working(after_working(start, one), other) == after_working(start, one + other)
