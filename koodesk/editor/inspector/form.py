# SPDX-License-Identifier: Apache-2.0
"""The parts every panel of the inspector is made of: sections, captioned rows, and fields bound to the document.

A row shows, below its field, what is wrong at its place, so that a message stands beside what it is about. A bound field
shows what the template holds and turns typing into edits; one stay in a field is one step of the history.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from koodesk.domain.edits import Edit
from koodesk.domain.problem import Severity
from koodesk.domain.template import Template
from koodesk.editor.look import Look
from koodesk.editor.param_text import is_history_key
from koodesk.editor.problem_holder import ProblemHolder
from koodesk.editor.session import Session
from koodesk.editor.words import tr

GAP = 8
ICON_GAP = 4
STYLES = {Severity.ERROR: "danger", Severity.WARNING: "warning", Severity.NOTE: "hint"}
"""How the words of a problem look, by severity."""


def plain(text: str = "", style: str = "", *, wrap: bool = False, parent: QWidget | None = None) -> QLabel:
    """Return a label that shows text as it is; `style` is one of the stylesheet's text styles."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setWordWrap(wrap)
    if style:
        label.setProperty("look", style)
    return label


def put_icon(
    button: QAbstractButton, look: Look, name: str, role: str = "text_second", size: int = 18
) -> None:
    """Give a button with words an icon in front of them, with room between the two."""
    button.setIcon(look.icon(name, role, size, ICON_GAP))
    button.setIconSize(QSize(size + ICON_GAP, size))


def chip(text: str, kind: str, parent: QWidget | None = None) -> QLabel:
    """Return a small word on a coloured ground: kind is "neutral", "accent", "success", "warning" or "danger"."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setProperty("chip", kind)
    return label


def restyle(widget: QWidget, name: str, value: str) -> None:
    """Set a property the stylesheet looks at, and make it look."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


class Section(QFrame):
    """A titled group of rows on a card of its own."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(12, 12, 12, 12)
        self.body.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(GAP)
        self.title = plain(title, "heading")
        head.addWidget(self.title)
        head.addStretch(1)
        self.head = head
        self.body.addLayout(head)

    def add(self, widget: QWidget) -> None:
        """Put a row below the others."""
        self.body.addWidget(widget)


class Row(QWidget):
    """A captioned field with a counter, a hint and the problems of its place."""

    def __init__(
        self,
        session: ProblemHolder,
        caption: str,
        field: QWidget,
        where: str = "",
        *,
        required: bool = False,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.where = where
        self.field = field
        if where and not field.objectName():
            field.setObjectName(f"field-{where}")
        self._counter = plain(style="hint")
        self._hint = plain(hint, "hint", wrap=True)
        self._hint.setVisible(bool(hint))
        self._wrong = QVBoxLayout()
        self._wrong.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(4)
        self._caption = plain(caption, "second")
        self._caption.setBuddy(field)
        head.addWidget(self._caption)
        if required:
            star = plain("*", "danger")
            star.setToolTip(tr("必填"))
            head.addWidget(star)
        head.addStretch(1)
        head.addWidget(self._counter)
        self.head = head
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(field)
        column.addWidget(self._hint)
        column.addLayout(self._wrong)
        if not field.accessibleName():
            field.setAccessibleName(caption)
        self._shown: tuple[tuple[str, str], ...] = ()
        session.checked.connect(self.show_problems)
        self.show_problems()

    def set_counter(self, text: str, *, over: bool = False) -> None:
        """Show how much of what is used."""
        self._counter.setText(text)
        restyle(self._counter, "look", "danger" if over else "hint")

    def set_hint(self, text: str) -> None:
        """Show another hint, none for an empty text."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))

    def set_where(self, where: str) -> None:
        """Stand for another place."""
        self.where = where
        self.show_problems()

    def show_problems(self) -> None:
        """Show what is wrong here, worst first."""
        found = self._session.problems_at(self.where) if self.where else ()
        lines = tuple(dict.fromkeys((self._session.look.sentence(p), STYLES[p.severity]) for p in found))
        if lines == self._shown:
            return
        self._shown = lines
        while (item := self._wrong.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for text, style in lines:
            self._wrong.addWidget(plain(text, style, wrap=True))
        restyle(self.field, "state", "error" if any(style == "danger" for _, style in lines) else "")
        self.field.setAccessibleDescription("\n".join(text for text, _ in lines))


class BoundLine(QLineEdit):
    """A one-line text of a template: `read` gets it, `write` takes what was typed and the gesture it belongs to.

    `gesture` begins one; a stay in the field is one.
    """

    def __init__(
        self,
        read: Callable[[], str],
        write: Callable[[str, int], object],
        gesture: Callable[[], int],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._read = read
        self._write = write
        self._begin = gesture
        self._gesture = 0
        self.textEdited.connect(self._typed)
        self.refresh()

    def refresh(self) -> None:
        """Show what the template holds."""
        text = self._read()
        if text != self.text():
            position = self.cursorPosition()
            self.setText(text)
            self.setCursorPosition(min(position, len(text)))

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window's actions."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and is_history_key(event)
        ):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The field has no history of its own."""
        if is_history_key(event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A stay in the field begins."""
        super().focusInEvent(event)
        self._gesture = self._begin()

    def _typed(self, text: str) -> None:
        self._write(text, self._gesture or self._begin())


class LineField(BoundLine):
    """A one-line text of a card: `read` gets it, `make` turns what was typed into an edit."""

    def __init__(
        self,
        session: Session,
        read: Callable[[Template], str],
        make: Callable[[str], Edit],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            lambda: read(session.template),
            lambda text, gesture: session.edit(make(text), gesture),
            session.document.new_gesture,
            parent,
        )


def length_of(text: str, limit: int | None) -> tuple[str, bool]:
    """Return the words of a plain counter and whether the text is over; None says that no limit is published."""
    if limit is None:
        return tr("{count} 字 · 未公布上限", count=len(text)), False
    return f"{len(text)}/{limit}", len(text) > limit
