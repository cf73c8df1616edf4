# SPDX-License-Identifier: Apache-2.0
"""The SMS of one recipient: refusals by code, and the text as it arrives."""

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.sms import Variable, VariableType
from koodesk.domain.sms_values import SURELY_GOOD, check_value
from koodesk.engine.messages import PARAM_COUNT, TOO_LONG, VALUE_REFUSED, SmsText
from koodesk.engine.rule_book import sms_rules

RULES = sms_rules().template
VARIABLES = (
    Variable(1, VariableType.TEXT, "姓名"),
    Variable(2, VariableType.NEWTEXT),
    Variable(3, VariableType.MONEY),
)


def text(content: str = "${1}，领取${3}元：${2} 拒收请回复R") -> SmsText:
    return SmsText(RULES, content, VARIABLES, "云杉商城")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"1": "张三", "3": "30"}, ""),
        ({"${1}": "张三", "${3}": "30.5"}, ""),
        ({"1": "张三"}, PARAM_COUNT),
        ({"1": "张三", "2": "km2g.cn/abc", "3": "30"}, PARAM_COUNT),
        ({"1": "张三", "4": "30"}, PARAM_COUNT),
        ({"1": "张三", "3": "30元"}, VALUE_REFUSED),
        ({"1": "张三", "3": 30}, VALUE_REFUSED),
        ({"1": "", "3": "30"}, VALUE_REFUSED),
        ({"1": "一" * 21, "3": "30"}, VALUE_REFUSED),
        ({"1": "加微信abcde123", "3": "30"}, VALUE_REFUSED),
        ({"1": "<b>张三</b>", "3": "30"}, VALUE_REFUSED),
    ],
)
def test_values_are_judged(values: dict[str, Any], code: str) -> None:
    assert text().refusal(values) == code


def test_the_text_has_signature_values_and_link() -> None:
    written = text().write({"1": "张三", "3": "30"}, "km2g.cn/123456789")
    assert written == "【云杉商城】张三，领取30元：km2g.cn/123456789 拒收请回复R"


def test_length_counts_signature_link_and_values() -> None:
    # 6 for the signature in brackets, 17 for the link, 2 + 2 for the values.
    room = RULES.with_signature_max - 6 - 17 - 4
    content = "${1}${3}${2}" + "一" * room
    assert text(content).refusal({"1": "张三", "3": "30"}) == ""
    assert text(content).refusal({"1": "张三", "3": "301"}) == TOO_LONG
    assert len(text(content).write({"1": "张三", "3": "30"}, "km2g.cn/123456789")) == RULES.with_signature_max


ALPHABET = string.digits + string.ascii_letters + "张三李四微信号零. -:："


@given(st.sampled_from(sorted(SURELY_GOOD)), st.text(ALPHABET, max_size=22))
def test_the_quick_way_takes_nothing_the_rules_refuse(kind: VariableType, value: str) -> None:
    if SURELY_GOOD[kind].match(value):
        assert check_value(RULES, Variable(1, kind, "说明"), value) == ()
