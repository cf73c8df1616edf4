# SPDX-License-Identifier: Apache-2.0
"""Dynamic parameters (动态参数) in texts: `${name}` as tokens.

Texts are kept as plain strings and taken apart here, so there is one grammar for the canvas's chips, the checks and the
message a recipient gets. How many parameters a template may have and how long they may be is the rule pack's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

WRAPPER: Final = len("${}")
"""Characters the wrapper adds to a name; the platform counts them. Source: facts 3.4."""

_TOKEN: Final = re.compile(r"\$\{([^${}]+)\}")
_NAME: Final = re.compile(r"[^\W_]\w*")


@dataclass(frozen=True, slots=True)
class Literal:
    """A run of a text that is shown as it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class ParamToken:
    """A place where a recipient's value goes."""

    name: str

    @property
    def text(self) -> str:
        """The token as it is written."""
        return f"${{{self.name}}}"


Token = Literal | ParamToken


def is_name(name: str) -> bool:
    """Tell whether a text can name a parameter: letters, digits and underscores, beginning with a letter or digit.

    The platform publishes no rule; a name also heads a column of the number file, so spaces and marks are kept out.
    """
    return _NAME.fullmatch(name) is not None


def token(name: str) -> str:
    """Return a parameter as it is written in a text."""
    return ParamToken(name).text


def split(text: str) -> tuple[Token, ...]:
    """Take a text apart; joined together the tokens give the very same text. An unclosed `${` is a literal."""
    found: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        if match.start() > end:
            found.append(Literal(text[end : match.start()]))
        found.append(ParamToken(match.group(1)))
        end = match.end()
    if end < len(text):
        found.append(Literal(text[end:]))
    return tuple(found)


def join(tokens: tuple[Token, ...]) -> str:
    """Return the text of tokens."""
    return "".join(t.text for t in tokens)


def names(text: str) -> tuple[str, ...]:
    """Return the parameters of a text in order of appearance, each once."""
    return tuple(dict.fromkeys(match.group(1) for match in _TOKEN.finditer(text)))


def is_broken(text: str) -> bool:
    """Tell whether a text has a `${` that opens no parameter, which phones would show as it stands."""
    return any(isinstance(t, Literal) and "${" in t.text for t in split(text))


def insert(text: str, position: int, name: str) -> tuple[str, int]:
    """Put a parameter at a position in characters; inside another parameter it goes behind it.

    Returns the new text and the position after the parameter.
    """
    position = min(max(position, 0), len(text))
    for match in _TOKEN.finditer(text):
        if match.start() < position < match.end():
            position = match.end()
    written = token(name)
    return text[:position] + written + text[position:], position + len(written)


def rename(text: str, old: str, new: str) -> str:
    """Return the text with every `${old}` written as `${new}`; the same object when there is none."""
    return text if old not in names(text) else text.replace(token(old), token(new))


def substitute(text: str, values: Mapping[str, str]) -> str:
    """Return the text with values in place; a parameter without a value stays written out.

    A value that itself looks like a parameter is not looked at again.
    """
    return _TOKEN.sub(lambda match: values.get(match.group(1), match.group(0)), text)
