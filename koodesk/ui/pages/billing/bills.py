# SPDX-License-Identifier: Apache-2.0
"""账单与结算: what the platform has billed, and the settlement report that lays it beside the desk's own ledger."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtWidgets import QGridLayout, QTabBar

from koodesk.domain.billing.items import Item
from koodesk.domain.billing.records import BillBy
from koodesk.ui.exporting import REPORTS, ask_for_file, begin_export
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.billing.differences_sheet import DifferencesSheet
from koodesk.ui.pages.billing.words import item_word, money, unit
from koodesk.ui.times import minute
from koodesk.ui.widgets.basics import Card, Chip, Figure, button, label
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column

LISTED = 12
WAYS = (BillBy.DAY, BillBy.ITEM, BillBy.CAMPAIGN)


class BillsPage(Page):
    """A bill grouped three ways, and the settlement report."""

    page_id = "bills"
    icon = "file-text"
    watches: ClassVar[tuple[str, ...]] = ("account", "engine", "campaigns")

    def build(self) -> None:
        """Lay out figures, the bill and the report."""
        self.set_title(tr("账单与结算"), tr("每小时结算一次，约一小时后出账；失败的发送和解析不计费"))
        self.add_action(
            button(tr("导出账单"), self._export, icon="download", name="export-bill"),
            "kooMessage:bill:export",
        )
        self._settled_at = "—"
        figures = QGridLayout()
        figures.setSpacing(16)
        self.amount, self.packaged = Figure(tr("按需计费金额")), Figure(tr("套餐包抵扣"))
        self.unknown, self.settled = Figure(tr("单价未知")), Figure(tr("已结算到"))
        for number, figure in enumerate((self.amount, self.packaged, self.unknown, self.settled)):
            figures.addWidget(figure, 0, number)
        self.body.addLayout(figures)
        card = Card(tr("账单"))
        self.ways = QTabBar()
        self.ways.setExpanding(False)
        for text in (tr("按日"), tr("按计费项"), tr("按任务")):
            self.ways.addTab(text)
        self.ways.currentChanged.connect(lambda _: self.refresh())
        card.head.addWidget(self.ways)
        columns = (
            Column(tr("名称"), self._name),
            Column(tr("用量"), lambda r: f"{r.quantity:,}", 130, right=True),
            Column(tr("套餐包抵扣"), lambda r: f"{r.packaged:,}", 130, right=True),
            Column(tr("按需计费"), lambda r: f"{r.charged:,}", 130, right=True),
            Column(tr("单价未知"), lambda r: f"{r.unknown:,}" if r.unknown else "—", 110, right=True),
            Column(tr("金额"), lambda r: money(r.amount), 150, right=True),
        )
        empty = EmptyState(
            "file-text",
            tr("还没有账单"),
            tr("发送之后，送达和解析在下一个整点后一小时结算，出现在这里。把引擎时钟快进就能看到。"),
        )
        self.bill = Listing(columns, empty, key=lambda row: row.key)
        card.body.addWidget(self.bill)
        self.body.addWidget(card)
        self.body.addWidget(self._report())
        self.body.addStretch(1)

    def _report(self) -> Card:
        self.report_card = Card(tr("结算核对"))
        self.verdict = Chip()
        self.verdict.hide()  # until there is something to judge
        self.report_card.head.addWidget(self.verdict)
        save = button(tr("导出核对表"), self._export_settlement, icon="download", name="export-settlement")
        self.guard(save, "kooMessage:bill:export")
        self.report_card.head.addWidget(save)
        self.report_card.body.addWidget(
            label(
                tr(
                    "左边是 Koodesk 自己的台账（送达和解析的回执），右边是平台的账单，逐任务、逐计费项、逐小时核对。"
                ),
                "hint",
                wrap=True,
            )
        )
        columns = (
            Column(tr("任务名称"), lambda r: r.name),
            Column(tr("计费项"), lambda r: item_word(r.item), 180),
            Column(tr("台账"), lambda r: f"{r.ledger:,}", 100, right=True),
            Column(tr("账单"), lambda r: f"{r.billed:,}", 100, right=True),
            Column(tr("未到结算时间"), lambda r: f"{r.unsettled:,}" if r.unsettled else "—", 120, right=True),
            Column(tr("金额"), lambda r: money(r.amount), 140, right=True),
            Column(
                tr("结果"),
                lambda r: tr("一致") if r.agrees else tr("有差异"),
                110,
                kind=lambda r: "success" if r.agrees else "danger",
            ),
        )
        empty = EmptyState(
            "clipboard-check",
            tr("还没有可核对的任务"),
            tr("发送任务有回执之后，这里逐行核对台账和账单。"),
        )
        self.report = Listing(
            columns, empty, self._differences, key=lambda row: (row.campaign_id, row.item.value)
        )
        self.report_card.body.addWidget(self.report)
        self.elsewhere = label("", "hint", wrap=True)
        self.report_card.body.addWidget(self.elsewhere)
        return self.report_card

    @property
    def by(self) -> BillBy:
        """How the bill is grouped."""
        return WAYS[max(0, self.ways.currentIndex())]

    def _name(self, row: Any) -> str:
        return item_word(Item(row.key)) if self.by is BillBy.ITEM else row.name

    def refresh(self) -> None:
        """Ask for the bill and lay it beside the ledger."""
        by = self.by
        self.run(lambda service: (by, service.bills.bill(by), service.bills.settlement()), self._show)

    def _show(self, found: Any) -> None:
        by, bill, settlement = found
        if by is not self.by:
            return  # asked for before another way was chosen
        total = bill.total
        self.amount.show_value(money(total.amount), tr("从账户余额扣"))
        self.packaged.show_value(f"{total.packaged:,}", tr("来自套餐包的用量"))
        self.unknown.show_value(
            f"{total.unknown:,}", tr("录入合同价后，之后的用量计费") if total.unknown else tr("全部有单价")
        )
        self._settled_at = minute(bill.settled_ms) if bill.settled_ms else "—"
        self.settled.show_value(self._settled_at, tr("引擎时钟"))
        self.bill.show_rows(bill.rows)
        self.bill.fit_rows(LISTED)
        self.report.show_rows(settlement.rows)
        self.report.fit_rows(LISTED)
        wrong = sum(not row.agrees for row in settlement.rows)
        self.verdict.setVisible(bool(settlement.rows))
        self.verdict.show_state(
            tr("{count} 项有差异", count=wrong) if wrong else tr("全部一致"),
            "danger" if wrong else "success",
        )
        others = tr("、").join(_elsewhere(row) for row in settlement.elsewhere)
        self.elsewhere.setText(tr("不属于发送任务的账单：{names}", names=others) if others else "")
        self.elsewhere.setVisible(bool(others))

    def _differences(self, row: Any) -> None:
        DifferencesSheet(self, row).open()

    def _export(self) -> None:
        headings = {
            "name": tr("名称"),
            "quantity": tr("用量"),
            "packaged": tr("套餐包抵扣"),
            "charged": tr("按需计费"),
            "unknown": tr("单价未知"),
            "amount": tr("金额（元）"),
        }
        options = {
            "by": self.by.value,
            "title": tr("账单"),
            "notes": [self.ways.tabText(self.ways.currentIndex()), self._settled_note()],
            "headings": headings,
            "names": {item.value: item_word(item) for item in Item} | {"sum": tr("合计")},
        }
        ask_for_file(
            self, tr("导出账单"), tr("账单"), REPORTS, lambda path: begin_export(self, "bill", path, options)
        )

    def _export_settlement(self) -> None:
        options = {
            "title": tr("结算核对"),
            "notes": [self._settled_note()],
            "headings": {
                "name": tr("任务名称"),
                "item": tr("计费项"),
                "hour": tr("有差异的小时（北京时间）"),
                "ledger": tr("台账"),
                "billed": tr("账单"),
                "unsettled": tr("未到结算时间"),
                "amount": tr("金额（元）"),
                "result": tr("结果"),
            },
            "names": {item.value: item_word(item) for item in Item}
            | {"agrees": tr("一致"), "differs": tr("有差异"), "elsewhere": tr("不属于发送任务")},
        }
        ask_for_file(
            self,
            tr("导出核对表"),
            tr("结算核对"),
            REPORTS,
            lambda path: begin_export(self, "settlement", path, options),
        )

    def _settled_note(self) -> str:
        return tr("已结算到 {time}（引擎时钟）", time=self._settled_at)


def _elsewhere(row: Any) -> str:
    """Name what was billed apart from send tasks: a resolve task, a service account, or the shortcuts of a signature."""
    kind, _, number = row.key.partition(":")
    if kind == "resolve":
        return tr("解析任务 {id}：{count}", id=number, count=unit(Item.PLUS_RESOLVE, row.quantity))
    if row.kind == "sa_shortcut":
        return tr(
            "短消息快捷键点击（【{name}】）：{count}", name=row.name, count=unit(Item.CLICK, row.quantity)
        )
    return tr("服务号点击（{name}）：{count}", name=row.name, count=unit(Item.CLICK, row.quantity))
