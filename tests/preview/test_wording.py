# SPDX-License-Identifier: Apache-2.0
"""Parameters in texts: filled, shown as their example, or left in sight; and where each character came from."""

from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.template import Param
from koodesk.domain.text_count import REPLACEMENT
from koodesk.preview.wording import word

PARAMS = (Param("name", "林晓"), Param("sum", "30"))


def test_examples_stand_in_when_there_are_no_values() -> None:
    assert word("${name}，${sum}元", PARAMS, {}).text == "林晓，30元"


def test_values_win_and_a_missing_one_stays_in_sight() -> None:
    found = word("${name}，${sum}元", PARAMS, {"name": "王玥"})
    assert found.text == "王玥，${sum}元"
    assert found.unfilled == ("sum",)


def test_pieces_lead_back_to_the_source() -> None:
    found = word("您${name}好", PARAMS, {})
    assert [(p.at, p.end, p.start, p.stop, p.param) for p in found.pieces] == [
        (0, 1, 0, 1, ""),
        (1, 3, 1, 8, "name"),
        (3, 4, 8, 9, ""),
    ]


def test_a_value_is_never_read_again_as_a_parameter() -> None:
    assert word("${name}", PARAMS, {"name": "${sum}", "sum": "9"}).text == "${sum}"


def test_hidden_marks_are_shown() -> None:
    found = word("优惠\u202e券\x07", (), {})
    assert found.text == f"优惠{REPLACEMENT}券{REPLACEMENT}"
    assert found.controls == 2


@given(st.text(st.sampled_from("您好${}name\u202e\t1"), max_size=40), st.text(max_size=8))
def test_pieces_cover_text_and_source(source: str, value: str) -> None:
    found = word(source, PARAMS, {"name": value})
    assert "".join(found.text[p.at : p.end] for p in found.pieces) == found.text
    assert "".join(source[p.start : p.stop] for p in found.pieces) == source
    assert all(p.end - p.at == p.stop - p.start for p in found.pieces if not p.param)
