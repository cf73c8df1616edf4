# SPDX-License-Identifier: Apache-2.0
"""域名管理: custom domains, each filed for standard or for custom short codes. Usable once 审核通过."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from koodesk.domain.resolve_task import DomainDraft
from koodesk.ui.i18n import tr
from koodesk.ui.pages.resolve.words import generation_names
from koodesk.ui.records_page import RecordsPage, due_column, state_column
from koodesk.ui.widgets.basics import button, label
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import Form, choice, line_edit
from koodesk.ui.widgets.tables import Column

if TYPE_CHECKING:
    from koodesk.backend.service import Service


class DomainsPage(RecordsPage):
    """The list of custom domains."""

    page_id = "link_domains"
    icon = "server"
    watches: ClassVar[tuple[str, ...]] = ("links", "reviews", "engine")
    told_of = "links"

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
            state_column("filing"),
            Column(tr("使用的任务"), lambda r: f"{r.used:,}", 100, right=True),
            Column(tr("备注"), lambda r: r.note or "—", 180),
            due_column(),
        )
        empty = EmptyState(
            "server",
            tr("还没有自定义域名"),
            tr("没有自己的域名也能生成短链：默认使用平台的公共域名。想让短链带上企业的名字，就登记一个。"),
            tr("新增域名"),
            self.add,
        )
        self.guard(empty.button, "kooMessage:linkDomain:create")
        self.add_list(columns, empty)

    def fetch(self, service: Service) -> Any:
        """Return the domains."""
        return service.domains.list()

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
            self.told(tr("域名已提交审核。"))
            self.listing.want(row.id)

        def save() -> None:
            draft = DomainDraft(name.text(), kind.value, note.text().strip())
            self.run(lambda service: service.domains.add(draft), done, self.refusals(sheet, form))

        sheet = Sheet(self, tr("新增域名"), tr("提交"), save)
        sheet.body.addWidget(form)
        sheet.body.addWidget(label(tr("工作日提交，预计 2 小时内完成审核。"), "hint"))
        sheet.body.addStretch(1)
        name.setFocus()
        sheet.open()

    def chosen(self) -> None:
        """Offer deletion of what is neither under review nor used."""
        row = self.row
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
        row = self.row
        if row is not None:
            self.ask_to_delete(
                tr("删除域名“{name}”？", name=row.name),
                tr("再用这个域名要重新登记和审核。"),
                tr("删除"),
                lambda service: service.domains.delete(row.id),
            )
