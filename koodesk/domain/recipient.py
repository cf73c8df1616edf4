# SPDX-License-Identifier: Apache-2.0
"""A recipient before any campaign: one row of a number file, what makes it valid, and the counts of a checked file.

An audience (号码文件 once checked) puts every data row that is not empty in exactly one of three verdicts, so that
rows = valid + duplicate + invalid. Reading files, storing rows and sending are others' matters; the number itself is
`domain.phone_number`'s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

NUMBER_COLUMN: Final = "手机号"
"""Header of the number column in the sample file; the parameters follow, a column each under their own names."""

VALUE_LIMIT: Final = 100
"""Longest parameter value in characters: the bound of a parameter's example (facts 1.7, [SDK]); none is given for a
sent value."""

VIDEO_VALUE_LIMIT: Final = 256
"""The same of a video SMS's parameter (content_detail; facts 4.2)."""

_VIDEO_PARAM: Final = re.compile(r"p_[1-9][0-9]{0,2}")

ROWS_OF_A_SHEET: Final = 1 << 20
"""Most rows a worksheet of the xlsx format can have."""

FILE_LIMIT: Final = 40 * 1_048_576
"""Largest number file in bytes (40 MB; facts 1.8)."""

TEXT_LIMIT: Final = 2 * 1_048_576
"""Longest manual input (手动输入) in characters; Koodesk's own bound, far above what anyone types."""

FILE_NAME: Final = re.compile(r"[0-9A-Za-z\u3400-\u9fff]+\.xlsx", re.IGNORECASE)
"""A number file's name: digits, letters and Chinese only (facts 1.8)."""

_FORBIDDEN: Final = re.compile("[<>&]")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_DIRECTION: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

CELL_ERRORS: Final = frozenset(
    ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!", "#CALC!")
)
"""What a cell shows when its formula failed. Readers hand errors on as these texts, so a text that looks like one is
refused as well: a person would read it as an error too."""


class Verdict(StrEnum):
    """What the check said of a row."""

    VALID = "valid"
    DUPLICATE = "duplicate"
    INVALID = "invalid"


class AudienceBucket(StrEnum):
    """The rows behind a count. `NORMALISED` are valid rows whose number was respelled; `UNKNOWN` were not asked yet."""

    VALID = "valid"
    NORMALISED = "normalised"
    DUPLICATE = "duplicate"
    INVALID = "invalid"
    RESOLVABLE = "resolvable"
    UNRESOLVABLE = "unresolvable"
    UNKNOWN = "unknown"


class Fallback(StrEnum):
    """What happens to numbers whose phone cannot show the card: 不发送, 降级为普通短信, 发送智能信息基础版."""

    NONE = "none"
    SMS = "sms"
    BASIC = "basic"


@dataclass(frozen=True, slots=True)
class ParsingCounts:
    """号码解析情况 (facts 1.8): the five numbers of the send form.

    `imported` is 导入号码总数(已去重), so invalid + resolvable + unresolvable + not yet asked.
    """

    imported: int
    invalid: int
    resolvable: int
    unresolvable: int
    submitted: int


def parsing_counts(
    *, valid: int, invalid: int, resolvable: int, unresolvable: int, fallback: Fallback
) -> ParsingCounts:
    """Derive the five counts; without a fallback only the numbers that can show the card are submitted."""
    submitted = resolvable if fallback is Fallback.NONE else resolvable + unresolvable
    return ParsingCounts(valid + invalid, invalid, resolvable, unresolvable, submitted)


def row_no(sheet: int, row: int) -> int:
    """Join a sheet's index (from 0) and a spreadsheet row (from 1) to one number that keeps the file's order.

    In the first sheet it is the row itself.
    """
    return sheet * ROWS_OF_A_SHEET + row


def place(number: int) -> tuple[int, int]:
    """Split a `row_no` into sheet index and spreadsheet row."""
    sheet, row = divmod(number - 1, ROWS_OF_A_SHEET)
    return sheet, row + 1


def column_letters(index: int) -> str:
    """Name a column by its index from 0 the way spreadsheets do: A, B, ..., Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def value_limit(name: str) -> int:
    """Return the longest value of a parameter by its name: `p_1`, `p_2`, ... are those of a video SMS."""
    return VIDEO_VALUE_LIMIT if _VIDEO_PARAM.fullmatch(name) else VALUE_LIMIT


def value_fault(value: str, limit: int = VALUE_LIMIT) -> str:
    """Return the code of what is wrong with a parameter's value, or "" for a good one. `limit` is its `value_limit`.

    A value that starts with = + - or @ is good text: nothing here evaluates it, and exports neutralise it.
    """
    if not value.strip():
        return "audience.value.empty"
    if value in CELL_ERRORS:
        return "audience.cell.error"
    if len(value) > limit:
        return "audience.value.too_long" if limit == VALUE_LIMIT else "audience.value.too_long_for_video"
    if _FORBIDDEN.search(value):
        return "audience.value.forbidden_character"
    if _CONTROL.search(value):
        return "audience.value.control_character"
    if _DIRECTION.search(value):
        return "audience.value.direction_mark"
    return ""


def masked(number: int | str) -> str:
    """Show a number with its middle four digits hidden (13800138000 -> 138****8000)."""
    text = str(number)
    return f"{text[:3]}****{text[7:]}" if len(text) == 11 else "*" * len(text)


class ConsentKind(StrEnum):
    """How recipients agreed to get promotion. Koodesk's own list: the law asks for consent, not for a form of it."""

    SIGN_UP = "sign_up"
    TERMS = "terms"
    FORM = "form"
    ASKED = "asked"
    OTHER = "other"
