# SPDX-License-Identifier: Apache-2.0
"""Money is whole numbers: read, written, and never a float between."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.billing.money import LARGEST_SUM, YUAN, fen_up, read_yuan, yuan
from koodesk.domain.problem import Refused


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", 0),
        ("0.177", 17_700),
        ("17700", 17_700 * YUAN),
        ("17,700.00 元", 17_700 * YUAN),
        ("0.00001", 1),
        ("0.1770000000", 17_700),
        (" 1.5 ", 150_000),
    ],
)
def test_amounts_are_read_exactly(text: str, amount: int) -> None:
    assert read_yuan(text, "price") == amount


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "money.unreadable"),
        ("-1", "money.unreadable"),
        ("1e5", "money.unreadable"),
        ("NaN", "money.unreadable"),
        ("1.2.3", "money.unreadable"),
        ("1٫5", "money.unreadable"),
        ("0x10", "money.unreadable"),
        ("9" * 13, "money.unreadable"),
        ("0.000001", "money.decimals"),
        ("100000000.00001", "money.too_large"),
    ],
)
def test_what_is_no_amount_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_yuan(text, "price")
    assert [p.code for p in refused.value.problems] == [code]


def test_the_largest_amount_is_taken() -> None:
    assert read_yuan("100000000", "price") == LARGEST_SUM


@given(st.integers(0, LARGEST_SUM))
def test_what_is_written_is_read_again(amount: int) -> None:
    assert read_yuan(yuan(amount), "price") == amount
    assert 0 <= fen_up(amount) * 1_000 - amount < 1_000


def test_debts_are_written_with_a_sign() -> None:
    assert yuan(-60_667) == "-0.60667"
