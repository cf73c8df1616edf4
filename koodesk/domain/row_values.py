# SPDX-License-Identifier: Apache-2.0
"""A single value of a row: what is wrong with it wherever it stands, and how long it is. Pure.

What a value does to the text it stands in is `rows`' matter.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from koodesk.domain.plain_text import BIDI_MARKS, INVISIBLE
from koodesk.domain.recipient import CELL_ERRORS, VALUE_LIMIT
from koodesk.domain.sms import count
from koodesk.domain.text_count import halves, may_join, visible

EXCERPT: Final = 64
"""Characters shown of a value."""

WIDE: Final = (
    r"\u4e00-\u9fff\u3400-\u4dbf\u3001-\u3029\uff01-\uff5e\uffe5\u2014\u2018\u2019\u201c\u201d\u2026\u00b7"
)
NARROW: Final = r"!\"%'()*+,\-./0-9:;=?@A-Z\[\\\]^_`a-z|~"
PLAIN: Final = f"[{NARROW}{WIDE}]"
"""A class of characters no rule about single values objects to: each a 字 of its own, wide or narrow by its list, no
space, and none that means something in a text with parameters (`$ { }`) or a spreadsheet (`#`)."""

SPACED: Final = f"{PLAIN}+(?: {PLAIN}+)*"
"""The same with single spaces between them."""

_plain: Final = re.compile(f"{PLAIN}{{1,{VALUE_LIMIT}}}").fullmatch
_FORBIDDEN: Final = re.compile("[<>&]")
_DIRECTION: Final = re.compile(f"[{''.join(sorted(BIDI_MARKS))}]")
_HIDDEN: Final = INVISIBLE | {"\ufffe", "\uffff"}
_CONTROLS: Final = ("Cc", "Cs", "Zl", "Zp")


@dataclass(frozen=True, slots=True)
class ValueFacts:
    """What a value is by itself. `halves`: its length in half 字; `sms`: in characters of an SMS; `breaks`: its newlines.

    `simple`: lengths beside it add up, and with no neighbour it makes a run of spaces or the beginning of a parameter.
    """

    faults: tuple[str, ...]
    halves: int
    length: int
    sms: int
    breaks: int
    simple: bool


_NOTHING: Final = ValueFacts((), 0, 0, 0, 0, True)


def facts_of(value: str) -> ValueFacts:
    """Look at one value. A quick way for plain ones, which gives what `facts_in_full` gives."""
    if _plain(value) is None:
        return facts_in_full(value)
    length = len(value)
    return ValueFacts((), plain_halves(value), length, length, 0, True)


def plain_halves(value: str) -> int:
    """Return the length in half 字 of a value of plain characters and single spaces."""
    return len(value) if value.isascii() else 2 * len(value) - len(value.encode("ascii", "ignore"))


def facts_in_full(value: str) -> ValueFacts:
    """Look at one value character by character."""
    simple = not (value.startswith((" ", "{", "\t")) or value.endswith((" ", "$", "\t")))
    return ValueFacts(
        faults=faults(value),
        halves=halves("".join(map(visible, value))),
        length=len(value),
        sms=count(value),
        breaks=value.count("\n"),
        simple=simple and not any(map(may_join, value)),
    )


def faults(value: str) -> tuple[str, ...]:
    """Return the codes of what is wrong with a value wherever it stands, in the order of `rows.CODES`.

    The bound and the marks are those of a number file (`recipient.value_fault`), runs of spaces those of a submitted text
    (facts 1.7); a value that could be read as a parameter, or hides characters, is Koodesk's own.
    """
    if not value.strip():
        return ("rows.empty",)
    if value in CELL_ERRORS:
        return ("rows.cell_error",)
    found: list[str] = []
    if len(value) > VALUE_LIMIT:
        found.append("rows.value_too_long")
    if "${" in value:
        found.append("rows.syntax")
    if _FORBIDDEN.search(value):
        found.append("rows.forbidden_mark")
    if "  " in value:
        found.append("rows.spaces")
    if any(char in _HIDDEN or unicodedata.category(char) in _CONTROLS for char in value):
        found.append("rows.control_mark")
    if _DIRECTION.search(value):
        found.append("rows.direction_mark")
    return tuple(found)
