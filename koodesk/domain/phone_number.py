# SPDX-License-Identifier: Apache-2.0
"""Mainland mobile numbers: from whatever a cell held to eleven digits, or to the code of what is wrong.

A respelling that cannot be doubted is made and named (full-width digits, spaces, hyphens, +86, a float from a
spreadsheet); everything else is refused. Digits of other scripts are refused although Python would take them: nobody
typed them on purpose. Whether a number exists, and whose it is, is not known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

NUMBER: Final = re.compile(r"1[3-9][0-9]{9}")
"""A number in its one stored spelling: 11 ASCII digits in a mobile segment."""

_FULL_WIDTH: Final = {0xFF10 + digit: str(digit) for digit in range(10)} | {
    0xFF0B: "+",  # ＋
    0xFF0D: "-",  # －
    0xFF08: "(",  # （
    0xFF09: ")",  # ）
    0x3000: " ",
}
_HYPHENS: Final = re.compile("(?<=[0-9) ])[-\u2010-\u2015\u2212](?=[0-9( ])")
_SPACES: Final = re.compile(r"[\s\u200b\u2060\ufeff]+")
_INVISIBLE: Final = re.compile("[\u200b\u2060\ufeff]")
_BRACKETS: Final = re.compile(r"\((\+?86)\)")
_FLOAT_TEXT: Final = re.compile(r"([0-9]{11}|86[0-9]{11})\.0+")
_SEVERAL: Final = re.compile(r"[,;/|、，；\\\n]")
_COUNTRY: Final = re.compile(r"(?:\+|00)(?!86)[0-9]+")

_LONGEST_SINGLE: Final = 22
"""Two whole numbers and what parts them are longer than this."""

NORMALISATIONS: Final = (
    "number.numeric",
    "number.full_width",
    "number.country_code",
    "number.separators",
    "number.decimal",
)
"""Codes of the respellings, in the order they are named when several apply (joined by a space)."""

NUMERIC: Final = NORMALISATIONS[0]
"""The cell held a number, not a text: spreadsheets keep it as a float, 13800138000.0."""


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A good number, and how it was respelled: the codes joined by a space, "" when it came as it is stored."""

    number: int
    respelled: str = ""


def normalise(cell: object) -> PhoneNumber | str:
    """Turn a cell into a number, or return the code of its refusal.

    Texts, whole numbers and floats without a fraction are understood. Refusals: audience.number.empty, .kind (a date,
    a truth value), .fraction, .other_script, .letters, .several, .country, .length, .segment, and
    audience.cell.error for a failed formula.
    """
    if cell is None or cell == "":
        return "audience.number.empty"
    if isinstance(cell, bool):
        return "audience.number.kind"
    if isinstance(cell, float):
        # NaN and infinity compare false here.
        if not 0 <= cell < 1e15:
            return "audience.number.length"
        if cell != int(cell):
            return "audience.number.fraction"
        return _judged(str(int(cell)), [NUMERIC])
    if isinstance(cell, int):
        return _judged(str(cell), [NUMERIC]) if cell >= 0 else "audience.number.length"
    if isinstance(cell, str):
        return _from_text(cell)
    return "audience.number.kind"


def _from_text(cell: str) -> PhoneNumber | str:
    codes: list[str] = []
    text = cell
    if not cell.isascii():
        text = cell.translate(_FULL_WIDTH)
        if text != cell:
            codes.append("number.full_width")
    trimmed = text.strip() if cell.isascii() else _INVISIBLE.sub("", text).strip()
    if not trimmed:
        return "audience.number.empty"
    if trimmed.startswith("#"):
        return "audience.cell.error"
    # Decided before separators go: "13800138000 13900139000" must not become one long number.
    if _SEVERAL.search(trimmed) or (len(trimmed) > _LONGEST_SINGLE and _holds_two(trimmed)):
        return "audience.number.several"
    bare = trimmed
    if not bare.isdigit():
        bare = _SPACES.sub("", _BRACKETS.sub(r"\1", _HYPHENS.sub("", bare)))
    if bare != text:
        codes.append("number.separators")
    if match := _FLOAT_TEXT.fullmatch(bare):
        bare = match[1]
        codes.append("number.decimal")
    return _judged(bare, codes)


def _holds_two(text: str) -> bool:
    pieces = [piece for piece in _SPACES.split(text) if piece]
    return len(pieces) > 1 and sum(len(re.sub(r"[^0-9]", "", piece)) >= 11 for piece in pieces) > 1


def _judged(digits: str, codes: list[str]) -> PhoneNumber | str:
    for prefix in ("+86", "0086", "86"):
        # "86" alone is a country code only before a whole mobile number; elsewhere it may be the number's own.
        if digits.startswith(prefix) and (prefix != "86" or len(digits) == 13):
            digits = digits[len(prefix) :]
            codes.append("number.country_code")
            break
    if not (digits.isascii() and digits.isdigit()):
        return _fault_of_text(digits)
    if len(digits) != 11:
        return "audience.number.country" if _COUNTRY.fullmatch(digits) else "audience.number.length"
    if not NUMBER.fullmatch(digits):
        return "audience.number.segment"
    ordered = " ".join(code for code in NORMALISATIONS if code in codes)
    return PhoneNumber(int(digits), ordered)


def _fault_of_text(text: str) -> str:
    if _COUNTRY.fullmatch(text):
        return "audience.number.country"
    if any(c.isdecimal() and not c.isascii() for c in text) and all(c.isdecimal() or c in "+-" for c in text):
        return "audience.number.other_script"
    return "audience.number.letters"
