# SPDX-License-Identifier: Apache-2.0
"""Where Chinese lines end: a table of cases by hand, and what must hold for any text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.text_count import width_in_characters
from koodesk.preview.line_breaking import NOT_AT_END, NOT_AT_START, clusters, wrap


def _wide(text: str) -> float:
    return sum(width_in_characters(char) for char in text)


def _lines(text: str, width: float) -> list[str]:
    return [text[a:b] for a, b in wrap(text, width, _wide)]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 4, [""]),
        ("新春红包到", 4, ["新春红包", "到"]),
        ("新春红包，快领", 4, ["新春红", "包，快领"]),  # no comma first on a line
        ("领取《红包》吧", 3, ["领取", "《红", "包》吧"]),  # no opening mark last
        ("满30元减5元", 3, ["满30元", "减5元"]),  # halves: 1 + 1 + 1
        ("满1000元", 2, ["满", "1000", "元"]),  # a number stays whole
        (
            "点km2g.cn/PDi看",
            5,
            ["点", "km2g.cn/PD", "i看"],
        ),  # a link wider than the line is parted, at its end
        ("hello world", 3, ["hello ", "world"]),  # the space hangs
        ("一\n二", 4, ["一", "二"]),
        ("一\n\n二", 4, ["一", "", "二"]),
        ("一二三四\n", 4, ["一二三四", ""]),
        ("，，，，，", 2, ["，，", "，，", "，"]),  # a chain of marks must not run out of the card
        ("我👨‍👩‍👧家", 2, ["我👨‍👩‍👧", "家"]),
        ("去🇨🇳", 1, ["去", "🇨🇳"]),
        ("cafe\u0301好", 2, ["cafe\u0301", "好"]),
        ("100%送", 2, ["100%", "送"]),
        ("￥100元", 2, ["￥10", "0元"]),  # the sign keeps its number, which is too wide
    ],
)
def test_lines(text: str, width: float, lines: list[str]) -> None:
    def wide(run: str) -> float:
        return sum(width_in_characters(run[a:b]) for a, b in clusters(run))

    assert [text[a:b] for a, b in wrap(text, width, wide)] == lines


TEXTS = st.text(
    st.sampled_from("新春红包领取，。！？《》（）“”…abcXYZ019 -./%￥$\n🧧é\u0301\u200d") | st.characters(),
    max_size=60,
)


@given(TEXTS, st.integers(2, 12))
def test_nothing_is_lost_or_repeated(text: str, width: int) -> None:
    lines = wrap(text, width, _wide)
    at = 0
    for start, end in lines:
        assert start == at or (start == at + 1 and text[at] == "\n")
        assert end >= start
        at = end
    assert at == len(text)


@given(TEXTS, st.integers(2, 12))
def test_no_line_is_wider_than_the_room(text: str, width: int) -> None:
    for line in _lines(text, width):
        visible = line.rstrip()
        assert _wide(visible) <= width or len(clusters(visible)) == 1


@given(st.text(st.sampled_from("新春红包，。！《》（）"), max_size=40), st.integers(4, 12))
def test_marks_stand_where_they_belong(text: str, width: int) -> None:
    parts = _lines(text, width)
    for before, after in pairwise(parts):
        chained = all(c in NOT_AT_START | NOT_AT_END for c in before[-2:] + after[:1])
        alone = len(before) >= width - 0.5 and all(
            c in NOT_AT_START or d in NOT_AT_END for c, d in zip(before[1:], before, strict=False)
        )
        if not chained and not alone:
            assert after[0] not in NOT_AT_START
            assert before[-1] not in NOT_AT_END


@given(TEXTS)
def test_clusters_cover_the_text(text: str) -> None:
    assert "".join(text[a:b] for a, b in clusters(text)) == text
    assert all(a < b for a, b in clusters(text))
