# SPDX-License-Identifier: Apache-2.0
"""The laws of looks: what is alike, and that near duplicates are found without comparing everything with everything."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.likeness import GRID, MARKS, MOST_COLOUR, MOST_DIFFERENT, alike, look_of, near_duplicates

marks = st.integers(0, 2**MARKS - 1)


def look(bits: int, colour: tuple[int, int, int] = (100, 120, 140)) -> str:
    return f"{bits:032x}" + "".join(f"{c:02x}" for c in colour)


def flipped(bits: int, places: set[int]) -> int:
    for place in places:
        bits ^= 1 << place
    return bits


@given(marks, st.sets(st.integers(0, MARKS - 1), max_size=2 * MOST_DIFFERENT))
def test_alike_counts_the_marks_that_differ(bits: int, places: set[int]) -> None:
    assert alike(look(bits), look(flipped(bits, places))) is (len(places) <= MOST_DIFFERENT)


@given(marks, st.sets(st.integers(0, MARKS - 1), max_size=MOST_DIFFERENT), st.randoms())
def test_whatever_is_alike_is_found(bits: int, places: set[int], dice: random.Random) -> None:
    """Nine differing marks leave one of ten pieces whole, wherever they are."""
    looks = {f"other{n}": look(dice.getrandbits(MARKS)) for n in range(20)}
    looks["one"], looks["two"] = look(bits), look(flipped(bits, places))
    found = near_duplicates(looks)
    assert "two" in found["one"]
    assert "one" in found["two"]
    for name, others in found.items():
        assert all(alike(looks[name], looks[o]) for o in others)


def test_another_colour_is_another_picture() -> None:
    assert alike(look(5), look(5, (100 + MOST_COLOUR, 120, 140)))
    assert not alike(look(5), look(5, (101 + MOST_COLOUR, 120, 140)))


def test_what_nobody_has_looked_at_is_like_nothing() -> None:
    assert not alike("", "")
    assert near_duplicates({"a": "", "b": ""}) == {}


def test_a_look_follows_where_it_gets_brighter() -> None:
    side = GRID + 1
    rising = look_of([c for _ in range(side) for c in range(side)], (1, 2, 3))
    falling = look_of([side - c for _ in range(side) for c in range(side)], (1, 2, 3))
    assert rising[:32] == "a" * 32  # brighter to the right, never downwards
    assert falling[:32] == "0" * 32
    assert rising[32:] == "010203"
    with pytest.raises(ValueError, match="80"):
        look_of([0] * 80, (0, 0, 0))
