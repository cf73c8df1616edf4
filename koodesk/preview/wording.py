# SPDX-License-Identifier: Apache-2.0
"""A content's text as a phone reads it: parameters filled, and for each shown character the source it stands for.

Pure. How a text is taken apart and whether an example is good are the domain's; here every parameter is looked up, and
one that cannot be filled stays in sight as it was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from koodesk.domain.params import ParamToken, split
from koodesk.domain.template import Param
from koodesk.domain.text_count import REPLACEMENT, visible


@dataclass(frozen=True, slots=True)
class Piece:
    """Shown characters [`at`, `end`) standing for source characters [`start`, `stop`); `param` names a parameter.

    Without a parameter the two are equally long, character for character.
    """

    at: int
    end: int
    start: int
    stop: int
    param: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """The shown text, where each part came from, and what could not be shown as written.

    `unfilled` are names in the text with neither value nor example; `controls` counts characters that steer a text
    engine (bidi marks, control codes): a replacement sign stands for each, so that no text can disguise another.
    """

    text: str
    pieces: tuple[Piece, ...]
    unfilled: tuple[str, ...] = ()
    controls: int = 0


def word(source: str, params: tuple[Param, ...], values: Mapping[str, str]) -> Wording:
    """Fill the parameters of a text: from `values`, or with their examples when `values` is empty."""
    filling = values or {param.name: param.example for param in params}
    return _word(source, tuple(sorted(filling.items())))


@lru_cache(maxsize=256)
def _word(source: str, filling: tuple[tuple[str, str], ...]) -> Wording:
    """Do it once for all phones."""
    given = dict(filling)
    out: list[str] = []
    pieces: list[Piece] = []
    unfilled: list[str] = []
    controls = at = done = 0

    def put(shown: str, start: int, stop: int, param: str = "") -> None:
        nonlocal at, controls
        clean = "".join(visible(char) for char in shown)
        controls += clean.count(REPLACEMENT) - shown.count(REPLACEMENT)
        if clean or param:
            out.append(clean)
            pieces.append(Piece(at, at + len(clean), start, stop, param))
            at += len(clean)

    for token in split(source):
        start, done = done, done + len(token.text)
        if not isinstance(token, ParamToken):
            put(token.text, start, done)
            continue
        value = given.get(token.name)
        if value is None:
            unfilled.append(token.name)
            value = token.text
        put(value, start, done, token.name)
    return Wording("".join(out), tuple(pieces), tuple(dict.fromkeys(unfilled)), controls)
