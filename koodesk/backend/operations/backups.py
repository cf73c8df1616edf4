# SPDX-License-Identifier: Apache-2.0
"""Backups of a workspace (备份与恢复) and what may be cleared away: made, looked through, restored; nothing goes unasked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.ports.backup import BackupFiles, BackupInfo
from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.progress import Cancel, Report, never, silent
from koodesk.backend.views.desk import BackupRow, BackupView
from koodesk.domain.problem import Refused, problem

SUFFIX: Final = ".koobackup"
_BEIJING: Final = timezone(timedelta(hours=8))


class Backups:
    """Backups of one workspace."""

    def __init__(self, access: Access, files: BackupFiles, clock: Clock) -> None:
        self.access: Final = access
        self._files = files
        self._clock = clock

    @needs("koodesk:backup:create")
    def create(
        self, target: Path | None = None, progress: Report = silent, cancel: Cancel = never
    ) -> BackupRow:
        """Write a backup of databases, materials, papers and settings; without a target into the workspace's own folder.

        Raises Refused: backup.suffix, backup.exists, backup.cancelled, backup.not_writable, storage.*.
        """
        now = self._clock.now_ms()
        if target is None:
            stamp = datetime.fromtimestamp(now / 1000, UTC).astimezone(_BEIJING).strftime("%Y%m%d-%H%M%S")
            target = self._files.folder / f"koodesk-{stamp}{SUFFIX}"
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if target.suffix != SUFFIX:
            raise Refused(problem("backup.suffix", "file", kinds=SUFFIX, actual=target.suffix))
        if target.exists():
            raise Refused(problem("backup.exists", "file", file=target.name))
        self._files.create(target, now, progress, cancel)
        return BackupRow(str(target), target.name, target.stat().st_size, now)

    @needs("koodesk:backup:list")
    def list(self) -> tuple[BackupRow, ...]:
        """Return the backups in the workspace's own folder, newest first."""
        return tuple(BackupRow(str(path), path.name, size, at_ms) for path, size, at_ms in self._files.kept())

    @needs("koodesk:backup:list")
    def verify(self, archive: Path, progress: Report = silent, cancel: Cancel = never) -> BackupView:
        """Read a backup wholly and check everything in it. Raises Refused (backup.*)."""
        return view_of(archive, self._files.verify(archive, progress, cancel))

    @needs("koodesk:backup:replace")
    def before_replacing(self, archive: Path) -> BackupRow:
        """Check a backup that is about to take this workspace's place, and back the workspace up first: its users, its rights
        and its audit log go with it. Raises Refused (backup.*)."""
        self.verify(archive)
        self.access.about(f"name={archive.name}")
        return self.create()

    @needs("koodesk:backup:restore")
    def restore(
        self, archive: Path, folder: Path, progress: Report = silent, cancel: Cancel = never
    ) -> BackupView:
        """Make a workspace of a backup in a new or empty folder. This workspace stays as it is.

        Raises Refused: backup.folder_in_use, backup.*.
        """
        return view_of(archive, self._files.restore(archive, folder, progress, cancel))


def view_of(archive: Path, info: BackupInfo) -> BackupView:
    """Return what a backup holds."""
    return BackupView(
        name=archive.name,
        koodesk=info.koodesk,
        created_ms=info.created_ms,
        size=info.size,
        materials=sum(
            file.area == "materials" and not file.name.startswith("thumbnails/") for file in info.files
        ),
        papers=info.count("papers"),
        engine=bool(info.count("engine")),
    )
