# SPDX-License-Identifier: Apache-2.0
"""Forbidden marks, the opt-out, the word 测试."""

from __future__ import annotations

import pytest

from koodesk.domain.click_event import EventType
from koodesk.domain.edits import (
    SetChild,
    SetName,
    SetParamExample,
    SetScene,
    SetSmsExample,
    SetSmsSigns,
    SetSmsTemplate,
    SetUse,
)
from koodesk.domain.template import Use
from koodesk.domain.vendor import Vendor
from tests.domain.checks.cases import NOTE, WARNING, Case, assert_found, both, codes, event, text

TRIAL = SetUse(Use.TRIAL)

CASES = (
    Case(text("title", "a<b"), "text.forbidden_mark", "content:title"),
    Case(text("body", "a>b 拒收请回复R"), "text.forbidden_mark", "content:body"),
    Case(SetName("A&B"), "text.forbidden_mark", "name"),
    Case(
        event(EventType.OPEN_BROWSER, target="https://a.example/?a=1&b=2"),
        "text.forbidden_mark",
        "content:button/event.target",
    ),
    Case(SetParamExample("name", "<b>"), "text.forbidden_mark", "param:name"),
    Case(SetSmsExample("<"), "text.forbidden_mark", "sms_example"),
    Case(SetSmsSigns(("A&B",)), "text.forbidden_mark", "sms_signs"),
    Case(text("merchant", "云  杉"), "text.spaces", "content:merchant"),
    Case(text("title", "a\tb"), "text.control_mark", "content:title"),
    Case(text("title", "\u202eb"), "text.invisible_mark", "content:title", WARNING),
    Case(SetName("a\u200bb"), "text.invisible_mark", "name", WARNING),
    Case(text("body", "拒收请回复 R"), "text.opt_out_missing", "content:body"),
    Case(
        text("body", "茶" * 55 + "\n拒收请回复R，云杉商城"),
        "text.opt_out_cut",
        "content:body",
        WARNING,
        Vendor.MEIZU,
        "StandardImageAndText",
    ),
    Case(
        text("body", "茶\n茶\n茶\n拒收请回复R"),
        "text.opt_out_cut",
        "content:body",
        WARNING,
        Vendor.HUAWEI,
        "StandardImageAndText",
    ),
    Case(text("title", "全网第一的红包"), "text.exaggerated", "content:title", NOTE),
    Case(SetChild("pair", "a<b"), "text.forbidden_mark", "content:pair/child", base="Notification1"),
    Case(SetName("测试红包"), "use.trial_word_in_commercial", "name"),
    Case(text("button", "测试"), "use.trial_word_in_commercial", "content:button"),
    Case(SetSmsTemplate("测试"), "use.trial_word_in_commercial", "sms_template"),
    Case(TRIAL, "use.trial_word_missing", "name"),
    Case(TRIAL, "use.trial_word_missing", "content:title"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_found(case: Case) -> None:
    """Each change gives its problem."""
    assert_found(case)


def test_a_trial_card_that_says_so_is_fine() -> None:
    """In the name and the main title; elsewhere it may."""
    assert codes(both(TRIAL, SetName("测试红包"), text("title", "测试：${name}"), SetScene("测试"))) == set()


def test_the_opt_out_may_stand_anywhere_in_the_body() -> None:
    """The official example ends with it; the rule says only that it is there."""
    assert codes(text("body", "拒收请回复R，30元红包")) == set()


def test_single_spaces_and_line_breaks_are_fine() -> None:
    """Only runs of spaces are refused."""
    assert codes(text("body", "a b c\n拒收请回复R")) == set()


def test_an_opt_out_within_the_length_is_seen() -> None:
    """Whatever follows it may be cut; MEIZU shows 54 characters."""
    assert codes(text("body", "云杉商城" + "茶" * 43 + "拒收请回复R"), base="StandardImageAndText") == set()
    first = text("body", "拒收请回复R，云杉商城" + "茶" * 60)
    assert codes(first, base="StandardImageAndText") == {"text.over_limit"}


def test_joined_emoji_are_whole() -> None:
    """The joiner inside a family is part of the picture; between letters it hides."""
    assert codes(text("title", "${name}👩\u200d👩\u200d👧红包❤️\u200d🔥")) == set()
    assert codes(text("title", "${name}a\u200db红包")) == {"text.invisible_mark"}
