# SPDX-License-Identifier: Apache-2.0
"""Waves, shared rates, the breaker and the quarantine, in the dispatcher against scripted gateways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import pytest

from koodesk import paths
from koodesk.backend.operations.rights import Access
from koodesk.backend.ports.gateway import Batch, GatewayClass, NotSent, Outcome, Receipt, Unknown
from koodesk.backend.sending.flow import Flow
from koodesk.backend.sending.unknown import Unknowns
from koodesk.backend.storage.stores.sending_unknown import SqlUnknown
from koodesk.backend.testing import FixedClock, ScriptedGateway, accept_all, refuse
from koodesk.domain.access import read_access_rules
from koodesk.domain.campaign import decode, digest_of, encode
from koodesk.domain.guard_rules import GuardRules, read_guard_rules
from koodesk.domain.problem import Refused, problem
from koodesk.domain.send_state import CampaignMove
from koodesk.domain.unknown_call import Decision
from koodesk.domain.waves import MINUTE_MS, WaveRules
from tests.backend.sending.workshop import FIRST_NUMBER, Workshop, open_workshop, snapshot

RULES = read_access_rules((paths.resources() / "rules" / "access.toml").read_text("utf-8"))
HOLD = WaveRules(hold_minutes=10, refused=100, failed=200, delivered=500, delivered_minutes=10, at_least=5)


def waved(
    workshop: Workshop, count: int = 100, rules: WaveRules = HOLD, shares: tuple[int, ...] = (100,)
) -> int:
    """Confirm a campaign that goes in waves."""
    return workshop.confirm(count, waves=shares, wave_rules=tuple(sorted(asdict(rules).items())))


def turns(workshop: Workshop, count: int, step_ms: int = 0) -> None:
    """Let one worker live for a while."""
    living = workshop.worker()
    with living._running():
        for _ in range(count):
            living._dispatcher.turn()
            workshop.clock.forward(step_ms)


def delivered(workshop: Workshop, places: range, status: str = "0") -> None:
    """Let status reports of accepted numbers come."""
    key = {place: batch.key for batch in workshop.gateway.calls for place in batch.numbers}
    receipts = [
        Receipt(place + 1, f"{key[number]}:{number}", "sms", status, "", workshop.clock.now_ms())
        for place in places
        for number in [FIRST_NUMBER + place]
    ]
    workshop.ledger.take("scripted", receipts, len(receipts))


def flow(workshop: Workshop) -> Flow:
    """The service on a workshop's ledger."""
    return Flow(Access(RULES, RULES.local_owner()), workshop.ledger, workshop.gateway, lambda: None)


def unknowns(workshop: Workshop) -> Unknowns:
    """The service of unknown outcomes on a workshop's ledger."""
    return Unknowns(
        Access(RULES, RULES.local_owner()),
        SqlUnknown(workshop.database),
        workshop.gateway,
        workshop.ledger.kind,
        workshop.ledger.newest_ms,
        lambda: None,
    )


# --- waves -------------------------------------------------------------------------------------------------------


def test_the_first_wave_leaves_and_the_rest_is_held(workshop: Workshop) -> None:
    campaign = waved(workshop)
    workshop.run(campaign)
    assert workshop.counts(campaign) == {"accepted": 10, "pending": 90}
    found = flow(workshop).of(campaign).wave
    assert found is not None
    assert (found.wave, found.waves, found.waits, found.shares) == (1, 2, "hold", (100,))
    assert found.until_ms - found.since_ms == 10 * MINUTE_MS
    delivered(workshop, range(8))
    workshop.clock.forward(9 * MINUTE_MS)
    workshop.run(campaign)
    assert workshop.counts(campaign) == {"accepted": 10, "pending": 90}, "another worker holds it as well"
    workshop.clock.forward(MINUTE_MS)
    workshop.run(campaign)
    assert workshop.counts(campaign) == {"accepted": 100}
    assert workshop.state(campaign) == "finished"
    codes = [e.code for e in workshop.ledger.events(campaign, 0, 100)]
    assert (codes.count("campaign.wave_held"), codes.count("campaign.wave_go")) == (1, 1)


@pytest.mark.both_databases
def test_each_wave_is_held(workshop: Workshop) -> None:
    campaign = waved(workshop, shares=(100, 300), rules=WaveRules(hold_minutes=1, delivered=0))
    accepted = []
    for _ in range(4):
        workshop.run(campaign)
        accepted.append(workshop.counts(campaign)["accepted"])
        delivered(workshop, range(1))
        workshop.clock.forward(MINUTE_MS)
    assert accepted == [10, 30, 100, 100]


@pytest.mark.parametrize(
    ("reports", "reason"),
    [
        ((range(0), range(0)), "wave_delivered"),
        ((range(4), range(0)), "wave_delivered"),
        ((range(5), range(5, 8)), "wave_failed"),
    ],
)
def test_a_wave_that_goes_badly_asks(workshop: Workshop, reports: tuple[range, range], reason: str) -> None:
    campaign = waved(workshop)
    workshop.run(campaign)
    delivered(workshop, reports[0])
    delivered(workshop, reports[1], "1")
    workshop.clock.forward(10 * MINUTE_MS)
    workshop.run(campaign)
    row = workshop.ledger.campaign(campaign)
    assert (row.state, row.reason, row.pending) == ("paused", reason, 90)
    found = flow(workshop).of(campaign).wave
    assert found is not None
    assert found.waits == reason
    flow(workshop).go_on(campaign)
    workshop.run(campaign)
    assert workshop.counts(campaign) == {"accepted": 100}, "a person said go on"


def test_a_wave_that_is_refused_asks_at_once(workshop: Workshop) -> None:
    workshop.gateway.will(refuse(range(FIRST_NUMBER, FIRST_NUMBER + 2)))
    campaign = waved(workshop)
    workshop.run(campaign)
    row = workshop.ledger.campaign(campaign)
    assert (row.state, row.reason, row.pending) == ("paused", "wave_refused", 90)
    workshop.ledger.move(campaign, CampaignMove.STOP, workshop.clock.now_ms())
    workshop.run(campaign)
    assert workshop.counts(campaign) == {"accepted": 8, "refused": 2, "cancelled": 90}


def test_a_person_goes_on_before_the_hold_is_over(workshop: Workshop) -> None:
    campaign = waved(workshop)
    with pytest.raises(Refused, match=r"campaign\.waves\.not_held"):
        flow(workshop).go_on(campaign)
    workshop.run(campaign)
    assert flow(workshop).go_on(campaign).wave is not None
    with pytest.raises(Refused, match=r"campaign\.waves\.not_held"):
        flow(workshop).go_on(campaign)
    workshop.run(campaign)
    assert workshop.state(campaign) == "finished"
    event = next(e for e in workshop.ledger.events(campaign, 0, 99) if e.code == "campaign.wave_go")
    assert event.by == "local"


def test_an_unknown_outcome_keeps_the_next_wave(tmp_path: Path) -> None:
    gateway = ScriptedGateway(klass=GatewayClass.BLIND, clock=FixedClock(tick_ms=20)).will(Unknown("timeout"))
    workshop = open_workshop(tmp_path, gateway)
    campaign = waved(workshop, rules=WaveRules(hold_minutes=1))
    workshop.run(campaign)
    workshop.clock.forward(60 * MINUTE_MS)
    workshop.run(campaign)
    assert workshop.counts(campaign) == {"unknown": 10, "pending": 90}
    found = flow(workshop).of(campaign).wave
    assert found is not None
    assert found.waits == "unknown"
    service = unknowns(workshop)
    service.decide(campaign, service.prepare(campaign, Decision.SENT, (), "seen on the console"))
    workshop.run(campaign)
    row = workshop.ledger.campaign(campaign)
    assert (row.state, row.reason) == ("paused", "wave_silent"), "nobody has told of it yet"
    flow(workshop).go_on(campaign)
    workshop.run(campaign)
    assert workshop.state(campaign) == "finished"
    workshop.database.close()


def test_no_claim_goes_beyond_its_wave(workshop: Workshop) -> None:
    """A worker that still has chunks of before in its memory cannot take them: the claim itself looks at the limit."""
    campaign = waved(workshop)
    workshop.ledger.move(campaign, CampaignMove.START, workshop.clock.now_ms())
    assert [
        job.chunk_no for job in workshop.ledger.jobs(campaign, "planned", 99, workshop.clock.now_ms())
    ] == [0]
    with workshop.database.write() as connection:
        connection.exec_driver_sql("UPDATE campaign_wave SET limit_no = 5")
    jobs = workshop.ledger.jobs(campaign, "planned", 99, workshop.clock.now_ms())
    with workshop.database.write() as connection:
        connection.exec_driver_sql("UPDATE campaign_wave SET limit_no = 2")
    taken = workshop.ledger.turn([], jobs, workshop.clock.now_ms(), "me")
    assert taken == {job.chunk_id for job in jobs if job.chunk_no < 2}


def test_a_snapshot_without_waves_has_the_digest_of_before() -> None:
    plain = snapshot("u", 10)
    assert '"wave' not in encode(plain)
    with_waves = snapshot("u", 10, waves=(10,), wave_rules=(("hold_minutes", 1),))
    assert decode(encode(with_waves)) == with_waves
    assert digest_of(encode(with_waves)) != digest_of(encode(plain))


# --- rates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "rate", "least"), [("workspace", 10, 9_000), ("HUAWEI", 10, 9_000), ("OPPO", 10, 0)]
)
def test_rates_that_campaigns_share_hold(tmp_path: Path, scope: str, rate: int, least: int) -> None:
    """A hundred messages at ten a second take nine seconds at least: the last chunk leaves when nine are paid for."""
    workshop = open_workshop(tmp_path, ScriptedGateway(clock=FixedClock(tick_ms=5)))
    flow(workshop).set_shared_rate(scope, rate)
    campaign = workshop.confirm(100)
    begin = workshop.clock.steady_ms()
    workshop.run(campaign)
    took = workshop.clock.steady_ms() - begin
    assert took >= least
    assert (took >= 9_000) is bool(least)
    assert workshop.state(campaign) == "finished"
    workshop.database.close()


def test_a_rate_is_changed_while_it_runs(workshop: Workshop) -> None:
    flow(workshop).set_shared_rate("workspace", 1)
    campaign = workshop.confirm(50)
    turns(workshop, 5)
    assert len(workshop.gateway.calls) == 1
    flow(workshop).set_shared_rate("workspace", 0)
    workshop.run(campaign)
    assert workshop.state(campaign) == "finished"
    assert flow(workshop).shared_rates() == ()
    for wrong in (("nobody", 1), ("workspace", -1)):
        with pytest.raises(Refused, match=r"campaign\.rate\."):
            flow(workshop).set_shared_rate(*wrong)


def test_a_vendor_that_cannot_be_counted_just_now_keeps_nobody_on_their_way(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claims are committed by then: whoever stays behind would be in flight in a name that lives, for ever."""
    flow(workshop).set_shared_rate("HUAWEI", 10)
    campaign = workshop.confirm(100)
    count, troubles = workshop.ledger.vendors, 2

    def vendors(first_id: int, last_id: int) -> Mapping[str, int]:
        nonlocal troubles
        troubles -= 1
        if troubles >= 0:
            raise Refused(problem("storage.unreachable", place="there"))
        return count(first_id, last_id)

    monkeypatch.setattr(workshop.ledger, "vendors", vendors)
    begin = workshop.clock.steady_ms()
    turns(workshop, 400, 100)  # and it ends
    assert (workshop.state(campaign), workshop.counts(campaign)) == ("finished", {"accepted": 100})
    assert workshop.clock.steady_ms() - begin >= 9_000, "what cannot be counted counts as all"
    assert troubles < 0


# --- breaker and quarantine ----------------------------------------------------------------------------------------


def test_a_gateway_that_is_away_opens_the_breaker_and_closes_it_again(workshop: Workshop) -> None:
    workshop.gateway.will(*[NotSent("connection_refused")] * 8)
    campaign = workshop.confirm(100)
    workshop.run(campaign)
    assert (workshop.state(campaign), workshop.counts(campaign)) == ("finished", {"accepted": 100})
    codes = [e.code for e in workshop.ledger.events(campaign, 0, 100)]
    assert codes.count("campaign.breaker_open") == 1
    assert codes.count("campaign.breaker_closed") == 1
    assert codes.index("campaign.breaker_open") < codes.index("campaign.breaker_closed")
    assert workshop.ledger.breakers()["scripted"][0] == "closed"


def test_an_open_breaker_is_shown_and_lets_one_call_find_out(workshop: Workshop) -> None:
    workshop.gateway.will(*[NotSent("connection_refused")] * 40)
    campaign = workshop.confirm(200)
    worker = workshop.worker()
    with worker._running():
        for _ in range(2_000):
            worker._dispatcher.turn()
            if workshop.ledger.breakers():
                break
        called = len(workshop.gateway.calls)
        found = flow(workshop).of(campaign)
        assert found.open_since_ms > 0
        assert found.open_until_ms > found.open_since_ms
        workshop.clock.forward(60_000)
        for _ in range(2_000):  # the one call is a sender's, not this thread's
            worker._dispatcher.turn()
            if len(workshop.gateway.calls) > called and not worker._dispatcher.calling:
                break
        for _ in range(3):
            worker._dispatcher.turn()
        assert len(workshop.gateway.calls) == called + 1


def test_a_call_that_found_nothing_out_keeps_nobody_waiting(workshop: Workshop) -> None:
    """The machine slept, say, while the one call was to find out: it did not leave, and another does."""
    workshop.gateway.will(*[NotSent("connection_refused")] * 6, NotSent("worker.late"))
    campaign = workshop.confirm(100)
    worker = workshop.worker()
    with worker._running():
        for _ in range(5_000):
            worker._dispatcher.turn()
            workshop.clock.forward(50)
            if workshop.state(campaign) == "finished":
                break
    assert (workshop.state(campaign), workshop.counts(campaign)) == ("finished", {"accepted": 100})
    assert workshop.ledger.breakers()["scripted"][0] == "closed"


class Poison:
    """Accepts everybody but a chunk whose call breaks every time."""

    def __init__(self, number: int, outcome: Outcome, most: int = 1 << 30) -> None:
        self.number, self.outcome, self.most = number, outcome, most

    def __call__(self, batch: Batch) -> Outcome:
        if self.number in batch.numbers and self.most > 0:
            self.most -= 1
            return self.outcome
        return accept_all(batch)


@pytest.mark.parametrize(
    ("outcome", "bucket"), [(Unknown("reset"), "unknown"), (NotSent("http_503"), "pending")]
)
def test_a_chunk_that_breaks_every_call_is_put_aside_and_the_rest_goes_on(
    workshop: Workshop, outcome: Outcome, bucket: str
) -> None:
    workshop.gateway.will(*[Poison(FIRST_NUMBER, outcome)] * 400)
    campaign = workshop.confirm(100)
    workshop.run(campaign)
    assert workshop.counts(campaign) == {"accepted": 90, bucket: 10}
    assert workshop.state(campaign) == "unclear", "not finished while anything is set aside"
    assert [e.code for e in workshop.ledger.events(campaign, 0, 100)].count("chunk.quarantined") == 1
    calls = len(workshop.gateway.calls)
    workshop.clock.forward(3_600_000)
    workshop.run(campaign)
    assert len(workshop.gateway.calls) == calls, "nothing of it leaves by itself"
    (call,) = unknowns(workshop).open(campaign).calls
    assert (call.no, call.unknown, call.outcome, call.left) == (1, 10, "quarantined", bucket == "unknown")


def test_what_was_put_aside_is_sent_when_a_person_says_so(workshop: Workshop) -> None:
    workshop.gateway.will(*[Poison(FIRST_NUMBER, NotSent("http_503"))] * 400)
    campaign = workshop.confirm(100)
    workshop.run(campaign)
    workshop.gateway.script.clear()
    assert unknowns(workshop).send_again(campaign) == 1
    workshop.run(campaign)
    assert (workshop.state(campaign), workshop.counts(campaign)) == ("finished", {"accepted": 100})
    assert workshop.gateway.twice() == []


def test_with_a_key_an_unclear_one_is_asked_again_when_a_person_says_so(workshop: Workshop) -> None:
    workshop.gateway.will(*[Poison(FIRST_NUMBER, Unknown("reset"))] * 400)
    campaign = workshop.confirm(100)
    workshop.run(campaign)
    workshop.gateway.script.clear()
    unknowns(workshop).send_again(campaign, (1,))
    workshop.run(campaign)
    assert (workshop.state(campaign), workshop.counts(campaign)) == ("finished", {"accepted": 100})


def test_without_a_key_what_may_have_left_is_never_sent_again(tmp_path: Path) -> None:
    gateway = ScriptedGateway(klass=GatewayClass.LISTABLE, clock=FixedClock(tick_ms=20)).will(
        Unknown("reset")
    )
    workshop = open_workshop(tmp_path, gateway)
    campaign = workshop.confirm(30)
    workshop.run(campaign)
    with pytest.raises(Refused, match=r"campaign\.unknown\.may_have_left"):
        unknowns(workshop).send_again(campaign)
    workshop.database.close()


@pytest.mark.parametrize(
    ("klass", "bucket"), [(GatewayClass.LISTABLE, "refused"), (GatewayClass.BLIND, "unknown")]
)
def test_what_may_have_left_without_a_key_is_asked_about_however_often_its_calls_broke(
    tmp_path: Path, klass: GatewayClass, bucket: str
) -> None:
    """It is not sent again anyhow: put aside, nobody would ever ask about it."""
    calls = 0

    def poison(batch: Batch) -> Outcome:
        nonlocal calls
        if FIRST_NUMBER not in batch.numbers:
            return accept_all(batch)
        calls += 1
        return NotSent("http_503") if calls <= GuardRules().breaks else Unknown("reset")

    gateway = ScriptedGateway(klass=klass, clock=FixedClock(tick_ms=20)).will(*[poison] * 400)
    workshop = open_workshop(tmp_path, gateway)
    campaign = workshop.confirm(200)
    workshop.run(campaign)
    turns(workshop, 30, step_ms=MINUTE_MS)
    assert calls == GuardRules().breaks + 1, "of the first nobody can say whether the gateway was well"
    assert workshop.counts(campaign) == {"accepted": 190, bucket: 10}
    assert bool(gateway.asked) is (klass is GatewayClass.LISTABLE)
    assert "chunk.quarantined" not in [e.code for e in workshop.ledger.events(campaign, 0, 100)]
    workshop.database.close()


def test_what_was_put_aside_counts_as_not_sent(workshop: Workshop) -> None:
    workshop.gateway.will(*[Poison(FIRST_NUMBER, NotSent("http_503"))] * 400)
    campaign = workshop.confirm(100)
    workshop.run(campaign)
    service = unknowns(workshop)
    with pytest.raises(Refused, match=r"campaign\.unknown\.never_left"):
        service.prepare(campaign, Decision.SENT, (), "why")
    service.decide(campaign, service.prepare(campaign, Decision.NOT_SENT, (), "broken at their side"))
    workshop.run(campaign)
    assert (workshop.state(campaign), workshop.counts(campaign)) == (
        "finished",
        {"accepted": 90, "refused": 10},
    )


def test_an_answer_frees_a_chunk_of_suspicion(workshop: Workshop) -> None:
    workshop.gateway.will(*[Poison(FIRST_NUMBER, Unknown("reset"), most=4)] * 400)
    campaign = workshop.confirm(100)
    workshop.run(campaign)
    assert (workshop.state(campaign), workshop.counts(campaign)) == ("finished", {"accepted": 100})


def test_the_shipped_rules_are_read() -> None:
    rules = read_guard_rules((paths.resources() / "rules" / "sending_guard.toml").read_text("utf-8"))
    assert (rules.breaker.bad, rules.breaks, rules.shares) == (5, 6, (10,))
    assert rules.waves == WaveRules()
