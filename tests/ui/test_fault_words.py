# SPDX-License-Identifier: Apache-2.0
"""Every rule that a fault script may hold has a line that says what it does, in both languages."""

from __future__ import annotations

import pytest

from koodesk.domain.fault_script import MAY, Does, Fault, On
from koodesk.ui import i18n
from koodesk.ui.fault_words import rule_line, span

RULES = [(on, does) for on, may in MAY.items() for does in sorted(may)]


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest, look: None) -> str:
    i18n.install(request.param)
    return str(request.param)


@pytest.mark.gui
def test_each_rule_has_a_line_of_its_own(language: str) -> None:
    lines = {rule_line(Fault(on, does)) for on, does in RULES}
    assert len(lines) == len(RULES)
    assert not [line for line in lines if "{" in line]
    han = any("\u4e00" <= sign <= "\u9fff" for line in lines for sign in line)
    assert han == (language == "zh")


@pytest.mark.gui
def test_a_line_says_how_much_of_what_and_when(look: None) -> None:
    fault = Fault(On.SEND, Does.REFUSE_SOME, share=0.125, attempts=2, code="E1", part=0.01, until_ms=90_000)
    assert rule_line(fault) == (
        "发送 · 12.5% 的请求 · 只在前 2 次尝试 · 生效后 90 秒内：1% 的号码被拒绝（E1），其余受理"
    )
    assert rule_line(Fault(On.RECEIPTS, Does.LEAVE_OUT, part=0.5)) == "取回执 · 每次：50% 的回执永远不来"


@pytest.mark.gui
@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "0 毫秒"),
        (1, "1 毫秒"),
        (1_500, "1,500 毫秒"),
        (60_000, "1 分钟"),
        (61_000, "61 秒"),
        (7_200_000, "2 小时"),
    ],
)
def test_a_span_is_exact(look: None, ms: int, text: str) -> None:
    assert span(ms) == text
