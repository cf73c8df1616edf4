# SPDX-License-Identifier: Apache-2.0
"""The settings of a workspace: each with its name, its limits and the right it takes to change it.

They hold for whoever works in the workspace, window, command line and worker alike; what is one person's (language, look,
panels) is `koodesk.settings`. Where values are kept is storage's matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from koodesk.domain.digest import canonical, content_digest
from koodesk.domain.problem import Problem, problem
from koodesk.domain.quiet_hours import DAY_MINUTES, Window
from koodesk.domain.send_policy import LARGEST_LIMIT, FrequencyLimits, SendPolicy, check_hours, check_limits

UPDATE: Final = "koodesk:settings:update"
SEND_HOURS: Final = "koodesk:sendHours:update"
LONGEST_KEEPING: Final = 3_650
"""Days; Koodesk's own."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A whole number within limits, and the action one needs to change it."""

    name: str
    least: int
    most: int
    action: str = UPDATE


SETTINGS: Final[Mapping[str, Setting]] = {
    one.name: one
    for one in (
        Setting("hours_start", 0, DAY_MINUTES, SEND_HOURS),
        Setting("hours_end", 0, DAY_MINUTES, SEND_HOURS),
        Setting("frequency_per_day", 0, LARGEST_LIMIT),
        Setting("frequency_per_week", 0, LARGEST_LIMIT),
        Setting("frequency_per_month", 0, LARGEST_LIMIT),
        Setting("keep_exports_days", 0, LONGEST_KEEPING),
        Setting("keep_recovery_days", 0, LONGEST_KEEPING),
        Setting("keep_confirmations_days", 0, LONGEST_KEEPING),
        Setting("keep_backups", 0, 1_000),
    )
}
"""Every setting by name. Hours are minutes of the Beijing day; days and counts are 0 for "keep everything"."""

KEPT: Final = {
    "keep_exports_days": 180,
    "keep_recovery_days": 30,
    "keep_confirmations_days": 30,
    "keep_backups": 10,
}
"""How long what may be cleared away is kept unless a workspace says otherwise; Koodesk's own. Nothing goes by itself."""


def defaults(policy: SendPolicy) -> dict[str, int]:
    """Return every setting as it is before anybody sets it."""
    day, week, month = policy.limits.every
    return {
        "hours_start": policy.hours.start,
        "hours_end": policy.hours.end,
        "frequency_per_day": day,
        "frequency_per_week": week,
        "frequency_per_month": month,
        **KEPT,
    }


def policy_of(values: Mapping[str, int], widest: Window) -> SendPolicy:
    """Return what settings say of sends."""
    return SendPolicy(
        Window(values["hours_start"], values["hours_end"]),
        FrequencyLimits(
            values["frequency_per_day"], values["frequency_per_week"], values["frequency_per_month"]
        ),
        widest,
    )


def check(values: Mapping[str, object], widest: Window) -> tuple[Problem, ...]:
    """Return what is wrong with a whole set of settings, each at its name."""
    found: list[Problem] = []
    for name, value in values.items():
        known = SETTINGS.get(name)
        if known is None:
            found.append(problem("settings.unknown", name, name=name))
        elif not isinstance(value, int) or isinstance(value, bool) or not known.least <= value <= known.most:
            shown = value if isinstance(value, int | str) else str(value)
            found.append(
                problem("settings.range", name, name=name, least=known.least, limit=known.most, actual=shown)
            )
    if found:
        return tuple(found)
    whole = {name: value for name, value in values.items() if isinstance(value, int)}
    policy = policy_of(whole, widest)
    return (*check_hours(policy.hours, widest), *check_limits(policy.limits))


def revision(values: Mapping[str, int]) -> str:
    """Return what a form was opened with, in short: equal values, equal revision."""
    return content_digest(canonical(dict(values)))[:16]
