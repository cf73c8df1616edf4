# SPDX-License-Identifier: Apache-2.0
"""How long a text is on a phone: what a reader takes for one character, and how much of the vendors' limits it uses. Pure.

The vendors give their limits as "about M Chinese characters"; the preview cuts by this count, and what checks rows of values
counts the same. Lines as drawn are the preview's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

from koodesk.domain.plain_text import BIDI_MARKS, INVISIBLE

REPLACEMENT: Final = "\ufffd"
"""Stands for each character that would steer a text engine, so that no text can disguise another."""

_HIDDEN: Final = BIDI_MARKS | INVISIBLE
_ZWJ: Final = "\u200d"


def width_in_characters(cluster: str) -> float:
    """Count a cluster in 字: 1 for Chinese and everything as wide, half for Latin letters, digits and half-width marks.

    The sources give limits as "about M Chinese characters"; half a character for a narrow one is how wide it is drawn.
    """
    return 1.0 if unicodedata.east_asian_width(cluster[0]) in ("W", "F", "A") else 0.5


def each_cluster(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the clusters of a part of a text one by one, so that nobody pays for text that is never shown."""
    start = begin
    for at in range(begin + 1, end):
        if not _joins(text, start, at):
            yield start, at
            start = at
    if start < end:
        yield start, end


def count_end(text: str, most: int) -> int:
    """Return where the first `most` 字 end; the whole length when they are not exceeded. Newlines count nothing."""
    counted = 0.0
    for start, end in each_cluster(text, 0, len(text)):
        if text[start] == "\n":
            continue
        counted += width_in_characters(text[start:end])
        if counted > most:
            return start
    return len(text)


def halves(text: str) -> int:
    """Return the length of a text in half 字, as `count_end` adds them up: a text fits into `most` while it is <= 2 * most."""
    if text.isascii():
        return len(text) - text.count("\n")
    return sum(
        int(2 * width_in_characters(text[start:end]))
        for start, end in each_cluster(text, 0, len(text))
        if text[start] != "\n"
    )


def visible(char: str) -> str:
    """Return one character for one character: the same, a space for a tab, a replacement sign for a control."""
    if char == "\n":
        return char
    if char == "\t":
        return " "
    if char in _HIDDEN or unicodedata.category(char) in ("Cc", "Cs", "Cn", "Zl", "Zp"):
        return REPLACEMENT
    return char


def may_join(char: str) -> bool:
    """Tell whether a character may be one with a neighbour, so that lengths of texts beside it do not simply add up."""
    return (
        char == _ZWJ
        or 0xFE00 <= ord(char) <= 0xFE0F
        or 0x1F3FB <= ord(char) <= 0x1F3FF
        or _flag_half(char)
        or unicodedata.category(char) in ("Mn", "Me", "Mc")
    )


def _joins(text: str, start: int, at: int) -> bool:
    """Tell whether the character at `at` belongs to the cluster that began at `start`."""
    char, before = text[at], text[at - 1]
    if char == _ZWJ or 0xFE00 <= ord(char) <= 0xFE0F or 0x1F3FB <= ord(char) <= 0x1F3FF:
        return before != "\n"
    if before == _ZWJ:
        return True
    if _flag_half(char) and _flag_half(before):
        return (at - start) == 1
    return unicodedata.category(char) in ("Mn", "Me", "Mc") and before != "\n"


def _flag_half(char: str) -> bool:
    return 0x1F1E6 <= ord(char) <= 0x1F1FF
