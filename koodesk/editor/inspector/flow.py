# SPDX-License-Identifier: Apache-2.0
"""Small widgets side by side that go on in the next line when there is no more room: rows of chips."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

ACROSS = 12
DOWN = 4


class FlowBox(QWidget):
    """Lays its children out like words in a paragraph."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget) -> None:
        """Put a widget behind the others."""
        widget.setParent(self)
        widget.show()
        self._parts.append(widget)
        self.settle()

    def clear(self) -> None:
        """Remove all."""
        for part in self._parts:
            part.hide()
            part.deleteLater()
        self._parts = []
        self.settle()

    def parts(self) -> tuple[QWidget, ...]:
        """Return the widgets in order."""
        return tuple(self._parts)

    def hasHeightForWidth(self) -> bool:
        """The height follows the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height the lines need."""
        return self._flow(width, move=False)

    def sizeHint(self) -> QSize:
        """As high as it must be at the present width."""
        return QSize(120, self._flow(max(self.width(), 120), move=False))

    def minimumSizeHint(self) -> QSize:
        """As high as it must be, and as narrow as need be."""
        return QSize(40, self._flow(max(self.width(), 120), move=False))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out again."""
        super().resizeEvent(event)
        self._flow(event.size().width(), move=True)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def settle(self) -> None:
        """Lay out again: a widget has another size, or is hidden or shown; hidden ones take no room."""
        self._flow(max(self.width(), 120), move=True)
        self.updateGeometry()

    def _flow(self, width: int, *, move: bool) -> int:
        x = y = line = 0
        for part in self._parts:
            if part.isHidden():
                continue
            size = part.sizeHint()
            if x and x + size.width() > width:
                x, y, line = 0, y + line + DOWN, 0
            if move:
                part.setGeometry(x, y, min(size.width(), width), size.height())
            x += size.width() + ACROSS
            line = max(line, size.height())
        return y + line
