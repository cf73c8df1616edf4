# SPDX-License-Identifier: Apache-2.0
"""Which parts of a card were tapped how often: clicks told by component, laid on the components of the card that was sent.

A click's code is the component's name on the wire (`button:7`, `image:1@2` on a second page); of simulated clicks of before only the kind is known: they count for
the first component of that kind. What fits no component of the card is kept apart and shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from koodesk.domain.phone_tap import Component, is_component


@dataclass(frozen=True, slots=True)
class Clicks:
    """Clicks of one code on the phones of one vendor ("" for unknown): how often, and by how many people."""

    vendor: str
    code: str
    times: int
    people: int


@dataclass(frozen=True, slots=True)
class Spot:
    """A component with its clicks; None stands for what is no component of this card."""

    component: Component | None
    times: int
    people: int

    def share(self, all_times: int) -> float:
        """Return its share of all clicks, 0 where there are none."""
        return self.times / all_times if all_times else 0.0


def spots(
    components: Sequence[Component], clicks: Iterable[Clicks], vendor: str | None = None
) -> tuple[Spot, ...]:
    """Return every component in the order of the card with its clicks, and at the end what fits none, where there is any.

    `vendor` None takes the clicks of all phones. Who tapped a component both by its number and by its kind alone counts
    as two people: only clicks from before are told by kind.
    """
    sums = [[0, 0] for _ in components]
    elsewhere = [0, 0]
    for one in clicks:
        if vendor is not None and one.vendor != vendor:
            continue
        place = _place(components, one.code)
        kept = elsewhere if place is None else sums[place]
        kept[0] += one.times
        kept[1] += one.people
    found = [Spot(part, *counts) for part, counts in zip(components, sums, strict=True)]
    if elsewhere[0]:
        found.append(Spot(None, *elsewhere))
    return tuple(found)


def named(clicks: Iterable[Clicks]) -> tuple[Component, ...]:
    """Return the components that clicks name, for a card that is not there any more: nothing is known but their names."""
    found: dict[str, Component] = {}
    for one in clicks:
        if is_component(one.code):
            kind, _, rest = one.code.partition(":")
            number, _, page = rest.partition("@")
            found[one.code] = Component(kind, int(number), int(page or 1), one.code, None)
    return tuple(sorted(found.values(), key=lambda part: (part.page, part.position, part.kind)))


def _place(components: Sequence[Component], code: str) -> int | None:
    for place, part in enumerate(components):
        if code in (part.what, part.kind):
            return place
    return None
