# SPDX-License-Identifier: Apache-2.0
"""The shelf of phones at the left of the page: choose one, add one's own, give it a number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from koodesk.backend.views.phones import Inbox, PhoneRow
from koodesk.domain.carrier import THREE_CARRIERS, Carrier
from koodesk.domain.phone import LONGEST_NAME, LONGEST_REGION, PhoneDraft
from koodesk.domain.vendor import Vendor
from koodesk.ui.desk import Desk
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.phones.two_lines import ROW_HEIGHT, InboxList, Lines, TwoLines
from koodesk.ui.times import minute
from koodesk.ui.widgets.basics import button, label, row, tool
from koodesk.ui.widgets.dialogs import Sheet, confirm
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import Form, choice, line_edit


def phone_name(desk: Desk, phone: PhoneRow) -> str:
    """Return what a phone is called: its own name, or its vendor's."""
    return phone.name or str(desk.word(f"vendor.{phone.vendor}"))


def phone_note(desk: Desk, phone: PhoneRow) -> str:
    """Return the line below a phone's name: its number, carrier and region."""
    if not phone.number:
        return tr("还没有号码")
    carrier = desk.word(f"carrier.{phone.carrier}") if phone.carrier else ""
    return " · ".join(filter(None, (phone.number, carrier, phone.region)))


def shelf_lines(desk: Desk, phones: Sequence[PhoneRow]) -> list[Lines]:
    """Return the rows of the shelf."""
    return [
        Lines(
            one.id,
            phone_name(desk, one),
            phone_note(desk, one),
            desk.word(f"vendor.{one.vendor}") if one.name else "",
            "smartphone",
            not one.number,
        )
        for one in phones
    ]


def inbox_lines(inbox: Inbox) -> list[Lines]:
    """Return the rows of an inbox; what nobody opened is marked, the rest is quiet."""
    return [
        Lines(
            row.message_id,
            f"【{row.signature}】",
            row.campaign,
            minute(row.delivered_ms or row.at_ms)[5:],
            "film" if row.kind == "video" else "message-square-text",
            row.read,
            not row.read,
        )
        for row in inbox.rows
    ]


def unread_words(inbox: Inbox) -> str:
    """Say how many messages nobody has opened; nothing where all were."""
    return tr("{count} 条未读", count=f"{inbox.unread:,}") if inbox.unread else ""


def inbox_note(inbox: Inbox) -> str:
    """Say what an inbox does not show."""
    notes = []
    if inbox.failed:
        notes.append(tr("另有 {count} 条没有送达，见飞行记录。", count=inbox.failed))
    if inbox.more:
        notes.append(tr("更早的信息没有列出。"))
    return "".join(notes)


def nothing_received(desk: Desk, phone: PhoneRow) -> tuple[str, str, str]:
    """Say why a phone's inbox is empty, what fills it, and what the button below says."""
    name = phone_name(desk, phone)
    if phone.number:
        words = tr("给这个号码发送之后，信息会出现在收件箱里。")
        return tr("{name}还没有收到信息", name=name), words, tr("更换号码")
    words = tr("它就会收到发给这个号码的所有信息，包括过去的发送任务。")
    return tr("给{name}一个号码", name=name), words, tr("设置号码")


def inbox_empty(phone: PhoneRow, inbox: Inbox) -> tuple[str, str]:
    """Say in the inbox itself why nothing is in it; the middle of the page says what to do."""
    if not phone.number:
        return tr("没有号码，收不到信息"), tr("设置号码之后，发给它的信息会列在这里。")
    if inbox.failed:
        return tr("没有送达的信息"), tr("为什么没有送达，见飞行记录。")
    return tr("还没有信息"), tr("发给这个号码的信息会列在这里，包括过去的发送任务。")


def nothing_open() -> EmptyState:
    """Make what stands where a message will: nothing is opened by itself, because opening is what gets reported."""
    return EmptyState(
        "message-square-text",
        tr("打开一条信息"),
        tr("在收件箱里点一条，或用方向键走到它再按 Enter。打开卡片会上报一次曝光，光看列表什么都不上报。"),
    )


class ShelfList(TwoLines):
    """The list of phones, as high as its rows as long as there are few."""

    def fit(self, count: int, most: int) -> None:
        """Take the height of the rows, at most that of `most`."""
        self.setFixedHeight(min(count, most) * ROW_HEIGHT + 4)


class Shelf(QWidget):
    """The left column: the phones above, the inbox of the chosen one below."""

    WIDTH = 288

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(self.WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.shelf = ShelfList(tr("终端"))
        self.shelf.setObjectName("phone-shelf")
        self.remove = tool("trash-2", tr("删除这部终端"))
        self.edit = tool("pencil", tr("设置号码、运营商和地区"))
        self.edit.setObjectName("phone-edit")
        self.inbox = InboxList(tr("收件箱"))
        self.inbox.setObjectName("phone-inbox")
        self.note = label("", "hint", wrap=True)
        column.addWidget(self.shelf)
        self.unread = label("", "second")
        head = label(tr("收件箱"), "heading")
        column.addLayout(row(head, self.unread, 1, self.remove, self.edit, spacing=4))
        column.addWidget(self.inbox, 1)
        column.addWidget(self.note)

    def guard(self, guard: Callable[[QWidget, str], object]) -> None:
        """Keep what changes a phone off for who may not."""
        for part in (self.edit, self.remove):
            guard(part, "kooMessage:phone:update")


def edit_phone(page: Page, phone: PhoneRow | None, done: Callable[[PhoneRow], object]) -> Sheet:
    """Open the sheet for a phone, a new one for None."""
    desk = page.desk
    form = Form(label_width=88)
    name, number = line_edit(tr("例如：店长的手机"), limit=LONGEST_NAME + 20), line_edit(limit=40)
    region = line_edit(tr("按号码判断"), limit=LONGEST_REGION + 20)
    vendor = choice([(desk.word(f"vendor.{one.value}"), one) for one in Vendor])
    carriers: list[tuple[str, Carrier | None]] = [(tr("按号码判断"), None)]
    carriers += [(desk.word(f"carrier.{one.value}"), one) for one in THREE_CARRIERS]
    carrier = choice(carriers)
    if phone is None or phone.own:
        form.add("name", tr("名称"), name, required=True, limit=LONGEST_NAME)
        form.add("vendor", tr("厂商"), vendor, required=True)
    form.add("number", tr("手机号"), number, hint=tr("11 位大陆手机号码。空着就是一部没有卡的手机。"))
    form.add("carrier", tr("运营商"), carrier)
    form.add("region", tr("地区"), region, limit=LONGEST_REGION, hint=tr("决定快捷键等按地区生效的内容。"))
    if phone is not None:
        name.setText(phone.name)
        vendor.choose(Vendor(phone.vendor))
        if "*" not in phone.number:
            number.setText(phone.number)
        if phone.carrier_set:
            carrier.choose(Carrier(phone.carrier))
        if phone.region_set:
            region.setText(phone.region)

    def saved(row: Any) -> None:
        sheet.accept()
        done(row)

    def failed(problems: Any) -> None:
        left = form.show_problems(problems)
        if left:
            sheet.banner.tell(desk.say(left))

    def save() -> None:
        draft = PhoneDraft(name.text(), vendor.value, number.text(), carrier.value, region.text())
        if phone is None:
            page.run(lambda service: service.phones.add(draft), saved, failed)
        else:
            key = phone.id
            page.run(lambda service: service.phones.change(key, draft), saved, failed)

    title = tr("添加终端") if phone is None else tr("设置{name}", name=phone_name(desk, phone))
    sheet = Sheet(page, title, tr("保存"), save, width=520)
    sheet.body.addWidget(form)
    suggestions = _Suggestions(page, vendor.value if phone is None else Vendor(phone.vendor), number.setText)
    sheet.body.addWidget(suggestions)
    sheet.body.addStretch(1)
    (name if phone is None else number).setFocus()
    sheet.open()
    return sheet


class _Suggestions(QWidget):
    """Numbers of recent recipients with such a phone, to fill in with one click; absent for whoever may not see numbers."""

    def __init__(self, page: Page, vendor: Vendor, take: Callable[[str], object]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.hide()

        def show(found: tuple[tuple[str, str], ...]) -> None:
            if not found:
                return
            column.addWidget(label(tr("最近的收件人，点一下填入："), "second"))
            for number, campaign in found:
                made = button(f"{number}  {campaign}", lambda n=number: take(n), kind="link")  # type: ignore[misc]  # a default argument
                made.setObjectName(f"suggest-{number}")
                column.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
            self.show()

        page.desk.bridge.call(
            self, lambda service, _task: service.phones.suggest(vendor), show, lambda _: None
        )


def delete_phone(page: Page, phone: PhoneRow, done: Callable[[], object]) -> None:
    """Ask, then delete a phone of one's own."""

    def gone(_: Any) -> None:
        done()

    confirm(
        page,
        tr("删除终端“{name}”？", name=phone.name),
        tr("只是从架子上拿走；它的号码收到过的信息和记录不受影响。"),
        tr("删除终端"),
        lambda: page.run(lambda service: service.phones.delete(phone.id), gone),
    )
