# SPDX-License-Identifier: Apache-2.0
"""Pace, backoff and the error limit as pure rules."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.pacing import BACKOFF_MOST_MS, ErrorLimit, Pace, backoff_ms, took, wait_ms


@given(
    st.lists(st.tuples(st.integers(1, 5_000), st.integers(0, 3_000)), min_size=2, max_size=30),
    st.integers(1, 50_000),
)
def test_no_more_than_the_rate_leaves(calls: list[tuple[int, int]], rate: int) -> None:
    """Whatever the pauses between calls, the messages before the last call fit into the time since the first."""
    pace, now, sent = Pace(), 0, 0
    for messages, pause in calls:
        now += pause
        now += wait_ms(pace, now)
        assert sent <= rate * now / 1000
        pace = took(pace, now, messages, rate)
        sent += messages


def test_no_rate_is_no_wait() -> None:
    assert wait_ms(took(Pace(), 5, 10_000, 0), 5) == 0


def test_backoff_doubles_up_to_half_a_minute() -> None:
    waits = [backoff_ms(n) for n in range(40)]
    assert waits[:4] == [0, 200, 400, 800]
    assert waits == sorted(waits)
    assert waits[-1] == BACKOFF_MOST_MS


def test_the_error_limit() -> None:
    limit = ErrorLimit(at_least=100, share=0.5, in_a_row=3)
    assert not limit.exceeded(99, 99, 2)
    assert limit.exceeded(100, 51, 0)
    assert not limit.exceeded(100, 50, 0)
    assert limit.exceeded(0, 0, 3)
