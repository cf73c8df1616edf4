# SPDX-License-Identifier: Apache-2.0
"""The fate of a batch: drawn once, told in the order of falling due, true to the rates."""

import itertools
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from koodesk.engine.delivery import (
    DUE_SHIFT,
    EVENT_BITS,
    EVENTS,
    INDEX_BITS,
    INDEX_SHIFT,
    KINDS,
    LAG_BITS,
    LAG_SHIFT,
    LAG_STEP_MS,
    from_bytes,
    plan,
    to_bytes,
)
from koodesk.engine.settings import EngineSettings

WEEK_MS = 7 * 24 * 3_600_000


def told(
    settings: EngineSettings, count: int, validity_ms: int = WEEK_MS
) -> list[tuple[int, int, int, str, str]]:
    """(due, at, index, kind, status) of every receipt, all messages with a card."""
    found = []
    for entry in plan(settings, 1 << 32, [True] * count, validity_ms):
        event = EVENTS[entry & (1 << EVENT_BITS) - 1]
        due = entry >> DUE_SHIFT
        lag = (entry >> LAG_SHIFT & (1 << LAG_BITS) - 1) * LAG_STEP_MS
        index = entry >> INDEX_SHIFT & (1 << INDEX_BITS) - 1
        found.append((due, due - lag, index, KINDS[event.kind], event.status))
    return found


QUIET = EngineSettings(duplicate_receipts=0, out_of_order=0)


@given(
    st.builds(
        EngineSettings,
        seed=st.integers(0, 1_000),
        delivered=st.floats(0, 1),
        duplicate_receipts=st.floats(0, 1),
        out_of_order=st.floats(0, 1),
        receipt_delay_ms=st.sampled_from([0, 1, 2_000, 3_600_000]),
    ),
    st.integers(1, 50),
    st.sampled_from([24 * 3_600_000, WEEK_MS]),
)
def test_every_message_has_a_report_and_stages_follow_each_other(
    settings: EngineSettings, count: int, validity_ms: int
) -> None:
    found = told(settings, count, validity_ms)
    assert [due for due, *_ in found] == sorted(due for due, *_ in found)
    first: dict[tuple[int, str], int] = {}
    status: dict[tuple[int, str], set[str]] = {}
    for due, at, index, kind, said in found:
        assert 0 <= at <= due
        assert at < validity_ms or kind in ("sms", "reply")
        first.setdefault((index, kind), at)
        # Told twice, it is told with the same time and outcome.
        assert first[(index, kind)] == at
        status.setdefault((index, kind), set()).add(said)
    assert all(len(one) == 1 for one in status.values())
    for index in range(count):
        assert (index, "sms") in first
        for kind, before in (
            ("shortchain", "sms"),
            ("exposed", "shortchain"),
            ("clicked", "exposed"),
            ("reply", "sms"),
        ):
            if (index, kind) in first:
                assert first[(index, before)] <= first[(index, kind)]
                assert status[(index, "sms")] == {"0"}


def test_the_same_seed_tells_the_same_story() -> None:
    settings = EngineSettings()
    assert told(settings, 200) == told(settings, 200)
    assert told(settings, 200) != told(replace(settings, seed=1), 200)


def test_the_rates_are_kept() -> None:
    count = 5_000
    found = told(replace(QUIET, delivered=0.9, resolved=0.8, exposed=0.5, clicked=0.2, replied=0.1), count)
    counted = {kind: sum(one[3] == kind for one in found) for kind in KINDS}
    assert counted["sms"] == count
    expected = {"shortchain": 0.72, "exposed": 0.36, "clicked": 0.072, "reply": 0.09}
    for kind, share in expected.items():
        assert abs(counted[kind] / count - share) < 0.02, kind


def test_duplicates_and_disorder_are_as_asked_for() -> None:
    count = 2_000
    assert len(told(QUIET, count)) == len({(index, kind) for _, _, index, kind, _ in told(QUIET, count)})
    assert all(due == at for due, at, *_ in told(QUIET, count))
    twice = told(replace(QUIET, duplicate_receipts=1.0), count)
    assert len(twice) == 2 * len({(index, kind) for _, _, index, kind, _ in twice})
    ats = [at for _, at, *_ in told(replace(QUIET, out_of_order=0.5), count)]
    assert sum(one > other for one, other in itertools.pairwise(ats)) > 100


def test_no_card_no_resolve() -> None:
    entries = plan(QUIET, 1 << 32, [False] * 100, WEEK_MS)
    assert {EVENTS[entry & (1 << EVENT_BITS) - 1].kind for entry in entries} <= {
        KINDS.index("sms"),
        KINDS.index("reply"),
    }


def test_a_plan_survives_its_bytes() -> None:
    entries = plan(EngineSettings(), 1 << 32, [True] * 10, WEEK_MS)
    assert from_bytes(to_bytes(entries)) == entries
    assert len(to_bytes(entries)) == 8 * len(entries)
