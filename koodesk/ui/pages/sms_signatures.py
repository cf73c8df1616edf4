# SPDX-License-Identifier: Apache-2.0
"""SMS signatures (短消息签名管理): who a message is from. Usable once its state is 处理完毕."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from koodesk.domain.signature import SignatureDraft, SignatureSource, SmsType
from koodesk.ui.i18n import tr
from koodesk.ui.pages.sms_help import RulesSheet, signature_rules
from koodesk.ui.records_page import RecordsPage, due_column, state_column
from koodesk.ui.widgets.basics import button, label
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.file_picker import FilePicker
from koodesk.ui.widgets.forms import Form, choice, line_edit, text_edit
from koodesk.ui.widgets.tables import Column

if TYPE_CHECKING:
    from koodesk.backend.service import Service

WITH_TITLE = (
    SignatureSource.WEBSITE,
    SignatureSource.APP,
    SignatureSource.MINI_PROGRAM,
    SignatureSource.SHOP,
)


def source_names() -> dict[SignatureSource, str]:
    """Name the six sources as the console does."""
    return {
        SignatureSource.COMPANY: tr("企事业单位的全称或简称"),
        SignatureSource.WEBSITE: tr("工信部备案网站的全称或简称"),
        SignatureSource.APP: tr("APP应用的全称或简称"),
        SignatureSource.MINI_PROGRAM: tr("公众号或小程序的全称或简称"),
        SignatureSource.SHOP: tr("电商平台店铺名的全称或简称"),
        SignatureSource.TRADEMARK: tr("商标名的全称或简称"),
    }


def type_names() -> dict[SmsType, str]:
    """Name the two kinds of message."""
    return {SmsType.NOTIFY: tr("通知类"), SmsType.PROMOTION: tr("推广类")}


class SmsSignaturesPage(RecordsPage):
    """The list, and the sheet of table 2-6."""

    page_id = "sms_signatures"
    icon = "badge-check"
    watches: ClassVar[tuple[str, ...]] = ("sms", "reviews", "engine")
    told_of = "sms"

    def build(self) -> None:
        """Lay out the list."""
        self.set_title(tr("短消息签名"), tr("状态为“处理完毕”后才能使用；工作日 09:00–18:00 审核，约 2 小时"))
        self.add_action(
            button(tr("添加签名"), self.add, kind="primary", icon="plus", name="add-signature"),
            "kooMessage:smsSignature:create",
        )
        types = type_names()
        columns = (
            Column(tr("签名名称"), lambda r: f"【{r.name}】"),
            state_column("signature"),
            Column(tr("签名类型"), lambda r: types[r.type], 100),
            Column(tr("所属应用"), lambda r: r.app_name, 160),
            Column(tr("通道号"), lambda r: r.channel_num or "—", 140),
            due_column(),
        )
        empty = EmptyState(
            "badge-check",
            tr("还没有签名"),
            tr("签名显示在短信开头的【】里，说明是谁发的。"),
            tr("添加签名"),
            self.add,
        )
        self.guard(empty.button, "kooMessage:smsSignature:create")
        self.add_list(columns, empty)

    def fetch(self, service: Service) -> Any:
        """Return the signatures."""
        return service.sms.signatures()

    def called(self, row: Any) -> str:
        """Write a signature as messages have it."""
        return f"【{row.name}】"

    def add(self) -> None:
        """Fetch the applications, then open the sheet."""
        self.run(lambda service: service.sms.apps(), self._add)

    def _add(self, apps: Any) -> None:
        form = Form()
        name = line_edit(limit=40)
        kinds = choice([(text, kind) for kind, text in type_names().items()])
        kinds.setCurrentIndex(1)
        app = choice([(row.name, row.id) for row in apps])
        sources, group = QWidget(), QButtonGroup(self)
        column = QVBoxLayout(sources)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for source, text in source_names().items():
            option = QRadioButton(text)
            option.setChecked(source is SignatureSource.COMPANY)
            group.addButton(option, int(source))
            column.addWidget(option)
        title = line_edit(limit=200)
        third = choice([(tr("否"), False), (tr("是"), True)])
        licence = FilePicker(tr("上传营业执照"), "*.jpg *.jpeg *.png *.gif")
        attorney = FilePicker(tr("上传授权委托书"), "*.jpg *.jpeg *.png *.gif *.pdf")
        note = text_edit(rows=2)
        form.add(
            "name",
            tr("签名名称"),
            name,
            required=True,
            limit=16,
            hint=tr("2–16 个字符：中文、数字、字母、空格（首尾除外）。发送时自动带【】，不用自己加。"),
        )
        form.add(
            "type", tr("签名类型"), kinds, required=True, hint=tr("推广类短信只能发给已有订购关系的会员。")
        )
        form.add("app_id", tr("所属应用"), app, required=True)
        form.add("source", tr("签名来源"), sources, required=True)
        form.add("source_title", tr("来源说明"), title, required=True, limit=180)
        form.add(
            "third_party",
            tr("涉及第三方权益"),
            third,
            required=True,
            hint=tr("签名归属方与本账号的企业名称一致时选“否”，否则选“是”并上传授权委托书。"),
        )
        form.add(
            "licence",
            tr("营业执照"),
            licence,
            required=True,
            hint=tr("签名归属方的营业执照；jpg、png、gif，不超过 2 MB，文件名只能含中文、数字、字母。"),
        )
        form.add("attorney", tr("授权委托书"), attorney, required=True)
        form.add("note", tr("申请说明"), note, limit=80)
        placeholders = {
            SignatureSource.WEBSITE: "huawei.com",
            SignatureSource.APP: "https://",
            SignatureSource.MINI_PROGRAM: tr("公众号/小程序全称"),
            SignatureSource.SHOP: tr("店铺地址"),
        }

        def depend() -> None:
            source = SignatureSource(group.checkedId())
            form.show_row("source_title", source in WITH_TITLE)
            title.setPlaceholderText(placeholders.get(source, ""))
            form.show_row("attorney", bool(third.value))

        group.idToggled.connect(lambda *_: depend())
        third.currentIndexChanged.connect(lambda _: depend())
        depend()

        def done(_: Any) -> None:
            sheet.accept()
            self.told(tr("签名已提交审核。"))

        def save() -> None:
            source = SignatureSource(group.checkedId())
            draft = SignatureDraft(
                name=name.text(),
                type=kinds.value,
                app_id=app.value or 0,
                source=source,
                third_party=bool(third.value),
                source_title=title.text() if source in WITH_TITLE else "",
                note=note.toPlainText(),
            )
            paper = Path(licence.path) if licence.path else None
            power = Path(attorney.path) if attorney.path and draft.third_party else None
            self.run(
                lambda service: service.sms.add_signature(draft, licence=paper, attorney=power),
                done,
                self.refusals(sheet, form),
            )

        sheet = Sheet(self, tr("添加签名"), tr("确定"), save)
        for where, words, name_of, action, shown in (
            ("name", tr("查看更多签名规范"), "signature-rules", lambda: self.show_rules(sheet), True),
            ("app_id", tr("还没有应用？马上去添加"), "go-apps", lambda: self._go_apps(sheet), not apps),
        ):
            link = button(words, action, kind="link", name=name_of)
            link.setVisible(shown)
            layout = form.fields[where].layout()
            assert layout is not None  # every field lays its control out
            layout.addWidget(link)
        sheet.body.addWidget(form)
        sheet.body.addWidget(
            label(tr("预计 2 小时内完成审核；审核时间：工作日 09:00–18:00（法定节假日顺延）。"), "hint")
        )
        sheet.body.addStretch(1)
        name.setFocus()
        sheet.open()

    def show_rules(self, sheet: Sheet) -> None:
        """Show what is written about signatures."""

        def show(rules: Any) -> None:
            RulesSheet(sheet, tr("签名规范"), signature_rules(rules, source_names())).open()

        self.desk.bridge.call(sheet, lambda service, _: service.sms.rules, show)

    def _go_apps(self, sheet: Sheet) -> None:
        sheet.reject()
        self.desk.go("sms_apps", add=True)
