# SPDX-License-Identifier: Apache-2.0
"""The storage place (存储位置): where the workspace is, whether it can be moved, and what a move has left behind.

The move itself is `bootstrap.move_workspace`: nobody may have the workspace open meanwhile, and this service does.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.ports.moving import Places
from koodesk.backend.views.desk import MoveView, PlaceView


class StoragePlace:
    """The place of one workspace. `note` writes to the audit log by an empty write of the database."""

    def __init__(self, access: Access, root: Path, places: Places, note: Callable[[], None]) -> None:
        self.access: Final = access
        self._root = root
        self._places = places
        self._note = note

    @needs("koodesk:settings:get")
    def get(self) -> PlaceView:
        """Return where the workspace is, and where files of it still lie that are no longer in use."""
        left = self._places.left_behind()
        return PlaceView(str(self._root), str(left[0]) if left else "", left[1] if left else 0)

    @needs("koodesk:workspace:move")
    def prepare_move(self, target: Path) -> MoveView:
        """Look whether the workspace can be moved to a folder; whoever was told so may carry it out. Raises Refused: workspace.*."""
        plan = self._places.plan(target)
        self._note()
        return MoveView(str(plan.root), str(plan.target), plan.files, plan.size, plan.free)

    @needs("koodesk:workspace:move")
    def remove_left(self) -> bool:
        """Delete what a move left at the old place; return whether there was something. Raises Refused(workspace.not_removed)."""
        self._note()
        return self._places.remove_left()
