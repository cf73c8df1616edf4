# SPDX-License-Identifier: Apache-2.0
"""The report of service accounts (智能信息服务号报表): clicks on menus, home pages and shortcuts, billed and free told apart.

The platform shows click details of menu, home page and shortcut (facts 4.5); which clicks are billed is told with each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from koodesk.domain.report import day_of

KINDS: Final = ("menu", "home", "shortcut")


class ServiceBy(StrEnum):
    """What the lines of a report stand for."""

    ITEM = "item"
    ACCOUNT = "account"
    KIND = "kind"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class ServiceCounts:
    """Clicks, and how many of them are billed; the others are free."""

    clicks: int = 0
    billed: int = 0

    def __add__(self, other: ServiceCounts) -> ServiceCounts:
        return ServiceCounts(self.clicks + other.clicks, self.billed + other.billed)

    @property
    def free(self) -> int:
        """Return how many are not billed."""
        return self.clicks - self.billed


@dataclass(frozen=True, slots=True)
class ServiceTally:
    """Clicks of one Beijing day (days since 1970-01-01) on one item ("menu:1.2") of an account, of a kind of `KINDS`.

    `account` is the account's record id, 0 for one that is not (or no more) of this desk."""

    account: int
    kind: str
    item: str
    day: int
    counts: ServiceCounts


@dataclass(frozen=True, slots=True)
class ServiceFilter:
    """Which tallies count: Beijing days, both included and None for no bound; one account (None is every one), one kind ("" is
    every one)."""

    first_day: date | None = None
    last_day: date | None = None
    account: int | None = None
    kind: str = ""

    def takes(self, tally: ServiceTally) -> bool:
        """Tell whether a tally counts."""
        day = day_of(tally.day)
        return (
            (self.first_day is None or day >= self.first_day)
            and (self.last_day is None or day <= self.last_day)
            and self.account in (None, tally.account)
            and self.kind in ("", tally.kind)
        )


Key = tuple[int, str, str]
"""Account, kind and item of a line; what a grouping leaves out is 0 or empty."""

_KEYS: Final[dict[ServiceBy, Callable[[ServiceTally], Key]]] = {
    ServiceBy.ITEM: lambda tally: (tally.account, tally.kind, tally.item),
    ServiceBy.ACCOUNT: lambda tally: (tally.account, "", ""),
    ServiceBy.KIND: lambda tally: (0, tally.kind, ""),
    ServiceBy.DAY: lambda tally: (0, "", day_of(tally.day).isoformat()),
}


def grouped(tallies: Iterable[ServiceTally], by: ServiceBy) -> tuple[tuple[Key, ServiceCounts], ...]:
    """Return (key, counts) of the lines: days in time, everything else by account, kind and item."""
    found: dict[Key, ServiceCounts] = {}
    key_of = _KEYS[by]
    for tally in tallies:
        key = key_of(tally)
        found[key] = found.get(key, ServiceCounts()) + tally.counts
    order = {kind: place for place, kind in enumerate(KINDS)}
    keys = sorted(found, key=lambda key: (key[0], order.get(key[1], len(order)), key[2]))
    return tuple((key, found[key]) for key in keys)


def by_day(tallies: Iterable[ServiceTally]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return every day from the first click to the last with the clicks of each kind, those without any too."""
    sums: dict[int, list[int]] = {}
    for tally in tallies:
        if tally.kind in KINDS:
            sums.setdefault(tally.day, [0] * len(KINDS))[KINDS.index(tally.kind)] += tally.counts.clicks
    if not sums:
        return ()
    first = min(sums)
    return tuple(
        ((day_of(first) + timedelta(days=n)).isoformat(), tuple(sums.get(first + n, [0] * len(KINDS))))
        for n in range(max(sums) - first + 1)
    )
