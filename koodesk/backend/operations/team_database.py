# SPDX-License-Identifier: Apache-2.0
"""The database of a workspace (数据库): where it is, and whether a team's could take it.

The move itself is `bootstrap.move_to_team`: nobody may have the workspace open meanwhile, and this service does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from koodesk.backend.database_address import with_password
from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.ports.team import DatabasePlace, Databases, Target


class TeamDatabase:
    """The database of one workspace. `note` writes to the audit log by an empty write of the database."""

    def __init__(self, access: Access, databases: Databases, note: Callable[[], None]) -> None:
        self.access: Final = access
        self._databases = databases
        self._note = note

    @needs("koodesk:settings:get")
    def get(self) -> DatabasePlace:
        """Return where the database is; the password is no part of it."""
        return self._databases.place()

    @needs("koodesk:backup:restore")
    def prepare_move(self, url: str, password: str = "") -> Target:
        """Look whether a database of PostgreSQL can take the workspace; whoever was told so may carry it out.

        Raises Refused: storage.* (no address, not let in, not to be reached), move.not_empty, move.already for a team's
        workspace.
        """
        target = self._databases.look(with_password(url, password))
        self._note()
        return target
