# SPDX-License-Identifier: Apache-2.0
"""The audit log (审计日志): looking into it, checking its chain, taking it out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.table_export import Cell, write_table
from koodesk.backend.ports.audit import AuditStore
from koodesk.backend.ports.exports import Options, Prepared
from koodesk.backend.ports.progress import Cancel, Report
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.domain.audit import AuditEntry, AuditFilter, AuditSlice, Broken, Outcome, Verified, verify
from koodesk.domain.audit_file import COLUMNS, cells_of
from koodesk.domain.export_job import FORMATS
from koodesk.domain.problem import Refused, problem

PAGE_MAX: Final = 1_000


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
    def prepare(self, options: Options) -> Prepared:
        """Prepare the export of entries, newest first: `who`, `outcome`, `words`, `since_ms`, `until_ms` filter them; `title`;
        `headings` name the columns. Whatever is in the file can be verified without this workspace (`domain.audit_file`)."""
        outcome = options.get("outcome")
        where = AuditFilter(
            str(options.get("who", "")),
            Outcome(outcome) if outcome else None,
            int(options.get("since_ms", 0)),
            int(options.get("until_ms", 0)),
            str(options.get("words", "")),
        )
        headings = {str(name): str(word) for name, word in (options.get("headings") or {}).items()}
        titles = [headings.get(column, column) for column in COLUMNS]
        with self._work.read() as connection:
            total = self._store.count(connection, where)

        def write(path: Path, progress: Report, cancel: Cancel) -> int:
            return write_table(path, titles, self._cells(where), progress, cancel, total)

        return Prepared(str(options.get("title", "")), FORMATS[:2], total, write)

    def _cells(self, where: AuditFilter) -> Iterator[Sequence[Cell]]:
        before = 0
        while True:
            with self._work.read() as connection:
                found = self._store.page(connection, before, PAGE_MAX, where)
            yield from (cells_of(entry) for entry in found.entries)
            before = found.next
            if not before:
                return
