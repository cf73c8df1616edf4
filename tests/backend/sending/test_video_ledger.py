# SPDX-License-Identifier: Apache-2.0
"""Video SMS in the ledger: carriers told apart by the database, receipts by carrier, drafts beside confirmations."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.backend.ports.gateway import Receipt
from koodesk.backend.storage.stores.sending_carriers import carrier_sql
from koodesk.backend.storage.stores.sending_drafts import read_draft, write_draft
from koodesk.backend.testing import FixedClock, ScriptedGateway
from koodesk.backend.views.sending import DetailFilter, FunnelCounts
from koodesk.domain.campaign import CampaignDraft
from koodesk.domain.carrier import Carrier, read_segments
from koodesk.domain.quiet_hours import BEIJING_OFFSET_MS, DAY_MS, Window
from koodesk.domain.receipt import TIMEOUT_MS
from koodesk.domain.recipient import Fallback
from koodesk.domain.send_draft import Draft
from koodesk.domain.video_send import VideoSendDraft
from tests.backend.sending.video_bench import MOBILE, TELECOM, UNICOM, Bench, numbers, open_bench
from tests.backend.sending.workshop import SEGMENTS, open_workshop

NOON = 20_600 * DAY_MS - BEIJING_OFFSET_MS + 12 * 3_600_000


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Ten numbers of China Mobile, six of China Unicom, four of China Telecom."""
    opened = open_bench(open_workshop(tmp_path, ScriptedGateway(clock=FixedClock(NOON, tick_ms=50))))
    opened.audience(numbers(mobile=10, unicom=6, telecom=4))
    return opened


@given(st.integers(1_300, 1_999), st.integers(0, 9_999_999))
def test_the_database_tells_carriers_apart_as_the_rules_do(head: int, rest: int) -> None:
    number = head * 10_000_000 + rest
    with closing(sqlite3.connect(":memory:")) as connection:
        sql = f"SELECT {carrier_sql(SEGMENTS)} FROM (SELECT ? AS number) a"
        assert connection.execute(sql, (number,)).fetchone() == (SEGMENTS.carrier(number).value,)


def test_without_segments_every_number_is_of_an_unknown_carrier() -> None:
    nothing = read_segments('date = "2026-01-01"\nsource = "t"\n[segments]\n')
    with closing(sqlite3.connect(":memory:")) as connection:
        sql = f"SELECT {carrier_sql(nothing)} FROM (SELECT 13800000000 AS number) a"
        assert connection.execute(sql).fetchone() == (Carrier.UNKNOWN.value,)


@pytest.mark.both_databases
def test_the_funnel_and_the_details_by_carrier(bench: Bench) -> None:
    campaign = bench.send()
    bench.workshop.run(campaign)
    key = bench.workshop.gateway.accepted[0][0]
    sent_at = bench.workshop.clock.now_ms()
    feed = [
        *(Receipt(i, f"{key}:{MOBILE + i}", "sms", "0", "DELIVRD", sent_at) for i in range(8)),
        Receipt(20, f"{key}:{MOBILE + 8}", "sms", "1", "M2:0045", sent_at),
        Receipt(21, f"{key}:{UNICOM}", "sms", "0", "DELIVRD", sent_at),
        Receipt(22, f"{key}:{MOBILE}", "reply", "好的", "", sent_at + 5),
    ]
    bench.workshop.ledger.take("scripted", feed, len(feed))
    funnel = bench.workshop.ledger.funnel(campaign, sent_at + 1)
    assert funnel.vendors == ()
    assert [name for name, _ in funnel.carriers] == ["cmcc", "cucc", "ctcc"], "in their usual order"
    by_carrier = dict(funnel.carriers)
    assert by_carrier["cmcc"] == FunnelCounts(
        submitted=10, sent=10, delivered=8, failed=1, waiting=1, replied=1
    )
    assert by_carrier["ctcc"] == FunnelCounts(submitted=4, sent=4, waiting=4)
    late = bench.workshop.ledger.funnel(campaign, sent_at + TIMEOUT_MS + 1).total
    assert (late.submitted, late.delivered, late.failed, late.timeout, late.waiting) == (20, 9, 1, 10, 0)
    rows = bench.campaigns.details(campaign, where=DetailFilter(carrier="cmcc")).rows
    assert {(row.carrier, row.vendor) for row in rows} == {("cmcc", "")}
    assert [row.replied_ms for row in rows if row.replied_ms] == [sent_at + 5]
    assert len(rows) == 10
    telecom = bench.campaigns.details(campaign, where=DetailFilter(number=TELECOM, carrier="ctcc")).rows
    assert [row.delivery for row in telecom] == ["waiting"]


windows = st.none() | st.builds(Window, st.integers(0, 100), st.integers(101, 1440))
names = st.text(max_size=30)
counts = st.integers(0, 1 << 40)


@given(
    st.builds(
        VideoSendDraft, names, counts, counts, counts, counts, st.integers(-5, 100), windows, counts, counts
    )
    | st.builds(
        CampaignDraft,
        names,
        counts,
        counts,
        counts,
        st.sampled_from(Fallback),
        st.integers(0, 9),
        counts,
        counts,
        windows,
        counts,
        counts,
        st.lists(st.tuples(names, names)).map(tuple),
        counts,
    )
)
def test_a_form_survives_its_writing(draft: Draft) -> None:
    assert read_draft(write_draft(draft)) == draft


def test_the_form_of_an_old_confirmation_is_that_of_a_smart_message() -> None:
    old = (
        '{"name": "新春红包", "card_id": 1, "sms_template_id": 1, "audience_id": 1, "fallback": "sms", "validity_days": 7, '
        '"start_at_ms": 0, "not_after_ms": 0, "window": {"start": 480, "end": 1260}, "rate": 0, "chunk_size": 0, '
        '"sms_values": []}'
    )
    assert read_draft(old) == CampaignDraft("新春红包", 1, 1, 1, Fallback.SMS, window=Window(480, 1260))
