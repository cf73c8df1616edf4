# SPDX-License-Identifier: Apache-2.0
"""The pinyin initials of Chinese text, for finding a record by the letters a person would type: 新春红包 is xchb.

Source: GB/T 2312-1980, whose first level (3,755 characters) is ordered by pinyin; the bounds are the first character of
each letter. A character has one reading there (重 is zhong), and none outside the first level: such characters are left out.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import Final

_FIRST: Final = (
    (0xB0A1, "a"),
    (0xB0C5, "b"),
    (0xB2C1, "c"),
    (0xB4EE, "d"),
    (0xB6EA, "e"),
    (0xB7A2, "f"),
    (0xB8C1, "g"),
    (0xB9FE, "h"),
    (0xBBF7, "j"),
    (0xBFA6, "k"),
    (0xC0AC, "l"),
    (0xC2E8, "m"),
    (0xC4C3, "n"),
    (0xC5B6, "o"),
    (0xC5BE, "p"),
    (0xC6DA, "q"),
    (0xC8BB, "r"),
    (0xC8F6, "s"),
    (0xCBFA, "t"),
    (0xCDDA, "w"),
    (0xCEF4, "x"),
    (0xD1B9, "y"),
    (0xD4D1, "z"),
)
_LAST: Final = 0xD7F9
_BOUNDS: Final = tuple(bound for bound, _ in _FIRST)


@lru_cache(maxsize=8192)
def initial(sign: str) -> str:
    """Return the letter a character's pinyin begins with, "" where it has none here."""
    try:
        spelt = sign.encode("gb2312")
    except UnicodeEncodeError:
        return ""
    if len(spelt) != 2:
        return ""
    code = spelt[0] << 8 | spelt[1]
    return _FIRST[bisect_right(_BOUNDS, code) - 1][1] if _BOUNDS[0] <= code <= _LAST else ""


def initials(text: str) -> str:
    """Return the initials of a text's characters, letters and digits as they are, everything else left out."""
    return "".join(sign.casefold() if sign.isascii() and sign.isalnum() else initial(sign) for sign in text)
