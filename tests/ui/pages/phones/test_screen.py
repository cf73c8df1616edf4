# SPDX-License-Identifier: Apache-2.0
"""What a phone's screen offers to tap: every picture and button in sight, on every vendor, and what a service account adds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from koodesk.backend.views.phones import PhoneMessage
from koodesk.backend.views.service_account import AccountEffects
from koodesk.domain.phone_tap import components
from koodesk.domain.problem import Refused, problem
from koodesk.domain.template import Template
from koodesk.domain.vendor import Vendor
from tests.domain.service_account.samples import HOME, MENU, SHORTCUT
from tests.domain.strategies import pack
from tests.starters import starter

if TYPE_CHECKING:
    from koodesk.ui.pages.phones.screen import Screen

pytestmark = pytest.mark.gui

ACCOUNT = AccountEffects(7, "云消息服务", None, MENU, HOME, SHORTCUT.buttons, places=((3, 1),))
ROOM = (400.0, 800.0)


class Nothing:
    """A workspace without a single picture."""

    class materials:  # noqa: N801 - a part of the service
        @staticmethod
        def path(digest: str) -> Any:
            raise Refused(problem("card.material_gone", digest=digest))


def message(template: Template | None, vendor: Vendor = Vendor.HUAWEI, **changes: object) -> PhoneMessage:
    layout = pack().layouts[template.layout] if template else None
    base = PhoneMessage(
        message_id="1",
        campaign_id=1,
        campaign="春节",
        kind="smart",
        number="138****0000",
        signature="雅居",
        vendor="HUAWEI",
        shown_on=vendor.value,
        carrier="cmcc",
        at_ms=1,
        now_ms=3,
        delivered_ms=2,
        failed="",
        expires_ms=9,
        card=True,
        why_no_card="",
        text="【雅居】您有一个红包 km2g.cn/x",
        link="https://km2g.cn/x",
        params=(("name", "林晓"),),
        digest="d" * 64,
        same=True,
        template=template,
        video=None,
        components=components(template, layout) if template and layout else (),
        receipts=(),
        opted_out_ms=0,
        account=AccountEffects(),
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # names its fields


def drawn(shown: PhoneMessage, **changes: Any) -> Screen:
    from koodesk.ui.pages.phones.screen import draw

    return draw(Nothing(), shown, **{"card": True, "dark": False, "room": ROOM, "ratio": 1.0, **changes})  # type: ignore[arg-type]  # stands for the service


def names(screen: Screen) -> list[str]:
    return [one.what for one in screen.spots]


@pytest.mark.parametrize("layout", sorted(pack().layouts))
def test_everything_in_sight_can_be_tapped_and_lies_on_the_screen(qapp: object, layout: str) -> None:
    card = starter(pack().layouts[layout])
    for vendor in card.vendors:
        screen = drawn(message(card, vendor))
        assert screen.shows_card
        assert "toggle" in names(screen)
        taps = [one for one in screen.spots if one.component is not None]
        assert taps or not message(card).components
        for one in screen.spots:
            assert one.rect.width > 0
            assert one.rect.height > 0
            assert screen.placement.screen.grown(1).contains(one.rect.common(screen.placement.screen))
        # A picture fits into the room, and is no larger than it may be blown up.
        assert screen.image.width() <= ROOM[0] + 1


def test_swiping_reaches_every_card(qapp: object) -> None:
    card = starter(pack().layouts["Carousel"])
    first = drawn(message(card))
    assert first.items > 1
    seen = {what for item in range(first.items) for what in names(drawn(message(card), item=item))}
    assert {one.what for one in message(card).components} <= seen
    assert names(drawn(message(card), item=99)) == names(drawn(message(card), item=first.items - 1))


def test_the_text_has_nothing_but_the_way_back(qapp: object) -> None:
    card = starter(pack().layouts["RedPacket"])
    assert names(drawn(message(card), card=False)) == ["toggle"]
    assert names(drawn(message(card, card=False, why_no_card="expired"))) == []
    assert names(drawn(message(None, card=False, why_no_card="text"))) == []


def test_the_account_stands_around_the_message(qapp: object) -> None:
    from koodesk.ui.pages.phones.screen import AccountView

    card = starter(pack().layouts["RedPacket"])
    plain, around = drawn(message(card)), drawn(message(card, account=ACCOUNT))
    assert names(around) == [*names(plain), "logo", "shortcut:1", "menu:1", "menu:2", "menu:3"]
    # What is on the card stays where it was drawn.
    assert [one.rect for one in around.spots if one.component] == [
        one.rect for one in plain.spots if one.component
    ]
    opened = drawn(message(card, account=ACCOUNT), account=AccountView(menu=1))
    assert {"menu:1.1", "menu:1.2"} <= set(names(opened))
    home = drawn(message(card, account=ACCOUNT), account=AccountView(home=True))
    assert {"back", "hotline:1", "quick_app:1", "menu:1"} <= set(names(home))
    assert not any(one.component for one in home.spots)


def test_taps_on_the_account_turn_the_screen_and_name_their_place(qapp: object) -> None:
    from koodesk.ui.pages.phones.screen import AccountView
    from koodesk.ui.pages.phones.spots import account_name, place_of, turned

    card = starter(pack().layouts["RedPacket"])
    start = AccountView()
    spots = {
        one.what: one for one in drawn(message(card, account=ACCOUNT), account=AccountView(menu=1)).spots
    }
    home = {
        one.what: one for one in drawn(message(card, account=ACCOUNT), account=AccountView(home=True)).spots
    }
    assert all(
        account_name(one)
        for what, one in {**spots, **home}.items()
        if one.component is None and what != "toggle"
    )
    assert account_name(spots["button:5"]) == ""
    assert turned(start, spots["menu:1"], ACCOUNT) == AccountView(menu=1)
    assert turned(AccountView(menu=1), spots["menu:1"], ACCOUNT) == start
    assert turned(AccountView(menu=1), spots["menu:1.1"], ACCOUNT) == start
    assert turned(start, spots["logo"], ACCOUNT) == AccountView(home=True)
    assert turned(AccountView(home=True), home["back"], ACCOUNT) == start
    assert turned(AccountView(home=True), home["menu:1"], ACCOUNT) == AccountView(home=True, menu=1)
    assert place_of(spots["menu:1.1"], start, ACCOUNT) == ("menu", "menu:1.1", "7")
    assert place_of(home["menu:2"], AccountView(home=True), ACCOUNT) == ("home", "menu:2", "7")
    assert place_of(spots["logo"], start, ACCOUNT) == ("home", "logo", "7")
    assert place_of(spots["menu:1.1"], start, AccountEffects()) is None
    assert place_of(home["hotline:1"], AccountView(home=True), ACCOUNT) == ("home", "hotline:1", "7")
    assert place_of(spots["shortcut:1"], start, ACCOUNT) == ("shortcut", "shortcut:1", "3")
    assert place_of(home["back"], AccountView(home=True), ACCOUNT) is None
