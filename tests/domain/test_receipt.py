# SPDX-License-Identifier: Apache-2.0
"""Receipts add up to the same in any order and however often they come."""

from __future__ import annotations

from functools import reduce
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.receipt import TIMEOUT_MS, Delivery, DeliveryStatus, fold, status_of

Row = tuple[str, str, str, int]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["sms", "shortchain", "exposed", "clicked", "reply", "unheard-of"]),
        st.sampled_from(["0", "failed"]),
        st.sampled_from(["", "DELIVRD", "M2:0045"]),
        st.integers(0, 5),
    ),
    max_size=12,
)


def add(rows: list[Row]) -> Delivery:
    """Add all rows up."""
    return reduce(lambda sum_, row: fold(sum_, *row), rows, Delivery())


@given(ROWS, st.integers())
def test_order_and_repetition_do_not_matter(rows: list[Row], seed: int) -> None:
    shuffled = [*rows, *rows]
    Random(seed).shuffle(shuffled)
    assert add(shuffled) == add(rows)


def test_a_late_report_corrects_a_timeout() -> None:
    assert status_of(Delivery(), 0, TIMEOUT_MS - 1) is DeliveryStatus.WAITING
    assert status_of(Delivery(), 0, TIMEOUT_MS) is DeliveryStatus.TIMEOUT
    late = add([("sms", "0", "DELIVRD", TIMEOUT_MS + 5)])
    assert status_of(late, 0, TIMEOUT_MS * 2) is DeliveryStatus.DELIVERED


def test_the_later_report_counts() -> None:
    rows: list[Row] = [("sms", "failed", "M2:0045", 1), ("sms", "0", "DELIVRD", 2)]
    assert add(rows).sms is True
    assert add(rows[::-1]).sms is True
