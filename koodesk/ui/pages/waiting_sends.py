# SPDX-License-Identifier: Apache-2.0
"""待确认: the sends that a plan or a watched folder has prepared. A person looks at each and confirms it or turns it down.

Shown above the send tasks while anything waits. What it confirms is the very sheet of the send form.
"""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtWidgets import QHBoxLayout

from koodesk.domain.send_plan import Origin
from koodesk.ui import states
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.send.confirm_sheet import ConfirmSheet
from koodesk.ui.people import person
from koodesk.ui.send_kinds import task_action
from koodesk.ui.times import minute
from koodesk.ui.widgets.basics import Card, Chip, button, label
from koodesk.ui.widgets.dialogs import confirm
from koodesk.ui.widgets.tables import Column, RowsModel, Table

LISTED: Final = 4
"""The list is never higher than so many rows; the rest scrolls."""


def origin_words(row: Any) -> str:
    """Say where a send that waits came from."""
    return tr("监视文件夹") if row.origin == Origin.WATCH else tr("计划文件")


class WaitingCard(Card):
    """The list. `page` runs its calls; it hides itself while nothing waits."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._asking = False
        self._shown: tuple[Any, ...] = ()
        head = QHBoxLayout()
        head.addWidget(label(tr("待确认"), "heading"))
        self.chip = Chip()
        head.addWidget(self.chip)
        head.addStretch(1)
        self.turn_down = button(tr("放弃"), self._dismiss, name="dismiss-waiting")
        self.look = button(tr("查看并确认"), self._look, kind="primary", icon="check", name="confirm-waiting")
        head.addWidget(self.turn_down)
        head.addWidget(self.look)
        self.body.addLayout(head)
        self.body.addWidget(
            label(tr("按计划文件或监视文件夹准备好的任务。确认之前，什么都不会发送。"), "second", wrap=True)
        )
        columns = (
            Column(tr("任务名称"), lambda r: r.name),
            Column(tr("类型"), lambda r: states.word("campaign_kind", r.kind), 120),
            Column(tr("号码文件"), lambda r: r.file, 180, tip=lambda r: r.file),
            Column(tr("将发送"), lambda r: f"{r.to_send:,}", 90, right=True),
            Column(tr("来源"), origin_words, 100),
            Column(tr("准备人"), lambda r: person(r.by), 110),
            Column(tr("准备时间"), lambda r: minute(r.created_ms), 140),
        )
        self.model = RowsModel(columns)
        self.table = Table(self.model, lambda _: self._look())
        self.table.setAccessibleName(tr("待确认的任务"))
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._guard())
        self.body.addWidget(self.table)
        self.hide()

    def refresh(self) -> None:
        """Fetch what waits."""
        if self._asking:
            return
        self._asking = True

        def failed(_problems: Any) -> None:  # the page says what is wrong with the list below
            self._asking = False

        self._page.run(lambda service: service.plans.waiting(), self._show, failed)

    def _show(self, rows: tuple[Any, ...]) -> None:
        self._asking = False
        self.setVisible(bool(rows))
        if rows == self._shown:
            return
        self._shown = rows
        chosen = self._row()
        self.model.show(rows)
        self.chip.show_state(f"{len(rows):,}", "warning")
        again = next((n for n, row in enumerate(rows) if chosen and row.digest == chosen.digest), 0)
        if rows:
            self.table.selectRow(again)
        self.table.fit_rows(LISTED)
        self._guard()

    def _row(self) -> Any:
        return self.table.current()

    def _guard(self) -> None:
        """Show whether the chosen send may be confirmed by who is signed in; each kind has rights of its own."""
        row = self._row()
        if row is None:
            return
        self._page.guard(self.look, task_action(row.kind, "create"))
        self._page.guard(self.turn_down, "kooMessage:mobileFile:upload")

    def _look(self) -> None:
        row = self._row()
        if row is None or not self.look.isEnabled():
            return

        def sent(campaign: Any) -> None:
            self._page.desk.changed.emit("campaigns")
            self._page.desk.go("campaigns", campaign_id=campaign.id)

        self._page.run(
            lambda service: service.campaigns.shown(row.digest),
            lambda shown: ConfirmSheet(self._page, shown, sent).open(),
        )

    def _dismiss(self) -> None:
        row = self._row()
        if row is None:
            return
        confirm(
            self._page,
            tr("放弃“{name}”？", name=row.name),
            tr("这个任务不会发送。号码文件“{file}”可以再按计划准备一次。", file=row.file),
            tr("放弃这个任务"),
            lambda: self._page.run(
                lambda service: service.plans.dismiss(row.digest),
                lambda _: self._page.desk.changed.emit("campaigns"),
            ),
        )
