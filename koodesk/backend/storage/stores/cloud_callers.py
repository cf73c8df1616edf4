# SPDX-License-Identifier: Apache-2.0
"""Whose access key the calls to the real platform were made with, in SQL: each method one short transaction.

A task is listed to the account that made it. So where another's key is in use by now, that a call is not found says nothing
of it; which account a key belongs to nobody can ask, and a new key of the same account counts as another's.

Several processes may be at work with several keys. Whoever is about to make a call has seen within seconds that the last row is its
own, and has written one where it was not: so where no row of anybody else's is in force close to a call, nobody else made it.
"""

from __future__ import annotations

from typing import Final

from koodesk.backend.storage.database import Database
from koodesk.domain.pacing import CALL_MS

CLOSE_MS: Final = 2 * CALL_MS
"""How close to a call somebody else's key makes it doubtful whose it was: as long as a call may take after it was claimed, and as
long again for clocks of two machines that are not the same."""

_LAST: Final = "SELECT caller FROM cloud_caller ORDER BY id DESC LIMIT 1"


class CloudCallers:
    """The callers of one workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def used(self, caller: str, at_ms: int) -> None:
        """Write down that calls are made with a caller's key, unless the last that was written down is the same. Raises Refused (storage.*)."""
        with self._database.read() as connection:
            if connection.exec_driver_sql(_LAST).scalar() == caller:
                return
        with self._database.write() as connection:
            connection.exec_driver_sql(
                f"INSERT INTO cloud_caller (caller, since_ms) SELECT ?, ? WHERE coalesce(({_LAST}), '') <> ?",
                (caller, at_ms, caller),
            )

    def made(self, key: str, caller: str) -> bool:
        """Tell whether the last call of a chunk was surely made with a caller's key: nobody else's was ever used, or none close to
        the call."""
        with self._database.read() as connection:
            others = connection.exec_driver_sql(
                "SELECT count(*) FROM cloud_caller WHERE caller <> ?", (caller,)
            ).scalar_one()
            if not others:
                return True
            claimed_ms = connection.exec_driver_sql(
                "SELECT claimed_ms FROM chunk WHERE key = ?", (key,)
            ).scalar()
            if claimed_ms is None:
                return False
            before, after = claimed_ms - CLOSE_MS, claimed_ms + CLOSE_MS
            in_force = connection.exec_driver_sql(
                "SELECT caller FROM cloud_caller WHERE since_ms <= ? ORDER BY since_ms DESC, id DESC LIMIT 1",
                (before,),
            ).scalar()
            close = connection.exec_driver_sql(
                "SELECT count(*) FROM cloud_caller WHERE since_ms > ? AND since_ms <= ? AND caller <> ?",
                (before, after, caller),
            ).scalar_one()
            return in_force == caller and not close
