# SPDX-License-Identifier: Apache-2.0
"""Pictures that look alike (相似图片): the same motif scaled, packed anew or slightly touched up. Pure.

A picture's look is 128 marks of where it gets brighter to the right and downwards on a small grid, with its mean colour:
it stays about the same when the picture is scaled or compressed. It is made where pictures are decoded (the reader's
child); here looks are only compared. Alike is a hint to a person, never a reason to refuse or to remove anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Final

GRID: Final = 8
"""Marks a row and rows of marks, once across and once down."""

MARKS: Final = 2 * GRID * GRID
MOST_DIFFERENT: Final = 9
"""Most marks of 128 in which two looks may differ and still be alike: Koodesk's own, tried on its sample pictures."""

MOST_COLOUR: Final = 24
"""Most by which a channel (0 to 255) of the mean colours may differ."""

_HEX: Final = MARKS // 4
_PIECES: Final = MOST_DIFFERENT + 1
_MOST_IN_A_PLACE: Final = 400
"""Pictures that share a piece and are compared with each other: far more of them share it because there is nothing in it."""


def look_of(greys: Sequence[int], colour: tuple[int, int, int]) -> str:
    """Return the look of a picture from (8 + 1) x (8 + 1) grey values (0 to 255, rows from the top) and its mean colour.

    Raises ValueError when the grid has another size.
    """
    side = GRID + 1
    if len(greys) != side * side:
        raise ValueError(len(greys))
    marks = 0
    for row in range(GRID):
        for column in range(GRID):
            here = greys[row * side + column]
            marks = marks << 1 | (greys[row * side + column + 1] > here)
            marks = marks << 1 | (greys[(row + 1) * side + column] > here)
    return f"{marks:0{_HEX}x}{colour[0]:02x}{colour[1]:02x}{colour[2]:02x}"


def alike(one: str, other: str) -> bool:
    """Tell whether two looks are those of near duplicates; a look nobody knows ("") is like none."""
    if len(one) != _HEX + 6 or len(other) != _HEX + 6:
        return False
    marks = int(one[:_HEX], 16) ^ int(other[:_HEX], 16)
    return marks.bit_count() <= MOST_DIFFERENT and all(
        abs(int(one[at : at + 2], 16) - int(other[at : at + 2], 16)) <= MOST_COLOUR
        for at in (_HEX, _HEX + 2, _HEX + 4)
    )


def near_duplicates(looks: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return for each name, by its look, the other names that look alike, in the order given; those with none are left out.

    Looks that differ in at most nine of 128 marks agree in at least one of ten pieces: only those are compared.
    """
    places: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    for name, look in looks.items():
        if len(look) == _HEX + 6:
            for piece in _pieces(int(look[:_HEX], 16)):
                places[piece].append(name)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for names in places.values():
        for one, other in combinations(names[:_MOST_IN_A_PLACE], 2):
            if other not in found[one] and alike(looks[one], looks[other]):
                found[one].add(other)
                found[other].add(one)
    order = {name: number for number, name in enumerate(looks)}
    return {name: tuple(sorted(found[name], key=order.__getitem__)) for name in looks if found.get(name)}


def _pieces(marks: int) -> list[tuple[int, int]]:
    """Cut the marks into ten pieces: (place, bits)."""
    made = []
    start = 0
    for number in range(_PIECES):
        end = MARKS * (number + 1) // _PIECES
        made.append((number, marks >> start & ((1 << end - start) - 1)))
        start = end
    return made
