# SPDX-License-Identifier: Apache-2.0
"""Step three of the wizard: the home page (服务号主页, table 4-7): background, introduction, hot lines, quick apps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from koodesk.domain.service_account.values import HomePage, Hotline, QuickApp
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.service_account.fields import PictureField
from koodesk.ui.pages.service_account.words import checker
from koodesk.ui.widgets.basics import Card, button, label, row
from koodesk.ui.widgets.forms import Form, line_edit, text_edit
from koodesk.ui.widgets.layouts import clear


class _HotlineCard(Card):
    """One hot line."""

    def __init__(self, number: int, changed: Callable[[], object], drop: Callable[[], object]) -> None:
        super().__init__(margins=14, panel="sunken")
        rules = checker().rules
        self.form = Form(label_width=84)
        self.number = line_edit(changed=lambda _: changed(), limit=40)
        self.number.setObjectName(f"hotline-{number}-number")
        self.usage = line_edit(changed=lambda _: changed(), limit=60)
        self.usage.setObjectName(f"hotline-{number}-usage")
        self.form.add(
            "number", tr("电话号码"), self.number, required=True, hint=tr("数字，中间可以有一个“-”。")
        )
        self.form.add(
            "usage",
            tr("用途"),
            self.usage,
            required=True,
            hint=tr("长度不超过 {most}（汉字算 2）。", most=rules.limit("home.hotline_usage").value),
        )
        remove = button(tr("移除"), drop, kind="link")
        self.body.addLayout(row(label(tr("热线电话 {number}", number=number), "second"), 1, remove))
        self.body.addWidget(self.form)

    @property
    def value(self) -> Hotline:
        """The hot line as it stands."""
        return Hotline(self.number.text().strip(), self.usage.text().strip())


class _QuickAppCard(Card):
    """One quick app."""

    def __init__(
        self, page: Page, number: int, changed: Callable[[], object], drop: Callable[[], object]
    ) -> None:
        super().__init__(margins=14, panel="sunken")
        rules = checker().rules
        self.form = Form(label_width=84)
        self.texts = {
            name: line_edit(changed=lambda _: changed(), limit=1200)
            for name in ("name", "description", "link", "engine_version")
        }
        for name, edit in self.texts.items():
            edit.setObjectName(f"quick-app-{number}-{name}")
        self.logo = PictureField(page, "quick_app", f"quick-app-{number}-logo")
        self.logo.picked.connect(lambda _: changed())
        add = self.form.add
        add(
            "name",
            tr("名称"),
            self.texts["name"],
            required=True,
            limit=rules.limit("home.quick_app_name").value,
            hint=tr("不能有空格、“*”和“-”。"),
        )
        add(
            "logo",
            tr("LOGO"),
            self.logo,
            required=True,
            hint=tr("比例 1:1，不小于 192×192，不超过 4 MB。"),
        )
        add(
            "description",
            tr("描述"),
            self.texts["description"],
            required=True,
            limit=rules.limit("home.quick_app_description").value,
        )
        add("link", tr("链接"), self.texts["link"], required=True, hint=tr("以 hap://app/ 开头。"))
        add("engine_version", tr("依赖引擎版本"), self.texts["engine_version"], required=True)
        remove = button(tr("移除"), drop, kind="link")
        self.body.addLayout(row(label(tr("快应用 {number}", number=number), "second"), 1, remove))
        self.body.addWidget(self.form)

    @property
    def value(self) -> QuickApp:
        """The quick app as it stands."""
        texts = {name: edit.text().strip() for name, edit in self.texts.items()}
        return QuickApp(
            texts["name"], self.logo.value, texts["description"], texts["link"], texts["engine_version"]
        )

    def show_value(self, app: QuickApp) -> None:
        """Show a quick app."""
        for name, edit in self.texts.items():
            edit.setText(str(getattr(app, name)))
        self.logo.show_value(app.logo)


class HomeForm(QWidget):
    """The fields of table 4-7; `changed` says that something was typed or chosen."""

    changed = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._hotlines: list[_HotlineCard] = []
        self._apps: list[_QuickAppCard] = []
        rules = checker().rules
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        self.form = Form()
        self.background = PictureField(page, "background", "home-background")
        self.background.picked.connect(self._tell)
        self.summary = text_edit(rows=3)
        self.summary.setObjectName("home-summary")
        self.summary.textChanged.connect(self._tell)
        self.form.add(
            "background",
            tr("背景图片"),
            self.background,
            required=True,
            hint=tr("比例 16:9，不小于 1440×810，不超过 4 MB；jpg、png 或 bmp，会自动裁剪和优化。"),
        )
        self.form.add(
            "summary", tr("主页介绍"), self.summary, required=True, limit=rules.limit("home.summary").value
        )
        column.addWidget(self.form)
        self.add_hotline = button(tr("添加热线电话"), self._new_hotline, icon="plus", name="home-add-hotline")
        self.add_app = button(tr("添加快应用"), self._new_app, icon="plus", name="home-add-quick-app")
        self._hotline_rows, self._app_rows = QVBoxLayout(), QVBoxLayout()
        for heading, rows, more in (
            (tr("热线电话"), self._hotline_rows, self.add_hotline),
            (tr("快应用列表"), self._app_rows, self.add_app),
        ):
            rows.setSpacing(8)
            column.addLayout(row(label(heading, "heading"), 1, more))
            column.addLayout(rows)
        column.addStretch(1)
        self._say()

    @property
    def value(self) -> HomePage:
        """The home page as it stands."""
        return HomePage(
            self.background.value,
            self.summary.toPlainText().strip(),
            tuple(card.value for card in self._hotlines),
            tuple(card.value for card in self._apps),
        )

    def show_value(self, home: HomePage) -> None:
        """Show a home page without telling."""
        self.blockSignals(True)
        self.background.show_value(home.background)
        self.summary.setPlainText(home.summary)
        self._fill(home.hotlines, home.quick_apps)
        self.blockSignals(False)

    def show_problems(self, problems: Any) -> Any:
        """Put problems beside their fields, also in the cards of hot lines and quick apps; return the others."""
        left = list(self.form.show_problems(tuple(p for p in problems if ":" not in p.where)))
        cards = {"hotline": [c.form for c in self._hotlines], "quick_app": [c.form for c in self._apps]}
        for prefix, forms in cards.items():
            for number, form in enumerate(forms, 1):
                own = f"{prefix}:{number}/"
                left += form.show_problems(
                    tuple(
                        replace(p, where=p.where.removeprefix(own))
                        for p in problems
                        if p.where.startswith(own)
                    )
                )
        return tuple(left)

    def _fill(self, hotlines: tuple[Hotline, ...], apps: tuple[QuickApp, ...]) -> None:
        clear(self._hotline_rows)
        clear(self._app_rows)
        self._hotlines, self._apps = [], []
        for at, line in enumerate(hotlines):
            card = _HotlineCard(at + 1, self._tell, partial(self._drop, at))
            card.number.setText(line.number)
            card.usage.setText(line.usage)
            self._hotlines.append(card)
            self._hotline_rows.addWidget(card)
        for at, app in enumerate(apps):
            made = _QuickAppCard(self._page, at + 1, self._tell, partial(self._drop_app, at))
            made.show_value(app)
            self._apps.append(made)
            self._app_rows.addWidget(made)
        self._say()

    def _say(self) -> None:
        rules = checker().rules
        self.add_hotline.setEnabled(len(self._hotlines) < rules.limit("home.hotlines").value)
        self.add_app.setEnabled(len(self._apps) < rules.limit("home.quick_apps").value)

    def _tell(self, *_: Any) -> None:
        self.changed.emit()

    def _refill(self, hotlines: tuple[Hotline, ...], apps: tuple[QuickApp, ...]) -> None:
        self._fill(hotlines, apps)
        self.changed.emit()

    def _new_hotline(self) -> None:
        home = self.value
        self._refill((*home.hotlines, Hotline()), home.quick_apps)
        self._hotlines[-1].number.setFocus()

    def _new_app(self) -> None:
        home = self.value
        self._refill(home.hotlines, (*home.quick_apps, QuickApp()))
        self._apps[-1].texts["name"].setFocus()

    def _drop(self, at: int) -> None:
        home = self.value
        self._refill(tuple(one for n, one in enumerate(home.hotlines) if n != at), home.quick_apps)

    def _drop_app(self, at: int) -> None:
        home = self.value
        self._refill(home.hotlines, tuple(one for n, one in enumerate(home.quick_apps) if n != at))
