# SPDX-License-Identifier: Apache-2.0
"""结果未知 of a send task: each call without an answer with what is known of it, and what a person may do about it.

Shown below the task while anything of it is unknown, was decided by a person or contradicts a decision. Nothing here sends.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout

from koodesk import messages
from koodesk.domain.unknown_call import CODES, Decision
from koodesk.ui import i18n
from koodesk.ui.exporting import TABLES, ask_for_file, begin_export, reason_given
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.campaign_decision import DecisionSheet
from koodesk.ui.send_kinds import task_action
from koodesk.ui.times import minute, moment
from koodesk.ui.widgets.basics import Card, Chip, button, label
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.forms import Form, line_edit
from koodesk.ui.widgets.layouts import clear
from koodesk.ui.widgets.tables import Column, RowsModel, Table

LISTED: Final = 5
"""The list of calls is never higher than so many rows; the rest scrolls."""
PAGE: Final = 100
LATE: Final = 4
"""Contradicting reports listed; the rest is counted and stands in the send details."""


def known_words(row: Any) -> str:
    """Say what is known of the members of a call."""
    told = []
    if not row.left:
        told.append(tr("确定没有发出"))
    if row.accepted:
        told.append(tr("{count} 个已受理", count=f"{row.accepted:,}"))
    if row.refused:
        told.append(tr("{count} 个未受理", count=f"{row.refused:,}"))
    return " · ".join(told) or "—"


def asked_words(row: Any) -> str:
    """Say what was asked about a call and what came back, the latest first."""
    return "；".join(
        tr("{answer}（{count} 次）", answer=answer(one.answer), count=one.times)
        for one in reversed(row.asked)
    ) or tr("还没有查过")


def answer(code: str) -> str:
    """Say what a look-up came back with: not found is an answer, anything else is why the question failed."""
    return tr("没有查到") if code == "not_found" else tr("没有问到：{why}", why=result(code))


def result(code: str) -> str:
    """Say a result code in words."""
    return messages.word(f"result.{code}", i18n.language()) if code else "—"


class UnknownCard(Card):
    """The panel. `page` runs its calls; it hides itself while there is nothing to say."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._row: Any = None
        self._shown: Any = None
        self._fill: Any = None
        self.head.addWidget(label(tr("结果未知"), "heading"))
        self.chip = Chip()
        self.head.addWidget(self.chip)
        self.head.addStretch(1)
        self.body.addLayout(self.head)
        self.about = label("", "second", wrap=True)
        self.body.addWidget(self.about)
        columns = (
            Column(tr("调用"), lambda r: f"#{r.no}", 64),
            Column(tr("发出时间"), lambda r: moment(r.called_ms)[5:], 128, tip=lambda r: r.key),
            Column(tr("没有回答"), lambda r: f"{r.unknown:,} / {r.members:,}", 110, right=True),
            Column(tr("已知"), known_words, 150),
            Column(tr("当时的结果"), lambda r: result(r.outcome), 170, tip=lambda r: result(r.outcome)),
            Column(tr("查询经过"), asked_words, tip=asked_words),
            Column(tr("下次查询"), lambda r: minute(r.next_ms)[5:] if r.next_ms else tr("不自动查"), 120),
        )
        self.model = RowsModel(columns, self._more)
        self.table = Table(self.model)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setAccessibleName(tr("结果未知的调用"))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._say_chosen())
        self.body.addWidget(self.table)
        self.chosen = label("", "hint")
        self.body.addWidget(self.chosen)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self.look = button(tr("立即再查"), self._look, icon="refresh-cw", name="look-again")
        self.export = button(
            tr("导出号码"), lambda: self._export("unknown"), icon="download", name="export-unknown"
        )
        self.sent = button(
            tr("认定为已发送"), lambda: self._decide(Decision.SENT), icon="check", name="count-sent"
        )
        self.not_sent = button(
            tr("认定为未发送"), lambda: self._decide(Decision.NOT_SENT), kind="danger", name="count-not-sent"
        )
        self.once_more = button(tr("再次发送"), self._send_again, icon="send", name="send-again")
        for control in (self.look, self.once_more, self.export, self.sent, self.not_sent):
            self._buttons.addWidget(control)
        self._buttons.addStretch(1)
        self.body.addLayout(self._buttons)
        self.decided = QHBoxLayout()
        self.decided_words = label("", "second", wrap=True)
        self.decided.addWidget(self.decided_words, 1)
        self.again = button(
            tr("导出未发送的号码"),
            lambda: self._export(CODES[Decision.NOT_SENT]),
            icon="download",
            name="export-not-sent",
        )
        self.decided.addWidget(self.again)
        self.body.addLayout(self.decided)
        self._late = QHBoxLayout()
        self.late_chip = Chip()
        self.late_words = label("", "second", wrap=True, selectable=True)
        self._late.addWidget(self.late_chip)
        self._late.addWidget(self.late_words, 1)
        self.body.addLayout(self._late)
        self.late_list = QHBoxLayout()
        self.late_list.setSpacing(8)
        self.body.addLayout(self.late_list)
        self.hide()

    def show_unknown(self, row: Any, found: Any) -> None:
        """Show what is unknown of a campaign; nothing is touched while it is as before, so that a choice stays."""
        if (row.id, row.state, found) == self._shown:
            return
        other = self._row is None or self._row.id != row.id
        self._shown, self._row = (row.id, row.state, found), row
        chosen = set() if other else set(self._calls())
        self.setVisible(
            bool(found.call_count or found.contradicted or found.counted_sent or found.counted_not_sent)
        )
        self.chip.show_state(
            tr("{count} 个号码，{calls} 次调用", count=f"{found.numbers:,}", calls=f"{found.call_count:,}")
            if found.call_count
            else tr("没有未知的号码"),
            "warning" if found.call_count else "success",
        )
        aside = tr(
            "{count} 次调用屡次中断，已隔离，其余照常发送；由人决定再次发送或认定。", count=found.aside
        )
        self.about.setText(self._promise(found) + (f"\n{aside}" if found.aside else ""))
        self.about.setVisible(bool(found.call_count))
        self.model.show(found.calls, complete=not found.next)
        for part in (self.table, self.chosen, self.look, self.export, self.sent, self.not_sent):
            part.setVisible(bool(found.call_count))
        self.once_more.setVisible(bool(found.aside))
        self.table.fit_rows(LISTED)
        self._choose(chosen)
        self.look.setEnabled(found.may_look)
        self.look.setToolTip("" if found.may_look else tr("这个通道不能查询已发出的调用"))
        self._show_decided(found)
        self._show_late(found)
        self._guard(row)

    def _guard(self, row: Any) -> None:
        if self.look.isEnabled():
            self._page.guard(self.look, task_action(row.kind, "control"))
        for control in (self.export, self.again):
            self._page.guard(control, task_action(row.kind, "export"))
        for control in (self.sent, self.not_sent, self.once_more):
            self._page.guard(control, task_action(row.kind, "decide"))

    @staticmethod
    def _promise(found: Any) -> str:
        """Say what happens by itself, by the gateway's class."""
        if found.gateway_class == "idempotent":
            return tr(
                "这个通道认得同一次调用：用原来的凭据再问，回答与第一次相同，不会重复发送。停止之后只查询，不再发。"
            )
        if found.gateway_class == "listable":
            return tr(
                "平台可能已经受理，也可能没有收到。发出 {minutes} 分钟后自动查询，间隔一分钟以上两次都没有，才算没有发出；"
                "绝不自动重发。",
                minutes=found.settle_ms // 60_000,
            )
        return tr(
            "平台可能已经受理，也可能没有收到，而且这个通道不能查询。请等状态报告，或向平台核实后作出认定；绝不自动重发。"
        )

    def _show_decided(self, found: Any) -> None:
        told = []
        if found.counted_sent:
            told.append(tr("{count} 个由人认定为已发送", count=f"{found.counted_sent:,}"))
        if found.confirmed:
            told.append(tr("其中 {count} 个后来有状态报告证实", count=f"{found.confirmed:,}"))
        if found.counted_not_sent:
            told.append(tr("{count} 个由人认定为未发送", count=f"{found.counted_not_sent:,}"))
        self.decided_words.setText(" · ".join(told))
        self.decided_words.setVisible(bool(told))
        self.again.setVisible(bool(found.counted_not_sent))

    def _show_late(self, found: Any) -> None:
        clear(self.late_list)
        for part in (self.late_chip, self.late_words):
            part.setVisible(bool(found.contradicted))
        if not found.contradicted:
            return
        self.late_chip.show_state(
            tr("{count} 个号码前后矛盾", count=f"{found.contradicted:,}"), "danger", "triangle-alert"
        )
        self.late_words.setText(
            tr("记为未发送，平台却报告已受理。认定照旧保留；再次发送之前，请先排除这些号码。")
        )
        self.late_list.addWidget(label(tr("最近："), "hint"))
        for row in found.late[:LATE]:
            self.late_list.addWidget(button(row.number, partial(self._record, row.recipient_id), kind="link"))
        self.late_list.addStretch(1)

    def _record(self, recipient_id: int) -> None:
        """Open the flight record of a number."""
        self._page.desk.go("recorder", campaign_id=self._row.id, recipient_id=recipient_id)

    # --- choosing calls ------------------------------------------------------------------------------------

    def _calls(self) -> tuple[int, ...]:
        rows = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        return tuple(self.model.rows[row].no for row in rows if row < len(self.model.rows))

    def _choose(self, calls: set[int]) -> None:
        self.table.clearSelection()
        mode = self.table.selectionModel()
        for number, row in enumerate(self.model.rows):
            if row.no in calls:
                mode.select(self.model.index(number, 0), mode.SelectionFlag.Select | mode.SelectionFlag.Rows)
        self._say_chosen()

    def _say_chosen(self) -> None:
        chosen = len(self._calls())
        self.chosen.setText(
            tr("已选 {count} 次调用，下面的操作只针对它们。", count=chosen)
            if chosen
            else tr("没有选择时，下面的操作针对全部；按住 Ctrl 或 Shift 可选择几次调用。")
        )

    def _more(self) -> None:
        """Fetch further calls; asked by the table when it comes to its end."""
        if self._row is None or not self.model.rows:
            return
        campaign, last = self._row.id, self.model.rows[-1].no

        def add(found: Any) -> None:
            if self._row.id == campaign and self.model.rows and self.model.rows[-1].no == last:
                self.model.append(found.calls, complete=not found.next)

        self._page.run(lambda service: service.unknown.open(campaign, last, PAGE), add)

    # --- acting --------------------------------------------------------------------------------------------

    def _look(self) -> None:
        campaign, calls = self._row.id, self._calls()

        def asked(count: int) -> None:
            self._page.banner.tell(tr("正在查询 {count} 次调用，结果会出现在这里。", count=count), "accent")
            self._page.desk.changed.emit("campaigns")

        self._page.run(lambda service: service.unknown.look_again(campaign, calls), asked)

    def _send_again(self) -> None:
        campaign, calls = self._row.id, self._calls()
        self._page.run(
            lambda service: service.unknown.send_again(campaign, calls),
            lambda _: self._page.desk.changed.emit("campaigns"),
        )

    def _decide(self, decision: Decision) -> None:
        DecisionSheet(self._page, self._row, decision, self._calls()).open()

    def _export(self, which: str) -> None:
        row = self._row
        form = Form()
        reason = line_edit(limit=120)
        form.add(
            "reason",
            tr("导出原因"),
            reason,
            required=True,
            hint=tr("导出的文件含完整手机号。谁、何时、为什么导出会记入审计。"),
        )

        def failed(problems: Any) -> None:
            left = form.show_problems(problems)
            if left:
                sheet.banner.tell(self._page.desk.say(left))

        def write(path: Path) -> None:
            headings = {
                "number": tr("手机号"),
                "call": tr("调用"),
                "key": tr("调用凭据"),
                "called_ms": tr("发出时间"),
                "bucket": tr("受理结果"),
                "code": tr("结果码"),
            }
            options = {"campaign": row.id, "reason": reason.text(), "which": which, "headings": headings}
            begin_export(self._page, "unknown", path, options, sheet.accept, failed)

        def choose() -> None:
            if reason_given(form):
                ask_for_file(self._page, tr("导出号码"), row.name, TABLES, write)

        sheet = Sheet(self._page, tr("导出号码"), tr("选择位置并导出"), choose, width=520)
        sheet.body.addWidget(form)
        sheet.body.addStretch(1)
        reason.setFocus()
        sheet.open()
