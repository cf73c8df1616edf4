# SPDX-License-Identifier: Apache-2.0
"""Which platform a workspace speaks to, and what a switch would mean, for screens and the command line."""

from __future__ import annotations

from dataclasses import dataclass

from koodesk.domain.platform import Platform
from koodesk.domain.problem import Problem


@dataclass(frozen=True, slots=True)
class PlatformView:
    """`platform` is the choice as stored, `opened_for` what this service speaks to: where they differ it was opened before
    the switch, and has to be opened anew. `by` and `at_ms` are empty while nobody ever chose."""

    platform: Platform
    opened_for: Platform
    by: str
    at_ms: int
    key: str
    """The access key (AK) of the cloud, "" where none is set."""

    @property
    def stale(self) -> bool:
        """Tell whether another platform was chosen since this service was opened."""
        return self.platform is not self.opened_for


@dataclass(frozen=True, slots=True)
class SwitchPlan:
    """What a switch would mean. `problems` stand in its way.

    `put_away` counts records that stand with the platform that is left (by kind of review), `comes_back` those that stood
    with the other before. `audiences` are asked anew whose phones show a card. `unreported` are messages of the last days
    whose status reports are fetched again only after a switch back.
    """

    to: Platform
    problems: tuple[Problem, ...]
    put_away: tuple[tuple[str, int], ...]
    comes_back: tuple[tuple[str, int], ...]
    audiences: int
    unreported: int
