# SPDX-License-Identifier: Apache-2.0
"""Language and theme (外观): of this person alone, in force as soon as they are chosen."""

from __future__ import annotations

from typing import Any

from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.widgets.basics import Card
from koodesk.ui.widgets.forms import Form, choice


class LookCard(Card):
    """Two choices; the window shows the page anew with either."""

    def __init__(self, page: Page) -> None:
        super().__init__(tr("外观"))
        self._page = page
        form = Form(label_width=72)
        value = page.desk.settings.value
        self.language = choice([("中文", "zh"), ("English", "en"), (tr("跟随系统"), "system")])
        self.theme = choice([(tr("浅色"), "light"), (tr("深色"), "dark"), (tr("跟随系统"), "system")])
        self.language.choose(value.language)
        self.theme.choose(value.theme)
        form.add("language", tr("界面语言"), self.language, hint=tr("立即生效，不用重新启动。"))
        form.add("theme", tr("主题"), self.theme)
        self.language.activated.connect(lambda _: self._change(language=self.language.value))
        self.theme.activated.connect(lambda _: self._change(theme_name=self.theme.value))
        self.body.addWidget(form)
        self.body.addStretch(1)

    def refresh(self) -> None:
        """Nothing is fetched: the program's own settings are at hand."""

    def _change(self, **values: str) -> None:
        window: Any = self._page.window()
        window.change_look(**values)
