# SPDX-License-Identifier: Apache-2.0
"""Files are asked for while the window lives on: no call waits inside a dialog of the system."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

import koodesk
from koodesk.ui.widgets.file_dialogs import ask_for_file, ask_for_folder, ask_where_to_save

pytestmark = pytest.mark.gui

WAITING = re.compile(r"\.get(OpenFileName|SaveFileName|ExistingDirectory)|dialog\.exec\(|sheet\.exec\(")


def test_nothing_waits_inside_a_dialog() -> None:
    root = Path(koodesk.__file__).parent
    found = [str(path) for path in root.rglob("*.py") if WAITING.search(path.read_text("utf-8"))]
    assert not found


@pytest.mark.parametrize(
    ("ask", "suffix"),
    [
        (lambda parent, then: ask_for_file(parent, "x", then, "Word (*.docx)"), ""),
        (lambda parent, then: ask_where_to_save(parent, "x", "letter.docx", then, "Word (*.docx)"), "docx"),
        (lambda parent, then: ask_for_folder(parent, "x", then), ""),
    ],
)
def test_what_is_chosen_follows_once_and_the_dialog_goes(
    qtbot: QtBot, tmp_path: Path, ask: Callable[..., None], suffix: str
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    chosen: list[Path] = []
    ask(parent, chosen.append)
    (dialog,) = parent.findChildren(QFileDialog)
    assert dialog.defaultSuffix() == suffix
    assert chosen == []
    dialog.fileSelected.emit(str(tmp_path / "letter.docx"))
    assert chosen == [tmp_path / "letter.docx"]
    dialog.reject()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert parent.findChildren(QFileDialog) == []
    ask(parent, chosen.append)
    parent.findChildren(QFileDialog)[0].reject()
    assert len(chosen) == 1
