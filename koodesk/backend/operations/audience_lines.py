# SPDX-License-Identifier: Apache-2.0
"""Stored rows of an audience as lines a person can look up in the spreadsheet: sheet, row, column letters, heading."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from koodesk.backend.ports.audience import StoredRefusal, StoredRow
from koodesk.backend.views.audience import AudienceLine
from koodesk.domain.recipient import column_letters, masked, place

_LONG_NUMBER: Final = re.compile(r"\d[\d\s()-]{5,}\d")

REFUSED_HEADER: Final = ("工作表", "行", "列", "列名", "内容", "结果", "原因")
"""Columns of an export of refused rows."""

_VERDICTS: Final = {"duplicate": "重复", "invalid": "无效"}


class Workbook(Protocol):
    """What gives a row its place: sheet names by index, and the headings of those that were read."""

    @property
    def sheets(self) -> tuple[str, ...]: ...

    @property
    def headers(self) -> Mapping[int, tuple[str, ...]]: ...


def valid_line(book: Workbook, row: StoredRow) -> AudienceLine:
    """Show a valid row."""
    sheet, line = place(row.row_no)
    return AudienceLine(
        row_no=row.row_no,
        sheet=_sheet(book, sheet),
        row=line,
        number=masked(row.number),
        params=row.params,
        verdict="valid",
        code=row.verdict,
        column="",
        header="",
        text="",
        first_sheet="",
        first_row=0,
        vendor=row.vendor,
    )


def refused_line(book: Workbook, row: StoredRefusal) -> AudienceLine:
    """Show a refused row, with anything like a number in it masked."""
    sheet, line = place(row.row_no)
    first_sheet, first_row = place(row.first_row_no) if row.first_row_no else (-1, 0)
    titles = book.headers.get(sheet, ())
    return AudienceLine(
        row_no=row.row_no,
        sheet=_sheet(book, sheet),
        row=line,
        number="",
        params={},
        verdict=row.verdict,
        code=row.code,
        column=column_letters(row.column),
        header=titles[row.column] if row.column < len(titles) else "",
        text=mask_numbers(row.raw),
        first_sheet=_sheet(book, first_sheet) if first_row else "",
        first_row=first_row,
        vendor="",
    )


def refused_cells(line: AudienceLine, reason: Callable[[str], str]) -> tuple[str, ...]:
    """Return a refused row as cells under `REFUSED_HEADER`; `reason` gives a code's Chinese words."""
    verdict = _VERDICTS.get(line.verdict, line.verdict)
    return (line.sheet, str(line.row), line.column, line.header, line.text, verdict, reason(line.code))


def mask_numbers(text: str) -> str:
    """Hide the middle of every run of digits long enough to be a phone number."""
    return _LONG_NUMBER.sub(lambda found: f"{found[0][:3]}****{found[0][-4:]}", text)


def _sheet(book: Workbook, index: int) -> str:
    return book.sheets[index] if 0 <= index < len(book.sheets) else ""
