# SPDX-License-Identifier: Apache-2.0
"""The whole phones of all vendors, large, side by side (预览): the vendor wall in a sheet of its own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from koodesk.editor.inspector.form import plain, put_icon
from koodesk.editor.session import Session
from koodesk.editor.vendor_wall import VendorWall
from koodesk.editor.words import tr


class WallSheet(QDialog):
    """Opened with `open()`; Esc closes it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("预览"))
        self.resize(1180, 700)
        self.wall = VendorWall(session, self, whole=True)
        dark = QPushButton(tr("深色手机"), self)
        dark.setCheckable(True)
        put_icon(dark, session.look, "moon")
        dark.toggled.connect(self.wall.set_dark)
        close = QPushButton(tr("关闭"), self)
        close.clicked.connect(self.accept)
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 16, 0)
        head.addWidget(plain(session.document.template.name, "heading"), 1)
        head.addWidget(dark)
        head.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.wall, 1)

    def done(self, result: int) -> None:
        """Stop painting before the sheet goes."""
        self.wall.stop()
        super().done(result)
