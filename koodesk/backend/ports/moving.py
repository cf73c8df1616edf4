# SPDX-License-Identifier: Apache-2.0
"""Moving a workspace to another folder, as its service needs it from storage."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class MovePlan:
    """What a move would do: from where to where, how many files and bytes, and how much room is there."""

    root: Path
    target: Path
    files: int
    size: int
    free: int


class Places(Protocol):
    """Where a workspace is and could be. Every method raises Refused: workspace.*."""

    def plan(self, target: Path) -> MovePlan:
        """Look whether the workspace can be moved to a folder, and how much it is."""
        ...

    def left_behind(self) -> tuple[Path, int] | None:
        """Return where it was before and how many bytes still lie there; None where nothing does."""
        ...

    def remove_left(self) -> bool:
        """Delete what a move left at the old place; return whether there was something."""
        ...
