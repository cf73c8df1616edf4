# SPDX-License-Identifier: Apache-2.0
"""The backups of one workspace (`ports.backup.BackupFiles`); what a backup is, is `backup`."""

from __future__ import annotations

from pathlib import Path

from koodesk.backend.ports.backup import BackupInfo
from koodesk.backend.ports.progress import Cancel, Report
from koodesk.backend.storage import backup
from koodesk.backend.workspace import Workspace
from koodesk.domain.problem import Refused, problem


class WorkspaceBackups:
    """Writes backups of a workspace and unpacks any."""

    def __init__(self, workspace: Workspace, *, shared: bool = False) -> None:
        """`shared`: the database is a team's; what is backed up there is its server's, with its own tools."""
        self._workspace = workspace
        self._shared = shared

    @property
    def folder(self) -> Path:
        """Where backups go when the user names no other place."""
        return self._workspace.backups

    def create(self, target: Path, at_ms: int, report: Report, cancel: Cancel) -> BackupInfo:
        """Write one, whole or not at all. Raises Refused (backup.of_a_team)."""
        if self._shared:
            raise Refused(problem("backup.of_a_team"))
        engine = self._workspace.engine / "engine.db"
        return backup.write(self._workspace, target, at_ms, engine=engine, report=report, cancel=cancel)

    def verify(self, archive: Path, report: Report, cancel: Cancel) -> BackupInfo:
        """Read one wholly and check everything in it."""
        return backup.verify(archive, report, cancel)

    def restore(self, archive: Path, root: Path, report: Report, cancel: Cancel) -> BackupInfo:
        """Make a workspace of one in a folder that is not there or is empty."""
        return backup.restore_new(archive, root, report, cancel)

    def kept(self) -> tuple[tuple[Path, int, int], ...]:
        """Return the backups in the workspace's own folder, newest first."""
        found = []
        for path in self.folder.glob(f"*{backup.SUFFIX}") if self.folder.exists() else ():
            told = path.stat()
            found.append((path, told.st_size, int(told.st_mtime * 1000)))
        return tuple(sorted(found, key=lambda one: (one[2], one[0].name), reverse=True))
