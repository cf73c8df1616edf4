# SPDX-License-Identifier: Apache-2.0
"""How much of a text a phone shows: published limit or drawn room, whichever is known, and where the rest begins. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from koodesk.domain.rule_pack import Fact, TextLimit
from koodesk.domain.text_count import count_end, each_cluster
from koodesk.preview.line_breaking import wrap
from koodesk.preview.placement import CutKind

ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines as (start, end) of the text. `cut` None: all of it shows; otherwise it shows up to `end`, then an ellipsis."""

    lines: tuple[tuple[int, int], ...]
    end: int
    cut: CutKind | None
    estimate: bool


def fit(
    text: str, width: float, advance: Callable[[str], float], limit: Fact[TextLimit] | None, room: int
) -> Fitted:
    """Fit `text` into lines of `width`: by the vendor's limit when it is known, else into `room` drawn lines."""
    known = limit.value if limit is not None else None
    most_lines = known.lines if known is not None else room
    estimate = known is None
    end, cut = len(text), None
    if known is not None:
        by_count = count_end(text, known.chars)
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
