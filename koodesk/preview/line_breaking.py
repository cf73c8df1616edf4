# SPDX-License-Identifier: Apache-2.0
"""Chinese line breaking: where a line may end, and how wide text falls into lines. Pure; knows no parameters.

A line may end between any two Chinese characters, but no closing mark begins a line and no opening mark ends one
(避头尾). Latin words, numbers and links stay whole unless one alone is wider than the line. A newline ends a line.
Characters that belong together (accents, joined emoji, flags) are one cluster and never parted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from koodesk.domain.text_count import each_cluster

NOT_AT_START: Final = frozenset("，。、；：？！）》」』】〕〉”’…—～·％℃‰,.;:?!)]}>%ー々〗〙〛｝］｠＞")
"""Marks that close something: never first on a line."""

NOT_AT_END: Final = frozenset("（《「『【〔〈“‘([{<￥¥$＄〖〘〚｛［｟＜#@")
"""Marks that open something: never last on a line."""


def clusters(text: str) -> tuple[tuple[int, int], ...]:
    """Return the (start, end) of each cluster: what a reader takes for one character."""
    return tuple(each_cluster(text, 0, len(text)))


def _in_word(cluster: str) -> bool:
    """Tell whether a cluster sticks to its neighbours as a letter of a Latin word, number or link does."""
    char = cluster[0]
    return ord(char) < 0x2E80 and (char.isalnum() or char in "_-./:%?=&+'’~@#$")


def may_break(before: str, after: str) -> bool:
    """Tell whether a line may end between two neighbouring clusters."""
    if after[0] in NOT_AT_START or after[0] == " ":
        return False
    if before[-1] in NOT_AT_END:
        return False
    if before[-1] == " ":
        return True
    return not (_in_word(before) and _in_word(after))


def wrap(
    text: str, width: float, advance: Callable[[str], float], most: int | None = None
) -> tuple[tuple[int, int], ...]:
    """Let text fall into lines no wider than `width`; return each line's (start, end) without its newline.

    Spaces at a line's end hang over it and count for nothing. A single cluster wider than the line stands alone. Empty
    text is one empty line. The lines with their newlines are the whole text: nothing is lost, unless `most` is given:
    then no more than that many lines are made.
    """
    lines = _lines(text, width, advance)
    return tuple(lines if most is None else islice(lines, most))


def _lines(text: str, width: float, advance: Callable[[str], float]) -> Iterator[tuple[int, int]]:
    begin = 0
    while True:
        end = text.find("\n", begin)
        yield from _wrap_paragraph(text, begin, len(text) if end < 0 else end, width, advance)
        if end < 0:
            return
        begin = end + 1


def _wrap_paragraph(
    text: str, begin: int, end: int, width: float, advance: Callable[[str], float]
) -> Iterator[tuple[int, int]]:
    line: list[tuple[int, int, float]] = []  # the clusters of the line under way and their widths
    filled = 0.0
    break_at = 0  # how many of them come before the last place where the line may end
    for a, b in each_cluster(text, begin, end):
        wide = advance(text[a:b])
        if line and may_break(text[line[-1][0] : line[-1][1]], text[a:b]):
            break_at = len(line)
        while line and filled + wide > width + 1e-6 and not text[a:b].isspace():
            # A word, or a chain of marks, wider than the line: there is no better place than here.
            kept = break_at or len(line)
            yield line[0][0], line[kept - 1][1]
            line = line[kept:]
            filled = sum(part[2] for part in line)
            break_at = 0
        line.append((a, b, wide))
        filled += wide
    yield (line[0][0] if line else end), end
