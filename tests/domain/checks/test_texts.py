# SPDX-License-Identifier: Apache-2.0
"""Words and their limits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from koodesk.domain.checks import check
from koodesk.domain.edits import SetChild
from koodesk.domain.rule_pack import Confidence, Fact, RulePack, TextLimit
from koodesk.domain.vendor import Vendor
from tests.domain.checks.cases import NOTE, WARNING, Case, assert_found, changed, text, to
from tests.domain.strategies import good, pack, red_packet

PLAIN = "StandardImageAndText"

CASES = (
    Case(text("merchant", ""), "text.missing", "content:merchant"),
    Case(text("button", "  "), "text.missing", "content:button"),
    Case(text("title", "\n"), "text.missing", "content:title"),
    Case(text("title", "茶" * 18), "text.over_limit", "content:title", WARNING, Vendor.HUAWEI, PLAIN),
    Case(text("title", "茶\n茶"), "text.over_limit", "content:title", WARNING, Vendor.OPPO, PLAIN),
    Case(
        SetChild("pair", "林" * 21),
        "text.over_limit",
        "content:pair/child",
        WARNING,
        Vendor.XIAOMI,
        "Notification1",
    ),
    Case(
        to(Vendor.HUAWEI, Vendor.SAMSUNG),
        "text.limit_unpublished",
        "",
        NOTE,
        Vendor.SAMSUNG,
        PLAIN,
        to(Vendor.HUAWEI),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_found(case: Case) -> None:
    """Each change gives its problem."""
    assert_found(case)


def _limited(chars: int, lines: int = 1) -> RulePack:
    """Return a pack in which HUAWEI limits the title."""
    fact = Fact(TextLimit(lines, chars), "faq0107", Confidence.STATED)
    slots = tuple(
        replace(s, limits={**s.limits, Vendor.HUAWEI: fact}) if s.id == "title" else s
        for s in red_packet().slots
    )
    return replace(pack(), layouts={"RedPacket": replace(red_packet(), slots=slots)})


@pytest.mark.parametrize(
    ("words", "over"),
    [
        ("红" * 5, False),
        ("红" * 6, True),
        ("${name}您", False),
        ("${name}您的红", False),
        ("${name}您的红包", True),
        ("红\n包", True),
    ],
)
def test_a_text_is_measured_with_its_examples(words: str, over: bool) -> None:
    """`${name}` stands for its example of two characters, and a second line is too many."""
    found = [p for p in check(changed(text("title", words)), _limited(5)) if p.code == "text.over_limit"]
    assert bool(found) is over
    for one in found:
        assert (one.where, one.severity, one.vendor) == ("content:title", WARNING, Vendor.HUAWEI)
        assert one.param("limit") == 5


def test_unpublished_limits_are_one_note() -> None:
    """Not one a slot and vendor."""
    found = [p for p in check(good(), pack()) if p.code == "text.limit_unpublished"]
    assert [(p.severity, p.param("vendors")) for p in found] == [
        (NOTE, "HUAWEI, XIAOMI, OPPO, VIVO, SAMSUNG")
    ]
    assert [
        p.vendor for p in check(changed(to(Vendor.OPPO)), pack()) if p.code == "text.limit_unpublished"
    ] == ["OPPO"]
