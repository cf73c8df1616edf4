# SPDX-License-Identifier: Apache-2.0
"""The rows of a smart send that are about its short links: their domain (域名), and where a browser is led (自定义跳转链接).

Only what was approved is offered; links of a send are individual with standard codes, so only domains filed for those.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from koodesk.ui.guard import guard
from koodesk.ui.i18n import tr
from koodesk.ui.widgets.basics import button
from koodesk.ui.widgets.forms import Choice, Form, choice


class LinkFields:
    """Adds the two rows to a form; `changed` is told when the domain is another, because the link gets longer or shorter."""

    def __init__(self, form: Form, desk: Any, changed: Callable[[], object]) -> None:
        self._form = form
        self.domain_choice = choice([], changed)
        self.domain_choice.setObjectName("send-domain")
        self.jump_choice = choice([])
        self.jump_choice.setObjectName("send-jump-url")
        new_domain = button(
            tr("没有想要的域名？去新增"),
            lambda: desk.go("link_domains", add=True),
            kind="link",
            name="send-add-domain",
        )
        new_url = button(
            tr("去登记"), lambda: desk.go("jump_urls", add=True), kind="link", name="send-add-jump-url"
        )
        guard(new_domain, desk, "kooMessage:linkDomain:create")
        guard(new_url, desk, "kooMessage:jumpUrl:create")
        form.add(
            "domain",
            tr("域名"),
            _beside(self.domain_choice, new_domain),
            required=True,
        )
        self.domain_choice.setAccessibleName(tr("域名"))
        form.add(
            "jump_url",
            tr("自定义跳转链接"),
            _beside(self.jump_choice, new_url),
            hint=tr("浏览器打开短链时去哪里。能显示卡片的手机照样显示卡片。"),
        )
        self.jump_choice.setAccessibleName(tr("自定义跳转链接"))
        for where, box in (("domain", self.domain_choice), ("jump_url", self.jump_choice)):
            # What was wrong with the one says nothing about another.
            box.currentIndexChanged.connect(lambda _, field=form.fields[where]: field.show_problem(""))
        self.put(None)

    def put(self, links: Any) -> None:
        """Offer what may be used; None offers the platform's own alone."""
        domains = links.domains if links is not None else ()
        urls = links.jump_urls if links is not None else ()
        self.domain_choice.put(
            [(tr("系统预置的公共域名 km2g.cn"), ""), *((name, name) for name in domains)], self.domain
        )
        self.jump_choice.put(
            [(tr("不跳转，打开模板的 H5 页面"), ""), *((url, url) for url in urls)], self.jump_url
        )

    def show_length(self, more: int) -> None:
        """Say how many characters the chosen domain adds to every SMS, or saves."""
        text = ""
        if more > 0:
            text = tr("短链比公共域名的长 {count} 个字符，短信的字数和条数按它计算。", count=more)
        elif more < 0:
            text = tr("短链比公共域名的短 {count} 个字符，短信的字数和条数按它计算。", count=-more)
        self._form.fields["domain"].show_hint(text)

    @property
    def domain(self) -> str:
        """Return the chosen domain, empty for the platform's own."""
        return str(self.domain_choice.value or "")

    @property
    def jump_url(self) -> str:
        """Return where browsers are led, empty for the H5 page."""
        return str(self.jump_choice.value or "")


def _beside(box: Choice, link: QWidget) -> QWidget:
    made = QWidget()
    line = QHBoxLayout(made)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(8)
    box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    line.addWidget(box, 1)
    line.addWidget(link)
    made.setFocusProxy(box)
    return made
