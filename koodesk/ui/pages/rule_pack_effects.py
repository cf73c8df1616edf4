# SPDX-License-Identifier: Apache-2.0
"""What another rule pack means for a card, sorted for reading: new problems, gone ones, and those whose numbers moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from koodesk.backend.views.rules import CardEffect
from koodesk.domain.problem import Problem, Severity
from koodesk.domain.rule_pack_diff import Effect
from koodesk.domain.vendor import Vendor


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem of a card, said once for all the vendors that have it; `vendors` is empty where it is nobody's own."""

    problem: Problem
    vendors: tuple[Vendor, ...]


@dataclass(frozen=True, slots=True)
class Sorted:
    """A card's problems by what becomes of them. `moved` pairs a problem with the same one under the other pack."""

    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    moved: tuple[tuple[Finding, Finding], ...]

    def count(self, severity: Severity) -> int:
        """Return how many of the new problems weigh this much, each vendor's counted."""
        return sum(max(1, len(f.vendors)) for f in self.new if f.problem.severity is severity)


@dataclass(frozen=True, slots=True)
class CardRow:
    """A stored card that another pack judges otherwise."""

    card: CardEffect
    sorted: Sorted

    @property
    def errors(self) -> int:
        """Return how many errors are new."""
        return self.sorted.count(Severity.ERROR)

    @property
    def warnings(self) -> int:
        """Return how many warnings are new."""
        return self.sorted.count(Severity.WARNING)


def rows(cards: Iterable[CardEffect]) -> tuple[CardRow, ...]:
    """Return the cards, those with the most new errors first, then the most new warnings, then by name."""
    made = (CardRow(c, sort(c.effect)) for c in cards)
    return tuple(sorted(made, key=lambda r: (-r.errors, -r.warnings, r.card.name, r.card.card_id)))


def sort(effect: Effect) -> Sorted:
    """Sort what appears and disappears. Same code, place, vendor and weight on both sides is one problem that moved."""
    before = {_name(p): p for p in effect.disappear}
    pairs = [(before[_name(p)], p) for p in effect.appear if _name(p) in before]
    moved = {_name(p) for _, p in pairs}
    grouped: dict[tuple[Problem, Problem], list[Vendor]] = {}
    for old, new in pairs:
        found = grouped.setdefault((replace(old, vendor=None), replace(new, vendor=None)), [])
        found.extend([new.vendor] if new.vendor else [])
    return Sorted(
        _together(p for p in effect.appear if _name(p) not in moved),
        _together(p for p in effect.disappear if _name(p) not in moved),
        tuple((Finding(old, tuple(v)), Finding(new, tuple(v))) for (old, new), v in grouped.items()),
    )


def _name(one: Problem) -> tuple[str, str, Vendor | None, Severity]:
    return one.code, one.where, one.vendor, one.severity


def _together(problems: Iterable[Problem]) -> tuple[Finding, ...]:
    found: dict[Problem, list[Vendor]] = {}
    for one in problems:
        found.setdefault(replace(one, vendor=None), []).extend([one.vendor] if one.vendor else [])
    return tuple(Finding(p, tuple(v)) for p, v in found.items())
