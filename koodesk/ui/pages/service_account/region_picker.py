# SPDX-License-Identifier: Apache-2.0
"""Choosing regions (地区): a tree of the country, provinces and cities with tri-state boxes and a search, all by keyboard."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QTreeWidget, QTreeWidgetItem, QVBoxLayout

from koodesk.domain.service_account.regions import NATIONWIDE, Choice
from koodesk.ui import i18n
from koodesk.ui.i18n import tr
from koodesk.ui.pages.service_account.words import checker, region_words
from koodesk.ui.widgets.basics import label
from koodesk.ui.widgets.forms import line_edit

ROW_HEIGHT: Final = 26
_CODE: Final = Qt.ItemDataRole.UserRole
_CHECKABLE: Final = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable


class RegionPicker(QFrame):
    """The tree; `picked` says that the choice has changed. `value` is the choice in its shortest way."""

    picked = Signal(object)

    def __init__(self, choice: Choice = (), *, height: int = 240) -> None:
        super().__init__()
        regions = checker().regions
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.search = line_edit(tr("搜索省、市"), self._find)
        self.search.setAccessibleName(tr("搜索省、市"))
        self.search.setClearButtonEnabled(True)
        self.setFocusProxy(self.search)
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setFixedHeight(height)
        self.tree.setAccessibleName(tr("地区"))
        self.tree.setUniformRowHeights(True)
        self.said = label("", "hint", wrap=True)
        for part in (self.search, self.tree, self.said):
            column.addWidget(part)
        english = i18n.language() != "zh"
        self._items: dict[str, QTreeWidgetItem] = {}
        root = self._item(NATIONWIDE, regions.name(NATIONWIDE, english=english))
        self.tree.addTopLevelItem(root)
        for province in regions.provinces:
            above = self._item(province.code, regions.name(province.code, english=english))
            root.addChild(above)
            for city in province.cities:
                above.addChild(self._item(city.code, city.name))
        root.setExpanded(True)
        self.tree.setCurrentItem(root)
        self.tree.itemChanged.connect(self._changed)
        self.value: Choice = ()
        self.show_value(choice)

    def _item(self, code: str, name: str) -> QTreeWidgetItem:
        made = QTreeWidgetItem([name])
        made.setData(0, _CODE, code)
        made.setFlags(_CHECKABLE)
        made.setSizeHint(0, QSize(0, ROW_HEIGHT))
        made.setCheckState(0, Qt.CheckState.Unchecked)
        self._items[code] = made
        return made

    def show_value(self, choice: Choice) -> None:
        """Tick exactly what a choice covers; codes that are none are left out."""
        regions = checker().regions
        self._tick(regions.leaves(code for code in choice if regions.known(code)))

    def _tick(self, leaves: frozenset[str]) -> None:
        regions = checker().regions
        self.tree.blockSignals(True)
        for code, item in self._items.items():
            covered = regions.leaves((code,))
            state = (
                Qt.CheckState.Checked
                if covered <= leaves
                else Qt.CheckState.PartiallyChecked
                if covered & leaves
                else Qt.CheckState.Unchecked
            )
            if item.checkState(0) != state:
                item.setCheckState(0, state)
        self.tree.blockSignals(False)
        self.tree.viewport().update()
        self.value = regions.choice(leaves)
        self.said.setText(
            tr("已选：{regions}", regions=region_words(self.value, 6)) if self.value else tr("还没有选择地区")
        )

    def _changed(self, item: QTreeWidgetItem, _column: int) -> None:
        """Tick or untick a unit with all that is in it."""
        regions = checker().regions
        own = regions.leaves((str(item.data(0, _CODE)),))
        leaves = regions.leaves(self.value)
        self._tick(leaves | own if item.checkState(0) == Qt.CheckState.Checked else leaves - own)
        self.picked.emit(self.value)

    def _find(self, text: str) -> None:
        """Show what matches, with its province; provinces with a match inside open."""
        found = checker().regions.matching(text)
        first: QTreeWidgetItem | None = None
        for province in checker().regions.provinces:
            above = self._items[province.code]
            own = province.code in found
            inside = [city.code for city in province.cities if city.code in found]
            for city in province.cities:
                self._items[city.code].setHidden(bool(text.strip()) and not own and city.code not in found)
            above.setHidden(bool(text.strip()) and not own and not inside)
            above.setExpanded(bool(text.strip()) and bool(inside) and not own)
            if first is None and text.strip() and (own or inside):
                first = above if own else self._items[inside[0]]
        if first is not None:
            self.tree.setCurrentItem(first)
