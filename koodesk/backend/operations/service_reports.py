# SPDX-License-Identifier: Apache-2.0
"""The report of service accounts: clicks fetched from the gateway when they are asked for, kept, counted, exported."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.service_account_words import Place, shortcut_names, words
from koodesk.backend.operations.table_export import write_document
from koodesk.backend.ports.exports import Cell, DayColumns, Options, Prepared, Table, TablePrinter
from koodesk.backend.ports.progress import Cancel, Progress, Report
from koodesk.backend.ports.service_clicks import PAGE, ClickGateway, ClickStore
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.reports import ServiceLine, ServiceReport
from koodesk.domain.export_job import FORMATS
from koodesk.domain.problem import Refused, problem
from koodesk.domain.service_report import (
    KINDS,
    ServiceBy,
    ServiceCounts,
    ServiceFilter,
    by_day,
    grouped,
)

_ROLES: Final = ("chart_1", "chart_3", "chart_4")
_MOST_PAGES: Final = 20
"""Pages of one look: what is left comes with the next."""


class ServiceReports:
    """Reports of the service accounts of one workspace. `printer` makes PDFs; `work` knows what stands on what was tapped."""

    def __init__(
        self,
        access: Access,
        store: ClickStore,
        gateway: ClickGateway,
        printer: TablePrinter | None = None,
        work: UnitOfWork | None = None,
    ) -> None:
        self.access: Final = access
        self._store = store
        self._gateway = gateway
        self._printer = printer
        self._work = work
        self._fetching = threading.Lock()

    @needs("kooMessage:aimSaReport:list")
    def clicks(self, by: ServiceBy = ServiceBy.ITEM, where: ServiceFilter | None = None) -> ServiceReport:
        """Return the report; what happened since the last look is fetched first. While the gateway is away the clicks that were
        fetched before are counted, and `complete` says so."""
        return self._report(by, where or ServiceFilter())

    @needs("kooMessage:aimSaReport:export")
    def prepare(self, options: Options) -> Prepared:
        """Prepare the export of a report: `by`, `first`, `last`, `account`, `kind`; `title`, `notes`, `headings` and `names`, the
        words of items and kinds."""
        by = ServiceBy(options["by"])
        first, last = options.get("first"), options.get("last")
        account = options.get("account")
        where = ServiceFilter(
            date.fromisoformat(first) if first else None,
            date.fromisoformat(last) if last else None,
            None if account is None else int(account),
            str(options.get("kind", "")),
        )

        def write(path: Path, progress: Report, cancel: Cancel) -> int:
            report = self._report(by, where)
            if cancel():
                raise Refused(problem("export.cancelled"))
            write_document(path, _table(report, options), self._printer)
            progress(Progress("store", len(report.lines), len(report.lines)))
            return len(report.lines)

        formats = FORMATS if self._printer is not None else FORMATS[:2]
        return Prepared(str(options.get("title", "")), formats, 0, write)

    def _report(self, by: ServiceBy, where: ServiceFilter) -> ServiceReport:
        try:
            self._fetch()
            complete = True
        except Refused:
            complete = False
        accounts = self._store.accounts()
        names = dict(accounts)
        texts: Mapping[Place, str] = {}
        if self._work is not None:
            names |= shortcut_names(self._work)
            texts = words(self._work)
        every = self._store.tallies()
        taken = [tally for tally in every if where.takes(tally)]
        lines = tuple(
            ServiceLine(
                account, names.get(account, ""), kind, item, counts, texts.get((account, kind, item), "")
            )
            for (account, kind, item), counts in grouped(taken, by)
        )
        return ServiceReport(
            lines=lines,
            total=sum((line.counts for line in lines), ServiceCounts()),
            days=by_day(taken),
            accounts=accounts,
            last_day=max((tally.day for tally in every), default=0),
            complete=complete,
        )

    def _fetch(self) -> None:
        """Bring what is new. The newest click is asked for once more: where another stands in its place, or none, the list is
        another one (an engine that was made anew) and is read from its start."""
        with self._fetching:
            last = self._store.last(self._gateway.name)
            after = 0
            if last is not None:
                found = self._gateway.clicks(last.id - 1, 1)
                if found and found[0] == last:
                    after = last.id
                else:
                    self._store.begin_anew(self._gateway.name)
            for _ in range(_MOST_PAGES):
                page = self._gateway.clicks(after, PAGE)
                self._store.put(self._gateway.name, page)
                if len(page) < PAGE:
                    return
                after = page[-1].id


def _table(report: ServiceReport, options: Options) -> Table:
    headings = {str(k): str(v) for k, v in (options.get("headings") or {}).items()}
    names = {str(k): str(v) for k, v in (options.get("names") or {}).items()}

    def cells(account: str, kind: str, item: str, counts: Any, words: str = "") -> tuple[Cell, ...]:
        return (
            account,
            names.get(kind, kind),
            " · ".join(filter(None, (words, names.get(item, item)))),
            counts.clicks,
            counts.billed,
            counts.free,
        )

    rows = [
        cells(
            line.name or (f"#{line.account}" if line.account else ""),
            line.kind,
            line.item,
            line.counts,
            line.words,
        )
        for line in report.lines
    ]
    rows.append(cells(headings.get("sum", "sum"), "", "", report.total))
    columns = ("account", "kind", "item", "clicks", "billed", "free")
    chart = DayColumns(
        tuple((names.get(kind, kind), role) for kind, role in zip(KINDS, _ROLES, strict=True)), report.days
    )
    return Table(
        str(options.get("title", "")),
        tuple(str(note) for note in options.get("notes", ())),
        tuple(headings.get(name, name) for name in columns),
        tuple(rows),
        chart if report.days else None,
    )
