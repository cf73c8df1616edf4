# SPDX-License-Identifier: Apache-2.0
"""The rows of the layers panel: a content, and the headings of items and pages with what can be done with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from koodesk.editor.inspector.flow import FlowBox
from koodesk.editor.inspector.form import chip, plain, restyle
from koodesk.editor.session import Session

ICON: Final = 14
Chips = tuple[tuple[str, str], ...]
"""(word, kind) of each chip."""
Act = tuple[str, str, str, bool, Callable[[], object]]
"""(key, icon, words, whether it can be done, what it does) of a button in a heading."""


class StepButton(QToolButton):
    """A button that arrow keys go past, up and down, like the rows around it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go through the panel."""
        if event.key() == Qt.Key.Key_Down:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Up:
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)


class LayerRow(StepButton):
    """An icon, a name, what is in it, and chips."""

    def __init__(self, session: Session, icon: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = name
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        picture = QLabel(self)
        picture.setPixmap(session.look.icon(icon).pixmap(QSize(16, 16), self.devicePixelRatioF()))
        self._title = plain(name, parent=self)
        self._value = _OneLine(self)
        self._chips = FlowBox(self)
        self._state: tuple[str, Chips, bool] | None = None
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._value)
        words.addWidget(self._chips)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 8, 8, 8)
        self._row.setSpacing(8)
        self._row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(words, 1)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_state(self, value: str, chips: Chips, *, faint: bool = False) -> None:
        """Show what the content holds and its chips; faint for one that no phone shows."""
        if (value, chips, faint) == self._state:
            return
        self._state = (value, chips, faint)
        restyle(self._title, "look", "hint" if faint else "")
        self._value.show_text(value)
        self._value.setVisible(bool(value))
        self._chips.clear()
        for text, kind in chips:
            made = chip(text, kind)
            made.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self._chips.add(made)
        self._chips.setVisible(bool(chips))
        self.setAccessibleName(self._name)
        self.setAccessibleDescription("\n".join((value, *(text for text, _ in chips))))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """What the labels inside need, not what a button's own text would."""
        return self._row.totalSizeHint()

    def minimumSizeHint(self) -> QSize:
        """As narrow as need be."""
        return QSize(80, self._row.totalSizeHint().height())


class ActButton(StepButton):
    """A button whose act can be another one later."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.act: Callable[[], object] | None = None
        self.clicked.connect(self._do)

    def _do(self) -> None:
        if self.act is not None:
            self.act()


class HeadRow(QWidget):
    """The heading of an item or a page: its name, which selects or shows it, and small buttons."""

    def __init__(self, session: Session, key: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._key = key
        self._name = name
        self.title = ActButton(self)
        self.title.setText(name)
        self.title.setObjectName(f"{key}-title")
        self.title.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.buttons: dict[str, ActButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 4, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self.title, 1)

    def take(self, acts: tuple[Act, ...], chosen: Callable[[], object], icon: str = "") -> None:
        """Take what can be done now; `chosen` is what a click on the name does, `icon` stands before it."""
        self.title.act = chosen
        if icon:
            self.title.setIcon(self._session.look.icon(icon, size=ICON))
            self.title.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for act, sign, words, enabled, do in acts:
            made = self.buttons.get(act)
            if made is None:
                made = self.buttons[act] = ActButton(self)
                made.setObjectName(f"{self._key}-{act}")
                made.setIcon(self._session.look.icon(sign, size=ICON))
                made.setIconSize(QSize(ICON, ICON))
                self._row.addWidget(made)
            made.act = do
            made.setToolTip(words)
            made.setAccessibleName(f"{words} {self._name}")
            made.setEnabled(enabled)

    def stops(self) -> tuple[QWidget, ...]:
        """Return what the keyboard stops at, in order."""
        return (self.title, *self.buttons.values())

    def show_state(self, chips: Chips) -> None:
        """Tell of what is amiss inside, for a page that is folded away."""
        words = "，".join(text for text, _ in chips)
        self.title.setText(f"{self._name}　{words}" if words else self._name)
        self.title.setAccessibleName(f"{self._name} {words}".strip())


class _OneLine(QLabel):
    """A line of small text that ends in an ellipsis where there is no more room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("look", "hint")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_text(self, text: str) -> None:
        """Show a text, or as much of it as fits."""
        self._whole = text
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the text again."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width()))
