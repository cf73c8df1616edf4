# SPDX-License-Identifier: Apache-2.0
"""One line at the top of a page: what is wrong and how to get to it, or what has just been done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from koodesk.ui import icons, theme
from koodesk.ui.i18n import tr
from koodesk.ui.widgets.basics import button, label, tool

_ICONS = {"danger": "circle-alert", "warning": "triangle-alert", "success": "circle-check", "accent": "info"}
NOTICE_MS = 6000


class Banner(QFrame):
    """Hidden until told something. A success goes away by itself; everything else stays until closed or replaced."""

    def __init__(self) -> None:
        super().__init__()
        body = QHBoxLayout(self)
        body.setContentsMargins(12, 8, 8, 8)
        body.setSpacing(8)
        self._icon = QLabel()
        self._text = label("", wrap=True, selectable=True)
        self._jump: QPushButton | None = None
        self._row = body
        body.addWidget(self._icon)
        body.addWidget(self._text, 1)
        body.addWidget(tool("x", tr("关闭"), self.hide))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def tell(
        self, text: str, kind: str = "danger", jump: str = "", then: Callable[[], object] | None = None
    ) -> None:
        """Show a message; with `jump`, a button that leads to the place it is about."""
        self.setProperty("banner", kind)
        theme.repolish(self)
        self._icon.setPixmap(icons.pixmap(_ICONS[kind], theme.role(kind), 16, self.devicePixelRatioF()))
        self._text.setText(text)
        if self._jump is not None:
            self._row.removeWidget(self._jump)
            self._jump.deleteLater()
            self._jump = None
        if jump and then is not None:
            self._jump = button(jump, then, kind="link")
            self._row.insertWidget(2, self._jump)
        self.setAccessibleName(text)
        self.show()
        self._timer.stop()
        if kind == "success":
            self._timer.start(NOTICE_MS)

    def forget_success(self) -> None:
        """Hide what was well done before: whoever comes back to the page finds it done."""
        if self.property("banner") == "success":
            self.hide()
