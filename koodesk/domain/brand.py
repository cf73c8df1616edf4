# SPDX-License-Identifier: Apache-2.0
"""The brand kit (品牌资料): colours, logos, names and SMS signatures a workspace uses again and again. Pure.

It offers and never decides: a card keeps what was chosen, whatever becomes of the kit later. Bounds are Koodesk's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from koodesk.domain.problem import Problem, Refused, problem

NAME_LIMIT: Final = 30
"""Longest name or signature in characters."""

MOST: Final = 24
"""Most colours, logos, names or signatures."""

_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class BrandKit:
    """Colours as "#rrggbb", logos as digests of materials, names people know the sender by, SMS signatures without 【】."""

    colours: tuple[str, ...] = ()
    logos: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Tell whether nothing is in it."""
        return not (self.colours or self.logos or self.names or self.signs)

    def named_in(self, text: str) -> bool:
        """Tell whether a text holds one of the names or signatures."""
        return any(name in text for name in (*self.names, *self.signs) if name)

    def offered(self) -> tuple[str, ...]:
        """Return names and signatures, each once: what a field for a sender offers."""
        return tuple(dict.fromkeys((*self.names, *self.signs)))


EMPTY: Final = BrandKit()


def tidy(kit: BrandKit) -> BrandKit:
    """Return the kit as it is kept: blanks and the brackets of signatures taken off, everything once, colours in lower case.

    Raises Refused: brand.colour, brand.name_too_long, brand.too_many.
    """
    made = BrandKit(
        _once(c.strip().lower() for c in kit.colours),
        _once(kit.logos),
        _once(" ".join(n.split()) for n in kit.names),
        _once(" ".join(s.split()).strip("【】").strip() for s in kit.signs),
    )
    wrong: list[Problem] = [
        problem("brand.colour", "colours", value=colour)
        for colour in made.colours
        if not _COLOUR.fullmatch(colour)
    ]
    for where, words in (("names", made.names), ("signs", made.signs)):
        wrong += [
            problem("brand.name_too_long", where, limit=NAME_LIMIT, actual=len(word))
            for word in words
            if len(word) > NAME_LIMIT
        ]
    for where, found in (
        ("colours", made.colours),
        ("logos", made.logos),
        ("names", made.names),
        ("signs", made.signs),
    ):
        if len(found) > MOST:
            wrong.append(problem("brand.too_many", where, limit=MOST, actual=len(found)))
    if wrong:
        raise Refused(*wrong)
    return made


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))
