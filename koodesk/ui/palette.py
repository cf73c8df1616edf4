# SPDX-License-Identifier: Apache-2.0
"""The command palette (Ctrl+K): type a few letters to reach a page, a record or an action."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout

from koodesk.ui import icons
from koodesk.ui.desk import Desk
from koodesk.ui.i18n import tr
from koodesk.ui.navigation import AREAS, PageFactory
from koodesk.ui.widgets.basics import label

if TYPE_CHECKING:
    from koodesk.ui.main_window import MainWindow


class CommandPalette(QDialog):
    """A list that narrows while typing; Up, Down, Enter, Esc."""

    def __init__(self, window: MainWindow, desk: Desk, factories: Mapping[str, PageFactory]) -> None:
        super().__init__(window, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk = desk
        self._entries: list[tuple[str, str, Callable[[], object]]] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame = QFrame()
        frame.setProperty("panel", "card")
        outer.addWidget(frame)
        column = QVBoxLayout(frame)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("输入页面、模板、任务或命令"))
        self.search.setAccessibleName(tr("搜索与命令"))
        self.list = QListWidget()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setIconSize(QSize(16, 16))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._none = label(tr("没有找到。换一个词试试。"), "second")
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(self._none)
        self.search.textChanged.connect(self._narrow)
        self.search.installEventFilter(self)
        self.list.itemClicked.connect(lambda item: self._take(item))
        times = Counter(entry.name for area in AREAS for entry in area.pages)
        for area in AREAS:
            for entry in area.pages:
                if entry.page_id in factories:
                    name = tr(entry.name)
                    # Two areas may call a page alike; away from its area in the rail it needs the area's name.
                    shown = f"{tr(area.name)} · {name}" if times[entry.name] > 1 and area.name else name
                    self._add(entry.icon, shown, partial(desk.go, entry.page_id))
        self._add("plus", tr("新建模板"), lambda: desk.go("studio", choose=True))
        self._add("circle-help", tr("快捷键"), window.open_help)
        self._add("sun", tr("浅色主题"), lambda: window.change_look(theme_name="light"))
        self._add("moon", tr("深色主题"), lambda: window.change_look(theme_name="dark"))
        self._add("languages", "中文界面", lambda: window.change_look(language="zh"))
        self._add("languages", "English interface", lambda: window.change_look(language="en"))
        self.setFixedSize(520, 420)
        corner = window.mapToGlobal(window.rect().center())
        self.move(corner.x() - 260, corner.y() - 260)
        self._narrow("")
        self._records()

    def _add(self, icon: str, text: str, action: Callable[[], object]) -> None:
        self._entries.append((icon, text, action))

    def _records(self) -> None:
        def show(found: tuple[tuple[str, str, str, dict[str, object]], ...]) -> None:
            for icon, text, page, arguments in found:
                self._add(icon, text, partial(self._desk.go, page, **arguments))
            self._narrow(self.search.text())

        self._desk.bridge.call(
            self,
            lambda service, _task: (
                *(("gift", card.name, "studio", {"card_id": card.id}) for card in service.cards.list()),
                *(
                    ("send", task.name, "details", {"campaign_id": task.id})
                    for task in service.campaigns.list()
                ),
            ),
            show,
        )

    def _narrow(self, text: str) -> None:
        self.list.clear()
        words = text.casefold().split()
        for number, (icon, name, _) in enumerate(self._entries):
            if all(word in name.casefold() for word in words):
                item = QListWidgetItem(icons.icon(icon), name)
                item.setData(Qt.ItemDataRole.UserRole, number)
                self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setVisible(self.list.count() > 0)
        self._none.setVisible(self.list.count() == 0)

    def _take(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        action = self._entries[item.data(Qt.ItemDataRole.UserRole)][2]
        self.close()
        action()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys and Enter of the search box work the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step and self.list.count():
                self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)
