# SPDX-License-Identifier: Apache-2.0
"""身份验证: with operation protection on, who pays gives the code that the platform has sent her."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from koodesk.domain.billing.records import PayBy
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.widgets.basics import button, label, row
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.forms import Form, line_edit


class IdentitySheet(Sheet):
    """Get the code, enter it, pay."""

    def __init__(self, page: Page, order: Any, method: PayBy, paid: Callable[[Any], None]) -> None:
        super().__init__(page, tr("身份验证"), tr("确定"), self._pay, width=520)
        self._page = page
        self._order = order
        self._method = method
        self._paid = paid
        self.body.addWidget(label(tr("账号开启了操作保护，付款前要验证身份。"), "second", wrap=True))
        self.form = Form()
        self.code = line_edit(limit=12)
        self.code.setObjectName("identity-code")
        self.form.add("code", tr("验证码"), self.code, required=True)
        self.body.addWidget(self.form)
        self.told = label("", "hint", wrap=True, selectable=True)
        self.body.addLayout(row(button(tr("获取验证码"), self._ask, name="get-code"), 1))
        self.body.addWidget(self.told)
        self.body.addStretch(1)
        self.code.setFocus()

    def _ask(self) -> None:
        number = self._order.id

        def show(code: str) -> None:
            self.told.setText(
                tr("真实平台会发到手机或邮箱。本地引擎没有短信，验证码就在这里：{code}", code=code)
            )

        self._page.run(lambda service: service.packages.challenge(number), show, self._failed)

    def _pay(self) -> None:
        number, code, method = self._order.id, self.code.text(), self._method
        self.accept_button.setEnabled(False)

        def done(order: Any) -> None:
            self.accept()
            self._paid(order)

        self._page.run(lambda service: service.packages.pay(number, method, code), done, self._failed)

    def _failed(self, problems: Any) -> None:
        self.accept_button.setEnabled(True)
        left = self.form.show_problems(problems)
        if left:
            self.banner.tell(self._page.desk.say(left))
