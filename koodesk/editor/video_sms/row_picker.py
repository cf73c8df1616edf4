# SPDX-License-Identifier: Apache-2.0
"""One recipient of a number file at a time: the values of that row fill the parameters on every phone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QToolButton, QWidget

from koodesk.domain.problem import Problem
from koodesk.editor.inspector.form import plain
from koodesk.editor.row_source import RowChoices, RowFile, RowSource, ShownRow
from koodesk.editor.video_sms.session import VideoSession
from koodesk.editor.words import number, tr


class RowPicker(QWidget):
    """Chooses a file and a row. Loads what there is when it is first seen."""

    def __init__(self, session: VideoSession, source: RowSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._source = source
        self._files: tuple[RowFile, ...] | None = None
        self._row: ShownRow | None = None
        self._asked = 0
        self.file = QComboBox(self)
        self.file.setAccessibleName(tr("号码文件"))
        self.file.setMinimumWidth(150)
        self.file.activated.connect(lambda _at: self._choose())
        self.previous = self._step("chevron-left", tr("上一行"), -1)
        self.next = self._step("chevron-right", tr("下一行"), 1)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(tr("查找号码或参数值"))
        self.search.setAccessibleName(tr("查找号码或参数值"))
        self.search.setMaximumWidth(150)
        self.search.returnPressed.connect(self._search)
        self.who = plain(style="hint")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self.file, self.previous, self.next, self.search, self.who):
            row.addWidget(widget)
        self._follow()

    def showEvent(self, event: object) -> None:
        """Load what there is when it is first seen."""
        del event
        if self._files is None:
            self.reload()

    def reload(self) -> None:
        """Ask again which files there are."""
        self._source.choices(self._take, self._refused)

    def go(self, at: int) -> None:
        """Show the row at a place of the chosen file, from 0; a place that is none changes nothing."""
        file = self._file()
        if file is not None and 0 <= at < file.rows:
            self._source.row(file.id, at, self._answer(), self._refused)

    # --- inside -----------------------------------------------------------------------------------------------

    def _take(self, choices: RowChoices) -> None:
        self._files = choices.files
        self.file.clear()
        self.file.addItem(tr("不使用号码数据"))
        self.file.addItems([f.name for f in choices.files])
        self._follow()

    def _file(self) -> RowFile | None:
        at = self.file.currentIndex() - 1
        files = self._files or ()
        return files[at] if 0 <= at < len(files) else None

    def _choose(self) -> None:
        if self._file() is None:
            self._asked += 1
            self._show(None)
        else:
            self.go(0)

    def _search(self) -> None:
        file, text = self._file(), self.search.text().strip()
        if file is not None and text:
            self._source.search(file.id, text, self._answer(found=True), self._refused)

    def _answer(self, *, found: bool = False) -> Callable[[ShownRow | None], None]:
        """Return what takes the answer to the newest question and forgets older ones."""
        self._asked += 1
        asked = self._asked

        def answer(row: ShownRow | None) -> None:
            if asked != self._asked:
                return
            if row is None and found:
                self.who.setText(tr("没有找到"))
                return
            self._show(row)

        return answer

    def _show(self, row: ShownRow | None) -> None:
        self._row = row
        self._session.set_values({} if row is None else row.values)
        self._follow()

    def _follow(self) -> None:
        file, row = self._file(), self._row
        for widget in (self.previous, self.next, self.search):
            widget.setVisible(file is not None)
        self.previous.setEnabled(row is not None and row.at > 0)
        self.next.setEnabled(file is not None and row is not None and row.at < file.rows - 1)
        if file is None or row is None:
            self.who.setText("" if file is None else tr("没有可用的号码"))
            return
        self.who.setText(
            tr("{phone} · 第 {at}/{rows} 行", phone=row.number, at=number(row.at + 1), rows=number(file.rows))
        )

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self._session.refused.emit(problems)

    def _step(self, icon: str, name: str, by: int) -> QToolButton:
        made = QToolButton(self)
        made.setIcon(self._session.look.icon(icon))
        made.setToolTip(name)
        made.setAccessibleName(name)
        made.clicked.connect(lambda: self.go((self._row.at if self._row is not None else 0) + by))
        return made
