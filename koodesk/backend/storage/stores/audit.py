# SPDX-License-Identifier: Apache-2.0
"""The audit log in SQL: entries go into the transaction that does the work, or into one of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, or_, select, text

from koodesk.backend.ports.audit import UNDER_WAY, Call
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.tables.identity import audit
from koodesk.domain.access import Kind
from koodesk.domain.audit import FIRST_HASH, AuditEntry, AuditFilter, AuditSlice, Outcome, entry_hash


class SqlTrail:
    """Writes entries. Every write transaction of its database asks it (`Database.before_commit`)."""

    def __init__(self, database: Database, now_ms: Callable[[], int]) -> None:
        self._database = database
        self._now_ms = now_ms

    def attach(self, connection: Connection) -> None:
        """Put the entry of the call under way into its first transaction that ends well."""
        call = UNDER_WAY.get()
        if call is None or call.recorded or not call.begun or call.kind is not Kind.WRITE:
            return
        self._append(connection, call, Outcome.DONE, "")
        call.recorded = True

    def write(self, call: Call, outcome: Outcome, detail: str = "") -> None:
        """Write an entry of its own. Raises Refused (storage.*): what cannot be written down is not done."""
        held = UNDER_WAY.set(None)
        try:
            with self._database.write() as connection:
                self._append(connection, call, outcome, detail)
        finally:
            UNDER_WAY.reset(held)

    def _append(self, connection: Connection, call: Call, outcome: Outcome, detail: str) -> None:
        # Inside a write: nobody else can append between the look at the end and the new entry.
        previous = connection.execute(select(audit.c.hash).order_by(audit.c.id.desc()).limit(1)).scalar()
        previous = FIRST_HASH if previous is None else str(previous)
        who = call.principal
        entry = AuditEntry(
            # By the number kept apart: where the end was cut off the gap stays.
            id=_last(connection) + 1,
            at_ms=self._now_ms(),
            user_id=who.user_id if who else 0,
            who=who.name if who else "",
            place=call.place,
            action=call.action,
            what=call.what,
            subject=call.subject,
            outcome=outcome,
            detail=detail,
            previous=previous,
            hash="",
        )
        entry = replace(entry, hash=entry_hash(previous, entry))
        connection.execute(
            insert(audit),
            {name: getattr(entry, name) for name in AuditEntry.__slots__} | {"outcome": str(outcome)},
        )


class SqlAuditStore:
    """Reads the log; holds no state."""

    def page(self, connection: Connection, before: int, limit: int, where: AuditFilter) -> AuditSlice:
        """Return entries below a number (0: from the newest on), newest first."""
        asked = [audit.c.id < before] if before else []
        wanted = select(audit).where(and_(True, *asked, *_asked(where)))
        found = [
            _entry(row) for row in connection.execute(wanted.order_by(audit.c.id.desc()).limit(limit + 1))
        ]
        more = len(found) > limit
        return AuditSlice(tuple(found[:limit]), found[limit - 1].id if more else 0)

    def count(self, connection: Connection, where: AuditFilter) -> int:
        """Return how many entries a filter takes."""
        wanted = select(func.count()).select_from(audit).where(and_(True, *_asked(where)))
        return int(connection.execute(wanted).scalar_one())

    def every(self, connection: Connection) -> Iterator[AuditEntry]:
        """Yield all entries, oldest first."""
        wanted = select(audit).order_by(audit.c.id)
        # An option of this statement, not of the connection: the transaction's end is no rows.
        for row in connection.execute(wanted, execution_options={"yield_per": 1_000}):
            yield _entry(row)

    def last(self, connection: Connection) -> int:
        """Return the number of the last entry ever written, also of one that is no longer there."""
        return _last(connection)


def _asked(where: AuditFilter) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if where.who:
        asked.append(audit.c.who == where.who)
    if where.outcome is not None:
        asked.append(audit.c.outcome == str(where.outcome))
    if where.since_ms:
        asked.append(audit.c.at_ms >= where.since_ms)
    if where.until_ms:
        asked.append(audit.c.at_ms < where.until_ms)
    if where.words:
        searched = (audit.c.who, audit.c.action, audit.c.what, audit.c.subject, audit.c.detail)
        asked.append(or_(*(column.contains(where.words, autoescape=True) for column in searched)))
    return asked


def _last(connection: Connection) -> int:
    # Kept apart from the rows: by SQLite itself, in PostgreSQL by a trigger (`postgres.functions`).
    kept = (
        "SELECT last FROM koodesk_audit_end"
        if connection.dialect.name == "postgresql"
        else "SELECT seq FROM sqlite_sequence WHERE name = 'audit'"
    )
    return int(connection.execute(text(kept)).scalar() or 0)


def _entry(row: Row[Any]) -> AuditEntry:
    values = row._asdict()
    return AuditEntry(**{**values, "outcome": Outcome(values["outcome"])})
