# SPDX-License-Identifier: Apache-2.0
"""What the cloud's API that the local engine serves allows (云端接口): requests a second for each access key, and where
receipts may be pushed to."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtWidgets import QSpinBox

from koodesk.domain.problem import Problem
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.widgets.basics import Card, button, label, row
from koodesk.ui.widgets.forms import Form, choice, padded

MOST: Final = 100_000
"""Requests a second the engine takes at most (`koodesk.engine.cloud.config`); a test compares them."""


class CloudApiCard(Card):
    """Both settings with what they do, saved together; off while no engine runs."""

    def __init__(self, page: Page) -> None:
        super().__init__(tr("本地引擎的云端接口"))
        self._page = page
        self.body.addWidget(
            label(
                tr("用访问密钥通过 SDK 或 HTTP 调用本地引擎的程序，受这里的限制。真实平台不受影响。"),
                "second",
                wrap=True,
            )
        )
        form = Form(label_width=112)
        self.rate = padded(QSpinBox())
        self.rate.setRange(1, MOST)
        self.rate.setGroupSeparatorShown(True)
        self.rate.setSuffix(tr(" 次/秒"))
        self.rate.setMaximumWidth(200)
        form.add(
            "requests_per_second",
            tr("请求速率上限"),
            self.rate,
            hint=tr("每个访问密钥每秒的请求数，超出的请求会被拒绝，稍后可重试。一个请求可以发给多个号码。"),
        )
        self.callbacks = choice(
            [(tr("仅本机地址"), "loopback"), (tr("仅公网地址，和真实平台一样"), "public")]
        )
        self.callbacks.setMaximumWidth(320)
        self.callbacks.setAccessibleName(tr("回执推送"))
        form.add(
            "callbacks",
            tr("回执推送到"),
            self.callbacks,
            hint=tr(
                "程序登记的回调地址可以在哪里。选公网地址后，回执里的收件人号码会离开这台电脑；内网地址始终不允许。"
            ),
        )
        self.form = form
        self.body.addWidget(form)
        self.keys = label("", "hint")
        self.save = button(tr("保存接口设置"), self.change, name="save-cloud-api")
        self.save.setEnabled(False)  # until an engine has told what is set
        for control in (self.rate, self.callbacks, self.save):
            page.guard(control, "koodesk:engine:control")
        self.body.addLayout(row(self.save, self.keys, 1))

    def refresh(self) -> None:
        """Fetch what is set."""
        self._page.run(lambda service: service.engine.cloud(), self._show, self._show_off)

    def _show(self, found: Any) -> None:
        self.save.setEnabled(True)
        self.rate.setValue(found.requests_per_second)
        self.callbacks.choose(found.callbacks)
        self.keys.setText(tr("引擎认得 {count} 个访问密钥。", count=found.keys))

    def _show_off(self, _problems: tuple[Problem, ...]) -> None:
        self.save.setEnabled(False)
        self.keys.setText(tr("本地引擎未运行"))

    def change(self) -> None:
        """Put both in force."""
        rate, callbacks = self.rate.value(), self.callbacks.value

        def done(found: Any) -> None:
            self._show(found)
            self._page.banner.tell(tr("接口设置已保存，立即生效。"), "success")

        self._page.run(
            lambda service: service.engine.change_cloud(requests_per_second=rate, callbacks=callbacks),
            done,
            lambda problems: self._page.show_problems(problems, self.form),
        )
