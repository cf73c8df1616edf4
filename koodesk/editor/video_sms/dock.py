# SPDX-License-Identifier: Apache-2.0
"""The dock below the canvas: the budget always, and behind tabs the problems or the phones, with a recipient's values."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from koodesk.editor.tabbed_dock import TabbedDock
from koodesk.editor.video_sms.budget_bar import BudgetBar
from koodesk.editor.video_sms.phone_wall import PhoneWall, WallChoiceBar
from koodesk.editor.video_sms.problems import MessageProblems
from koodesk.editor.video_sms.row_picker import RowPicker
from koodesk.editor.video_sms.session import VideoSession
from koodesk.editor.words import tr


class MessageDock(TabbedDock):
    """Budget, phones and problems."""

    def __init__(self, session: VideoSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.budget = BudgetBar(session, self)
        self.wall = PhoneWall(session, self._pages)
        self.problems = MessageProblems(session, self._pages)
        self._pages.addWidget(self.wall)
        self._pages.addWidget(self.problems)
        self.wall_tab = self._tab(tr("手机预览"), 0)
        self.problems_tab = self._tab(tr("问题"), 1)
        self.bar = WallChoiceBar(session, self)
        self.bar.changed.connect(self.wall.show_choice)
        rows = session.around.rows
        self.rows = None if rows is None else RowPicker(session, rows, self)
        self._of_phones = [self.bar] if self.rows is None else [self.bar, self.rows]
        self.wall_tab.setChecked(True)
        line = QFrame(self)
        line.setProperty("panel", "line")
        head = QHBoxLayout()
        head.setContentsMargins(8, 4, 12, 0)
        head.setSpacing(4)
        head.addWidget(self.wall_tab)
        head.addWidget(self.problems_tab)
        head.addStretch(1)
        if self.rows is not None:
            head.addWidget(self.rows)
        head.addWidget(self.bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.budget)
        column.addWidget(line)
        column.addLayout(head)
        column.addWidget(self._pages, 1)
        self.problems.counted.connect(self._count)
        self.problems.refresh()

    def stop(self) -> None:
        """Paint no more; for a session that is closed."""
        self.wall.stop()
