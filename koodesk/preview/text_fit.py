# SPDX-License-Identifier: Apache-2.0
"""How much of a text a phone shows: published limit or drawn room, whichever is known, and where the rest begins. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from koodesk.domain.rule_pack import Fact, TextLimit
from koodesk.preview.line_breaking import each_cluster, wrap
from koodesk.preview.placement import CutKind

ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines as (start, end) of the text. `cut` None: all of it shows; otherwise it shows up to `end`, then an ellipsis."""

    lines: tuple[tuple[int, int], ...]
    end: int
    cut: CutKind | None
    estimate: bool


def width_in_characters(cluster: str) -> float:
    """Count a cluster in 字: 1 for Chinese and everything as wide, half for Latin letters, digits and half-width marks.

    The sources give limits as "about M Chinese characters"; half a character for a narrow one is how wide it is drawn.
    """
    return 1.0 if unicodedata.east_asian_width(cluster[0]) in ("W", "F", "A") else 0.5


def fit(
    text: str, width: float, advance: Callable[[str], float], limit: Fact[TextLimit] | None, room: int
) -> Fitted:
    """Fit `text` into lines of `width`: by the vendor's limit when it is known, else into `room` drawn lines."""
    known = limit.value if limit is not None else None
    most_lines = known.lines if known is not None else room
    estimate = known is None
    end, cut = len(text), None
    if known is not None:
        by_count = _count_end(text, known.chars)
        if by_count < end:
            end, cut = by_count, CutKind.CHARS
    lines = wrap(text[:end], width, advance, most_lines + 1)
    if len(lines) > most_lines:
        lines, cut = lines[:most_lines], CutKind.LINES
        end = lines[-1][1]
    if cut is None:
        return Fitted(lines, end, None, estimate)
    start = lines[-1][0]
    end = _trimmed(text, start, lines[-1][1], width - advance(ELLIPSIS), advance)
    return Fitted((*lines[:-1], (start, end)), end, cut, estimate)


def _count_end(text: str, most: int) -> int:
    """Return where the first `most` 字 end; the whole length when they are not exceeded."""
    counted = 0.0
    for start, end in each_cluster(text, 0, len(text)):
        if text[start] == "\n":
            continue
        counted += width_in_characters(text[start:end])
        if counted > most:
            return start
    return len(text)


def _trimmed(text: str, start: int, end: int, width: float, advance: Callable[[str], float]) -> int:
    """Return the end of the longest beginning of a line that leaves room for the ellipsis, without trailing spaces."""
    filled, stop = 0.0, start
    for a, b in each_cluster(text, start, end):
        filled += advance(text[a:b])
        if filled > width + 1e-6:
            break
        stop = b
    while stop > start and text[stop - 1] == " ":
        stop -= 1
    return stop
