# SPDX-License-Identifier: Apache-2.0
"""Writing a small table to a file that spreadsheets open."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

Cell = str | int


class TableFiles(Protocol):
    """Writes tables."""

    def write(self, path: Path, titles: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """Write one table as .csv or .xlsx, whole or not at all; no cell can become a formula.

        Raises Refused: export.kind, export.not_writable.
        """
        ...
