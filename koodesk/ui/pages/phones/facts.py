# SPDX-License-Identifier: Apache-2.0
"""The right side of the phones: what a message is and what came back of it, what a tap does, and its receipts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QLayout, QScrollArea, QVBoxLayout, QWidget

from koodesk.backend.views.phones import PhoneMessage, ReceiptLine
from koodesk.domain.params import substitute
from koodesk.domain.phone_tap import Component, words_on
from koodesk.domain.service_account.values import Action
from koodesk.domain.tap_effect import effect_of
from koodesk.domain.vendor import Vendor
from koodesk.ui import card_images, icons, theme
from koodesk.ui.desk import Desk
from koodesk.ui.i18n import tr
from koodesk.ui.pages.phones import effects
from koodesk.ui.times import moment
from koodesk.ui.widgets.basics import Card, Chip, button, label, row

WIDTH = 304


def clear(layout: QLayout) -> None:
    """Take everything out of a layout."""
    while layout.count():
        item = layout.takeAt(0)
        if item is None:
            return
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.setParent(None)
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


def click_words(words: str, code: str) -> str:
    """Say what was tapped: by the words on a button; pictures and buttons nobody knows any more have none."""
    if words:
        return tr("点击按钮“{words}”", words=words)
    if code.partition(":")[0] == "image":
        return tr("点击图片")
    return tr("点击按钮") if code.partition(":")[0] == "button" else tr("点击")


def button_words(message: PhoneMessage, code: str) -> str:
    """Return what stood on the button of a click's receipt on this recipient's phone, empty for everything else."""
    if message.template is None:
        return ""
    return substitute(words_on(message.template, message.components, code), dict(message.params))


def receipt_words(desk: Desk, receipt: ReceiptLine, message: PhoneMessage) -> str:
    """Say what a receipt of a message tells."""
    match receipt.kind:
        case "sms":
            if receipt.status == "0":
                return tr("送达")
            return tr("没有送达：{why}", why=desk.word(f"result.{receipt.code}"))
        case "shortchain":
            return tr("解析成功") if receipt.status == "0" else tr("解析失败")
        case "exposed":
            return tr("曝光")
        case "clicked":
            return click_words(button_words(message, receipt.code), receipt.code)
        case _:
            return tr("回复“{words}”", words=receipt.status)


def state_of(message: PhoneMessage) -> tuple[str, str, str]:
    """Say how a message stands on its phone: words, kind and icon of a chip."""
    if message.opted_out_ms:
        return tr("已退订【{signature}】", signature=message.signature), "danger", "ban"
    if message.failed:
        return tr("没有送达"), "danger", ""
    if not message.delivered_ms:
        return tr("还没有送达"), "neutral", ""
    if message.kind == "video":
        return tr("视频短信"), "accent", "film"
    if message.kind == "plain":
        return tr("普通短信"), "accent", "message-square-text"
    if message.card:
        return tr("卡片"), "success", ""
    words = {
        "expired": tr("链接已过期，只显示文字"),
        "vendor": tr("这个厂商的手机只显示文字"),
        "text": tr("这个号码收到的是普通短信"),
    }
    return words.get(message.why_no_card, ""), "warning", ""


def account_words(message: PhoneMessage) -> str:
    """Say as of when the service account around a message is shown; nothing where there is none and was none."""
    if message.account_differs is None:
        return "" if message.account.empty else tr("按现在的样子；发送时的样子没有记录")
    if message.account_then:
        return (
            tr("按发送时的样子，现在已经不同")
            if message.account_differs
            else tr("按发送时的样子")
            if not message.account.empty
            else ""
        )
    if message.account_differs:
        return tr("按现在的样子，与发送时不同")
    return "" if message.account.empty else tr("与发送时相同")


class Facts(QScrollArea):
    """Three panels, one below the other. `recorder` opens the flight record of the message's number."""

    def __init__(self, desk: Desk, recorder: Callable[[], object]) -> None:
        super().__init__()
        self._desk = desk
        self.setWidgetResizable(True)
        self.setFixedWidth(WIDTH)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(12)
        self.message = Card(tr("这条信息"), margins=16)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self.message.body.addLayout(self._grid)
        self.same = Chip()
        self.message.body.addWidget(self.same)
        self.record = button(tr("飞行记录"), recorder, kind="link", icon="list-checks", name="phone-recorder")
        self.message.body.addWidget(self.record, 0, Qt.AlignmentFlag.AlignLeft)
        self.effect = Card(tr("点击效果"), margins=16)
        self._effect_body = QVBoxLayout()
        self._effect_body.setSpacing(6)
        self.effect.body.addLayout(self._effect_body)
        self.receipts = Card(tr("回执"), margins=16)
        self.counters: dict[str, QLabel] = {}
        self._figures: dict[str, QWidget] = {}
        figures = []
        for kind, name in (("exposed", tr("曝光")), ("clicked", tr("点击")), ("reply", tr("回复"))):
            figure = QVBoxLayout()
            value = label("0", "figure")
            value.setObjectName(f"count-{kind}")
            value.setAccessibleName(name)
            self.counters[kind] = value
            holder = QWidget()
            holder.setLayout(figure)
            figure.setContentsMargins(0, 0, 0, 0)
            figure.setSpacing(0)
            figure.addWidget(value)
            figure.addWidget(label(name, "second"))
            figures.append(holder)
            self._figures[kind] = holder
        self.receipts.body.addLayout(row(*figures, 1, spacing=24))
        self.waiting = label("", "hint", wrap=True)
        self.receipts.body.addWidget(self.waiting)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        self.receipts.body.addLayout(self._lines)
        for part in (self.message, self.effect, self.receipts):
            column.addWidget(part)
        column.addStretch(1)
        self.setWidget(inside)
        self.show_effect(None, None)

    def show_message(self, message: PhoneMessage) -> None:
        """Show what a message is, and its receipts."""
        desk = self._desk
        own = desk.word(f"vendor.{message.vendor}") if message.vendor else tr("不能显示卡片的手机")
        facts = [
            (tr("所属任务"), message.campaign),
            (tr("收件号码"), message.number),
            (tr("号码的手机"), self._own(message, own)),
            (tr("运营商"), tr("{carrier}（按号段）", carrier=desk.word(f"carrier.{message.carrier}"))),
            (tr("送达"), moment(message.delivered_ms) if message.delivered_ms else tr("还没有送达")),
        ]
        if message.kind == "smart":
            facts.append((tr("链接有效至"), moment(message.expires_ms)))
        if message.link:
            facts.append((tr("短链"), message.link.removeprefix("https://")))
        if message.jump_url:
            facts.append((tr("浏览器打开短链"), tr("跳转到 {url}", url=message.jump_url)))
        around = account_words(message)
        if around:
            facts.append((tr("服务号"), around))
        facts += [(name, value) for name, value in message.params]
        clear(self._grid)
        for number, (name, value) in enumerate(facts):
            self._grid.addWidget(label(name, "second"), number, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(label(value, wrap=True, selectable=True), number, 1)
        self.same.setVisible(message.kind != "plain")  # its text is all there is of it
        short = message.digest[:10]
        if message.same:
            self.same.show_state(tr("与确认发送的版本一致 {digest}", digest=short), "success")
        elif message.template or message.video:
            self.same.show_state(tr("内容与确认的版本不符 {digest}", digest=short), "danger")
        else:
            self.same.show_state(tr("模板已删除，只剩文字 {digest}", digest=short), "warning")
        self.same.setToolTip(message.digest)
        self.show_receipts(message)

    def _own(self, message: PhoneMessage, own: str) -> str:
        if message.kind == "video":
            return tr("视频短信不区分")
        if message.kind == "plain":
            return tr("普通短信不区分")
        if message.vendor == message.shown_on:
            return own
        here = self._desk.word(f"vendor.{message.shown_on}")
        return tr("{own}；这里按{here}的样子显示", own=own, here=here)

    def show_receipts(self, message: PhoneMessage) -> None:
        """Show what has come back, and what is still on its way."""
        for kind, value in self.counters.items():
            value.setText(str(message.count(kind)))
        waiting = message.waiting
        for kind, holder in self._figures.items():
            holder.setVisible(kind == "reply" or message.kind == "smart")
        self.waiting.setText(tr("{count} 条回执在返回的路上", count=waiting) if waiting else "")
        self.waiting.setVisible(bool(waiting))
        clear(self._lines)
        for one in reversed(message.receipts[-12:]):
            icon = QLabel()
            drawn = "circle-check" if one.arrived else "loader"
            role = theme.role("success" if one.arrived else "text_hint")
            icon.setPixmap(icons.pixmap(drawn, role, 14, self.devicePixelRatioF()))
            icon.setToolTip(tr("已返回") if one.arrived else tr("在返回的路上"))
            holder = QWidget()
            line = row(icon)
            line.addWidget(label(receipt_words(self._desk, one, message), wrap=True), 1)
            line.addWidget(label(moment(one.at_ms)[5:], "hint"), 0, Qt.AlignmentFlag.AlignTop)
            holder.setLayout(line)
            self._lines.addWidget(holder)
        self.receipts.setVisible(bool(message.receipts))

    def show_effect(self, message: PhoneMessage | None, component: Component | None, text: str = "") -> None:
        """Tell what a tap on a component does on the phone shown; without one, how to find out."""
        clear(self._effect_body)
        if message is not None and message.kind == "video":
            self._effect_body.addWidget(
                label(
                    tr("视频短信没有点击事件：点视频可以播放，能返回的只有送达和回复。"), "second", wrap=True
                )
            )
            return
        if message is not None and message.kind == "plain":
            told = tr("普通短信没有点击事件：能返回的只有送达和回复。")
            self._effect_body.addWidget(label(told, "second", wrap=True))
            return
        if message is None or component is None:
            hint = tr("指向或用 Tab 键走到卡片上的按钮和图片，这里说明点击之后真手机会做什么。")
            self._effect_body.addWidget(label(hint, "second", wrap=True))
            return
        self._effect_body.addWidget(label(effects.component_name(component, text), wrap=True))
        if component.event is None:
            self._effect_body.addWidget(label(tr("没有设置点击事件。"), "second", wrap=True))
            return
        pack = card_images.drawing().pack
        effect = effect_of(component.event, Vendor(message.shown_on), dict(message.params), pack)
        chip = Chip(effects.event_name(effect.type), "accent", effects.ICONS[effect.type])
        self._effect_body.addWidget(chip)
        for sentence in effects.what_happens(effect):
            self._effect_body.addWidget(label(sentence, wrap=True, selectable=True))
        doubt = effects.doubts(self._desk, effect, message.shown_on)
        if doubt:
            self._effect_body.addWidget(label(doubt, "warning", wrap=True))
        told = tr("上报：点击回执 {what}，每点一次计一次。这里只说明，不会真的打开。", what=component.what)
        self._effect_body.addWidget(label(told, "hint", wrap=True))

    def show_place(self, name: str, action: Action | None, told: str) -> None:
        """Tell what a tap on a place of the service account does; `told` says what it reported."""
        clear(self._effect_body)
        self._effect_body.addWidget(Chip(tr("服务号上的操作"), "accent", "badge-check"))
        self._effect_body.addWidget(label(name, wrap=True))
        for sentence in effects.account_action(action):
            self._effect_body.addWidget(label(sentence, wrap=True, selectable=True))
        self._effect_body.addWidget(label(told, "hint", wrap=True))
