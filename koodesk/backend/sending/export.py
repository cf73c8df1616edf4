# SPDX-License-Identifier: Apache-2.0
"""Writing send details to a file that spreadsheets open: csv (UTF-8 with a mark) or xlsx.

Written beside, flushed, then put in place, so that a name never stands for half a file. A cell that a spreadsheet would
take for a formula is neutralised; whether the export is allowed, and its audit row, are the campaign service's matter.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from koodesk.backend.views.sending import DetailRow
from koodesk.domain.campaign import CampaignKind
from koodesk.domain.problem import Refused, problem

COLUMNS: Final = {
    CampaignKind.SMART.value: (
        "number",
        "vendor",
        "card",
        "bucket",
        "code",
        "message_id",
        "accepted_ms",
        "delivery",
        "delivery_code",
        "delivered_ms",
        "resolved_ms",
        "exposed_ms",
        "clicked_ms",
    ),
    CampaignKind.VIDEO.value: (
        "number",
        "carrier",
        "bucket",
        "code",
        "message_id",
        "accepted_ms",
        "delivery",
        "delivery_code",
        "delivered_ms",
        "replied_ms",
    ),
}
"""What is worth a column, by the kind of campaign."""

_DANGEROUS: Final = frozenset("=+-@\t\r")
_BEIJING: Final = timezone(timedelta(hours=8))
SHEET_ROWS: Final = 1_048_575
"""Rows below the heading that one worksheet can hold; further rows go to further sheets."""


def neutral(text: str) -> str:
    """Return a cell's text so that no spreadsheet computes it."""
    return f"'{text}" if text[:1] in _DANGEROUS else text


def _cells(row: DetailRow, columns: Sequence[str]) -> list[str]:
    cells: list[str] = []
    for name in columns:
        value = getattr(row, name)
        if name.endswith("_ms"):
            cells.append(
                datetime.fromtimestamp(value / 1000, _BEIJING).strftime("%Y-%m-%d %H:%M:%S") if value else ""
            )
        else:
            cells.append(neutral(str(int(value) if isinstance(value, bool) else value)))
    return cells


def write_details(
    path: Path, rows: Iterable[DetailRow], headings: Mapping[str, str], columns: Sequence[str]
) -> int:
    """Write the columns of rows in order; return how many. `headings` names columns in the user's language.

    Raises Refused: export.kind, export.not_writable.
    """
    write = {".csv": _write_csv, ".xlsx": _write_xlsx}.get(path.suffix.lower())
    if write is None:
        raise Refused(problem("export.kind", "path", kinds=".csv .xlsx", actual=path.suffix))
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    titles = [neutral(headings.get(name, name)) for name in columns]
    try:
        count = write(beside, titles, (_cells(row, columns) for row in rows))
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as failure:
        raise Refused(problem("export.not_writable", "path", file=path.name)) from failure
    finally:
        beside.unlink(missing_ok=True)
    return count


def _write_csv(path: Path, titles: list[str], rows: Iterable[list[str]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(titles)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def _write_xlsx(path: Path, titles: list[str], rows: Iterable[list[str]]) -> int:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(titles)
    count = 0
    for count, row in enumerate(rows, 1):
        if count > 1 and (count - 1) % SHEET_ROWS == 0:
            sheet = book.create_sheet()
            sheet.append(titles)
        sheet.append(row)
    book.save(path)
    book.close()
    return count
