# SPDX-License-Identifier: Apache-2.0
"""发送对象: numbers by hand or from a file, the five counts of 号码解析情况 with the rows behind each, and the fallback."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from koodesk.domain.recipient import AudienceBucket, Fallback
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.send.rows_sheet import RowsSheet
from koodesk.ui.widgets.basics import Card, button, label
from koodesk.ui.widgets.file_picker import FilePicker
from koodesk.ui.widgets.forms import Form, line_edit, text_edit


class CountTile(QFrame):
    """One of the counts: the number large, its name below, and a way to the rows behind it."""

    def __init__(self, name: str, *, strong: bool) -> None:
        super().__init__()
        self.setProperty("panel", "figure-strong" if strong else "figure")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 8)
        column.setSpacing(0)
        self._name = name
        self._top = QHBoxLayout()
        self._figure = label("—", "figure-small")
        self._top.addWidget(self._figure, 1)
        column.addLayout(self._top)
        column.addWidget(label(name, "hint", wrap=True))
        column.addStretch(1)
        self._see: QPushButton | None = None

    def add(self, see: QPushButton) -> None:
        """Put the way to the rows beside the number."""
        see.setAccessibleName(f"{see.text()} {self._name}")
        self._see = see
        self._top.addWidget(see)

    def show_count(self, count: int) -> None:
        """Show a number; there is nothing to see behind a zero."""
        self._figure.setText(f"{count:,}")
        self._figure.setAccessibleName(f"{self._name} {count:,}")
        if self._see is not None:
            self._see.setEnabled(count > 0)


class AudienceCard(Card):
    """Keeps the checked audience; `changed` says that it, or the fallback, is another."""

    changed = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__(tr("发送对象"))
        self._page = page
        self.card: Any = None
        self.audience: Any = None
        self._task: Any = None
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.addTab(tr("文件上传"))
        self.tabs.addTab(tr("手动输入"))
        self.tabs.currentChanged.connect(self._show_tab)
        self.body.addWidget(self.tabs)
        self._by_file()
        self._by_hand()
        self._checking()
        self._counts()
        self._fallback()
        self._consent()
        self._show_tab(0)
        self.show_card(None)

    # --- where the numbers come from -------------------------------------------------------------------------

    def _by_file(self) -> None:
        self.file_part = QWidget()
        column = QVBoxLayout(self.file_part)
        column.setContentsMargins(0, 0, 0, 0)
        self.picker = FilePicker(tr("上传号码文件"), "*.xlsx")
        self.picker.picked.connect(self._check_file)
        top = QHBoxLayout()
        top.addWidget(self.picker, 1)
        self.sample = button(tr("下载示例文件"), self._save_sample, kind="link", icon="download")
        top.addWidget(self.sample)
        column.addLayout(top)
        self.file_note = label("", "hint", wrap=True)
        column.addWidget(self.file_note)
        self.body.addWidget(self.file_part)

    def _by_hand(self) -> None:
        self.hand_part = QWidget()
        column = QVBoxLayout(self.hand_part)
        column.setContentsMargins(0, 0, 0, 0)
        self.numbers = text_edit(rows=5)
        self.numbers.setAccessibleName(tr("手机号码"))
        column.addWidget(self.numbers)
        bar = QHBoxLayout()
        self.hand_note = label("", "hint", wrap=True)
        bar.addWidget(self.hand_note, 1)
        bar.addWidget(button(tr("解析号码"), self._check_text, name="check-numbers"))
        column.addLayout(bar)
        self.body.addWidget(self.hand_part)

    def _show_tab(self, number: int) -> None:
        self.file_part.setVisible(number == 0)
        self.hand_part.setVisible(number == 1)

    def show_card(self, card: Any) -> None:
        """Follow another template: its parameters are the file's columns. A checked audience is let go."""
        self.card = card
        self.set_audience(None)
        params = "、".join(card.params) if card else ""
        enabled = card is not None
        for part in (self.picker, self.sample, self.numbers):
            part.setEnabled(enabled)
        if not enabled:
            text = tr("先选择智能信息模板：号码文件的列由模板的参数决定。")
            self.file_note.setText(text)
            self.hand_note.setText(text)
            return
        columns = tr("手机号") + (f"、{params}" if params else "")
        self.file_note.setText(
            tr("xlsx 文件，不超过 40 MB，文件名只能含数字、字母、中文。列：{columns}。", columns=columns)
        )
        self.hand_note.setText(
            tr("每行一个号码，参数用逗号隔开：{columns}。", columns=columns.replace("、", ","))
            if params
            else tr("每行一个号码。")
        )

    def _save_sample(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("保存示例文件"), f"{tr('号码示例')}.xlsx", "*.xlsx")
        if path and self.card is not None:
            card_id = self.card.id
            self._page.run(
                lambda service: service.audiences.sample_file(card_id, Path(path)),
                lambda _: self._page.banner.tell(tr("示例文件已保存。"), "success"),
            )

    # --- checking --------------------------------------------------------------------------------------------

    def _checking(self) -> None:
        self.busy = QWidget()
        bar = QHBoxLayout(self.busy)
        bar.setContentsMargins(0, 0, 0, 0)
        self.busy_text = label("", "second")
        self.busy_bar = QProgressBar()
        self.busy_bar.setTextVisible(False)
        self.busy_bar.setRange(0, 0)
        bar.addWidget(self.busy_text)
        bar.addWidget(self.busy_bar, 1)
        bar.addWidget(button(tr("取消"), self._cancel))
        self.busy.hide()
        self.body.addWidget(self.busy)
        self.wrong = label("", "danger", wrap=True, selectable=True)
        self.wrong.hide()
        self.body.addWidget(self.wrong)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _check_file(self, path: str) -> None:
        if path and self.card is not None:
            params = self.card.params
            self._check(lambda service, *how: service.audiences.check_file(Path(path), params, *how))
        else:
            self.set_audience(None)

    def _check_text(self) -> None:
        if self.card is not None:
            text, params = self.numbers.toPlainText(), self.card.params
            self._check(lambda service, *_how: service.audiences.check_text(text, params))

    def _check(self, check: Any) -> None:
        self._cancel()
        self.set_audience(None)
        self.wrong.hide()
        self.busy_text.setText(tr("正在读取号码…"))
        self.busy.show()
        card_id = self.card.id

        def work(service: Any, task: Any) -> Any:
            audience = check(service, task.progress.emit, task.cancelled)
            return service.audiences.capability(audience.id, card_id, task.progress.emit, task.cancelled)

        def done(audience: Any) -> None:
            self.busy.hide()
            self.set_audience(audience)

        def failed(problems: Any) -> None:
            self.busy.hide()
            self.wrong.setText(self._page.desk.say(problems))
            self.wrong.show()

        self._task = self._page.run_long(work, done, failed)
        self._task.progress.connect(self._show_progress)

    def _show_progress(self, progress: Any) -> None:
        done, total = int(progress.done), int(progress.total or 0)
        self.busy_text.setText(
            tr("已处理 {done} / {total} 行", done=f"{done:,}", total=f"{total:,}")
            if total
            else tr("已处理 {done} 行", done=f"{done:,}")
        )

    def set_audience(self, audience: Any) -> None:
        """Show another checked audience, or none."""
        self.audience = audience
        self.wrong.hide()
        self.counts.setVisible(audience is not None)
        self.consent_form.setVisible(audience is not None)
        if audience is not None:
            self.consent.setText(audience.consent_source)
            self._show_counts()
        self.changed.emit()

    # --- 号码解析情况 -----------------------------------------------------------------------------------------

    def _counts(self) -> None:
        self.counts = QWidget()
        grid = QGridLayout(self.counts)
        grid.setContentsMargins(0, 8, 0, 8)
        grid.setSpacing(8)
        export = button(tr("导出未通过的行"), self._export_refused, kind="link", icon="download")
        head = QHBoxLayout()
        head.addWidget(label(tr("号码解析情况"), "heading"))
        head.addStretch(1)
        head.addWidget(export)
        grid.addLayout(head, 0, 0, 1, 3)
        self.figures: dict[str, CountTile] = {}
        lines = (
            ("imported", tr("导入号码总数（已去重）"), AudienceBucket.VALID),
            ("invalid", tr("无效号码数"), AudienceBucket.INVALID),
            ("resolvable", tr("可解析智能信息号码数"), AudienceBucket.RESOLVABLE),
            ("unresolvable", tr("不可解析智能信息号码数"), AudienceBucket.UNRESOLVABLE),
            ("duplicate", tr("重复行（只发第一行）"), AudienceBucket.DUPLICATE),
            ("submitted", tr("提交发送信息号码数"), None),
        )
        for place, (name, text, bucket) in enumerate(lines):
            tile = CountTile(text, strong=bucket is None)
            if bucket is not None:
                tile.add(button(tr("查看"), partial(self._rows, bucket), kind="link", name=f"rows-{name}"))
            self.figures[name] = tile
            grid.addWidget(tile, 1 + place // 3, place % 3)
        for column in range(3):
            grid.setColumnStretch(column, 1)
        self.body.addWidget(self.counts)

    def _show_counts(self) -> None:
        if self.audience is None:
            return
        parsing = self.audience.parsing(self.fallback)
        for name in ("imported", "invalid", "resolvable", "unresolvable", "submitted"):
            self.figures[name].show_count(getattr(parsing, name))
        self.figures["duplicate"].show_count(self.audience.duplicate)

    def _rows(self, bucket: AudienceBucket) -> None:
        RowsSheet(self._page, self.audience.id, bucket).open()

    def _export_refused(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("导出未通过的行"), f"{tr('未通过')}.xlsx", "*.xlsx")
        if path and self.audience is not None:
            audience = self.audience.id
            self._page.run(
                lambda service: service.audiences.export_refused(audience, Path(path)),
                lambda _: self._page.banner.tell(tr("已导出。"), "success"),
            )

    # --- fallback and consent --------------------------------------------------------------------------------

    def _fallback(self) -> None:
        self.body.addWidget(label(tr("不可解析的号码"), "second"))
        self.fallbacks = QButtonGroup(self)
        choices = (
            (Fallback.NONE, tr("不发送"), tr("不给这些号码发送信息，不计费。")),
            (Fallback.SMS, tr("降级为普通短信"), tr("收到短信原文和链接，按一次短信发送计费。")),
            (
                Fallback.BASIC,
                tr("发送智能信息基础版"),
                tr("智能信息基础版还没有在 Koodesk 开通，开通后可选。"),
            ),
        )
        for number, (fallback, text, about) in enumerate(choices):
            option = QRadioButton(text)
            option.setChecked(fallback is Fallback.NONE)
            option.setEnabled(fallback is not Fallback.BASIC)
            option.setAccessibleDescription(about)
            self.fallbacks.addButton(option, number)
            bar = QHBoxLayout()
            bar.addWidget(option)
            bar.addWidget(label(about, "hint", wrap=True), 1)
            self.body.addLayout(bar)
        self.fallbacks.idToggled.connect(lambda *_: self._fallback_changed())

    def _fallback_changed(self) -> None:
        self._show_counts()
        self.changed.emit()

    @property
    def fallback(self) -> Fallback:
        """Return what numbers that cannot show the card get."""
        return (Fallback.NONE, Fallback.SMS, Fallback.BASIC)[max(0, self.fallbacks.checkedId())]

    def _consent(self) -> None:
        self.consent_form = Form()
        self.consent = line_edit(tr("例如：2026 年会员注册时勾选的营销短信协议"), limit=200)
        self.consent.editingFinished.connect(self._save_consent)
        self.consent_form.add(
            "consent",
            tr("同意来源"),
            self.consent,
            hint=tr("推广类短信必须写明：这份名单是怎样同意接收的。"),
        )
        self.body.addWidget(self.consent_form)

    def unsaved_consent(self) -> tuple[int, str] | None:
        """Return (audience, text) of a consent that is typed but not kept yet, or None."""
        text = self.consent.text().strip()
        if self.audience is None or text == self.audience.consent_source:
            return None
        return self.audience.id, text

    def say(self, text: str) -> None:
        """Say what is wrong with the numbers as a whole."""
        self.wrong.setText(text)
        self.wrong.show()

    def _save_consent(self) -> None:
        kept = self.unsaved_consent()
        if kept is None:
            return

        def saved(row: Any) -> None:
            if self.audience is not None and self.audience.id == row.id:
                self.audience = row
                self.changed.emit()

        self._page.run(lambda service: service.audiences.set_consent(*kept), saved)
