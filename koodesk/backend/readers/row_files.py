# SPDX-License-Identifier: Apache-2.0
"""The parent's side of the worst-row finder (`ports.rows.RowFiles`): the reader child does the looking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from koodesk.backend.ports.progress import Cancel, Report
from koodesk.backend.ports.rows import RowFindings
from koodesk.backend.readers.limits import ReaderLimits
from koodesk.backend.readers.number_files import check_size
from koodesk.backend.readers.runner import run_reader
from koodesk.domain.problem import Severity, problem
from koodesk.domain.row_plan import RowPlan, to_data
from koodesk.domain.rows import Finding


class ChildRowFiles:
    """The one implementation. `limits` are the reader child's."""

    def __init__(self, limits: ReaderLimits | None = None) -> None:
        self._limits = limits or ReaderLimits()

    def row(self, path: Path, columns: Sequence[str], row_no: int, cancel: Cancel) -> Mapping[str, str]:
        """Return the values of one row; see the port."""
        check_size(path)
        found = run_reader(
            "rows",
            path,
            self._limits,
            lambda _kind, _payload: None,
            cancel,
            options={"row": row_no, "columns": list(columns)},
        )
        return {str(name): str(value) for name, value in found["values"].items()}

    def find(self, path: Path, plan: RowPlan, report: Report, cancel: Cancel) -> RowFindings:
        """Look at the whole file; see the port."""
        check_size(path)
        found = run_reader(
            "rows",
            path,
            self._limits,
            lambda _kind, _payload: None,
            cancel,
            options={"plan": to_data(plan)},
            report=report,
        )
        notes = tuple(
            problem(code, where, severity=Severity.WARNING, **params)
            for code, where, params in found["notes"]
        )
        return RowFindings(
            rows=found["rows"],
            bad_rows=found["bad_rows"],
            by_problem=found["by_problem"],
            first=tuple((number, Finding(**finding)) for number, finding in found["first"]),
            sheets=tuple(found["sheets"]),
            notes=notes,
        )
