# SPDX-License-Identifier: Apache-2.0
"""Calls of unknown outcome: what is known of them, what a person decides, and what comes after her decision."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from koodesk import paths
from koodesk.backend.operations.rights import Access
from koodesk.backend.ports.gateway import GatewayClass, NotFound, Receipt, Unclear, Unknown
from koodesk.backend.ports.progress import never, silent
from koodesk.backend.sending.unknown import Unknowns
from koodesk.backend.storage.stores.sending_unknown import SqlUnknown
from koodesk.backend.testing import FixedClock, ScriptedGateway, Step, accept_all, lost, refuse
from koodesk.domain.access import read_access_rules
from koodesk.domain.problem import Refused
from koodesk.domain.unknown_call import Decision
from tests.backend.sending.workshop import FIRST_NUMBER, Workshop, open_workshop

L, B = GatewayClass.LISTABLE, GatewayClass.BLIND
TIMEOUT = Unknown("timeout")
RULES = read_access_rules((paths.resources() / "rules" / "access.toml").read_text("utf-8"))


def opened(
    tmp_path: Path, klass: GatewayClass, *steps: Step, policy: str = "KooMessage FullAccess"
) -> tuple[Workshop, Unknowns, int]:
    """A campaign that was sent as far as it goes, and the service of unknown outcomes on its ledger."""
    gateway = ScriptedGateway(klass=klass, clock=FixedClock(tick_ms=20)).will(*steps)
    workshop = open_workshop(tmp_path, gateway)
    campaign = workshop.confirm(30)
    workshop.run(campaign)
    unknown = Unknowns(
        Access(RULES, RULES.principal("Li", (policy,))),
        SqlUnknown(workshop.database),
        gateway,
        workshop.ledger.kind,
        workshop.ledger.newest_ms,
        lambda: None,
    )
    return workshop, unknown, campaign


def report(workshop: Workshop, key: str, place: int, receipt_id: int = 1, message_id: str = "") -> None:
    """Let a status report come that names the call and the phone, and no message we know."""
    number = FIRST_NUMBER + place
    receipt = Receipt(
        receipt_id,
        message_id or f"late-{number}",
        "sms",
        "0",
        "DELIVRD",
        workshop.clock.now_ms(),
        key,
        number,
    )
    workshop.ledger.take("scripted", [receipt], receipt_id)


def decide(unknown: Unknowns, campaign: int, what: Decision, *calls: int) -> int:
    """Prepare and carry out a decision."""
    return unknown.decide(campaign, unknown.prepare(campaign, what, calls, "asked the platform"))


def test_what_is_known_of_an_unclear_call(tmp_path: Path) -> None:
    workshop, unknown, campaign = opened(tmp_path, B, accept_all, TIMEOUT)
    found = unknown.open(campaign)
    assert (found.call_count, found.numbers, found.may_look) == (1, 10, False)
    (call,) = found.calls
    assert (call.no, call.members, call.unknown, call.attempts, call.outcome) == (2, 10, 10, 1, "timeout")
    assert call.called_ms > 0
    assert call.next_ms == 0, "nobody asks by itself where there is no list"
    with pytest.raises(Refused, match=r"campaign\.unknown\.no_list"):
        unknown.look_again(campaign)
    workshop.database.close()


@pytest.mark.parametrize(
    ("decision", "counts"),
    [(Decision.SENT, {"accepted": 30}), (Decision.NOT_SENT, {"accepted": 20, "refused": 10})],
)
def test_a_person_decides_and_the_campaign_ends(
    tmp_path: Path, decision: Decision, counts: dict[str, int]
) -> None:
    workshop, unknown, campaign = opened(tmp_path, B, TIMEOUT)
    assert workshop.state(campaign) == "unclear"
    assert decide(unknown, campaign, decision) == 10
    workshop.run(campaign)
    assert (workshop.state(campaign), workshop.counts(campaign)) == ("finished", counts)
    assert len(workshop.gateway.calls) == 3, "a decision sends nothing"
    event = next(e for e in workshop.ledger.events(campaign, 0, 50) if e.code == "campaign.decide")
    told = dict(event.params)
    assert (event.by, told["decision"], told["numbers"]) == ("Li", decision.value, "10")
    assert told["reason"] == "asked the platform"
    workshop.database.close()


def test_a_decision_is_about_what_was_seen(tmp_path: Path) -> None:
    workshop, unknown, campaign = opened(tmp_path, B, TIMEOUT, TIMEOUT)
    seen = unknown.prepare(campaign, Decision.NOT_SENT, (1, 2), "no answer for a day")
    report(workshop, workshop.gateway.calls[0].key, 3)
    with pytest.raises(Refused, match=r"campaign\.unknown\.changed"):
        unknown.decide(campaign, seen)
    assert workshop.counts(campaign) == {"accepted": 11, "unknown": 19}, "refused whole"
    assert decide(unknown, campaign, Decision.NOT_SENT, 2) == 10
    with pytest.raises(Refused, match=r"campaign\.unknown\.settled"):
        unknown.prepare(campaign, Decision.NOT_SENT, (2,), "again")
    assert workshop.counts(campaign) == {"accepted": 11, "refused": 10, "unknown": 9}
    workshop.database.close()


def test_another_decision_than_the_one_shown_is_refused(tmp_path: Path) -> None:
    workshop, unknown, campaign = opened(tmp_path, B, TIMEOUT)
    seen = unknown.prepare(campaign, Decision.SENT, (), "seen on the console")
    for other in (
        replace(seen, decision="not_sent"),
        replace(seen, reason="other"),
        replace(seen, calls=(1,), digest="0" * 64),
    ):
        with pytest.raises(Refused, match=r"campaign\.unknown\.changed"):
            unknown.decide(campaign, other)
    assert workshop.counts(campaign) == {"accepted": 20, "unknown": 10}
    workshop.database.close()


@pytest.mark.parametrize("reason", ["", "  ", "x" * 121, "a\nb"])
def test_a_decision_needs_a_reason(tmp_path: Path, reason: str) -> None:
    workshop, unknown, campaign = opened(tmp_path, B, TIMEOUT)
    with pytest.raises(Refused, match=r"campaign\.unknown\.reason"):
        unknown.prepare(campaign, Decision.SENT, (), reason)
    workshop.database.close()


def test_who_may_steer_may_not_decide(tmp_path: Path) -> None:
    workshop, unknown, campaign = opened(tmp_path, B, TIMEOUT, policy="KooMessage Development")
    with pytest.raises(Refused, match=r"access\.denied"):
        unknown.prepare(campaign, Decision.SENT, (), "why")
    workshop.database.close()


@pytest.mark.both_databases
def test_a_late_report_contradicts_a_decision_and_is_shown(tmp_path: Path) -> None:
    workshop, unknown, campaign = opened(tmp_path, B, TIMEOUT)
    decide(unknown, campaign, Decision.NOT_SENT)
    key = workshop.gateway.calls[0].key
    for place in (1, 1, 4):
        report(workshop, key, place, receipt_id=place)
    found = unknown.open(campaign)
    assert (found.contradicted, found.counted_not_sent) == (2, 10)
    assert {row.code for row in found.late} == {"counted_not_sent"}
    assert all("****" in row.number for row in found.late)
    assert workshop.counts(campaign) == {"accepted": 20, "refused": 10}, (
        "the decision stands, beside what contradicts it"
    )
    events = [e.code for e in workshop.ledger.events(campaign, 0, 50)]
    assert events.count("chunk.contradicted") == 2
    workshop.database.close()


def test_a_late_report_contradicts_two_look_ups_that_found_nothing(tmp_path: Path) -> None:
    workshop, unknown, campaign = opened(tmp_path, L, TIMEOUT)
    workshop.gateway.look_ups.extend([NotFound(), NotFound()])
    turns(workshop, 60, 20_000)
    assert workshop.counts(campaign) == {"accepted": 20, "refused": 10}
    report(workshop, workshop.gateway.calls[0].key, 0)
    (row,) = unknown.open(campaign).late
    assert (row.code, row.verdict) == ("not_found", "contradicts")
    workshop.database.close()


@pytest.mark.both_databases
def test_a_late_report_confirms_a_decision_and_is_its_delivery(tmp_path: Path) -> None:
    workshop, unknown, campaign = opened(tmp_path, B, TIMEOUT)
    decide(unknown, campaign, Decision.SENT)
    key = workshop.gateway.calls[0].key
    report(workshop, key, 2)
    found = unknown.open(campaign)
    assert (found.confirmed, found.contradicted) == (1, 0)
    assert workshop.ledger.funnel(campaign, 0).total.delivered == 1
    report(workshop, key, 2, receipt_id=9, message_id="another")
    assert unknown.open(campaign).contradicted == 1, "accepted under two ids is accepted twice"
    report(
        workshop,
        workshop.gateway.calls[1].key,
        12,
        10,
        f"{workshop.gateway.calls[1].key}:{FIRST_NUMBER + 12}",
    )
    assert unknown.open(campaign).contradicted == 1, "what was expected is no news"
    workshop.database.close()


def turns(workshop: Workshop, count: int, step_ms: int) -> None:
    """Let one worker live for a while."""
    worker = workshop.worker()
    with worker._running():
        for _ in range(count):
            worker._dispatcher.turn()
            workshop.clock.forward(step_ms)


def test_looking_again_at_once_settles_by_what_is_found(tmp_path: Path) -> None:
    workshop, unknown, campaign = opened(tmp_path, L, lost(accept_all))
    turns(workshop, 5, 100)
    assert workshop.gateway.asked == [], "not before the settle time"
    assert unknown.look_again(campaign) == 1
    turns(workshop, 5, 100)
    assert workshop.counts(campaign) == {"accepted": 30}
    assert workshop.state(campaign) == "finished"
    workshop.database.close()


@pytest.mark.both_databases
def test_not_found_too_early_is_shown_and_counts_for_nothing(tmp_path: Path) -> None:
    workshop, unknown, campaign = opened(tmp_path, L, TIMEOUT)
    workshop.gateway.look_ups.extend([NotFound(), NotFound(), Unclear("timeout"), NotFound()])
    for _ in range(3):
        unknown.look_again(campaign)
        turns(workshop, 5, 1_000)
    (call,) = unknown.open(campaign).calls
    assert [(row.answer, row.times) for row in call.asked] == [("not_found", 2), ("timeout", 1)]
    assert call.not_found == 0
    assert workshop.counts(campaign) == {"accepted": 20, "unknown": 10}
    turns(workshop, 50, 20_000)
    assert workshop.counts(campaign) == {"accepted": 20, "refused": 10}, (
        "after the settle time twice is enough"
    )
    workshop.database.close()


@pytest.mark.both_databases
def test_numbers_are_exported_with_a_reason(tmp_path: Path) -> None:
    workshop, unknown, campaign = opened(tmp_path, B, refuse([FIRST_NUMBER]), TIMEOUT)
    with pytest.raises(Refused, match=r"campaign\.export\.reason"):
        unknown.prepare_export(campaign, " ")
    prepared = unknown.prepare_export(campaign, "ask the platform")
    target = tmp_path / "unknown.csv"
    assert prepared.write(target, silent, never) == prepared.total == 10
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["number"] for row in rows] == [str(FIRST_NUMBER + place) for place in range(10, 20)]
    assert {row["key"] for row in rows} == {workshop.gateway.calls[1].key}
    decide(unknown, campaign, Decision.NOT_SENT)
    again = unknown.prepare_export(campaign, "send again", "counted_not_sent")
    assert again.write(tmp_path / "again.csv", silent, never) == 10
    assert [e.code for e in workshop.ledger.events(campaign, 0, 50)].count("campaign.export") == 2
    workshop.database.close()
