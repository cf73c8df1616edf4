# SPDX-License-Identifier: Apache-2.0
"""What the worst-row finder needs from outside: a number file looked at in a process of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from koodesk.backend.ports.progress import Cancel, Report
from koodesk.domain.problem import Problem
from koodesk.domain.row_plan import RowPlan
from koodesk.domain.rows import Finding


@dataclass(frozen=True, slots=True)
class RowFindings:
    """What was found in a file: rows looked at, rows with a problem, rows a code, the first bad ones by row_no.

    `sheets` are the workbook's, for saying which sheet a row_no is in; `notes` say what was left out.
    """

    rows: int
    bad_rows: int
    by_problem: Mapping[str, int]
    first: tuple[tuple[int, Finding], ...]
    sheets: tuple[str, ...] = ("",)
    notes: tuple[Problem, ...] = ()


class RowFiles(Protocol):
    """Holds a compiled card against every row of a number file."""

    def find(self, path: Path, plan: RowPlan, report: Report, cancel: Cancel) -> RowFindings:
        """Look at the whole file. Raises Refused: reader.*, audience.header."""

    def row(self, path: Path, columns: Sequence[str], row_no: int, cancel: Cancel) -> Mapping[str, str]:
        """Return the values of these columns in one row. Raises Refused: reader.*, audience.header, rows.no_such_row."""
