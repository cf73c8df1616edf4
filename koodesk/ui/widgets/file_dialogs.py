# SPDX-License-Identifier: Apache-2.0
"""Asking for a file or a folder: the window lives on meanwhile, and `then` follows only where something was chosen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

Then = Callable[[Path], object]


def ask_for_file(parent: QWidget, title: str, then: Then, pattern: str = "") -> None:
    """Ask for a file that is there; `pattern` is a name filter of Qt's ("Word (*.docx)")."""
    dialog = QFileDialog(parent, title, "", pattern)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    _open(dialog, then)


def ask_where_to_save(parent: QWidget, title: str, suggested: str, then: Then, pattern: str = "") -> None:
    """Ask where a file goes. A name without an ending gets that of the suggested one; over another file one is asked."""
    dialog = QFileDialog(parent, title, "", pattern)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(suggested).suffix[1:])
    dialog.selectFile(suggested)
    _open(dialog, then)


def ask_for_folder(parent: QWidget, title: str, then: Then) -> None:
    """Ask for a folder."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    _open(dialog, then)


def _open(dialog: QFileDialog, then: Then) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda path: then(Path(path)))
    dialog.open()
