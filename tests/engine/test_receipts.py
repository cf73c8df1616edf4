# SPDX-License-Identifier: Apache-2.0
"""The receipt feed: complete, the same for every reader, and with duplicates and disorder on purpose."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koodesk.engine import receipts
from koodesk.engine.settings import EngineSettings
from tests.engine.client import batch
from tests.engine.inside import DAY_MS, Inside

FIRST = 13_800_000_000


@pytest.fixture
def sent(inside: Inside) -> Inside:
    """Three batches of 100, all accepted at ten in the morning, with many duplicates and much disorder."""
    inside.settings = replace(EngineSettings(), duplicate_receipts=0.2, out_of_order=0.3)
    tpl = inside.clear()
    for number in range(3):
        inside.accept(f"k{number}", batch(tpl, FIRST + number * 1_000, 100))
    return inside


def test_nothing_is_told_before_it_is_due(sent: Inside) -> None:
    assert sent.feed() == []
    sent.now_ms += 3_000
    some = sent.feed()
    assert 0 < len(some) < 400
    assert all(at <= sent.now_ms for *_, at in some)


def test_time_brings_everything_once_and_a_number_keeps_its_receipt(sent: Inside) -> None:
    read: list[tuple[int, str, str, str, str, int]] = []
    after = 0
    for step in (500, 1_000, 1_000, 60_000, 3_600_000, 4 * DAY_MS):
        sent.now_ms += step
        new = sent.feed(after, 37)
        read += new
        after += len(new)
        sent.reopen()
    assert read == sent.feed()
    reported = Counter(message for _, message, kind, *_ in set(read) if kind == "sms")
    assert len(reported) == 300
    assert set(reported.values()) == {1}
    assert receipts.last_seq(sent.connection) == len(read)


def test_duplicates_carry_the_same_id_and_content(sent: Inside) -> None:
    sent.now_ms += 4 * DAY_MS
    items = sent.feed()
    seen: dict[int, tuple[int, str, str, str, str, int]] = {}
    for item in items:
        assert seen.setdefault(item[0], item) == item
    twice = len(items) - len(seen)
    assert 0.1 < twice / len(seen) < 0.3


def test_receipts_come_out_of_order(sent: Inside) -> None:
    sent.now_ms += 4 * DAY_MS
    reported: set[str] = set()
    early = 0
    for _, message, kind, *_ in sent.feed():
        if kind == "sms":
            reported.add(message)
        elif kind == "shortchain" and message not in reported:
            early += 1
    assert early > 5


@settings(max_examples=12)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=20))
def test_any_page_size_reads_the_same(limits: list[int]) -> None:
    with TemporaryDirectory() as folder:
        engine = Inside(Path(folder))
        tpl = engine.clear()
        engine.accept("k0", batch(tpl, FIRST, 60))
        engine.accept("k1", batch(tpl, FIRST + 1_000, 40))
        engine.now_ms += 4 * DAY_MS
        read, after = [], 0
        for limit in limits:
            items, after = receipts.page(engine.connection, after, limit, engine.now_ms)
            assert len(items) <= limit
            read += items
        assert after == len(read)
        assert engine.feed()[: len(read)] == read
        engine.connection.close()


def test_a_feed_without_delay_is_complete_soon(inside: Inside) -> None:
    inside.settings = replace(inside.settings, receipt_delay_ms=0)
    tpl = inside.clear()
    inside.accept("k", batch(tpl, FIRST, 200))
    inside.now_ms += 500
    assert len({message for _, message, kind, *_ in inside.feed() if kind == "sms"}) == 200
