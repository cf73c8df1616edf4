# SPDX-License-Identifier: Apache-2.0
"""A plain SMS held against rows: lengths, parts, the longest row, and what the platform would refuse."""

from __future__ import annotations

from operator import mul

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.plain_rows import PlainFinder, PlainText
from koodesk.domain.signature import bracketed
from koodesk.domain.sms import Variable, VariableType, count, parts, render
from tests.domain.row_cards import rules

TEXT = Variable(1, VariableType.TEXT, "姓名")
MONEY = Variable(2, VariableType.MONEY)


def looked(text: PlainText, *rows: dict[str, str]) -> PlainFinder:
    finder = PlainFinder(rules(), text)
    for row in rows:
        finder.look(row)
    return finder


def test_at_the_limit_and_one_over() -> None:
    single, most = rules().single_max, rules().with_signature_max
    # 【云杉】 counts 4, the mark after the variable one.
    text = PlainText("${1}。", "云杉", (Variable(1, VariableType.CHARDIGIT),))
    finder = looked(text, *({"1": "7" * n} for n in (single - 5, single - 4, most - 5, most - 4)))
    long = parts(rules(), most)
    assert finder.by_parts == {1: 1, 2: 1, long: 2}
    assert (finder.longest, finder.longest_chars) == (3, most + 1)
    assert finder.too_long == 1


def test_a_character_beyond_sixteen_bits_counts_two_and_a_variable_as_often_as_it_stands() -> None:
    text = PlainText("${1}${1}", "云", (TEXT,))
    assert looked(text, {"1": "𠮷"}).longest_chars == 3 + 4


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"1": "张三", "2": "50"}, ""),
        ({"1": "张.三", "2": "50"}, "sms.value.text_characters"),
        ({"1": "13800138000", "2": "50"}, "sms.value.contact"),
        ({"1": "张三", "2": "五十元"}, "sms.value.money"),
        ({"1": "张三", "2": ""}, "sms.value.missing"),
        ({"1": "张三", "2": "50\n"}, "text.control_character"),
        ({"1": "张三"}, "sms.value.missing"),
    ],
)
def test_a_value_the_platform_refuses(values: dict[str, str], code: str) -> None:
    text = PlainText("${1}满${2}", "云杉", (TEXT, MONEY))
    finder = looked(text, {"1": "李四", "2": "9"}, values)
    if not code:
        assert (finder.bad, finder.first_bad) == (0, None)
        return
    assert finder.bad == 1
    assert finder.first_bad is not None
    place, problem = finder.first_bad
    assert (place, problem is not None and problem.code) == (1, code)


def test_what_is_fixed_is_no_column_and_is_not_asked_of_the_rows() -> None:
    text = PlainText("${1}满${2}", "云杉", (TEXT, MONEY), (("2", "100"),))
    assert text.columns == ("1",)
    finder = looked(text, {"1": "张三", "2": "not money"})
    assert (finder.bad, finder.longest_chars) == (0, 4 + 2 + 1 + 3)
    assert text.shown({"1": "张三", "2": "not money"}) == "【云杉】张三满100"
    assert text.shown({}) == "【云杉】{姓名}满100", "a variable without a value is named"
    assert PlainText("${1}", "云杉").shown({"1": "${1}"}) == "【云杉】${1}", "a value is no variable"


values = st.builds(mul, st.text("长a9.𠮷$\u200d{", max_size=4), st.integers(1, 40))


@given(st.lists(st.tuples(values, values), min_size=1, max_size=6), st.text("订单${}1 ", max_size=20))
def test_what_is_counted_is_what_is_sent(rows: list[tuple[str, str]], between: str) -> None:
    content = f"${{1}}{between.replace('${', '')}${{2}}${{1}}"
    finder = looked(PlainText(content, "云杉"), *({"1": a, "2": b} for a, b in rows))
    sent = [count(bracketed("云杉")) + count(render(content, {1: a, 2: b})) for a, b in rows]
    assert finder.longest_chars == max(sent)
    assert sent[finder.longest] == max(sent)
    assert sum(finder.by_parts.values()) == len(rows)
    assert sum(n * rows_ for n, rows_ in finder.by_parts.items()) == sum(parts(rules(), n) for n in sent)
