# SPDX-License-Identifier: Apache-2.0
"""Send details (发送明细): one row a recipient, numbers masked, fetched as one scrolls; a million rows open at once."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtWidgets import QHBoxLayout

from koodesk import messages
from koodesk.backend.views.sending import DetailFilter
from koodesk.domain.campaign import CampaignKind
from koodesk.domain.carrier import Carrier
from koodesk.domain.problem import problem
from koodesk.domain.recipient import Fallback
from koodesk.ui import i18n, states
from koodesk.ui.i18n import tr, tr_one
from koodesk.ui.page import Page
from koodesk.ui.send_kinds import by_carrier
from koodesk.ui.times import moment
from koodesk.ui.widgets.basics import button, label
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import choice, line_edit
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column

PAGE_ROWS = 200
FILTER_BUCKETS = (
    "",
    "accepted",
    "refused",
    "unknown",
    "pending",
    "in_flight",
    "cancelled",
    "not_eligible",
    "opted_out",
)
FILTER_DELIVERY = ("", "delivered", "failed", "waiting", "timeout")


def result_words(row: Any) -> str | None:
    """Say what a result code means; nothing where there is none."""
    code = row.delivery_code or row.code
    return messages.word(f"result.{code}", i18n.language()) if code else None


class DetailsPage(Page):
    """Choose a campaign, filter, scroll, look up one number."""

    page_id = "details"
    icon = "users"
    watches: ClassVar[tuple[str, ...]] = ("campaigns",)

    def __init__(self, desk: Any) -> None:
        super().__init__(desk, scroll=False)

    def build(self) -> None:
        """Lay out filter and list."""
        self.set_title(tr("发送明细"), tr("每个号码走到了哪一步；号码已隐藏中间四位，双击一行看它的飞行记录"))
        bar = QHBoxLayout()
        bar.setSpacing(8)
        self.campaign = choice([])
        self.campaign.setMinimumWidth(180)
        self.campaign.setMaximumWidth(280)
        self.campaign.setAccessibleName(tr("发送任务"))
        self.campaign.activated.connect(lambda _: self._pick())
        self.bucket = choice(
            [(states.word("bucket", b) or tr("全部结果"), b) for b in FILTER_BUCKETS], self.reload
        )
        self.bucket.setAccessibleName(tr("受理结果"))
        self.delivery = choice(
            [(states.word("delivery", d) or tr("全部回执"), d) for d in FILTER_DELIVERY], self.reload
        )
        self.delivery.setAccessibleName(tr("回执状态"))
        self.number = line_edit(tr("查一个完整手机号"), limit=20)
        self.number.setAccessibleName(tr("手机号"))
        self.number.setMaximumWidth(200)
        self.number.setMinimumWidth(150)
        self.number.returnPressed.connect(self.reload)
        carriers: list[tuple[str, str]] = [(tr("全部运营商"), "")]
        carriers += [(self.desk.word(f"carrier.{c.value}"), c.value) for c in Carrier]
        self.carrier = choice(carriers, self.reload)
        self.carrier.setAccessibleName(tr("运营商"))
        for part in (self.campaign, self.bucket, self.delivery, self.carrier, self.number):
            bar.addWidget(part)
        bar.addWidget(button(tr("查询"), self.reload, icon="search"))
        bar.addStretch(1)
        self.count = label("", "second")
        bar.addWidget(self.count)
        self.body.addLayout(bar)
        columns = (
            Column(tr("手机号"), lambda r: r.number, 120),
            Column(
                tr("厂商"), lambda r: self.desk.word(f"vendor.{r.vendor}") if r.vendor else tr("未知"), 96
            ),
            Column(tr("运营商"), lambda r: self.desk.word(f"carrier.{r.carrier}") if r.carrier else "—", 110),
            Column(tr("形式"), self._form, 88),
            Column(
                tr("受理结果"),
                lambda r: states.bucket(self._kind, r.bucket),
                110,
                kind=lambda r: states.kind("bucket", r.bucket),
                tip=lambda r: r.code or None,
            ),
            Column(
                tr_one("回执"),
                lambda r: states.word("delivery", r.delivery) or "—",
                104,
                kind=lambda r: states.kind("delivery", r.delivery) if r.delivery else "",
                tip=lambda r: r.delivery_code or None,
            ),
            Column(tr("送达时间"), lambda r: moment(r.delivered_ms)[5:] or "—", 128),
            Column(tr("解析"), lambda r: moment(r.resolved_ms)[11:] or "—", 84),
            Column(tr("曝光"), lambda r: moment(r.exposed_ms)[11:] or "—", 84),
            Column(tr("点击"), lambda r: moment(r.clicked_ms)[11:] or "—", 84),
            Column(tr("上行回复"), lambda r: moment(r.replied_ms)[5:] or "—", 128),
            Column(tr("结果码"), lambda r: r.delivery_code or r.code or "—", tip=result_words),
        )
        self._smart_only = {tr("厂商"), tr("形式"), tr("解析"), tr("曝光"), tr("点击")}
        self._carrier_only = {tr("运营商"), tr("上行回复")}
        self.empty = empty = EmptyState(
            "users",
            tr("还没有发送任务"),
            tr("选好模板、签名和号码文件，确认之后，任务会出现在这里。"),
            tr("发送智能信息"),
            lambda: self.desk.go("send"),
        )
        self.guard(empty.button, "kooMessage:devSendTask:create")
        self.listing = Listing(columns, empty, self._record, more=self._more)
        self.body.addWidget(self.listing, 1)
        self._campaign_id = 0
        self._next = 0
        self._filter = DetailFilter()
        self._shown: Any = None
        self._show_kind(None)

    def open(self, **arguments: Any) -> None:
        """Choose the campaign that was asked for, and look one number up in it."""
        self._campaign_id = int(arguments.get("campaign_id", self._campaign_id))
        if "number" in arguments:
            self.number.setText(str(arguments["number"]))
            for box in (self.bucket, self.delivery, self.carrier):
                box.blockSignals(True)
                box.choose("")
                box.blockSignals(False)

    def refresh(self) -> None:
        """Fetch the campaigns to choose from, then the first rows."""

        def show(rows: Any) -> None:
            if rows and not self._campaign_id:
                self._campaign_id = rows[0].id
            self.campaign.put([(row.name, row.id) for row in rows], self._campaign_id)
            chosen = next((r for r in rows if r.id == self._campaign_id), None)
            if rows:
                self.empty.tell(tr("没有符合条件的号码"), tr("换一个任务或放宽筛选条件。"))
                self.empty.withdraw()
            self._show_kind(chosen)
            self.count.setText(tr("共 {count} 个号码", count=f"{chosen.to_send:,}") if chosen else "")
            self.reload()

        self.run(lambda service: service.campaigns.list(), show)

    def _show_kind(self, campaign: Any) -> None:
        """Show the columns of the kind of task: only a card is resolved, and a card tells no carrier."""
        self._shown = campaign
        carriers = by_carrier(self._kind)
        chosen = self.bucket.value
        self.bucket.put([(states.bucket(self._kind, b) or tr("全部结果"), b) for b in FILTER_BUCKETS], chosen)
        for number, column in enumerate(self.listing.model.columns):
            self.listing.table.setColumnHidden(
                number,
                column.name in (self._smart_only if carriers else self._carrier_only),
            )
        self.carrier.setVisible(carriers)
        if not carriers:
            self.carrier.choose("")

    @property
    def _kind(self) -> str:
        """The kind of the task shown."""
        return self._shown.kind if self._shown is not None else CampaignKind.SMART.value

    def _form(self, row: Any) -> str:
        """Say what a phone got: the card, or what this task sends instead."""
        if row.card:
            return tr("卡片")
        basic = self._shown is not None and self._shown.fallback == Fallback.BASIC
        return tr("视频短信") if basic else tr("普通短信")

    def _pick(self) -> None:
        self._campaign_id = int(self.campaign.value or 0)
        self.refresh()

    def reload(self) -> None:
        """Fetch the first rows of the filter."""
        text = self.number.text().strip()
        if text and not (text.isascii() and text.isdigit() and len(text) == 11):
            self.show_problems((problem("details.number", "number", actual=len(text)),))
            return
        self.banner.hide()
        self._filter = DetailFilter(
            self.bucket.value or "", self.delivery.value or "", int(text or 0), self.carrier.value or ""
        )
        if not self._campaign_id:
            self.listing.show_rows(())
            return
        campaign, chosen = self._campaign_id, self._filter
        self.run(lambda service: service.campaigns.details(campaign, 0, PAGE_ROWS, chosen), self._first)

    def _first(self, page: Any) -> None:
        self._next = page.next
        self.listing.show_rows(page.rows, complete=not page.next)

    def _record(self, row: Any) -> None:
        """Open the flight record of a row."""
        self.desk.go("recorder", campaign_id=self._campaign_id, recipient_id=row.id)

    def _more(self) -> None:
        if not self._next:  # asked by a table that has shown no row yet
            return
        campaign, chosen, after = self._campaign_id, self._filter, self._next

        def add(page: Any) -> None:
            if chosen == self._filter and campaign == self._campaign_id:
                self._next = page.next
                self.listing.model.append(page.rows, complete=not page.next)

        self.run(lambda service: service.campaigns.details(campaign, after, PAGE_ROWS, chosen), add)
