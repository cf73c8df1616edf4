# SPDX-License-Identifier: Apache-2.0
"""Review desk (审核台): the other side of the local engine. Approve, reject with a reason, or leave it to the automatic
reviewer; run the engine's clock forward to the hour an answer is due."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QTabBar, QVBoxLayout, QWidget

from koodesk.domain.carrier import THREE_CARRIERS, Carrier
from koodesk.domain.review_state import ReviewerMode, ReviewKind, Verdict
from koodesk.domain.vendor import Vendor
from koodesk.ui import states
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.review_detail import Submitted, title_of
from koodesk.ui.pages.review_findings import Findings
from koodesk.ui.pages.review_reject import RejectSheet
from koodesk.ui.reasons import reason_lines
from koodesk.ui.times import due, due_note, minute, moment
from koodesk.ui.widgets.basics import Card, Chip, Elided, button, label, line
from koodesk.ui.widgets.dialogs import confirm
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import choice
from koodesk.ui.widgets.layouts import clear
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column

HOUR = 3600
TABS = (Verdict.WAITING, Verdict.APPROVED, Verdict.REJECTED, None)
"""What each tab lists."""


def is_open(row: Any) -> bool:
    """Tell whether somebody still has to decide: the whole, one of a card's vendors, or a template's carriers."""
    return not row.state.decided or any(not v.verdict.decided for v in (*row.vendors, *row.carriers))


DECIDE: Final = "koodesk:review:decide"


class ReviewPage(Page):
    """The clock, the mode, the list, and what is selected."""

    page_id = "review"
    icon = "clipboard-check"
    watches: ClassVar[tuple[str, ...]] = ("reviews", "cards", "sms", "video", "filings", "engine")

    def __init__(self, desk: Any) -> None:
        super().__init__(desk, scroll=False)

    def build(self) -> None:
        """Lay out clock, filter, list and detail."""
        self.set_title(tr("审核台"), tr("本地引擎的另一面：由自动审核员按成文规则审核，或者由你来审核"))
        self.mode = choice([(tr("自动审核"), "auto"), (tr("人工审核"), "desk")], None)
        self.mode.setAccessibleName(tr("审核方式"))
        self.mode.activated.connect(lambda _: self._set_mode())
        self.head_actions.addWidget(label(tr("审核方式"), "second"))
        self.head_actions.addWidget(self.mode)
        clock = Card(margins=16)
        bar = QHBoxLayout()
        bar.setSpacing(8)
        self.now = label("—", "heading")
        bar.addWidget(label(tr("引擎时钟（北京时间）"), "second"))
        bar.addWidget(self.now)
        bar.addStretch(1)
        bar.addWidget(label(tr("快进"), "second"))
        for text, seconds in (
            (tr("1 小时"), HOUR),
            (tr("1 天"), 24 * HOUR),
            (tr("3 天"), 72 * HOUR),
        ):
            jump = button(text, partial(self.forward, seconds), name=f"forward-{seconds}")
            self.guard(jump, "koodesk:engine:control")
            bar.addWidget(jump)
        self.next_due = button(tr("到下一个结果"), self.forward_to_due, kind="primary", name="forward-due")
        self.guard(self.next_due, "koodesk:engine:control")
        bar.addWidget(self.next_due)
        clock.body.addLayout(bar)
        clock.body.addWidget(
            label(tr("时钟只能向前。审核、回执、定时任务和 72 小时超时都跟着它走。"), "hint")
        )
        self.hours = label("", "hint", wrap=True)
        clock.body.addWidget(self.hours)
        self.body.addWidget(clock)
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        for text in (tr("等待审核"), tr("已通过"), tr("已驳回"), tr("全部")):
            self.tabs.addTab(text)
        self.tabs.currentChanged.connect(lambda _: self.refresh())
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self.tabs)
        bar.addStretch(1)
        self.kind = choice([(tr("所有类型"), None)], self._filter)
        self.kind.put(
            [(tr("所有类型"), None), *((states.word("review_kind", k.value), k) for k in ReviewKind)]
        )
        self.kind.setAccessibleName(tr("类型"))
        parties = [
            *((self.desk.word(f"vendor.{v.value}"), v.value) for v in Vendor),
            *((self.desk.word(f"carrier.{c.value}"), c.value) for c in THREE_CARRIERS),
        ]
        self.party = choice([(tr("所有厂商和运营商"), ""), *parties], self._filter)
        self.party.setAccessibleName(tr("厂商或运营商"))
        self.all_button = button(tr("全部通过"), self.approve_all, icon="list-checks", name="approve-all")
        self.all_button.setEnabled(False)  # until something is listed
        self.guard(self.all_button, DECIDE)
        for part in (self.kind, self.party, self.all_button):
            bar.addWidget(part)
        self.body.addLayout(bar)
        self._keys()
        self._found: Any = None
        columns = (
            Column(tr("类型"), lambda r: states.word("review_kind", r.kind.value), 120),
            Column(tr("名称"), title_of, tip=title_of),
            Column(
                tr("状态"),
                lambda r: states.word("verdict", r.state.value),
                104,
                kind=lambda r: states.kind("verdict", r.state.value),
            ),
            Column(
                tr("预计结果"),
                lambda r: due(r.due_ms, r.calendar)[5:] or "—",
                124,
                tip=lambda r: due_note(r.calendar) or None,
            ),
        )
        empty = EmptyState(
            "clipboard-check", tr("没有要审核的内容"), tr("提交备案、签名、模板或卡片后，会出现在这里。")
        )
        self.listing = Listing(columns, empty)
        self.listing.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_detail())
        halves = QHBoxLayout()
        halves.setSpacing(16)
        halves.addWidget(self.listing, 3)
        self.detail = Card()
        self.detail.hide()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.addWidget(self.detail)
        column.addStretch(1)
        self.side = QScrollArea()
        self.side.setWidgetResizable(True)
        self.side.setWidget(inside)
        self.side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.side.hide()
        halves.addWidget(self.side, 2)
        self.body.addLayout(halves, 1)
        self._detailed: Any = None
        self._wanted = ""
        self._due: list[int] = []
        self._now_ms = 0

    def open(self, **arguments: Any) -> None:
        """Choose the review of a record that was asked for: `record` is its kind and ref, "card/1"."""
        self._wanted = str(arguments.get("record", ""))
        if self._wanted:
            self.tabs.setCurrentIndex(TABS.index(None))

    def refresh(self) -> None:
        """Fetch clock, mode and list."""

        def fetch(service: Any) -> Any:
            service.reviews.sync()
            return service.engine.status(), service.reviews.list()

        self.run(fetch, self._show)

    def _filter(self) -> None:
        if self._found is not None:
            self._show(self._found)

    def _fits(self, row: Any) -> bool:
        kind, party = self.kind.value, self.party.value
        names = [v.vendor.value for v in row.vendors] + [c.carrier.value for c in row.carriers]
        return (kind is None or row.kind is kind) and (not party or party in names)

    def _show(self, found: Any) -> None:
        self._found = found
        status, every = found
        self._tell_hours(status)
        tab = TABS[self.tabs.currentIndex()]
        # What one vendor or carrier has approved is approved, and the others still have to decide.
        rows = [r for r in every if tab is None or (is_open(r) if tab is Verdict.WAITING else r.state is tab)]
        rows = [r for r in rows if self._fits(r)]
        self.all_button.setEnabled(any(is_open(r) for r in rows))
        self.mode.choose(status.reviewer)
        self._now_ms = status.now_ms
        self.now.setText(moment(status.now_ms))
        self._due = sorted(r.due_ms for r in every if is_open(r) and r.due_ms > status.now_ms)
        undecided = any(is_open(r) for r in every)
        self.next_due.setEnabled(undecided and status.reviewer == "auto")
        asked = next((r.id for r in every if f"{r.kind.value}/{r.ref}" == self._wanted), None)
        if asked is not None:
            self.listing.want(asked)
            self._wanted = ""
        self.listing.show_rows(rows)
        if rows and self.listing.table.current() is None:
            self.listing.table.selectRow(0)
        self._show_detail()

    def _show_detail(self) -> None:
        row = self.listing.table.current()
        if row == self._detailed:
            return
        self._detailed = row
        clear(self.detail.body)
        self.detail.setVisible(row is not None)
        self.side.setVisible(row is not None)
        if row is None:
            return
        head = QHBoxLayout()
        head.addWidget(Elided(title_of(row), "heading"), 1)
        head.addWidget(Chip(states.word("verdict", row.state.value), states.kind("verdict", row.state.value)))
        self.detail.body.addLayout(head)
        if is_open(row):
            bar = QHBoxLayout()
            for made in (
                button(
                    tr("通过"), lambda: self.approve(row), kind="primary", icon="check", name="review-approve"
                ),
                button(tr("驳回"), lambda: self.reject(row), kind="danger", icon="x", name="review-reject"),
            ):
                bar.addWidget(made)
                self.guard(made, DECIDE)
            bar.addStretch(1)
            self.detail.body.addLayout(bar)
            if self.desk.why_not(DECIDE):
                self.detail.body.addWidget(label(self.desk.why_not(DECIDE), "hint", wrap=True))
        reasons = reason_lines(row.reasons)
        if reasons:
            self.detail.body.addWidget(label(reasons, "danger", wrap=True, selectable=True))
        verdicts = [
            *((self.desk.word(f"vendor.{v.vendor.value}"), v.vendor, v) for v in row.vendors),
            *((self.desk.word(f"carrier.{c.carrier.value}"), c.carrier, c) for c in row.carriers),
        ]
        if verdicts:
            self.detail.body.addLayout(self._verdicts(row, verdicts))
        if is_open(row):
            self.detail.body.addWidget(Findings(self, row.id))
            keys = tr("按键：J 下一条 · K 上一条 · A 通过 · R 驳回")
            if self.desk.why_not(DECIDE):
                keys = tr("按键：J 下一条 · K 上一条")
            self.detail.body.addWidget(label(keys, "hint"))
        self.detail.body.addWidget(line())
        self.detail.body.addWidget(Submitted(self, row))

    def _verdicts(self, row: Any, verdicts: list[tuple[str, Vendor | Carrier, Any]]) -> QGridLayout:
        """Lay out the verdict of each vendor or carrier, with its own two answers while it is open."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(2, 1)
        for number, (name, party, verdict) in enumerate(verdicts):
            word = states.word("verdict", verdict.verdict.value)
            grid.addWidget(label(name), number, 0)
            grid.addWidget(Chip(word, states.kind("verdict", verdict.verdict.value)), number, 1)
            grid.addWidget(label(verdict.reason, "second", wrap=True), number, 2)
            if verdict.verdict.decided:
                continue
            for column, (text, action) in enumerate(
                ((tr("通过"), self.approve), (tr("驳回"), self.reject)), 3
            ):
                made = button(
                    text, partial(action, row, party), kind="link", name=f"{action.__name__}-{party.value}"
                )
                made.setAccessibleName(f"{name} {text}")
                self.guard(made, DECIDE)
                grid.addWidget(made, number, column)
        return grid

    def _set_mode(self) -> None:
        mode = ReviewerMode(self.mode.value)
        self.run(lambda service: service.reviews.set_mode(mode), lambda _: self._moved())

    def _moved(self) -> None:
        self.desk.changed.emit("reviews")

    def forward(self, seconds: int) -> None:
        """Run the engine's clock forward and take in what is decided meanwhile."""

        def work(service: Any) -> Any:
            service.engine.forward(seconds)
            return service.reviews.sync()

        def done(found: Any) -> None:
            self.banner.tell(tr("时钟已快进，{count} 条记录的状态有变化。", count=found.moved), "success")
            self._moved()

        self.run(work, done)

    def forward_to_due(self) -> None:
        """Run the clock forward to the next answer, or an hour when no time is known for it."""
        self.forward((self._due[0] - self._now_ms) // 1000 + 2 if self._due else HOUR)

    def approve(self, row: Any, party: Vendor | Carrier | None = None) -> None:
        """Approve, for one vendor or carrier or for all."""
        self.run(lambda service: service.reviews.approve(row.id, party), lambda _: self._moved())

    def reject(self, row: Any, party: Vendor | Carrier | None = None) -> None:
        """Ask for the reason and what it is about, then reject."""
        RejectSheet(self, row, party, lambda _: self._moved()).open()

    # --- by keys ---------------------------------------------------------------------------------------------

    def _keys(self) -> None:
        """J and K go down and up; A approves and R rejects what is chosen, where the buttons would."""
        for key, work in (
            ("J", partial(self.step, 1)),
            ("K", partial(self.step, -1)),
            ("A", partial(self._chosen, self.approve)),
            ("R", partial(self._chosen, self.reject)),
        ):
            made = QShortcut(QKeySequence(key), self)
            made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.activated.connect(work)

    def step(self, by: int) -> None:
        """Choose the row below or above."""
        rows = len(self.listing.model.rows)
        if rows:
            now = self.listing.table.currentIndex().row()
            self.listing.table.selectRow(max(0, min(rows - 1, now + by)))

    def _chosen(self, work: Callable[[Any], None]) -> None:
        row = self.listing.table.current()
        if row is not None and is_open(row) and not self.desk.why_not(DECIDE):
            work(row)

    def approve_all(self) -> None:
        """Ask, then approve everything listed that still waits."""
        rows = [row for row in self.listing.model.rows if is_open(row)]

        def done(count: Any) -> None:
            self.banner.tell(tr("已通过 {count} 条。", count=count), "success")
            self._moved()

        confirm(
            self,
            tr("通过列出的 {count} 条？", count=len(rows)),
            tr("每条里还在等待的厂商或运营商都会通过。不能撤销。"),
            tr("全部通过"),
            lambda: self.run(lambda service: service.reviews.approve_all([row.id for row in rows]), done),
            danger=False,
        )

    def _tell_hours(self, status: Any) -> None:
        """Say whether reviewers are at work by the engine's clock, and when they are next."""
        day = {
            "workday": tr("工作日"),
            "weekend": tr("周末"),
            "holiday": tr("法定节假日"),
            "makeup": tr("调休上班"),
        }.get(status.day, "")
        words = (
            tr("审核员在岗（{day}，09:00–18:00）。", day=day)
            if status.open
            else tr("审核员不在岗（{day}），{when} 上班。", day=day, when=minute(status.opens_ms))
        )
        if not status.announced:
            words += tr("今年的放假安排尚未公布，按周一至周五计。")
        self.hours.setText(words)
