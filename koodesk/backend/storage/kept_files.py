# SPDX-License-Identifier: Apache-2.0
"""What of a workspace may be cleared away (`ports.desk.Clearable`): files of its own folders, and confirmations nobody gave."""

from __future__ import annotations

from pathlib import Path

from koodesk.backend.ports.desk import ClearableFile, Kept
from koodesk.backend.storage.database import Database
from koodesk.backend.workspace import Workspace
from koodesk.domain.quiet_hours import DAY_MS

_OLD_CONFIRMATIONS = "FROM confirmation WHERE campaign_id IS NULL AND created_ms < (SELECT max(created_ms) FROM confirmation) - ? AND digest NOT IN (SELECT digest FROM waiting_send WHERE dismissed_ms = 0)"


class WorkspaceClearing:
    """Finds and removes; whether somebody asked for it is the service's matter."""

    def __init__(self, workspace: Workspace, database: Database) -> None:
        self._folders = {
            Kept.EXPORTS: (workspace.exports, "*"),
            Kept.RECOVERY: (workspace.recovery, "*"),
            Kept.BACKUPS: (workspace.backups, "*.koobackup"),
        }
        self._database = database

    def files(self, what: Kept) -> tuple[ClearableFile, ...]:
        """Return the plain files of a kind, newest first; what is in a folder below is not touched."""
        folder, pattern = self._folders[what]
        found = []
        for path in folder.glob(pattern) if folder.exists() else ():
            if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
                told = path.stat()
                found.append(ClearableFile(path.name, told.st_size, int(told.st_mtime * 1000)))
        return tuple(sorted(found, key=lambda one: (-one.at_ms, one.name)))

    def remove(self, what: Kept, names: tuple[str, ...]) -> int:
        """Remove files of a kind by name; return how many went. One that is gone already is no matter."""
        folder, _ = self._folders[what]
        here = {file.name for file in self.files(what)}
        gone = 0
        for name in names:
            if name in here:
                Path(folder / name).unlink(missing_ok=True)
                gone += 1
        return gone

    def confirmations(self, days: int) -> int:
        """Count the prepared sends nobody confirmed, older than the newest by more than `days`."""
        with self._database.read() as connection:
            found = connection.exec_driver_sql(f"SELECT count(*) {_OLD_CONFIRMATIONS}", (days * DAY_MS,))
            return int(found.scalar_one())

    def remove_confirmations(self, days: int) -> int:
        """Forget them; return how many."""
        with self._database.write() as connection:
            gone = connection.exec_driver_sql(f"DELETE {_OLD_CONFIRMATIONS}", (days * DAY_MS,))
            return gone.rowcount
