# SPDX-License-Identifier: Apache-2.0
"""What the three reports have in common: a filter above, figures and a chart of the days, then the lines; and their export.

A report asks again every few seconds while more is to come and somebody looks. A filter that is changed while it asks is asked for
once more afterwards, so what stands there in the end is what was chosen last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from koodesk.ui.desk import Desk
from koodesk.ui.exporting import REPORTS, ask_for_file, begin_export
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.widgets.basics import Card, Figure, button, label
from koodesk.ui.widgets.day_chart import DayChart
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import Choice, choice
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column

if TYPE_CHECKING:
    from koodesk.backend.service import Service

LIVE_MS: Final = 3000
LISTED: Final = 12


class ReportPage(Page):
    """One report. Subclasses say how it is filtered, asked for and shown; `page_id` is also what the export centre calls it."""

    icon = "chart-column"

    def __init__(self, desk: Desk) -> None:
        self._report: Any = None
        self._shown_by: Any = None
        self._wanted_task = 0
        self._asking = self._again = self._troubled = False
        super().__init__(desk)
        self._timer = QTimer(self)
        self._timer.setInterval(LIVE_MS)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.refresh)

    # --- laying out ------------------------------------------------------------------------------------------

    def add_export(self, action: str = "") -> None:
        """Put the export into the head."""
        self.export_button = self.add_action(
            button(tr("导出…"), self.export, icon="download", name="report-export"), action
        )
        self.export_button.setEnabled(False)  # until there are lines

    def add_filter(
        self, groups: Sequence[tuple[str, Any]], narrower: Iterable[tuple[str, Choice]], *, width: int = 200
    ) -> None:
        """Put the filter: by what lines are made, the days, then what each report can be narrowed by."""
        self._by: Choice = choice(groups, self.refresh)
        self._days: Choice = choice(
            [(tr("全部日期"), 0), (tr("最近 7 天"), 7), (tr("最近 30 天"), 30), (tr("最近 365 天"), 365)],
            self.refresh,
        )
        named = ((tr("分组"), self._by), (tr("日期"), self._days), *narrower)
        self._controls = tuple(control for _, control in named)
        bar = QHBoxLayout()
        bar.setSpacing(8)
        for name, control in named:
            control.setAccessibleName(name)
            control.setMaximumWidth(width)
            bar.addWidget(control)
        bar.addStretch(1)
        self._as_of = label("", "hint")
        bar.addWidget(self._as_of)
        self.body.addLayout(bar)

    def add_figures(self, names: Mapping[str, str]) -> None:
        """Put a figure for each name, side by side."""
        grid = QGridLayout()
        grid.setSpacing(16)
        self.figures = {name: Figure(said) for name, said in names.items()}
        for place, figure in enumerate(self.figures.values()):
            grid.addWidget(figure, 0, place)
            grid.setColumnStretch(place, 1)
        self.body.addLayout(grid)

    def chart_card(self, title: str) -> Card:
        """Return the chart of the days in its card, hidden until there is something to draw."""
        self._chart_card = Card(title)
        self.chart = DayChart()
        self._chart_card.body.addWidget(self.chart)
        self._chart_card.hide()
        return self._chart_card

    def add_lines(self, columns: Sequence[Column], empty: tuple[str, str, str]) -> None:
        """Put the table of the lines; `empty` is icon, heading and text of a report that has none."""
        self._empty = EmptyState(*empty)
        self.listing = Listing(columns, self._empty, self.opened, key=self.key)
        self.body.addWidget(self.listing)

    # --- what a report says for itself -----------------------------------------------------------------------

    def narrowed(self, first: date | None) -> Any:
        """Return the filter that is chosen, of the days from `first` on."""
        raise NotImplementedError

    def of_task(self, task: int) -> Any:
        """Return the filter that shows one task and nothing else."""
        raise NotImplementedError

    def ask(self, service: Service, by: Any, where: Any) -> Any:
        """Fetch the report."""
        raise NotImplementedError

    def last_day(self) -> date | None:
        """Return the day that "the last days" end with, None while nothing is known of it."""
        raise NotImplementedError

    def show_report(self, wanted: int) -> bool:
        """Show what `self._report` holds besides its lines; return whether more is to come by itself.

        `wanted` is the task it was asked for by, 0 for none.
        """
        raise NotImplementedError

    def options(self, where: Any) -> dict[str, Any]:
        """Return what the export needs besides grouping, first day, title and notes."""
        raise NotImplementedError

    def key(self, line: Any) -> object:
        """Return what a line is told from the others by."""
        return line.key

    def opened(self, line: Any) -> None:
        """Go where a line leads."""

    # --- what they all do ------------------------------------------------------------------------------------

    def open(self, **arguments: Any) -> None:
        """Show the report of one task where it was asked for, whatever was filtered by before."""
        self._wanted_task = int(arguments.get("campaign_id", 0))
        if self._wanted_task:
            for control in self._controls[1:]:
                with QSignalBlocker(control):
                    control.setCurrentIndex(0)

    def refresh(self) -> None:
        """Ask for the report; what is asked for meanwhile is asked once more afterwards."""
        if self._asking:
            self._again = True
            return
        self._asking = True
        by, where, wanted = self._by.value, self._filter(), self._wanted_task
        if wanted:
            where, self._wanted_task = self.of_task(wanted), 0

        def done(report: Any) -> None:
            self._asking = False
            self._shown_by, self._report = by, report
            if self._troubled:  # what is said of an export stays
                self._troubled = False
                self.banner.hide()
            more = self.show_report(wanted)
            self.export_button.setEnabled(bool(report.lines))
            self.listing.show_rows(report.lines)
            self.listing.fit_rows(LISTED)
            if more and self.isVisible():
                self._timer.start()
            if self._again:
                self._again = False
                self.refresh()

        def failed(problems: Any) -> None:
            self._asking = self._again = False
            self._troubled = True
            self._wanted_task = self._wanted_task or wanted  # still to be shown once it can be read
            self.show_problems(problems)

        self.run(lambda service: self.ask(service, by, where), done, failed)

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask no more while nobody looks; `refresh` is called when the page shows again."""
        self._timer.stop()
        super().hideEvent(event)

    @staticmethod
    def offer(
        control: Choice, everything: tuple[str, Any], found: Iterable[tuple[int, str]], chosen: int | None
    ) -> None:
        """Put what there is to narrow by, without telling; `everything` stands first."""
        control.put([everything, *((name or f"#{number}", number) for number, name in found)], chosen)

    def export(self) -> None:
        """Write the lines shown to a file."""
        where, title = self._filter(), self.title_label.text()
        options = {
            "by": self._by.value.value,
            "first": where.first_day.isoformat() if where.first_day else "",
            "title": title,
            "notes": [
                " · ".join(control.currentText() for control in self._controls),
                *([self._as_of.text()] if self._as_of.text() else []),
                self.about_label.text(),
            ],
            **self.options(where),
        }
        ask_for_file(
            self, tr("导出报表"), title, REPORTS, lambda path: begin_export(self, self.page_id, path, options)
        )

    def _filter(self) -> Any:
        last = self.last_day() if self._days.value and self._report is not None else None
        return self.narrowed(last - timedelta(days=self._days.value - 1) if last is not None else None)
