# SPDX-License-Identifier: Apache-2.0
"""Signs of life: operating-system locks on files of a folder, or locks of a team's database, whose machines need not see each
other's files. Both die with their process, so no clock and no pid needs to be believed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from koodesk.backend.ports.exports import owner_name
from koodesk.backend.storage.database import Database
from koodesk.file_lock import lock


class OwnerMarks:
    """Implements `ports.exports.Owners` with one small file a name."""

    def __init__(self, folder: Path) -> None:
        self._folder: Final = folder

    @contextmanager
    def hold(self, owner: str) -> Iterator[None]:
        """Hold a name for as long as the block lasts."""
        path = self._path(owner)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            lock(file)
            yield
        finally:
            os.close(file)  # gives the lock back
            path.unlink(missing_ok=True)

    def alive(self, owner: str) -> bool:
        """Tell whether somebody holds a name; a name that nobody holds is cleared away."""
        path = self._path(owner)
        try:
            file = os.open(path, os.O_RDWR)
        except OSError:
            return False
        try:
            held = not lock(file)
        finally:
            os.close(file)
        if not held:
            path.unlink(missing_ok=True)
        return held

    def _path(self, owner: str) -> Path:
        return self._folder / f".{''.join(c for c in owner if c.isalnum())}.owner"


class OwnerLocks:
    """Implements `ports.exports.Owners` in a team's database."""

    def __init__(self, database: Database) -> None:
        self._database: Final = database

    @contextmanager
    def hold(self, owner: str) -> Iterator[None]:
        """Hold a name for as long as the block lasts."""
        self._database.hold(owner_name(owner))
        try:
            yield
        finally:
            self._database.let_go(owner_name(owner))

    def alive(self, owner: str) -> bool:
        """Tell whether somebody, on whichever machine, holds a name."""
        from koodesk.backend.storage.postgres.presence import held

        with self._database.read() as connection:
            return bool(held(connection, [owner_name(owner)]))
