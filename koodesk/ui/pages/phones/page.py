# SPDX-License-Identifier: Apache-2.0
"""Phones (终端): choose a phone, open a message as its recipient got it, tap what is on it, write back.

Everything tapped goes to the engine and comes back as a receipt; the page asks until it has, and shows it come.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from koodesk.backend.views.phones import Inbox, PhoneMessage, PhoneRow
from koodesk.domain.phone_tap import OPENED, REPLIED
from koodesk.domain.vendor import Vendor
from koodesk.ui import theme
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.phones.account_taps import AccountTaps
from koodesk.ui.pages.phones.bars import ReplyBar, StageBar
from koodesk.ui.pages.phones.facts import Facts, state_of
from koodesk.ui.pages.phones.playback import Playback
from koodesk.ui.pages.phones.screen import Screen, Spot, draw
from koodesk.ui.pages.phones.shelf import (
    Shelf,
    delete_phone,
    edit_phone,
    inbox_empty,
    inbox_lines,
    inbox_note,
    nothing_open,
    nothing_received,
    shelf_lines,
    unread_words,
)
from koodesk.ui.pages.phones.spots import account_name, spot_name, words_on
from koodesk.ui.pages.phones.stage import PhoneStage
from koodesk.ui.widgets.basics import button
from koodesk.ui.widgets.empty import EmptyState

ASK_MS: Final = 600
"""How often a message is asked about while receipts of it are on their way."""
PATIENCE: Final = 40
"""How many times; then whoever waits has no worker."""


class PhonesPage(Page):
    """The shelf and the inbox at the left, the phone in the middle, what it is and does at the right."""

    page_id = "phones"
    icon = "smartphone"
    watches: ClassVar[tuple[str, ...]] = ("phones", "campaigns")

    def __init__(self, desk: Any) -> None:
        self._phones: dict[int, PhoneRow] = {}
        self._phone_id = 0
        self._wanted = ""
        self._count_wanted = True
        self._opened = ""
        self._inbox: Inbox | None = None
        self._message: PhoneMessage | None = None
        self._looked = ""
        self._card, self._item, self._offset, self._wish, self._left = True, 0, 0.0, 0, 0
        super().__init__(desk, scroll=False)

    # --- building ----------------------------------------------------------------------------------------------

    def build(self) -> None:
        """Lay out the three columns."""
        self.set_title(tr("终端"), tr("像收件人一样看信息、点按钮、回复；每一次操作都会变成回执，进入报表"))
        self.add_action(
            button(tr("添加终端"), self.add_phone, icon="plus", name="phone-add"), "kooMessage:phone:update"
        )
        columns = QHBoxLayout()
        columns.setSpacing(16)
        self.body.addLayout(columns, 1)
        left = Shelf()
        self.shelf, self.inbox, self.note, self.remove = left.shelf, left.inbox, left.note, left.remove
        self.unread = left.unread
        left.shelf.chosen.connect(self._choose_phone)
        left.shelf.opened.connect(lambda _key: self.change_phone())
        left.inbox.opened.connect(self.open_message)
        left.edit.clicked.connect(lambda: self.change_phone())
        left.remove.clicked.connect(lambda: self._delete_phone())
        left.guard(self.guard)
        columns.addWidget(left)
        columns.addLayout(self._middle(), 1)
        self.facts = Facts(self.desk, self._open_recorder)
        columns.addWidget(self.facts)
        self.account = AccountTaps(self, self.facts, self._draw, lambda: self._ask_again(patient=False))
        self._timer = QTimer(self, singleShot=True, interval=ASK_MS)
        self._timer.timeout.connect(self._ask_again)
        self._again = QTimer(self, singleShot=True, interval=120)
        self._again.timeout.connect(self._draw)
        self.stage.resized.connect(self._again.start)
        self._show_nothing()

    def _middle(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        self.bar = StageBar(self._swipe, self.switch)
        self.state, self.toggle = self.bar.state, self.bar.toggle
        column.addWidget(self.bar)
        self.stage = PhoneStage()
        self.stage.tapped.connect(self._tap_spot)
        self.stage.pointed.connect(self._explain)
        self.stage.scrolled.connect(self._scroll)
        self.playback = Playback(self, self.stage)
        self.empty = EmptyState("smartphone", "", "", tr("设置号码"), self.change_phone)
        self.guard(self.empty.button, "kooMessage:phone:update")
        self.closed = nothing_open()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.closed)
        self.stack.addWidget(self.stage)
        column.addWidget(self.stack, 1)
        self.reply_bar = ReplyBar(self.reply)
        self.text = self.reply_bar.text
        self.guard(self.reply_bar, "kooMessage:phone:tap")
        column.addWidget(self.reply_bar)
        return column

    # --- the shelf and the inbox ---------------------------------------------------------------------------------

    def open(self, **arguments: Any) -> None:
        """Choose the phone that was asked for, or open the message. `looks` is a list with one entry, taken out here: the window
        keeps the arguments for when it makes its pages anew, and a message that stands there again was not looked at again."""
        self._phone_id = int(arguments.get("phone_id", self._phone_id))
        self._wanted = str(arguments.get("message_id", self._wanted))
        looks: list[bool] = arguments.get("looks", [])
        self._count_wanted = bool(looks)
        looks.clear()

    def refresh(self) -> None:
        """Fetch the phones, then the inbox of the chosen one."""

        def show(rows: tuple[PhoneRow, ...]) -> None:
            self._phones = {row.id: row for row in rows}
            if self._phone_id not in self._phones:
                with_number = [row.id for row in rows if row.number]
                self._phone_id = (with_number or [rows[0].id])[0]
            self.shelf.put(shelf_lines(self.desk, rows), self._phone_id)
            self.shelf.fit(len(rows), 6)
            self._fetch_inbox()

        self.run(lambda service: service.phones.list(), show)

    def _choose_phone(self, phone_id: int) -> None:
        if phone_id != self._phone_id:
            self._phone_id = phone_id
            self._close()
            self._fetch_inbox()

    def _fetch_inbox(self) -> None:
        key = self._phone_id
        self.remove.setVisible(self._phones[key].own)

        def show(inbox: Inbox) -> None:
            if key != self._phone_id:
                return
            self._inbox = inbox
            wanted = self._wanted or self._opened
            self.inbox.put(inbox_lines(inbox), wanted or None, inbox_empty(self._phones[key], inbox))
            self.unread.setText(unread_words(inbox))
            self.note.setText(inbox_note(inbox))
            self.note.setVisible(bool(self.note.text()))
            if not wanted:
                self._show_nothing()
            elif wanted != self._opened:
                self._open(wanted, counts=self._count_wanted)
            elif self._message is not None:
                self._ask_again(patient=False)

        self.run(lambda service: service.phones.inbox(key), show)

    def _show_nothing(self) -> None:
        phone = self._phones.get(self._phone_id)
        self._close()
        self._wish += 1
        if phone is not None:
            self.empty.tell(*nothing_received(self.desk, phone))
        waiting = self._inbox is not None and bool(self._inbox.rows)
        self.stack.setCurrentWidget(self.closed if waiting else self.empty)
        self.bar.show_nothing()
        self.reply_bar.setVisible(False)
        self.facts.setVisible(False)

    def add_phone(self) -> None:
        """Open the sheet for a phone of one's own."""
        edit_phone(self, None, self._phone_saved)

    def change_phone(self) -> None:
        """Open the sheet for the chosen phone."""
        phone = self._phones.get(self._phone_id)
        if phone is not None:
            edit_phone(self, phone, self._phone_saved)

    def _phone_saved(self, row: PhoneRow) -> None:
        self._phone_id = row.id
        self._close()
        self.refresh()

    def _delete_phone(self) -> None:
        phone = self._phones.get(self._phone_id)
        if phone is not None:
            delete_phone(self, phone, self.refresh)

    # --- the message -----------------------------------------------------------------------------------------------

    def open_message(self, message_id: str) -> None:
        """Open a message as this phone's owner would: the card if the phone shows it; looking at it is an exposure."""
        if message_id != self._opened:
            self._open(message_id, counts=True)

    def _close(self) -> None:
        """Have no message open."""
        self.playback.stop()
        self._wanted, self._opened, self._message = "", "", None

    def _open(self, message_id: str, *, counts: bool) -> None:
        self.playback.stop()
        self._opened, self._counts = message_id, counts
        self.inbox.show_open(message_id)
        self._wanted, self._card, self._item, self._offset = "", True, 0, 0.0
        self._looked = ""
        self.account.fold()
        vendor, region = self._standing()

        def show(message: PhoneMessage) -> None:
            if message.message_id != self._opened:
                return
            self._message = message
            self.facts.show_message(message)
            self.facts.show_effect(message, None)
            self._show_state()
            self._draw()

        self.run(lambda service: service.phones.open(message_id, vendor, region), show, self._not_opened)

    def _standing(self) -> tuple[Vendor, str]:
        """Return whose make the chosen phone is, and where it is."""
        phone = self._phones[self._phone_id]
        return Vendor(phone.vendor), phone.region

    def _not_opened(self, problems: Any) -> None:
        self._show_nothing()
        self.show_problems(problems)

    def _show_state(self) -> None:
        message = self._message
        if message is None:
            return
        self.banner.hide()
        self.stack.setCurrentWidget(self.stage)
        for part in (self.state, self.reply_bar, self.facts):
            part.setVisible(True)
        self.state.show_state(*state_of(message))
        self.reply_bar.setEnabled(bool(message.delivered_ms))

    def switch(self) -> None:
        """Switch between the card and its text."""
        if self._message is not None and self._message.card:
            self._card = not self._card
            self.playback.stop()
            self._draw()

    def _swipe(self, by: int) -> None:
        self._item = max(0, self._item + by)
        self.playback.stop()
        self._draw()

    def _scroll(self, by: float) -> None:
        screen = self.stage.screen_shown
        if screen is not None:
            self.playback.stop()
            self._offset = min(max(self._offset + by, 0.0), screen.reach)
            self._draw()

    def _draw(self) -> None:
        message = self._message
        if message is None:
            return
        self._wish += 1
        wish, card, item, offset, dark = self._wish, self._card, self._item, self._offset, theme.is_dark()
        before = self.stage.screen_shown
        painter = before.painter if before is not None and self._looked == message.message_id else None
        ratio, room, account = self.devicePixelRatioF(), self.stage.room, self.account.view

        def show(screen: Screen) -> None:
            if wish != self._wish or self._message is None:
                return
            self.stage.show_screen(screen, self._spot_name)
            self._item = min(self._item, screen.items - 1)
            self.bar.show_screen(screen, self._item)
            if self._looked != message.message_id:
                self._looked = message.message_id
                if self._counts and message.delivered_ms:
                    self._look(message, card=screen.shows_card)

        self.run(
            lambda service: draw(
                service,
                message,
                card=card,
                dark=dark,
                room=room,
                ratio=ratio,
                item=item,
                offset=offset,
                account=account,
                painter=painter,
            ),
            show,
        )

    def _look(self, message: PhoneMessage, *, card: bool) -> None:
        """Note that the message was opened, and let a card that is shown report it."""
        self._left = PATIENCE

        def done(_made: Any) -> None:
            if self._inbox is not None:
                rows = tuple(
                    replace(row, read=True) if row.message_id == message.message_id else row
                    for row in self._inbox.rows
                )
                self._inbox = replace(self._inbox, rows=rows)
                self.inbox.put(inbox_lines(self._inbox), self._opened or None)
                self.unread.setText(unread_words(self._inbox))
            if card:
                self._ask_again()

        self.run(
            lambda service: service.phones.look(message.message_id, card=card),
            done,
            partial(self._refused, OPENED),
        )

    # --- tapping ---------------------------------------------------------------------------------------------------

    def _spot_name(self, spot: Spot) -> str:
        return spot_name(self._message, spot, self.toggle.text())

    def _explain(self, what: str) -> None:
        spot = next((one.spot for one in self.stage.spots() if one.spot.what == what), None)
        if spot is not None and spot.component is not None:
            self.facts.show_effect(self._message, spot.component, words_on(self._message, spot))
        elif spot is not None and account_name(spot):
            self.facts.show_place(
                account_name(spot), spot.action, tr("上报：服务号点击，按点击次数计费的规则计数。")
            )

    def _tap_spot(self, spot: Spot) -> None:
        if spot.what == "toggle":
            self.switch()
        elif spot.what == "play":
            self.playback.toggle(spot)
        elif account_name(spot):
            if self._message is not None:
                self.account.tap(self._message, spot, Vendor(self._message.shown_on), self._standing()[1])
        else:
            self._explain(spot.what)
            self._tap(spot.what)

    def reply(self, text: str = "") -> None:
        """Write back what was typed, or a given text."""
        told = text or self.text.text().strip()
        if told:
            self.text.clear()
            self._tap(REPLIED, told)

    def _tap(self, what: str, text: str = "") -> None:
        message = self._message
        if message is None:
            return
        self._left = PATIENCE
        self.run(
            lambda service: service.phones.tap(message.message_id, what, text),
            lambda _: self._ask_again(),
            partial(self._refused, what),
        )

    def _refused(self, what: str, problems: Any) -> None:
        # Whoever may not tap may look: looking is told only where it may be.
        if what != OPENED or not any(one.code == "access.denied" for one in problems):
            self.show_problems(problems)

    def _ask_again(self, *, patient: bool = True) -> None:
        message = self._message
        if message is None or not self.isVisible():
            return
        vendor, region = Vendor(message.shown_on), self._standing()[1]
        if patient:
            self._left -= 1

        def show(found: PhoneMessage) -> None:
            if self._message is None or self._message.message_id != found.message_id:
                return
            before = self._message
            changed = (found.card, found.delivered_ms, found.account) != (
                before.card,
                before.delivered_ms,
                before.account,
            )
            opted_out = bool(found.opted_out_ms) != bool(before.opted_out_ms)
            self._message = found
            self.facts.show_receipts(found)
            self._show_state()
            if changed:
                self._draw()
            if opted_out:
                self.desk.changed.emit("opt_outs")
            if (found.waiting or not (found.delivered_ms or found.failed)) and self._left > 0:
                self._timer.start()

        self.run(lambda service: service.phones.open(message.message_id, vendor, region), show)

    def _open_recorder(self) -> None:
        message = self._message
        if message is not None:
            number = "" if "*" in message.number else message.number
            self.desk.go("recorder", number=number, campaign_id=message.campaign_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+T switches between card and text, wherever the keyboard is."""
        if event.key() == Qt.Key.Key_T and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.switch()
        else:
            super().keyPressEvent(event)

    def leave(self) -> bool:
        """Stop what plays."""
        self.playback.stop()
        return True
