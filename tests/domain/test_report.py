# SPDX-License-Identifier: Apache-2.0
"""Counting: every line adds up, lines add up to the whole, whatever they are grouped by."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.carrier import Carrier
from koodesk.domain.report import (
    BEIJING_MS,
    DAY_MS,
    Counts,
    ReportBy,
    ReportFilter,
    Tally,
    day_number,
    day_of,
    filled_days,
    grouped,
    summed,
)

_few = st.integers(0, 1_000_000)


@st.composite
def _counts(draw: st.DrawFn) -> Counts:
    success, failed, timeout, waiting = (draw(_few) for _ in range(4))
    total = success + failed + timeout + waiting
    return Counts(total, success, failed, timeout, waiting, draw(st.integers(0, success)))


_tallies = st.lists(
    st.builds(
        Tally,
        task=st.integers(1, 5),
        template=st.integers(1, 3),
        day=st.integers(20_000, 20_400),
        carrier=st.sampled_from(Carrier),
        counts=_counts(),
    ),
    max_size=40,
)


@given(_tallies, st.sampled_from(ReportBy))
def test_the_lines_add_up_to_the_whole_whatever_they_stand_for(tallies: list[Tally], by: ReportBy) -> None:
    lines = grouped(tallies, by)
    assert sum((counts for _, counts in lines), Counts()) == summed(tallies)
    for _, counts in lines:
        assert counts.total == counts.success + counts.failed + counts.timeout + counts.waiting
    assert len({key for key, _ in lines}) == len(lines)


@given(_tallies, st.integers(20_000, 20_400), st.integers(20_000, 20_400), st.sampled_from([None, *Carrier]))
def test_a_filter_and_its_complement_make_the_whole(
    tallies: list[Tally], first: int, last: int, carrier: Carrier | None
) -> None:
    where = ReportFilter(day_of(first), day_of(last), carrier=carrier)
    taken = [tally for tally in tallies if where.takes(tally)]
    assert all(first <= tally.day <= last and carrier in (None, tally.carrier) for tally in taken)
    left = [tally for tally in tallies if not where.takes(tally)]
    assert summed(taken) + summed(left) == summed(tallies)


@pytest.mark.parametrize(
    ("at_ms", "day"),
    [
        (0, date(1970, 1, 1)),
        (DAY_MS - BEIJING_MS - 1, date(1970, 1, 1)),
        (DAY_MS - BEIJING_MS, date(1970, 1, 2)),
    ],
    ids=["epoch", "last ms before Beijing's midnight", "Beijing's midnight"],
)
def test_days_are_those_of_beijing(at_ms: int, day: date) -> None:
    assert day_of(day_number(at_ms)) == day


def test_tasks_come_newest_first_carriers_in_their_order_and_days_in_time() -> None:
    def tally(task: int, day: int, carrier: Carrier) -> Tally:
        return Tally(task, task, day, carrier, Counts(1, 1))

    tallies = [
        tally(9, 20_002, Carrier.CTCC),
        tally(10, 20_000, Carrier.CMCC),
        tally(2, 20_000, Carrier.UNKNOWN),
    ]
    assert [key for key, _ in grouped(tallies, ReportBy.TASK)] == ["10", "9", "2"]
    assert [key for key, _ in grouped(tallies, ReportBy.CARRIER)] == ["cmcc", "ctcc", "unknown"]
    assert [key for key, _ in grouped(tallies, ReportBy.DAY)] == ["2024-10-04", "2024-10-06"]


def test_a_chart_shows_the_days_between_on_which_nothing_was_sent() -> None:
    lines = (("2026-11-26", Counts(2, 2)), ("2026-11-29", Counts(1, 0, 1)))
    assert filled_days(lines) == (
        ("2026-11-26", Counts(2, 2)),
        ("2026-11-27", Counts()),
        ("2026-11-28", Counts()),
        ("2026-11-29", Counts(1, 0, 1)),
    )
    assert filled_days(()) == ()


def test_the_share_of_success_leaves_out_what_is_waited_for() -> None:
    assert Counts(10, 3, 1, 0, 6).rate == 0.75
    assert Counts(6, 0, 0, 0, 6).rate is None
