# SPDX-License-Identifier: Apache-2.0
"""The child's side of reading a number file: bytes, package check, fast parser, header, rows.

Every worksheet whose first row that is not empty carries the expected columns is read, in the workbook's order. The
first sheet with content must carry them; a later one that does not is left out and named in the notes.
"""

from __future__ import annotations

import gc
import hashlib
import io
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from koodesk.backend.readers import frames
from koodesk.backend.readers.package_check import check_package
from koodesk.backend.readers.row_checker import RowChecker, shown
from koodesk.backend.readers.sheet_scan import Marks, scan_sheet, sheet_members
from koodesk.domain.problem import Problem, Refused, problem
from koodesk.domain.recipient import FILE_LIMIT, NUMBER_COLUMN, ROWS_OF_A_SHEET, row_no

_REPORT_SECONDS: Final = 0.1
_SHOWN_COLUMNS: Final = 30


def serve(path: Path, options: dict[str, Any], pipe: BinaryIO) -> None:
    """Read one file and write its frames. `options["params"]` is a list of names, or None for any."""
    book = open_book(path, Reporter(pipe))
    with reading():
        result = _read_sheets(book, options["params"], pipe)
    result["source_digest"] = hashlib.sha256(book.data).hexdigest()
    frames.write_json(pipe, frames.RESULT, result)


@contextmanager
def reading() -> Iterator[None]:
    """Turn what the parser says of a damaged file into a refusal."""
    try:
        yield
    except CalamineError as failure:
        raise Refused(problem("reader.damaged")) from failure


@dataclass(frozen=True, slots=True)
class Book:
    """An open file: its bytes, its worksheets by name in order, and the cells of each known to be bad."""

    data: bytes
    workbook: CalamineWorkbook
    names: Sequence[str]
    marks: Mapping[str, Marks]


def open_book(path: Path, reporter: Reporter) -> Book:
    """Check a file and open it. Raises Refused: reader.*."""
    gc.disable()  # a million small tuples and no cycles: the collector would only look at them again and again
    size = path.stat().st_size
    if size > FILE_LIMIT:
        raise Refused(problem("reader.file_too_large", limit=FILE_LIMIT, actual=size))
    data = path.read_bytes()
    package = check_package(data, lambda done, total: reporter.say("check", done, total))
    reporter.say("read", 0, 0, force=True)
    with reading():
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = [m.name for m in workbook.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet]
        members = sheet_members(package.archive)
        marks = {
            name: scan_sheet(package.archive, members[name], name)
            for name in names
            if members.get(name) in package.suspects
        }
    return Book(data, workbook, names, marks)


class Reporter:
    """Writes progress, ten times a second at most."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._next = 0.0

    def say(self, stage: str, done: int, total: int, *, force: bool = False) -> None:
        now = time.monotonic()
        if force or now >= self._next:
            self._next = now + _REPORT_SECONDS
            frames.write_json(self._pipe, frames.PROGRESS, {"stage": stage, "done": done, "total": total})


@dataclass(frozen=True, slots=True)
class _Header:
    """Where a sheet's header lies (spreadsheet row) and which index each needed column has."""

    row: int
    number_at: int
    values_at: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DataSheet:
    """A worksheet with the expected columns.

    Its rows begin below the header; the first has the row_no `first`, and there are `count` of them. `marks` (row_no -> index
    -> code) are its bad cells, `shift` how many columns lie before the first cell.
    """

    rows: Iterator[Sequence[Any]]
    first: int
    count: int
    number_at: int
    values_at: tuple[int, ...]
    marks: Marks
    shift: int


class DataSheets:
    """The worksheets to read of a book, one after the other. `notes` and `headers` are whole when all were taken.

    With `exact` a sheet has the columns of the parameters and no others.
    """

    def __init__(self, book: Book, params: Sequence[str] | None, *, exact: bool = True) -> None:
        self.notes: Final[list[list[Any]]] = []
        self.headers: Final[dict[int, list[str]]] = {}
        self._book = book
        self._params = params
        self._exact = exact

    def __iter__(self) -> Iterator[DataSheet]:
        """Yield each sheet. Raises Refused: reader.far_cell, audience.header."""
        notes, headers = self.notes, self.headers
        for index, name in enumerate(self._book.names):
            sheet = self._book.workbook.get_sheet_by_name(name)
            height = sheet.end[0] + 1 if sheet.end else 0
            if height > ROWS_OF_A_SHEET:
                raise Refused(
                    problem(
                        "reader.far_cell",
                        f"sheet:{name}",
                        sheet=name,
                        cell=f"A{height}",
                        limit=ROWS_OF_A_SHEET,
                        actual=height,
                    )
                )
            found = _first_row(sheet)
            if found is None:
                continue
            at, titles = found
            header = _match(at, titles, self._params, exact=self._exact)
            if header is None:
                if not headers:
                    raise Refused(_wrong_header(name, at, titles, self._params))
                notes.append(["audience.sheet_left_out", f"sheet:{name}", {"sheet": name}])
                continue
            shift = sheet.start[1] if sheet.start else 0
            headers[index] = [""] * shift + titles
            yield DataSheet(
                islice(sheet.iter_rows(), at, None),
                row_no(index, at + 1),
                max(0, height - at),
                header.number_at,
                header.values_at,
                {
                    row_no(index, row): {column - shift: code for column, code in cells.items()}
                    for row, cells in self._book.marks.get(name, {}).items()
                },
                shift,
            )
        if not headers:
            raise Refused(_wrong_header("", 0, [], self._params))


def _read_sheets(book: Book, params: list[str] | None, pipe: BinaryIO) -> dict[str, Any]:
    checker = RowChecker(
        params or (),
        lambda read, valid, refused: frames.write_frame(
            pipe, frames.BLOCK, frames.pack_block(read, valid, refused)
        ),
    )
    sheets = DataSheets(book, params)
    for sheet in sheets:
        total = checker.rows + sheet.count
        frames.write_json(pipe, frames.PROGRESS, {"stage": "store", "done": checker.rows, "total": total})
        checker.check(sheet.rows, sheet.first, sheet.number_at, sheet.values_at, sheet.marks, sheet.shift)
    checker.flush()
    return {
        "rows": checker.rows,
        "valid": checker.valid,
        "duplicate": checker.duplicate,
        "invalid": checker.invalid,
        "digest": checker.digest(),
        "sheets": list(book.names),
        "headers": {str(index): titles for index, titles in sheets.headers.items()},
        "by_code": dict(sorted(checker.by_code.items())),
        "normalised": checker.normalised,
        "notes": sheets.notes,
    }


def _first_row(sheet: CalamineSheet) -> tuple[int, list[str]] | None:
    """Return the spreadsheet row and the titles of the first row that is not empty."""
    if sheet.start is None:
        return None
    for row, cells in enumerate(sheet.iter_rows(), 1):
        titles = [shown(cell).replace("\ufeff", "").strip() for cell in cells]
        if any(titles):
            return row, titles
    return None


def _match(row: int, titles: list[str], params: Sequence[str] | None, *, exact: bool) -> _Header | None:
    """Find the needed columns, in any order; None when one is missing, doubled, or (with parameters, if exact) unexpected."""
    wanted = [NUMBER_COLUMN, *(params or ())]
    present = [title for title in titles if title]
    if any(present.count(name) != 1 for name in wanted):
        return None
    if exact and params is not None and len(present) != len(wanted):
        return None
    return _Header(row, titles.index(NUMBER_COLUMN), tuple(titles.index(name) for name in wanted[1:]))


def _wrong_header(sheet: str, row: int, titles: list[str], params: Sequence[str] | None) -> Problem:
    found = [title for title in titles if title]
    return problem(
        "audience.header",
        f"sheet:{sheet}" if sheet else "",
        sheet=sheet,
        row=row,
        expected="、".join([NUMBER_COLUMN, *(params or ())]),
        found="、".join(title[:_SHOWN_COLUMNS] for title in found[:_SHOWN_COLUMNS]),
    )
