# SPDX-License-Identifier: Apache-2.0
"""Which slot a position_number means when groups repeat: how many items each group has, told from a page's components.

Pure. A position counts the places of the items before it (`layout_contents.positions`), and the body does not say how
many there are. Of all counts under which every component stands on a slot of its own kind, the one with the fewest
places left open is taken, required ones and items a group lacks weighing most; among equals the one with fewer items.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from koodesk.domain.rule_pack import GroupSpec, LayoutSpec, SlotKind, SlotSpec

_REQUIRED = 1000
"""How much heavier an open required place weighs than an open optional one: more than a page has places."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page has at one position: the component's kind, and whether it has a second text."""

    kind: SlotKind
    child: bool = False


def counts(layout: LayoutSpec, page: Mapping[int, Seen]) -> dict[str, int] | None:
    """Return the items of each group, None when no numbers of items put every component on a slot of its kind."""
    return _Search(layout, page).run()


def stranger(layout: LayoutSpec, page: Mapping[int, Seen]) -> int:
    """Return the first position that cannot be placed, once `counts` has found no way: those before it can be."""
    before: dict[int, Seen] = {}
    for position in sorted(page):
        before[position] = page[position]
        if counts(layout, before) is None:
            return position
    raise ValueError("every position has a place")


class _Search:
    def __init__(self, layout: LayoutSpec, page: Mapping[int, Seen]) -> None:
        self.page = page
        self.last = max(page, default=0)
        self.parts: list[tuple[GroupSpec | None, tuple[SlotSpec, ...]]] = []
        done: set[str] = set()
        for slot in layout.slots:
            if not slot.group:
                self.parts.append((None, (slot,)))
            elif slot.group not in done:
                done.add(slot.group)
                self.parts.append((layout.group(slot.group), layout.slots_of(slot.group)))

    def run(self) -> dict[str, int] | None:
        """Go through the parts from left to right; of two ways to the same place only the better one goes on."""
        ways: dict[int, tuple[int, int, tuple[tuple[str, int], ...]]] = {1: (0, 0, ())}
        for group, slots in self.parts:
            further: dict[int, tuple[int, int, tuple[tuple[str, int], ...]]] = {}
            for at, (cost, items, chosen) in ways.items():
                most = 1 if group is None else group.most
                paid = cost
                for number in range(most + 1):
                    if number:
                        step = self._cost(slots, at + (number - 1) * len(slots))
                        if step is None:
                            break
                        paid += step
                    elif group is None:
                        continue
                    lacking = max(0, group.least - number) * len(slots) * (_REQUIRED + 1) if group else 0
                    way = (
                        paid + lacking,
                        items + (number if group else 0),
                        (*chosen, (group.id, number)) if group else chosen,
                    )
                    end = at + number * len(slots)
                    if end not in further or way[:2] < further[end][:2]:
                        further[end] = way
            ways = further
        whole = [way for end, way in ways.items() if end > self.last]
        return dict(min(whole, key=lambda way: way[:2])[2]) if whole else None

    def _cost(self, slots: tuple[SlotSpec, ...], at: int) -> int | None:
        """Return the weight of what is open from a position on, None when a component there is of another kind."""
        cost = 0
        for offset, slot in enumerate(slots):
            seen = self.page.get(at + offset)
            if seen is None:
                cost += _REQUIRED if slot.required else 1
            elif seen.kind is not slot.kind or (seen.child and not slot.child_zh):
                return None
            elif slot.child_zh and not seen.child:
                cost += 1
        return cost
