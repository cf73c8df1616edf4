# SPDX-License-Identifier: Apache-2.0
"""What a list shows while it is loading, when there is nothing in it, and when it could not be read."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from koodesk.ui import icons, theme
from koodesk.ui.i18n import tr
from koodesk.ui.widgets.basics import button, label


class EmptyState(QWidget):
    """Says why there is nothing here and what to do next; `button` does it, where there is one, and is the page's to guard."""

    def __init__(
        self,
        icon: str,
        heading: str,
        explanation: str,
        action: str = "",
        then: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(1)
        picture = QLabel()
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        picture.setPixmap(icons.pixmap(icon, theme.role("border_strong"), 48, self.devicePixelRatioF()))
        self._head = head = label(heading, "heading")
        head.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text = text = label(explanation, "second", wrap=True)
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        text.setFixedWidth(440)
        column.addWidget(picture)
        column.addWidget(head)
        column.addWidget(text, 0, Qt.AlignmentFlag.AlignHCenter)
        self.button: QPushButton | None = None
        if action and then is not None:
            self.button = button(action, then, kind="primary")
            column.addSpacing(8)
            column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)

    def tell(self, heading: str, explanation: str, action: str = "") -> None:
        """Say something else: nothing there at all is not the same as nothing found. `action` names the button anew."""
        self._head.setText(heading)
        self._text.setText(explanation)
        if action and self.button is not None:
            self.button.setText(action)

    def withdraw(self) -> None:
        """Offer the action no more: it would not help with what is said now."""
        if self.button is not None:
            self.button.hide()


class Skeleton(QWidget):
    """Grey bars where rows will be: the page keeps its shape while its data comes."""

    def __init__(self, rows: int = 6) -> None:
        super().__init__()
        self._rows = rows
        self._given_up = False
        self.setMinimumHeight(rows * 40)

    def give_up(self) -> None:
        """Pretend no longer that rows are coming: the page says above why they could not be read."""
        self._given_up = True
        self.setAccessibleName(tr("没有读到内容，原因写在页面上方。"))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars."""
        del event
        painter = QPainter(self)
        if self._given_up:
            painter.setPen(theme.role("text_second"))
            top = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
            painter.drawText(self.rect().adjusted(20, 40, -20, 0), top, self.accessibleName())
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.role("sunken"))
        widths = (0.9, 0.7, 0.8, 0.6, 0.85, 0.5)
        for number in range(self._rows):
            width = (self.width() - 40) * widths[number % len(widths)]
            painter.drawRoundedRect(QRectF(20, 14 + number * 40, width, 14), 4, 4)
