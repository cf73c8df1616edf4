# SPDX-License-Identifier: Apache-2.0
"""Small tables as .csv (UTF-8 with a mark, so that spreadsheets read Chinese) or .xlsx; whole or not at all."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from koodesk.backend.ports.tables import Cell
from koodesk.domain.problem import Refused, problem

_DANGEROUS: Final = frozenset("=+-@\t\r")


class TableFolder:
    """Writes tables where the user says."""

    def write(self, path: Path, titles: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """Write one table. Raises Refused: export.kind, export.not_writable."""
        write = {".csv": _csv, ".xlsx": _xlsx}.get(path.suffix.lower())
        if write is None:
            raise Refused(problem("export.kind", "path", kinds=".csv .xlsx", actual=path.suffix))
        beside = path.with_name(f".{path.name}.{os.getpid()}.part")
        table = [[_safe(cell) for cell in row] for row in (titles, *rows)]
        try:
            write(beside, table)
            with beside.open("rb") as file:
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError as failure:
            raise Refused(problem("export.not_writable", "path", file=path.name)) from failure
        finally:
            beside.unlink(missing_ok=True)


def _safe(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet computes."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in _DANGEROUS else cell


def _csv(path: Path, table: list[list[Cell]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(table)


def _xlsx(path: Path, table: list[list[Cell]]) -> None:
    from openpyxl import Workbook  # loaded when the first table is written

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in table:
        sheet.append(row)
    book.save(path)
    book.close()
