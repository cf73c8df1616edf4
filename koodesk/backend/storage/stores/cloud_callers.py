# SPDX-License-Identifier: Apache-2.0
"""Whose access key the calls to the real platform were made with, in SQL: each method one short transaction.

A task is listed to the account that made it. So where another's key is in use by now, that a call is not found says nothing
of it; which account a key belongs to nobody can ask, and a new key of the same account counts as another's.
"""

from __future__ import annotations

from koodesk.backend.storage.database import Database


class CloudCallers:
    """The callers of one workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def used(self, caller: str, at_ms: int) -> None:
        """Write down that calls are made with a caller's key from now on. Raises Refused (storage.*)."""
        with self._database.write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO cloud_caller (caller, since_ms) SELECT ?, ? WHERE NOT EXISTS ("
                "SELECT 1 FROM cloud_caller WHERE id = (SELECT max(id) FROM cloud_caller) AND caller = ?)",
                (caller, at_ms, caller),
            )

    def made(self, key: str, caller: str) -> bool:
        """Tell whether the last call of a chunk was surely made with a caller's key: nobody else's was ever used, or this one
        is since before the call."""
        with self._database.read() as connection:
            others = connection.exec_driver_sql(
                "SELECT count(*) FROM cloud_caller WHERE caller <> ?", (caller,)
            ).scalar_one()
            if not others:
                return True
            return bool(
                connection.exec_driver_sql(
                    "SELECT count(*) FROM chunk k JOIN cloud_caller c ON c.since_ms <= k.claimed_ms "
                    "WHERE k.key = ? AND c.id = (SELECT max(id) FROM cloud_caller) AND c.caller = ?",
                    (key, caller),
                ).scalar_one()
            )
