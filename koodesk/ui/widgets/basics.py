# SPDX-License-Identifier: Apache-2.0
"""Labels, chips, cards, lines and buttons: the smallest pieces, each styled by a property of the one stylesheet.

Every label is plain text, whatever it is given: text from data is never read as markup.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from koodesk.ui import icons, theme

ICON_GAP = 4
"""Between the icon and the text of a button, in pixels, on top of the four that Qt leaves."""


class Paragraph(QLabel):
    """A label of several lines that is never given less height than its lines need: not every layout asks for it."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Insist on the height that this width needs, but only where less was given.

        What was insisted on for another width is taken back first: Qt counts it as needed for every width.
        """
        super().resizeEvent(event)
        insisted = self.minimumHeight() > 0
        if insisted and event.size().width() != event.oldSize().width():
            self.setMinimumHeight(0)
        needed = max(0, self.heightForWidth(self.width()))
        if self.height() < needed or (insisted and self.minimumHeight() != needed):
            self.setMinimumHeight(needed)

    def setText(self, text: str) -> None:
        """Show another text, and insist on its height at once where its width is known: it may well stay the same."""
        self.setMinimumHeight(0)
        super().setText(text)
        if self.isVisible():
            self.setMinimumHeight(max(0, self.heightForWidth(self.width())))


class Elided(QLabel):
    """A label of one line that ends in an ellipsis where it does not fit; the whole text is its tip."""

    def __init__(self, text: str, style: str = "") -> None:
        super().__init__()
        self._whole = text
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(24)
        if style:
            self.setProperty("look", style)
        self.setText(text)
        self.setAccessibleName(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the text again."""
        super().resizeEvent(event)
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")


def label(text: str, style: str = "", *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """Make a label; style is "", "title", "heading", "second", "hint", "figure", "danger" or "warning"."""
    made = Paragraph() if wrap else QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    made.setWordWrap(wrap)
    if style:
        made.setProperty("look", style)
    if selectable:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return made


class Chip(QFrame):
    """A state as colour, icon and word together; kind is "neutral", "accent", "success", "warning" or "danger"."""

    ICONS: ClassVar = {
        "neutral": "circle-dashed",
        "accent": "clock",
        "success": "circle-check",
        "warning": "triangle-alert",
        "danger": "circle-x",
    }
    ROLES: ClassVar = {
        "neutral": "text_second",
        "accent": "accent",
        "success": "success",
        "warning": "warning",
        "danger": "danger",
    }

    def __init__(self, text: str = "", kind: str = "neutral", icon: str = "") -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        inside = QHBoxLayout(self)
        inside.setContentsMargins(8, 2, 10, 2)
        inside.setSpacing(5)
        self._icon = QLabel()
        self._text = label("")
        inside.addWidget(self._icon)
        inside.addWidget(self._text)
        self._shown: tuple[str, str, str] | None = None
        self.show_state(text, kind, icon)

    def show_state(self, text: str, kind: str, icon: str = "") -> None:
        """Show another state; nothing is drawn anew when it is the same."""
        if (text, kind, icon) == self._shown:
            return
        self._shown = (text, kind, icon)
        role = theme.role(self.ROLES[kind])
        drawn = icons.pixmap(icon or self.ICONS[kind], role, 13, self.devicePixelRatioF())
        self._icon.setPixmap(drawn)
        self._text.setText(text)
        for part in (self, self._text):
            part.setProperty("chip", kind)
            theme.repolish(part)
        self.setAccessibleName(text)


def button(
    text: str, action: Callable[[], object] | None = None, *, kind: str = "", icon: str = "", name: str = ""
) -> QPushButton:
    """Make a button; kind is "", "primary", "danger", "quiet" or "link". `name` is its object name, for tests and styles."""
    made = QPushButton(text)
    if kind:
        made.setProperty("kind", kind)
    if icon:
        role = {"primary": "on_accent", "danger": "danger", "link": "accent"}.get(kind, "text_second")
        made.setIcon(icons.icon(icon, role, 16, ICON_GAP if text else 0))
        made.setIconSize(QSize(16 + (ICON_GAP if text else 0), 16))
    if name:
        made.setObjectName(name)
    if action is not None:
        made.clicked.connect(lambda: action())
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return made


def tool(
    icon: str, tip: str, action: Callable[[], object] | None = None, *, checkable: bool = False
) -> QToolButton:
    """Make an icon button; the tip is its accessible name as well."""
    made = QToolButton()
    made.setIcon(icons.icon(icon))
    made.setIconSize(QSize(18, 18))
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    made.setCheckable(checkable)
    if action is not None:
        made.clicked.connect(lambda: action())
    return made


class Card(QFrame):
    """A panel on the page; `body` is its layout. A heading is optional."""

    def __init__(self, heading: str = "", *, margins: int = 20, panel: str = "card") -> None:
        super().__init__()
        self.setProperty("panel", panel)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(margins, margins - 4, margins, margins)
        self.body.setSpacing(12)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        if heading:
            self.setAccessibleName(heading)
            self.head.addWidget(label(heading, "heading"))
            self.head.addStretch(1)
            self.body.addLayout(self.head)


def line() -> QFrame:
    """Make a thin horizontal line."""
    made = QFrame()
    made.setProperty("panel", "line")
    return made


def named(widget: QWidget, name: str) -> QWidget:
    """Give a widget the object name a style or a test finds it by, and return it."""
    widget.setObjectName(name)
    return widget


def row(*parts: QWidget | int, spacing: int = 8) -> QHBoxLayout:
    """Lay widgets in a row; an int is a stretch."""
    made = QHBoxLayout()
    made.setSpacing(spacing)
    made.setContentsMargins(0, 0, 0, 0)
    for part in parts:
        if isinstance(part, int):
            made.addStretch(part)
        else:
            made.addWidget(part)
    return made


class Figure(QFrame):
    """One number with its name and, below, what it means or is compared with."""

    def __init__(self, name: str, value: str = "—", note: str = "") -> None:
        super().__init__()
        self.setProperty("panel", "card")
        body = QVBoxLayout(self)
        body.setContentsMargins(16, 12, 16, 12)
        body.setSpacing(2)
        self._name = label(name, "second")
        self._value = label(value, "figure")
        self._note = label(note, "hint")
        for part in (self._name, self._value, self._note):
            body.addWidget(part)

    def show_value(self, value: str, note: str | None = None) -> None:
        """Show another number."""
        self._value.setText(value)
        if note is not None:
            self._note.setText(note)
