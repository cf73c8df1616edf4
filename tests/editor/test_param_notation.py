# SPDX-License-Identifier: Apache-2.0
"""Two ways to write a parameter: taken apart and put together again nothing is lost, and only a beginning asks for a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.params import join
from koodesk.editor.param_notation import CARD, PLAIN, VIDEO, Notation


def written(notation: Notation, text: str) -> str:
    """The text with its parameters written anew."""
    return "".join(
        piece.text if not hasattr(piece, "name") else notation.token(piece.name)
        for piece in notation.split(text)
    )


@pytest.mark.parametrize("notation", [CARD, VIDEO, PLAIN])
@given(text=st.text("#p_019${}春 a", max_size=30))
def test_nothing_is_lost(notation: Notation, text: str) -> None:
    assert written(notation, text) == text
    if notation is CARD:
        assert join(notation.split(text)) == text


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("#", ("", "#")),
        ("尊敬的#p", ("p", "#p")),
        ("尊敬的#p_1", ("p_1", "#p_1")),
        ("#新车#", None),
        ("#新车##", ("", "#")),
        ("#新车# #2", ("2", "#2")),
        ("没有", None),
        ("# 话题", None),
    ],
)
def test_a_single_mark_asks_for_a_name_and_a_closing_one_does_not(
    before: str, expected: tuple[str, str] | None
) -> None:
    assert VIDEO.opening(before) == expected


def test_names_and_lengths() -> None:
    assert VIDEO.names("#p_2#和#p_1#和#p_2#") == ("p_2", "p_1")
    assert VIDEO.shortened("#p_12#x") == len("#p_12#") - 1
    assert CARD.opening("你好${na") == ("na", "${na")
    assert PLAIN.names("#p_1# ${name}") == ()
