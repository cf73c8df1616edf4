# SPDX-License-Identifier: Apache-2.0
"""Channel numbers (通道号管理): the list, creating one (table 4-8), and binding it to an account (figure 4-3)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QCheckBox, QVBoxLayout

from koodesk.domain.filing import FilingKind
from koodesk.domain.service_account.regions import NATIONWIDE
from koodesk.domain.service_account.values import Port, PortType, RecordKind
from koodesk.ui.i18n import tr
from koodesk.ui.pages.service_account.fields import PapersField, SignaturesField
from koodesk.ui.pages.service_account.region_picker import RegionPicker
from koodesk.ui.pages.service_account.words import (
    approval_chip,
    checker,
    effect_words,
    life_chip,
    port_type_names,
    region_words,
)
from koodesk.ui.reasons import reason_lines
from koodesk.ui.records_page import RecordsPage
from koodesk.ui.widgets.basics import Card, button, label, line, row
from koodesk.ui.widgets.dialogs import Sheet, confirm
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import Form, choice, line_edit
from koodesk.ui.widgets.layouts import clear
from koodesk.ui.widgets.tables import Column

if TYPE_CHECKING:
    from koodesk.backend.service import Service


class AccountPortsPage(RecordsPage):
    """The list, and below it the bindings of the chosen number."""

    page_id = "account_ports"
    icon = "server"
    watches: ClassVar[tuple[str, ...]] = ("accounts", "reviews", "engine")
    told_of = "accounts"

    def build(self) -> None:
        """Lay out the list and the bindings."""
        self.set_title(
            tr("通道号管理"), tr("短消息签名与通道号签名一致时，手机上显示绑定的服务号的菜单和主页")
        )
        self._remove = self.add_action(
            button(tr("删除"), self.delete, icon="trash-2", name="port-delete"), "kooMessage:aimSaPort:delete"
        )
        self._edit = self.add_action(
            button(tr("编辑"), self.edit, icon="pencil", name="port-edit"), "kooMessage:aimSaPort:create"
        )
        self._bind = self.add_action(
            button(tr("绑定"), self.bind, icon="link", name="port-bind"), "kooMessage:aimSaPort:associate"
        )
        self.add_action(
            button(tr("创建通道号"), self.add, kind="primary", icon="plus", name="port-create"),
            "kooMessage:aimSaPort:create",
        )
        names = port_type_names()
        columns = (
            Column(tr("通道号"), lambda r: r.number, 180),
            Column(tr("通道号类型"), lambda r: names[r.record.content.type], 100),
            Column(tr("通道号签名"), lambda r: tr("、").join(f"【{one}】" for one in r.signatures)),
            Column(
                tr("审核状态"),
                lambda r: approval_chip(r.record)[0],
                130,
                kind=lambda r: approval_chip(r.record)[1],
                tip=lambda r: reason_lines(r.record.reasons) or None,
            ),
            Column(
                tr("生效状态"), lambda r: life_chip(r.record)[0], 110, kind=lambda r: life_chip(r.record)[1]
            ),
            Column(tr("生效时间"), lambda r: effect_words(r.record), 170),
            Column(tr("服务号"), self._accounts),
        )
        empty = EmptyState(
            "server",
            tr("还没有通道号"),
            tr("通道号是发送短信的号码。服务号审核通过后，在这里登记通道号并绑定服务号。"),
            tr("创建通道号"),
            self.add,
        )
        self.guard(empty.button, "kooMessage:aimSaPort:create")
        self.card = Card(tr("绑定的服务号"))
        self.bindings = QVBoxLayout()
        self.bindings.setSpacing(6)
        self.card.body.addLayout(self.bindings)
        self.add_list(columns, empty, lambda _: self.edit())
        self.body.addWidget(self.card)
        self.body.addStretch(0)

    def fetch(self, service: Service) -> Any:
        """Return the numbers with what they are bound to."""
        return service.account_ports.list()

    @staticmethod
    def _accounts(found: Any) -> str:
        names = [one.account_name for one in found.bindings] + list(found.authorised)
        return tr("、").join(dict.fromkeys(names)) or "—"

    def chosen(self) -> None:
        """Offer what the state of the chosen number allows, and show what it is bound to."""
        found = self.row
        self._bind.setEnabled(found is not None and found.record.in_effect)
        self._remove.setEnabled(found is not None and found.record.approval.value != "waiting")
        self._edit.setEnabled(found is not None and found.record.editable)
        self._bind.setToolTip("" if self._bind.isEnabled() else tr("通道号生效后才能绑定"))
        self.card.setVisible(found is not None)
        clear(self.bindings)
        if found is None:
            return
        for number, one in enumerate(found.bindings):
            if number:
                self.bindings.addWidget(line())
            signs = "".join(f"【{sign}】" for sign in one.signatures)
            words = f"{one.account_name}  ·  {tr('签名')} {signs}  ·  {region_words(one.regions)}"
            unbind = button(tr("解绑"), partial(self.unbind, one), kind="link", name=f"unbind-{one.id}")
            self.guard(unbind, "kooMessage:aimSaPort:associate")
            self.bindings.addLayout(row(label(words), 1, unbind))
        for name in found.authorised:
            self.bindings.addWidget(label(tr("{name}（签名授权）", name=name), "second"))
        if not found.bindings and not found.authorised:
            self.bindings.addWidget(
                label(tr("还没有绑定服务号：发送的信息不会显示菜单和主页。"), "hint", wrap=True)
            )

    # --- doing ---------------------------------------------------------------------------------------------

    def _done(self, text: str, sheet: Sheet | None = None) -> Any:
        def then(_: Any) -> None:
            if sheet is not None:
                sheet.accept()
            self.told(text)

        return then

    def add(self) -> None:
        """Open the form of table 4-8."""
        self._sheet(None)

    def edit(self) -> None:
        """Open the form of the chosen number; what is in effect stays until the change is approved."""
        found = self.row
        if found is not None and found.record.editable:
            self._sheet(found)

    def _sheet(self, found: Any) -> None:
        rules = checker().rules
        form = Form()
        names = port_type_names()

        def typed() -> None:
            ordinary = kind.value is PortType.ORDINARY
            check.setEnabled(ordinary)
            if not ordinary:
                check.setChecked(True)
            suffix = kind.value is PortType.SUFFIX
            form.fields["number"].show_hint(
                tr("正好 5 位数字。")
                if suffix
                else tr("最多 {most} 位数字。", most=rules.limit("port.number").value)
            )

        kind = choice([(names[one], one) for one in PortType], typed)
        kind.setObjectName("port-type")
        number = line_edit(limit=40)
        number.setObjectName("port-number")
        signatures = SignaturesField(rules.limit("port.signatures").value, "port-add-signature")
        check = QCheckBox(tr("发送时校验签名"))
        check.setChecked(True)
        papers = PapersField(self, RecordKind.PORT, "port-papers")
        form.add("type", tr("通道号类型"), kind, required=True)
        form.add("number", tr("通道号"), number, required=True, hint=" ")
        form.add(
            "signatures",
            tr("通道号签名"),
            signatures,
            required=True,
            hint=tr("最多 5 个，每个 2–18 个字符；与短消息签名一致。"),
        )
        form.add("sign_check", tr("校验签名"), check, hint=tr("前缀号段和后缀号段必须校验签名。"))
        form.add(
            "papers",
            tr("授权证明"),
            papers,
            required=True,
            hint=tr("jpg、bmp 或 png，最多 5 份，合计不超过 4 MB。"),
        )
        typed()

        def take() -> None:
            made = Port(kind.value, number.text().strip(), signatures.value, check.isChecked(), papers.value)
            self.run(
                lambda service: service.account_ports.create(made),
                self._done(tr("通道号已提交，审核通过后 24 小时内生效。"), sheet),
                self.refusals(sheet, form),
            )

        sheet = Sheet(self, tr("创建通道号") if found is None else tr("编辑通道号"), tr("提交"), take)
        sheet.body.addWidget(form)
        sheet.body.addStretch(1)
        sheet.open()
        number.setFocus()

    def bind(self) -> None:
        """Open the form of figure 4-3 for the chosen number."""
        found = self.row
        if found is None:
            return
        self.run(
            lambda service: (
                service.service_accounts.list(),
                service.filings.get(FilingKind.SERVICE_ACCOUNT).company,
            ),
            lambda known: self._bind_sheet(found, known[0], known[1].name if known[1] else ""),
        )

    def _bind_sheet(self, port: Any, accounts: Any, merchant: str) -> None:
        usable = [(one.name, one.id) for one in accounts if one.urgeable]
        names = port_type_names()
        form = Form()
        account = choice(usable)
        account.setObjectName("bind-account")
        regions = RegionPicker((NATIONWIDE,))
        for where, name, value in (
            ("merchant", tr("商家名称"), merchant or "—"),
            ("number", tr("通道号"), port.number),
            ("type", tr("通道号类型"), names[port.record.live.type]),
        ):
            shown = label(value)
            shown.setContentsMargins(0, 6, 0, 0)
            form.add(where, name, shown)
        boxes = [QCheckBox(f"【{name}】") for name in port.record.live.signatures]
        holder = Card(margins=0, panel="plain")
        for box in boxes:
            box.setChecked(True)
            holder.body.addWidget(box)
        if boxes:
            holder.setFocusProxy(boxes[0])
        form.add("signatures", tr("通道号签名"), holder, required=True)
        form.add("account", tr("服务号名称"), account, required=True)
        form.add("regions", tr("地区"), regions, required=True)

        def take() -> None:
            chosen = tuple(
                name for name, box in zip(port.record.live.signatures, boxes, strict=True) if box.isChecked()
            )
            number, choice_ = int(account.value or 0), regions.value
            if not chosen:
                form.fields["signatures"].show_problem(tr("请至少选择一个签名"))
                return
            if not choice_:
                form.fields["regions"].show_problem(tr("还没有选择地区"))
                return
            self.run(
                lambda service: service.account_ports.bind(port.id, number, chosen, choice_),
                self._done(tr("已绑定。"), sheet),
                self.refusals(sheet, form),
            )

        sheet = Sheet(self, tr("绑定"), tr("绑定"), take)
        if not usable:
            sheet.banner.tell(tr("还没有审核通过的服务号。"), "warning")
            sheet.accept_button.setEnabled(False)
        sheet.body.addWidget(form)
        sheet.body.addStretch(1)
        sheet.open()
        account.setFocus()

    def unbind(self, binding: Any) -> None:
        """Remove a binding after asking."""
        confirm(
            self,
            tr("解绑“{name}”？", name=binding.account_name),
            tr(
                "解绑后，这个签名在 {regions} 的信息不再显示菜单和主页。",
                regions=region_words(binding.regions),
            ),
            tr("解绑"),
            lambda: self.run(
                lambda service: service.account_ports.unbind(binding.id), self._done(tr("已解绑。"))
            ),
        )

    def delete(self) -> None:
        """Delete the chosen number after asking; one that is bound says to whom."""
        found = self.row
        if found is None:
            return
        confirm(
            self,
            tr("删除通道号 {number}？", number=found.number),
            tr("删除后，用这个通道号发送的信息不再显示服务号。不能撤销。"),
            tr("删除"),
            lambda: self.run(
                lambda service: service.account_ports.delete(found.id), self._done(tr("已删除。"))
            ),
        )
