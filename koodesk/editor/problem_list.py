# SPDX-License-Identifier: Apache-2.0
"""Everything that is wrong with the card, worst first: a click goes to the place, and beside the list stands what a fix would do.

Which problems have a fix, and what it would change, is found off the window's thread (`fix_pane`). A fix is made only when it
is asked for, one by one or all of them, as one step of the history.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from koodesk.domain.fixes import fix
from koodesk.domain.problem import Problem, Severity
from koodesk.editor.fix_pane import FixPane
from koodesk.editor.inspector.form import plain, put_icon
from koodesk.editor.latest import Latest, Tell
from koodesk.editor.problem_filter import FilterBar
from koodesk.editor.session import Session
from koodesk.editor.words import about, named, tr

_ICONS = {
    Severity.ERROR: ("circle-x", "danger"),
    Severity.WARNING: ("triangle-alert", "warning"),
    Severity.NOTE: ("info", "text_hint"),
}
_ROLE: Final = int(Qt.ItemDataRole.UserRole)


class ProblemList(QWidget):
    """One line a problem."""

    counted = Signal(int, int)
    """How many errors and how many warnings there are now."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._shown: tuple[Problem, ...] = ()
        self._fixable: frozenset[Problem] = frozenset()
        self._latest: Final = Latest(self)
        self._latest.told.connect(self._mark)
        self.bar = FilterBar(session, self)
        self.bar.changed.connect(self._fill)
        self.all = QPushButton(self)
        put_icon(self.all, session.look, "wand-sparkles", size=16)
        self.all.clicked.connect(self._preview_all)
        self.list = QListWidget(self)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setWordWrap(True)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setIconSize(QSize(16, 16))
        self.list.setAccessibleName(tr("问题"))
        self.list.itemActivated.connect(self._go)
        self.list.itemClicked.connect(self._go)
        self.list.currentItemChanged.connect(lambda _now, _before: self._preview())
        self.pane = FixPane(session, self)
        self.pane.setMinimumWidth(240)
        self._stack = QStackedLayout()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 8, 12, 12)
        outer.addLayout(self._stack)
        self._stack.addWidget(self._page())
        self._stack.addWidget(self._nothing())
        session.checked.connect(self.refresh)
        self.refresh()

    @property
    def busy(self) -> bool:
        """Tell whether fixes are being looked for or previewed."""
        return self._latest.busy or self.pane.busy

    def stop(self) -> None:
        """Look for no more fixes; for a session that is closed."""
        self._latest.stop()
        self.pane.stop()

    def refresh(self) -> None:
        """Show the problems as they are now."""
        problems = self._session.problems
        errors = sum(p.severity is Severity.ERROR for p in problems)
        warnings = sum(p.severity is Severity.WARNING for p in problems)
        self.counted.emit(errors, warnings)
        self._look_for_fixes()
        if problems == self._shown:
            self._preview()  # the same words, and perhaps another card
            return
        self._shown = problems
        self.bar.count(problems)
        self._fill()

    def showEvent(self, event: QShowEvent) -> None:
        """Preview what is chosen; out of sight nothing is previewed."""
        super().showEvent(event)
        self._preview()

    # --- composition ------------------------------------------------------------------------------------------

    def _page(self) -> QWidget:
        page = QWidget(self)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.bar, 1)
        head.addWidget(self.all, 0, Qt.AlignmentFlag.AlignTop)
        body = QHBoxLayout()
        body.setSpacing(12)
        body.addWidget(self.list, 3)
        # The preview scrolls: its two little cards must not keep the whole dock high.
        pane = QScrollArea(self)
        pane.setFrameShape(QFrame.Shape.NoFrame)
        pane.setWidgetResizable(True)
        pane.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        pane.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        pane.setWidget(self.pane)
        body.addWidget(pane, 2)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addLayout(body, 1)
        return page

    def _nothing(self) -> QWidget:
        empty = QWidget(self)
        column = QVBoxLayout(empty)
        words = plain(tr("没有问题。可以提交审核。"), "second")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(words)
        return empty

    # --- the list ---------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        """Write the lines the filter lets through; the problem that was chosen stays chosen."""
        chosen = self._chosen()
        self.bar.count(self._shown)
        self.list.blockSignals(True)  # Qt's own parameter
        self.list.clear()
        for found in self._shown:
            if self.bar.filter.lets(found):
                item = QListWidgetItem()
                item.setData(_ROLE, found)
                icon, role = _ICONS[found.severity]
                item.setIcon(self._session.look.icon(icon, role, 16))
                self.list.addItem(item)
                if found == chosen:
                    self.list.setCurrentItem(item)
        self.list.blockSignals(False)  # Qt's own parameter
        self._write()
        self._stack.setCurrentIndex(0 if self._shown else 1)
        self._preview()

    def _write(self) -> None:
        """Write the words of the lines and of the button, as far as the fixes are known."""
        for row in range(self.list.count()):
            item = self.list.item(row)
            found: Problem = item.data(_ROLE)
            words = about(self._place(found), self._session.look.sentence(found))
            source = tr("来源：{source}", source=found.source) if found.source else ""
            item.setToolTip(f"{words}\n{source}".strip())
            item.setText(tr("{problem}（可修复）", problem=words) if found in self._fixable else words)
        self.list.scheduleDelayedItemsLayout()  # a longer line may need another row
        vendor = self.bar.filter.vendor
        if vendor is None:
            count, words = len(self._fixable), tr("全部修复")
        else:
            count = sum(p.vendor in (None, vendor) for p in self._fixable)
            words = tr("修复{vendor}的全部问题", vendor=named(*self._session.pack.vendor_names[vendor]))
        self.all.setText(f"{words} ({count})" if count else words)
        self.all.setEnabled(count > 0)

    def _look_for_fixes(self) -> None:
        template, pack, problems = (
            self._session.document.template,
            self._session.pack,
            self._session.problems,
        )

        def job(alive: Callable[[], bool], tell: Tell) -> None:
            if alive():
                tell(frozenset(p for p in problems if fix(p, template, pack) is not None))

        self._latest.run(job)

    def _mark(self, fixable: frozenset[Problem]) -> None:
        if fixable != self._fixable:
            self._fixable = fixable
            self._write()

    # --- fixes ------------------------------------------------------------------------------------------------

    def _chosen(self) -> Problem | None:
        row = self.list.currentRow()
        found = self.list.item(row).data(_ROLE) if row >= 0 else None
        return found if isinstance(found, Problem) else None

    def _preview(self) -> None:
        chosen = self._chosen()
        if chosen is None or not self.isVisible():
            self.pane.clear()
        else:
            self.pane.preview(chosen)

    def _preview_all(self) -> None:
        self.list.setCurrentRow(-1)
        self.pane.preview_all(self.bar.filter.vendor, self.all.text())
        self.pane.apply.setFocus(Qt.FocusReason.OtherFocusReason)

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
        found: Problem = item.data(_ROLE)
        self._session.selection.go_to(found.where)
