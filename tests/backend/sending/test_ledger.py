# SPDX-License-Identifier: Apache-2.0
"""The ledger alone: what is frozen, what adds up, receipts in any order, and details of it all."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from koodesk.backend.ports.gateway import (
    Answered,
    GatewayClass,
    NotSent,
    NumberResult,
    Outcome,
    Receipt,
    RefusedWhole,
    Unknown,
)
from koodesk.backend.sending.settling import settle_outcome
from koodesk.backend.testing import FixedClock, ScriptedGateway, accept_all
from koodesk.backend.views.sending import DetailFilter
from koodesk.domain.campaign import digest_of, encode
from koodesk.domain.problem import Refused
from koodesk.domain.receipt import TIMEOUT_MS
from koodesk.domain.send_state import CampaignMove
from tests.backend.sending.workshop import FIRST_NUMBER, Workshop, add_audience, open_workshop, snapshot


def receipts_of(workshop: Workshop) -> list[Receipt]:
    """Return a feed for everybody the gateway accepted: delivered or failed, some resolved, some clicked."""
    feed: list[Receipt] = []
    for place, (key, number) in enumerate(workshop.gateway.accepted):
        message, at = f"{key}:{number}", workshop.clock.now_ms() + place
        good = place % 5 != 0
        feed.append(
            Receipt(
                place * 8, message, "sms", "0" if good else "failed", "DELIVRD" if good else "M2:0045", at
            )
        )
        if good:
            feed.append(Receipt(place * 8 + 1, message, "shortchain", "0", "0", at + 1))
        if place % 10 == 1:
            feed.append(Receipt(place * 8 + 2, message, "clicked", "clicked", "button", at + 2))
    return feed


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sent SET code = 'x'",
        "DELETE FROM sent",
        "UPDATE recipient SET number = 1",
        "DELETE FROM recipient",
        "UPDATE chunk SET payload_digest = 'x'",
        "UPDATE chunk SET accepted = members + 1",
        "UPDATE campaign SET snapshot = '{}'",
        "DELETE FROM campaign_event",
        "INSERT OR REPLACE INTO sent SELECT recipient_id, NULL, 'refused', '', 0 FROM sent LIMIT 1",
    ],
)
def test_what_is_written_stays(workshop: Workshop, statement: str) -> None:
    campaign = workshop.confirm(20)
    workshop.run(campaign)
    with pytest.raises(IntegrityError), workshop.database.write() as connection:
        connection.exec_driver_sql(statement)
    assert workshop.counts(campaign) == {"accepted": 20}


@pytest.mark.both_databases
def test_confirming_twice_is_one_campaign(workshop: Workshop) -> None:
    campaign = workshop.confirm(20)
    text = encode(snapshot("u1", 20))
    assert workshop.ledger.create(digest_of(text), text, 0, "again") == campaign
    assert len(workshop.ledger.campaigns(tests=True, limit=10)) == 1


@pytest.mark.both_databases
def test_opted_out_and_not_eligible_rows_stand_apart(workshop: Workshop) -> None:
    add_audience(workshop.database, 30)
    with workshop.database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO opt_out (number, signature, at_ms) VALUES (?, '雅居', 0), (?, '别家', 0)",
            (FIRST_NUMBER + 3, FIRST_NUMBER + 4),
        )
        connection.exec_driver_sql(
            "UPDATE audience_row SET vendor = '-' WHERE number IN (?, ?)",
            (FIRST_NUMBER + 3, FIRST_NUMBER + 9),
        )
    counted = {"imported": 33, "invalid": 2, "duplicate": 1, "opted_out": 1, "not_eligible": 1, "to_send": 28}
    campaign = workshop.confirm(30, audience=False, **counted)
    workshop.run(campaign)
    assert workshop.counts(campaign) == {
        "invalid": 2,
        "duplicate": 1,
        "opted_out": 1,
        "not_eligible": 1,
        "accepted": 28,
    }
    assert FIRST_NUMBER + 3 not in {number for _, number in workshop.gateway.accepted}
    apart = workshop.ledger.details(campaign, 0, 10, DetailFilter(bucket="opted_out"), 0)
    assert [row.number for row in apart.rows] == ["138****0003"]


@pytest.mark.both_databases
def test_an_audience_that_changed_since_is_refused(workshop: Workshop) -> None:
    add_audience(workshop.database, 30)
    with workshop.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM audience_row WHERE number = ?", (FIRST_NUMBER,))
    with pytest.raises(Refused) as refused:
        workshop.confirm(30, audience=False)
    assert refused.value.problems[0].code == "campaign.changed"
    assert workshop.ledger.campaigns(tests=True, limit=10) == ()


@pytest.mark.both_databases
def test_parameters_the_card_does_not_know_are_left_out(workshop: Workshop) -> None:
    campaign = workshop.confirm(10, params=("name",))
    workshop.run(campaign)
    assert b"amount" not in workshop.gateway.calls[0].payload


@pytest.mark.both_databases
def test_receipts_add_up_in_any_order_and_are_stored_once(workshop: Workshop) -> None:
    campaign = workshop.confirm(50)
    workshop.run(campaign)
    feed = receipts_of(workshop)
    shuffled = [*feed, *feed]
    Random(7).shuffle(shuffled)
    new = sum(
        workshop.ledger.take("scripted", shuffled[at : at + 7], at + 7) for at in range(0, len(shuffled), 7)
    )
    assert new == len(feed)
    total = workshop.ledger.funnel(campaign, workshop.clock.now_ms()).total
    assert (total.sent, total.delivered, total.failed, total.resolved, total.clicked) == (50, 40, 10, 40, 5)
    assert workshop.ledger.strays() == 0


@pytest.mark.both_databases
def test_a_receipt_that_is_early_waits_for_its_answer(workshop: Workshop) -> None:
    campaign = workshop.confirm(10)
    now = workshop.clock.now_ms()
    workshop.ledger.move(campaign, CampaignMove.START, now)
    job = workshop.ledger.jobs(campaign, "planned", 1, now)[0]
    workshop.ledger.turn([], [job], now, "o")
    outcome = workshop.gateway.send(job.batch)
    feed = receipts_of(workshop)
    workshop.ledger.take("scripted", feed, 1)
    assert workshop.ledger.strays() == len(feed)
    workshop.ledger.turn([settle_outcome(job, outcome, GatewayClass.IDEMPOTENT, now)], [], now, "o")
    assert workshop.ledger.strays() == 0
    assert workshop.ledger.funnel(campaign, now).total.delivered == 8


@pytest.mark.both_databases
def test_a_receipt_of_nobody_is_kept_apart_and_shown(workshop: Workshop) -> None:
    campaign = workshop.confirm(10)
    workshop.run(campaign)
    workshop.ledger.take("scripted", [Receipt(1, "never-heard-of", "sms", "0", "", 5)], 1)
    assert workshop.ledger.strays() == 1
    assert workshop.ledger.funnel(campaign, 0).total.delivered == 0


@pytest.mark.both_databases
def test_no_report_for_three_days_is_a_timeout_until_it_comes(workshop: Workshop) -> None:
    campaign = workshop.confirm(10)
    workshop.run(campaign)
    later = workshop.clock.now_ms() + TIMEOUT_MS
    assert workshop.ledger.funnel(campaign, later).total.timeout == 10
    workshop.ledger.take("scripted", [r for r in receipts_of(workshop) if r.kind == "sms"], 1)
    total = workshop.ledger.funnel(campaign, later).total
    assert (total.timeout, total.delivered, total.failed) == (0, 8, 2)


@pytest.mark.both_databases
def test_a_reply_of_r_opts_out_of_that_signature(workshop: Workshop) -> None:
    campaign = workshop.confirm(10)
    workshop.run(campaign)
    key, number = workshop.gateway.accepted[0]
    workshop.ledger.take("scripted", [Receipt(1, f"{key}:{number}", "reply", "replied", "R", 5)], 1)
    with workshop.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT number, signature FROM opt_out").fetchall()
    assert [tuple(row) for row in rows] == [(number, "雅居")]


def test_a_report_that_names_the_phone_settles_a_blind_chunk(tmp_path: Path) -> None:
    gateway = ScriptedGateway(klass=GatewayClass.BLIND, clock=FixedClock(tick_ms=50)).will(Unknown("timeout"))
    workshop = open_workshop(tmp_path, gateway)
    campaign = workshop.confirm(10)
    workshop.run(campaign)
    key = gateway.calls[0].key
    feed = [Receipt(i, f"m{i}", "sms", "0", "", 9, key, FIRST_NUMBER + i) for i in range(10)]
    workshop.ledger.take(gateway.name, feed, 10)
    workshop.run(campaign)
    assert workshop.state(campaign) == "finished"
    assert workshop.counts(campaign) == {"accepted": 10}
    assert workshop.ledger.funnel(campaign, 10).total.delivered == 10
    workshop.database.close()


@pytest.mark.both_databases
def test_details_page_by_keyset_and_find_a_number(workshop: Workshop) -> None:
    campaign = workshop.confirm(95)
    workshop.run(campaign)
    seen: list[str] = []
    after = 0
    while True:
        page = workshop.ledger.details(campaign, after, 10, DetailFilter(), 0)
        seen.extend(row.number for row in page.rows)
        after = page.next
        if not after:
            break
    assert seen == [f"138****{i:04d}" for i in range(95)]
    found = workshop.ledger.details(campaign, 0, 10, DetailFilter(number=FIRST_NUMBER + 7), 0)
    assert [row.message_id for row in found.rows] == [f"u1-000000:{FIRST_NUMBER + 7}"]


OUTCOMES = st.lists(
    st.sampled_from(["accept", "half", "refuse", "not_sent", "unknown", "missing"]), max_size=14
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(OUTCOMES, st.lists(st.integers(0, 3), max_size=14))
def test_any_story_of_outcomes_keeps_the_sums(outcomes: list[str], receipts: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        workshop = open_workshop(Path(folder), ScriptedGateway(clock=FixedClock()))
        campaign = workshop.confirm(40)
        ledger, now = workshop.ledger, workshop.clock.now_ms()
        ledger.move(campaign, CampaignMove.START, now)
        feed_at = 0
        for word, many in zip(outcomes, [*receipts, *[0] * 14], strict=False):
            now += 1_000_000
            jobs = ledger.jobs(campaign, "unknown", 1, now) or ledger.jobs(campaign, "planned", 1, now)
            if not jobs:
                break
            (job,) = jobs
            ledger.turn([], [job], now, "o")
            _agree(workshop, campaign)
            whole = accept_all(job.batch)
            assert isinstance(whole, Answered)
            half = Answered(
                tuple(NumberResult(n, n % 2 == 0, f"h{n}" if n % 2 == 0 else "") for n in job.batch.numbers)
            )
            outcomes_by_word: dict[str, Outcome] = {
                "accept": whole,
                "half": half,
                "refuse": RefusedWhole("bad"),
                "not_sent": NotSent("away"),
                "unknown": Unknown("timeout"),
                "missing": Answered(whole.results[1:]),
            }
            outcome = outcomes_by_word[word]
            if isinstance(outcome, Answered):
                workshop.gateway.accepted.extend(
                    (job.batch.key, r.number) for r in outcome.results if r.accepted
                )
            ledger.turn([settle_outcome(job, outcome, GatewayClass.IDEMPOTENT, now)], [], now, "o")
            feed = receipts_of(workshop)
            ledger.take("scripted", feed[feed_at : feed_at + many], feed_at + many)
            feed_at += many
            _agree(workshop, campaign)
        ledger.adopt_orphans("another", now)
        ledger.move(campaign, CampaignMove.STOP, now)
        _agree(workshop, campaign)
        workshop.database.close()


def _agree(workshop: Workshop, campaign: int) -> None:
    buckets = workshop.ledger.buckets(campaign)
    assert buckets == workshop.ledger.recount(campaign)
    assert buckets.total == 40
