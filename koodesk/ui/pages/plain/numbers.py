# SPDX-License-Identifier: Apache-2.0
"""手机号码 of a plain SMS: what every row is billed as, which is the longest, and which rows the platform would refuse."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from koodesk.domain.plain_rows import PlainText
from koodesk.domain.recipient import AudienceBucket
from koodesk.ui import theme
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.send.numbers_card import NumbersCard, Tile
from koodesk.ui.widgets.basics import button, label


class PlainNumbersCard(NumbersCard):
    """`text` is what is sent; `show_row` asks to see a row, by its place among the valid ones, from 0."""

    show_row = Signal(int)

    def __init__(self, page: Page) -> None:
        self.text: PlainText | None = None
        self.lengths: Any = None
        super().__init__(page, tr("手机号码"))

    def tiles(self) -> Sequence[Tile]:
        """Return the counts: rows of the file, then what is sent and billed."""
        return (
            ("imported", tr("导入号码总数（已去重）"), AudienceBucket.VALID),
            ("invalid", tr("无效号码数"), AudienceBucket.INVALID),
            ("duplicate", tr("重复行（只发第一行）"), AudienceBucket.DUPLICATE),
            ("longest", tr("最长的一条（字，含签名）"), None),
            ("parts", tr("短信条数（按每行内容计）"), None),
            ("submitted", tr("提交发送信息号码数"), None),
        )

    def count(self, name: str) -> int:
        """Return one of the counts; what is sent to is an estimate: who opted out is taken off at the confirmation."""
        audience, lengths = self.audience, self.lengths
        return int(
            {
                "imported": audience.valid + audience.invalid,
                "invalid": audience.invalid,
                "duplicate": audience.duplicate,
                "longest": lengths.longest_chars if lengths is not None else 0,
                "parts": lengths.parts if lengths is not None else 0,
                "submitted": audience.valid,
            }[name]
        )

    def first(self) -> str:
        """Say that the template comes first."""
        return tr("先选择短消息模板：号码文件的列由模板的变量决定。")

    @property
    def params(self) -> tuple[str, ...]:
        """The variables that the numbers' columns fill."""
        return self.text.columns if self.text is not None else ()

    def show_text(self, template: Any, text: PlainText | None) -> None:
        """Follow another template, whose numbers are to be checked anew, or another value for everybody."""
        before, self.text = self.text, text
        same = text is not None and before is not None and template.id == self.template.id
        if not same or text is None or before is None or text.content != before.content:
            self.show_template(template)
        elif text != before:
            self.show_columns()
            if self.audience is not None and not set(text.columns) <= set(self.audience.params):
                self.check_again()
            else:
                self._measure()

    def show_columns(self) -> None:
        """Say which columns the numbers need, and what each is for."""
        super().show_columns()
        if self.text is None:
            return
        described = {str(one.number): one.description for one in self.text.variables}
        told = tr("、").join(
            tr("{number} 是{about}", number=number, about=described[number])
            for number in self.params
            if described.get(number)
        )
        if told:
            for note in (self.file_note, self.hand_note):
                note.setText(f"{note.text()}{tr('其中 {columns}。', columns=told)}")

    def look_closer(self, service: Any, task: Any, audience: Any) -> Any:
        """Look at every row as the SMS it becomes."""
        found = service.rows.check_plain(self.text, audience.id, task.progress.emit, task.cancelled)
        return audience, found

    def take(self, found: Any) -> None:
        """Show what the rows are billed as with the other counts."""
        audience, self.lengths = found
        self.set_audience(audience)

    def write_sample(self, service: Any, path: Path) -> None:
        """Write the sample file of the template."""
        assert self.text is not None  # without a template there is nothing to press
        fixed = tuple(number for number, _ in self.text.fixed)
        service.audiences.sample_plain_file(self.template.id, path, fixed)

    # --- row by row ------------------------------------------------------------------------------------------

    def add_choices(self) -> None:
        """Add below the counts what goes as how many parts, and what would be refused; both come and go with them."""
        see = button(tr("查看"), lambda: self.show_row.emit(self.lengths.longest), kind="link")
        see.setObjectName("see-longest")
        self.figures["longest"].add(see)
        self.by_parts = label("", "hint", wrap=True)
        self.counts_body.addWidget(self.by_parts)
        bar = QHBoxLayout()
        self.refused = label("", "warning", wrap=True)
        bar.addWidget(self.refused, 1)
        self.see_refused = button(tr("查看第一行"), self._see_refused, kind="link", name="see-refused")
        bar.addWidget(self.see_refused)
        self.counts_body.addLayout(bar)

    def _see_refused(self) -> None:
        self.show_row.emit(self.lengths.first_bad)

    def _measure(self) -> None:
        """Look at the same rows again: another value stands in all of them."""
        audience, text = self.audience, self.text
        if audience is None or text is None:
            return
        self._cancel()

        def done(lengths: Any) -> None:
            if audience is self.audience and text == self.text:
                self.lengths = lengths
                self.show_counts()

        self._task = self._page.run_long(
            lambda service, task: service.rows.check_plain(
                text, audience.id, task.progress.emit, task.cancelled
            ),
            done,
            lambda _problems: (
                None
            ),  # cancelled for a newer look, or the numbers are gone: the next check says so
        )

    def show_counts(self) -> None:
        """Show the counts and what the rows become."""
        super().show_counts()
        found = self.lengths
        if self.audience is None or found is None:
            return
        each = tr("，").join(
            tr("{rows} 个号码各 {parts} 条", rows=f"{rows:,}", parts=parts) for parts, rows in found.by_parts
        )
        self.by_parts.setText(
            tr("{each}。退订和达到频次上限的号码在确认时扣除。", each=each) if found.rows else ""
        )
        told = []
        if found.too_long:
            told.append(tr("{rows} 行超过平台允许的长度。", rows=f"{found.too_long:,}"))
        if found.bad:
            told.append(tr("{rows} 行有变量的值平台不接受。", rows=f"{found.bad:,}"))
        if told:
            told.append(tr("这些号码会被拒绝，不计费。"))
            if found.problem is not None:
                told.append(tr("第一处：{why}", why=self._page.desk.say((found.problem,))))
        self.refused.setText("".join(told))
        self.refused.setVisible(bool(told))
        self.see_refused.setVisible(bool(told))
        theme.repolish(self.refused)
