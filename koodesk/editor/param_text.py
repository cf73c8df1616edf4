# SPDX-License-Identifier: Apache-2.0
"""A text field that knows parameters: chips inside, `${` (or `#`, see `param_notation`) completes, Enter accepts, Esc gives up.

The same field edits in place on the canvas and in the inspector. It has no history of its own: undo and redo are the
document's, and the field follows the document. Input methods work as in any Qt text field; text still being composed is
not told to anyone.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QModelIndex, QSize, QStringListModel, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QPalette,
    QResizeEvent,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QAbstractItemView, QCompleter, QFrame, QSizePolicy, QTextEdit, QWidget

from koodesk.editor import param_chip
from koodesk.editor.look import Look
from koodesk.editor.param_notation import CARD, Notation


def is_history_key(event: QKeyEvent) -> bool:
    """Tell whether a key undoes or does again."""
    return event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)


class ParamText(QTextEdit):
    """A plain text with parameters. `text()` gives them as its notation writes them: `${name}`."""

    edited = Signal(str)
    """The text after something the user did; not sent for `set_text`."""

    accepted = Signal()
    """Enter was pressed."""

    given_up = Signal()
    """Esc was pressed."""

    left = Signal()
    """The keyboard went elsewhere."""

    entered = Signal()
    """The keyboard came here."""

    resized = Signal()
    """The field has another size, and Qt has laid the text out anew."""

    def __init__(
        self, look: Look, *, lines: bool = False, parent: QWidget | None = None, notation: Notation = CARD
    ) -> None:
        """`lines` allows line breaks (Shift+Enter)."""
        super().__init__(parent)
        self._lines = lines
        self._notation: Final = notation
        self._names: tuple[str, ...] = ()
        self._told = ""
        self._least = self._most = 1
        self.setAcceptRichText(False)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._chips = param_chip.ChipPainter(look.color, lambda name: name in self._names)
        self.document().documentLayout().registerHandler(param_chip.CHIP, self._chips)
        self._completer = QCompleter(self)
        self._completer.setModel(QStringListModel(self._completer))
        self._completer.setWidget(self)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._completer.activated.connect(self._complete)
        self.textChanged.connect(self._tell)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self.updateGeometry())

    def set_names(self, names: tuple[str, ...]) -> None:
        """Say which parameters the template has."""
        if names != self._names:
            self._names = names
            model = self._completer.model()
            assert isinstance(model, QStringListModel)
            model.setStringList(list(names))
            self.viewport().update()

    def set_height(self, least: int, most: int) -> None:
        """Grow with the text from `least` to `most` lines, then scroll."""
        self._least, self._most = least, most
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if most > 1 else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As high as the text, within what `set_height` allows."""
        line = self.fontMetrics().lineSpacing()
        chrome = round(self.document().documentMargin() * 2) + self._chrome()
        wanted = round(self.document().size().height() - self.document().documentMargin() * 2)
        return QSize(160, min(max(wanted, line * self._least), line * self._most) + chrome)

    def minimumSizeHint(self) -> QSize:
        """As high as `sizeHint`, but as narrow as need be."""
        return QSize(48, self.sizeHint().height())

    def text(self) -> str:
        """Return the text, parameters written out."""
        return param_chip.text_of(self.document(), notation=self._notation)

    def chips(self) -> tuple[tuple[int, float], ...]:
        """Return where each chip is and how wide, in pixels, in order."""
        return param_chip.places(self.document())

    def set_text(self, text: str) -> None:
        """Show a text; the cursor stays as near as it can to where it was."""
        if text != self.text():
            self._fill(text, self.textCursor().position())

    def _fill(self, text: str, position: int) -> None:
        self._told = text
        self.blockSignals(True)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.removeSelectedText()
        param_chip.insert(cursor, text, self._notation)
        cursor.setPosition(min(max(0, position), self.document().characterCount() - 1))
        self.setTextCursor(cursor)
        self.blockSignals(False)
        self.updateGeometry()

    def insert_param(self, name: str) -> None:
        """Put a parameter at the cursor (插入参数)."""
        self._put(self._notation.token(name))
        self.setFocus()

    def insert_text(self, text: str) -> None:
        """Put a text at the cursor, as if it had been typed."""
        self._put(text)
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter accepts, Esc gives up; undo and redo go to the document's actions."""
        popup = self.completer_popup()
        key = event.key()
        enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if popup.isVisible() and (enter or key in (Qt.Key.Key_Escape, Qt.Key.Key_Tab)):
            event.ignore()  # the list of names takes it
        elif enter and self._lines and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._put("\n")
        elif enter:
            self.accepted.emit()
        elif key == Qt.Key.Key_Escape:
            self.given_up.emit()
        elif is_history_key(event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window's actions, which a text field would keep from them."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and is_history_key(event)
        ):
            event.ignore()
            return False
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell of the new lines."""
        super().resizeEvent(event)
        self.resized.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that a stay in the field begins."""
        super().focusInEvent(event)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the stay ended, but not for a menu or the list of names."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.left.emit()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Plain text only: pictures and contents are the canvas's."""
        return source.hasText()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste as plain text, its parameters as chips."""
        self._put(source.text())

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copy as plain text, chips written out."""
        cursor, data = self.textCursor(), QMimeData()
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        data.setText(param_chip.text_of(self.document(), start, end, self._notation))
        return data

    def _put(self, text: str) -> None:
        if not self._lines:
            text = param_chip.BREAKS.sub(" ", text)
        cursor = self.textCursor()
        cursor.removeSelectedText()
        param_chip.insert(cursor, text, self._notation)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def _chrome(self) -> int:
        margins = self.contentsMargins()
        frame = 0 if self.frameShape() == QFrame.Shape.NoFrame else 2 * self.frameWidth()
        return margins.top() + margins.bottom() + frame

    def _tell(self) -> None:
        text = self.text()
        if self._told == text:
            return
        plain = self.toPlainText()
        if shorter := self._notation.shortened(plain):
            # A parameter written letter by letter is complete: make a chip of it.
            self._fill(text, self.textCursor().position() - shorter)
        self._told = text
        self.updateGeometry()
        self.edited.emit(text)
        self._offer()

    def completer_popup(self) -> QAbstractItemView:
        """Return the list of names that the sign of a parameter opens."""
        popup = self._completer.popup()
        assert popup is not None
        return popup

    def _before_cursor(self) -> str:
        cursor = self.textCursor()
        return (
            cursor.block()
            .text()
            .encode("utf-16-le")[: 2 * cursor.positionInBlock()]
            .decode("utf-16-le", "ignore")
        )

    def _offer(self) -> None:
        """Show the names that fit what stands behind the sign."""
        found = self._notation.opening(self._before_cursor())
        popup = self.completer_popup()
        if found is None or not self._names:
            popup.hide()
            return
        self._completer.setCompletionPrefix(found[0])
        if not self._completer.completionCount():
            popup.hide()
            return
        popup.setCurrentIndex(self._completer.completionModel().index(0, 0, QModelIndex()))
        where = self.cursorRect()
        where.setWidth(max(120, popup.sizeHintForColumn(0) + 24))
        self._completer.complete(where)

    def _complete(self, name: str) -> None:
        found = self._notation.opening(self._before_cursor())
        cursor = self.textCursor()
        if found is not None:
            units = len(found[1].encode("utf-16-le")) // 2
            cursor.setPosition(cursor.position() - units, QTextCursor.MoveMode.KeepAnchor)
            self.setTextCursor(cursor)
        self._put(self._notation.token(name))

    def match_palette(self, palette: QPalette) -> None:
        """Take colours from elsewhere, for editing in place on a card."""
        self.setPalette(palette)
        self.viewport().setPalette(palette)
