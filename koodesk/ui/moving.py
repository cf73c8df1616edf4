# SPDX-License-Identifier: Apache-2.0
"""The small window that stands there while a workspace is moved, to a folder or to a database: nobody may have it open
meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from koodesk.domain.problem import Problem
from koodesk.ui.bridge import Bridge
from koodesk.ui.i18n import tr
from koodesk.ui.widgets.basics import button, label, row


class MoveWindow(QWidget):
    """Runs a move on a thread, shows how far it is, and can be cancelled until it has switched. `hint` says how it is checked."""

    def __init__(self, heading: str, old: str, new: str, hint: str, bridge: Bridge) -> None:
        super().__init__()
        self.setObjectName("moveWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("Koodesk")
        self.setFixedWidth(560)
        self._bridge = bridge
        self._task: Any = None
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(label(heading, "title"))
        column.addWidget(label(tr("从 {old}", old=old), "second", wrap=True))
        column.addWidget(label(tr("到 {new}", new=new), "second", wrap=True))
        self.progress = QProgressBar()
        self.progress.setMaximum(0)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(heading)
        column.addWidget(self.progress)
        column.addWidget(label(hint, "hint", wrap=True))
        self.cancel_button = button(tr("取消"), self.cancel, name="cancel-move")
        column.addLayout(row(1, self.cancel_button))

    def start(
        self,
        work: Callable[[Any], Any],
        done: Callable[[Any], None],
        failed: Callable[[tuple[Problem, ...]], None],
    ) -> None:
        """Begin; `work` gets the task, `done` what it returned."""
        self._task = self._bridge.call(self, lambda _nothing, task: work(task), done, failed)
        self._task.progress.connect(self._show)

    def _show(self, told: Any) -> None:
        if told.total:
            self.progress.setMaximum(1000)
            self.progress.setValue(int(1000 * told.done / told.total))

    def cancel(self) -> None:
        """Ask the move to end; the workspace stays where it was."""
        if self._task is not None:
            self._task.cancel()
        self.cancel_button.setEnabled(False)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing the window while the move goes on cancels it; it closes when the move has ended."""
        if self._task is not None and self._task.running:
            self.cancel()
            event.ignore()
            return
        event.accept()
