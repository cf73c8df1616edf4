# SPDX-License-Identifier: Apache-2.0
"""What a workspace holds its promotion to: the hours of the day, and how often one number may be written to.

The defaults are data (`resources/rules/desk.toml`), the values a workspace's own settings. A frequency limit counts
promotional messages of one signature to one number within any 1, 7 or 30 days, by the gateway's clock. What has not been
answered yet counts as sent, whenever it may leave: so no order of confirmations, pauses and late starts goes over it.
"""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from koodesk.domain.problem import Problem, problem
from koodesk.domain.quiet_hours import DAY_MS, Window, check_window

LARGEST_LIMIT: Final = 1_000
SPANS: Final = (DAY_MS, 7 * DAY_MS, 30 * DAY_MS)
"""How far back each limit looks, in ms."""


@dataclass(frozen=True, slots=True)
class FrequencyLimits:
    """At most so many within a day, 7 days and 30 days; 0 is no limit."""

    per_day: int = 0
    per_week: int = 0
    per_month: int = 0

    @property
    def every(self) -> tuple[int, int, int]:
        """The three limits, in the order of `SPANS`."""
        return (self.per_day, self.per_week, self.per_month)

    @property
    def any(self) -> bool:
        """Tell whether anything is limited."""
        return any(self.every)


@dataclass(frozen=True, slots=True)
class SendPolicy:
    """What is in force in a workspace. `widest` is what its hours may be set to at most."""

    hours: Window
    limits: FrequencyLimits
    widest: Window


def read_send_policy(text: str) -> SendPolicy:
    """Read the defaults of `desk.toml`. Raises KeyError or ValueError when the data is not sound: it ships."""
    data = tomllib.loads(text)
    hours, frequency = data["hours"], data["frequency"]
    policy = SendPolicy(
        Window(*hours["default"]),
        FrequencyLimits(frequency["per_day"], frequency["per_week"], frequency["per_month"]),
        Window(*hours["widest"]),
    )
    if check_hours(policy.hours, policy.widest) or check_limits(policy.limits):
        raise ValueError("the defaults break their own rules")
    return policy


def check_hours(hours: Window, widest: Window) -> tuple[Problem, ...]:
    """Return what is wrong with a workspace's hours: empty, or wider than promotion may ever be."""
    found = check_window(hours, promotion=True)
    if not found and (hours.start < widest.start or hours.end > widest.end):
        return (problem("campaign.window.too_wide", "window", start=widest.start, end=widest.end),)
    return found


def check_limits(limits: FrequencyLimits) -> tuple[Problem, ...]:
    """Return what is wrong with frequency limits: out of range, or a longer span that allows less than a shorter one.

    The latter is no mistake of arithmetic, but the shorter limit could never be reached, so the form says so.
    """
    names = ("per_day", "per_week", "per_month")
    found = [
        problem("settings.frequency.range", name, limit=LARGEST_LIMIT, actual=value)
        for name, value in zip(names, limits.every, strict=True)
        if not 0 <= value <= LARGEST_LIMIT
    ]
    given = [(name, value) for name, value in zip(names, limits.every, strict=True) if value]
    found += [
        problem("settings.frequency.order", longer[0], limit=shorter[1], actual=longer[1])
        for shorter, longer in itertools.pairwise(given)
        if longer[1] < shorter[1]
    ]
    return tuple(found)


def allows(limits: FrequencyLimits, before: Iterable[int | None], at_ms: int) -> bool:
    """Tell whether one more message may go out at `at_ms` or later, after those of `before`: instants they were sent at,
    None for one that may leave at any time."""
    known = tuple(before)
    return all(
        not most or sum(one is None or one > at_ms - span for one in known) < most
        for most, span in zip(limits.every, SPANS, strict=True)
    )
