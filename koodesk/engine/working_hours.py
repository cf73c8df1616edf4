# SPDX-License-Identifier: Apache-2.0
"""Working time of the reviewers: Monday to Friday, 09:00-18:00 Beijing time (facts 1.5, 1.6).

Chinese public holidays and the working weekends that go with them are **not modelled**: they are announced year by
year and the facts sheet holds none. `HOLIDAYS` is where they would stand, each with its announcement as the source.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

BEIJING: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Beijing time has had no summer time since 1991, so that no time zone database is needed."""

OPENS: Final = time(9, 0)
CLOSES: Final = time(18, 0)
HOLIDAYS: Final[frozenset[date]] = frozenset()

HOUR_MS: Final = 3_600_000
WORKING_DAY_MS: Final = 9 * HOUR_MS


def beijing(at_ms: int) -> datetime:
    """Return an instant as Beijing time."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(BEIJING)


def is_working_day(day: date) -> bool:
    """Tell whether reviewers work on this day."""
    return day.weekday() < 5 and day not in HOLIDAYS


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
