# SPDX-License-Identifier: Apache-2.0
"""Number files as the operations see them (`ports.audience.NumberFiles`): read in a child, check typed lines, write xlsx.

openpyxl is loaded when something is written and never reads a file from outside.
"""

from __future__ import annotations

import csv
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from koodesk.backend.ports.audience import ReadSummary, RowBlock
from koodesk.backend.ports.progress import Cancel, Progress, Report
from koodesk.backend.readers import frames
from koodesk.backend.readers.limits import ReaderLimits
from koodesk.backend.readers.row_checker import RowChecker
from koodesk.backend.readers.runner import run_reader
from koodesk.domain.problem import Refused, Severity, problem
from koodesk.domain.recipient import FILE_LIMIT, NUMBER_COLUMN, ROWS_OF_A_SHEET, TEXT_LIMIT

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_UNWRITABLE: Final = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF), "\ufffd")
_TEXT_FORMAT: Final = "@"
_EXAMPLE_NUMBER: Final = "13800138000"


class XlsxNumberFiles:
    """The one implementation. `limits` are the reader child's."""

    def __init__(self, limits: ReaderLimits | None = None) -> None:
        self._limits = limits or ReaderLimits()

    def read(
        self,
        path: Path,
        params: Sequence[str] | None,
        on_block: Callable[[RowBlock], None],
        report: Report,
        cancel: Cancel,
    ) -> ReadSummary:
        """Read and check a file in a child process; see the port."""
        check_size(path)
        total = 0

        def heard(progress: Progress) -> None:
            nonlocal total
            total = progress.total if progress.stage == "store" else total
            report(progress)

        def got(kind: bytes, payload: bytes) -> None:
            if kind == frames.BLOCK:
                read, valid, refused = frames.unpack_block(payload)
                on_block(RowBlock(valid, refused, read))
                report(Progress("store", read, total))

        options = {"params": None if params is None else list(params)}
        kind = "delimited" if params is None and path.suffix.lower() == ".csv" else "spreadsheet"
        found = run_reader(kind, path, self._limits, got, cancel, options=options, report=heard)
        return _summary(found, tuple(params or ()))

    def check_lines(
        self, text: str, params: Sequence[str], on_block: Callable[[RowBlock], None]
    ) -> ReadSummary:
        """Check manual input, a recipient a line: number, then the values after commas (or tabs)."""
        if len(text) > TEXT_LIMIT:
            raise Refused(problem("audience.text_too_long", "numbers", limit=TEXT_LIMIT, actual=len(text)))
        # A lone surrogate can come from a clipboard and goes into no file and no database.
        text = text.encode("utf-8", "replace").decode()
        checker = RowChecker(params, lambda read, valid, refused: on_block(RowBlock(valid, refused, read)))
        places = range(1, len(params) + 1)
        for line_no, line in enumerate(text.splitlines(), 1):
            if not line.strip():
                continue
            cells = _pieces(line) if params else [line]
            if len(cells) != len(params) + 1:
                checker.refuse(line_no, 0, "audience.line.pieces", line)
            else:
                checker.check([cells], line_no, 0, places, {})
        checker.flush()
        return ReadSummary(
            rows=checker.rows,
            valid=checker.valid,
            duplicate=checker.duplicate,
            invalid=checker.invalid,
            digest=checker.digest(),
            source_digest=hashlib.sha256(text.encode()).hexdigest(),
            sheets=("",),
            headers={0: (NUMBER_COLUMN, *params)},
            params=tuple(params),
            by_code=dict(sorted(checker.by_code.items())),
            normalised=checker.normalised,
        )

    def write_sample(self, params: Sequence[tuple[str, str]], path: Path) -> None:
        """Write the sample made for a template: the columns, and one example row."""
        header = (NUMBER_COLUMN, *(name for name, _ in params))
        self.write_table(
            header, [(_EXAMPLE_NUMBER, *(example for _, example in params))], path, neutral=False
        )

    def write_table(
        self, header: Sequence[str], rows: Iterable[Sequence[str]], path: Path, *, neutral: bool = True
    ) -> int:
        """Write text cells, whole or not at all. `neutral` puts an apostrophe before what a spreadsheet would take
        for a formula. Raises Refused("export.not_writable")."""
        import openpyxl
        from openpyxl.cell import WriteOnlyCell

        book = openpyxl.Workbook(write_only=True)
        count = 0
        sheet = None

        def cells(values: Sequence[str]) -> list[WriteOnlyCell]:
            made = []
            for value in values:
                text = value.translate(_UNWRITABLE)[:32_000]
                if neutral and text.startswith(_FORMULA_STARTS):
                    text = f"'{text}"
                cell = WriteOnlyCell(sheet, text)
                cell.data_type = "s"  # never a formula, whatever it starts with
                cell.number_format = _TEXT_FORMAT
                made.append(cell)
            return made

        for row in rows:
            if sheet is None or count % (ROWS_OF_A_SHEET - 1) == 0:
                sheet = _new_sheet(book, len(header))
                sheet.append(cells(header))
            sheet.append(cells(row))
            count += 1
        if sheet is None:
            sheet = _new_sheet(book, len(header))
            sheet.append(cells(header))
        _save(book, path)
        return count


def _new_sheet(book: Any, columns: int) -> Any:
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(f"Sheet{len(book.worksheets) + 1}")
    sheet.freeze_panes = "A2"
    for column in range(1, columns + 1):
        dimension = sheet.column_dimensions[get_column_letter(column)]
        dimension.width = 18
        # Or a spreadsheet would turn numbers the user types below the example into floats.
        dimension.number_format = _TEXT_FORMAT
    return sheet


def _save(book: Any, path: Path) -> None:
    """Write beside, then replace: a reader of `path` sees the old file or the new one."""
    try:
        handle, name = tempfile.mkstemp(prefix=".koodesk-", suffix=".xlsx", dir=path.parent)
        os.close(handle)
        beside = Path(name)
        try:
            book.save(beside)
            with beside.open("rb+") as stream:
                os.fsync(stream.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as failure:
        raise Refused(
            problem("export.not_writable", file=path.name, cause=failure.strerror or type(failure).__name__)
        ) from failure


def check_size(path: Path) -> None:
    """Refuse a number file that is not there or too large to look at. Raises Refused."""
    try:
        size = path.stat().st_size
    except OSError as failure:
        raise Refused(problem("reader.not_found", file=path.name)) from failure
    if size > FILE_LIMIT:
        raise Refused(problem("reader.file_too_large", file=path.name, limit=FILE_LIMIT, actual=size))


def _pieces(line: str) -> list[str]:
    """Split a typed line; quotes keep a comma inside a value."""
    return next(csv.reader([line], delimiter="\t" if "\t" in line else ",", skipinitialspace=True))


def _summary(found: Mapping[str, Any], params: tuple[str, ...]) -> ReadSummary:
    return ReadSummary(
        rows=int(found["rows"]),
        valid=int(found["valid"]),
        duplicate=int(found["duplicate"]),
        invalid=int(found["invalid"]),
        digest=str(found["digest"]),
        source_digest=str(found["source_digest"]),
        sheets=tuple(str(name) for name in found["sheets"]),
        headers={int(index): tuple(titles) for index, titles in found["headers"].items()},
        params=params,
        by_code={str(k): int(v) for k, v in found["by_code"].items()},
        normalised={str(k): int(v) for k, v in found["normalised"].items()},
        notes=tuple(
            problem(code, where, severity=Severity.WARNING, **values)
            for code, where, values in found["notes"]
        ),
    )
