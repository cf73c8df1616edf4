# SPDX-License-Identifier: Apache-2.0
"""The fields of a tap (动作类型): which are there follows from the type. Used for menu items and shortcut buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from koodesk.domain.service_account.values import Action, ActionType
from koodesk.ui.i18n import tr
from koodesk.ui.pages.service_account.words import action_names, checker
from koodesk.ui.widgets.forms import Choice, Form, choice, line_edit

_FIELDS: Final[dict[ActionType, tuple[str, ...]]] = {
    ActionType.OPEN_SUBMENU: (),
    ActionType.OPEN_URL: ("content", "in_browser", "web_title"),
    ActionType.CALLING: ("content",),
    ActionType.OPEN_APP: ("content", "package_name", "app_id", "floor_url", "service_name"),
    ActionType.OPEN_QUICK: ("content", "service_name", "engine_version"),
}
_TEXTS: Final = (
    "content",
    "web_title",
    "package_name",
    "app_id",
    "floor_url",
    "service_name",
    "engine_version",
)


class ActionFields:
    """Adds the rows to a form and keeps them in step with the type. Places are `action.<field>` in the form."""

    def __init__(
        self, form: Form, types: Sequence[ActionType], changed: Callable[[], object], name: str
    ) -> None:
        self._form = form
        self._changed = changed
        names = action_names()
        self.type: Choice = choice([(names[one], one) for one in types], self._typed)
        self.type.setObjectName(f"{name}-type")
        self.texts = {field: line_edit(changed=lambda _: changed(), limit=1200) for field in _TEXTS}
        self.in_browser = choice([(tr("否（在信息里打开）"), False), (tr("是"), True)], changed)
        for field, edit in self.texts.items():
            edit.setObjectName(f"{name}-{field}")
        limits = checker().rules.limits
        form.add("action", tr("动作类型"), self.type, required=True)
        form.add("action.content", tr("URL"), self.texts["content"], required=True, hint=" ")
        form.add("action.in_browser", tr("跳转外部浏览器"), self.in_browser)
        form.add(
            "action.web_title",
            tr("跳转网页标题"),
            self.texts["web_title"],
            required=True,
            limit=limits["action.web_title"].value,
        )
        form.add(
            "action.package_name",
            tr("APP包名"),
            self.texts["package_name"],
            required=True,
            hint=tr("例如 com.huawei.appmarket"),
        )
        form.add("action.app_id", tr("APP ID"), self.texts["app_id"])
        form.add(
            "action.floor_url",
            tr("兜底网址"),
            self.texts["floor_url"],
            hint=tr("没有安装APP时打开的网页，选填。"),
        )
        form.add("action.service_name", tr("第三方服务名称"), self.texts["service_name"], required=True)
        form.add("action.engine_version", tr("依赖引擎版本"), self.texts["engine_version"], required=True)
        self._arrange()

    @property
    def value(self) -> Action:
        """The action as it stands; fields of another type are left out."""
        kind = self.type.value
        shown = _FIELDS[kind]
        texts: dict[str, Any] = {
            field: edit.text().strip() for field, edit in self.texts.items() if field in shown
        }
        made = replace(Action(kind), **texts)
        return replace(made, in_browser=bool(self.in_browser.value)) if "in_browser" in shown else made

    def show_value(self, action: Action) -> None:
        """Show an action without telling."""
        parts: list[Any] = [self.type, self.in_browser, *self.texts.values()]
        for part in parts:
            part.blockSignals(True)
        self.type.choose(action.type)
        self.in_browser.choose(action.in_browser)
        for field, edit in self.texts.items():
            edit.setText(str(getattr(action, field)))
        for part in parts:
            part.blockSignals(False)
        for field in (*_TEXTS, "in_browser"):
            self._form.fields[f"action.{field}"].filled()
        self._arrange()

    def _typed(self) -> None:
        self._arrange()
        self._changed()

    def _arrange(self) -> None:
        kind = self.type.value
        for field in (*_TEXTS, "in_browser"):
            self._form.show_row(f"action.{field}", field in _FIELDS[kind])
        names = {
            ActionType.OPEN_URL: (tr("URL"), tr("以 http:// 或 https:// 开头的公网地址。")),
            ActionType.CALLING: (tr("电话号码"), tr("数字，中间可以有一个“-”。")),
            ActionType.OPEN_APP: (tr("APP链接"), tr("打开APP里页面的链接（deeplink）。")),
            ActionType.OPEN_QUICK: (tr("快应用链接"), tr("以 hap://app/ 开头。")),
            ActionType.OPEN_SUBMENU: (tr("URL"), ""),
        }
        name, hint = names[kind]
        self._form.rename("action.content", name)
        self._form.fields["action.content"].show_hint(hint)
