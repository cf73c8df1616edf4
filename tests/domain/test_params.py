# SPDX-License-Identifier: Apache-2.0
"""The grammar of parameters in texts."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.params import (
    Literal,
    ParamToken,
    insert,
    is_broken,
    is_name,
    join,
    names,
    rename,
    split,
    substitute,
    token,
)
from tests.domain.strategies import NAMES, texts


@given(texts)
def test_split_and_join_are_one(text: str) -> None:
    """Nothing is lost or added, no two literals stand side by side, none is empty."""
    tokens = split(text)
    assert join(tokens) == text
    assert split(join(tokens)) == tokens
    assert all(t.text for t in tokens)
    assert not any(isinstance(a, Literal) and isinstance(b, Literal) for a, b in pairwise(tokens))


@given(texts, st.integers(-5, 60), st.sampled_from(NAMES))
def test_insert_adds_exactly_one_token(text: str, position: int, name: str) -> None:
    """The new parameter stands whole at the place given back, and no other parameter is torn."""
    changed, end = insert(text, position, name)
    written = token(name)
    assert changed[end - len(written) : end] == written
    assert changed[: end - len(written)] + changed[end:] == text
    assert name in names(changed)
    for other in names(text):
        assert other in names(changed)


def test_insert_inside_a_parameter_goes_behind_it() -> None:
    """A caret within a chip does not tear it."""
    assert insert("a${name}b", 4, "x") == ("a${name}${x}b", 12)
    assert insert("a${name}b", 1, "x") == ("a${x}${name}b", 5)


@given(texts, st.sampled_from(NAMES))
def test_rename_and_back_is_nothing(text: str, name: str) -> None:
    """With a fresh name the way back leads to the very same text."""
    changed = rename(text, name, "fresh")
    assert name not in names(changed)
    assert rename(changed, "fresh", name) == text


@given(st.lists(st.sampled_from(["x", "${a}", "${b}", "价"])).map("".join), texts)
def test_substitute_is_one_pass(text: str, value: str) -> None:
    """Each place gets its value as it is, even one that looks like a parameter."""
    values = {"${a}": value, "${b}": "2"}
    expected = "".join(values.get(t.text, t.text) for t in split(text))
    assert substitute(text, {"a": value, "b": "2"}) == expected
    assert substitute("${a}", {"a": "${b}", "b": "2"}) == "${b}"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", ()),
        ("${a}", (ParamToken("a"),)),
        ("${}", (Literal("${}"),)),
        ("${a", (Literal("${a"),)),
        ("$${a}}", (Literal("$"), ParamToken("a"), Literal("}"))),
        ("${${a}}", (Literal("${"), ParamToken("a"), Literal("}"))),
        ("${姓名}，您好", (ParamToken("姓名"), Literal("，您好"))),
    ],
)
def test_split_by_hand(text: str, tokens: tuple[Literal | ParamToken, ...]) -> None:
    """The corners of the grammar."""
    assert split(text) == tokens


@pytest.mark.parametrize("text", ["${", "${a", "${}", "${${a}"])
def test_broken(text: str) -> None:
    """A wrapper that opens nothing."""
    assert is_broken(text)
    assert not is_broken("${a}$}")


@pytest.mark.parametrize("name", ["", " ", "a b", "a-b", "${a}", "_a", "a\n", "=1+1", "<b>", "\u202ea"])
def test_not_a_name(name: str) -> None:
    """Blanks and marks name nothing."""
    assert not is_name(name)


@pytest.mark.parametrize("name", ["a", "1", "param1", "姓名", "order_no", "Ａ"])
def test_a_name(name: str) -> None:
    """Letters of any script, digits, underscores."""
    assert is_name(name)
