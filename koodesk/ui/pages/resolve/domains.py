# SPDX-License-Identifier: Apache-2.0
"""域名管理: custom domains, each filed for standard or for custom short codes. Usable once 审核通过."""

from __future__ import annotations

from typing import Any, ClassVar

from koodesk.domain.resolve_task import DomainDraft
from koodesk.ui import states
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.resolve.words import generation_names
from koodesk.ui.reasons import reason_lines
from koodesk.ui.times import minute
from koodesk.ui.widgets.basics import button, label
from koodesk.ui.widgets.dialogs import Sheet, confirm
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import Form, choice, line_edit
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column


class DomainsPage(Page):
    """The list of custom domains."""

    page_id = "link_domains"
    icon = "server"
    watches: ClassVar[tuple[str, ...]] = ("links", "reviews", "engine")

    def build(self) -> None:
        """Lay out the list."""
        self.set_title(
            tr("域名管理"), tr("短链默认用平台的公共域名；用自己的域名要先登记，一个域名只用于一种短码")
        )
        self._remove = self.add_action(
            button(tr("删除"), self._delete, icon="trash-2", name="delete-domain"),
            "kooMessage:linkDomain:delete",
        )
        self.add_action(
            button(tr("新增域名"), self.add, kind="primary", icon="plus", name="add-domain"),
            "kooMessage:linkDomain:create",
        )
        kinds = generation_names()
        columns = (
            Column(tr("域名"), lambda r: r.name),
            Column(tr("短码类型"), lambda r: kinds[r.generation], 120),
            Column(
                tr("状态"),
                lambda r: states.word("filing", r.state.value),
                120,
                kind=lambda r: states.kind("filing", r.state.value),
                tip=lambda r: reason_lines(r.progress.reasons) or None,
            ),
            Column(tr("使用的任务"), lambda r: f"{r.used:,}", 100, right=True),
            Column(tr("备注"), lambda r: r.note or "—", 180),
            Column(tr("预计完成"), lambda r: minute(r.progress.due_ms), 150),
        )
        empty = EmptyState(
            "server",
            tr("还没有自定义域名"),
            tr("没有自己的域名也能生成短链：默认使用平台的公共域名。想让短链带上企业的名字，就登记一个。"),
            tr("新增域名"),
            self.add,
        )
        self.listing = Listing(columns, empty, self.show_reasons)
        self.listing.table.selectionModel().currentRowChanged.connect(lambda *_: self._chosen())
        self.body.addWidget(self.listing, 1)
        self._chosen()

    def open(self, **arguments: Any) -> None:
        """Open the sheet when asked for it, or select a record."""
        if arguments.get("record_id"):
            self.listing.want(int(arguments["record_id"]))
        if arguments.get("add"):
            self.add()

    def refresh(self) -> None:
        """Fetch the list."""

        def show(rows: Any) -> None:
            self.listing.show_rows(rows)
            self._chosen()

        self.run(lambda service: service.domains.list(), show)

    def show_reasons(self, row: Any) -> None:
        """Show why a domain was rejected."""
        text = reason_lines(row.progress.reasons)
        if text:
            self.banner.tell(f"{row.name}\n{text}", "danger")

    def add(self) -> None:
        """Open the sheet for a new domain."""
        form = Form()
        name = line_edit("go.example.cn", limit=200)
        kind = choice([(text, one) for one, text in generation_names().items()])
        note = line_edit(limit=120)
        form.add(
            "name",
            tr("域名"),
            name,
            required=True,
            limit=100,
            hint=tr("只写域名，不带 http:// 和路径；由字母和数字组成，中间用点隔开。"),
        )
        form.add(
            "generation",
            tr("短码类型"),
            kind,
            required=True,
            hint=tr("标准短码由平台生成；自定义短码自己填写。登记后不能改成另一种。"),
        )
        form.add("note", tr("备注"), note, limit=80, hint=tr("选填，例如用在什么活动。"))

        def done(row: Any) -> None:
            sheet.accept()
            self.banner.tell(tr("域名已提交审核。"), "success")
            self.desk.changed.emit("links")
            self.listing.want(row.id)

        def failed(problems: Any) -> None:
            left = form.show_problems(problems)
            if left:
                sheet.banner.tell(self.desk.say(left))

        def save() -> None:
            draft = DomainDraft(name.text(), kind.value, note.text().strip())
            self.run(lambda service: service.domains.add(draft), done, failed)

        sheet = Sheet(self, tr("新增域名"), tr("提交"), save)
        sheet.body.addWidget(form)
        sheet.body.addWidget(label(tr("工作日提交，预计 2 小时内完成审核。"), "hint"))
        sheet.body.addStretch(1)
        name.setFocus()
        sheet.open()

    def _chosen(self) -> None:
        row = self.listing.table.current()
        waiting = row is not None and row.state.value == "waiting"
        used = row is not None and row.used > 0
        self._remove.setEnabled(row is not None and not waiting and not used)
        self._remove.setToolTip(
            tr("先选择一个域名")
            if row is None
            else tr("审核中的域名不能删除")
            if waiting
            else tr("有任务在使用这个域名")
            if used
            else ""
        )

    def _delete(self) -> None:
        row = self.listing.table.current()
        if row is None:
            return

        def gone(_: Any) -> None:
            self.desk.changed.emit("links")
            self.refresh()

        confirm(
            self,
            tr("删除域名“{name}”？", name=row.name),
            tr("再用这个域名要重新登记和审核。"),
            tr("删除"),
            lambda: self.run(lambda service: service.domains.delete(row.id), gone),
        )
