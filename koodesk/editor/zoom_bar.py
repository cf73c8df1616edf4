# SPDX-License-Identifier: Apache-2.0
"""What every bar below a canvas ends in: the light of the phone, and how large it is."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from koodesk.editor.look import Look
from koodesk.editor.words import tr


class ZoomBar(QFrame):
    """Buttons for a canvas; they are wired by others. Subclasses make what can be chosen, then `_compose`."""

    def _compose(self, look: Look, *choices: QWidget) -> None:
        """Make the buttons behind the choices: Tab goes through all of them in the order they are made."""
        self.dark = self._tool(look, "moon", tr("深色手机"))
        self.dark.setCheckable(True)
        self.smaller = self._tool(look, "zoom-out", tr("缩小"))
        self.fit = QPushButton("100%", self)
        self.fit.setProperty("kind", "link")
        self.fit.setToolTip(tr("适合窗口"))
        self.fit.setAccessibleName(tr("适合窗口"))
        self.larger = self._tool(look, "zoom-in", tr("放大"))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 12, 4)
        row.setSpacing(4)
        for widget in choices:
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self.dark, self.smaller, self.fit, self.larger):
            row.addWidget(widget)

    def show_zoom(self, zoom: float) -> None:
        """Say how large the phone is."""
        self.fit.setText(f"{round(zoom * 100)}%")

    def _tool(self, look: Look, icon: str, name: str) -> QToolButton:
        made = QToolButton(self)
        made.setIcon(look.icon(icon))
        made.setToolTip(name)
        made.setAccessibleName(name)
        return made
