# SPDX-License-Identifier: Apache-2.0
"""The SMS fields together: example, signatures, pattern."""

from __future__ import annotations

import pytest

from koodesk.domain.checks.signs import Placeholder, placeholders
from koodesk.domain.edits import AddParam, SetSmsExample, SetSmsSigns, SetSmsTemplate
from koodesk.domain.vendor import Vendor
from tests.domain.checks.cases import NOTE, WARNING, Case, all_codes, assert_found, both, codes, text, to

VIVO = Vendor.VIVO
NO_PARAMS = text("title", "您的红包到了")


def _pair(example: str, pattern: str) -> set[str]:
    return codes(both(SetSmsExample(example), SetSmsTemplate(pattern)))


CASES = (
    Case(SetSmsExample("【别家】红包"), "sms_example.sign_unknown", "sms_example", WARNING),
    Case(SetSmsSigns(("别家",)), "sms_example.sign_unknown", "sms_example", WARNING),
    Case(SetSmsExample("【云杉商城】你好"), "sms_example.pattern_differs", "sms_example", WARNING, VIVO),
    Case(SetSmsTemplate("点击[数字1-30]查看"), "sms_example.pattern_differs", "sms_example", WARNING, VIVO),
    Case(AddParam("x", "1"), "params.individual_only", "params", NOTE, base="Carousel"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_found(case: Case) -> None:
    """Each change gives its problem."""
    assert_found(case)


@pytest.mark.parametrize(
    ("example", "pattern", "differs"),
    [
        ("【云杉商城】您的红包a1", "您的红包[文本1-2]", False),
        ("您的红包a1【云杉商城】", "您的红包[文本1-2]", False),
        ("您的红包a12", "您的红包[文本1-2]", True),
        ("您的红包", "您的红包[文本0-2]", False),
        ("您的红包", "您的红包[文本1-2]", True),
        ("码123456，勿传", "码[数字4-6]，勿传", False),
        ("码12345a，勿传", "码[数字4-6]，勿传", True),
        ("码１２３４，勿传", "码[数字4-6]，勿传", True),
        ("码abCD，勿传", "码[字母4-6]，勿传", False),
        ("一二三四", "[文本1-2][文本1-2]", False),
        ("一二三四五", "[文本1-2][文本1-2]", True),
        ("固定文字", "固定文字", False),
        ("固定文字。", "固定文字", True),
        # Said by other rules: the pattern itself is wrong, or the example too long.
        ("你好", "[文本9-2]", False),
        ("你好", "[文本]", False),
    ],
)
def test_an_example_fits_its_pattern(example: str, pattern: str, differs: bool) -> None:
    """Fixed words stand as they are, placeholders take their number of characters of their kind."""
    assert ("sms_example.pattern_differs" in _pair(example, pattern)) is differs


def test_a_spiteful_pattern_takes_no_time() -> None:
    """Where a regular expression would try every way to part the text among 40 placeholders."""
    assert "sms_example.pattern_differs" in _pair("a" * 70, "[文本0-99]" * 3 + "[字母0-99]" * 40 + "x")


def test_only_vivo_looks_at_the_pattern() -> None:
    """Nobody else needs one."""
    differs = both(SetSmsExample("【云杉商城】你好"), to(Vendor.HUAWEI))
    assert "sms_example.pattern_differs" not in codes(differs)


def test_without_parameters_any_link_does() -> None:
    """Nothing to say about links."""
    assert "params.individual_only" not in all_codes(lambda t: t, base="Carousel")


def test_a_pattern_in_pieces() -> None:
    """What stands between brackets is a placeholder or makes the whole unreadable."""
    assert placeholders("码[数字4-6]。") == ("码", Placeholder("数字", 4, 6), "。")
    assert placeholders("码[数字4-6") is None
    assert placeholders("[文本1-100]") is None
