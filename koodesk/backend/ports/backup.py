# SPDX-License-Identifier: Apache-2.0
"""Backups (备份) as their service needs them from storage."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from koodesk.backend.ports.progress import Cancel, Report


@dataclass(frozen=True, slots=True)
class BackupFile:
    """A file in a backup: `area` (desk, engine, materials, papers, settings), its name there, its SHA-256 and size in bytes."""

    area: str
    name: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class BackupInfo:
    """What a backup holds, by its manifest: the Koodesk that wrote it, when (ms), and its files."""

    koodesk: str
    created_ms: int
    files: tuple[BackupFile, ...]

    @property
    def size(self) -> int:
        """Bytes of everything in it, unpacked."""
        return sum(file.size for file in self.files)

    def count(self, area: str) -> int:
        """Return how many files of an area it has."""
        return sum(file.area == area for file in self.files)


class BackupFiles(Protocol):
    """Writes, checks and unpacks backups of one workspace. Every method raises Refused: backup.*, storage.*."""

    def create(self, target: Path, at_ms: int, report: Report, cancel: Cancel) -> BackupInfo:
        """Write one, whole or not at all."""
        ...

    def verify(self, archive: Path, report: Report, cancel: Cancel) -> BackupInfo:
        """Read one wholly and check everything in it."""
        ...

    def restore(self, archive: Path, root: Path, report: Report, cancel: Cancel) -> BackupInfo:
        """Make a workspace of one in a folder that is not there or is empty."""
        ...

    def kept(self) -> tuple[tuple[Path, int, int], ...]:
        """Return the backups in the workspace's own folder: path, bytes, instant of its last change in ms; newest first."""
        ...

    @property
    def folder(self) -> Path:
        """Where backups go when the user names no other place."""
        ...
