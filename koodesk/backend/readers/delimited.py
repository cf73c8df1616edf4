# SPDX-License-Identifier: Apache-2.0
"""The child's side of reading numbers from a csv: UTF-8 or GB 18030, a header with 手机号 or one column without any.

The same verdicts as for an xlsx (`row_checker`); what is not text, or holds a cell no number file has, is refused whole.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

from koodesk.backend.readers import frames
from koodesk.backend.readers.row_checker import RowChecker
from koodesk.domain.problem import Refused, problem
from koodesk.domain.recipient import FILE_LIMIT, NUMBER_COLUMN, ROWS_OF_A_SHEET

_CELL_LIMIT: Final = 10_000
_SHOWN: Final = 30


def serve(path: Path, _options: dict[str, Any], pipe: BinaryIO) -> None:
    """Read one file and write its frames; only the number of a row is taken."""
    size = path.stat().st_size
    if size > FILE_LIMIT:
        raise Refused(problem("reader.file_too_large", limit=FILE_LIMIT, actual=size))
    data = path.read_bytes()
    rows = _rows(_text(data))
    checker = RowChecker(
        (),
        lambda read, valid, refused: frames.write_frame(
            pipe, frames.BLOCK, frames.pack_block(read, valid, refused)
        ),
    )
    header, first = _header(rows)
    at = header.index(NUMBER_COLUMN) if NUMBER_COLUMN in header else 0
    checker.check(_filled(rows if first is None else itertools.chain([first], rows), at), 2, at, (), {})
    checker.flush()
    frames.write_json(
        pipe,
        frames.RESULT,
        {
            "rows": checker.rows,
            "valid": checker.valid,
            "duplicate": checker.duplicate,
            "invalid": checker.invalid,
            "digest": checker.digest(),
            "sheets": [""],
            "headers": {"0": header},
            "by_code": dict(sorted(checker.by_code.items())),
            "normalised": checker.normalised,
            "notes": [],
            "source_digest": hashlib.sha256(data).hexdigest(),
        },
    )


def _text(data: bytes) -> str:
    if b"\0" in data:
        raise Refused(problem("reader.damaged"))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(problem("reader.damaged"))


def _rows(text: str) -> Iterator[Sequence[str]]:
    csv.field_size_limit(_CELL_LIMIT)
    try:
        for count, row in enumerate(csv.reader(text.splitlines()), 1):
            if count > ROWS_OF_A_SHEET:
                raise Refused(
                    problem(
                        "reader.far_cell", sheet="", cell=f"A{count}", limit=ROWS_OF_A_SHEET, actual=count
                    )
                )
            yield row
    except csv.Error as failure:
        raise Refused(problem("reader.damaged")) from failure


def _header(rows: Iterator[Sequence[str]]) -> tuple[list[str], Sequence[str] | None]:
    """Return the titles, and the first row where it is no header but a number already."""
    for row in rows:
        titles = [cell.replace("\ufeff", "").strip() for cell in row]
        if not any(titles):
            continue
        if titles.count(NUMBER_COLUMN) == 1:
            return titles, None
        if len(titles) == 1 and titles[0][:1].isdigit():
            return [NUMBER_COLUMN], row
        found = "、".join(title[:_SHOWN] for title in titles[:_SHOWN])
        raise Refused(problem("audience.header", sheet="", row=1, expected=NUMBER_COLUMN, found=found))
    raise Refused(problem("audience.header", sheet="", row=0, expected=NUMBER_COLUMN, found=""))


def _filled(rows: Iterator[Sequence[str]], at: int) -> Iterator[Sequence[str]]:
    """Give short rows the cells they lack, so that every row has its number's place."""
    for row in rows:
        yield row if len(row) > at else [*row, *[""] * (at + 1 - len(row))]
