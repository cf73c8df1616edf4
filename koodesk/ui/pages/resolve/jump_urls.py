# SPDX-License-Identifier: Apache-2.0
"""自定义跳转链接管理: URLs short links may lead to instead of the H5 page; what is filed is the host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from koodesk.ui.i18n import tr
from koodesk.ui.records_page import RecordsPage, due_column, state_column
from koodesk.ui.widgets.basics import button, label
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import Form, line_edit
from koodesk.ui.widgets.tables import Column

if TYPE_CHECKING:
    from koodesk.backend.service import Service


class JumpUrlsPage(RecordsPage):
    """The list of jump URLs."""

    page_id = "jump_urls"
    icon = "external-link"
    watches: ClassVar[tuple[str, ...]] = ("links", "reviews", "engine")
    told_of = "links"

    def build(self) -> None:
        """Lay out the list."""
        self.set_title(
            tr("自定义跳转链接管理"),
            tr("浏览器打开短链时跳到自己的网页；登记的是域名，通过后这个域名下的网页都可以用"),
        )
        self._remove = self.add_action(
            button(tr("删除"), self._delete, icon="trash-2", name="delete-jump-url"),
            "kooMessage:jumpUrl:delete",
        )
        self.add_action(
            button(tr("新增跳转链接"), self.add, kind="primary", icon="plus", name="add-jump-url"),
            "kooMessage:jumpUrl:create",
        )
        columns = (
            Column(tr("跳转链接"), lambda r: r.url),
            Column(tr("登记的域名"), lambda r: r.host, 200),
            state_column("filing"),
            Column(tr("备注"), lambda r: r.note or "—", 180),
            due_column(),
        )
        empty = EmptyState(
            "external-link",
            tr("还没有自定义跳转链接"),
            tr("不登记也没关系：没有跳转链接的短链会打开模板的 H5 页面。"),
            tr("新增跳转链接"),
            self.add,
        )
        self.guard(empty.button, "kooMessage:jumpUrl:create")
        self.add_list(columns, empty)

    def fetch(self, service: Service) -> Any:
        """Return the jump URLs."""
        return service.jump_urls.list()

    def called(self, row: Any) -> str:
        """Name a jump URL."""
        return str(row.url)

    def add(self) -> None:
        """Open the sheet for a new URL."""
        form = Form()
        url = line_edit("https://", limit=3_000)
        note = line_edit(limit=120)
        form.add(
            "url",
            tr("跳转链接"),
            url,
            required=True,
            hint=tr("http 或 https 的公网地址。解析任务里最多 256 个字符，发送任务里最多 2048 个。"),
        )
        form.add("note", tr("备注"), note, limit=80, hint=tr("选填，例如这个网页是什么。"))

        def done(row: Any) -> None:
            sheet.accept()
            self.told(tr("跳转链接已提交审核。"))
            self.listing.want(row.id)

        def save() -> None:
            given, about = url.text(), note.text().strip()
            self.run(lambda service: service.jump_urls.add(given, about), done, self.refusals(sheet, form))

        sheet = Sheet(self, tr("新增跳转链接"), tr("提交"), save)
        sheet.body.addWidget(form)
        sheet.body.addWidget(label(tr("工作日提交，预计 2 小时内完成审核。"), "hint"))
        sheet.body.addStretch(1)
        url.setFocus()
        sheet.open()

    def chosen(self) -> None:
        """Offer deletion of what is not under review."""
        row = self.row
        waiting = row is not None and row.state.value == "waiting"
        self._remove.setEnabled(row is not None and not waiting)
        self._remove.setToolTip(
            tr("先选择一个跳转链接") if row is None else tr("审核中的跳转链接不能删除") if waiting else ""
        )

    def _delete(self) -> None:
        row = self.row
        if row is not None:
            self.ask_to_delete(
                tr("删除这个跳转链接？"),
                tr("已经生成的短链仍会跳到它；再用这个域名要重新登记。"),
                tr("删除"),
                lambda service: service.jump_urls.delete(row.id),
            )
