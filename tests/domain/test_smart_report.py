# SPDX-License-Identifier: Apache-2.0
"""The report of smart messages adds up: every grouping has the sum of what is taken, and no share is of nothing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.report import BEIJING_MS, DAY_MS
from koodesk.domain.smart_report import (
    RATES,
    SmartBy,
    SmartCounts,
    SmartFilter,
    SmartTally,
    filled_days,
    grouped,
    last_ready_day,
    rate,
    summed,
)

_COUNTS = st.builds(SmartCounts, *[st.integers(0, 1000)] * 11)
_TALLIES = st.lists(
    st.builds(
        SmartTally,
        st.integers(1, 4),
        st.integers(1, 3),
        st.integers(20_000, 20_060),
        st.sampled_from(["HUAWEI", "XIAOMI", "SAMSUNG", ""]),
        _COUNTS,
    ),
    max_size=20,
)


@given(_TALLIES, st.sampled_from(SmartBy))
def test_every_grouping_has_the_same_sum(tallies: list[SmartTally], by: SmartBy) -> None:
    lines = grouped(tallies, by)
    assert sum((counts for _, counts in lines), SmartCounts()) == summed(tallies)
    assert len({key for key, _ in lines}) == len(lines)


@given(_TALLIES)
def test_days_without_a_send_are_there_with_nothing(tallies: list[SmartTally]) -> None:
    lines = grouped(tallies, SmartBy.DAY)
    days = filled_days(lines)
    assert sum((counts for _, counts in days), SmartCounts()) == summed(tallies)
    if lines:
        first, last = date.fromisoformat(lines[0][0]), date.fromisoformat(lines[-1][0])
        assert len(days) == (last - first).days + 1


def test_lines_stand_in_their_order() -> None:
    tallies = [
        SmartTally(task, 1, 20_000 + task, v, SmartCounts(1))
        for task, v in enumerate(["", "OPPO", "HUAWEI"], 1)
    ]
    assert [key for key, _ in grouped(tallies, SmartBy.VENDOR)] == ["HUAWEI", "OPPO", ""]
    assert [key for key, _ in grouped(tallies, SmartBy.TASK)] == ["3", "2", "1"]
    assert [key for key, _ in grouped(tallies, SmartBy.DAY)] == ["2024-10-05", "2024-10-06", "2024-10-07"]
    assert [key for key, _ in grouped(tallies, SmartBy.MONTH)] == ["2024-10"]


@pytest.mark.parametrize(
    ("where", "taken"),
    [
        (SmartFilter(), True),
        (SmartFilter(first_day=date(2024, 10, 4), last_day=date(2024, 10, 4)), True),
        (SmartFilter(first_day=date(2024, 10, 5)), False),
        (SmartFilter(last_day=date(2024, 10, 3)), False),
        (SmartFilter(task=7, template=3, vendor="OPPO"), True),
        (SmartFilter(task=8), False),
        (SmartFilter(template=4), False),
        (SmartFilter(vendor=""), False),
    ],
)
def test_a_filter_leaves_what_it_says(where: SmartFilter, taken: bool) -> None:
    assert where.takes(SmartTally(7, 3, 20_000, "OPPO", SmartCounts())) is taken


def test_each_step_is_a_share_of_what_it_is_a_part_of() -> None:
    counts = SmartCounts(100, 80, 90, 60, 10, 30, 20, 44, 5, 9, 1)
    assert {step: rate(counts, step) for step in RATES} == {
        "supported": 0.8,
        "accepted": 0.9,
        "success": 60 / 90,
        "resolved": 0.5,
        "exposed": 20 / 30,
        "clicked": 0.25,
    }
    assert (counts.failed, counts.unreported) == (20, 20)
    assert {rate(SmartCounts(), step) for step in RATES} == {None}


@pytest.mark.parametrize(("hour", "ready"), [(15, 19_998), (16, 19_999), (23, 19_999)])
def test_the_platforms_own_report_has_a_day_from_16_of_the_next(hour: int, ready: int) -> None:
    midnight = 20_000 * DAY_MS - BEIJING_MS
    assert last_ready_day(midnight + hour * 3_600_000) == ready
    assert last_ready_day(midnight + 16 * 3_600_000 - 1) == 19_998
