# SPDX-License-Identifier: Apache-2.0
"""Working time of the reviewers: working days of China, 09:00-18:00 Beijing time (facts 1.5, 1.6).

Public holidays and the weekends worked instead (调休) are announced by the State Council year by year; they come from the
`holidays` library, which names each announcement. A year that is not announced has Monday to Friday only, and `note` says
that nobody knows yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import lru_cache
from typing import Final

BEIJING: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Beijing time has had no summer time since 1991, so that no time zone database is needed."""

OPENS: Final = time(9, 0)
CLOSES: Final = time(18, 0)

HOUR_MS: Final = 3_600_000
WORKING_DAY_MS: Final = 9 * HOUR_MS


class Day(StrEnum):
    """What a day is to a reviewer. MAKEUP is a Saturday or Sunday worked for a holiday."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"

    @property
    def worked(self) -> bool:
        """Tell whether reviewers work."""
        return self in (Day.WORKDAY, Day.MAKEUP)


class Note(StrEnum):
    """What the calendar has to do with an expected time. HOLIDAY: a holiday or a worked weekend lies within; UNKNOWN: a
    year within is not announced, so that weekdays were counted."""

    NONE = ""
    HOLIDAY = "holiday"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class _Year:
    """One year of the calendar: the weekdays that are off, and the weekend days that are worked."""

    announced: bool
    off: frozenset[date]
    worked: frozenset[date]


@lru_cache(maxsize=16)
def _year(year: int) -> _Year:
    import holidays  # late: most runs of the engine's other commands need no calendar

    calendar = holidays.country_holidays("CN", years=year)
    worked = frozenset(day for day in calendar.weekend_workdays if day.year == year)
    if not worked:  # every announcement since the first has weekends to be worked
        return _Year(False, frozenset(), frozenset())
    return _Year(True, frozenset(day for day in calendar if day.year == year and day.weekday() < 5), worked)


def beijing(at_ms: int) -> datetime:
    """Return an instant as Beijing time."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(BEIJING)


def is_announced(year: int) -> bool:
    """Tell whether the holidays of a year are announced and known here."""
    return _year(year).announced


def kind_of(day: date) -> Day:
    """Return what a day is; in a year that is not announced nothing but a workday or a weekend."""
    known = _year(day.year)
    if day.weekday() < 5:
        return Day.HOLIDAY if day in known.off else Day.WORKDAY
    return Day.MAKEUP if day in known.worked else Day.WEEKEND


def is_working_day(day: date) -> bool:
    """Tell whether reviewers work on this day."""
    return kind_of(day).worked


def note(start_ms: int, end_ms: int) -> Note:
    """Return what the calendar has to do with a time that runs from one instant to another."""
    day, last = beijing(start_ms).date(), beijing(max(start_ms, end_ms)).date()
    if not all(is_announced(year) for year in range(day.year, last.year + 1)):
        return Note.UNKNOWN
    while day <= last:
        if kind_of(day) in (Day.HOLIDAY, Day.MAKEUP):
            return Note.HOLIDAY
        day += timedelta(days=1)
    return Note.NONE


def is_open(at_ms: int) -> bool:
    """Tell whether reviewers are at work at an instant."""
    moment = beijing(at_ms)
    return is_working_day(moment.date()) and OPENS <= moment.time() < CLOSES


def next_opening(at_ms: int) -> int:
    """Return the instant at which reviewers are at work next, which is `at_ms` when they are."""
    return at_ms if is_open(at_ms) else after_working(at_ms, 1) - 1


def today(at_ms: int) -> dict[str, str | bool | int]:
    """Return what the reviewers' day is at an instant, for the engine's status."""
    day = beijing(at_ms).date()
    return {
        "day": kind_of(day).value,
        "announced": is_announced(day.year),
        "open": is_open(at_ms),
        "opens_ms": next_opening(at_ms),
    }


def after_working(start_ms: int, working_ms: int) -> int:
    """Return the instant at which `working_ms` of working time have passed since `start_ms`."""
    left = working_ms
    moment = beijing(start_ms)
    day = moment.date()
    at_ms = start_ms
    while True:
        if is_working_day(day):
            opens_ms = _ms(datetime.combine(day, OPENS, BEIJING))
            closes_ms = _ms(datetime.combine(day, CLOSES, BEIJING))
            begin_ms = max(at_ms, opens_ms)
            if begin_ms < closes_ms:
                if left <= closes_ms - begin_ms:
                    return begin_ms + left
                left -= closes_ms - begin_ms
        day += timedelta(days=1)


def minute_of_day(at_ms: int) -> int:
    """Return the minute of the Beijing day, 0..1439."""
    moment = beijing(at_ms)
    return moment.hour * 60 + moment.minute


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
