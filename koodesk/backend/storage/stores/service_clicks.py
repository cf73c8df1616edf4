# SPDX-License-Identifier: Apache-2.0
"""Clicks on service accounts in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from koodesk.backend.ports.service_clicks import ServiceClick
from koodesk.backend.storage.database import Database
from koodesk.domain.report import BEIJING_MS, DAY_MS
from koodesk.domain.service_report import ServiceCounts, ServiceTally

# A click on a shortcut names the shortcut's record, which knows its account.
_TALLIES: Final = (
    "SELECT coalesce(CASE WHEN r.kind = 'pub' THEN r.id ELSE nullif(r.account_id, 0) END, r.id, 0), g.kind, g.item, g.day, "  # noqa: S608
    "sum(g.clicks), sum(g.billed) FROM ("
    f"SELECT pub, kind, item, (at_ms + {BEIJING_MS}) / {DAY_MS} AS day, count(*) AS clicks, sum(billed) AS billed "
    "FROM service_click GROUP BY 1, 2, 3, 4) g LEFT JOIN sa_record r ON r.id = CAST(g.pub AS INTEGER) GROUP BY 1, 2, 3, 4"
)


class SqlClickStore:
    """Implements `ports.service_clicks.ClickStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def last(self, gateway: str) -> ServiceClick | None:
        """Return the newest click of a gateway."""
        with self._database.read() as connection:
            row = connection.exec_driver_sql(
                "SELECT id, pub, kind, item, billed, message, at_ms FROM service_click WHERE gateway = ? "
                "ORDER BY id DESC LIMIT 1",
                (gateway,),
            ).first()
        return (
            None
            if row is None
            else ServiceClick(row[0], row[1], row[2], row[3], bool(row[4]), row[5], row[6])
        )

    def put(self, gateway: str, clicks: Sequence[ServiceClick]) -> None:
        """Keep clicks; those that are there already stay as they are."""
        if not clicks:
            return
        with self._database.write() as connection:
            connection.exec_driver_sql(
                "INSERT OR IGNORE INTO service_click (gateway, id, pub, kind, item, billed, message, at_ms) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [(gateway, c.id, c.pub, c.kind, c.item, int(c.billed), c.message, c.at_ms) for c in clicks],
            )

    def begin_anew(self, gateway: str) -> None:
        """Keep what is there under another name: the gateway's list has begun anew, with the same numbers."""
        with self._database.write() as connection:
            times = connection.exec_driver_sql(
                "SELECT count(DISTINCT gateway) FROM service_click WHERE gateway = ? OR gateway LIKE ? || '#%'",
                (gateway, gateway),
            ).scalar_one()
            connection.exec_driver_sql(
                "UPDATE service_click SET gateway = ? WHERE gateway = ?", (f"{gateway}#{times}", gateway)
            )

    def tallies(self) -> tuple[ServiceTally, ...]:
        """Count all clicks by account, kind, item and Beijing day."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(_TALLIES).fetchall()
        return tuple(
            ServiceTally(row[0], row[1], row[2], row[3], ServiceCounts(row[4], row[5])) for row in rows
        )

    def accounts(self) -> tuple[tuple[int, str], ...]:
        """Return the service accounts of this desk as (id, name)."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT id, title FROM sa_record WHERE kind = 'pub' ORDER BY id"
            )
            return tuple((row[0], row[1]) for row in rows)
