# SPDX-License-Identifier: Apache-2.0
"""The carrier (运营商) of a number, by its segment (号段).

A segment says who issued a number, not who serves it now: since 2019 a number may be taken to another carrier
(携号转网), and no list of those is public. So a share counted by segments is an estimate, and says so wherever it is
shown. Segments are data: `resources/rules/carriers.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Carrier(StrEnum):
    """The platform's names of the carriers [SDK StatusDetail]."""

    CMCC = "cmcc"
    CUCC = "cucc"
    CTCC = "ctcc"
    OVERSEA = "oversea"
    UNKNOWN = "unknown"


THREE_CARRIERS: Final = (Carrier.CMCC, Carrier.CUCC, Carrier.CTCC)
"""移动、联通、电信: those a three-carrier channel (三网) reaches."""

_DIGITS: Final = 11
_LONGEST: Final = 4


@dataclass(frozen=True, slots=True)
class Segments:
    """Which carrier issues numbers that begin so; a longer beginning goes before a shorter one. `date` is that of the data."""

    by_prefix: Mapping[str, Carrier]
    date: str
    source: str

    def carrier(self, number: int) -> Carrier:
        """Return who issued a mainland number (11 digits, without country code), UNKNOWN when no segment is listed."""
        return self.carrier_of_head(number // 10 ** (_DIGITS - _LONGEST))

    def carrier_of_head(self, head: int) -> Carrier:
        """Return the carrier of all numbers with these first four digits."""
        digits = str(head)
        for length in range(_LONGEST, 1, -1):
            found = self.by_prefix.get(digits[:length])
            if found is not None:
                return found
        return Carrier.UNKNOWN


def read_segments(text: str) -> Segments:
    """Read `carriers.toml`. Raises KeyError or ValueError when the data is not complete: it ships with the program."""
    data = tomllib.loads(text)
    found: dict[str, Carrier] = {}
    for carrier in Carrier:
        for prefix in data["segments"].get(carrier.value, ()):
            if (
                prefix in found
                or not prefix.isascii()
                or not prefix.isdigit()
                or not 2 <= len(prefix) <= _LONGEST
            ):
                raise ValueError(f"segment {prefix}")
            found[prefix] = carrier
    return Segments(MappingProxyType(found), data["date"], data["source"])
