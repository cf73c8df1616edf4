# SPDX-License-Identifier: Apache-2.0
"""Money as whole numbers: thousandths of a fen, because unit prices are fractions of a fen. Never a float.

1 yuan = 100 fen = 100,000. A million messages at a yuan each are 10 ** 11: far inside 63 bits.
"""

from __future__ import annotations

import re
from typing import Final

from koodesk.domain.problem import Refused, problem

YUAN: Final = 100_000
"""Money of one yuan."""

LARGEST_PRICE: Final = 1_000 * YUAN
"""The largest unit price that may be entered, and LARGEST_SUM the largest sum: Koodesk's own, against slips of the hand."""

LARGEST_SUM: Final = 100_000_000 * YUAN
DECIMALS: Final = 5

_YUAN: Final = re.compile(r"([0-9]{1,12})(?:\.([0-9]+))?")


def read_yuan(text: str, where: str, *, largest: int = LARGEST_SUM) -> int:
    """Read an amount of yuan such as "0.177" or "17,700". Raises Refused: money.unreadable, .decimals, .too_large."""
    plain = text.strip().removesuffix("元").replace(",", "").replace("，", "").strip()
    found = _YUAN.fullmatch(plain)
    if found is None:
        raise Refused(problem("money.unreadable", where, actual=text[:20]))
    decimals = found[2] or ""
    if len(decimals.rstrip("0")) > DECIMALS:
        raise Refused(problem("money.decimals", where, limit=DECIMALS, actual=len(decimals)))
    amount = int(found[1]) * YUAN + int(decimals[:DECIMALS].ljust(DECIMALS, "0"))
    if amount > largest:
        raise Refused(problem("money.too_large", where, limit=yuan(largest), actual=yuan(amount)))
    return amount


def yuan(amount: int) -> str:
    """Write an amount in yuan exactly, with at least two decimals: "17,700.00", "0.177", "-0.60667"."""
    sign = "-" if amount < 0 else ""
    whole, rest = divmod(abs(amount), YUAN)
    decimals = f"{rest:05d}".rstrip("0").ljust(2, "0")
    return f"{sign}{whole:,}.{decimals}"


def fen_up(amount: int) -> int:
    """Return whole fen, rounded up: what a person is told at most."""
    return -(-amount // 1_000)
