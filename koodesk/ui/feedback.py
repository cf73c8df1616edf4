# SPDX-License-Identifier: Apache-2.0
"""Feedback (反馈): what went wrong in one's own words, with what a maintainer would ask first, written to a text file.

Nothing is sent: Koodesk uses no network by itself. The file holds no phone numbers, and no content of the document.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from koodesk import __version__
from koodesk.log import masked
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.widgets.basics import label
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.forms import Form, text_edit

MOST = 2000
Facts = Sequence[tuple[str, str]]


def report(words: str, facts: Facts) -> str:
    """Return the text of a report: the words first, then the facts, a line each."""
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    told = (("Koodesk", __version__), ("System", system), *facts)
    lines = [words.strip()[:MOST], "", "--", *(f"{name}: {value}" for name, value in told)]
    return masked("\n".join(lines)) + "\n"


class FeedbackSheet(Sheet):
    """Asks for the words, shows what goes along, and writes both where one says."""

    def __init__(self, page: Page, facts: Facts) -> None:
        super().__init__(page, tr("反馈"), tr("保存到文件…"), self._choose, width=560)
        self._page = page
        self._facts = facts
        self.form = Form()
        self.words = text_edit(tr("做了什么，看到了什么，本来应该怎样"), rows=6)
        self.form.add("words", tr("问题描述"), self.words, required=True, limit=MOST)
        self.body.addWidget(self.form)
        about = "\n".join(f"{name}：{value}" for name, value in facts)
        self.body.addWidget(label(tr("会一起写进文件：程序和系统的版本，以及"), "second", wrap=True))
        self.body.addWidget(label(about, "hint", wrap=True))
        self.body.addWidget(
            label(
                tr("文件只保存在这台电脑上，不会发送；其中没有手机号码，也没有模板的内容。"),
                "hint",
                wrap=True,
            )
        )
        self.body.addStretch(1)
        self.words.setFocus()

    def _choose(self) -> None:
        if not self.words.toPlainText().strip():
            self.form.fields["words"].show_problem(tr("先写下遇到的问题。"))
            self.words.setFocus()
            return
        dialog = QFileDialog(self, tr("保存反馈到"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([tr("文本文件 (*.txt)")])
        dialog.selectFile("koodesk-feedback.txt")
        dialog.fileSelected.connect(self.save)
        dialog.open()

    def save(self, path: str) -> None:
        """Write the file and say where it is."""
        target, text = Path(path), report(self.words.toPlainText(), self._facts)

        def done(saved: bool) -> None:
            if saved:
                self.accept()
                self._page.banner.tell(tr("反馈已保存到 {file}。", file=target.name), "success")
            else:
                self.banner.tell(tr("写不了这个文件，换一个位置试试。"), "danger")

        self._page.desk.bridge.call(self, lambda _service, _task: _written(target, text), done)


def _written(path: Path, text: str) -> bool:
    try:
        path.write_text(text, "utf-8")
    except OSError:
        return False
    return True
