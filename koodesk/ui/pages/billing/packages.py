# SPDX-License-Identifier: Apache-2.0
"""Packages (套餐包): what is left of each kind, every package with its validity and renewal, orders, unit prices."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtWidgets import QGridLayout

from koodesk.domain.billing.items import Item, PackageKind
from koodesk.domain.billing.price_book import Confidence
from koodesk.ui import states
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.billing.words import item_word, kind_word, left_note, money, unit
from koodesk.ui.people import person
from koodesk.ui.times import minute
from koodesk.ui.widgets.basics import Card, Figure, button, label
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import Form, line_edit
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column, RowsModel, Table

LISTED = 8
SHOWN = (PackageKind.PROMOTION, PackageKind.VIDEO, PackageKind.CLICK)
"""The kinds the guide buys; the others have a figure once one was bought."""


class PackagesPage(Page):
    """Balances, packages, orders and prices of the account."""

    page_id = "packages"
    icon = "gift"
    watches: ClassVar[tuple[str, ...]] = ("account", "engine", "campaigns")

    def build(self) -> None:
        """Lay out figures and lists."""
        self.set_title(tr("套餐包"), tr("先扣套餐包，用完后按需计费；有效期 1 年，购买后不支持退订"))
        self.add_action(button(tr("充值"), self._top_up, name="top-up"), "kooMessage:package:buy")
        self.add_action(
            button(
                tr("购买套餐包"),
                lambda: self.desk.go("buy_package"),
                kind="primary",
                icon="plus",
                name="buy-package",
            )
        )
        self._now_ms = 0
        figures = QGridLayout()
        figures.setSpacing(16)
        self.figures = {kind: Figure(kind_word(kind)) for kind in PackageKind}
        self.balance = Figure(tr("账户余额"))
        for number, kind in enumerate(PackageKind):
            figures.addWidget(self.figures[kind], number // 3, number % 3)
        figures.addWidget(self.balance, 1, 2)
        self._grid = figures
        self.body.addLayout(figures)
        self.body.addWidget(self._packages())
        self.body.addWidget(self._prices())
        self.body.addWidget(self._orders())
        self.body.addStretch(1)

    def _packages(self) -> Card:
        card = Card(tr("我的套餐包"))
        self.renew_button = button(tr("自动续费"), self._renew, name="renew")
        self.renew_button.setEnabled(False)
        self.guard(self.renew_button, "kooMessage:package:buy")
        card.head.addWidget(self.renew_button)
        columns = (
            Column(tr("套餐类型"), lambda r: kind_word(r.kind)),
            Column(tr("剩余 / 总量"), lambda r: f"{r.left:,} / {unit(r.kind, r.size)}", 210, right=True),
            Column(
                tr("状态"),
                lambda r: states.word("package", self._state(r)),
                110,
                kind=lambda r: states.kind("package", self._state(r)),
            ),
            Column(tr("生效时间"), lambda r: minute(r.bought_ms), 150),
            Column(tr("到期时间"), lambda r: minute(r.expires_ms), 150),
            Column(tr("自动续费"), _renewal, 110),
        )
        empty = EmptyState(
            "gift",
            tr("还没有套餐包"),
            tr("没有套餐包也能发送，按需计费；有套餐包时先扣套餐包，超出的部分再按需计费。"),
            tr("购买套餐包"),
            lambda: self.desk.go("buy_package"),
        )
        self.guard(empty.button, "kooMessage:package:buy")
        self.listing = Listing(columns, empty)
        self.listing.table.selectionModel().currentRowChanged.connect(lambda *_: self._chosen())
        card.body.addWidget(self.listing)
        return card

    def _state(self, row: Any) -> str:
        """Return how a package stands now."""
        return str(row.state(self._now_ms))

    def _prices(self) -> Card:
        card = Card(tr("按需计费单价"))
        self.enter_price = set_price = button(tr("录入合同价"), self._set_price, name="set-price")
        set_price.setEnabled(False)  # until the price book is there
        self.guard(set_price, "kooMessage:price:set")
        card.head.addWidget(set_price)
        columns = (
            Column(tr("计费项"), lambda r: item_word(r.item)),
            Column(tr("单价"), lambda r: money(r.price), 150, right=True),
            Column(
                tr("来源"),
                lambda r: states.word("confidence", r.confidence.value),
                150,
                kind=lambda r: states.kind("confidence", r.confidence.value),
            ),
            Column(tr("录入"), _entered, 240),
        )
        self.price_model = RowsModel(columns)
        self.price_table = Table(self.price_model, self._price_opened)
        card.body.addWidget(self.price_table)
        self.price_note = label("", "hint", wrap=True)
        card.body.addWidget(self.price_note)
        return card

    def _price_opened(self, row: Any) -> None:
        """Enter a price for a row, where one may."""
        if not self.desk.why_not("kooMessage:price:set"):
            self._set_price(row.item)

    def _orders(self) -> Card:
        self.orders_card = Card(tr("订单"))
        columns = (
            Column(tr("订单号"), lambda r: f"{r.id:08d}", 110),
            Column(tr("套餐"), lambda r: f"{kind_word(r.kind)} · {unit(r.kind, r.size)} × {r.count}"),
            Column(tr("金额"), lambda r: money(r.amount), 150, right=True),
            Column(
                tr("状态"),
                lambda r: states.word("order", r.state.value),
                110,
                kind=lambda r: states.kind("order", r.state.value),
            ),
            Column(tr("支付方式"), lambda r: states.word("pay_by", r.method), 110),
            Column(tr("下单时间"), lambda r: minute(r.created_ms), 150),
        )
        self.order_model = RowsModel(columns)
        self.order_table = Table(self.order_model)
        self.orders_card.body.addWidget(self.order_table)
        return self.orders_card

    def refresh(self) -> None:
        """Ask the platform for everything."""
        self.run(lambda service: (service.packages.held(), service.packages.prices()), self._show)

    def _show(self, found: Any) -> None:
        held, prices = found
        self._now_ms = held.now_ms
        for one in held.balances:
            figure = self.figures[one.kind]
            figure.show_value(f"{one.left:,}", left_note(one.left, one.bought))
            figure.setVisible(one.kind in SHOWN or bool(one.bought))
        self._place_figures()
        note = tr("欠费，请充值") if held.balance < 0 else tr("按需计费和续费从这里扣")
        self.balance.show_value(money(held.balance), note)
        self.listing.show_rows(held.packages)
        self.listing.fit_rows(LISTED)
        self.price_model.show(list(prices.items.values()))
        self.enter_price.setEnabled(bool(prices.items))
        self.price_table.fit_rows(len(prices.items))
        self.price_note.setText(
            tr(
                "平台只公布了三种套餐的价格（{date}）。“按套餐推算”的单价是 Koodesk 的估计，“未知”的不计入预估；"
                "以合同为准，可以录入合同价。",
                date=prices.date,
            )
        )
        self.order_model.show(list(held.orders))
        self.order_table.fit_rows(LISTED)
        self.orders_card.setVisible(bool(held.orders))
        self._chosen()

    def _place_figures(self) -> None:
        shown = [self.figures[kind] for kind in PackageKind if not self.figures[kind].isHidden()]
        for figure in (*self.figures.values(), self.balance):
            self._grid.removeWidget(figure)
        width = 4 if len(shown) == len(SHOWN) else 3
        for number, figure in enumerate((*shown, self.balance)):
            self._grid.addWidget(figure, number // width, number % width)
            self._grid.setColumnStretch(number % width, 1)

    def _chosen(self) -> None:
        row = self.listing.table.current()
        able = row is not None and not row.renewal
        self.renew_button.setEnabled(able)
        self.renew_button.setText(tr("关闭自动续费") if able and row.renew else tr("开启自动续费"))
        self.renew_button.setToolTip(
            tr("到期时余额足够就再买一个同样的套餐包") if able else tr("先选择一个没有到期的套餐包")
        )

    def _renew(self) -> None:
        row = self.listing.table.current()
        if row is not None:
            self.run(
                lambda service: service.packages.set_renewal(row.id, renew=not row.renew),
                lambda _: self.refresh(),
            )

    def _top_up(self) -> None:
        form = Form()
        amount = line_edit("10000")
        form.add(
            "amount",
            tr("充值金额（元）"),
            amount,
            required=True,
            hint=tr("本地引擎里的账户，不会产生真实支付。结清欠费后账号恢复正常。"),
        )

        def save() -> None:
            text = amount.text()
            self._save(sheet, form, lambda s: s.packages.top_up(text), tr("已充值。"))

        sheet = Sheet(self, tr("充值"), tr("充值"), save, width=520)
        sheet.body.addWidget(form)
        sheet.body.addStretch(1)
        amount.setFocus()
        sheet.open()

    def _set_price(self, item: Item | None = None) -> None:
        chosen = item or (self.price_table.current() or self.price_model.rows[0]).item
        form = Form()
        price = line_edit("0.045")
        form.add(
            "price",
            tr("单价（元）"),
            price,
            required=True,
            hint=tr("按合同填写，最多 5 位小数。从这一小时起生效；谁、何时录入都会记下。"),
        )

        def save() -> None:
            text = price.text()
            self._save(sheet, form, lambda s: s.packages.set_price(chosen, text), tr("单价已录入。"))

        sheet = Sheet(self, tr("录入合同价：{item}", item=item_word(chosen)), tr("确定"), save, width=520)
        sheet.body.addWidget(form)
        sheet.body.addStretch(1)
        price.setFocus()
        sheet.open()

    def _save(self, sheet: Sheet, form: Form, work: Any, told: str) -> None:
        def done(_: Any) -> None:
            sheet.accept()
            self.desk.changed.emit("account")
            self.refresh()
            self.banner.tell(told, "success")

        self.run(work, done, self.refusals(sheet, form))


def _renewal(row: Any) -> str:
    if row.renewal == "done":
        return tr("已续费")
    if row.renewal == "failed":
        return tr("余额不足，未续")
    return tr("已开启") if row.renew else tr("未开启")


def _entered(row: Any) -> str:
    if row.confidence is not Confidence.CONTRACT:
        return "—"
    return tr("{when} 起 · {by}", when=minute(row.since_ms), by=person(row.by))
