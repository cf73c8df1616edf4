# SPDX-License-Identifier: Apache-2.0
"""One part of the message as a widget: what the mouse, the keyboard and a screen reader meet.

It paints nothing (the canvas does) and decides nothing: it tells what the user wants with the part it stands for.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from koodesk.domain.video_sms.template import ResourceKind

_TAB = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class ElementProxy(QWidget):
    """Stands over the subject (`kind` None) or an element.

    A click selects; a text is edited by it, a video or gif played. Enter edits or replaces, Delete removes, Alt+Up and
    Alt+Down move, a drag moves too.
    """

    picked = Signal(str)
    pointed = Signal(str)
    edit_wanted = Signal(str)
    replace_wanted = Signal(str)
    remove_wanted = Signal(str)
    step_wanted = Signal(str, int)
    play_wanted = Signal(str)
    stop_wanted = Signal()
    menu_wanted = Signal(str, QPoint)
    dragged = Signal(str, QPointF)
    """The part is held over a point of the canvas."""
    dropped = Signal(str, QPointF)
    drag_ended = Signal()
    """A drag is over, dropped or not."""

    def __init__(self, where: str, kind: ResourceKind | None, moving: bool, parent: QWidget) -> None:
        """`moving` says that the part can be played."""
        super().__init__(parent)
        self.where = where
        self.kind = kind
        self.moving = moving
        self._pressed: QPointF | None = None
        self._dragging = False
        self.setObjectName(f"part-{where}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.IBeamCursor if self._is_text() else Qt.CursorShape.PointingHandCursor)

    @property
    def dragging(self) -> bool:
        """Tell whether the part is held by the mouse right now."""
        return self._dragging

    # --- mouse ------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select; what more is wanted shows when the button is let go."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._pressed = event.position()
        self.picked.emit(self.where)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Carry the part once the mouse has moved far enough to mean it."""
        if self._pressed is None or self.kind is None:
            return
        moved = event.position() - self._pressed
        if not self._dragging and moved.manhattanLength() < QApplication.startDragDistance():
            return
        self._dragging = True
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.dragged.emit(self.where, QPointF(self.mapToParent(event.position())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drop the part, or do what a click does."""
        if self._pressed is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self._pressed = None
        if self._dragging:
            self.dropped.emit(self.where, QPointF(self.mapToParent(event.position())))
            self._end_drag()
        elif self.rect().contains(event.position().toPoint()):
            if self._is_text():
                self.edit_wanted.emit(self.where)
            elif self.moving:
                self.play_wanted.emit(self.where)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Choose another file; the words of a text are edited by the first click."""
        del event
        if not self._is_text():
            self.replace_wanted.emit(self.where)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the part."""
        self.picked.emit(self.where)
        self.menu_wanted.emit(self.where, event.globalPos())

    def _end_drag(self) -> None:
        self._dragging = False
        self._pressed = None
        self.setCursor(Qt.CursorShape.IBeamCursor if self._is_text() else Qt.CursorShape.PointingHandCursor)
        self.drag_ended.emit()

    # --- keyboard ---------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and F2 edit, Space plays, Delete removes, Alt with an arrow moves; the rest is the window's."""
        key, alt = event.key(), event.modifiers() & Qt.KeyboardModifier.AltModifier
        if self._dragging and key == Qt.Key.Key_Escape:
            self._end_drag()
        elif alt and self.kind is not None and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.step_wanted.emit(self.where, -1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.picked.emit(self.where)
            (self.edit_wanted if self._is_text() else self.replace_wanted).emit(self.where)
        elif key == Qt.Key.Key_Space and self.moving:
            if not event.isAutoRepeat():
                self.picked.emit(self.where)
                self.play_wanted.emit(self.where)
        elif key == Qt.Key.Key_Escape and self.moving:
            self.stop_wanted.emit()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.kind is not None:
            self.remove_wanted.emit(self.where)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep Alt with an arrow from the window's menus while the part has the keyboard."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.modifiers() & Qt.KeyboardModifier.AltModifier
            and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down)
        ):
            event.accept()
            return True
        return super().event(event)

    # --- attention --------------------------------------------------------------------------------------------

    def enterEvent(self, event: QEnterEvent) -> None:
        """Tell that the mouse is here."""
        super().enterEvent(event)
        self.pointed.emit(self.where)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the mouse is gone."""
        super().leaveEvent(event)
        self.pointed.emit("")

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Going through the parts by Tab selects them."""
        super().focusInEvent(event)
        if event.reason() in _TAB:
            self.picked.emit(self.where)

    def _is_text(self) -> bool:
        return self.kind in (None, ResourceKind.TEXT)
