# SPDX-License-Identifier: Apache-2.0
"""One slot of the card as a widget: what the mouse, the keyboard and a screen reader meet.

It paints nothing (the canvas does) and decides nothing: it tells what the user wants with the content it stands for.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QWidget

from koodesk.domain.rule_pack import SlotKind


def carries_pictures(data: QMimeData) -> bool:
    """Tell whether dragged or pasted data may hold pictures: files of this machine, or an image."""
    return data.hasImage() or any(url.isLocalFile() for url in data.urls())


class SlotProxy(QWidget):
    """Stands over a slot, or over its second text (`part` "child").

    Click selects, a second click or Enter edits, Delete clears, a picture takes drops.
    """

    picked = Signal(str)
    pointed = Signal(str)
    edit_wanted = Signal(str, str)
    picture_wanted = Signal(str)
    clear_wanted = Signal(str, str)
    dropped = Signal(str, object)
    play_wanted = Signal(str)
    """A video was clicked, or Space was pressed on it: it is to play, or to stop."""
    play_unwanted = Signal()
    """Esc was pressed on a video."""

    def __init__(self, content_id: str, kind: SlotKind, parent: QWidget, part: str = "") -> None:
        super().__init__(parent)
        self.content_id = content_id
        self.kind = kind
        self.part = part
        self.setObjectName(f"slot-{content_id}" + (f"-{part}" if part else ""))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(kind is SlotKind.IMAGE)
        shape = Qt.CursorShape.IBeamCursor if kind is SlotKind.TEXT else Qt.CursorShape.PointingHandCursor
        self.setCursor(shape)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select; a text is edited at once, as it is where one types."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.picked.emit(self.content_id)
        if self.kind is SlotKind.VIDEO:
            self.play_wanted.emit(self.content_id)
        if self.kind is SlotKind.TEXT:
            self.edit_wanted.emit(self.content_id, self.part)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A picture is chosen anew, a button's words are edited."""
        del event
        if self.kind in (SlotKind.IMAGE, SlotKind.VIDEO):
            self.picture_wanted.emit(self.content_id)
        else:
            self.edit_wanted.emit(self.content_id, self.part)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and F2 edit, Delete clears; the rest is the window's."""
        key = event.key()
        if self.kind is SlotKind.VIDEO and key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.picked.emit(self.content_id)
                self.play_wanted.emit(self.content_id)
            return
        if self.kind is SlotKind.VIDEO and key == Qt.Key.Key_Escape:
            self.play_unwanted.emit()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.picked.emit(self.content_id)
            self.edit_wanted.emit(self.content_id, self.part)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.clear_wanted.emit(self.content_id, self.part)
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Tell that the mouse is here."""
        super().enterEvent(event)
        self.pointed.emit(self.content_id)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the mouse is gone."""
        super().leaveEvent(event)
        self.pointed.emit("")

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Going through the slots by Tab selects them."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.picked.emit(self.content_id)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files of this machine and pictures, nothing else."""
        if carries_pictures(event.mimeData()):
            event.acceptProposedAction()
            self.pointed.emit(self.content_id)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The files went elsewhere."""
        del event
        self.pointed.emit("")

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand on what was dropped."""
        event.acceptProposedAction()
        self.picked.emit(self.content_id)
        self.dropped.emit(self.content_id, event.mimeData())
