# SPDX-License-Identifier: Apache-2.0
"""Writing a table to a file that spreadsheets open: csv (UTF-8 with a mark, so that they read Chinese) or xlsx.

Written beside, flushed, then put in place, so that a name never stands for half a file. A cell that a spreadsheet would
take for a formula is neutralised; whether an export is allowed, and its audit row, are the caller's matter.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from koodesk.backend.ports.exports import Cell, Table, TablePrinter
from koodesk.backend.ports.progress import Cancel, Progress, Report, never, silent
from koodesk.domain.problem import Refused, problem

__all__ = ["Cell", "half_written", "neutral", "write_document", "write_table"]

_TOLD_EVERY: Final = 2_000
_DANGEROUS: Final = frozenset("=+-@\t\r")
SHEET_ROWS: Final = 1_048_575
"""Rows below the heading that one worksheet can hold; further rows go to further sheets."""


def neutral(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet computes."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in _DANGEROUS else cell


def half_written(path: Path, pid: int) -> Path:
    """Return what a process writes before it stands under its name."""
    return path.with_name(f".{path.name}.{pid}.part")


def write_document(path: Path, table: Table, printer: TablePrinter | None) -> int:
    """Write a table with what stands above it: as .pdf whole, otherwise the table alone; return how many rows.

    Raises Refused: export.kind, export.not_writable.
    """
    if path.suffix.lower() != ".pdf" or printer is None:
        return write_table(path, table.headings, table.rows)
    beside = half_written(path, os.getpid())
    try:
        printer(beside, table)
        beside.replace(path)
    except OSError as failure:
        raise Refused(problem("export.not_writable", "path", file=path.name)) from failure
    finally:
        beside.unlink(missing_ok=True)
    return len(table.rows)


def write_table(
    path: Path,
    titles: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    progress: Report = silent,
    cancel: Cancel = never,
    total: int = 0,
) -> int:
    """Write one table, its rows as they come; return how many. Raises Refused: export.kind, export.not_writable,
    export.cancelled; then there is no file."""
    write = {".csv": _write_csv, ".xlsx": _write_xlsx}.get(path.suffix.lower())
    if write is None:
        raise Refused(problem("export.kind", "path", kinds=".csv .xlsx", actual=path.suffix))
    beside = half_written(path, os.getpid())
    try:
        with beside.open("wb"):
            pass  # a folder that cannot be written to is found before openpyxl opens files of its own
        count = write(
            beside,
            [neutral(title) for title in titles],
            ([neutral(cell) for cell in row] for row in _told(rows, progress, cancel, total)),
        )
        progress(Progress("store", count, total or count))
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as failure:
        raise Refused(problem("export.not_writable", "path", file=path.name)) from failure
    finally:
        beside.unlink(missing_ok=True)
    return count


def _told(
    rows: Iterable[Sequence[Cell]], progress: Report, cancel: Cancel, total: int
) -> Iterator[Sequence[Cell]]:
    for place, row in enumerate(rows):
        if place % _TOLD_EVERY == 0:
            if cancel():
                raise Refused(problem("export.cancelled"))
            progress(Progress("store", place, total))
        yield row


def _write_csv(path: Path, titles: list[Cell], rows: Iterable[list[Cell]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(titles)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def _write_xlsx(path: Path, titles: list[Cell], rows: Iterable[list[Cell]]) -> int:
    from openpyxl import Workbook  # loaded when the first table is written

    book = Workbook(write_only=True)
    try:
        sheet = book.create_sheet()
        sheet.append(titles)
        count = 0
        for count, row in enumerate(rows, 1):
            if count > 1 and (count - 1) % SHEET_ROWS == 0:
                sheet = book.create_sheet()
                sheet.append(titles)
            sheet.append(row)
    except BaseException:
        for (
            begun
        ) in book.worksheets:  # its rows lie in a file of openpyxl's own, which only goes when it is told
            begun.close()
            begun._writer.cleanup()
        raise
    book.save(path)
    book.close()
    return count
