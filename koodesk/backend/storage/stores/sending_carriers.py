# SPDX-License-Identifier: Apache-2.0
"""The carrier of a number as an expression of SQL, so that a million rows are told apart by the database itself.

All numbers with the same first four digits have one carrier (`domain.carrier`), so a list of heads for each carrier is
the whole rule. The heads are integers and the carriers words of this program: nothing in the text came from outside.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from koodesk.domain.carrier import Carrier, Segments

HEAD: Final = 10_000_000
"""A number divided by this leaves its first four digits."""

_HEADS: Final = range(1_300, 2_000)


def carrier_sql(segments: Segments) -> str:
    """Return the expression that names the carrier of `a.number`: 'cmcc', ..., 'unknown'."""
    return _cases(tuple(segments.by_prefix.items()))


@lru_cache(maxsize=4)
def _cases(by_prefix: tuple[tuple[str, Carrier], ...]) -> str:
    segments = Segments(dict(by_prefix), "", "")
    cases = ""
    for carrier in Carrier:
        heads = [str(head) for head in _HEADS if segments.carrier_of_head(head) is carrier]
        if heads and carrier is not Carrier.UNKNOWN:
            cases += f"WHEN a.number / {HEAD} IN ({','.join(heads)}) THEN '{carrier.value}' "
    unknown = f"'{Carrier.UNKNOWN.value}'"
    return f"(CASE {cases}ELSE {unknown} END)" if cases else unknown
