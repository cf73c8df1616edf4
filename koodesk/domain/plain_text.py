# SPDX-License-Identifier: Apache-2.0
"""Names and notes that people type or files carry: text is data, and stays what it is.

HTML, `=1+1` and the like are ordinary characters here: screens show plain text and exports neutralise cells. What is
refused is what cannot be seen: control characters, and the marks that turn the reading direction and so make a name
look like another one.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from koodesk.domain.problem import Problem, problem

BIDI_MARKS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""The direction marks, embeddings, overrides and isolates of Unicode's bidirectional algorithm."""

INVISIBLE: Final = frozenset("\u00ad\u200b\u2060\ufeff")
"""Soft hyphen, zero-width space, word joiner and byte-order mark: two names may look the same because of them."""


def unseen_characters(text: str, where: str, *, lines: bool = False) -> tuple[Problem, ...]:
    """Return a problem for the first control, direction or invisible character; `lines` allows line breaks."""
    for place, char in enumerate(text):
        if lines and char == "\n":
            continue
        if char in BIDI_MARKS:
            return (problem("text.bidi_mark", where, place=place + 1, char=f"U+{ord(char):04X}"),)
        if char in INVISIBLE or unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp"):
            return (problem("text.control_character", where, place=place + 1, char=f"U+{ord(char):04X}"),)
    return ()


def length_problems(
    code: str, text: str, where: str, *, least: int, most: int, source: str = ""
) -> tuple[Problem, ...]:
    """Check the length of one field in characters: `code`.missing, `code`.too_short or `code`.too_long."""
    actual = len(text)
    if least > 0 and not text.strip():
        return (problem(f"{code}.missing", where, source=source),)
    if actual < least:
        return (problem(f"{code}.too_short", where, source=source, limit=least, actual=actual),)
    if actual > most:
        return (problem(f"{code}.too_long", where, source=source, limit=most, actual=actual),)
    return ()
