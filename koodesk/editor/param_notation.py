# SPDX-License-Identifier: Apache-2.0
"""How parameters are written in a text: `${name}` on a card, `#p_1#` in a video SMS. Fields and chips know no other difference."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from koodesk.domain import params
from koodesk.domain.params import Literal, ParamToken, Token
from koodesk.domain.video_sms.template import PARAM


@dataclass(frozen=True, slots=True)
class Notation:
    """`split` takes a text apart, `token` writes a parameter.

    `opening` answers, for the text before the cursor, the letters of a name that has been begun, and what stands there
    with its sign; None where none has been.
    """

    split: Callable[[str], tuple[Token, ...]]
    token: Callable[[str], str]
    opening: Callable[[str], tuple[str, str] | None]

    def names(self, text: str) -> tuple[str, ...]:
        """Return the parameters of a text in order of appearance, each once."""
        return tuple(dict.fromkeys(piece.name for piece in self.split(text) if isinstance(piece, ParamToken)))

    def shortened(self, text: str) -> int:
        """Return by how many characters a text is shorter when each parameter is one character."""
        return sum(len(self.token(p.name)) - 1 for p in self.split(text) if isinstance(p, ParamToken))


_CARD_OPEN: Final = re.compile(r"\$\{?([^${}\s]*)$")
# Every second # closes something: #topic# is no parameter and asks for none.
_VIDEO_OPEN: Final = re.compile(r"(?:[^#]*#[^#]*#)*[^#]*(#([p_0-9]*))")


def _card_opening(before: str) -> tuple[str, str] | None:
    found = _CARD_OPEN.search(before)
    return None if found is None else (found[1], found[0])


def _video_opening(before: str) -> tuple[str, str] | None:
    found = _VIDEO_OPEN.fullmatch(before)
    return None if found is None else (found[2], found[1])


def _video_split(text: str) -> tuple[Token, ...]:
    found: list[Token] = []
    end = 0
    for match in PARAM.finditer(text):
        if match.start() > end:
            found.append(Literal(text[end : match.start()]))
        found.append(ParamToken(f"p_{match.group(1)}"))
        end = match.end()
    if end < len(text):
        found.append(Literal(text[end:]))
    return tuple(found)


CARD: Final = Notation(params.split, params.token, _card_opening)
VIDEO: Final = Notation(_video_split, lambda name: f"#{name}#", _video_opening)
PLAIN: Final = Notation(
    lambda text: (Literal(text),) if text else (), lambda name: name, lambda _before: None
)
"""A text without parameters: what looks like one is shown as it is written."""
