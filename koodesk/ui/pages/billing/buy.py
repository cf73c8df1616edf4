# SPDX-License-Identifier: Apache-2.0
"""Buying a package (购买KooMessage套餐包, tables 2-3, 3-3, 4-3): choose, see what it costs, the order, pay, done."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QLabel,
    QRadioButton,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from koodesk.domain.account import Proof
from koodesk.domain.billing.items import PackageKind
from koodesk.domain.billing.records import PayBy
from koodesk.ui import icons, theme
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.billing.identity_sheet import IdentitySheet
from koodesk.ui.pages.billing.words import kind_word, money, offer_word, unit
from koodesk.ui.widgets.basics import Card, button, label, line, row
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.forms import Form, choice, line_edit, padded

WIDTH = 760
MOST = 100
CHOOSE, ORDER, DONE = range(3)


class BuyPage(Page):
    """Three steps: choose a package, pay its order, success."""

    page_id = "buy_package"
    icon = "gift"
    watches: ClassVar[tuple[str, ...]] = ("account", "engine")

    def build(self) -> None:
        """Make the three steps; `refresh` fills the first."""
        self.set_title(tr("购买套餐包"), tr("华北-北京四 · 按需套餐包 · 有效期 1 年"))
        self._prices: Any = None
        self._account: Any = None
        self._proof = Proof.NONE
        self._order: Any = None
        self.steps = QStackedWidget()
        self.steps.setMaximumWidth(WIDTH)
        self._order_place, self._done_place = QVBoxLayout(), QVBoxLayout()
        self.steps.addWidget(self._choose())
        for place in (self._order_place, self._done_place):
            inside = QWidget()
            inside.setLayout(place)
            place.setContentsMargins(0, 0, 0, 0)
            self.steps.addWidget(inside)
        self.body.addWidget(self.steps)
        self.body.addStretch(1)

    def open(self, **arguments: Any) -> None:
        """Begin anew, with a kind of package where one is asked for."""
        self.steps.setCurrentIndex(CHOOSE)
        self._cost()
        if "kind" in arguments:
            self.kind.choose(arguments["kind"])

    def refresh(self) -> None:
        """Ask what is on offer."""
        self.run(lambda service: (service.packages.prices(), service.account.get()), self._show)

    # --- choosing --------------------------------------------------------------------------------------------

    def _choose(self) -> QWidget:
        card = Card(tr("选择套餐包"), margins=24)
        self.form = Form()
        self.kind = choice([(kind_word(kind), kind) for kind in PackageKind], self._offers)
        self.offer = choice([], self._cost)
        self.count = padded(QSpinBox())
        self.count.setRange(1, MOST)
        self.count.valueChanged.connect(lambda _: self._cost())
        for control, name in ((self.kind, "kind"), (self.offer, "offer"), (self.count, "count")):
            control.setObjectName(f"package-{name}")
        self.form.add("kind", tr("信息类型 / 套餐类型"), self.kind, required=True)
        self.form.add("offer", tr("套餐"), self.offer, required=True)
        self.form.add("count", tr("购买数量"), self.count, required=True)
        card.body.addWidget(self.form)
        self.about = label("", "hint", wrap=True)
        card.body.addWidget(self.about)
        add = button(tr("录入合同套餐"), self._add_offer, kind="link", name="add-offer")
        self.guard(add, "kooMessage:price:set")
        self.no_offer = row(label(tr("平台没有公布这种套餐的规格和价格。"), "second"), add, 1)
        self._no_offer = QWidget()
        self._no_offer.setLayout(self.no_offer)
        card.body.addWidget(self._no_offer)
        self._no_offer.hide()  # until it is known what is on offer
        card.body.addWidget(line())
        self.cost = label("", "figure")
        self.cost.setObjectName("package-cost")
        self.derived = label("", "hint", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label(tr("配置费用"), "second"))
        words.addWidget(self.cost)
        words.addWidget(self.derived)
        self.to_order = button(tr("去支付"), self._make_order, kind="primary", name="to-order")
        self.guard(self.to_order, "kooMessage:package:buy")
        foot = row()
        foot.addLayout(words, 1)
        foot.addWidget(self.to_order, 0, Qt.AlignmentFlag.AlignBottom)
        card.body.addLayout(foot)
        card.body.addWidget(_no_refund())
        return card

    def _show(self, found: Any) -> None:
        self._prices, self._account = found
        self._offers()

    def _offers(self) -> None:
        """Show the packages of the chosen kind."""
        if self._prices is None:
            return
        kind = self.kind.value
        own = [one for one in self._prices.offers if one.kind is kind]
        self.offer.put([(offer_word(one), one) for one in own], self.offer.value)
        for where in ("offer", "count"):
            self.form.show_row(where, bool(own))
        self._no_offer.setVisible(not own)
        about = {
            PackageKind.PROMOTION: tr("营销类短消息模板的智能信息，发送和解析各一次算 1 条。"),
            PackageKind.NOTICE: tr("验证码和通知类短消息模板的智能信息，发送和解析各一次算 1 条。"),
            PackageKind.RESOLVE: tr("企业用自己的短信通道，平台只生成和解析短链（AIM+）。"),
            PackageKind.VIDEO: tr(
                "三网通道：移动、联通、电信号码均可发送，要求移动号码发送量占比不低于 75%。"
            ),
            PackageKind.CLICK: tr("按点击量（PV）收费：点击服务号菜单一次，为一次点击。"),
        }[kind]
        self.about.setText(about)
        self._cost()

    def _cost(self) -> None:
        offer = self.offer.value
        self.to_order.setEnabled(offer is not None and self._prices is not None)
        if offer is None:
            self.cost.setText(tr("未知") if self._prices is not None else "—")
            self.derived.setText("")
            return
        self.cost.setText(money(offer.price * self.count.value()))
        per = money(-(-offer.price // offer.size))
        self.derived.setText(
            tr("约 {price} / 条", price=per)
            if offer.kind is not PackageKind.CLICK
            else tr("约 {price} / 次", price=per)
        )

    def _add_offer(self) -> None:
        kind = self.kind.value
        form = Form()
        size = padded(QSpinBox())
        size.setRange(1, 1_000_000_000)
        size.setValue(100_000)
        size.setGroupSeparatorShown(True)
        price = line_edit("17700")
        form.add("size", tr("数量"), size, required=True)
        form.add("price", tr("价格（元）"), price, required=True, hint=tr("按合同填写。"))

        def done(prices: Any) -> None:
            sheet.accept()
            self._prices = prices
            self._offers()

        def save() -> None:
            count, text = size.value(), price.text()
            self.run(
                lambda service: service.packages.add_offer(kind, count, text),
                done,
                self.refusals(sheet, form),
            )

        sheet = Sheet(self, tr("录入合同套餐：{kind}", kind=kind_word(kind)), tr("确定"), save, width=520)
        sheet.body.addWidget(form)
        sheet.body.addStretch(1)
        price.setFocus()
        sheet.open()

    def _make_order(self) -> None:
        offer, count = self.offer.value, self.count.value()
        self.to_order.setEnabled(False)

        def failed(problems: Any) -> None:
            self.to_order.setEnabled(True)
            self.show_problems(problems, self.form)

        self.run(
            lambda service: (
                service.packages.order(offer.id, count),
                service.account.get(),
                service.packages.proof(),
            ),
            self._show_order,
            failed,
        )

    # --- the order -------------------------------------------------------------------------------------------

    def _show_order(self, found: Any) -> None:
        self._order, self._account, self._proof = found
        self.banner.hide()
        order = self._order
        _empty(self._order_place)
        card = Card(tr("云服务订单"), margins=24)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        facts = (
            (tr("订单号"), f"{order.id:08d}"),
            (tr("产品"), tr("云消息服务 KooMessage · {kind}", kind=kind_word(order.kind))),
            (tr("套餐"), unit(order.kind, order.size)),
            (tr("购买数量"), f"{order.count}"),
            (tr("有效期"), tr("1 年，到期后剩余额度失效")),
        )
        for number, (name, value) in enumerate(facts):
            grid.addWidget(label(name, "second"), number, 0)
            grid.addWidget(label(value, selectable=True), number, 1)
        card.body.addLayout(grid)
        card.body.addWidget(line())
        card.body.addWidget(label(tr("支付方式"), "second"))
        self.methods = QButtonGroup(card)
        enough = self._account.balance >= order.amount
        options = (
            (PayBy.ONLINE, tr("在线支付（本地引擎只做模拟，不会产生真实支付）"), True),
            (PayBy.BALANCE, tr("账户余额：{balance}", balance=money(self._account.balance)), enough),
        )
        for number, (method, text, able) in enumerate(options):
            option = QRadioButton(text if able else tr("{method}，不足", method=text))
            option.setEnabled(able)
            option.setObjectName(f"pay-{method.value}")
            option.setChecked(number == 0)
            self.methods.addButton(option, number)
            card.body.addWidget(option)
        card.body.addWidget(line())
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label(tr("应付金额"), "second"))
        words.addWidget(label(money(order.amount), "figure"))
        foot = row()
        foot.addLayout(words, 1)
        self.pay_button = button(tr("确认付款"), self._pay, kind="primary", name="confirm-pay")
        foot.addWidget(button(tr("返回修改"), self._back, name="back"), 0, Qt.AlignmentFlag.AlignBottom)
        foot.addWidget(self.pay_button, 0, Qt.AlignmentFlag.AlignBottom)
        card.body.addLayout(foot)
        card.body.addWidget(_no_refund())
        self._order_place.addWidget(card)
        self._order_place.addStretch(1)
        self.steps.setCurrentIndex(ORDER)
        self.pay_button.setFocus()

    def _back(self) -> None:
        """Give the order up and choose again."""
        number = self._order.id

        def gone(_: Any) -> None:
            self.steps.setCurrentIndex(CHOOSE)
            self._cost()

        self.run(lambda service: service.packages.cancel(number), gone)

    def _pay(self) -> None:
        method = (PayBy.ONLINE, PayBy.BALANCE)[max(0, self.methods.checkedId())]
        if self._proof is not Proof.NONE:
            IdentitySheet(self, self._order, method, self._proof, self._paid).open()
            return
        number = self._order.id
        self.pay_button.setEnabled(False)

        def failed(problems: Any) -> None:
            self.pay_button.setEnabled(True)
            self.show_problems(problems)

        self.run(lambda service: service.packages.pay(number, method), self._paid, failed)

    # --- paid ------------------------------------------------------------------------------------------------

    def _paid(self, order: Any) -> None:
        self.desk.changed.emit("account")
        _empty(self._done_place)
        card = Card(margins=40)
        picture = QLabel()
        picture.setPixmap(icons.pixmap("circle-check", theme.role("success"), 48, self.devicePixelRatioF()))
        card.body.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        card.body.addWidget(label(tr("订单支付成功"), "title"), 0, Qt.AlignmentFlag.AlignHCenter)
        card.body.addWidget(
            label(
                tr(
                    "{kind}，{size} × {count}，已经生效。",
                    kind=kind_word(order.kind),
                    size=unit(order.kind, order.size),
                    count=order.count,
                ),
                "second",
            ),
            0,
            Qt.AlignmentFlag.AlignHCenter,
        )
        see = button(tr("查看套餐包"), lambda: self.desk.go("packages"), kind="primary", name="see-packages")
        card.body.addLayout(row(1, button(tr("返回总览"), lambda: self.desk.go("overview")), see, 1))
        self._done_place.addWidget(card)
        self._done_place.addStretch(1)
        self.steps.setCurrentIndex(DONE)
        see.setFocus()


def _no_refund() -> QLabel:
    made = label(tr("购买成功后无法申请退款，请确认后再付款。"), "warning", wrap=True)
    made.setObjectName("no-refund")
    return made


def _empty(place: QVBoxLayout) -> None:
    from koodesk.ui.widgets.layouts import clear

    clear(place)
