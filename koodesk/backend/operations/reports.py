# SPDX-License-Identifier: Apache-2.0
"""Reports (报表统计): what became of the sends, and their export.

Those of smart messages are sums of the counts that are kept as receipts arrive; `verify` counts the ledger again. Those of
video SMS are counted from the ledger itself: a task's counts are kept while nothing of it can have changed: no receipt was read since, no answer came, and nothing is
waited for whose time could run out. So a desk with many finished tasks counts each of them once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.table_export import Cell, write_table
from koodesk.backend.ports.progress import Cancel, Progress, Report, never, silent
from koodesk.backend.ports.reports import ReportStore, VideoTask
from koodesk.backend.views.reports import (
    CountGap,
    ReportLine,
    SmartLine,
    SmartReport,
    Verification,
    VideoReport,
)
from koodesk.domain import smart_report
from koodesk.domain.carrier import Carrier
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
from koodesk.domain.smart_report import RATES, SmartBy, SmartCounts, SmartFilter

COLUMNS: Final = ("name", "total", "success", "failed", "timeout", "waiting", "replied", "rate")
"""Columns of an export, by the names that its headings are given under."""


SMART_COLUMNS: Final = (
    "name",
    "submitted",
    "supported",
    "accepted",
    "success",
    "failed",
    "resolved",
    "exposed_times",
    "exposed",
    "clicked_times",
    "clicked",
    "replied",
    *(f"{step}_rate" for step in RATES),
)
"""Columns of an export of the report of smart messages; those with `_rate` are shares of the step before."""


class Reports:
    """Reports of one workspace. `now_ms` asks the gateway's clock; `live` is whether the gateway tells what happens as it
    happens, as the local engine does, rather than from 16:00 of the next day on."""

    def __init__(
        self,
        access: Access,
        store: ReportStore,
        now_ms: Callable[[], int],
        *,
        live: bool = True,
    ) -> None:
        self._live = live
        self.access: Final = access
        self._store = store
        self._now_ms = now_ms
        self._kept: dict[int, tuple[tuple[int, int], tuple[Tally, ...]]] = {}

    # --- smart messages ------------------------------------------------------------------------------------

    @needs("kooMessage:devTemplateReport:list")
    def smart(self, by: SmartBy = SmartBy.DAY, where: SmartFilter | None = None) -> SmartReport:
        """Return the report of smart messages; a moment, however many there are."""
        where = where or SmartFilter()
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
            complete_to=None if self._live else day_of(smart_report.last_ready_day(now)),
        )

    @needs("kooMessage:devTemplateReport:export")
    def export_smart(
        self,
        path: Path,
        by: SmartBy,
        where: SmartFilter | None = None,
        headings: Mapping[str, str] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> int:
        """Write the report's lines and their sum to a .csv or .xlsx file; return how many lines.

        `headings` names the columns, `names` the lines whose key is a word (a vendor), both in the user's language;
        "sum" of `headings` names the last line. Raises Refused: export.kind, export.not_writable.
        """
        report = self.smart(by, where)
        headings, names = headings or {}, names or {}
        rows = [
            _smart_cells(names.get(line.key, line.name) if by is SmartBy.VENDOR else line.name, line.counts)
            for line in report.lines
        ]
        rows.append(_smart_cells(headings.get("sum", "sum"), report.total))
        write_table(path, [headings.get(column, column) for column in SMART_COLUMNS], rows)
        return len(report.lines)

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

    def _clock(self) -> int:
        """Return the gateway's clock, 0 while it is away: what is counted can be read without it."""
        try:
            return self._now_ms()
        except Refused:
            return 0

    # --- video SMS -----------------------------------------------------------------------------------------

    @needs("kooMessage:basicReport:list")
    def video(
        self,
        by: ReportBy = ReportBy.TASK,
        where: ReportFilter | None = None,
        progress: Report = silent,
        cancel: Cancel = never,
    ) -> VideoReport:
        """Return the report of video SMS. A task that is counted anew takes about a second for a million rows.

        Raises Refused: report.cancelled, gateway.unreachable (its clock says what is a timeout).
        """
        where = where or ReportFilter()
        now = self._now_ms()
        tasks = self._store.video_tasks()
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
        return VideoReport(
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
    def export_video(
        self,
        path: Path,
        by: ReportBy,
        where: ReportFilter | None = None,
        headings: Mapping[str, str] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> int:
        """Write the report's lines and their sum to a .csv or .xlsx file; return how many lines.

        `headings` names the columns, `names` the lines whose key is a word (a carrier), both in the user's language;
        "sum" of `headings` names the last line. Raises Refused: export.kind, export.not_writable.
        """
        report = self.video(by, where)
        headings, names = headings or {}, names or {}
        last = ReportLine("sum", headings.get("sum", "sum"), report.total)
        rows: list[list[Cell]] = [
            [
                names.get(line.key, line.name),
                line.counts.total,
                line.counts.success,
                line.counts.failed,
                line.counts.timeout,
                line.counts.waiting,
                line.counts.replied,
                "" if line.counts.rate is None else f"{line.counts.rate:.2%}",
            ]
            for line in (*report.lines, last)
        ]
        write_table(path, [headings.get(column, column) for column in COLUMNS], rows)
        return len(report.lines)

    def _tallies(self, task: VideoTask, now_ms: int) -> tuple[Tally, ...]:
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


def _smart_cells(name: str, counts: SmartCounts) -> list[Cell]:
    cells: list[Cell] = [name]
    for column in SMART_COLUMNS[1:]:
        step, is_rate, _ = column.partition("_rate")
        if is_rate:
            share = smart_report.rate(counts, step)
            cells.append("" if share is None else f"{share:.2%}")
        else:
            cells.append(getattr(counts, column))
    return cells


def _carrier(word: str) -> Carrier:
    return Carrier(word) if word in set(Carrier) else Carrier.UNKNOWN
