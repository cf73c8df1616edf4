# SPDX-License-Identifier: Apache-2.0
"""控制台办理: what the real cloud has no API for. Each as a folder to take to the console, and what became of it there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QDateEdit

from koodesk.domain.dossier import HandState
from koodesk.ui.found import filings
from koodesk.ui.i18n import tr
from koodesk.ui.people import person
from koodesk.ui.records_page import RecordsPage
from koodesk.ui.times import moment
from koodesk.ui.widgets.basics import button, label
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.file_dialogs import ask_where_to_save
from koodesk.ui.widgets.forms import Form, choice, line_edit, text_edit
from koodesk.ui.widgets.tables import Column

if TYPE_CHECKING:
    from koodesk.backend.service import Service

_KINDS: Final = {"": "warning", "submitted": "accent", "approved": "success", "rejected": "danger"}
_CHANGED: Final = ("filings", "sms", "cards", "links", "video", "accounts", "reviews")
"""Kinds of records that a word may move."""


class DossiersPage(RecordsPage):
    """The list of what goes by hand, what waits first."""

    page_id = "dossiers"
    icon = "clipboard-check"
    watches: ClassVar[tuple[str, ...]] = ("reviews", "filings")
    told_of = "reviews"

    def build(self) -> None:
        """Lay out the list."""
        self.set_title(
            tr("控制台办理"), tr("云平台没有接口的备案和材料：带上材料包到控制台办理，再把结果记在这里")
        )
        self._write = self.add_action(
            button(tr("导出材料包…"), self.ask_path, icon="download", name="write-dossier"),
            "koodesk:dossier:export",
        )
        self._tell = self.add_action(
            button(tr("登记结果…"), self.ask_word, kind="primary", icon="check", name="tell-dossier"),
            "koodesk:dossier:update",
        )
        columns = (
            Column(tr("类型"), lambda r: self.desk.word(f"state.review_kind.{r.kind.value}"), 150),
            Column(tr("名称"), self._title),
            Column(tr("材料"), lambda r: f"{r.papers:,}", 80, right=True),
            Column(
                tr("状态"),
                lambda r: self.desk.word(f"state.dossier.{r.state or 'waiting'}"),
                130,
                kind=lambda r: _KINDS[r.state],
                tip=lambda r: r.reason or None,
            ),
            Column(tr("办理日期"), lambda r: r.on_day or "—", 120),
            Column(tr("记录人"), lambda r: person(r.by) if r.by else "—", 130),
            Column(tr("提交时间"), lambda r: moment(r.submitted_ms), 180),
        )
        self._empty = EmptyState("clipboard-check", tr("没有要到控制台办理的材料"), "")
        self.add_list(columns, self._empty, lambda _row: self.ask_word())

    def _title(self, row: Any) -> str:
        return _filing(row.ref) if row.kind.value == "filing" else str(row.title)

    def called(self, row: Any) -> str:
        """Name a dossier."""
        return self._title(row)

    def fetch(self, service: Service) -> Any:
        """Return the dossiers, and whether anything goes by hand here."""
        return service.dossiers.list(), service.dossiers.by_hand

    def refresh(self) -> None:
        """Fetch the list, and say why there is nothing."""

        def show(told: Any) -> None:
            rows, by_hand = told
            self._empty.tell(
                tr("没有要到控制台办理的材料"),
                tr("提交审核之后，需要到控制台办理的会列在这里。")
                if by_hand
                else tr("这个工作区使用本地引擎，由引擎审核，不需要到控制台办理。"),
            )
            self.listing.show_rows(rows)
            self.chosen()

        self.run(self.fetch, show)

    def chosen(self) -> None:
        """Offer what the chosen dossier allows."""
        row = self.row
        self._write.setEnabled(row is not None)
        self._write.setToolTip(tr("先选择一份材料") if row is None else "")
        self._tell.setEnabled(row is not None and row.open)
        self._tell.setToolTip(
            tr("先选择一份材料")
            if row is None
            else ""
            if row.open
            else tr("已经有结果；再次办理请重新提交审核")
        )

    # --- taking it along -------------------------------------------------------------------------------------

    def ask_path(self) -> None:
        """Ask where the dossier goes."""
        row = self.row
        if row is None:
            return
        name = f"{self.desk.word(f'state.review_kind.{row.kind.value}')}-{self.called(row)}".replace("/", "_")
        ask_where_to_save(
            self, tr("导出材料包"), f"{name}.zip", lambda path: self.write(row, path), "ZIP (*.zip)"
        )

    def write(self, row: Any, path: Path) -> None:
        """Write a dossier."""
        self.run(
            lambda service: service.dossiers.write(row.kind, row.ref, path, self.desk.word),
            lambda papers: self.banner.tell(
                tr("材料包已导出到 {path}：一页说明和 {count} 份材料。", path=path, count=papers), "success"
            ),
        )

    # --- what became of it -----------------------------------------------------------------------------------

    def ask_word(self) -> None:
        """Ask what became of the chosen dossier."""
        row = self.row
        if row is not None and row.open and not self.desk.why_not("koodesk:dossier:update"):
            WordSheet(self, row).open()


class WordSheet(Sheet):
    """State, day, reason, and the numbers the platform gave."""

    def __init__(self, page: DossiersPage, row: Any) -> None:
        super().__init__(
            page, tr("登记“{name}”的结果", name=page.called(row)), tr("登记结果"), self._take, width=560
        )
        self._page, self._row = page, row
        form = self.form = Form(label_width=112)
        word = page.desk.word
        self.state = choice([(word(f"state.dossier.{one.value}"), one) for one in HandState], self._follow)
        self.day = QDateEdit(QDate.currentDate())
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setCalendarPopup(True)
        self.day.setMaximumDate(QDate.currentDate().addDays(1))
        self.reason = text_edit(tr("抄写控制台上的原因"), rows=3)
        form.add("state", tr("结果"), self.state, required=True)
        form.add(
            "day",
            tr("办理日期"),
            self.day,
            required=True,
            hint=tr("在控制台办理或得到结果的那一天（北京时间）。"),
        )
        form.add("reason", tr("驳回原因"), self.reason, required=True, limit=500)
        self.given = {name: line_edit(limit=64) for name in row.gives}
        for name, edit in self.given.items():
            form.add(name, _number(name), edit, hint=tr("控制台给出的，发送时要用。"))
        self.body.addWidget(form)
        self.body.addWidget(
            label(tr("登记人和时间会一起保存；通过和驳回登记之后不能更改。"), "hint", wrap=True)
        )
        self.body.addStretch(1)
        self._follow()
        self.state.setFocus()

    def _follow(self) -> None:
        self.form.show_row("reason", self.state.value is HandState.REJECTED)
        for name in self.given:
            self.form.show_row(name, self.state.value is HandState.APPROVED)

    def _take(self) -> None:
        row, state, day = self._row, self.state.value, self.day.date().toString("yyyy-MM-dd")
        reason = self.reason.toPlainText() if state is HandState.REJECTED else ""
        given = (
            {name: edit.text() for name, edit in self.given.items()} if state is HandState.APPROVED else {}
        )

        def done(_row: Any) -> None:
            self.accept()
            self._page.banner.tell(tr("已登记。"), "success")
            for kind in _CHANGED:
                self._page.desk.changed.emit(kind)

        self._page.run(
            lambda service: service.dossiers.tell(row.kind, row.ref, state, day, reason, given),
            done,
            self._page.refusals(self, self.form),
        )


def _number(name: str) -> str:
    """Return what a number of the platform's is called."""
    return tr("模板 ID") if name == "tpl_id" else tr("通道号")


def _filing(kind: str) -> str:
    """Return what a filing is called."""
    return next((name for one, name in filings() if one.value == kind), kind)
