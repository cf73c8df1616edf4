# SPDX-License-Identifier: Apache-2.0
"""The frames of the message as a list: chosen, reordered by drag and by Alt+Up and Alt+Down, removed by Delete."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QDropEvent, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListWidget, QListWidgetItem, QWidget

from koodesk.domain.problem import Severity
from koodesk.domain.video_sms import edits
from koodesk.domain.video_sms.template import Element, Frame, Media, ResourceKind
from koodesk.editor.thumbnail import square
from koodesk.editor.video_sms.session import VideoSession
from koodesk.editor.video_sms.words import ICONS, brief, kind_word, summary
from koodesk.editor.words import tr
from koodesk.preview.video_sms_media import cover_key

_SIDE: Final = 36
_MARKS: Final = {Severity.ERROR: ("circle-x", "danger"), Severity.WARNING: ("triangle-alert", "warning")}


class FrameList(QListWidget):
    """One line a frame. `step_wanted` and `remove_wanted` name the selected part."""

    step_wanted = Signal(str, int)
    remove_wanted = Signal(str)
    edit_wanted = Signal(str)
    menu_wanted = Signal(str, QPoint)

    def __init__(self, session: VideoSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._drawn: tuple[object, ...] = ()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("帧"))
        self.setIconSize(QSize(_SIDE, _SIDE))
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.currentRowChanged.connect(self._choose)
        self.itemActivated.connect(lambda _item: self.edit_wanted.emit(self._session.selection.content))
        session.document.changed.connect(self.refresh)
        session.checked.connect(self.refresh)
        session.pictures_changed.connect(self._pictures_changed)
        session.selection.changed.connect(self._follow)
        self.refresh()

    def refresh(self, *, anew: bool = False) -> None:
        """Show the frames as they are now; lines that say the same stay as they are."""
        frames = self._session.template.frames
        wanted = tuple((frame, self._session.worst(f"frame:{n + 1}")) for n, frame in enumerate(frames))
        if wanted == self._drawn and not anew:
            return
        self._drawn = wanted
        self.blockSignals(True)  # Qt's own parameter
        while self.count() > len(frames):
            self.takeItem(self.count() - 1)
        while self.count() < len(frames):
            self.addItem(QListWidgetItem())
        for number, frame in enumerate(frames):
            self._write(self.item(number), number, frame)
        self.blockSignals(False)  # Qt's own parameter
        self._follow()

    def _pictures_changed(self) -> None:
        self.refresh(anew=True)

    # --- what the user does -----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt with an arrow moves the selected part, Delete removes it."""
        key, where = event.key(), self._session.selection.content
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.step_wanted.emit(where, -1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_wanted.emit(where)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.edit_wanted.emit(where)
        else:
            super().keyPressEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Move a frame in the document; the list follows the document, never the other way round."""
        if event.source() is not self or self.currentRow() < 0:
            event.ignore()
            return
        index = self.indexAt(event.position().toPoint())
        to = self.count() if not index.isValid() else index.row() + self._below(index, event)
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        self.move_to(self.currentRow(), to)

    def move_to(self, frame: int, before: int) -> None:
        """Let a frame stand before the one at `before`, at the end for the number of frames."""
        to = before - 1 if before > frame else before
        if to == frame or not 0 <= frame < len(self._session.template.frames):
            return
        where = f"frame:{frame + 1}"
        place = self._session.place()
        self._session.change("move", where, lambda t: edits.move_frame(t, frame, to))
        element = place.element if place is not None and place.frame == frame else 0
        self._session.selection.select(edits.Place(to, element).where)

    def _below(self, index: QModelIndex, event: QDropEvent) -> int:
        rect = self.visualRect(index)
        return int(event.position().y() > rect.center().y())

    def _menu(self, point: QPoint) -> None:
        if self.itemAt(point) is not None:
            self.menu_wanted.emit(self._session.selection.content, self.viewport().mapToGlobal(point))

    def _choose(self, row: int) -> None:
        place = self._session.place()
        if row >= 0 and (place is None or place.frame != row):
            self._session.selection.select(edits.Place(row, 0).where)

    def _follow(self) -> None:
        """Mark the line of the selected part."""
        place = self._session.place()
        row = -1 if place is None else place.frame
        if row != self.currentRow():
            self.blockSignals(True)  # Qt's own parameter
            self.setCurrentRow(row)
            if row < 0:
                self.clearSelection()
            self.blockSignals(False)  # Qt's own parameter

    # --- the lines --------------------------------------------------------------------------------------------

    def _write(self, item: QListWidgetItem, number: int, frame: Frame) -> None:
        kinds = " + ".join(kind_word(e.kind) for e in frame.elements)
        facts = " / ".join(brief(e) or tr("空") for e in frame.elements)
        item.setText(f"{number + 1}  {kinds}\n{facts}")
        item.setToolTip("\n".join(summary(e, 400) or tr("空") for e in frame.elements))
        item.setSizeHint(QSize(0, _SIDE + 18))
        worst = self._session.worst(f"frame:{number + 1}")
        item.setIcon(self._icon(frame, worst))
        said = {Severity.ERROR: tr("有错误"), Severity.WARNING: tr("有提醒")}.get(worst) if worst else None
        words = [tr("第 {number} 帧", number=number + 1), kinds, facts, *([said] if said else [])]
        item.setData(int(Qt.ItemDataRole.AccessibleTextRole), "，".join(words))

    def _icon(self, frame: Frame, worst: Severity | None) -> QIcon:
        shown = next((e for e in frame.elements if isinstance(e, Media)), frame.elements[0])
        picture = self._picture(shown)
        mark = _MARKS.get(worst) if worst else None
        if mark is not None:
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._session.look.color("surface"))
            painter.drawEllipse(_SIDE - 16, _SIDE - 16, 16, 16)
            self._session.look.icon(*mark, 14).paint(painter, _SIDE - 15, _SIDE - 15, 14, 14)
            painter.end()
        icon = QIcon(picture)
        icon.addPixmap(picture, QIcon.Mode.Selected)
        return icon

    def _picture(self, element: Element) -> QPixmap:
        seen = isinstance(element, Media) and element.kind is not ResourceKind.AUDIO
        key = cover_key(element) if isinstance(element, Media) and seen else ""
        ladder = self._session.pictures.ladder(key) if key else None
        return square(ladder, None, self._session.look, _SIDE, self.devicePixelRatioF(), ICONS[element.kind])
