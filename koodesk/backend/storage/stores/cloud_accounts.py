# SPDX-License-Identifier: Apache-2.0
"""Whose records of the real platform are, in SQL: each method one short transaction.

An account is named by the first key (`CloudAccess.caller`) that was used for it; a key that a person said is of the same account
counts as that account's. "" is an account nobody knows: of records made before it was written down.
"""

from __future__ import annotations

from typing import Final

from koodesk.backend.ports.cloud_records import OtherAccount
from koodesk.backend.storage.database import Database

_TABLES: Final = (("cloud_made", "kind, ref, digest"), ("cloud_upload", "kind, digest, rate"))


class SqlCloudAccounts:
    """The accounts of one workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def account(self, caller: str) -> str:
        """Return the account of a key."""
        with self._database.read() as connection:
            said = connection.exec_driver_sql(
                "SELECT account FROM cloud_key WHERE caller = ?", (caller,)
            ).scalar()
        return caller if said is None else str(said)

    def others(self, account: str) -> tuple[OtherAccount, ...]:
        """Return the other accounts that something was made or uploaded with, the one used last first."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT account, sum(made), sum(files), max(at_ms) FROM ("
                "SELECT account, 1 AS made, 0 AS files, asked_ms AS at_ms FROM cloud_made UNION ALL "
                "SELECT account, 0, 1, asked_ms FROM cloud_upload) every_one "
                "WHERE account <> ? GROUP BY account ORDER BY 4 DESC, 1",
                (account,),
            ).fetchall()
        return tuple(OtherAccount(str(row[0]), int(row[1]), int(row[2]), int(row[3])) for row in rows)

    def unite(self, caller: str, other: str, by: str, at_ms: int) -> None:
        """Keep that what another account has made is that of a key's account. Of what both have, this one's stays."""
        with self._database.write() as connection:
            said = connection.exec_driver_sql(
                "SELECT account FROM cloud_key WHERE caller = ?", (caller,)
            ).scalar()
            account = caller if said is None else str(said)
            for table, key in _TABLES:
                connection.exec_driver_sql(
                    f"DELETE FROM {table} WHERE account = ? AND ({key}) IN (SELECT {key} FROM {table} WHERE account = ?)",  # noqa: S608
                    (other, account),
                )
                connection.exec_driver_sql(
                    f"UPDATE {table} SET account = ? WHERE account = ?",  # noqa: S608 - words of this program
                    (account, other),
                )
            connection.exec_driver_sql("UPDATE cloud_key SET account = ? WHERE account = ?", (account, other))
            if other:
                connection.exec_driver_sql(
                    'INSERT INTO cloud_key (caller, account, "by", at_ms) VALUES (?, ?, ?, ?)',
                    (other, account, by, at_ms),
                )
