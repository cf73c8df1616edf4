# SPDX-License-Identifier: Apache-2.0
"""The dock below the canvas: the vendor wall, the problems and the recipients, one of them in sight."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from koodesk.editor.problem_list import ProblemList
from koodesk.editor.row_bar import RowBar
from koodesk.editor.session import Session
from koodesk.editor.tabbed_dock import TabbedDock
from koodesk.editor.vendor_wall import VendorWall
from koodesk.editor.wall_bar import WallBar
from koodesk.editor.words import tr


class Dock(TabbedDock):
    """Vendor wall, problems and recipients. Recipients are there where there are number files to see."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.wall = VendorWall(session, self._pages)
        self.bar = WallBar(session, self)
        self.bar.changed.connect(self.wall.set_look)
        self._of_phones = [self.bar]
        self.problems = ProblemList(session, self._pages)
        self._pages.addWidget(self.wall)
        self._pages.addWidget(self.problems)
        self.wall_tab = self._tab(tr("厂商预览"), 0)
        self.problems_tab = self._tab(tr("问题"), 1)
        self.rows: RowBar | None = None
        self.rows_tab = self._tab(tr("号码数据"), 2)
        self.rows_tab.setVisible(session.around.rows is not None)
        if session.around.rows is not None:
            self.rows = RowBar(session, session.around.rows, self._pages)
            self._pages.addWidget(self.rows)
        self.wall_tab.setChecked(True)
        head = QHBoxLayout()
        head.setContentsMargins(8, 4, 8, 0)
        head.setSpacing(4)
        head.addWidget(self.wall_tab)
        head.addWidget(self.problems_tab)
        head.addWidget(self.rows_tab)
        head.addStretch(1)
        head.addWidget(self.bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._pages, 1)
        self.problems.counted.connect(self._count)
        self.problems.refresh()
