# SPDX-License-Identifier: Apache-2.0
"""A phone on the desk (终端): whose make it is, whose network it uses, where it lives, and the number it answers to. Pure.

A phone is a place to look at messages from; it changes nothing of whom a message reaches. Carrier and region may be left
open: they follow from the number then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from koodesk.domain.carrier import THREE_CARRIERS, Carrier
from koodesk.domain.phone_number import normalise
from koodesk.domain.plain_text import length_problems, unseen_characters
from koodesk.domain.problem import Problem, problem
from koodesk.domain.vendor import Vendor

LONGEST_NAME: Final = 20
LONGEST_REGION: Final = 30
"""Characters. Koodesk's own limits."""


@dataclass(frozen=True, slots=True)
class PhoneDraft:
    """What a person says of a phone. `number` is as it was typed, empty for none; `carrier` None and an empty `region`
    follow from the number."""

    name: str
    vendor: Vendor
    number: str = ""
    carrier: Carrier | None = None
    region: str = ""


def check_phone(draft: PhoneDraft) -> tuple[Problem, ...]:
    """Return what is wrong with a draft: phone.name.*, phone.region.*, phone.carrier, text.*, phone.number."""
    found = [
        *length_problems("phone.name", draft.name, "name", least=1, most=LONGEST_NAME),
        *unseen_characters(draft.name, "name"),
        *length_problems("phone.region", draft.region, "region", least=0, most=LONGEST_REGION),
        *unseen_characters(draft.region, "region"),
    ]
    if draft.carrier is not None and draft.carrier not in THREE_CARRIERS:
        found.append(problem("phone.carrier", "carrier"))
    if draft.number.strip():
        try:
            number_of(draft.number)
        except ValueError:
            found.append(problem("phone.number", "number", actual=len(draft.number.strip())))
    return tuple(found)


def number_of(text: str) -> int:
    """Return the number somebody typed, in whatever spelling a number file may have. Raises ValueError for none."""
    found = normalise(text)
    if isinstance(found, str):
        raise ValueError(found)
    return found.number
