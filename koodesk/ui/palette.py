# SPDX-License-Identifier: Apache-2.0
"""The command palette (Ctrl+K): a few letters reach a page, an action or any record.

Pages and actions are matched here; records are asked of the service off the window's thread, one question at a time, and
an answer to what is no longer asked is dropped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from koodesk.backend.views.search import Entry, SearchAnswer
from koodesk.domain.initials import initials
from koodesk.domain.problem import Problem
from koodesk.domain.search import asked, fold
from koodesk.ui import icons, theme
from koodesk.ui.desk import Desk
from koodesk.ui.found import PLACES, filings, go_to, heading
from koodesk.ui.i18n import tr
from koodesk.ui.navigation import AREAS, PageFactory
from koodesk.ui.widgets.basics import label

if TYPE_CHECKING:
    from koodesk.ui.main_window import MainWindow

WIDTH: Final = 600
HEIGHT: Final = 480
HEAD_HEIGHT: Final = 28
HEAD_SIZE: Final = 12
LINE_HEIGHT: Final = 32
NOTE: Final = Qt.ItemDataRole.UserRole + 1
GAP: Final = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the palette: what it says, and what it does; `key` tells it from every other."""

    key: str
    icon: str
    text: str
    note: str
    action: Callable[[], object]


class _LineLook(QStyledItemDelegate):
    """A line with its name, and a note in a quieter colour; a heading small and without an icon."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one line: the note has what the name leaves of the width."""
        note = index.data(NOTE)
        if not index.flags() & Qt.ItemFlag.ItemIsSelectable:
            painter.save()
            small = QFont(option.font)
            small.setPixelSize(HEAD_SIZE)
            painter.setFont(small)
            painter.setPen(theme.role("text_hint"))
            place = QRect(option.rect).adjusted(8, 6, -8, 0)
            painter.drawText(
                place,
                int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
                str(index.data(Qt.ItemDataRole.DisplayRole)),
            )
            painter.restore()
            return
        if not note:
            super().paint(painter, option, index)
            return
        drawn = QStyleOptionViewItem(option)
        self.initStyleOption(drawn, index)
        style = option.widget.style()
        inside = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, drawn, option.widget)
        name = str(index.data(Qt.ItemDataRole.DisplayRole))
        metrics = drawn.fontMetrics
        taken = min(metrics.horizontalAdvance(name), inside.width() * 2 // 3)
        drawn.text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, taken)
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, drawn, painter, option.widget)
        left = QRect(inside).adjusted(metrics.horizontalAdvance(drawn.text) + GAP + 4, 0, -4, 0)
        painter.save()
        painter.setFont(drawn.font)
        painter.setPen(theme.role("text_second"))
        shown = metrics.elidedText(str(note), Qt.TextElideMode.ElideRight, left.width())
        painter.drawText(left, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.restore()


class CommandPalette(QDialog):
    """A list that narrows while typing; Up, Down, PageUp, PageDown, Enter, Esc."""

    def __init__(self, window: MainWindow, desk: Desk, factories: Mapping[str, PageFactory]) -> None:
        super().__init__(window, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk = desk
        self._factories = factories
        self._pages = self._page_lines()
        self._actions = self._action_lines(window)
        self._lines: list[Line] = []
        self._answer: SearchAnswer | None = None
        self._asking = False
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame = QFrame()
        frame.setProperty("panel", "card")
        outer.addWidget(frame)
        column = QVBoxLayout(frame)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("页面、命令，或任何记录的名称、编号、号码、拼音首字母"))
        self.search.setAccessibleName(tr("搜索与命令"))
        self.list = QListWidget()
        self.list.setObjectName("palette")
        self.list.setIconSize(QSize(16, 16))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_LineLook(self.list))
        self.list.setAccessibleName(tr("搜索结果"))
        self._none = label(tr("没有找到。换一个词试试。"), "second")
        self._said = label("", "hint")
        foot = QHBoxLayout()
        foot.addWidget(self._said, 1)
        foot.addWidget(label(tr("↑↓ 选择　Enter 打开　Esc 关闭"), "hint"))
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(self._none, 1, Qt.AlignmentFlag.AlignTop)
        column.addLayout(foot)
        self.search.textChanged.connect(self._typed)
        self.search.installEventFilter(self)
        self.list.itemClicked.connect(lambda item: self._take(self._line_of(item)))
        self.setFixedSize(WIDTH, HEIGHT)
        corner = window.mapToGlobal(window.rect().center())
        self.move(corner.x() - WIDTH // 2, corner.y() - HEIGHT // 2 - 40)
        self._show()
        self._prepare()

    # --- what there is without asking ------------------------------------------------------------------------

    def _page_lines(self) -> list[Line]:
        times = Counter(entry.name for area in AREAS for entry in area.pages)
        lines = []
        for area in AREAS:
            for entry in area.pages:
                if entry.page_id not in self._factories:
                    continue
                # Two areas may call a page alike; away from its area in the rail it needs the area's name.
                name = tr(entry.name)
                shown = f"{tr(area.name)} · {name}" if times[entry.name] > 1 and area.name else name
                action = partial(self._desk.go, entry.page_id)
                lines.append(Line(f"page {entry.page_id}", entry.icon, shown, "", action))
        for kind, name in filings() if "filings" in self._factories else ():
            action = partial(self._desk.go, "filings", kind=kind)
            lines.append(Line(f"filing {kind.value}", "building-2", f"{tr('企业备案')} · {name}", "", action))
        return lines

    def _action_lines(self, window: MainWindow) -> list[Line]:
        made = (
            ("plus", tr("新建模板"), lambda: self._desk.go("studio", choose=True)),
            ("circle-help", tr("快捷键"), window.open_help),
            ("sun", tr("浅色主题"), lambda: window.change_look(theme_name="light")),
            ("moon", tr("深色主题"), lambda: window.change_look(theme_name="dark")),
            ("languages", "中文界面", lambda: window.change_look(language="zh")),
            ("languages", "English interface", lambda: window.change_look(language="en")),
        )
        return [Line(f"action {text}", icon, text, "", action) for icon, text, action in made]

    # --- asking for records ----------------------------------------------------------------------------------

    def _prepare(self) -> None:
        """Take what has changed since the last search into the index, block by block, off the window's thread."""
        self._desk.bridge.call(
            self,
            lambda service, task: any(iter(lambda: task.cancelled() or not service.search.prepare(), True)),
            lambda _: self._ask(again=True),
            lambda _problems: None,  # without the index there are pages and actions, and a search says why
        )

    def _typed(self, _text: str) -> None:
        self._show()
        self._ask()

    def _ask(self, *, again: bool = False) -> None:
        query = self.search.text()
        old = self._answer is not None and self._answer.query == query
        if self._asking or not asked(query) or (old and not again):
            return
        self._asking = True

        def done(answer: SearchAnswer | None, problems: tuple[Problem, ...] = ()) -> None:
            self._asking = False
            if query == self.search.text():
                self._answer = answer or SearchAnswer(query, ())
                self._show()
                self._said.setText(self._desk.say(problems[:1]))
            else:
                self._ask()

        self._desk.bridge.call(
            self,
            lambda service, _task: service.search.find(query),
            done,
            lambda problems: done(None, problems),
        )

    # --- showing ---------------------------------------------------------------------------------------------

    def _groups(self) -> list[tuple[str, list[Line]]]:
        query = self.search.text()
        words = fold(query).split()

        def fits(line: Line) -> bool:
            name = fold(line.text)
            short = initials(name)
            return all(word in name or word in short for word in words)

        groups = [
            (tr("页面"), [line for line in self._pages if fits(line)]),
            (tr("命令"), [line for line in self._actions if fits(line)]),
        ]
        if self._answer is not None and self._answer.query == query:
            for group in self._answer.groups:
                if PLACES[group.kind].page not in self._factories:
                    continue
                head = heading(group.kind)
                lines = [
                    Line(
                        f"{e.kind.value} {e.ref}",
                        PLACES[e.kind].icon,
                        e.name,
                        self._note(e.kind.value, e.note),
                        partial(self._open, e),
                    )
                    for e in group.entries
                ]
                groups.append((f"{head} · {tr('还有更多，再输入几个字')}" if group.more else head, lines))
        return [(head, lines) for head, lines in groups if lines]

    def _note(self, kind: str, note: str) -> str:
        return self._desk.word(f"state.review_kind.{note}") if kind == "review" else " ".join(note.split())

    def _open(self, entry: Entry) -> None:
        page, arguments = go_to(entry)
        self._desk.go(page, **arguments)

    def _show(self) -> None:
        chosen = self._chosen()
        self.list.clear()
        self._lines = []
        wanted = -1
        for head, lines in self._groups():
            title = QListWidgetItem(head)
            title.setFlags(Qt.ItemFlag.NoItemFlags)
            title.setSizeHint(QSize(0, HEAD_HEIGHT))
            self.list.addItem(title)
            for line in lines:
                item = QListWidgetItem(icons.icon(line.icon), line.text)
                item.setData(Qt.ItemDataRole.UserRole, len(self._lines))
                item.setData(NOTE, line.note)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{line.text} {line.note}".strip())
                item.setSizeHint(QSize(0, LINE_HEIGHT))
                if chosen is not None and chosen.key == line.key:
                    wanted = self.list.count()
                self._lines.append(line)
                self.list.addItem(item)
        there = self.list.count() > 0
        self.list.setCurrentRow(wanted if wanted > 1 else 1 if there else -1)
        self.list.setVisible(there)
        self._none.setVisible(not there)
        waiting = self._answer.waiting if self._answer is not None else 0
        self._said.setText(tr("正在整理新的记录…") if waiting else "")

    def _chosen(self) -> Line | None:
        return self._line_of(self.list.currentItem()) if self.list.currentRow() >= 0 else None

    def _line_of(self, item: QListWidgetItem) -> Line | None:
        number = item.data(Qt.ItemDataRole.UserRole)  # a heading has none
        return self._lines[number] if number is not None else None

    def _take(self, line: Line | None) -> None:
        if line is not None:
            self.accept()
            line.action()

    def _step(self, step: int) -> None:
        """Go to the next line, over the headings, round the ends."""
        count = self.list.count()
        row = self.list.currentRow()
        for _ in range(count):
            row = (row + step) % count
            if self.list.item(row).flags() & Qt.ItemFlag.ItemIsSelectable:
                self.list.setCurrentRow(row)
                return

    def _step_group(self, step: int) -> None:
        """Go to the first line of the next or the last group."""
        heads = [
            n
            for n in range(self.list.count())
            if not self.list.item(n).flags() & Qt.ItemFlag.ItemIsSelectable
        ]
        own = max((n for n in heads if n < self.list.currentRow()), default=0)
        if heads:
            head = heads[(heads.index(own) + step) % len(heads)]
            self.list.setCurrentRow(head + 1)
            self.list.scrollToItem(self.list.item(head))
            self.list.scrollToItem(self.list.item(head + 1))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys, the page keys and Enter of the search box work the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
            groups = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}
            if key in steps and self.list.count():
                self._step(steps[key])
                return True
            if key in groups and self.list.count():
                self._step_group(groups[key])
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(self._chosen())
                return True
        return super().eventFilter(watched, event)
