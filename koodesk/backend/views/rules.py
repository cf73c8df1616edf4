# SPDX-License-Identifier: Apache-2.0
"""Rows about rule packs: which one is in use, and what another one would change."""

from __future__ import annotations

from dataclasses import dataclass

from koodesk.domain.problem import Problem
from koodesk.domain.rule_pack_diff import Change, Effect


@dataclass(frozen=True, slots=True)
class RulesRow:
    """The rule pack this service judges cards by, and the one whatever is opened from now on judges by.

    `shipped` and `date` are ISO dates of packs; `installed` tells whether that other one is a pack the user has
    installed. `problems` say why an installed one is passed over. The engine takes up an installed pack at once.
    """

    id: str
    date: str
    shipped: str
    next_id: str
    next_date: str
    installed: bool
    problems: tuple[Problem, ...]

    @property
    def waits_for_start(self) -> bool:
        """Tell whether another pack than now waits for the next start, or for the workspace to be judged anew."""
        return (self.id, self.date) != (self.next_id, self.next_date)


@dataclass(frozen=True, slots=True)
class CardEffect:
    """What another pack means for one stored card."""

    card_id: int
    name: str
    layout: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class PackComparison:
    """Another pack beside the one in use: what changes in the rules, and for which cards.

    `newer` tells whether it would be taken without being asked for in spite of its date. `cards` holds those that are
    judged otherwise, `checked` counts all that were looked at; the rest cannot be opened and is counted in `unreadable`.
    """

    id: str
    date: str
    newer: bool
    changes: tuple[Change, ...]
    cards: tuple[CardEffect, ...]
    checked: int
    unreadable: int
