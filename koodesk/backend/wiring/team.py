# SPDX-License-Identifier: Apache-2.0
"""Who sends: the workers of a workspace, its queue and what left lately. And the database they share."""

from __future__ import annotations

from koodesk.backend.operations.team_database import TeamDatabase
from koodesk.backend.operations.workers import Workers
from koodesk.backend.ports.team import DatabasePlace, Target
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.opening import address
from koodesk.backend.storage.stores.workers import SqlWorkers
from koodesk.backend.wiring.ground import Ground
from koodesk.domain.problem import Refused, problem
from koodesk.file_lock import is_locked


def workers(base: Ground) -> Workers:
    """Return the service of the workers."""
    return Workers(
        base.access,
        SqlWorkers(base.database),
        lambda: is_locked(base.workspace.worker_lock),
        base.gateway.now_ms,
        base.clock.now_ms,
    )


class WorkspaceDatabases:
    """Implements `ports.team.Databases`."""

    def __init__(self, base: Ground) -> None:
        self._workspace = base.workspace
        self._own = base.database

    def place(self) -> DatabasePlace:
        """Return where the workspace's database is."""
        if not self._own.shared:
            return DatabasePlace("", "", str(self._workspace.database))
        found = address(self._workspace)
        return DatabasePlace(found.shown, found.source, "")

    def look(self, url: str) -> Target:
        """Look whether a database is there and empty, and count what would be moved."""
        from koodesk.backend.storage.postgres.moving import count_rows, look

        if self._own.shared:
            raise Refused(problem("move.already"))
        database = Database(self._workspace.database, url=url or "-")  # no address is none of a database's
        try:
            with database.read() as connection:
                version = look(connection, database.name)
            place = database.name
        finally:
            database.close()
        with self._own.read() as connection:
            tables, rows = count_rows(connection)
        return Target(place, version, tables, rows)


def database(base: Ground) -> TeamDatabase:
    """Return the service of the workspace's database."""

    def note() -> None:
        with base.database.write():
            pass  # the audit log's entry goes with it

    return TeamDatabase(base.access, WorkspaceDatabases(base), note)
