# SPDX-License-Identifier: Apache-2.0
"""SMS applications (短消息应用管理): the carriers of signatures and templates. They cannot be deleted once added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from koodesk.ui.i18n import tr
from koodesk.ui.records_page import RecordsPage, state_column
from koodesk.ui.times import minute
from koodesk.ui.widgets.basics import button
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import Form, line_edit
from koodesk.ui.widgets.tables import Column

if TYPE_CHECKING:
    from koodesk.backend.service import Service


class SmsAppsPage(RecordsPage):
    """The list, and the sheet that adds one."""

    page_id = "sms_apps"
    icon = "server"
    watches: ClassVar[tuple[str, ...]] = ("sms", "reviews", "engine")
    told_of = "sms"

    def build(self) -> None:
        """Lay out the list."""
        self.set_title(tr("短消息应用"), tr("应用是签名和模板的载体，添加后不能删除"))
        self.add_action(
            button(tr("添加应用"), self.add, kind="primary", icon="plus", name="add-app"),
            "kooMessage:smsApp:create",
        )
        columns = (
            Column(tr("应用名称"), lambda r: r.name),
            state_column("sms_app"),
            Column(tr("上行短信接收地址"), lambda r: r.uplink_url or tr("未填写")),
            Column(tr("添加时间"), lambda r: minute(r.created_ms), 160),
        )
        empty = EmptyState(
            "server",
            tr("还没有短消息应用"),
            tr("先添加一个应用，再在它下面创建签名和模板。"),
            tr("添加应用"),
            self.add,
        )
        self.guard(empty.button, "kooMessage:smsApp:create")
        self.add_list(columns, empty)

    def fetch(self, service: Service) -> Any:
        """Return the applications."""
        return service.sms.apps()

    def add(self) -> None:
        """Open the sheet that adds an application."""
        form = Form()
        name = line_edit("mall_2026", limit=60)
        url = line_edit("https://sms.example.com/uplink", limit=300)
        form.add(
            "name",
            tr("应用名称"),
            name,
            required=True,
            limit=30,
            hint=tr("英文字母、数字、下划线，不区分大小写；添加后不能删除。"),
        )
        form.add(
            "uplink_url",
            tr("上行短信接收地址"),
            url,
            hint=tr("要接收用户回复时填写：能接收 HTTP 请求的公网地址，推荐使用域名。"),
        )

        def done(_: Any) -> None:
            sheet.accept()
            self.told(tr("应用已添加。"))

        def save() -> None:
            text, address = name.text(), url.text()
            self.run(lambda service: service.sms.add_app(text, address), done, self.refusals(sheet, form))

        sheet = Sheet(self, tr("添加应用"), tr("确定"), save, width=560)
        sheet.body.addWidget(form)
        sheet.body.addStretch(1)
        name.setFocus()
        sheet.open()
