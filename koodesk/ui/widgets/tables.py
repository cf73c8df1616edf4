# SPDX-License-Identifier: Apache-2.0
"""Tables over plain rows: a model that fetches more when scrolled, and a view with states as colour, icon and word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from koodesk.ui import icons, theme
from koodesk.ui.widgets.basics import Chip

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT: Final = 40
CELL_MARGIN: Final = 8
MAX_WIDTH: Final = 240
LEAST_FREE: Final = 96
"""What a column without a width of its own keeps, where the others can give it."""
MEASURED_ROWS: Final = 24
"""Rows that tell how wide a column must be; Qt would measure a thousand, and again with every new size."""
LONG_TEXT: Final = 16
"""A cell of more characters may be elided, so it gets its text as a tip."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, how a row gives its text, and optionally its state kind (see `Chip`), tip and width.

    `width` 0 takes what is left; `right` aligns numbers.
    """

    name: str
    text: Callable[[Any], str]
    width: int = 0
    kind: Callable[[Any], str] | None = None
    tip: Callable[[Any], str | None] | None = None
    right: bool = False


class RowsModel(QAbstractTableModel):
    """Rows in memory. With `more`, asks for further rows when the view comes to the end."""

    def __init__(self, columns: Sequence[Column], more: Callable[[], None] | None = None) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.rows: list[Any] = []
        self._more = more
        self._asked = False
        self.complete = more is None

    def show(self, rows: Sequence[Any], *, complete: bool = True) -> None:
        """Replace all rows. As many as before are replaced in place, so that a list that is polled keeps its scroll."""
        if self._more is None and rows and len(rows) == len(self.rows):
            self.rows = list(rows)
            last = self.index(len(rows) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self.rows = list(rows)
        self.complete = complete or self._more is None
        self._asked = False
        self.endResetModel()

    def append(self, rows: Sequence[Any], *, complete: bool) -> None:
        """Add the rows that were asked for."""
        self._asked = False
        self.complete = complete
        if rows:
            self.beginInsertRows(QModelIndex(), len(self.rows), len(self.rows) + len(rows) - 1)
            self.rows += rows
            self.endInsertRows()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many rows are loaded."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self.columns)

    def canFetchMore(self, parent: Index) -> bool:
        """Tell whether rows are still to come."""
        return not parent.isValid() and not self.complete and not self._asked

    def fetchMore(self, parent: Index) -> None:
        """Ask for further rows."""
        if self._more is not None and not parent.isValid():
            self._asked = True
            self._more()

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Name a column."""
        if orientation == Qt.Orientation.Horizontal and section < len(self.columns):
            if role == Qt.ItemDataRole.DisplayRole:
                return self.columns[section].name
            if role == Qt.ItemDataRole.TextAlignmentRole:
                side = (
                    Qt.AlignmentFlag.AlignRight if self.columns[section].right else Qt.AlignmentFlag.AlignLeft
                )
                return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give a cell's text, colour, icon, tip."""
        if not index.isValid():
            return None
        column, row = self.columns[index.column()], self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole or role == Qt.ItemDataRole.AccessibleTextRole:
            return column.text(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole:
            text = column.text(row)
            return (column.tip(row) if column.tip else None) or (text if len(text) > LONG_TEXT else None)
        if column.kind is not None:
            kind = column.kind(row)
            if kind and role == Qt.ItemDataRole.ForegroundRole:
                return theme.role(Chip.ROLES[kind])
            if kind and role == Qt.ItemDataRole.DecorationRole:
                return icons.icon(Chip.ICONS[kind], Chip.ROLES[kind], 14)
        return None


class _HoverRow(QStyledItemDelegate):
    """Tints the whole row under the pointer: a style sheet can tint one cell only."""

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a cell, on the tint where it is hovered."""
        if index.row() == self._table.hovered:
            painter.fillRect(option.rect, theme.role("hover"))
        super().paint(painter, option, index)


class Table(QTableView):
    """A calm table: whole rows, no grid, Enter and double click open a row."""

    def __init__(self, model: RowsModel, opened: Callable[[Any], object] | None = None) -> None:
        super().__init__()
        self.rows_model = model
        self.hovered = -1
        self._unfitted = True
        self._opened = opened
        self.setItemDelegate(_HoverRow(self))
        self.setMouseTracking(True)
        self.entered.connect(lambda index: self._hover(index.row()))
        self.viewportEntered.connect(lambda: self._hover(-1))
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setIconSize(QSize(14, 14))
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(64)
        header.setResizeContentsPrecision(MEASURED_ROWS)
        for number, column in enumerate(model.columns):
            if column.width:
                self.setColumnWidth(number, column.width)
            else:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
        model.modelReset.connect(self._fit_columns)
        if opened is not None:
            self.doubleClicked.connect(lambda index: self._open(index.row()))

    def fit_rows(self, most: int, least: int = 1) -> None:
        """Be as high as the rows there are, up to `most` of them, and never lower than `least`."""
        rows = min(most, max(least, len(self.rows_model.rows)))
        head = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(head + rows * ROW_HEIGHT + 2 * self.frameWidth())

    def _fit_columns(self) -> None:
        """Widen the columns of a given width to what their names and the rows in sight need, within reason.

        What is left is the columns' that have no width of their own. While it is too little the others give way: first those that
        have more than they need, then the air beside every text, then the ones that would be widened most, which cuts what is in
        them.
        Nothing is measured while nobody sees it.
        """
        self._unfitted = not self.isVisible()
        if self._unfitted:
            return
        widths: dict[int, int] = {}
        least: dict[int, tuple[int, int]] = {}
        cut: set[int] = set()
        missing = -self.viewport().width()
        free = False
        for number, column in enumerate(self.rows_model.columns):
            if self.isColumnHidden(number):
                continue
            head, text = self.horizontalHeader().sectionSizeHint(number), self.sizeHintForColumn(number)
            needed = max(head, text + CELL_MARGIN)
            if column.width:
                widths[number] = max(column.width, min(needed, MAX_WIDTH))
                uncut, narrowest = min(widths[number], max(head, text)), min(column.width, needed)
                least[number] = max(uncut, narrowest), narrowest
                if needed > column.width:
                    cut.add(number)
                missing += widths[number]
            else:
                free = True
                missing += min(needed, LEAST_FREE)
        for step in range(2):
            for number in sorted(widths, key=lambda n: (n in cut, least[n][step] - widths[n])):
                given = min(max(0, missing), widths[number] - least[number][step]) if free else 0
                missing -= given
                widths[number] -= given
        for number, width in widths.items():
            self.setColumnWidth(number, width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share another width out anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit_columns()

    def showEvent(self, event: QShowEvent) -> None:
        """Measure what came while nobody saw it."""
        super().showEvent(event)
        if self._unfitted:
            self._fit_columns()

    def _hover(self, row: int) -> None:
        if row != self.hovered:
            self.hovered = row
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the row under the pointer."""
        self._hover(-1)
        super().leaveEvent(event)

    def _open(self, number: int) -> None:
        if self._opened is not None and 0 <= number < len(self.rows_model.rows):
            self._opened(self.rows_model.rows[number])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the current row on Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def current(self) -> Any:
        """Return the selected row, or None."""
        index = self.currentIndex()
        return self.rows_model.rows[index.row()] if index.isValid() else None
