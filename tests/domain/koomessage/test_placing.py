# SPDX-License-Identifier: Apache-2.0
"""How many items a repeated group has, told from the positions alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from koodesk.domain.koomessage.placing import Seen, counts, stranger
from koodesk.domain.rule_pack import GroupSpec, LayoutSpec, SlotKind, SlotSpec
from tests.domain.strategies import pack

P, T, B = Seen(SlotKind.IMAGE), Seen(SlotKind.TEXT), Seen(SlotKind.BUTTON)
PAIR = Seen(SlotKind.TEXT, child=True)


def slot(name: str, kind: Seen, group: str = "", *, required: bool = True, child: str = "") -> SlotSpec:
    like = pack().layouts["RedPacket"].slots[0]
    return replace(like, id=name, kind=kind.kind, group=group, required=required, child_zh=child)


def layout(*slots: SlotSpec, least: int = 2, most: int = 4) -> LayoutSpec:
    groups = tuple(GroupSpec(g, g, g, least, most) for g in dict.fromkeys(s.group for s in slots) if g)
    placed = tuple(replace(s, position=n) for n, s in enumerate(slots, 1))
    return replace(pack().layouts["RedPacket"], slots=placed, groups=groups)


ARTICLES = layout(
    slot("picture", P, "a"), slot("title", T, "a", required=False), slot("logo", P, required=False)
)
PAIRS = layout(
    slot("title", T), slot("pair", T, "p", child="值"), slot("note", T, required=False), slot("go", B)
)
TWO = layout(slot("pair", T, "p", child="值"), slot("picture", P, "q"), slot("go", B))


@pytest.mark.parametrize(
    ("spec", "page", "wanted"),
    [
        # A second article without its title, rather than one article and a logo: a group has two at least.
        (ARTICLES, (P, T, P), {"a": 2}),
        (ARTICLES, (P, T, P, T, P), {"a": 2}),
        (ARTICLES, (P, T, P, T, P, T), {"a": 3}),
        (ARTICLES, (P, None, P, None, P, None, P), {"a": 3}),
        # Only pairs have a second text, so what has none is the note.
        (PAIRS, (T, PAIR, PAIR, T, B), {"p": 2}),
        (PAIRS, (T, PAIR, PAIR, PAIR, None, B), {"p": 3}),
        (PAIRS, (T, PAIR, PAIR, PAIR, T, B), {"p": 3}),
        # A pair that is left out keeps its number.
        (PAIRS, (T, PAIR, None, PAIR, None, B), {"p": 3}),
        (TWO, (PAIR, PAIR, PAIR, P, P, B), {"p": 3, "q": 2}),
        (TWO, (PAIR, PAIR, P, P, P, B), {"p": 2, "q": 3}),
        (TWO, (), {"p": 2, "q": 2}),
        # No number of items puts these on slots of their kind.
        (PAIRS, (B,), None),
        (PAIRS, (T, PAIR, B, PAIR), None),
        (TWO, (PAIR,) * 5, None),
        (TWO, (PAIR, PAIR, P, P, P, P, P, B), None),
    ],
)  # fmt: skip
def test_the_items_of_groups(
    spec: LayoutSpec, page: tuple[Seen | None, ...], wanted: dict[str, int] | None
) -> None:
    seen = {n: s for n, s in enumerate(page, 1) if s is not None}
    assert counts(spec, seen) == wanted


def test_the_component_that_has_no_place_is_named() -> None:
    assert stranger(PAIRS, {1: T, 2: PAIR, 3: B, 4: PAIR}) == 3
    assert stranger(PAIRS, {1: T, 2: PAIR, 3: PAIR, 4: B, 5: B}) == 4
    assert stranger(PAIRS, {1: B}) == 1
    assert stranger(TWO, {1: PAIR, 900: B}) == 900


def test_a_layout_of_many_groups_takes_no_longer_than_its_places() -> None:
    """Every way to the same place is followed once: twenty groups of up to fifty items are no fifty to the twentieth."""
    spec = layout(*(slot(f"s{n}", T, f"g{n}") for n in range(20)), least=0, most=50)
    found = counts(spec, dict.fromkeys(range(1, 201), T))
    assert found is not None
    assert sum(found.values()) == 200
