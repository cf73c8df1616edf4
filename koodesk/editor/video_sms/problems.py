# SPDX-License-Identifier: Apache-2.0
"""Everything that is wrong with the message, worst first; a click, or Enter, goes to the place."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QListView, QListWidget, QListWidgetItem, QStackedLayout, QWidget

from koodesk.domain.problem import Problem, Severity
from koodesk.editor.inspector.form import plain
from koodesk.editor.video_sms.session import VideoSession
from koodesk.editor.video_sms.words import element_name
from koodesk.editor.words import about, tr

_ICONS: Final = {
    Severity.ERROR: ("circle-x", "danger"),
    Severity.WARNING: ("triangle-alert", "warning"),
    Severity.NOTE: ("info", "text_hint"),
}
_FOUND: Final = int(Qt.ItemDataRole.UserRole)
FORM: Final = ("name", "signature", "validity_days", "remarks", "channel")
"""Places that belong to the sheet 提交审核."""


class MessageProblems(QWidget):
    """One line a problem."""

    counted = Signal(int, int)
    """How many errors and how many warnings there are now."""

    form_wanted = Signal(str)
    """The place of a problem that the sheet 提交审核 holds."""

    paper_wanted = Signal(str)
    """A letter the filing lacks."""

    def __init__(self, session: VideoSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._shown: tuple[Problem, ...] | None = None
        self.list = QListWidget(self)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setWordWrap(True)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setIconSize(QSize(16, 16))
        self.list.setAccessibleName(tr("问题"))
        self.list.itemActivated.connect(self._go)
        self.list.itemClicked.connect(self._go)
        nothing = plain(tr("没有问题。可以提交审核。"), "second")
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(8, 4, 8, 8)
        self._stack.addWidget(self.list)
        self._stack.addWidget(nothing)
        session.checked.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the problems as they are now."""
        problems = self._session.problems
        errors = sum(p.severity is Severity.ERROR for p in problems)
        warnings = sum(p.severity is Severity.WARNING for p in problems)
        self.counted.emit(errors, warnings)
        if problems == self._shown:
            return
        self._shown = problems
        self.list.clear()
        for found in problems:
            words = about(self._place(found), self._session.look.sentence(found))
            source = tr("来源：{source}", source=found.source) if found.source else ""
            item = QListWidgetItem(self._session.look.icon(*_ICONS[found.severity], 16), words)
            item.setToolTip(f"{words}\n{source}".strip())
            item.setData(_FOUND, found)
            self.list.addItem(item)
        self._stack.setCurrentIndex(0 if problems else 1)

    def _place(self, found: Problem) -> str:
        return element_name(self._session.template, found.where)

    def _go(self, item: QListWidgetItem) -> None:
        where = item.data(_FOUND).where
        if where in FORM:
            self.form_wanted.emit(where)
        elif where.startswith("paper:"):
            self.paper_wanted.emit(where)
        else:
            self._session.selection.go_to(where)
