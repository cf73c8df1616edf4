# SPDX-License-Identifier: Apache-2.0
"""The audit log (审计日志): looking into it, checking its chain, taking it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.table_export import Cell, write_table
from koodesk.backend.ports.audit import AuditStore
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.domain.audit import AuditEntry, AuditFilter, AuditSlice, Broken, Verified, verify
from koodesk.domain.problem import Refused, problem

PAGE_MAX: Final = 1_000
COLUMNS: Final = (
    "id",
    "at",
    "who",
    "place",
    "action",
    "what",
    "subject",
    "outcome",
    "detail",
    "previous",
    "hash",
)
"""Columns of an export, by the names that its headings are given under; `at` is UTC."""


class Audit:
    """The audit log of one workspace. Entries are written by `rights.Access`, nowhere else."""

    def __init__(self, access: Access, work: UnitOfWork, store: AuditStore) -> None:
        self.access: Final = access
        self._work = work
        self._store = store

    @needs("iam:audit:list")
    def page(self, before: int = 0, limit: int = 200, where: AuditFilter | None = None) -> AuditSlice:
        """Return entries newest first, below a number; go on with `next` until it is 0. Raises Refused (audit.limit)."""
        if not 1 <= limit <= PAGE_MAX:
            raise Refused(problem("audit.limit", "limit", limit=PAGE_MAX, actual=limit))
        with self._work.read() as connection:
            return self._store.page(connection, before, limit, where or AuditFilter())

    @needs("iam:audit:list")
    def verify(self, noted: str = "") -> Verified:
        """Walk the whole chain. With a hash `noted` elsewhere, it must still be one of the chain's: whoever rewrote all
        hashes is found by it."""
        with self._work.read() as connection:
            seen = not noted

            def passing() -> Iterator[AuditEntry]:
                nonlocal seen
                for entry in self._store.every(connection):
                    seen = seen or entry.hash == noted
                    yield entry

            found = verify(passing(), self._store.last(connection))
        if found.broken is None and not seen:
            return Verified(found.entries, found.head, Broken(0, "noted"))
        return found

    @needs("iam:audit:export")
    def export(
        self, path: Path, where: AuditFilter | None = None, headings: Mapping[str, str] | None = None
    ) -> int:
        """Write entries, newest first, to a .csv or .xlsx file; return how many. The export is itself in the log.

        Raises Refused: export.kind, export.not_writable.
        """
        headings = headings or {}
        return write_table(path, [headings.get(c, c) for c in COLUMNS], self._cells(where or AuditFilter()))

    def _cells(self, where: AuditFilter) -> Iterator[list[Cell]]:
        before = 0
        with self._work.read() as connection:
            while True:
                found = self._store.page(connection, before, PAGE_MAX, where)
                for e in found.entries:
                    at = datetime.fromtimestamp(e.at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
                    yield [
                        e.id,
                        at,
                        e.who,
                        e.place,
                        e.action,
                        e.what,
                        e.subject,
                        e.outcome.value,
                        e.detail,
                        e.previous,
                        e.hash,
                    ]
                before = found.next
                if not before:
                    return
