# SPDX-License-Identifier: Apache-2.0
"""解析任务明细: the links of a task, each with how often it was resolved; copy, export, look at the page."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout

from koodesk.ui.desk import Desk
from koodesk.ui.exporting import TABLES, ask_for_file, begin_export
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.resolve.words import headings, state_kind, state_word
from koodesk.ui.times import minute, moment
from koodesk.ui.widgets.basics import button, label
from koodesk.ui.widgets.dialogs import confirm
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import choice
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column


class ResolveLinksPage(Page):
    """Choose a task, see its links."""

    page_id = "resolve_links"
    icon = "list-checks"
    watches: ClassVar[tuple[str, ...]] = ("links",)

    def __init__(self, desk: Desk) -> None:
        self._task_id = 0
        super().__init__(desk, scroll=False)

    def build(self) -> None:
        """Lay out the choice and the list."""
        self.set_title(tr("解析任务明细"), tr("每条短链什么时候被解析过；只有解析成功才计数"))
        self._open = self.add_action(
            button(tr("打开 H5 页面"), self._look, icon="external-link", name="open-link-page")
        )
        self._copy = self.add_action(button(tr("复制短链"), self._copy_link, icon="copy", name="copy-link"))
        self._export = self.add_action(
            button(tr("导出"), self._save, kind="primary", icon="download", name="export-links"),
            "kooMessage:devShortLink:export",
        )
        bar = QHBoxLayout()
        bar.setSpacing(8)
        self.task = choice([])
        self.task.setMinimumWidth(260)
        self.task.setAccessibleName(tr("解析任务"))
        self.task.activated.connect(lambda _: self._pick())
        bar.addWidget(self.task)
        self.about = label("", "second")
        bar.addWidget(self.about)
        bar.addStretch(1)
        self.body.addLayout(bar)
        columns = (
            Column(tr("短链"), lambda r: r.url or "—", 190),
            Column(tr("客户标识"), lambda r: r.cust_flag or "—", 110),
            Column(tr("参数"), lambda r: "，".join(f"{n}={v}" for n, v in r.params) or "—"),
            Column(tr("跳转到"), lambda r: r.custom_url or tr("H5 页面"), 110),
            Column(tr("状态"), state_word, 92, kind=state_kind),
            Column(tr("已解析次数"), lambda r: f"{r.resolved:,} / {r.times:,}", 104, right=True),
            Column(tr("首次解析"), lambda r: minute(r.first_ms), 138, tip=lambda r: moment(r.first_ms)),
            Column(tr("最近解析"), lambda r: minute(r.last_ms), 138, tip=lambda r: moment(r.last_ms)),
        )
        self.empty = EmptyState(
            "link",
            tr("还没有短链"),
            tr("在“解析任务”里生成解析标识，短链会出现在这里。"),
            tr("去解析任务"),
            lambda: self.desk.go("resolve_tasks"),
        )
        self.listing = Listing(columns, self.empty, key=lambda row: (row.task_id, row.place))
        self.listing.table.selectionModel().currentRowChanged.connect(lambda *_: self._chosen())
        self.body.addWidget(self.listing, 1)
        self._chosen()

    def open(self, **arguments: Any) -> None:
        """Choose the task that was asked for."""
        self._task_id = int(arguments.get("task_id", self._task_id))

    def refresh(self) -> None:
        """Ask what happened since, then show the tasks to choose from and the links of the chosen one."""

        def show(rows: Any) -> None:
            known = {row.id for row in rows}
            if self._task_id not in known:
                self._task_id = rows[0].id if rows else 0
            self.task.put([(row.name, row.id) for row in rows], self._task_id)
            chosen = next((row for row in rows if row.id == self._task_id), None)
            self.about.setText(
                tr(
                    "模板：{card}　有效期至 {at}",
                    card=chosen.card_name,
                    at=moment(chosen.expires_ms),
                )
                if chosen is not None
                else ""
            )
            self._load()

        self._listed(show)
        self.run(
            lambda service: service.resolve_tasks.sync(),
            lambda new: self._listed(show) if new else None,
            lambda _: None,
        )

    def _listed(self, show: Any) -> None:
        self.run(lambda service: service.resolve_tasks.list(), show)

    def _pick(self) -> None:
        self._task_id = int(self.task.value or 0)
        self.refresh()

    def _load(self) -> None:
        task_id = self._task_id
        if not task_id:
            self.listing.show_rows(())
            self._chosen()
            return

        def show(rows: Any) -> None:
            if task_id == self._task_id:
                self.listing.show_rows(rows)
                if rows and self.listing.table.current() is None:
                    self.listing.table.selectRow(0)
                self._chosen()

        self.run(lambda service: service.resolve_tasks.links(task_id), show)

    def _chosen(self) -> None:
        row = self.listing.table.current()
        ready = row is not None and bool(row.url)
        for made in (self._copy, self._open):
            made.setEnabled(ready)
            made.setToolTip("" if ready else tr("先选择一条短链"))
        self._export.setEnabled(bool(self.listing.model.rows))
        self._export.setToolTip("" if self.listing.model.rows else tr("还没有短链"))

    def _copy_link(self) -> None:
        row = self.listing.table.current()
        if row is not None and row.url:
            QGuiApplication.clipboard().setText(f"https://{row.url}")
            self.banner.tell(tr("已复制：{url}", url=f"https://{row.url}"), "success")

    def _look(self) -> None:
        """Open the page in this machine's browser: that is a resolve, and said before."""
        row = self.listing.table.current()
        if row is None or not row.url:
            return

        def go(pages: Any) -> None:
            QDesktopServices.openUrl(QUrl(f"{pages.urls[-1]}/{row.code}"))

        confirm(
            self,
            tr("在浏览器中打开这条短链？"),
            tr("短链会真的被打开，计为一次解析；只能解析一次的短链打开后，收件人就不能再打开。"),
            tr("打开"),
            lambda: self.run(lambda service: service.h5.ensure(), go),
            danger=False,
        )

    def _save(self) -> None:
        options = {"task": self._task_id, "headings": headings()}
        ask_for_file(
            self,
            tr("导出短链"),
            self.task.currentText(),
            TABLES,
            lambda path: begin_export(self, "links", path, options),
        )
