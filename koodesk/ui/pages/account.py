# SPDX-License-Identifier: Apache-2.0
"""Opening the service (开通, figure 2-2), and afterwards how the account stands. Needs the engine, which keeps the account."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from koodesk.domain.account import LONGEST_ENTERPRISE, AccountState
from koodesk.ui import icons, states, theme
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.times import minute
from koodesk.ui.widgets.basics import Card, Chip, button, label, line, row
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.empty import Skeleton
from koodesk.ui.widgets.forms import Form, choice, line_edit
from koodesk.ui.widgets.layouts import clear

WIDTH = 720


class AccountPage(Page):
    """A card to open the service with; when that is done, the account and what follows from its state."""

    page_id = "account"
    icon = "badge-check"
    watches: ClassVar[tuple[str, ...]] = ("account", "engine")

    def build(self) -> None:
        """Lay out the place of the card; `refresh` fills it."""
        self.set_title(tr("开通服务"), tr("只需开通一次，免审核；开通后默认按需计费"))
        self._account: Any = None
        self._placed = QVBoxLayout()
        self._placed.setSpacing(16)
        inside = QWidget()
        inside.setMaximumWidth(WIDTH)
        inside.setLayout(self._placed)
        self._placed.setContentsMargins(0, 0, 0, 0)
        self._placed.addWidget(Skeleton(5))
        self.body.addWidget(inside)
        self.body.addStretch(1)

    def refresh(self) -> None:
        """Ask how the account stands."""
        self.run(lambda service: service.account.get(), self._show)

    def _show(self, account: Any) -> None:
        if account == self._account:
            return
        self._account = account
        self.banner.hide()
        clear(self._placed)
        self._placed.addWidget(self._opened(account) if account.opened else self._to_open(account))
        self._placed.addWidget(self._twin())

    # --- not opened ------------------------------------------------------------------------------------------

    def _to_open(self, account: Any) -> QWidget:
        card = Card(margins=28)
        card.body.setSpacing(16)
        card.body.addWidget(label(tr("云消息 KooMessage"), "title"))
        card.body.addWidget(
            label(
                tr(
                    "面向企业的智能信息、视频短信和服务号：设计卡片、逐厂商预览、审核、发送、看到结果。"
                    "开通后，主账号下的所有用户都可以按权限使用。"
                ),
                "second",
                wrap=True,
            )
        )
        card.body.addWidget(line())
        verified = row(
            _mark("circle-check" if account.verified else "triangle-alert", account.verified),
            label(
                _verified(account.enterprise)
                if account.verified
                else tr("KooMessage服务只向通过认证的企业用户提供开通"),
            ),
        )
        if not account.verified:
            verified.addWidget(
                button(tr("去认证企业用户"), self._verify, kind="link", name="verify-enterprise")
            )
        verified.addStretch(1)
        card.body.addLayout(verified)
        if account.state is not AccountState.NORMAL:
            card.body.addLayout(
                row(
                    _mark("triangle-alert", False),
                    label(
                        tr(
                            "账号{state}，结清欠费或解除冻结后才能开通",
                            state=states.word("account", account.state.value),
                        )
                    ),
                    1,
                )
            )
        self.agree = QCheckBox(tr("我已阅读并同意《KooMessage服务使用声明》和《短信服务使用声明》。"))
        self.agree.setObjectName("agree")
        card.body.addWidget(self.agree)
        self.open_button = button(tr("立即开通"), self._open, kind="primary", name="open-service")
        self.open_button.setMinimumWidth(132)
        self.guard(self.open_button, "kooMessage:service:open")
        able = account.verified and account.state is AccountState.NORMAL
        self.agree.setEnabled(able)
        self.open_button.setEnabled(False)
        self.agree.toggled.connect(lambda on: self.open_button.setEnabled(on and able))
        why = "" if able else tr("先完成企业实名认证，并确认账号没有欠费或冻结")
        self.open_button.setToolTip(why or tr("勾选上面的声明后可以开通"))
        self.agree.setToolTip(why)
        card.body.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignLeft)
        card.body.addWidget(
            label(tr("只有主账号可以开通。声明全文在平台网站上，这里只记录你的同意。"), "hint", wrap=True)
        )
        return card

    def _open(self) -> None:
        agreed = self.agree.isChecked()

        def done(_: Any) -> None:
            self.desk.changed.emit("account")
            self.desk.go("overview")
            self.desk.notice(tr("云消息服务已开通，默认按需计费。"))

        self.open_button.setEnabled(False)
        self.run(lambda service: service.account.open(agreed=agreed), done, self._refused)

    def _refused(self, problems: Any) -> None:
        self.open_button.setEnabled(self.agree.isChecked())
        self.show_problems(problems)

    # --- opened ----------------------------------------------------------------------------------------------

    def _opened(self, account: Any) -> QWidget:
        card = Card(margins=28)
        head = row(
            label(tr("云消息 KooMessage"), "title"),
            Chip(tr("已开通"), "success"),
            Chip(states.word("account", account.state.value), states.kind("account", account.state.value)),
            1,
        )
        card.body.addLayout(head)
        note = _consequence(account.state)
        if note:
            card.body.addWidget(label(note, "warning", wrap=True))
        card.body.addWidget(line())
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        facts = (
            (tr("企业名称"), account.enterprise or tr("平台没有告知")),
            (tr("企业实名认证"), tr("已通过") if account.verified else tr("未通过")),
            (tr("开通时间"), tr("{when}（引擎时钟）", when=minute(account.opened_ms))),
            (tr("计费方式"), tr("按需计费；有套餐包时先扣套餐包")),
            (tr("操作保护"), tr("已开启，付款时验证身份") if account.protection else tr("未开启")),
        )
        for number, (name, value) in enumerate(facts):
            grid.addWidget(label(name, "second"), number, 0)
            grid.addWidget(label(value, selectable=True), number, 1)
        card.body.addLayout(grid)
        return card

    # --- the administrator of the twin -----------------------------------------------------------------------

    def _twin(self) -> QWidget:
        card = Card(margins=16)
        set_button = button(tr("设置账号"), self._set, icon="settings", name="set-account")
        self.guard(set_button, "koodesk:account:set")
        words = label(
            tr("这是本地引擎里的账号。认证、欠费、冻结和操作保护由平台决定，在这里可以模拟。"),
            "second",
            wrap=True,
        )
        inside = row(words, spacing=16)
        inside.setStretch(0, 1)
        inside.addWidget(set_button, 0, Qt.AlignmentFlag.AlignVCenter)
        card.body.addLayout(inside)
        return card

    def _verify(self) -> None:
        """Stand in for the platform's pages of real-name verification."""
        form = Form()
        name = line_edit(limit=LONGEST_ENTERPRISE + 20)
        name.setText(self._account.enterprise)
        form.add(
            "enterprise",
            tr("企业名称"),
            name,
            limit=LONGEST_ENTERPRISE,
            hint=tr("和营业执照上的一致。真实平台要上传证照；本地引擎直接通过。"),
        )

        def save() -> None:
            text = name.text()
            self._save(sheet, form, lambda s: s.account.change(enterprise=text, verified=True))

        sheet = Sheet(self, tr("企业实名认证"), tr("完成认证"), save)
        sheet.body.addWidget(form)
        sheet.body.addStretch(1)
        name.setFocus()
        sheet.open()

    def _set(self) -> None:
        """Set what the platform decides of a real account."""
        account = self._account
        form = Form()
        name = line_edit(limit=LONGEST_ENTERPRISE + 20)
        name.setText(account.enterprise)
        yes_no = [(tr("已通过"), True), (tr("未通过"), False)]
        verified = choice(yes_no)
        verified.choose(account.verified)
        state = choice([(states.word("account", one.value), one) for one in AccountState])
        state.choose(account.state)
        protection = choice([(tr("未开启"), False), (tr("已开启"), True)])
        protection.choose(account.protection)
        form.add("enterprise", tr("企业名称"), name, limit=LONGEST_ENTERPRISE)
        form.add("verified", tr("企业实名认证"), verified)
        form.add(
            "state",
            tr("账号状态"),
            state,
            hint=tr("宽限期照常服务；保留期和冻结时不再接受审核和发送，已发出的不受影响。"),
        )
        form.add("protection", tr("操作保护"), protection, hint=tr("开启后，确认付款时要验证身份。"))

        def save() -> None:
            given = {
                "enterprise": name.text(),
                "verified": verified.value,
                "state": state.value,
                "protection": protection.value,
            }
            self._save(sheet, form, lambda s: s.account.change(**given))

        sheet = Sheet(self, tr("设置账号（本地引擎）"), tr("保存"), save)
        sheet.body.addWidget(form)
        sheet.body.addStretch(1)
        name.setFocus()
        sheet.open()

    def _save(self, sheet: Sheet, form: Form, work: Any) -> None:
        def done(account: Any) -> None:
            sheet.accept()
            self._show(account)
            self.desk.changed.emit("account")

        self.run(work, done, self.refusals(sheet, form))


def _verified(enterprise: str) -> str:
    if not enterprise:
        return tr("已通过企业实名认证")
    return tr("已通过企业实名认证：{name}", name=enterprise)


def _mark(icon: str, good: bool) -> QLabel:
    made = QLabel()
    role = theme.role("success" if good else "warning")
    made.setPixmap(icons.pixmap(icon, role, 16, made.devicePixelRatioF()))
    return made


def _consequence(state: AccountState) -> str:
    """Say what a state means for the work; nothing for a good one."""
    return {
        AccountState.NORMAL: "",
        AccountState.ARREARS: tr("账号欠费，处于宽限期：服务照常，费用之后补扣。请尽快结清。"),
        AccountState.RETENTION: tr("账号欠费，处于保留期：不再接受审核和发送，也不计费。结清欠费后恢复。"),
        AccountState.FROZEN: tr("账号已冻结：不再接受审核和发送。请联系平台解除冻结。"),
    }[state]
