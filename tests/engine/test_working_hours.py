# SPDX-License-Identifier: Apache-2.0
"""Working time: working days of China, nine to six, Beijing."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.engine.working_hours import (
    BEIJING,
    HOUR_MS,
    WORKING_DAY_MS,
    Day,
    Note,
    after_working,
    beijing,
    is_announced,
    is_open,
    is_working_day,
    kind_of,
    next_opening,
    note,
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


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        # Spring Festival 2026: 15 to 23 February off; 14 and 28 February worked. National Day: 1 to 7 October off,
        # 20 September and 10 October worked. State Council's announcement for 2026 (gov.cn, content_7048922).
        *((f"2026-02-{number}", Day.HOLIDAY) for number in (16, 17, 18, 19, 20, 23)),
        *((f"2026-02-{number}", Day.WEEKEND) for number in (15, 21, 22)),
        *(
            (day, Day.MAKEUP)
            for day in ("2026-02-14", "2026-02-28", "2026-09-20", "2026-10-10", "2026-01-04")
        ),
        *((f"2026-10-0{number}", Day.HOLIDAY) for number in (1, 2, 5, 6, 7)),
        ("2026-10-03", Day.WEEKEND),
        ("2026-10-04", Day.WEEKEND),
        ("2026-02-13", Day.WORKDAY),
        ("2026-02-24", Day.WORKDAY),
        ("2026-09-30", Day.WORKDAY),
        ("2026-10-08", Day.WORKDAY),
        ("2026-10-11", Day.WEEKEND),
        # A year that nobody has announced has weekdays only.
        ("2031-10-01", Day.WORKDAY),
        ("2031-10-04", Day.WEEKEND),
    ],
)
def test_days_are_as_announced(day: str, kind: Day) -> None:
    assert kind_of(date.fromisoformat(day)) is kind


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-02-13 17:00", 2, "2026-02-14 10:00"),  # the Saturday is worked
        ("2026-02-14 17:00", 2, "2026-02-24 10:00"),  # and then nobody is there for nine days
        ("2026-02-18 12:00", 2, "2026-02-24 11:00"),
        ("2026-02-27 17:00", 2, "2026-02-28 10:00"),
        ("2026-09-30 17:00", 2, "2026-10-08 10:00"),
        ("2026-10-09 17:00", 2, "2026-10-10 10:00"),
        ("2026-10-10 17:00", 2, "2026-10-12 10:00"),
        ("2026-09-30 09:00", 27, "2026-10-09 18:00"),  # three working days of a filing
        ("2026-09-19 12:00", 2, "2026-09-20 11:00"),
    ],
)
def test_expected_times_step_over_holidays(start: str, hours: int, end: str) -> None:
    assert after_working(ms(start), hours * HOUR_MS) == ms(end)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2026-11-23 10:00", "2026-11-23 12:00", Note.NONE),
        ("2026-11-27 17:00", "2026-11-30 10:00", Note.NONE),  # a plain weekend is nothing to speak of
        ("2026-09-30 17:00", "2026-10-08 10:00", Note.HOLIDAY),
        ("2026-10-10 09:00", "2026-10-10 11:00", Note.HOLIDAY),
        ("2031-03-03 10:00", "2031-03-03 12:00", Note.UNKNOWN),
    ],
)
def test_a_time_says_what_holidays_have_to_do_with_it(start: str, end: str, said: Note) -> None:
    assert note(ms(start), ms(end)) is said


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2026-11-23 09:00", "2026-11-23 09:00"),
        ("2026-11-23 17:59", "2026-11-23 17:59"),
        ("2026-11-23 18:00", "2026-11-24 09:00"),
        ("2026-10-01 10:00", "2026-10-08 09:00"),
        ("2026-10-10 08:59", "2026-10-10 09:00"),
    ],
)
def test_when_reviewers_are_there_next(at: str, opening: str) -> None:
    assert next_opening(ms(at)) == ms(opening)
    assert is_open(ms(at)) == (at == opening)


def test_which_years_are_known() -> None:
    assert is_announced(2026)
    assert not is_announced(2031)


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
