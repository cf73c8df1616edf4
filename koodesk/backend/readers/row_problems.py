# SPDX-License-Identifier: Apache-2.0
"""The child's side of the worst-row finder: the file is read as for an import, and a compiled card is held against each row.

Only counts and the first bad rows leave the child; a million rows never pass through the program that asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

from koodesk.backend.readers import frames
from koodesk.backend.readers.row_checker import shown
from koodesk.backend.readers.spreadsheet import DataSheet, DataSheets, open_book, reading
from koodesk.backend.readers.spreadsheet import Reporter as SheetReporter
from koodesk.domain.problem import Refused, problem
from koodesk.domain.row_plan import from_data
from koodesk.domain.rows import RowFinder

_BLOCK: Final = 20_000
"""Rows between two words about the progress: some fiftieth of a second."""


def serve(path: Path, options: dict[str, Any], pipe: BinaryIO) -> None:
    """Read one file and write its frames. `options["plan"]` is a plan as data; with `options["row"]` only that row is read."""
    if "row" in options:
        _serve_row(path, options["columns"], options["row"], pipe)
        return
    plan = from_data(options["plan"])
    finder = RowFinder(plan, shown)
    book = open_book(path, SheetReporter(pipe))
    columns = list(plan.params)
    with reading():
        sheets = DataSheets(book, columns, exact=False)
        for sheet in sheets:
            _look(finder, sheet, pipe)
    result = {
        "rows": finder.rows,
        "bad_rows": finder.bad_rows,
        "by_problem": finder.counts(),
        "first": [[number, asdict(finding)] for number, finding in finder.first],
        "sheets": list(book.names),
        "notes": sheets.notes,
    }
    frames.write_json(pipe, frames.RESULT, result)


def _serve_row(path: Path, columns: list[str], wanted: int, pipe: BinaryIO) -> None:
    """Find the values of one row by its row_no."""
    book = open_book(path, SheetReporter(pipe))
    with reading():
        for sheet in DataSheets(book, columns, exact=False):
            if sheet.first <= wanted < sheet.first + sheet.count:
                row = next(islice(sheet.rows, wanted - sheet.first, None), None)
                if row is not None:
                    values = {name: shown(row[at]) for name, at in zip(columns, sheet.values_at, strict=True)}
                    frames.write_json(pipe, frames.RESULT, {"values": values})
                    return
    raise Refused(problem("rows.no_such_row", "row", row=wanted))


def _look(finder: RowFinder, sheet: DataSheet, pipe: BinaryIO) -> None:
    """Look at a sheet block by block. A cell whose formula failed is a problem of its row, whatever the parser made of it."""
    places = sheet.values_at
    total = finder.rows + sheet.count
    rows = _numbered(sheet)
    while block := list(islice(rows, _BLOCK)):
        begin = 0
        for at, (number, row) in enumerate(block) if sheet.marks else ():
            if number in sheet.marks:  # in the file's order, so that the first bad rows are the first
                finder.look(block[begin:at], places)
                _marked(finder, number, row, places, sheet.marks[number])
                begin = at + 1
        finder.look(block[begin:], places)
        frames.write_json(pipe, frames.PROGRESS, {"stage": "rows", "done": finder.rows, "total": total})


def _numbered(sheet: DataSheet) -> Iterator[tuple[int, Sequence[Any]]]:
    return enumerate(sheet.rows, sheet.first)


def _marked(
    finder: RowFinder, number: int, row: Sequence[Any], places: Sequence[int], marks: Mapping[int, str]
) -> None:
    failed = frozenset(at for at, place in enumerate(places) if place in marks)
    values = ["" if at in failed else shown(row[place]) for at, place in enumerate(places)]
    finder.note(number, finder.judge.look(values, failed))
