# SPDX-License-Identifier: Apache-2.0
"""The service account around the message that is open: what is unfolded of it, and taps on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from koodesk.domain.vendor import Vendor
from koodesk.ui.i18n import tr
from koodesk.ui.pages.phones.screen import AccountView, Spot
from koodesk.ui.pages.phones.spots import account_name, place_of, turned

if TYPE_CHECKING:
    from collections.abc import Callable

    from koodesk.backend.views.phones import PhoneMessage
    from koodesk.ui.page import Page
    from koodesk.ui.pages.phones.facts import Facts


class AccountTaps:
    """`view` is what is unfolded. `redraw` draws the phone anew; `look_again` asks what it shows now."""

    def __init__(
        self, page: Page, facts: Facts, redraw: Callable[[], None], look_again: Callable[[], None]
    ) -> None:
        self._page = page
        self._facts = facts
        self._redraw = redraw
        self._look_again = look_again
        self.view = AccountView()

    def fold(self) -> None:
        """Unfold nothing: another message is open."""
        self.view = AccountView()

    def tap(self, message: PhoneMessage, spot: Spot, vendor: Vendor, region: str) -> None:
        """Do what a tap does on the phone, and report it; one that the phone shows no more is refused, and not counted."""
        if message.account.empty:
            return  # it has just been taken off the phone, which is being drawn anew
        before = self.view
        self.view = turned(before, spot, message.account)
        if self.view != before:
            self._redraw()
        tapped = place_of(spot, before, message.account)
        if tapped is None:  # the phone's own: back from the home page
            return
        kind, item, pub = tapped

        def told(billed: bool) -> None:
            words = tr("已上报服务号点击，计费 1 次。") if billed else tr("已上报服务号点击，这一项不计费。")
            self._facts.show_place(account_name(spot), spot.action, words)

        def refused(problems: Any) -> None:
            self._facts.show_place(account_name(spot), spot.action, self._page.desk.say(problems))
            self._look_again()

        self._page.run(
            lambda service: service.phones.tap_account(message.message_id, kind, item, pub, vendor, region),
            told,
            refused,
        )
