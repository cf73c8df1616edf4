# SPDX-License-Identifier: Apache-2.0
"""The report of smart messages (智能信息报表): how far messages came, by task, template, vendor, day or month.

The platform's send report has 提交数, 支持解析数, 发送数, 发送成功数 and 解析成功数 by day or month (facts 4.2), its template report
解析, 曝光 and 点击, people (UV) and times (PV) apart (facts 4.5). A message counts for the Beijing day it was handed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum
from operator import add, attrgetter
from typing import Final

from koodesk.domain.report import BEIJING_MS, DAY_MS, day_of
from koodesk.domain.vendor import Vendor

READY_HOUR: Final = 16
"""The platform's own report of a day can be read from this hour of the next day on (次日 16:00). Source: facts 4.2, 4.5 [SDK]."""


class SmartBy(StrEnum):
    """What the lines of a report stand for."""

    DAY = "day"
    MONTH = "month"
    TASK = "task"
    TEMPLATE = "template"
    VENDOR = "vendor"


@dataclass(frozen=True, slots=True)
class SmartCounts:
    """How many messages came how far. `submitted` were handed over and answered for, `supported` of them to phones that show the
    card, `accepted` are what the platform calls sent; `success` were reported delivered, `undelivered` not.
    `exposed`, `clicked` and `replied` are people (UV), `exposed_times` and `clicked_times` how often (PV)."""

    submitted: int = 0
    supported: int = 0
    accepted: int = 0
    success: int = 0
    undelivered: int = 0
    resolved: int = 0
    exposed: int = 0
    exposed_times: int = 0
    clicked: int = 0
    clicked_times: int = 0
    replied: int = 0

    def __add__(self, other: SmartCounts) -> SmartCounts:
        return SmartCounts(*map(add, _VALUES(self), _VALUES(other)))

    @property
    def failed(self) -> int:
        """Return how many were refused or reported undelivered."""
        return self.submitted - self.accepted + self.undelivered

    @property
    def unreported(self) -> int:
        """Return how many were accepted and have no report of their delivery yet."""
        return self.accepted - self.success - self.undelivered


COUNTED: Final = tuple(field.name for field in fields(SmartCounts))
_VALUES: Final = attrgetter(*COUNTED)

RATES: Final = {
    "supported": "submitted",
    "accepted": "submitted",
    "success": "accepted",
    "resolved": "success",
    "exposed": "resolved",
    "clicked": "exposed",
}
"""What each step of the funnel is a share of: the step before it that it is a part of."""


def rate(counts: SmartCounts, step: str) -> float | None:
    """Return a step's share of what it is a part of, None where that is nothing. Raises KeyError for what is no share."""
    whole: int = getattr(counts, RATES[step])
    part: int = getattr(counts, step)
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class SmartTally:
    """Counts of one task on one Beijing day (days since 1970-01-01) with the phones of one vendor, "" for unknown."""

    task: int
    template: int
    day: int
    vendor: str
    counts: SmartCounts


@dataclass(frozen=True, slots=True)
class SmartFilter:
    """Which tallies count: Beijing days from `first_day` to `last_day`, both included and None for no bound; one task or
    template (0 is every one), one vendor (None is every one, "" those whose vendor is not known)."""

    first_day: date | None = None
    last_day: date | None = None
    task: int = 0
    template: int = 0
    vendor: str | None = None

    def takes(self, tally: SmartTally) -> bool:
        """Tell whether a tally counts."""
        day = day_of(tally.day)
        return (
            (self.first_day is None or day >= self.first_day)
            and (self.last_day is None or day <= self.last_day)
            and self.task in (0, tally.task)
            and self.template in (0, tally.template)
            and self.vendor in (None, tally.vendor)
        )


def last_ready_day(now_ms: int) -> int:
    """Return the last Beijing day (days since 1970-01-01) the platform's own report has at an instant."""
    return (now_ms + BEIJING_MS - READY_HOUR * 3_600_000) // DAY_MS - 1


_KEYS: Final[dict[SmartBy, Callable[[SmartTally], str]]] = {
    SmartBy.TASK: lambda tally: str(tally.task),
    SmartBy.TEMPLATE: lambda tally: str(tally.template),
    SmartBy.VENDOR: lambda tally: tally.vendor,
    SmartBy.DAY: lambda tally: day_of(tally.day).isoformat(),
    SmartBy.MONTH: lambda tally: day_of(tally.day).isoformat()[:7],
}
_ORDER: Final = {vendor.value: place for place, vendor in enumerate(Vendor)}


def grouped(tallies: Iterable[SmartTally], by: SmartBy) -> tuple[tuple[str, SmartCounts], ...]:
    """Return (key, counts) of the lines: tasks and templates newest first, vendors in their usual order and the unknown last,
    days and months in time."""
    found: dict[str, list[int]] = {}
    key_of = _KEYS[by]
    for tally in tallies:
        sums = found.setdefault(key_of(tally), [0] * len(COUNTED))
        for place, count in enumerate(_VALUES(tally.counts)):
            sums[place] += count
    if by in (SmartBy.TASK, SmartBy.TEMPLATE):
        keys = sorted(found, key=int, reverse=True)
    elif by is SmartBy.VENDOR:
        keys = sorted(found, key=lambda vendor: (_ORDER.get(vendor, len(_ORDER)), vendor))
    else:
        keys = sorted(found)
    return tuple((key, SmartCounts(*found[key])) for key in keys)


def summed(tallies: Iterable[SmartTally]) -> SmartCounts:
    """Return the sum of all."""
    lines = grouped(tallies, SmartBy.MONTH)
    return sum((counts for _, counts in lines), SmartCounts())


def filled_days(lines: tuple[tuple[str, SmartCounts], ...]) -> tuple[tuple[str, SmartCounts], ...]:
    """Return the days' lines with the days between them on which nothing was sent, for a chart with an honest axis."""
    if not lines:
        return ()
    known = dict(lines)
    first, last = date.fromisoformat(lines[0][0]), date.fromisoformat(lines[-1][0])
    days = ((first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1))
    return tuple((day, known.get(day, SmartCounts())) for day in days)
