# SPDX-License-Identifier: Apache-2.0
"""Frequency limits: nobody gets more promotion of a signature than the workspace allows, whatever the order of things."""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koodesk.backend.ports.desk import Held
from koodesk.backend.ports.gateway import Batch, GatewayClass, Outcome
from koodesk.backend.sending.frozen import Around, limited
from koodesk.backend.storage.stores import sending_frequency, sending_plan
from koodesk.backend.storage.stores.frequency import SqlFrequency
from koodesk.backend.testing import accept_all, lost, refuse
from koodesk.backend.views.sending import DetailFilter
from koodesk.domain.campaign import Snapshot, digest_of, encode
from koodesk.domain.problem import Refused
from koodesk.domain.quiet_hours import DAY_MS, PROMOTION, WIDEST_PROMOTION
from koodesk.domain.send_policy import SPANS, FrequencyLimits, SendPolicy
from koodesk.domain.send_state import CampaignMove
from tests.backend.sending.workshop import FIRST_NUMBER, SEGMENTS, Workshop, give_up, open_workshop, snapshot

HOUR_MS = 3_600_000


class Rig:
    """A workshop that confirms promotions to lists of numbers, under limits."""

    def __init__(self, workshop: Workshop, limits: FrequencyLimits) -> None:
        self.workshop = workshop
        self.frequency = SqlFrequency(workshop.database, SEGMENTS)
        self.limits = limits
        self.made = 0
        nothing: Any = None
        self.around = Around(
            nothing,
            workshop.gateway,
            nothing,
            nothing,
            lambda: SendPolicy(PROMOTION, self.limits, WIDEST_PROMOTION),
            self.frequency,
        )

    def audience(self, places: set[int]) -> int:
        """Write an audience of some numbers; return its id."""
        self.made += 1
        with self.workshop.database.write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO audience (id, state, name, created_ms, params, rows, valid, digest) "
                "VALUES (?, 'ready', 'a', 0, '[]', ?, ?, ?)",
                (self.made, len(places), len(places), "a" * 64),
            )
            connection.exec_driver_sql(
                "INSERT INTO audience_row (audience_id, row_no, number, params, vendor) VALUES (?, ?, ?, '{}', 'HUAWEI')",
                [(self.made, i, FIRST_NUMBER + place) for i, place in enumerate(sorted(places))],
            )
        return self.made

    def frozen(self, places: set[int], start_in_ms: int = 0) -> Snapshot:
        """Return the snapshot that a person would be shown."""
        audience_id, now = self.audience(places), self.workshop.clock.now_ms()
        plain = snapshot(
            f"u{self.made}",
            len(places),
            audience_id=audience_id,
            params=(),
            promotion=True,
            chunk_size=2,
            start_at_ms=now + start_in_ms if start_in_ms else 0,
            gateway_class=self.workshop.gateway.klass.value,
        )
        return limited(self.around, plain, now, 0)

    def confirm(self, shown: Snapshot) -> int:
        """Write a campaign; return its id."""
        text = encode(shown)
        return self.workshop.ledger.create(digest_of(text), text, self.workshop.clock.now_ms(), "tester")

    def send(self, places: set[int]) -> int:
        """Freeze, confirm and send; return the campaign."""
        campaign_id = self.confirm(self.frozen(places))
        self.workshop.run(campaign_id)
        return campaign_id


@pytest.fixture
def rig(workshop: Workshop) -> Rig:
    """At most two a day, three in 7 days, four in 30."""
    return Rig(workshop, FrequencyLimits(2, 3, 4))


@pytest.mark.both_databases
def test_who_is_at_a_limit_is_left_out_and_said_so(rig: Rig) -> None:
    rig.send({0, 1, 2})
    rig.send({0, 1})
    shown = rig.frozen({0, 1, 2, 3})
    assert (shown.frequency, shown.frequency_held) == ((2, 3, 4), 2)
    assert (shown.not_eligible, shown.to_send) == (2, 2)
    behind = rig.frequency.held_numbers(shown, -1, 10)
    assert [(one.row_no, one.number - FIRST_NUMBER, one.counts) for one in behind] == [
        (0, 0, (2, 2, 2)),
        (1, 1, (2, 2, 2)),
    ]
    assert all(0 < one.last_ms <= rig.workshop.clock.now_ms() for one in behind)
    campaign_id = rig.confirm(shown)
    rig.workshop.run(campaign_id)
    assert rig.workshop.counts(campaign_id) == {"accepted": 2, "not_eligible": 2}
    rows = rig.workshop.ledger.details(campaign_id, 0, 10, DetailFilter(), 0).rows
    assert sorted(row.code for row in rows if row.bucket == "not_eligible") == ["KD.DESK.FREQUENCY"] * 2


@pytest.mark.parametrize(
    ("days", "free"),
    [(0.9, False), (1.1, True)],
    ids=["within a day", "a day later"],
)
def test_a_day_is_a_day_back_from_now(rig: Rig, days: float, free: bool) -> None:
    rig.send({0})
    rig.send({0})
    rig.workshop.clock.forward(int(days * DAY_MS))
    assert rig.frozen({0}).to_send == int(free)


def test_longer_spans_hold_when_shorter_ones_are_free_again(rig: Rig) -> None:
    for _ in range(3):
        rig.send({0})
        rig.workshop.clock.forward(2 * DAY_MS)
    assert rig.frozen({0}).frequency_held == 1, "three within 7 days"
    rig.workshop.clock.forward(5 * DAY_MS)
    rig.send({0})
    rig.workshop.clock.forward(8 * DAY_MS)
    assert rig.frozen({0}).frequency_held == 1, "four within 30 days"
    rig.workshop.clock.forward(30 * DAY_MS)
    assert rig.frozen({0}).frequency_held == 0


def test_who_was_refused_got_nothing(rig: Rig) -> None:
    for _ in range(2):
        rig.workshop.gateway.script.append(refuse([FIRST_NUMBER + 1]))
        rig.send({0, 1, 2})
    assert [one.row_no for one in rig.frequency.held_numbers(rig.frozen({0, 1, 2}), -1, 10)] == [0, 2]
    campaign_id = rig.confirm(rig.frozen({0, 1, 2}))
    rig.workshop.run(campaign_id)
    assert rig.workshop.counts(campaign_id) == {"accepted": 1, "not_eligible": 2}


@pytest.mark.both_databases
@pytest.mark.parametrize("ran_ms", [0, HOUR_MS], ids=["within a span", "while a span begins"])
def test_whom_a_person_counted_as_not_sent_may_have_got_it(rig: Rig, ran_ms: int) -> None:
    """Unless the call was put aside before anything of it left."""
    rig.workshop.gateway.klass = GatewayClass.BLIND
    rig.limits = FrequencyLimits(1, 0, 0)
    rig.workshop.gateway.will(lost(accept_all))
    campaign = rig.confirm(rig.frozen({0, 1, 2, 3}))
    with rig.workshop.database.write() as connection:
        connection.exec_driver_sql("UPDATE chunk SET outcome = 'quarantined' WHERE no = 1")
    rig.workshop.run(campaign)
    rig.workshop.clock.forward(ran_ms)
    give_up(rig.workshop.database, campaign, rig.workshop.clock.now_ms())
    rig.workshop.run(campaign)
    assert rig.workshop.counts(campaign) == {"refused": 4}
    rig.workshop.clock.forward(DAY_MS - ran_ms - HOUR_MS // 2)
    assert [one.row_no for one in rig.frequency.held_numbers(rig.frozen({0, 1, 2, 3}), -1, 10)] == [0, 1]


@pytest.mark.both_databases
def test_a_span_that_begins_while_a_campaign_ran_asks_for_each_message(rig: Rig) -> None:
    def an_hour_later(batch: Batch) -> Outcome:
        rig.workshop.clock.forward(HOUR_MS)
        return accept_all(batch)

    for _ in range(2):
        rig.workshop.gateway.script.extend([accept_all, an_hour_later])
        rig.send({0, 1, 2, 3})
    rig.workshop.clock.forward(22 * HOUR_MS + HOUR_MS // 2)
    behind = rig.frequency.held_numbers(rig.frozen({0, 1, 2, 3}), -1, 10)
    assert [(one.row_no, one.counts[0]) for one in behind] == [(2, 2), (3, 2)], "the others' first was before"


def test_what_is_confirmed_and_has_not_left_counts(rig: Rig) -> None:
    rig.confirm(rig.frozen({0}, start_in_ms=20 * DAY_MS))
    rig.confirm(rig.frozen({0}, start_in_ms=25 * DAY_MS))
    assert rig.frozen({0}).frequency_held == 1


@pytest.mark.parametrize(
    ("changes", "held"),
    [
        ({"signature": "别家"}, 0),
        ({"promotion": False}, 0),
        ({"test": True}, 0),
        ({}, 1),
    ],
    ids=["another signature", "a notice", "a test send", "the same again"],
)
def test_what_counts(rig: Rig, changes: dict[str, object], held: int) -> None:
    for _ in range(2):
        shown = replace(rig.frozen({0}), **changes)  # type: ignore[arg-type]  # names of Snapshot
        rig.workshop.run(rig.confirm(shown))
    assert rig.frozen({0}).frequency_held == held


def test_what_was_stopped_before_it_left_does_not_count(rig: Rig) -> None:
    for _ in range(2):
        campaign_id = rig.confirm(rig.frozen({0}, start_in_ms=DAY_MS))
        rig.workshop.ledger.move(campaign_id, CampaignMove.STOP, rig.workshop.clock.now_ms())
        rig.workshop.run(campaign_id)
        assert rig.workshop.state(campaign_id) == "stopped"
    assert rig.frozen({0}).frequency_held == 0


def test_two_that_were_prepared_side_by_side_do_not_both_go(rig: Rig) -> None:
    rig.send({0})
    one, other = rig.frozen({0}), rig.frozen({0})
    assert one.frequency_held == other.frequency_held == 0
    rig.confirm(one)
    with pytest.raises(Refused, match=r"campaign\.changed"):
        rig.confirm(other)


def test_one_that_is_confirmed_while_another_is_written_is_seen_at_its_end(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.send({0})
    one, other = rig.frozen({0, 1}), rig.frozen({0, 2})
    plan = sending_plan.plan_chunk
    begun: list[bool] = []
    done: list[int] = []

    def meanwhile(*arguments: Any) -> Any:
        if not begun:
            begun.append(True)
            done.append(rig.confirm(one))  # the other writer comes to its end first
        return plan(*arguments)

    monkeypatch.setattr(sending_plan, "plan_chunk", meanwhile)
    with pytest.raises(Refused, match=r"campaign\.changed"):
        rig.confirm(other)
    assert rig.workshop.ledger.campaign(done[0]).state == "scheduled"


def test_without_limits_nothing_is_asked(workshop: Workshop) -> None:
    rig = Rig(workshop, FrequencyLimits())
    for _ in range(5):
        rig.send({0})
    shown = rig.frozen({0})
    assert (shown.frequency, shown.frequency_held, shown.to_send) == ((), 0, 1)
    assert "frequency" not in encode(shown), "a snapshot of before has the digest of before"


def test_a_row_costs_a_look_by_campaign_and_number(rig: Rig) -> None:
    """The plan: rows of one audience, and for each an index look-up in every campaign that can matter. No scan of recipients."""
    shown = rig.frozen({0})
    wanted, values = sending_plan.wanted(shown, SEGMENTS)
    statement = sending_frequency._COUNT.format(
        past=sending_frequency.PAST, wanted=wanted, at_limit=sending_frequency.AT_LIMIT
    )
    with rig.workshop.database.read() as connection:
        plan = [
            row[3]
            for row in connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", {**values, **sending_frequency.bound(connection, shown)}
            )
        ]
    assert any(
        "SEARCH r USING COVERING INDEX sqlite_autoindex_recipient_1 (campaign_id=? AND number=? AND rowid<?)"
        in line
        for line in plan
    )
    assert any("SEARCH a USING" in line and "audience_id=?" in line for line in plan)
    assert any("SEARCH s USING INTEGER PRIMARY KEY" in line for line in plan)
    assert not any(line.startswith(("SCAN r", "SCAN s", "SCAN a")) for line in plan)


STEP = st.one_of(
    st.tuples(
        st.just("confirm"), st.sets(st.integers(0, 3), min_size=1), st.sampled_from([0, HOUR_MS, 3 * DAY_MS])
    ),
    st.tuples(st.just("wait"), st.sampled_from([HOUR_MS, 13 * HOUR_MS, 2 * DAY_MS, 9 * DAY_MS])),
    st.tuples(st.just("run"), st.integers(0, 20)),
    st.tuples(st.just("pause"), st.integers(0, 20)),
    st.tuples(st.just("stop"), st.integers(0, 20)),
)


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 4)),
    st.lists(STEP, min_size=4, max_size=14),
)
def test_nobody_is_written_to_too_often_whatever_the_order(
    limits: tuple[int, int, int], steps: list[tuple[Any, ...]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        workshop = open_workshop(Path(folder))
        rig = Rig(workshop, FrequencyLimits(*limits))
        ledger, clock = workshop.ledger, workshop.clock
        campaigns: list[int] = []
        for step in steps:
            if step[0] == "confirm":
                shown = rig.frozen(step[1], start_in_ms=step[2])
                if shown.to_send:
                    campaigns.append(rig.confirm(shown))
            elif step[0] == "wait":
                clock.forward(step[1])
            elif campaigns:
                campaign_id = campaigns[step[1] % len(campaigns)]
                _move(workshop, campaign_id, step[0])
        for campaign_id in campaigns:
            clock.forward(4 * DAY_MS)
            _move(workshop, campaign_id, "run")
        with workshop.database.read() as connection:
            sent = connection.exec_driver_sql(
                "SELECT r.number, s.at_ms FROM sent s JOIN recipient r ON r.id = s.recipient_id WHERE s.outcome = 'accepted'"
            ).all()
        workshop.database.close()
        assert ledger is workshop.ledger
    by_number: dict[int, list[int]] = defaultdict(list)
    for number, at_ms in sent:
        by_number[number].append(at_ms)
    for instants in by_number.values():
        for most, span in zip(limits, SPANS, strict=True):
            for end in instants:
                assert not most or sum(end - span < one <= end for one in instants) <= most


def _move(workshop: Workshop, campaign_id: int, what: str) -> None:
    """Run, pause or stop a campaign where its state allows; a run goes on with what was paused or asks."""
    ledger, now = workshop.ledger, workshop.clock.now_ms()
    state = ledger.campaign(campaign_id).state
    if what == "pause" and state in ("scheduled", "running"):
        ledger.move(campaign_id, CampaignMove.PAUSE, now)
    elif what == "stop" and state in ("scheduled", "running", "paused"):
        ledger.move(campaign_id, CampaignMove.STOP, now)
    elif what == "run":
        if state in ("paused", "needs_decision"):
            ledger.move(campaign_id, CampaignMove.RESUME, now)
        if ledger.campaign(campaign_id).state not in ("finished", "stopped"):
            _run_when_due(workshop, campaign_id)


def _run_when_due(workshop: Workshop, campaign_id: int) -> None:
    with workshop.database.read() as connection:
        start = connection.exec_driver_sql(
            "SELECT start_at_ms FROM campaign WHERE id = ?", (campaign_id,)
        ).scalar_one()
    if start <= workshop.clock.now_ms():
        workshop.run(campaign_id)
        if workshop.ledger.campaign(campaign_id).state == "needs_decision":
            workshop.ledger.move(campaign_id, CampaignMove.RESUME, workshop.clock.now_ms())
            workshop.run(campaign_id)


def test_held_is_nothing_without_a_campaign_before(rig: Rig) -> None:
    assert rig.frequency.held(rig.frozen({0, 1})) == Held()
    assert json.loads(encode(rig.frozen({0})))["frequency"] == [2, 3, 4]
