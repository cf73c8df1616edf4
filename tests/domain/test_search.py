# SPDX-License-Identifier: Apache-2.0
"""What is kept of a name and what a query asks: every part of a name finds it, and nothing typed is an operator."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.backend.storage.sqlite_file import sqlite_module
from koodesk.domain.initials import initial, initials
from koodesk.domain.search import asked, fold, number_in, pieces, tail_in, tokens

NAMES = st.text(alphabet="新春红包云杉abAB12 -_·【】ｅ", min_size=1, max_size=12)


def found(name: str, query: str, *more: str) -> bool:
    """Tell whether a real index of one record finds it."""
    with closing(sqlite_module().connect(":memory:")) as connection:
        connection.execute(
            "CREATE VIRTUAL TABLE i USING fts5(tokens, tokenize='unicode61', prefix='1', columnsize=0)"
        )
        connection.execute("INSERT INTO i VALUES (?)", (tokens("card", name, *more),))
        wanted = asked(query)
        return bool(wanted) and bool(
            connection.execute(
                "SELECT count(*) FROM i WHERE i MATCH ?", (f"kindcard AND {wanted}",)
            ).fetchone()[0]
        )


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("新春红包", "红"),
        ("新春红包", "包"),
        ("新春红包", "春红"),
        ("新春红包", "新春红包"),
        ("新春红包", "红包 新春"),
        ("新春红包", "xchb"),
        ("新春红包", "CHB"),
        ("yunshan_mall", "shan mall"),
        ("ＶＩＰ会员", "vip会员"),
        ("极光 X1 上市", "x1"),
        ("a", "a"),
    ],
)
def test_a_part_of_a_name_finds_it(name: str, query: str) -> None:
    assert found(name, query)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("新春红包", "春包"),
        ("新春红包", "红新"),
        ("新春 红包", "春红"),
        ("新春红包", "xhb"),
        ("新春红包", "kind"),
        ("新春红包", "新春红包啊"),
        ("新春红包", ""),
        ("新春红包", "*"),
        ("新春红包", '"'),
    ],
)
def test_what_is_not_in_a_name_does_not_find_it(name: str, query: str) -> None:
    assert not found(name, query)


@pytest.mark.parametrize(
    "query",
    [
        '红" OR "包',
        "NEAR(红 包)",
        "tokens:红",
        "红*",
        "^红",
        "红 NOT 包",
        "'; DROP TABLE i; --",
        "\0红",
        "(红",
    ],
)
def test_operators_are_only_text(query: str) -> None:
    found("新春红包", query)  # no syntax error of the index


def test_an_id_and_a_content_find_a_record() -> None:
    assert found("新春红包", "600000", "600000123 您有一个红包")
    assert found("新春红包", "一个", "600000123 您有一个红包")


@given(NAMES, st.integers(0, 11), st.integers(1, 12))
def test_every_run_of_signs_within_a_word_finds_the_name(name: str, start: int, length: int) -> None:
    for piece in pieces(name):
        part = piece[start : start + length]
        if part:
            assert found(name, part)


@given(st.text(max_size=80))
def test_no_query_is_a_mistake_to_the_index(query: str) -> None:
    found("新春红包", query)


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("啊", "a"),
        ("澳", "a"),
        ("芭", "b"),
        ("擦", "c"),
        ("座", "z"),
        ("新春红包", "xchb"),
        ("极光 X1", "jgx1"),
        ("云杉商城", "yssc"),
        ("重庆", "zq"),
        ("龘", ""),
        ("，。", ""),
    ],
)
def test_initials(text: str, letters: str) -> None:
    assert initials(text) == letters


def test_every_character_of_the_first_level_has_a_letter_and_they_are_in_order() -> None:
    letters = [
        initial(bytes((high, low)).decode("gb2312"))
        for high in range(0xB0, 0xD8)
        for low in range(0xA1, 0xFF if high < 0xD7 else 0xFA)
    ]
    assert len(letters) == 3755
    assert letters == sorted(letters)
    assert set(letters) == set("abcdefghjklmnopqrstwxyz")


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("13800138000", 13800138000),
        ("138 0013 8000", 13800138000),
        ("+86 138-0013-8000", 13800138000),
        ("１３８００１３８０００", 13800138000),
        ("1380013800", 0),
        ("23800138000", 0),
        ("138001380000", 0),
        ("红包", 0),
    ],
)
def test_a_whole_number(query: str, number: int) -> None:
    assert number_in(query) == number


@pytest.mark.parametrize(
    ("query", "tail"), [("8000", 8000), ("0001", 1), ("800", None), ("80000", None), ("红包", None)]
)
def test_four_last_digits(query: str, tail: int | None) -> None:
    assert tail_in(query) == tail


def test_the_trial_runs_on_the_library_of_the_program() -> None:
    assert sqlite3.sqlite_version_info >= (3, 34)
