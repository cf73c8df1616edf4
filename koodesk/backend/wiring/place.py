# SPDX-License-Identifier: Apache-2.0
"""The storage place: its service, and the move, which ends what runs on the workspace first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from koodesk.backend.database_address import is_a_teams
from koodesk.backend.gateways.engine_process import LocalEngineProcess
from koodesk.backend.operations.storage_place import StoragePlace
from koodesk.backend.ports.moving import MovePlan
from koodesk.backend.ports.progress import Cancel, Report
from koodesk.backend.sending.lock import WorkerLock, end_holder
from koodesk.backend.storage import moving
from koodesk.backend.wiring.ground import Ground
from koodesk.backend.workspace import Workspace
from koodesk.domain.problem import Refused, problem


class WorkspacePlaces:
    """Implements `ports.moving.Places` for a workspace."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def plan(self, target: Path) -> MovePlan:
        """Look whether the workspace can be moved to a folder, and how much it is."""
        _own(self._root)
        return moving.plan(self._root, target)

    def left_behind(self) -> tuple[Path, int] | None:
        """Return where it was before and how much still lies there."""
        return moving.left_behind(self._root)

    def remove_left(self) -> bool:
        """Delete what a move left at the old place."""
        return moving.remove_left(self._root)


def _own(root: Path) -> None:
    """Refuse a team's workspace: its database is not in the folder."""
    if is_a_teams(root):
        raise Refused(problem("workspace.no_database", "folder", folder=str(root)))


def place(base: Ground) -> StoragePlace:
    """Return the service of the storage place."""

    def note() -> None:
        with base.database.write():
            pass  # the audit log's entry goes with it

    return StoragePlace(base.access, base.workspace.root, WorkspacePlaces(base.workspace.root), note)


def move(
    workspace: Workspace,
    target: Path,
    report: Report,
    cancel: Cancel,
    point: Callable[[str], None],
) -> Workspace:
    """End worker and engine, move, return the workspace at its new place."""
    _own(workspace.root)
    end_holder(workspace.worker_lock)
    with WorkerLock(workspace.worker_lock):
        LocalEngineProcess(workspace).stop()
        planned = moving.move(workspace.root, target, report, cancel, point)
    return Workspace(planned.target)
