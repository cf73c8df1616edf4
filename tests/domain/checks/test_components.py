# SPDX-License-Identifier: Apache-2.0
"""Switches, styles, ready-made choices, second texts, and texts counted together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.edits import (
    AddParam,
    SetChild,
    SetCurrency,
    SetEvent,
    SetMoving,
    SetStyle,
    SetSubType,
    SetVisible,
)
from koodesk.domain.template import TextContent
from koodesk.domain.vendor import Vendor
from tests.domain.checks.cases import NOTE, WARNING, Case, all_codes, assert_found, both, card, codes, text

LINK = ClickEvent(EventType.OPEN_BROWSER, (("target", "https://a.example"),))
COUPON = "EcommerceCouponVertical"
HIDDEN = both(AddParam("x", "1"), text("label", "${x}"), SetVisible("label", visible=False))

CASES = (
    Case(SetStyle(9), "style.unknown", "style", base="RedPacketPersonal"),
    Case(text("button", "抽"), "button.choice_unknown", "content:button", base="RedPacketPersonal"),
    Case(SetEvent("picture", LINK), "event.not_allowed", "content:picture/event", base="Carousel"),
    Case(
        SetEvent("background", LINK),
        "event.not_allowed",
        "content:background/event",
        base="RedPacketPersonal",
    ),
    Case(SetVisible("title", visible=False), "switch.visible_ignored", "content:title", WARNING),
    Case(SetCurrency("title", currency=False), "switch.currency_ignored", "content:title", WARNING),
    Case(SetMoving("button", moving=True), "switch.moving_ignored", "content:button", WARNING),
    Case(
        SetVisible("coupon_title", visible=False),
        "switch.against_sub_type",
        "content:coupon_title",
        base=COUPON,
    ),
    Case(HIDDEN, "param.hidden", "content:label", WARNING, base="CardVouchers"),
    Case(
        both(AddParam("x", "1"), text("coupon_text", "${x}"), SetSubType(2)),
        "param.hidden",
        "content:coupon_text",
        WARNING,
        base=COUPON,
    ),
    Case(SetChild("title", "x"), "text.child_unexpected", "content:title/child"),
    Case(SetChild("pair", " "), "text.child_missing", "content:pair/child", base="Notification1"),
    Case(text("body", "长" * 351), "text.total_over_limit", "", WARNING, Vendor.HUAWEI, "PureText"),
    Case(text("title", " 红包到了"), "text.edge_space", "content:title", WARNING),
    Case(text("body", "拒收请回复R\n"), "text.edge_space", "content:body", WARNING),
    Case(SetChild("pair", "林晓 "), "text.edge_space", "content:pair/child", WARNING, base="Notification1"),
    Case(text("merchant", "${name}，您的新春红包到了"), "text.same_twice", "content:title", NOTE),
    Case(lambda _: card("Carousel"), "layout.order_derived", "layout", NOTE),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_found(case: Case) -> None:
    """Each change gives its problem."""
    assert_found(case)


def test_switches_the_layout_has() -> None:
    """A hidden coupon, a price without ￥, a moving coupon button."""
    hidden = both(
        *(SetVisible(f"{slot}-3", visible=False) for slot in ("logo", "title", "body", "label", "button"))
    )
    assert codes(hidden, base="CardVouchers") == set()
    assert codes(SetCurrency("price", currency=False), base=COUPON) == set()
    assert codes(SetMoving("coupon_button", moving=True), base=COUPON) == set()


def test_a_zone_hidden_as_a_whole_is_fine() -> None:
    """The switch of each part goes with the zone's."""
    parts = ("coupon_amount", "coupon_title", "coupon_text", "coupon_button")
    hidden = both(SetSubType(2), *(SetVisible(part, visible=False) for part in parts))
    assert codes(hidden, base=COUPON) == set()


def test_what_a_style_leaves_out_is_not_looked_at() -> None:
    """It is not handed in: neither its parameters nor its marks nor its event matter."""
    wrong = both(
        text("title", "${name} < > 测试"),
        SetEvent("logo", ClickEvent(EventType.OPEN_EMAIL)),
        SetStyle(2),
    )
    # The sender goes with the block that shows her; nothing else is said.
    assert codes(wrong, base="RedPacketPersonal") == {"sender.invisible"}
    assert "text.forbidden_mark" in codes(text("title", "${name} <"), base="RedPacketPersonal")


def test_a_style_of_a_layout_without_styles_says_nothing() -> None:
    """There is nothing to choose."""
    assert "style.unknown" not in all_codes(lambda template: replace(template, style=2))


def test_three_hundred_and_fifty_characters_together() -> None:
    """Titles, bodies and second texts count, hidden ones do not."""
    title = card("PureText").content("title")
    words = len(title.text) if isinstance(title, TextContent) else 0
    name = len("${name}") - len("林晓")
    body = "${name}" + "长" * (350 - words - 7 + name)
    assert "text.total_over_limit" not in codes(text("body", body), base="PureText")
    assert "text.total_over_limit" in codes(text("body", body + "长"), base="PureText")


def test_short_words_may_repeat() -> None:
    """Two buttons or labels that say the same are no slip."""
    assert "text.same_twice" not in all_codes(lambda t: t, base="CardVouchers")
