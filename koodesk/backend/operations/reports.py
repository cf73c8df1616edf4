# SPDX-License-Identifier: Apache-2.0
"""Reports (报表统计): what became of the sends, and their export.

Those of smart messages are sums of the counts that are kept as receipts arrive; `verify` counts the ledger again. Those of
video and plain SMS are counted from the ledger itself: a task's counts are kept while nothing of it can have changed: no receipt was read since, no answer came, and nothing is
waited for whose time could run out. So a desk with many finished tasks counts each of them once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from koodesk.backend.operations.report_tables import carrier_table, carrier_where, smart_table, smart_where
from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.sent_content import card_text, sent_card
from koodesk.backend.operations.table_export import write_document
from koodesk.backend.ports.exports import Options, Prepared, Table, TablePrinter
from koodesk.backend.ports.progress import Cancel, Progress, Report, never, silent
from koodesk.backend.ports.reports import ReportStore, SentTask
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.reports import (
    CarrierReport,
    CountGap,
    HeatReport,
    ReportLine,
    SmartLine,
    SmartReport,
    Verification,
)
from koodesk.domain import smart_report
from koodesk.domain.campaign import CampaignKind
from koodesk.domain.carrier import Carrier
from koodesk.domain.export_job import FORMATS
from koodesk.domain.heat import Clicks
from koodesk.domain.problem import Refused, problem
from koodesk.domain.receipt import TIMEOUT_MS
from koodesk.domain.report import (
    ReportBy,
    ReportFilter,
    Tally,
    day_of,
    filled_days,
    grouped,
    summed,
)
from koodesk.domain.smart_report import SmartBy, SmartFilter
from koodesk.domain.template import Template


class Reports:
    """Reports of one workspace. `now_ms` asks the gateway's clock; `live` is whether the gateway tells what happens as it
    happens, as the local engine does, rather than from 16:00 of the next day on. `printer` makes PDFs; `work` has the
    versions of the cards that were sent."""

    def __init__(
        self,
        access: Access,
        store: ReportStore,
        now_ms: Callable[[], int],
        *,
        live: bool = True,
        printer: TablePrinter | None = None,
        work: UnitOfWork | None = None,
    ) -> None:
        self._work = work
        self._printer = printer
        self._live = live
        self.access: Final = access
        self._store = store
        self._now_ms = now_ms
        self._kept: dict[int, tuple[tuple[int, int], tuple[Tally, ...]]] = {}

    # --- smart messages ------------------------------------------------------------------------------------

    @needs("kooMessage:devTemplateReport:list")
    def smart(self, by: SmartBy = SmartBy.DAY, where: SmartFilter | None = None) -> SmartReport:
        """Return the report of smart messages; a moment, however many there are."""
        return self._smart(by, where or SmartFilter())

    def _smart(self, by: SmartBy, where: SmartFilter) -> SmartReport:
        tallies = self._store.smart_tallies()
        tasks, templates = self._store.smart_names()
        now = self._clock()
        taken = [tally for tally in tallies if where.takes(tally)]
        names: dict[SmartBy, dict[str, str]] = {
            SmartBy.TASK: {str(id_): name for id_, name in tasks},
            SmartBy.TEMPLATE: {str(id_): name for id_, name in templates},
        }
        known = names.get(by, {})
        return SmartReport(
            lines=tuple(
                SmartLine(key, known.get(key, key), counts) for key, counts in smart_report.grouped(taken, by)
            ),
            total=smart_report.summed(taken),
            days=tuple(
                SmartLine(day, day, counts)
                for day, counts in smart_report.filled_days(smart_report.grouped(taken, SmartBy.DAY))
            ),
            tasks=tasks,
            templates=templates,
            as_of_ms=now,
            last_day=max((tally.day for tally in tallies), default=0),
            complete_to=None if self._live else day_of(smart_report.last_ready_day(now)),
        )

    @needs("kooMessage:devTemplateReport:export")
    def prepare_smart(self, options: Options) -> Prepared:
        """Prepare the export of a report of smart messages; what `options` hold is `report_tables`' matter."""
        by, where = smart_where(options)

        def write(path: Path, progress: Report, cancel: Cancel) -> int:
            report = self._smart(by, where)
            return _write(
                path, smart_table(report, by, options), self._printer, len(report.lines), progress, cancel
            )

        return Prepared(str(options.get("title", "")), self._formats, 0, write)

    @needs("kooMessage:devTemplateReport:list")
    def heat(self, task: int = 0, template: int = 0) -> HeatReport:
        """Return where the card of one send was tapped, or of all sends of a template that sent its newest sent version.

        Raises Refused: report.heat.nothing where no smart message was sent.
        """
        sends = self._store.sent_cards(task, template)
        if not sends:
            raise Refused(problem("report.heat.nothing"))
        newest = sends[0]
        same = [one for one in sends if (one.card, one.digest) == (newest.card, newest.digest)]
        ids = {one.task for one in same}
        exposed: dict[str, int] = {}
        for tally in self._store.smart_tallies(tests=True):
            if tally.task in ids:
                exposed[tally.vendor] = exposed.get(tally.vendor, 0) + tally.counts.exposed
        found = self._sent_version(newest.card, newest.digest)
        return HeatReport(
            title=newest.name if task else (found.name if found is not None else f"#{newest.card}"),
            tasks=tuple(one.name for one in same),
            template=found,
            clicks=_added(clicks for one in same for clicks in self._store.clicks(one)),
            exposed=tuple(exposed.items()),
        )

    @needs("kooMessage:devTemplateReport:list")
    def verify(self, progress: Report = silent, cancel: Cancel = never) -> Verification:
        """Count the ledger again and say where the kept counts differ: some seconds a million messages.

        Raises Refused: report.cancelled.
        """
        found = self._store.recount(progress, cancel)
        gaps = (
            CountGap(gap.task, day_of(gap.day), gap.vendor, gap.name, gap.kept, gap.counted)
            for gap in found.gaps
        )
        return Verification(found.messages, found.counts, tuple(gaps))

    def _sent_version(self, card_id: int, digest: str) -> Template | None:
        if self._work is None:
            return None
        with self._work.read() as connection:
            template, same = sent_card(card_text(self._work, connection, card_id, digest), digest)
        return template if same else None

    def _clock(self) -> int:
        """Return the gateway's clock, 0 while it is away: what is counted can be read without it."""
        try:
            return self._now_ms()
        except Refused:
            return 0

    # --- video SMS, plain SMS ------------------------------------------------------------------------------

    @needs("kooMessage:basicReport:list")
    def video(
        self,
        by: ReportBy = ReportBy.TASK,
        where: ReportFilter | None = None,
        progress: Report = silent,
        cancel: Cancel = never,
    ) -> CarrierReport:
        """Return the report of video SMS. A task that is counted anew takes about a second for a million rows.

        Raises Refused: report.cancelled, gateway.unreachable (its clock says what is a timeout).
        """
        return self._carriers(CampaignKind.VIDEO, by, where or ReportFilter(), progress, cancel)

    @needs("kooMessage:devTemplateReport:list")
    def plain(
        self,
        by: ReportBy = ReportBy.TASK,
        where: ReportFilter | None = None,
        progress: Report = silent,
        cancel: Cancel = never,
    ) -> CarrierReport:
        """Return the report of plain SMS, counted as that of video SMS; `template` of a filter is an SMS template."""
        return self._carriers(CampaignKind.PLAIN, by, where or ReportFilter(), progress, cancel)

    def _carriers(
        self, kind: CampaignKind, by: ReportBy, where: ReportFilter, progress: Report, cancel: Cancel
    ) -> CarrierReport:
        now = self._now_ms()
        tasks = self._store.sent_tasks(kind)
        tallies: list[Tally] = []
        for done, task in enumerate(tasks):
            if cancel():
                raise Refused(problem("report.cancelled"))
            progress(Progress("count", done, len(tasks)))
            tallies.extend(self._tallies(task, now))
        taken = [tally for tally in tallies if where.takes(tally)]
        names: dict[ReportBy, dict[str, str]] = {
            ReportBy.TASK: {str(task.id): task.name for task in tasks},
            ReportBy.TEMPLATE: {str(task.template_id): task.template_name for task in tasks},
        }
        templates = {task.template_id: task.template_name for task in tasks}
        return CarrierReport(
            lines=tuple(
                ReportLine(key, names.get(by, {}).get(key, key), counts) for key, counts in grouped(taken, by)
            ),
            total=summed(taken),
            days=tuple(
                ReportLine(day, day, counts) for day, counts in filled_days(grouped(taken, ReportBy.DAY))
            ),
            tasks=tuple((task.id, task.name) for task in tasks),
            templates=tuple(templates.items()),
            as_of_ms=now,
        )

    @needs("kooMessage:basicReport:export")
    def prepare_video(self, options: Options) -> Prepared:
        """Prepare the export of a report of video SMS; what `options` hold is `report_tables`' matter."""
        return self._prepare_carriers(CampaignKind.VIDEO, options)

    @needs("kooMessage:devTemplateReport:export")
    def prepare_plain(self, options: Options) -> Prepared:
        """Prepare the export of a report of plain SMS; what `options` hold is `report_tables`' matter."""
        return self._prepare_carriers(CampaignKind.PLAIN, options)

    def _prepare_carriers(self, kind: CampaignKind, options: Options) -> Prepared:
        by, where = carrier_where(options)

        def write(path: Path, progress: Report, cancel: Cancel) -> int:
            report = self._carriers(kind, by, where, progress, cancel)
            return _write(
                path, carrier_table(report, by, options), self._printer, len(report.lines), progress, cancel
            )

        return Prepared(str(options.get("title", "")), self._formats, 0, write)

    @property
    def _formats(self) -> tuple[str, ...]:
        return FORMATS if self._printer is not None else FORMATS[:2]

    def _tallies(self, task: SentTask, now_ms: int) -> tuple[Tally, ...]:
        stamp = self._store.stamp(task)  # before counting: what comes meanwhile makes it stale, not wrong
        kept = self._kept.get(task.id)
        if kept is not None and kept[0] == stamp:
            return kept[1]
        tallies = tuple(
            Tally(task.id, task.template_id, row.day, _carrier(row.carrier), row.counts)
            for row in self._store.counts(task, now_ms - TIMEOUT_MS)
        )
        if any(tally.counts.waiting for tally in tallies):
            self._kept.pop(task.id, None)
        else:
            self._kept[task.id] = (stamp, tallies)
        return tallies


def _write(
    path: Path, table: Table, printer: TablePrinter | None, lines: int, progress: Report, cancel: Cancel
) -> int:
    if cancel():
        raise Refused(problem("export.cancelled"))
    write_document(path, table, printer)
    progress(Progress("store", lines, lines))
    return lines


def _added(clicks: Iterable[Clicks]) -> tuple[Clicks, ...]:
    """Add up the clicks of several sends. Who got the card twice is two people: each send shows it to its own."""
    sums: dict[tuple[str, str], Clicks] = {}
    for one in clicks:
        before = sums.get((one.vendor, one.code))
        if before is not None:
            one = replace(one, times=one.times + before.times, people=one.people + before.people)
        sums[one.vendor, one.code] = one
    return tuple(sums.values())


def _carrier(word: str) -> Carrier:
    return Carrier(word) if word in set(Carrier) else Carrier.UNKNOWN
