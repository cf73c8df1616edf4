# SPDX-License-Identifier: Apache-2.0
"""Counting what became of video SMS (智能信息基础版报表): totals, and by task, template, carrier and day.

The platform's report has 总数, 成功, 失败 and 超时, a timeout being no status within 72 h (facts 1.10, 4.5). Koodesk adds what
is still waited for, so that every line adds up: total = success + failed + timeout + waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from koodesk.domain.carrier import Carrier

DAY_MS: Final = 86_400_000
BEIJING_MS: Final = 8 * 3_600_000
_EPOCH: Final = date(1970, 1, 1)


class ReportBy(StrEnum):
    """What the lines of a report stand for."""

    TASK = "task"
    TEMPLATE = "template"
    CARRIER = "carrier"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers handed over and what became of them. `failed` holds those that were not accepted as well as those that were
    reported undelivered; `replied` is part of the others and not added to them."""

    total: int = 0
    success: int = 0
    failed: int = 0
    timeout: int = 0
    waiting: int = 0
    replied: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.total + other.total,
            self.success + other.success,
            self.failed + other.failed,
            self.timeout + other.timeout,
            self.waiting + other.waiting,
            self.replied + other.replied,
        )

    @property
    def rate(self) -> float | None:
        """The share of success among what is no longer waited for, None while everything is."""
        settled = self.total - self.waiting
        return self.success / settled if settled else None


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one task on one Beijing day (days since 1970-01-01) with the numbers of one carrier."""

    task: int
    template: int
    day: int
    carrier: Carrier
    counts: Counts


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """Which tallies count: Beijing days from `first_day` to `last_day`, both included and None for no bound; one task or
    template (0 is every one), one carrier (None is every one)."""

    first_day: date | None = None
    last_day: date | None = None
    task: int = 0
    template: int = 0
    carrier: Carrier | None = None

    def takes(self, tally: Tally) -> bool:
        """Tell whether a tally counts."""
        day = day_of(tally.day)
        return (
            (self.first_day is None or day >= self.first_day)
            and (self.last_day is None or day <= self.last_day)
            and self.task in (0, tally.task)
            and self.template in (0, tally.template)
            and self.carrier in (None, tally.carrier)
        )


def day_number(at_ms: int) -> int:
    """Return the Beijing day of an instant, in days since 1970-01-01."""
    return (at_ms + BEIJING_MS) // DAY_MS


def day_of(number: int) -> date:
    """Return the date of a day's number."""
    return _EPOCH + timedelta(days=number)


_KEYS: Final[dict[ReportBy, Callable[[Tally], str]]] = {
    ReportBy.TASK: lambda tally: str(tally.task),
    ReportBy.TEMPLATE: lambda tally: str(tally.template),
    ReportBy.CARRIER: lambda tally: tally.carrier.value,
    ReportBy.DAY: lambda tally: day_of(tally.day).isoformat(),
}
_ORDER: Final = {carrier.value: place for place, carrier in enumerate(Carrier)}


def grouped(tallies: Iterable[Tally], by: ReportBy) -> tuple[tuple[str, Counts], ...]:
    """Return (key, counts) of the lines: tasks and templates newest first, carriers in their usual order, days in time."""
    found: dict[str, Counts] = {}
    key_of = _KEYS[by]
    for tally in tallies:
        key = key_of(tally)
        found[key] = found.get(key, Counts()) + tally.counts
    if by in (ReportBy.TASK, ReportBy.TEMPLATE):
        keys = sorted(found, key=int, reverse=True)
    elif by is ReportBy.CARRIER:
        keys = sorted(found, key=_ORDER.__getitem__)
    else:
        keys = sorted(found)
    return tuple((key, found[key]) for key in keys)


def summed(tallies: Iterable[Tally]) -> Counts:
    """Return the sum of all."""
    return sum((tally.counts for tally in tallies), Counts())


def filled_days(lines: tuple[tuple[str, Counts], ...]) -> tuple[tuple[str, Counts], ...]:
    """Return the days' lines with the days between them on which nothing was sent, for a chart with an honest axis."""
    if not lines:
        return ()
    known = dict(lines)
    first, last = date.fromisoformat(lines[0][0]), date.fromisoformat(lines[-1][0])
    days = ((first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1))
    return tuple((day, known.get(day, Counts())) for day in days)
