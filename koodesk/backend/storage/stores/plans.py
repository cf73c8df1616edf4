# SPDX-License-Identifier: Apache-2.0
"""Sends that wait for a person, in SQL (`ports.plans.WaitingStore`)."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Select, insert, select, update

from koodesk.backend.ports.plans import WaitingRecord
from koodesk.backend.storage.tables.plans import waiting_send
from koodesk.backend.storage.tables.sending import confirmation

_MOST: Final = 500


class SqlWaitingStore:
    """Implements `ports.plans.WaitingStore`."""

    def add(self, connection: Connection, record: WaitingRecord) -> None:
        """Keep a send that was prepared; the campaign it becomes is the confirmation's to know."""
        values = {column.name: getattr(record, column.name) for column in waiting_send.columns}
        connection.execute(insert(waiting_send).values(**values))

    def waiting(self, connection: Connection) -> tuple[WaitingRecord, ...]:
        """Return those that are neither confirmed nor turned down, newest first."""
        wanted = (
            _all().where(waiting_send.c.dismissed_ms == 0, confirmation.c.campaign_id.is_(None)).limit(_MOST)
        )
        return tuple(_record(row) for row in connection.execute(wanted).mappings())

    def named(self, connection: Connection, prefix: str) -> tuple[WaitingRecord, ...]:
        """Return those whose digest begins so, at most two."""
        wanted = _all().where(waiting_send.c.digest.startswith(prefix, autoescape=True)).limit(2)
        return tuple(_record(row) for row in connection.execute(wanted).mappings())

    def made_of(self, connection: Connection, source: str, plan: str) -> WaitingRecord | None:
        """Return the newest that was made of the same file by the same plan and was not turned down."""
        wanted = _all().where(
            waiting_send.c.source == source, waiting_send.c.plan == plan, waiting_send.c.dismissed_ms == 0
        )
        row = connection.execute(wanted.limit(1)).mappings().first()
        return None if row is None else _record(row)

    def dismiss(self, connection: Connection, digest: str, at_ms: int, by: str) -> None:
        """Turn one down."""
        connection.execute(
            update(waiting_send)
            .where(waiting_send.c.digest == digest)
            .values(dismissed_ms=at_ms, dismissed_by=by)
        )


def _all() -> Select[Any]:
    return (
        select(*waiting_send.columns, confirmation.c.campaign_id)
        .join_from(waiting_send, confirmation, confirmation.c.digest == waiting_send.c.digest)
        .order_by(waiting_send.c.created_ms.desc(), waiting_send.c.digest)
    )


def _record(row: RowMapping) -> WaitingRecord:
    return WaitingRecord(**{**row, "campaign_id": row["campaign_id"] or 0})
