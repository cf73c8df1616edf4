# SPDX-License-Identifier: Apache-2.0
"""Which phone a number is: a stable function of seed and number, so that capability and delivery agree.

A number's vendor depends on the seed and the vendor mix alone. What the mix leaves over are phones that show no card.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from koodesk.domain.vendor import Vendor

NO_CARD: Final = ""
"""The vendor of a number whose phone cannot show cards."""

_CELLS_BITS: Final = 12
_MASK64: Final = (1 << 64) - 1


class Handsets:
    """The simulated country: `vendor(number)` is the vendor's name or `NO_CARD`."""

    def __init__(self, seed: int, mix: Mapping[str, float]) -> None:
        digest = hashlib.blake2b(str(seed).encode(), digest_size=8, person=b"koodesk-phone").digest()
        self._offset = int.from_bytes(digest, "big")
        cells: list[str] = []
        share = 0.0
        for vendor in Vendor:
            share += mix.get(vendor.value, 0.0)
            upto = round(min(share, 1.0) * (1 << _CELLS_BITS))
            cells.extend([vendor.value] * (upto - len(cells)))
        cells.extend([NO_CARD] * ((1 << _CELLS_BITS) - len(cells)))
        self._cells = cells

    def vendor(self, number: int) -> str:
        """Return the vendor of a number."""
        # SplitMix64's finaliser: neighbours in a number block must not be neighbours in the mix.
        mixed = (number * 0x9E3779B97F4A7C15 + self._offset) & _MASK64
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK64
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK64
        return self._cells[mixed >> (64 - _CELLS_BITS)]
