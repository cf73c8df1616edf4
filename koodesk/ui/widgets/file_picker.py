# SPDX-License-Identifier: Apache-2.0
"""A field that takes one file: by button or by drop. It keeps the path; reading the file is the service's matter."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout

from koodesk.ui.i18n import tr
from koodesk.ui.widgets.basics import button, label, tool


class FilePicker(QFrame):
    """Shows the chosen file's name; `picked` says that it has changed."""

    picked = Signal(str)

    def __init__(self, text: str, patterns: str) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._patterns = patterns
        self.path = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.button = button(text, self.choose, icon="upload")
        self.setFocusProxy(self.button)
        self._name = label(tr("可以把文件拖到这里"), "hint")
        self._clear = tool("x", tr("移除"), lambda: self.set_path(""))
        self._clear.hide()
        row.addWidget(self.button)
        row.addWidget(self._name, 1)
        row.addWidget(self._clear)

    def choose(self) -> None:
        """Ask for a file."""
        dialog = QFileDialog(self, tr("选择文件"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(f"{tr('文件')} ({self._patterns})")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.set_path)
        dialog.open()

    def set_path(self, path: str) -> None:
        """Take a file, or none with an empty path."""
        self.path = path
        self._name.setText(Path(path).name if path else tr("可以把文件拖到这里"))
        self._clear.setVisible(bool(path))
        self.picked.emit(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files from the desktop."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the first file dropped."""
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.set_path(url.toLocalFile())
                return
