# SPDX-License-Identifier: Apache-2.0
"""Values of SMS variables, by type: what the API's table takes and what it does not."""

from pathlib import Path

import pytest

from koodesk.domain.sms import Variable, VariableType
from koodesk.domain.sms_rules import read_sms_rules
from koodesk.domain.sms_values import check_value, check_values

RULES = read_sms_rules(
    (Path(__file__).resolve().parents[2] / "resources" / "rules" / "sms.toml").read_text("utf-8")
).template

GOOD = {
    VariableType.PHONE: ["13800138000", "010-88886666", "01088886666-123", "95588", "4009559988", "400-955-9988", "88886666"],
    VariableType.CHARDIGIT: ["123456", "A1b2", "x" * 20, "SF1234567890123"],
    VariableType.DATETIME: [
        "20261122", "2026-11-22", "2026/11/22", "2026年11月22日", "2026年1月2日",
        "08:30:59", "23:59", "8点30分", "8点30", "20240229",
    ],
    VariableType.MONEY: ["100", "99.50", "一百零五", "壹仟", "3万", "192.168.0.1"],
    VariableType.TEXT: ["张三", "华为云 Pro-2", "朝阳区1号", "腾讯QQ", "<".replace("<", "《") + "书》"],
}  # fmt: skip

BAD = {
    VariableType.PHONE: ["", "+8613800138000", "12345", "1380013800", "abc", "13800138000 "],
    VariableType.CHARDIGIT: ["", "A-1", "中", "a b", "x" * 21, "13800138000"],
    VariableType.DATETIME: ["", "2026-13-01", "20230229", "25:00", "2026-11-22 08:00", "明天", "8:5", "24点00分"],
    VariableType.MONEY: ["", "￥100", "100元", "1,000", "$5", "一百元"],
    VariableType.TEXT: [
        "", " ", "a.b", "好。", "'x'", "<b>", "{x}", "电话13800138000", "QQ:123456", "微信号abcde1", "加vx:hello1",
        "http://x", "010-88886666", "一" * 21, "a\u202eb",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, values in GOOD.items() for v in values])
def test_taken(kind: VariableType, value: str) -> None:
    assert check_value(RULES, Variable(1, kind), value) == ()


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, values in BAD.items() for v in values])
def test_refused(kind: VariableType, value: str) -> None:
    (found,) = check_value(RULES, Variable(3, kind), value)
    assert found.where == "variable:3"


def test_the_link_is_filled_by_the_platform() -> None:
    link = Variable(1, VariableType.NEWTEXT)
    assert [p.code for p in check_value(RULES, link, "x")] == ["sms.value.platform_fills"]
    assert check_values(RULES, (link,), {}) == ()


def test_a_row_is_judged_whole() -> None:
    variables = (Variable(1, VariableType.NEWTEXT), Variable(2, VariableType.MONEY))
    assert check_values(RULES, variables, {2: "10"}) == ()
    assert [p.code for p in check_values(RULES, variables, {})] == ["sms.value.missing"]
    assert [p.code for p in check_values(RULES, variables, {2: "10", 3: "x"})] == [
        "sms.value.no_such_variable"
    ]
