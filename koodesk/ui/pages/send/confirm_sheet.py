# SPDX-License-Identifier: Apache-2.0
"""发送信息确认: how many, what, at what price, in which window. What is confirmed is bound to its digest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar

from koodesk.domain.campaign import CampaignKind
from koodesk.domain.platform import Platform
from koodesk.domain.video_sms.template import Channel
from koodesk.editor.video_sms.words import channel_word
from koodesk.ui.bridge import Task
from koodesk.ui.i18n import tr, tr_one
from koodesk.ui.page import Page
from koodesk.ui.pages.billing.words import money
from koodesk.ui.pages.send.cost_card import CostCard
from koodesk.ui.pages.send.held_sheet import HeldSheet
from koodesk.ui.pages.video.carriers import rules, show_carriers
from koodesk.ui.platform_mark import money_mark
from koodesk.ui.times import clock, moment
from koodesk.ui.widgets.basics import Card, button, label
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.share_bar import ShareBar

MINUTE_MS: Final = 60_000
DAY_MS: Final = 1440 * MINUTE_MS
BEIJING_OFFSET_MS: Final = 8 * 60 * MINUTE_MS
SAID_FIRST: Final = ("campaign.plain.blind",)
"""What has to be known before anything is read: that nobody can look up what becomes of a call."""


def _waits_for_window(confirmation: Any) -> bool:
    """Tell whether the first message waits for the send window to open, rather than going out at the start."""
    of_day = (confirmation.opens_ms + BEIJING_OFFSET_MS) % DAY_MS
    return bool(
        confirmation.opens_ms > confirmation.start_at_ms and of_day == confirmation.window_start * MINUTE_MS
    )


Facts = tuple[tuple[str, str], ...]


def _waves(c: Any) -> str:
    """Say in which waves it goes and what stops the rest."""
    rules = dict(c.wave_rules)
    told = [
        tr("先发 {shares}，再发其余", shares=tr("，再 ").join(f"{share / 10:g}%" for share in c.waves)),
        tr("每批观察 {minutes} 分钟", minutes=rules["hold_minutes"]),
    ]
    if rules["refused"]:
        told.append(tr("未受理超过 {share}% 停", share=rules["refused"] // 10))
    if rules["failed"]:
        told.append(tr("未送达超过 {share}% 停", share=rules["failed"] // 10))
    if rules["delivered"]:
        told.append(
            tr(
                "{minutes} 分钟后已送达低于 {share}% 停",
                minutes=rules["delivered_minutes"],
                share=rules["delivered"] // 10,
            )
        )
    return " · ".join(told)


def _shared(c: Any, name: str, value: str) -> Facts:
    """Return when it is sent, at what price, and the code, around one line of the form's own."""
    window = (
        tr("每天 {start}–{end}（北京时间）", start=clock(c.window_start), end=clock(c.window_end))
        if (c.window_start, c.window_end) != (0, 1440)
        else tr("任何时间")
    )
    starts = moment(c.start_at_ms) if c.start_at_ms else tr("立即")
    if c.promotion and _waits_for_window(c):
        starts = tr("{when}（发送时段开始后）", when=moment(c.opens_ms))
    price = (
        tr("未知：有的单价平台没有公布")
        if c.price_fen < 0
        else tr("最多 {amount}（不扣套餐包）", amount=money(c.price_fen * 1_000))
    )
    return (
        (tr("开始时间"), starts),
        (tr("发送时段"), window),
        *(((tr("分批发送"), _waves(c)),) if c.waves else ()),
        (name, value),
        (tr("价格"), price),
        (tr("确认码"), c.digest[:16]),
    )


def _held(c: Any) -> str:
    """Return how many rows a frequency limit holds back, nothing where it holds none."""
    return " · " + tr("频次上限 {count}", count=f"{c.frequency_held:,}") if c.frequency_held else ""


def smart_facts(c: Any) -> Facts:
    """Return every line of the confirmation of a smart message."""
    fallback = {"none": tr("不发送"), "sms": tr("降级为普通短信"), "basic": tr("发送智能信息基础版")}[
        c.fallback
    ]
    if c.fallback == "basic":
        fallback = f"{fallback}：{c.video_name}"
    plain = tr("卡片 / 视频短信") if c.fallback == "basic" else tr("卡片 / 普通短信")
    left_out = tr(
        "无效 {invalid} · 重复 {duplicate} · 退订 {opted_out} · 不可解析 {rest}",
        invalid=f"{c.invalid:,}",
        duplicate=f"{c.duplicate:,}",
        opted_out=f"{c.opted_out:,}",
        rest=f"{c.not_eligible - c.frequency_held:,}",
    )
    leads = ((tr("浏览器打开短链"), tr("跳转到 {url}", url=c.jump_url)),) if c.jump_url else ()
    return (
        (tr("任务名称"), c.name),
        (tr("智能信息模板"), c.card_name),
        (tr_one("短消息签名"), f"【{c.signature}】"),
        (tr("短信内容"), c.sms_text),
        (tr("短链域名"), c.domain or tr("系统预置的公共域名")),
        *leads,
        (plain, f"{c.with_card:,} / {c.to_send - c.with_card:,}"),
        (tr("不可解析的号码"), fallback),
        (tr("不发送的行"), left_out + _held(c)),
        *_shared(c, tr("解析标识有效期"), tr("{days} 天", days=c.validity_days)),
    )


def video_facts(c: Any) -> Facts:
    """Return every line of the confirmation of a video SMS."""
    left_out = tr(
        "无效 {invalid} · 重复 {duplicate} · 退订 {opted_out} · 运营商未通过 {rest}",
        invalid=f"{c.invalid:,}",
        duplicate=f"{c.duplicate:,}",
        opted_out=f"{c.opted_out:,}",
        rest=f"{c.not_eligible - c.frequency_held:,}",
    )
    return (
        (tr("任务名称"), c.name),
        (tr("视频短信模板"), c.video_name),
        (tr("签名"), f"【{c.signature}】"),
        (tr("通道"), channel_word(Channel(c.channel))),
        (tr("不发送的行"), left_out + _held(c)),
        *_shared(c, tr("投递有效期"), tr("{hours} 小时", hours=c.expiration_hours)),
    )


def plain_facts(c: Any) -> Facts:
    """Return every line of the confirmation of a plain SMS."""
    left_out = tr(
        "无效 {invalid} · 重复 {duplicate} · 退订 {opted_out}",
        invalid=f"{c.invalid:,}",
        duplicate=f"{c.duplicate:,}",
        opted_out=f"{c.opted_out:,}",
    )
    fixed = tr("，").join(f"${{{number}}} = {value}" for number, value in c.sms_values)
    columns = tr("、").join(f"${{{number}}}" for number in c.columns)
    fewest, most = c.parts
    return (
        (tr("任务名称"), c.name),
        (tr_one("短消息签名"), f"【{c.signature}】"),
        (tr("短信内容"), c.sms_text),
        *(((tr("所有号码相同"), fixed),) if fixed else ()),
        *(((tr("取自号码文件"), columns),) if columns else ()),
        (tr("不发送的行"), left_out + _held(c)),
        *_shared(
            c,
            tr("短信条数"),
            tr("每个号码 {parts} 条", parts=f"{most}" if fewest == most else f"{fewest}–{most}"),
        ),
    )


FACTS: Final = {
    CampaignKind.SMART: smart_facts,
    CampaignKind.VIDEO: video_facts,
    CampaignKind.PLAIN: plain_facts,
}


class ConfirmSheet(Sheet):
    """Shows every line of a confirmation; 确认 sends it."""

    def __init__(self, page: Page, confirmation: Any, confirmed: Callable[[Any], None]) -> None:
        super().__init__(page, tr("发送信息确认"), tr("确认发送"), self._take, width=620)
        self._page = page
        self._confirmation = confirmation
        self._confirmed = confirmed
        self._task: Task | None = None
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.hide()
        self.body.addWidget(self.progress)
        real = confirmation.gateway == Platform.CLOUD
        if real:
            self.mark = money_mark(
                tr(
                    "真实云平台：这次发送会到达 {count} 部真实手机，并按合同计费。",
                    count=f"{confirmation.to_send:,}",
                )
            )
            self.body.addWidget(self.mark)
        first = [note for note in confirmation.notes if note.code in SAID_FIRST]
        for note in first:
            self.body.addWidget(label(page.desk.say((note,)), "warning", wrap=True))
        self.body.addWidget(label(tr("将给 {count} 个号码发送", count=f"{confirmation.to_send:,}"), "title"))
        facts = FACTS[CampaignKind(confirmation.kind)](confirmation)
        card = Card(panel="sunken", margins=16)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        for number, (name, value) in enumerate(facts):
            grid.addWidget(label(name, "second"), number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(value, wrap=True, selectable=True), number, 1)
        grid.setColumnStretch(1, 1)
        card.body.addLayout(grid)
        self.body.addWidget(card)
        if confirmation.forecast is not None:
            self.cost = CostCard(confirmation)
            self.body.addWidget(self.cost)
        if confirmation.carriers:
            self._carriers(confirmation)
        for note in (one for one in confirmation.notes if one not in first):
            told = label(page.desk.say((note,)), "warning", wrap=True)
            if note.code != "campaign.frequency.held":
                self.body.addWidget(told)
                continue
            bar = QHBoxLayout()
            bar.addWidget(told, 1)
            self.held = button(tr("查看号码"), self._show_held, kind="link", name="held-rows")
            bar.addWidget(self.held)
            self.body.addLayout(bar)
        self.body.addWidget(
            label(tr("确认码由以上全部内容算出；任何一项改变都要重新确认。"), "hint", wrap=True)
        )
        self.body.addStretch(1)
        self.accept_button.setDefault(False)
        if real:
            self.accept_button.setText(tr("确认真实发送"))
            self.accept_button.setProperty("kind", "danger")
        self.cancel_button.setFocus()

    def _carriers(self, confirmation: Any) -> None:
        """Show whose numbers get the video SMS."""
        self.body.addWidget(label(tr("视频短信的运营商（按号段估计，携号转网的号码看不出）"), "second"))
        self.carriers = ShareBar()
        video = confirmation.kind == CampaignKind.VIDEO
        least = rules().mobile_share if video and Channel(confirmation.channel).three else 0
        show_carriers(self.carriers, self._page.desk, confirmation.carriers, least)
        self.body.addWidget(self.carriers)

    def _show_held(self) -> None:
        HeldSheet(self._page, self._confirmation).open()

    def _take(self) -> None:
        self.accept_button.setEnabled(False)
        digest = self._confirmation.digest

        def done(campaign: Any) -> None:
            self.accept()
            self._confirmed(campaign)

        def failed(problems: Any) -> None:
            self.accept_button.setEnabled(True)
            self.progress.hide()
            self._task = None
            self.banner.tell(self._page.desk.say(problems))

        def show(progress: Any) -> None:
            self.progress.show()
            self.progress.setMaximum(max(0, progress.total))
            self.progress.setValue(progress.done)

        self._task = self._page.desk.bridge.call(
            self,
            lambda service, task: service.campaigns.confirm(digest, task.progress.emit, task.cancelled),
            done,
            failed,
        )
        self._task.progress.connect(show)

    def reject(self) -> None:
        """Cancel: while the recipients are being written, ask that to stop first; nothing is created then."""
        if self._task is not None and self._task.running:
            self._task.cancel()
        else:
            super().reject()
