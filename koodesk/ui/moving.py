# SPDX-License-Identifier: Apache-2.0
"""The small window that stands there while a workspace is moved: nobody may have the workspace open meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from koodesk.domain.problem import Problem
from koodesk.ui.bridge import Bridge
from koodesk.ui.i18n import tr
from koodesk.ui.widgets.basics import button, label, row


class MoveWindow(QWidget):
    """Runs a move on a thread, shows how far it is, and can be cancelled until it has switched."""

    def __init__(self, old: Path, new: Path, bridge: Bridge) -> None:
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
        column.addWidget(label(tr("正在移动工作区"), "title"))
        column.addWidget(label(tr("从 {old}", old=old), "second", wrap=True))
        column.addWidget(label(tr("到 {new}", new=new), "second", wrap=True))
        self.progress = QProgressBar()
        self.progress.setMaximum(0)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("正在移动工作区"))
        column.addWidget(self.progress)
        column.addWidget(
            label(
                tr(
                    "每个文件复制后都会再读一遍核对，数据库逐表核对，全部一致才会切换。切换之前用的一直是旧位置。"
                ),
                "hint",
                wrap=True,
            )
        )
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
