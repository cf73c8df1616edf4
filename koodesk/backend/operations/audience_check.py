# SPDX-License-Identifier: Apache-2.0
"""Checking a number file without a workspace: the same reader and the same rules as an import, and nothing stored.

The refused rows pass through a temporary file of the process's own, so a million of them need no memory.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Final

from koodesk.backend.operations.audience_lines import REFUSED_HEADER, Workbook, refused_cells, refused_line
from koodesk.backend.operations.audiences import file_name_problem
from koodesk.backend.ports.audience import NumberFiles, RowBlock, StoredRefusal
from koodesk.backend.ports.progress import Cancel, Report, never, silent
from koodesk.backend.views.audience import CheckReport
from koodesk.domain.problem import Severity, problem

SHOWN_PROBLEMS: Final = 1_000
"""Refused rows a report names one by one."""


class NumberFileCheck:
    """`koodesk audience check`. `reason` gives the Chinese words of a code, for the xlsx of refused rows."""

    def __init__(self, files: NumberFiles, reason: Callable[[str], str] = str) -> None:
        self._files = files
        self._reason = reason

    def run(
        self,
        path: Path,
        params: Sequence[str] | None,
        refused: Path | None = None,
        progress: Report = silent,
        cancel: Cancel = never,
    ) -> CheckReport:
        """Check a file; `params` None takes any header with a number column and checks numbers only.

        A name the platform does not take is a note here, because nothing is uploaded. Writes the refused rows to
        `refused` where given. Raises Refused: reader.*, audience.header, export.not_writable.
        """
        with tempfile.TemporaryFile() as kept:

            def add(block: RowBlock) -> None:
                if block.refused != b"[]":
                    kept.write(block.refused + b"\n")

            summary = self._files.read(path, params, add, progress, cancel)
            shown = tuple(
                refused_line(summary, row) for row, _ in zip(_rows(kept), range(SHOWN_PROBLEMS), strict=False)
            )
            if refused is not None:
                self._files.write_table(REFUSED_HEADER, self._cells(summary, kept), refused)
        named = file_name_problem(path)
        notes = summary.notes
        if named is not None:
            notes += (problem(named.code, named.where, severity=Severity.WARNING, file=path.name),)
        return CheckReport(
            rows=summary.rows,
            valid=summary.valid,
            duplicate=summary.duplicate,
            invalid=summary.invalid,
            by_code=summary.by_code,
            normalised=summary.normalised,
            problems=shown,
            notes=notes,
        )

    def _cells(self, book: Workbook, kept: IO[bytes]) -> Iterator[tuple[str, ...]]:
        return (refused_cells(refused_line(book, row), self._reason) for row in _rows(kept))


def _rows(kept: IO[bytes]) -> Iterator[StoredRefusal]:
    kept.seek(0)
    for line in kept:
        yield from (StoredRefusal(*row) for row in json.loads(line))
