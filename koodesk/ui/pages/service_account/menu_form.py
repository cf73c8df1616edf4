# SPDX-License-Identifier: Apache-2.0
"""Step two of the wizard: the menu (服务号菜单, table 4-6): a tree of items at the left, the chosen one's fields at the right."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from koodesk.domain.service_account.values import Action, ActionType, Menu, MenuItem
from koodesk.ui.i18n import tr
from koodesk.ui.pages.service_account.action_form import ActionFields
from koodesk.ui.pages.service_account.words import action_names, checker
from koodesk.ui.widgets.basics import button, label, row, tool
from koodesk.ui.widgets.forms import Form, line_edit

ROW_HEIGHT: Final = 28
Place = tuple[int, ...]
"""Where an item stands: (1,) or (1, 2), counted from 0."""

_TOP: Final = tuple(ActionType)
_BELOW: Final = tuple(one for one in ActionType if one is not ActionType.OPEN_SUBMENU)


class MenuForm(QWidget):
    """Edits a menu; `changed` says that it is another, `opened` which first-level item is looked at (from 1, 0 none)."""

    changed = Signal()
    opened = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.value = Menu()
        self._place: Place = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.about = label("", "hint", wrap=True)
        column.addWidget(self.about)
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setFixedHeight(3 * ROW_HEIGHT + 14)
        self.tree.setAccessibleName(tr("菜单"))
        self.tree.currentItemChanged.connect(self._chosen)
        column.addWidget(self.tree)
        self.add_top = button(tr("添加父菜单"), self._add_top, icon="plus", name="menu-add")
        self.add_child = button(tr("添加子菜单"), self._add_child, icon="plus", name="menu-add-child")
        self.up = tool("chevron-up", tr("上移"), lambda: self._move(-1))
        self.down = tool("chevron-down", tr("下移"), lambda: self._move(1))
        self.remove = tool("trash-2", tr("删除"), self._remove)
        column.addLayout(row(self.add_top, self.add_child, 1, self.up, self.down, self.remove))
        self._wrong = label("", "danger", wrap=True)
        self._wrong.hide()
        column.addWidget(self._wrong)
        self.panel = QWidget()
        inside = QVBoxLayout(self.panel)
        inside.setContentsMargins(0, 4, 0, 0)
        self.form = Form()
        self.name = line_edit(changed=self._named, limit=60)
        self.name.setObjectName("menu-name")
        self._name_field = self.form.add("name", tr("当前菜单名称"), self.name, required=True, hint=" ")
        self.top_action = ActionFields(self.form, _TOP, self._acted, "menu-action")
        inside.addWidget(self.form)
        column.addWidget(self.panel)
        column.addStretch(1)
        self.show_value(Menu())

    @property
    def open_item(self) -> int:
        """The first-level item whose submenu is looked at, counted from 1; 0 is none."""
        item = self._item(self._place)
        return 0 if item is None or not (item.children or len(self._place) == 2) else self._place[0] + 1

    # --- showing -------------------------------------------------------------------------------------------

    def show_value(self, menu: Menu) -> None:
        """Show a menu without telling; the first item is chosen."""
        self.value = menu
        self._fill((0,) if menu.items else ())

    def show_problems(self, problems: Any) -> Any:
        """Go to the first item with a problem and put its problems beside its fields; return what has no field."""
        left = []
        first: Place | None = None
        here: list[Any] = []
        for found in problems:
            match = re.match(r"menu:(\d+)(?:\.(\d+))?(?:/(.*))?$", found.where)
            if match is None:
                left.append(found)
                continue
            place = tuple(int(part) - 1 for part in match.groups()[:2] if part)
            first = first or place
            if place == first:
                here.append(replace(found, where=match[3] or "name"))
            else:
                left.append(found)
        if first is not None:
            self._fill(first)
            left += self.form.show_problems(tuple(here))
        return tuple(left)

    def _fill(self, chosen: Place) -> None:
        names = action_names()
        self.tree.blockSignals(True)
        self.tree.clear()
        wanted: QTreeWidgetItem | None = None
        for number, item in enumerate(self.value.items):
            above = self._entry(item, (number,), names)
            self.tree.addTopLevelItem(above)
            wanted = above if chosen == (number,) else wanted
            for place, child in enumerate(item.children):
                below = self._entry(child, (number, place), names)
                above.addChild(below)
                wanted = below if chosen == (number, place) else wanted
            above.setExpanded(True)
        rows = len(self.value.items) + sum(len(item.children) for item in self.value.items)
        self.tree.setFixedHeight(min(max(rows, 3), 8) * ROW_HEIGHT + 14)
        self.tree.setVisible(bool(rows))
        if wanted is not None:
            self.tree.setCurrentItem(wanted)
        self.tree.blockSignals(False)
        self._show_item(chosen if wanted is not None else ())

    def _entry(self, item: MenuItem, place: Place, names: dict[ActionType, str]) -> QTreeWidgetItem:
        made = QTreeWidgetItem([f"{item.name or tr('（未命名）')}  ·  {names[item.action.type]}"])
        made.setSizeHint(0, QSize(0, ROW_HEIGHT))
        made.setData(0, Qt.ItemDataRole.UserRole, place)
        return made

    def _show_item(self, place: Place) -> None:
        self._place = place
        item = self._item(place)
        self.panel.setVisible(item is not None)
        rules = checker().rules
        items, children = rules.limit("menu.items").value, rules.limit("menu.children").value
        count = len(self.value.items)
        most = tr(
            "最多 {items} 个父菜单，每个父菜单最多 {children} 个子菜单。", items=items, children=children
        )
        self.about.setText(most if count else tr("还没有菜单，先添加一个父菜单。{most}", most=most))
        parent = self.value.items[place[0]] if place else None
        self.add_top.setEnabled(count < items)
        self.add_child.setEnabled(parent is not None and len(parent.children) < children)
        row_count = len(parent.children) if parent is not None and len(place) == 2 else count
        at = place[-1] if place else 0
        self.up.setEnabled(item is not None and at > 0)
        self.down.setEnabled(item is not None and at < row_count - 1)
        self.remove.setEnabled(item is not None)
        if item is None:
            self.opened.emit(0)
            return
        self.form.clear_problems()
        self.name.blockSignals(True)
        self.name.setText(item.name)
        self.name.blockSignals(False)
        self.top_action.type.blockSignals(True)
        types, names = (_TOP if len(place) == 1 else _BELOW), action_names()
        self.top_action.type.put([(names[one], one) for one in types], item.action.type)
        self.top_action.type.blockSignals(False)
        self.top_action.show_value(item.action)
        self._count()
        self.opened.emit(self.open_item)

    def _count(self) -> None:
        rules = checker().rules
        limit = rules.limit("menu.child_name")
        most = rules.menu_name(len(self.value.items)).value if len(self._place) == 1 else limit.value
        actual = limit.measure(self.name.text())
        self._name_field.show_hint(
            tr("长度 {actual}/{most}：汉字算 2，字母和数字算 1。", actual=actual, most=most)
        )

    def _item(self, place: Place) -> MenuItem | None:
        if not place or place[0] >= len(self.value.items):
            return None
        item = self.value.items[place[0]]
        if len(place) == 1:
            return item
        return item.children[place[1]] if place[1] < len(item.children) else None

    # --- changing ------------------------------------------------------------------------------------------

    def _chosen(self, current: QTreeWidgetItem | None, _before: QTreeWidgetItem | None) -> None:
        self._show_item(tuple(current.data(0, Qt.ItemDataRole.UserRole)) if current is not None else ())

    def _put(self, place: Place, item: MenuItem) -> None:
        items = list(self.value.items)
        if len(place) == 1:
            items[place[0]] = item
        else:
            children = list(items[place[0]].children)
            children[place[1]] = item
            items[place[0]] = replace(items[place[0]], children=tuple(children))
        self.value = Menu(tuple(items))
        current = self.tree.currentItem()
        if current is not None:
            current.setText(0, f"{item.name or tr('（未命名）')}  ·  {action_names()[item.action.type]}")
        self._count()
        self.changed.emit()

    def _named(self, text: str) -> None:
        item = self._item(self._place)
        if item is not None:
            self._put(self._place, replace(item, name=text.strip()))

    def _acted(self) -> None:
        item = self._item(self._place)
        if item is None:
            return
        action = self.top_action.value
        children = item.children if action.type is ActionType.OPEN_SUBMENU else ()
        if len(children) != len(item.children):
            self.value = Menu(
                tuple(
                    replace(one, action=action, children=()) if at == self._place[0] else one
                    for at, one in enumerate(self.value.items)
                )
            )
            self._fill(self._place)
            self.changed.emit()
            return
        self._put(self._place, replace(item, action=action))

    def _add_top(self) -> None:
        self.value = Menu((*self.value.items, MenuItem()))
        self._fill((len(self.value.items) - 1,))
        self.name.setFocus()
        self.changed.emit()

    def _add_child(self) -> None:
        at = self._place[0]
        parent = self.value.items[at]
        grown = replace(
            parent, action=Action(ActionType.OPEN_SUBMENU), children=(*parent.children, MenuItem())
        )
        self.value = Menu(tuple(grown if n == at else one for n, one in enumerate(self.value.items)))
        self._fill((at, len(grown.children) - 1))
        self.name.setFocus()
        self.changed.emit()

    def _siblings(self) -> list[MenuItem]:
        place = self._place
        return list(self.value.items if len(place) == 1 else self.value.items[place[0]].children)

    def _with(self, siblings: list[MenuItem], chosen: int) -> None:
        place = self._place
        if len(place) == 1:
            self.value = Menu(tuple(siblings))
            after: Place = (chosen,)
        else:
            parent = replace(self.value.items[place[0]], children=tuple(siblings))
            items = tuple(parent if n == place[0] else one for n, one in enumerate(self.value.items))
            self.value = Menu(items)
            after = (place[0], chosen)
        left = bool(siblings)
        self._fill(after if left else after[:-1])
        self.changed.emit()

    def _move(self, by: int) -> None:
        siblings, at = self._siblings(), self._place[-1]
        siblings[at], siblings[at + by] = siblings[at + by], siblings[at]
        self._with(siblings, at + by)

    def _remove(self) -> None:
        siblings, at = self._siblings(), self._place[-1]
        del siblings[at]
        self._with(siblings, min(at, max(len(siblings) - 1, 0)))
