# SPDX-License-Identifier: Apache-2.0
"""Numbers by hand or from a file, and what the check of them counted, for any kind of send form.

What is counted, what is asked about the numbers afterwards and what stands between the counts and the consent is each
form's own (`AudienceCard`, `VideoNumbersCard`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from koodesk.domain.recipient import AudienceBucket, ConsentKind
from koodesk.ui.exporting import TABLES, ask_for_file, begin_export
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.send.rows_sheet import RowsSheet
from koodesk.ui.widgets.basics import Card, button, label
from koodesk.ui.widgets.file_dialogs import ask_where_to_save
from koodesk.ui.widgets.file_picker import FilePicker
from koodesk.ui.widgets.forms import Form, choice, line_edit, text_edit

IN_A_ROW: Final = 3
"""Counts side by side."""

Tile = tuple[str, str, AudienceBucket | None]
"""A count: its name among the figures, its words, and the rows behind it where they can be listed."""


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


class NumbersCard(Card):
    """Keeps the checked audience; `changed` says that it, or what is done with it, is another.

    `template` is what is sent (a row with `id`, `params` and `digest`): its parameters are the columns of the numbers.
    """

    changed = Signal()

    def __init__(self, page: Page, heading: str) -> None:
        super().__init__(heading)
        self._page = page
        self.template: Any = None
        self.audience: Any = None
        self._task: Any = None
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setObjectName("numbers-tabs")
        self.tabs.addTab(tr("文件上传"))
        self.tabs.addTab(tr("手动输入"))
        self.tabs.currentChanged.connect(self._show_tab)
        self.body.addWidget(self.tabs)
        self._by_file()
        self._by_hand()
        self._checking()
        self._counts()
        self.add_choices()
        self._consent()
        self._show_tab(0)
        self.show_template(None)

    # --- each form's own -------------------------------------------------------------------------------------

    def tiles(self) -> Sequence[Tile]:
        """Return the counts in order; the one that is sent to has no rows to list and stands out."""
        raise NotImplementedError

    def count(self, name: str) -> int:
        """Return one count of the checked audience."""
        raise NotImplementedError

    def first(self) -> str:
        """Say what has to be chosen before numbers can be given."""
        raise NotImplementedError

    def add_choices(self) -> None:
        """Add what stands between the counts and the consent."""

    def look_closer(self, service: Any, task: Any, audience: Any) -> Any:
        """Ask what else is to be known of a checked audience; runs off the window's thread. Raises Refused."""
        del service, task
        return audience

    def take(self, found: Any) -> None:
        """Take what `look_closer` found."""
        self.set_audience(found)

    def write_sample(self, service: Any, path: Path) -> None:
        """Write a number file to fill in."""
        raise NotImplementedError

    @property
    def params(self) -> tuple[str, ...]:
        """The columns that the numbers need, besides the number."""
        return tuple(self.template.params) if self.template is not None else ()

    @property
    def shows_vendors(self) -> bool:
        """Tell whether the rows behind a count say whose phone each is."""
        return False

    # --- where the numbers come from -------------------------------------------------------------------------

    def _by_file(self) -> None:
        self.file_part = QWidget()
        column = QVBoxLayout(self.file_part)
        column.setContentsMargins(0, 0, 0, 0)
        self.picker = FilePicker(tr("上传号码文件"), "*.xlsx")
        self.picker.setObjectName("numbers-file")
        self.picker.picked.connect(self._check_file)
        top = QHBoxLayout()
        top.addWidget(self.picker, 1)
        self.sample = button(
            tr("下载示例文件"), self._save_sample, kind="link", icon="download", name="numbers-sample"
        )
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
        self.numbers.setObjectName("numbers-by-hand")
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

    def show_template(self, template: Any) -> None:
        """Follow another template: its parameters are the file's columns. A checked audience is let go."""
        self.template = template
        self.set_audience(None)
        for part in (self.picker, self.sample, self.numbers):
            part.setEnabled(template is not None)
        self.show_columns()

    def show_columns(self) -> None:
        """Say which columns the numbers need."""
        if self.template is None:
            for note in (self.file_note, self.hand_note):
                note.setText(self.first())
            return
        columns = tr("、").join((tr("手机号"), *self.params))
        self.file_note.setText(
            tr("xlsx 文件，不超过 40 MB，文件名只能含数字、字母、中文。列：{columns}。", columns=columns)
        )
        self.hand_note.setText(
            tr("每行一个号码，参数用逗号隔开：{columns}。", columns=columns.replace(tr("、"), ","))
            if self.params
            else tr("每行一个号码。")
        )

    def _save_sample(self) -> None:
        def save(path: Path) -> None:
            if self.template is not None:
                self._page.run(
                    lambda service: self.write_sample(service, path),
                    lambda _: self._page.banner.tell(tr("示例文件已保存。"), "success"),
                )

        ask_where_to_save(self, tr("保存示例文件"), f"{tr('号码示例')}.xlsx", save, "Excel (*.xlsx)")

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
        if path and self.template is not None:
            params = self.params
            self._check(lambda service, *how: service.audiences.check_file(Path(path), params, *how))
        else:
            self.set_audience(None)

    def _check_text(self) -> None:
        if self.template is not None:
            text, params = self.numbers.toPlainText(), self.params
            self._check(lambda service, *_how: service.audiences.check_text(text, params))

    def check_again(self) -> None:
        """Check the same numbers anew: other columns are wanted of them."""
        if self.audience is None:
            return
        if self.tabs.currentIndex():
            self._check_text()
        else:
            self._check_file(self.picker.path)

    def _check(self, check: Any) -> None:
        self._cancel()
        self.set_audience(None)
        self.wrong.hide()
        self.busy_text.setText(tr("正在读取号码…"))
        self.busy.show()

        def work(service: Any, task: Any) -> Any:
            audience = check(service, task.progress.emit, task.cancelled)
            return self.look_closer(service, task, audience)

        def done(found: Any) -> None:
            self.busy.hide()
            self.take(found)

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
            self.consent_kind.choose(ConsentKind(audience.consent_kind) if audience.consent_kind else None)
            self.show_counts()
        self.changed.emit()

    # --- 号码解析情况 -----------------------------------------------------------------------------------------

    def _counts(self) -> None:
        self.counts = QWidget()
        column = QVBoxLayout(self.counts)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(8)
        export = button(tr("导出未通过的行"), self._export_refused, kind="link", icon="download")
        head = QHBoxLayout()
        head.addWidget(label(tr("号码解析情况"), "heading"))
        head.addStretch(1)
        head.addWidget(export)
        column.addLayout(head)
        grid = QGridLayout()
        grid.setSpacing(8)
        self.figures: dict[str, CountTile] = {}
        tiles = self.tiles()
        for place, (name, text, bucket) in enumerate(tiles):
            tile = CountTile(text, strong=place == len(tiles) - 1)
            if bucket is not None:
                tile.add(button(tr("查看"), partial(self._rows, bucket), kind="link", name=f"rows-{name}"))
            self.figures[name] = tile
            grid.addWidget(tile, place // IN_A_ROW, place % IN_A_ROW)
        for across in range(IN_A_ROW):
            grid.setColumnStretch(across, 1)
        column.addLayout(grid)
        self.counts_body = column
        self.body.addWidget(self.counts)

    def show_counts(self) -> None:
        """Show the counts of the checked audience."""
        if self.audience is not None:
            for name, tile in self.figures.items():
                tile.show_count(self.count(name))

    def _rows(self, bucket: AudienceBucket) -> None:
        RowsSheet(self._page, self.audience.id, bucket, vendors=self.shows_vendors).open()

    def _export_refused(self) -> None:
        if self.audience is not None:
            options = {"audience": self.audience.id}
            ask_for_file(
                self._page,
                tr("导出未通过的行"),
                tr("未通过"),
                TABLES,
                lambda path: begin_export(self._page, "refused", path, options),
            )

    # --- consent ---------------------------------------------------------------------------------------------

    def _consent(self) -> None:
        self.consent_form = Form()
        names = (
            (tr("注册或开通时勾选同意"), ConsentKind.SIGN_UP),
            (tr("会员协议或服务条款写明"), ConsentKind.TERMS),
            (tr("线下或活动登记表签字"), ConsentKind.FORM),
            (tr("用户主动要求接收"), ConsentKind.ASKED),
            (tr("其他，在下面写明"), ConsentKind.OTHER),
        )
        self.consent_kind = choice([(tr("请选择"), None), *names], self._save_consent)
        self.consent_form.add(
            "consent_kind",
            tr("同意方式"),
            self.consent_kind,
            hint=tr("收件人是怎样同意接收推广信息的。登记人和登记时间会一并留存。"),
        )
        self.consent = line_edit(tr("例如：2026 年会员注册时勾选的营销短信协议"), limit=200)
        self.consent.editingFinished.connect(self._save_consent)
        self.consent_form.add(
            "consent",
            tr("同意来源"),
            self.consent,
            hint=tr("推广类短信必须写明：这份名单是怎样同意接收的。"),
        )
        self.body.addWidget(self.consent_form)

    @property
    def consent_given(self) -> bool:
        """Tell whether kind and source of the consent are both filled in."""
        return self.consent_kind.value is not None and bool(self.consent.text().strip())

    def unsaved_consent(self) -> tuple[int, str, ConsentKind] | None:
        """Return (audience, text, kind) of a consent that is filled in but not kept yet, or None."""
        text, kind = self.consent.text().strip(), self.consent_kind.value
        if self.audience is None or not text or kind is None:
            return None
        if (text, kind.value) == (self.audience.consent_source, self.audience.consent_kind):
            return None
        return self.audience.id, text, kind

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
