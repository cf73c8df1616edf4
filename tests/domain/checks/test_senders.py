# SPDX-License-Identifier: Apache-2.0
"""Who sends, gifts of red packets, words of guarded trades."""

from __future__ import annotations

import pytest

from koodesk.domain.edits import SetChild, SetPicture, SetSmsSigns, SetStyle
from koodesk.domain.vendor import Vendor
from tests.domain.checks.cases import (
    NOTE,
    WARNING,
    Case,
    all_codes,
    assert_found,
    both,
    codes,
    problems,
    text,
    to,
)

PLAIN = "StandardImageAndText"
PLEASE = "云杉商城有礼，拒收请回复R"

CASES = (
    Case(SetSmsSigns(("别家",)), "sender.invisible", "", WARNING, base=PLAIN),
    Case(both(text("title", "来看看吧"), text("body", "拒收请回复R")), "red_packet.no_gift", "", WARNING),
    Case(text("title", "送您一只牛股和红包"), "sector.refused", "content:title", WARNING),
    Case(text("body", "精选牛股，云杉商城，拒收请回复R"), "sector.guarded", "content:body", NOTE, base=PLAIN),
    Case(text("title", "投保有礼红包"), "sector.guarded", "content:title", NOTE),
    Case(text("body", "云杉商城货到付款，拒收请回复R"), "sector.guarded", "content:body", NOTE, base=PLAIN),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_found(case: Case) -> None:
    """Each change gives its problem."""
    assert_found(case)


def test_a_sender_may_be_seen_in_several_ways() -> None:
    """A merchant's name, a logo, or a signature in the words; the picture itself nobody reads."""
    nobody = SetSmsSigns(("别家",))
    assert "sender.invisible" not in all_codes(nobody)
    assert "sender.invisible" not in all_codes(both(nobody, SetStyle(1)), base="RedPacketPersonal")
    assert "sender.invisible" not in all_codes(nobody, base="PureText")
    gone = both(nobody, SetPicture("logo", None), to(Vendor.HUAWEI))
    assert "sender.invisible" in all_codes(gone, base="PureText")
    # In a second text too.
    signed = both(SetSmsSigns(("雨燕",)), text("title", "派送中"), SetChild("pair", "雨燕"))
    assert "sender.invisible" not in all_codes(signed, base="Notification1")


def test_a_gift_may_be_named_anywhere() -> None:
    """On the button as well; a layout that is no red packet need not give."""
    named = both(text("title", "来看看吧"), text("body", "拒收请回复R"), text("button", "领红包"))
    assert "red_packet.no_gift" not in codes(named)
    assert "red_packet.no_gift" not in codes(text("body", PLEASE), base=PLAIN)


def test_a_card_without_words_names_no_gift() -> None:
    """样式2 of the personalised red packet shows a picture and a ready-made button only."""
    assert "red_packet.no_gift" not in codes(SetStyle(2), base="RedPacketPersonal")


def test_a_trade_is_named_once() -> None:
    """However many of its words are there."""
    twice = both(text("title", "投保红包"), text("body", "保险理赔，拒收请回复R"))
    found = [p for p in problems(twice) if p.code == "sector.guarded"]
    assert [(p.where, p.param("word")) for p in found] == [("content:title", "投保")]
