# SPDX-License-Identifier: Apache-2.0
"""身份验证: with operation protection on, who pays proves who she is: by her password, or by the code of the platform."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QVBoxLayout

from koodesk.domain.account import Proof
from koodesk.domain.billing.records import PayBy
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.sign_in import password_edit
from koodesk.ui.widgets.basics import button, label
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.forms import LABEL_WIDTH, Form, line_edit


class IdentitySheet(Sheet):
    """One line to prove it with, and pay. What was typed is gone with the sheet."""

    def __init__(
        self, page: Page, order: Any, method: PayBy, proof: Proof, paid: Callable[[Any], None]
    ) -> None:
        super().__init__(page, tr("身份验证"), tr("确定"), self._pay, width=520)
        self._page = page
        self._order = order
        self._method = method
        self._by_password = proof is Proof.PASSWORD
        self._paid = paid
        self.body.addWidget(label(tr("账号开启了操作保护，付款前要验证身份。"), "second", wrap=True))
        self.form = Form()
        self.body.addWidget(self.form)
        if self._by_password:
            self._ask_password()
        else:
            self._ask_code()
        self.body.addStretch(1)
        self.code.setFocus()

    def _ask_password(self) -> None:
        session = self._page.desk.session
        self.code = password_edit("identity-password")
        self.form.add(
            "password",
            tr("登录密码"),
            self.code,
            required=True,
            hint=tr(
                "{name} 的登录密码。连续输错会锁定，和登录时一样。", name=session.name if session else ""
            ),
        )

    def _ask_code(self) -> None:
        self.code = line_edit(limit=12)
        self.code.setObjectName("identity-code")
        self.form.add("code", tr("验证码"), self.code, required=True)
        self.told = label("", "hint", wrap=True, selectable=True)
        below = QVBoxLayout()  # under the field
        below.setContentsMargins(LABEL_WIDTH + 16, 0, 0, 0)
        below.addWidget(button(tr("获取验证码"), self._get_code, name="get-code"))
        below.addWidget(self.told)
        self.body.addLayout(below)

    def _get_code(self) -> None:
        number = self._order.id

        def show(code: str) -> None:
            self.told.setText(
                tr("真实平台会发到手机或邮箱。本地引擎没有短信，验证码就在这里：{code}", code=code)
            )

        self._page.run(lambda service: service.packages.challenge(number), show, self._failed)

    def _pay(self) -> None:
        number, method, text = self._order.id, self._method, self.code.text()
        code, password = ("", text) if self._by_password else (text, "")
        self.accept_button.setEnabled(False)

        def done(order: Any) -> None:
            self.accept()
            self._paid(order)

        self._page.run(
            lambda service: service.packages.pay(number, method, code, password), done, self._failed
        )

    def _failed(self, problems: Any) -> None:
        self.accept_button.setEnabled(True)
        if self._by_password:
            self.code.clear()
            self.code.setFocus()
        left = self.form.show_problems(problems)
        if left:
            self.banner.tell(self._page.desk.say(left))
