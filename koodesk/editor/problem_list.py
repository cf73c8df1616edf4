# SPDX-License-Identifier: Apache-2.0
"""Everything that is wrong with the card, worst first; a click goes to the place."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from koodesk.domain.problem import Problem, Severity
from koodesk.editor.inspector.form import plain
from koodesk.editor.session import Session
from koodesk.editor.words import about, named, tr

_ICONS = {
    Severity.ERROR: ("circle-x", "danger"),
    Severity.WARNING: ("triangle-alert", "warning"),
    Severity.NOTE: ("info", "text_hint"),
}
_ROLE = int(Qt.ItemDataRole.UserRole)


class ProblemList(QWidget):
    """One line a problem."""

    counted = Signal(int, int)
    """How many errors and how many warnings there are now."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._shown: tuple[Problem, ...] = ()
        self.list = QListWidget(self)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setWordWrap(True)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setIconSize(QSize(16, 16))
        self.list.setAccessibleName(tr("问题"))
        self.list.itemActivated.connect(self._go)
        self.list.itemClicked.connect(self._go)
        empty = QWidget(self)
        column = QVBoxLayout(empty)
        words = plain(tr("没有问题。可以提交审核。"), "second")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(words)
        self._stack = QStackedLayout()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 8, 12, 12)
        outer.addLayout(self._stack)
        self._stack.addWidget(self.list)
        self._stack.addWidget(empty)
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
            icon, role = _ICONS[found.severity]
            place = self._place(found)
            sentence = self._session.look.sentence(found)
            item = QListWidgetItem(self._session.look.icon(icon, role, 16), about(place, sentence))
            item.setData(_ROLE, found.where)
            if found.source:
                item.setToolTip(tr("来源：{source}", source=found.source))
            self.list.addItem(item)
        self._stack.setCurrentIndex(0 if problems else 1)

    def _place(self, found: Problem) -> str:
        """Return the name of the slot a problem is about, empty for the card's own fields."""
        if not found.where.startswith("content:"):
            return ""
        content_id = found.where.removeprefix("content:").split("/")[0]
        try:
            spec = self._session.slot(content_id)
        except KeyError:
            return ""
        return named(spec.name_zh, spec.name_en)

    def _go(self, item: QListWidgetItem) -> None:
        self._session.selection.go_to(str(item.data(_ROLE)))
