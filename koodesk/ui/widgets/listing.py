# SPDX-License-Identifier: Apache-2.0
"""A list on a page: skeleton while loading, a designed empty state, then a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from koodesk.ui.widgets.empty import EmptyState, Skeleton
from koodesk.ui.widgets.tables import Column, RowsModel, Table


class Listing(QStackedWidget):
    """Shows one of: skeleton, empty state, table. The selection survives a refresh by row `key`."""

    def __init__(
        self,
        columns: Sequence[Column],
        empty: EmptyState,
        opened: Callable[[Any], object] | None = None,
        key: Callable[[Any], object] = lambda row: row.id,
        more: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self._key = key
        self.model = RowsModel(columns, more)
        self.table = Table(self.model, opened)
        self.empty: QWidget = empty
        self.skeleton = Skeleton()
        for part in (self.skeleton, self.empty, self.table):
            self.addWidget(part)
        self.setMinimumHeight(280)
        self._wanted: object = None

    def want(self, key: object) -> None:
        """Select the row of a key and give it the focus, now or with the next rows that hold it; None wants nothing."""
        self._wanted = key
        self._find_wanted()

    def _find_wanted(self) -> None:
        if self._wanted is None:
            return
        for number, row in enumerate(self.model.rows):
            if self._key(row) == self._wanted:
                self._wanted = None
                self.table.selectRow(number)
                self.table.scrollTo(self.model.index(number, 0))
                self.table.setFocus()
                return

    def fit_rows(self, most: int) -> None:
        """Be as high as the rows there are, up to `most`; the empty state and the skeleton keep their height."""
        if self.currentWidget() is self.table:
            self.table.fit_rows(most)
            self.setFixedHeight(self.table.height())
        else:
            self.setFixedHeight(280)

    def choose(self, key: object) -> None:
        """Select the row of a key, where it is listed and not selected yet."""
        chosen = self.table.current()
        if chosen is not None and self._key(chosen) == key:
            return
        for number, row in enumerate(self.model.rows):
            if self._key(row) == key:
                self.table.selectRow(number)
                return

    def show_rows(self, rows: Sequence[Any], *, complete: bool = True) -> None:
        """Show rows, or the empty state when there are none; nothing is repainted when they are as before."""
        chosen = self.table.current()
        if self.currentWidget() is not self.skeleton and list(rows) == self.model.rows:
            self._find_wanted()
            return
        self.model.show(rows, complete=complete)
        self.setCurrentWidget(self.table if rows else self.empty)
        if (
            QApplication.focusWidget() is self.empty
        ):  # which shows no focus: its button has it, or what stands before
            following = getattr(self.empty, "button", None)
            if following is not None and following.isVisible() and following.isEnabled():
                following.setFocus(Qt.FocusReason.TabFocusReason)
            else:
                self.focusPreviousChild()
        if chosen is not None:
            self.choose(self._key(chosen))
        self._find_wanted()
