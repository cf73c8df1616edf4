# SPDX-License-Identifier: Apache-2.0
"""The dock's page of recipients (号码数据): a number file, one of its rows at a time on every phone, and the rows that go wrong.

The values go to the session, which every phone follows; the SMS of that row stands below with its parts. The finder runs in
the background over the whole file. What is wrong with a row is `domain.rows`' matter, rows come from a `RowSource`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from koodesk.domain.params import substitute
from koodesk.domain.problem import Problem
from koodesk.domain.row_plan import SmsText
from koodesk.domain.signature import bracketed
from koodesk.domain.sms import count, parts
from koodesk.editor.inspector.form import plain
from koodesk.editor.row_source import BadRows, RowChoices, RowFile, RowSource, ShownRow
from koodesk.editor.session import Session
from koodesk.editor.words import number, tr

_LISTED: Final = 200
"""Bad rows listed; the counts are of all."""
_ROW = Qt.ItemDataRole.UserRole


class RowBar(QWidget):
    """Shows recipients. Loads what there is when it is first seen, and by `reload`."""

    def __init__(self, session: Session, source: RowSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._source = source
        self._choices: RowChoices | None = None
        self._row: ShownRow | None = None
        self._asked = 0
        self._stop: Callable[[], None] | None = None
        self.file = QComboBox(self)
        self.file.setAccessibleName(tr("号码文件"))
        self.file.activated.connect(self._file_chosen)
        self.open_file = QPushButton(tr("导入文件"), self)
        self.open_file.clicked.connect(self._choose_file)
        self.first = self._step(tr("第一行"), lambda: self.go(0))
        self.previous = self._step(tr("上一行"), lambda: self.go(self._at() - 1))
        self.next = self._step(tr("下一行"), lambda: self.go(self._at() + 1))
        self.last = self._step(tr("最后一行"), lambda: self.go(self._rows() - 1))
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(tr("查找号码或参数值"))
        self.search.setAccessibleName(tr("查找号码或参数值"))
        self.search.returnPressed.connect(self._search)
        self.finder = QPushButton(tr("查找问题行"), self)
        self.finder.clicked.connect(self._find)
        self.progress = QProgressBar(self)
        self.progress.setAccessibleName(tr("查找进度"))
        self.cancel = QPushButton(tr("取消"), self)
        self.cancel.clicked.connect(self.stop)
        self.who = plain(wrap=True)
        self.message = QComboBox(self)
        self.message.setAccessibleName(tr("短信内容"))
        self.message.currentIndexChanged.connect(lambda _at: self._show_sms())
        self.sms = plain(wrap=True)
        self.sms_parts = plain(style="hint")
        self.told = plain(style="hint", wrap=True)
        self.bad = QListWidget(self)
        self.bad.setAccessibleName(tr("有问题的行"))
        self.bad.itemActivated.connect(self._go_to_bad)
        self.bad.itemClicked.connect(self._go_to_bad)
        self._compose()
        self._run(running=False)
        self._show_row()
        session.document.changed.connect(self._show_sms)

    # --- for the dock -----------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Ask again which files there are."""
        self._source.choices(self._take_choices, self._refused)

    def showEvent(self, event: object) -> None:
        """Load what there is when it is first seen."""
        del event
        if self._choices is None:
            self.reload()

    def stop(self) -> None:
        """Cancel the finder."""
        stop, self._stop = self._stop, None
        self._asked += 1
        if stop is not None:
            stop()
        self._run(running=False)

    def go(self, at: int) -> None:
        """Show the row at a place of the chosen file, from 0; a place that is none changes nothing."""
        file = self._file()
        if file is not None and 0 <= at < file.rows:
            self._source.row(file.id, at, self._take_row, self._refused)

    # --- answers ----------------------------------------------------------------------------------------------

    def _take_choices(self, choices: RowChoices) -> None:
        chosen = self._file()
        self._choices = choices
        self.file.clear()
        self.file.addItem(tr("参数示例（不用号码文件）"))
        for one in choices.files:
            self.file.addItem(
                tr("{name}（{count} 行）", name=one.name or tr("手动输入"), count=number(one.rows))
            )
        self.message.clear()
        self.message.addItem(tr("卡片的短信示例"))
        self.message.addItems([message.name for message in choices.messages])
        if chosen is not None:
            ids = [one.id for one in choices.files]
            self.file.setCurrentIndex(ids.index(chosen.id) + 1 if chosen.id in ids else 0)
        self._show_row()

    def _take_file(self, file: RowFile) -> None:
        choices = self._choices
        if choices is not None:
            self._take_choices(RowChoices((file, *choices.files), choices.messages, choices.rules))
            self.file.setCurrentIndex(1)
            self._file_chosen(1)

    def _take_row(self, row: ShownRow | None) -> None:
        if row is None:
            self.told.setText(tr("没有找到这样的行。"))
            return
        self._row = row
        self.told.setText("")
        self._session.set_values(row.values)
        self._show_row()

    def _take_found(self, asked: int, found: BadRows) -> None:
        if asked != self._asked:
            return
        self._stop = None
        self._run(running=False)
        look = self._session.look
        counts = [
            tr("{problem} {count} 行", problem=look.sentence(Problem(code)), count=number(rows))
            for code, rows in found.counts
        ]
        head = tr("共 {rows} 行，{bad} 行有问题。", rows=number(found.rows), bad=number(found.bad))
        self.told.setText("\n".join((head, *counts)))
        self.bad.clear()
        for one in found.first[:_LISTED]:
            words = tr("第 {row} 行", row=one.row), look.sentence(Problem(one.code)), one.param, one.value
            item = QListWidgetItem(" · ".join(word for word in words if word))
            item.setData(_ROW, one.at_row)
            self.bad.addItem(item)
        self.bad.setVisible(self.bad.count() > 0)

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self.told.setText("\n".join(self._session.look.sentence(p) for p in problems))

    def _find_failed(self, asked: int, problems: tuple[Problem, ...]) -> None:
        if asked == self._asked:
            self._stop = None
            self._run(running=False)
            self._refused(problems)

    # --- what is asked ----------------------------------------------------------------------------------------

    def _file_chosen(self, _at: int) -> None:
        self.stop()
        self.bad.clear()
        self.bad.hide()
        self.told.setText("")
        self._row = None
        if self._file() is None:
            self._session.set_values({})
        else:
            self.go(0)
        self._show_row()

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, tr("选择号码文件"))
        dialog.setNameFilters([tr("号码文件 (*.xlsx)")])
        dialog.fileSelected.connect(self.add_file)
        dialog.open()

    def add_file(self, path: str) -> None:
        """Check and store a number file made for this card's parameters, and show its first row."""
        params = tuple(p.name for p in self._session.document.template.params)
        self._source.add(Path(path), params, self._take_file, self._refused)

    def _search(self) -> None:
        file, text = self._file(), self.search.text().strip()
        if file is not None and text:
            self._source.search(file.id, text, self._take_row, self._refused)

    def _find(self) -> None:
        file = self._file()
        if file is None:
            return
        self.stop()
        asked = self._asked
        self._run(running=True)
        self._stop = self._source.check(
            file.id,
            self._session.document.template,
            self._sms_text(),
            self._show_progress,
            lambda found: self._take_found(asked, found),
            lambda problems: self._find_failed(asked, problems),
        )

    def _go_to_bad(self, item: QListWidgetItem) -> None:
        file = self._file()
        if file is not None:
            self._source.locate(file.id, int(item.data(_ROW)), self._take_row, self._refused)

    # --- what is shown ----------------------------------------------------------------------------------------

    def _file(self) -> RowFile | None:
        at = self.file.currentIndex() - 1
        return None if self._choices is None or at < 0 else self._choices.files[at]

    def _rows(self) -> int:
        file = self._file()
        return 0 if file is None else file.rows

    def _at(self) -> int:
        return -1 if self._row is None else self._row.at

    def _sms_text(self) -> SmsText | None:
        """Return the SMS whose length matters: the chosen template's, or the card's example."""
        at = self.message.currentIndex() - 1
        if self._choices is not None and at >= 0:
            return self._choices.messages[at].text
        text = self._session.document.template.sms_example
        return SmsText(text) if text else None

    def _show_progress(self, done: int, total: int) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)

    def _run(self, *, running: bool) -> None:
        self.finder.setVisible(not running)
        self.progress.setVisible(running)
        self.cancel.setVisible(running)
        if running:
            self.progress.setRange(0, 0)

    def _show_row(self) -> None:
        row, rows = self._row, self._rows()
        for button, on in (
            (self.first, self._at() > 0),
            (self.previous, self._at() > 0),
            (self.next, 0 <= self._at() < rows - 1),
            (self.last, 0 <= self._at() < rows - 1),
        ):
            button.setEnabled(on)
        self.finder.setEnabled(rows > 0)
        self.search.setEnabled(rows > 0)
        if row is None:
            self.who.setText(tr("手机上是参数示例。选择一个号码文件，就能看到每个人收到的卡片。"))
        else:
            place = tr("第 {at} / {rows} 位", at=number(row.at + 1), rows=number(rows))
            values = [f"{name} = {value}" for name, value in row.values.items()]
            self.who.setText("   ".join((place, tr("表格第 {row} 行", row=row.row), row.number, *values)))
        self._show_sms()

    def _show_sms(self) -> None:
        """Show the SMS of the row, and how many messages it is billed as."""
        choices, sms = self._choices, self._sms_text()
        if choices is None or sms is None:
            self.sms.setText("")
            self.sms_parts.setText("")
            return
        at = self.message.currentIndex() - 1
        links = choices.messages[at].links if at >= 0 else ()
        examples = {p.name: p.example for p in self._session.document.template.params}
        values = {**examples, **self._session.values}
        sign = bracketed(sms.signature) if sms.signature else ""
        shown = substitute(sms.content, {**values, **dict.fromkeys(links, tr("〔短链接〕"))})
        counted = substitute(sms.content, {**values, **dict.fromkeys(links, "x" * choices.rules.link_chars)})
        chars = count(sign + counted)
        self.sms.setText(sign + shown)
        self.sms_parts.setText(
            tr("{chars} 字，按 {parts} 条计费", chars=chars, parts=parts(choices.rules, chars))
        )

    # --- composition ------------------------------------------------------------------------------------------

    def _step(self, name: str, act: Callable[[], None]) -> QPushButton:
        made = QPushButton(name, self)
        made.clicked.connect(lambda _on=False: act())
        return made

    def _compose(self) -> None:
        self.search.setMaximumWidth(200)
        for chooser in (self.file, self.message):
            chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            chooser.setMinimumWidth(120)
            chooser.setMaximumWidth(240)
        top = QHBoxLayout()
        top.setSpacing(8)
        for widget in (
            self.file,
            self.open_file,
            self.first,
            self.previous,
            self.next,
            self.last,
        ):
            top.addWidget(widget)
        top.addStretch(1)
        finding = QHBoxLayout()
        finding.setSpacing(8)
        finding.addWidget(self.search)
        finding.addStretch(1)
        finding.addWidget(self.progress)
        finding.addWidget(self.cancel)
        finding.addWidget(self.finder)
        left = QVBoxLayout()
        left.setSpacing(8)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.message)
        line.addWidget(self.sms_parts)
        line.addStretch(1)
        left.addWidget(self.who)
        left.addLayout(line)
        left.addWidget(self.sms)
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.told)
        right.addWidget(self.bad, 1)
        right.addStretch(0)
        self.bad.hide()
        both = QHBoxLayout()
        both.setSpacing(24)
        both.addLayout(left, 1)
        both.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(12)
        column.addLayout(top)
        column.addLayout(finding)
        column.addLayout(both, 1)
