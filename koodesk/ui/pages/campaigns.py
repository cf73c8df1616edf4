# SPDX-License-Identifier: Apache-2.0
"""Send tasks (发送任务管理): every campaign with its state and buckets, live; pause, resume, stop; the funnel."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar

from koodesk.domain.campaign import CampaignKind
from koodesk.domain.platform import Platform
from koodesk.domain.send_state import CAMPAIGN_MOVES, CERTIFIED, CampaignMove, CampaignState
from koodesk.ui import states
from koodesk.ui.exporting import TABLES, ask_for_file, begin_export, detail_headings, reason_given
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.campaign_budget import REACHED, BudgetSheet
from koodesk.ui.pages.campaign_certificate import CertificateSheet
from koodesk.ui.pages.campaign_flow import FlowCard
from koodesk.ui.pages.campaign_history import HistoryCard
from koodesk.ui.pages.campaign_unknown import PAGE as UNKNOWN_CALLS
from koodesk.ui.pages.campaign_unknown import UnknownCard
from koodesk.ui.pages.funnels import funnel_groups, funnel_rest, funnel_steps
from koodesk.ui.pages.waiting_sends import WaitingCard
from koodesk.ui.send_kinds import KINDS, by_carrier, no_reports_words, send_words, task_action
from koodesk.ui.times import minute, moment
from koodesk.ui.widgets.basics import Card, Chip, button, label
from koodesk.ui.widgets.charts import Bars, Funnel
from koodesk.ui.widgets.dialogs import Sheet, confirm
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import Choice, Form, choice, line_edit
from koodesk.ui.widgets.layouts import clear
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column

LIVE_MS = 1000
LISTED = 6
"""The list is never higher than so many rows; the rest scrolls, and what is chosen stays in sight."""
BUCKETS = (
    "accepted",
    "refused",
    "unknown",
    "pending",
    "in_flight",
    "cancelled",
    "expired",
    "not_eligible",
    "opted_out",
    "duplicate",
    "invalid",
)


def done_count(row: Any) -> int:
    """Return how many recipients have an outcome."""
    return int(row.to_send - row.pending - row.in_flight)


def task_words(row: Any) -> str | None:
    """Say the platform's own word for how far a video task is; nothing for a smart one."""
    if not row.task_state:
        return None
    word = states.word("video_task", row.task_state)
    return tr("平台的任务状态：{word}（{code}）", word=word, code=row.task_state)


def what_words(row: Any) -> str:
    """Say which video SMS a task sends, or sends to phones that cannot show its card; of a plain SMS, its text."""
    if row.kind == CampaignKind.PLAIN:
        return tr("短信内容：{content}", content=row.sms_text)
    if row.kind == CampaignKind.VIDEO:
        words = tr(
            "视频短信模板“{name}” · 投递有效期 {hours} 小时", name=row.video_name, hours=row.expiration_hours
        )
        return f"{words} · {task_words(row)}" if row.task_state else words
    return tr("不可解析的号码发送视频短信模板“{name}”", name=row.video_name)


def link_words(row: Any) -> str:
    """Say what the short links of a task stand under and where they lead, where that is not the platform's own."""
    domain = tr("短链域名 {domain}", domain=row.domain) if row.domain else ""
    leads = tr("浏览器打开短链时跳转到 {url}", url=row.jump_url) if row.jump_url else ""
    return " · ".join(filter(None, (domain, leads)))


def may(row: Any, move: CampaignMove) -> bool:
    """Tell whether a campaign's state allows a move; the service decides again."""
    return (CampaignState(row.state), move) in CAMPAIGN_MOVES


class CampaignsPage(Page):
    """The list above, the chosen campaign below."""

    page_id = "campaigns"
    icon = "list-checks"
    watches: ClassVar[tuple[str, ...]] = ("campaigns", "engine")

    def build(self) -> None:
        """Lay out list and detail."""
        self.set_title(tr("发送任务"), tr("每个号码恰好在一个桶里，各桶之和就是导入的行数"))
        self.kind: Choice = choice(
            [
                (tr("全部类型"), None),
                *((states.word("campaign_kind", kind.value), kind) for kind in CampaignKind),
            ],
            self._filter,
        )
        self.kind.setAccessibleName(tr("任务类型"))
        for kind, words in reversed(send_words().items()):  # what is sent most stands last, in the corner
            page = KINDS[kind].page
            look = "primary" if kind is CampaignKind.SMART else ""
            name = "new-" + page.replace("_", "-")
            made = button(words, partial(self.desk.go, page), kind=look, icon=KINDS[kind].icon, name=name)
            self.add_action(made, task_action(kind, "create"))
        columns = (
            Column(tr("任务名称"), lambda r: f"{r.name}{tr('（测试）') if r.test else ''}"),
            Column(tr("类型"), lambda r: states.word("campaign_kind", r.kind), 120),
            Column(
                tr("状态"),
                lambda r: states.word("campaign", r.state),
                130,
                kind=lambda r: states.kind("campaign", r.state),
                tip=task_words,
            ),
            Column(tr("进度"), lambda r: f"{done_count(r):,} / {r.to_send:,}", 130, right=True),
            Column(tr("已受理"), lambda r: f"{r.accepted:,}", 90, right=True),
            Column(tr("未受理"), lambda r: f"{r.refused:,}", 90, right=True),
            Column(tr("结果未知"), lambda r: f"{r.unknown:,}", 90, right=True),
            Column(tr("确认时间"), lambda r: minute(r.confirmed_ms), 140),
        )
        self.empty = empty = EmptyState(
            "send",
            tr("还没有发送任务"),
            tr("选好模板、签名和号码文件，确认之后，任务会出现在这里。"),
            tr("发送智能信息"),
            lambda: self.desk.go(KINDS[self.kind.value or CampaignKind.SMART].page),
        )
        self.guard(self.empty.button, "kooMessage:devSendTask:create")
        self.waiting = WaitingCard(self)
        self.body.addWidget(self.waiting)
        narrow = QHBoxLayout()
        narrow.addWidget(self.kind)
        narrow.addStretch(1)
        self.body.addLayout(narrow)
        self.listing = Listing(columns, empty, lambda r: self.desk.go("details", campaign_id=r.id))
        self.listing.table.selectionModel().currentRowChanged.connect(lambda *_: self._chosen())
        self.body.addWidget(self.listing)
        self.detail = Card()
        self.detail_head = QHBoxLayout()
        self.detail.body.addLayout(self.detail_head)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 1000)
        self.detail.body.addWidget(self.progress)
        self.facts = label("", "second", wrap=True)
        self.detail.body.addWidget(self.facts)
        self.buckets = QGridLayout()
        self.buckets.setHorizontalSpacing(24)
        self.buckets.setVerticalSpacing(8)
        self.detail.body.addLayout(self.buckets)
        self.detail.hide()
        self.body.addWidget(self.detail)
        self.flow = FlowCard(self)
        self.body.addWidget(self.flow)
        self.unknown = UnknownCard(self)
        self.body.addWidget(self.unknown)
        self.funnel_card = Card(tr("漏斗"))
        self.funnel = Funnel()
        self.bars = Bars()
        self.funnel_rest = label("", "second", wrap=True)
        self.by = label("", "heading")
        self.funnel_card.body.addWidget(self.funnel)
        self.funnel_card.body.addWidget(self.funnel_rest)
        self.funnel_card.body.addWidget(self.by)
        self.funnel_card.body.addWidget(self.bars)
        self.funnel_card.hide()
        self.body.addWidget(self.funnel_card)
        self.history = HistoryCard()
        self.body.addWidget(self.history)
        self.body.addStretch(1)
        self._wanted = 0
        self._shown: Any = None
        self._shown_buckets: Any = None
        self._asking = self._filling = False
        self._timer = QTimer(self)
        self._timer.setInterval(LIVE_MS)
        self._timer.timeout.connect(self.refresh)

    def open(self, **arguments: Any) -> None:
        """Choose the campaign that was asked for."""
        self._wanted = int(arguments.get("campaign_id", self._wanted))

    def refresh(self) -> None:
        """Fetch the list and the chosen campaign; every second while the page shows."""
        self.waiting.refresh()
        if self._asking:
            return
        self._asking = True
        wanted, kind = self._wanted, self.kind.value

        told = self.history.campaign_id
        last = self.history.after(told)

        def fetch(service: Any) -> Any:
            rows = service.campaigns.list(kind=kind)
            chosen = next((r for r in rows if r.id == wanted), rows[0] if rows else None)
            if chosen is None:
                return rows, None, None, None, (), None, None
            events = service.campaigns.events(chosen.id, last if chosen.id == told else 0)
            return (
                rows,
                chosen,
                service.campaigns.buckets(chosen.id),
                service.campaigns.funnel(chosen.id),
                events,
                service.unknown.open(chosen.id, limit=UNKNOWN_CALLS),
                service.flow.of(chosen.id),
            )

        def failed(problems: Any) -> None:
            self._asking = False
            self.show_problems(problems)

        self.run(fetch, lambda found: self._show(found, (wanted, kind)), failed)

    def _filter(self) -> None:
        """Show another kind of task; what is chosen may not be among them."""
        kind = self.kind.value
        self.empty.tell(
            tr("没有这一类任务") if kind else tr("还没有发送任务"),
            tr("选好模板、签名和号码文件，确认之后，任务会出现在这里。"),
            send_words()[kind or CampaignKind.SMART],
        )
        self.refresh()

    def _chosen(self) -> None:
        row = self.listing.table.current()
        if row is not None and row.id != self._wanted and not self._filling:
            self._wanted = row.id
            self.refresh()

    def _show(self, found: Any, asked: tuple[int, CampaignKind | None]) -> None:
        self._asking = False
        rows, chosen, buckets, funnel, events, unknown, flow = found
        if (self._wanted, self.kind.value) != asked:  # another was asked for meanwhile
            self.refresh()
            return
        self._filling = True  # the list keeps what was selected before; what is wanted is chosen below
        self.listing.show_rows(rows)
        self._filling = False
        self.listing.fit_rows(LISTED)
        self.detail.setVisible(chosen is not None)
        self.funnel_card.setVisible(chosen is not None)
        if chosen is not None:
            self._wanted = chosen.id
            self.listing.choose(chosen.id)
            self._show_campaign(chosen, buckets)
            self.history.add(chosen.id, events)
            self.unknown.show_unknown(chosen, unknown)
            self.flow.show_flow(chosen, flow)
            self._show_funnel(chosen, funnel)
        else:
            self.unknown.hide()
            self.flow.hide()
            self.history.hide()
        if self.isVisible():
            self._timer.start()

    def _show_funnel(self, row: Any, funnel: Any) -> None:
        """Show how far the messages got, by vendor or by carrier."""
        kind = row.kind
        silent = kind == CampaignKind.PLAIN and row.gateway == Platform.CLOUD
        carriers = by_carrier(kind)
        self.funnel.show_steps(funnel_steps(funnel.total, kind))
        self.funnel_rest.setVisible(carriers)
        rest = funnel_rest(funnel.total) if carriers else ""
        self.funnel_rest.setText(f"{rest}\n{no_reports_words()}" if silent else rest)
        self.by.setText(tr("按运营商（按号段估计）") if carriers else tr("按厂商"))
        self.bars.show_groups(*funnel_groups(self.desk, funnel, kind))

    def hideEvent(self, event: Any) -> None:
        """Ask no more while nobody looks."""
        self._timer.stop()
        super().hideEvent(event)

    def _show_campaign(self, row: Any, buckets: Any) -> None:
        self.progress.setValue(1000 * done_count(row) // max(1, row.to_send))
        reason = states.word("campaign_reason", row.reason)
        self.facts.setText(
            tr(
                "提交 {to_send} 条 · 开始 {start} · 结束 {end} · 签名【{sign}】",
                to_send=f"{row.to_send:,}",
                start=moment(row.started_ms),
                end=moment(row.ended_ms),
                sign=row.signature,
            )
            + (f"\n{link_words(row)}" if row.domain or row.jump_url else "")
            + (f"\n{what_words(row)}" if row.video_name or row.sms_text else "")
            + (f"\n{reason}" if reason else "")
        )
        state = (row.id, row.state, row.name, row.reason)
        if state != self._shown:
            self._shown = state
            self._show_head(row)
        if (row.id, buckets) == self._shown_buckets:
            return
        self._shown_buckets = (row.id, buckets)
        clear(self.buckets)
        for number, name in enumerate(BUCKETS):
            count = int(getattr(buckets, name))
            chip = Chip(states.bucket(row.kind, name), states.kind("bucket", name) if count else "neutral")
            self.buckets.addWidget(chip, number // 4, number % 4 * 2)
            figure = label(f"{count:,}", selectable=True)
            self.buckets.addWidget(figure, number // 4, number % 4 * 2 + 1)
        total = label(tr("合计 {count}，等于导入的行数", count=f"{buckets.total:,}"), "second")
        self.buckets.addWidget(total, 2, 6, 1, 2)
        for column in range(1, 8, 2):
            self.buckets.setColumnStretch(column, 1)

    def _show_head(self, row: Any) -> None:
        clear(self.detail_head)
        self.detail_head.addWidget(label(row.name, "heading"))
        self.detail_head.addWidget(
            Chip(states.word("campaign", row.state), states.kind("campaign", row.state))
        )
        self.detail_head.addStretch(1)
        if may(row, CampaignMove.PAUSE):
            pause = button(tr("暂停"), lambda: self._act("pause", row), icon="pause", name="pause")
            self.detail_head.addWidget(pause)
        if row.reason == REACHED and row.state == CampaignState.PAUSED:
            self.detail_head.addWidget(
                button(
                    tr("提高预算并继续"),
                    lambda: BudgetSheet(self, row).open(),
                    kind="primary",
                    icon="play",
                    name="raise-budget",
                )
            )
        elif may(row, CampaignMove.RESUME):
            go = button(
                tr("继续"), lambda: self._act("resume", row), kind="primary", icon="play", name="resume"
            )
            self.detail_head.addWidget(go)
        if may(row, CampaignMove.STOP):
            self.detail_head.addWidget(
                button(tr("停止"), lambda: self._stop(row), kind="danger", name="stop")
            )
        self.detail_head.addWidget(
            button(tr("发送明细"), lambda: self.desk.go("details", campaign_id=row.id), icon="users")
        )
        if row.kind == CampaignKind.SMART:
            heat = button(tr("点击热力图"), lambda: self.desk.go("heat", campaign_id=row.id), name="heat")
            self.detail_head.addWidget(heat)
        if row.state in CERTIFIED:
            proof = button(
                tr("发送凭证"),
                lambda: CertificateSheet(self, row).open(),
                icon="shield-check",
                name="certificate",
            )
            self.detail_head.addWidget(proof)
        export = button(tr("导出"), lambda: self._export(row), icon="download", name="export-details")
        self.detail_head.addWidget(export)
        self.guard(export, task_action(row.kind, "export"))
        for number in range(self.detail_head.count()):
            item = self.detail_head.itemAt(number)
            control = None if item is None else item.widget()
            if control is not None and control.objectName() == "raise-budget":
                self.guard(control, task_action(row.kind, "create"))
            if control is not None and control.objectName() == "certificate":
                self.guard(control, task_action(row.kind, "export"))
            if control is not None and control.objectName() in ("pause", "resume", "stop"):
                self.guard(control, task_action(row.kind, "control"))

    def _act(self, what: str, row: Any) -> None:
        self.run(
            lambda service: getattr(service.campaigns, what)(row.id),
            lambda _: self.desk.changed.emit("campaigns"),
        )

    def _stop(self, row: Any) -> None:
        left = row.pending
        confirm(
            self,
            tr("停止“{name}”？", name=row.name),
            tr(
                "还没有发出的 {count} 个号码会记为“已取消”，不能再继续这个任务。已经发出的不受影响。",
                count=f"{left:,}",
            ),
            tr("停止任务"),
            lambda: self._act("stop", row),
        )

    def _export(self, row: Any) -> None:
        form = Form()
        reason = line_edit(limit=120)
        form.add(
            "reason",
            tr("导出原因"),
            reason,
            required=True,
            hint=tr("导出的文件含完整手机号。谁、何时、为什么导出会记入审计。"),
        )

        def write(path: Path) -> None:
            options = {"campaign": row.id, "reason": reason.text(), "headings": detail_headings()}
            begin_export(self, "details", path, options, sheet.accept, self.refusals(sheet, form))

        def choose() -> None:
            if reason_given(form):
                ask_for_file(self, tr("导出发送明细"), row.name, TABLES, write)

        sheet = Sheet(self, tr("导出发送明细"), tr("选择位置并导出"), choose, width=520)
        sheet.body.addWidget(form)
        sheet.body.addStretch(1)
        reason.setFocus()
        sheet.open()
