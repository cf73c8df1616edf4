# SPDX-License-Identifier: Apache-2.0
"""A narrow list whose rows have a name and a note below it: phones, inboxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from koodesk.ui import icons, theme
from koodesk.ui.i18n import tr

ROW_HEIGHT: Final = 48
_LINES: Final = Qt.ItemDataRole.UserRole
_KEY: Final = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Lines:
    """A row: what it is chosen by, its name and the note below, a word at the right, and an icon. `unread` has a dot and stands
    out."""

    key: Any
    name: str
    note: str
    side: str = ""
    icon: str = ""
    quiet: bool = False
    unread: bool = False


class _Look(QStyledItemDelegate):
    """Draws a row: chosen rows on the accent's soft ground, with a bar at their left."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the height all rows share."""
        return QSize(super().sizeHint(option, index).width(), ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one row."""
        row = index.data(_LINES)
        if not isinstance(row, Lines):
            return
        listing = self.parent()
        assert isinstance(listing, TwoLines)  # it is made by one
        chosen = listing.shows(row.key, selected=bool(option.state & QStyle.StateFlag.State_Selected))
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        place = QRect(option.rect)
        painter.save()
        if chosen or over:
            painter.fillRect(place, theme.role("accent_soft" if chosen else "hover"))
        if chosen:
            painter.fillRect(
                QRect(place.left(), place.top() + 8, 3, place.height() - 16), theme.role("accent")
            )
        if option.state & QStyle.StateFlag.State_HasFocus and not chosen:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(theme.role("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(place).adjusted(1.5, 3.5, -1.5, -3.5), 6, 6)
        if row.unread:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.role("accent"))
            painter.drawEllipse(QRectF(place.left() + 4, place.top() + 21, 7, 7))
        left = place.left() + 14
        if row.icon:
            role = "accent" if chosen else "text_hint" if row.quiet else "text_second"
            image = icons.pixmap(row.icon, theme.role(role), 18, painter.device().devicePixelRatioF())
            painter.drawPixmap(left, place.top() + (place.height() - 18) // 2, image)
            left += 28
        right = place.right() - 12
        small = QFont(option.font)
        small.setPixelSize(12)
        painter.setFont(small)
        painter.setPen(theme.role("text_hint"))
        width = painter.fontMetrics().horizontalAdvance(row.side)
        if row.side:
            painter.drawText(
                QRect(right - width, place.top() + 6, width, 18), Qt.AlignmentFlag.AlignVCenter, row.side
            )
        note = QRect(left, place.top() + 25, right - left, 17)
        shown = painter.fontMetrics().elidedText(row.note, Qt.TextElideMode.ElideRight, note.width())
        painter.setPen(theme.role("text_second"))
        painter.drawText(note, Qt.AlignmentFlag.AlignVCenter, shown)
        font = QFont(option.font)
        font.setBold(row.unread)
        painter.setFont(font)
        painter.setPen(theme.role("text_second" if row.quiet else "text"))
        name = QRect(left, place.top() + 6, right - left - (width + 8 if row.side else 0), 18)
        shown = painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideRight, name.width())
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()


class TwoLines(QListWidget):
    """Rows to choose one of, by mouse or arrow keys. `chosen` tells its key; `opened` that Enter was pressed on it."""

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setItemDelegate(_Look(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.currentItemChanged.connect(self._tell)
        self.itemActivated.connect(lambda item: self.opened.emit(item.data(_KEY)))

    def put(self, rows: Sequence[Lines], key: Any = None) -> None:
        """Show rows and choose the one of a key without telling; none of them for another key."""
        self.blockSignals(True)
        self.clear()
        for row in rows:
            item = QListWidgetItem()
            item.setData(_LINES, row)
            item.setData(_KEY, row.key)
            # What a screen reader says; the delegate draws the parts themselves.
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole,
                "，".join(filter(None, (tr("未读") if row.unread else "", row.name, row.note, row.side))),
            )
            item.setToolTip(row.note)
            self.addItem(item)
            if row.key == key:
                self.setCurrentItem(item)
        self.blockSignals(False)

    def shows(self, key: Any, *, selected: bool) -> bool:
        """Tell whether a row is drawn as the one whose content stands beside: here the selected one."""
        del key
        return selected

    def _tell(self, item: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(_KEY))


class InboxList(TwoLines):
    """Messages: going over them with the arrow keys opens nothing; a click or Enter does (`opened`). What is open stands out."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._open: Any = None
        self._nothing = ("", "")
        self.itemClicked.connect(lambda item: self.opened.emit(item.data(_KEY)))

    def put(self, rows: Sequence[Lines], key: Any = None, nothing: tuple[str, str] = ("", "")) -> None:
        """Show rows, the one of a key as open; the keyboard stays on its row, and begins at the first. `nothing` is what stands
        in the list while there are no rows: why, and what brings some."""
        self._nothing = nothing
        self.setAccessibleDescription("" if rows else " ".join(nothing))
        before = self.currentItem().data(_KEY) if self.currentItem() is not None else key
        self._open = key
        super().put(rows, before)
        if self.currentItem() is None and self.count():
            self.blockSignals(True)
            self.setCurrentRow(0, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.blockSignals(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, or why there are none."""
        super().paintEvent(event)
        if self.count() or not self._nothing[0]:
            return
        painter = QPainter(self.viewport())
        place = self.viewport().rect().adjusted(20, 0, -20, 0)
        top = place.top() + max(16, place.height() // 2 - 64)
        image = icons.pixmap("message-square-text", theme.role("border_strong"), 32, self.devicePixelRatioF())
        painter.drawPixmap(place.center().x() - 16, top, image)
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(theme.role("text"))
        centred = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        wrapped = centred | Qt.TextFlag.TextWordWrap
        below = place.adjusted(0, top + 44 - place.top(), 0, 0)
        head = painter.boundingRect(below, int(wrapped), self._nothing[0])
        painter.drawText(below, int(wrapped), self._nothing[0])
        font.setWeight(QFont.Weight.Normal)
        font.setPixelSize(12)
        painter.setFont(font)
        painter.setPen(theme.role("text_second"))
        painter.drawText(below.adjusted(0, head.height() + 6, 0, 0), int(wrapped), self._nothing[1])

    def show_open(self, key: Any) -> None:
        """Show another row as open, or none."""
        self._open = key
        self.viewport().update()

    def shows(self, key: Any, *, selected: bool) -> bool:
        """Tell whether a row is the open one."""
        del selected
        return self._open is not None and bool(key == self._open)

    def open_row(self, number: int) -> None:
        """Open a row as a click on it does."""
        self.setCurrentRow(number)
        self.itemClicked.emit(self.item(number))
