# SPDX-License-Identifier: Apache-2.0
"""SMS shortcuts (短消息快捷键): the list, and the form of table 4-9 with a preview before it is confirmed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from koodesk.domain.problem import Severity
from koodesk.domain.service_account.regions import NATIONWIDE
from koodesk.domain.service_account.values import ActionType, RecordKind, Shortcut, ShortcutButton
from koodesk.preview.service_account_placement import AccountLook
from koodesk.ui.i18n import tr, tr_one
from koodesk.ui.page import Page
from koodesk.ui.pages.service_account.action_form import ActionFields
from koodesk.ui.pages.service_account.fields import PapersField
from koodesk.ui.pages.service_account.phone_preview import PhonePreview
from koodesk.ui.pages.service_account.region_picker import RegionPicker
from koodesk.ui.pages.service_account.words import approval_chip, effect_words, life_chip, region_words
from koodesk.ui.reasons import reason_lines
from koodesk.ui.records_page import RecordsPage
from koodesk.ui.widgets.basics import Card, button, label, row
from koodesk.ui.widgets.dialogs import Sheet, confirm
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import Form, line_edit
from koodesk.ui.widgets.layouts import clear
from koodesk.ui.widgets.tables import Column

if TYPE_CHECKING:
    from koodesk.backend.service import Service

_TYPES = tuple(one for one in ActionType if one is not ActionType.OPEN_SUBMENU)


class ButtonCard(Card):
    """One button of a shortcut (快捷键)."""

    def __init__(self, number: int, button_: ShortcutButton, drop: Any) -> None:
        super().__init__(margins=14, panel="sunken")
        self.form = Form(label_width=104)
        self.name = line_edit(limit=60)
        self.name.setObjectName(f"shortcut-{number}-name")
        self.link_info = line_edit(limit=200)
        self.link_info.setObjectName(f"shortcut-{number}-link-info")
        self.form.add("name", tr("短消息快捷键名称"), self.name, required=True)
        self.action = ActionFields(self.form, _TYPES, lambda: None, f"shortcut-{number}-action")
        self.form.add(
            "link_info", tr("跳转链接信息"), self.link_info, hint=tr("对链接的说明，选填，例如“华为云”。")
        )
        remove = button(tr("移除"), drop, kind="link")
        self.body.addLayout(row(label(tr("快捷键 {number}", number=number), "second"), 1, remove))
        self.body.addWidget(self.form)
        self.name.setText(button_.name)
        self.link_info.setText(button_.link_info)
        self.action.show_value(button_.action)

    @property
    def value(self) -> ShortcutButton:
        """The button as it stands."""
        return ShortcutButton(self.name.text().strip(), self.action.value, self.link_info.text().strip())


class ShortcutForm(QWidget):
    """The fields of table 4-9."""

    def __init__(self, page: Page, shortcut: Shortcut) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.form = Form()
        self.signature = line_edit(tr("短消息签名，不用加【】"), limit=40)
        self.signature.setObjectName("shortcut-signature")
        self.signature.setText(shortcut.signature)
        self.papers = PapersField(page, RecordKind.SHORTCUT, "shortcut-papers")
        self.papers.show_value(shortcut.papers)
        self.regions = RegionPicker(shortcut.regions or (NATIONWIDE,), height=190)
        self.form.add(
            "signature",
            tr_one("短信签名"),
            self.signature,
            required=True,
            hint=tr("2–18 个字符；信息的短消息签名与它一致时显示快捷键。"),
        )
        self.form.add(
            "papers",
            tr("授权证明"),
            self.papers,
            required=True,
            hint=tr("png、jpg 或 bmp，最多 6 份，合计不超过 4 MB。"),
        )
        self.form.add("regions", tr("地区"), self.regions, required=True)
        column.addWidget(self.form)
        self.add_button = button(tr("添加快捷键"), self._add, icon="plus", name="shortcut-add-button")
        column.addLayout(row(label(tr("短消息快捷键配置（默认配置）"), "heading"), 1, self.add_button))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        column.addLayout(self._rows)
        self.cards: list[ButtonCard] = []
        self._fill(shortcut.buttons or (ShortcutButton(),))

    @property
    def value(self) -> Shortcut:
        """The shortcut as it stands."""
        return Shortcut(
            self.signature.text().strip(),
            self.regions.value,
            tuple(card.value for card in self.cards),
            self.papers.value,
        )

    def show_problems(self, problems: Any) -> Any:
        """Put problems beside their fields, also in the cards of the buttons; return the others."""
        left = list(self.form.show_problems(tuple(p for p in problems if ":" not in p.where)))
        for number, card in enumerate(self.cards, 1):
            own = f"button:{number}/"
            left += card.form.show_problems(
                tuple(
                    replace(p, where=p.where.removeprefix(own)) for p in problems if p.where.startswith(own)
                )
            )
        return tuple(left)

    def _fill(self, buttons: tuple[ShortcutButton, ...]) -> None:
        clear(self._rows)
        self.cards = []
        for number, one in enumerate(buttons, 1):
            card = ButtonCard(number, one, partial(self._drop, number - 1))
            self.cards.append(card)
            self._rows.addWidget(card)

    def _add(self) -> None:
        self._fill((*(card.value for card in self.cards), ShortcutButton()))
        self.cards[-1].name.setFocus()

    def _drop(self, at: int) -> None:
        self._fill(tuple(card.value for n, card in enumerate(self.cards) if n != at))


class AccountShortcutsPage(RecordsPage):
    """The list of shortcuts."""

    page_id = "account_shortcuts"
    icon = "mouse-pointer-click"
    watches: ClassVar[tuple[str, ...]] = ("accounts", "reviews", "engine", "filings")
    told_of = "accounts"

    def build(self) -> None:
        """Lay out the list."""
        self.set_title(
            tr("短消息快捷键"),
            tr("短消息签名与短信签名一致时，快捷键显示在信息下方；审核通过后 24 小时内生效"),
        )
        self._remove = self.add_action(
            button(tr("删除"), self.delete, icon="trash-2", name="shortcut-delete"),
            "kooMessage:aimSaShortcut:delete",
        )
        self._stop = self.add_action(
            button(tr("停用"), self.stop, icon="ban", name="shortcut-stop"), "kooMessage:aimSaShortcut:delete"
        )
        self._edit = self.add_action(
            button(tr("编辑"), self.edit, icon="pencil", name="shortcut-edit"),
            "kooMessage:aimSaShortcut:create",
        )
        self.add_action(
            button(tr("创建短消息快捷键"), self.add, kind="primary", icon="plus", name="shortcut-create"),
            "kooMessage:aimSaShortcut:create",
        )
        columns = (
            Column(tr_one("短信签名"), lambda r: f"【{r.content.signature}】", 160),
            Column(tr("快捷键"), lambda r: tr("、").join(one.name for one in r.content.buttons)),
            Column(tr("地区"), lambda r: region_words(r.content.regions)),
            Column(
                tr("审核状态"),
                lambda r: approval_chip(r)[0],
                130,
                kind=lambda r: approval_chip(r)[1],
                tip=lambda r: reason_lines(r.reasons) or None,
            ),
            Column(tr("生效状态"), lambda r: life_chip(r)[0], 110, kind=lambda r: life_chip(r)[1]),
            Column(tr("生效时间"), effect_words, 170),
        )
        empty = EmptyState(
            "mouse-pointer-click",
            tr("还没有短消息快捷键"),
            tr("快捷键是信息下方的按钮，用户一点就能打开网页、拨打电话或打开应用。"),
            tr("创建短消息快捷键"),
            self.add,
        )
        self.guard(empty.button, "kooMessage:aimSaShortcut:create")
        self.add_list(columns, empty, lambda _: self.edit())

    def fetch(self, service: Service) -> Any:
        """Return the shortcuts."""
        return service.account_shortcuts.list()

    def chosen(self) -> None:
        """Offer what the state of the chosen shortcut allows."""
        found = self.row
        self._edit.setEnabled(found is not None and found.editable)
        self._stop.setEnabled(found is not None and found.in_effect)
        settled = found is not None and found.approval.value != "waiting" and not found.in_effect
        self._remove.setEnabled(settled)
        self._remove.setToolTip("" if settled else tr("审核中或生效中的快捷键不能删除"))

    # --- doing ---------------------------------------------------------------------------------------------

    def add(self) -> None:
        """Open the form for a new shortcut."""
        self._sheet(None)

    def edit(self) -> None:
        """Open the form of the chosen shortcut."""
        found = self.row
        if found is not None and found.editable:
            self._sheet(found)

    def _sheet(self, found: Any) -> None:
        form = ShortcutForm(self, found.content if found is not None else Shortcut())

        def take() -> None:
            shortcut = form.value

            def judged(problems: Any) -> None:
                stops = tuple(p for p in problems if p.severity is Severity.ERROR)
                left = form.show_problems(problems)
                if stops:
                    if left:
                        sheet.banner.tell(self.desk.say(left))
                    return
                self._confirm(shortcut, found, sheet, problems)

            self.run(lambda service: service.account_shortcuts.check(shortcut), judged)

        sheet = Sheet(
            self,
            tr("创建短消息快捷键") if found is None else tr("编辑短消息快捷键"),
            tr("提交"),
            take,
            width=760,
        )
        sheet.body.addWidget(form)
        sheet.body.addStretch(1)
        sheet.open()
        form.signature.setFocus()

    def _confirm(self, shortcut: Shortcut, found: Any, form: Sheet, notes: Any) -> None:
        """Show how it looks on a phone, and hand it in when she agrees."""

        def take() -> None:
            def work(service: Any) -> Any:
                if found is None:
                    return service.account_shortcuts.create(shortcut)
                return service.account_shortcuts.change(found.id, shortcut, found.revision)

            def done(_: Any) -> None:
                preview.accept()
                form.close()
                self.told(tr("快捷键已提交，审核通过后 24 小时内生效。"))

            self.run(work, done, lambda problems: preview.banner.tell(self.desk.say(problems)))

        preview = Sheet(self, tr("预览短消息快捷键"), tr("确认"), take, width=440)
        phone = PhonePreview(self)
        phone.phone.setFixedHeight(430)
        text = tr("【{sign}】您好，这是一条发给您的信息。拒收请回复R", sign=shortcut.signature)
        phone.show_look(AccountLook(shortcut.signature, shortcuts=shortcut.buttons), text)
        preview.body.addWidget(phone, 1)
        regions = tr("地区：{regions}", regions=region_words(shortcut.regions))
        preview.body.addWidget(label(regions, "second", wrap=True))
        if notes:
            preview.body.addWidget(label(self.desk.say(notes), "warning", wrap=True))
        # The form comes back when she does not agree.
        form.hide()
        preview.rejected.connect(form.open)
        preview.open()

    def stop(self) -> None:
        """Take a shortcut out of service after asking."""
        found = self.row
        if found is None:
            return
        confirm(
            self,
            tr("停用【{name}】的快捷键？", name=found.content.signature),
            tr("手机上不再显示这些快捷键。编辑并重新提交后可以再次生效。"),
            tr("停用"),
            lambda: self.run(
                lambda service: service.account_shortcuts.stop(found.id), lambda _: self.told(tr("已停用。"))
            ),
        )

    def delete(self) -> None:
        """Delete a shortcut after asking."""
        found = self.row
        if found is None:
            return
        confirm(
            self,
            tr("删除【{name}】的快捷键？", name=found.content.signature),
            tr("不能撤销。"),
            tr("删除"),
            lambda: self.run(
                lambda service: service.account_shortcuts.delete(found.id),
                lambda _: self.told(tr("已删除。")),
            ),
        )
