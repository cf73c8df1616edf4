# SPDX-License-Identifier: Apache-2.0
"""Whose access key the calls to the real platform were made with, in SQL: each method one short transaction.

A task is listed to the account that made it. So where another's key is in use by now, that a call is not found says nothing
of it. Which account a key belongs to nobody can ask: a new key of the same account counts as another's until a person says that
it is not (`cloud_accounts`).

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

_USED: Final = (
    "(SELECT c.id, c.since_ms, coalesce(k.account, c.caller) AS account "
    "FROM cloud_caller c LEFT JOIN cloud_key k ON k.caller = c.caller) u"
)
"""What was written down, by accounts."""


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
        """Tell whether the last call of a chunk was surely made with the account of a caller's key: no other's was ever used, or
        none close to the call."""
        with self._database.read() as connection:
            said = connection.exec_driver_sql(
                "SELECT account FROM cloud_key WHERE caller = ?", (caller,)
            ).scalar()
            account = caller if said is None else str(said)
            others = connection.exec_driver_sql(
                f"SELECT count(*) FROM {_USED} WHERE u.account <> ?",  # noqa: S608 - words of this program
                (account,),
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
                f"SELECT u.account FROM {_USED} WHERE u.since_ms <= ? ORDER BY u.since_ms DESC, u.id DESC LIMIT 1",  # noqa: S608
                (before,),
            ).scalar()
            close = connection.exec_driver_sql(
                f"SELECT count(*) FROM {_USED} WHERE u.since_ms > ? AND u.since_ms <= ? AND u.account <> ?",  # noqa: S608
                (before, after, account),
            ).scalar_one()
            return in_force == account and not close
