# SPDX-License-Identifier: Apache-2.0
"""Sends of video SMS: what is confirmed and what is refused, who is left out, opt-outs, hours, rights."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from koodesk.backend.ports.gateway import Answered, Batch, GatewayClass, NumberResult, Outcome, Receipt
from koodesk.backend.testing import FixedClock, ScriptedGateway, accept_all, lost, refuse_by
from koodesk.backend.views.sending import CarrierCount, DetailFilter
from koodesk.domain.access import Effect, Policy, Principal, Statement
from koodesk.domain.campaign import STALE_MS, CampaignKind
from koodesk.domain.carrier import Carrier
from koodesk.domain.problem import Problem, Refused
from koodesk.domain.quiet_hours import BEIJING_OFFSET_MS, DAY_MS
from koodesk.domain.send_state import CampaignMove
from tests.backend.sending.video_bench import (
    DRAFT,
    MOBILE,
    NOBODY,
    SIGNATURE,
    TELECOM,
    UNICOM,
    VIDEO,
    Bench,
    numbers,
    open_bench,
)
from tests.backend.sending.workshop import SEGMENTS, Workshop, open_workshop

HOUR = 3_600_000
MIDNIGHT = 20_600 * DAY_MS - BEIJING_OFFSET_MS


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """A workshop at noon: a video SMS counts as promotion, which is not sent at night."""
    clock = FixedClock(MIDNIGHT + 12 * HOUR, tick_ms=50)
    return open_workshop(tmp_path, ScriptedGateway(clock=clock, max_chunk=5_000))


@pytest.fixture
def bench(workshop: Workshop) -> Bench:
    """The service with an audience of three carriers and one unknown number."""
    opened = open_bench(workshop)
    opened.audience(numbers(mobile=20, unicom=5, telecom=4, nobody=1))
    return opened


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    """Return the codes of a refusal."""
    return [p.code for p in refused.value.problems]


def notes(found: tuple[Problem, ...]) -> dict[str, Problem]:
    """Return notes by their code."""
    return {p.code: p for p in found}


# --- preparing and confirming ------------------------------------------------------------------------------------


def test_prepare_confirm_send(bench: Bench) -> None:
    shown = bench.campaigns.prepare_video(replace(DRAFT, expiration_hours=24))
    assert (shown.kind, shown.video_name, shown.signature, shown.expiration_hours) == (
        "video",
        "新车上市",
        SIGNATURE,
        24,
    )
    assert (shown.imported, shown.to_send, shown.not_eligible, shown.with_card) == (30, 30, 0, 0)
    assert shown.carriers == (
        CarrierCount("cmcc", 20, True),
        CarrierCount("cucc", 5, True),
        CarrierCount("ctcc", 4, True),
        CarrierCount("unknown", 1, True),
    )
    row = bench.campaigns.confirm(shown.digest)
    assert bench.campaigns.confirm(shown.digest) == row, "a double click is one campaign"
    bench.workshop.run(row.id)
    assert bench.workshop.counts(row.id) == {"accepted": 30}
    (told,) = bench.told()
    assert {k: v for k, v in told.items() if k not in ("campaign", "recipients")} == {
        "kind": "video",
        "task_name": "新车上市",
        "template": "200000003",
        "expiration_hours": 24,
    }
    recipients = told["recipients"]
    assert isinstance(recipients, list)
    assert recipients[0] == [MOBILE, {"p_1": "2号"}], "the card's column is no part of it"


@pytest.mark.parametrize("what", ["content", "carriers", "channel", "signature", "opt_out", "tpl_id", "name"])
def test_whatever_changed_since_must_be_confirmed_again(bench: Bench, what: str) -> None:
    shown = bench.campaigns.prepare_video(DRAFT)
    desk = bench.desk
    if what == "content":
        desk.the_video = replace(VIDEO, digest="e" * 64)
    elif what == "carriers":
        desk.the_video = replace(VIDEO, carriers=(Carrier.CMCC,))
    elif what == "channel":
        desk.the_video = replace(VIDEO, channel="单网一般", three=False)
    elif what == "signature":
        desk.the_video = replace(VIDEO, signature="别家")
    elif what == "opt_out":
        bench.opt_out(MOBILE)
    elif what == "tpl_id":
        desk.the_video = replace(VIDEO, tpl_id="200000009")
    else:
        desk.the_video = replace(VIDEO, name="别的")
    with pytest.raises(Refused) as refused:
        bench.campaigns.confirm(shown.digest)
    assert set(codes(refused)) == {"campaign.changed"}
    assert bench.campaigns.list(tests=True) == ()


def test_a_number_that_changed_after_the_confirmation_does_not_leave(bench: Bench) -> None:
    campaign = bench.send()
    with bench.workshop.database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER recipient_no_update")
        connection.exec_driver_sql("UPDATE recipient SET number = number + 1 WHERE number = ?", (UNICOM + 4,))
    bench.workshop.run(campaign)
    assert bench.workshop.state(campaign) == "needs_decision"
    assert bench.workshop.gateway.accepted == []


def test_everything_in_the_way_is_said_at_once(bench: Bench) -> None:
    bench.audience([MOBILE], consent=" ", id_=2)
    bench.opt_out(MOBILE)
    bench.desk.the_video = replace(VIDEO, sendable=False, params=("p_1", "p_2"))
    with pytest.raises(Refused) as refused:
        bench.campaigns.prepare_video(replace(DRAFT, name="", audience_id=2, expiration_hours=100))
    assert codes(refused) == [
        "campaign.name.empty",
        "campaign.video.expiration",
        "campaign.video.not_sendable",
        "campaign.params.missing",
        "campaign.consent.missing",
        "campaign.video.nobody",
    ]


def test_a_template_must_still_be_valid_when_the_send_starts(bench: Bench) -> None:
    start = bench.workshop.clock.now_ms() + DAY_MS
    bench.desk.the_video = replace(VIDEO, expires_ms=start)
    with pytest.raises(Refused) as refused:
        bench.campaigns.prepare_video(replace(DRAFT, start_at_ms=start))
    assert codes(refused) == ["campaign.video.expires"]
    bench.campaigns.prepare_video(replace(DRAFT, start_at_ms=start - HOUR))


# --- carriers ----------------------------------------------------------------------------------------------------


def test_carriers_that_did_not_approve_are_left_out_and_said(bench: Bench) -> None:
    bench.desk.the_video = replace(VIDEO, carriers=(Carrier.CMCC, Carrier.CTCC))
    shown = bench.campaigns.prepare_video(DRAFT)
    assert (shown.to_send, shown.not_eligible) == (25, 5)
    warned = notes(shown.notes)["campaign.video.carrier_not_approved"]
    assert (warned.param("carrier"), warned.param("count")) == ("cucc", 5)
    campaign = bench.campaigns.confirm(shown.digest).id
    bench.workshop.run(campaign)
    assert bench.workshop.counts(campaign) == {"accepted": 25, "not_eligible": 5}
    assert not {n for _, n in bench.workshop.gateway.accepted} & set(range(UNICOM, UNICOM + 5))
    left_out = bench.campaigns.details(campaign, where=DetailFilter(bucket="not_eligible")).rows
    assert {(row.carrier, row.code) for row in left_out} == {("cucc", "KD.CARRIER_NOT_APPROVED")}


@pytest.mark.parametrize(("three", "sent"), [(True, 1), (False, 0)])
def test_unknown_carriers_are_tried_over_three_and_not_over_one(bench: Bench, three: bool, sent: int) -> None:
    bench.audience([MOBILE, NOBODY], id_=2)
    bench.desk.the_video = replace(
        VIDEO, carriers=(Carrier.CMCC,), channel="三网一般" if three else "单网一般", three=three
    )
    shown = bench.campaigns.prepare_video(replace(DRAFT, audience_id=2))
    assert (shown.to_send, shown.not_eligible) == (1 + sent, 1 - sent)
    assert ("campaign.video.carrier_unknown" in notes(shown.notes)) is not three
    campaign = bench.campaigns.confirm(shown.digest).id
    bench.workshop.run(campaign)
    assert (NOBODY in {n for _, n in bench.workshop.gateway.accepted}) is three


@pytest.mark.parametrize(("mobile", "three", "share"), [(75, True, None), (74, True, 74.0), (1, False, None)])
def test_the_share_of_china_mobile(bench: Bench, mobile: int, three: bool, share: float | None) -> None:
    bench.audience(numbers(mobile=mobile, unicom=100 - mobile), id_=2)
    bench.desk.the_video = replace(VIDEO, three=three)
    warning = notes(bench.campaigns.prepare_video(replace(DRAFT, audience_id=2)).notes).get(
        "campaign.video.mobile_share"
    )
    assert (warning.param("actual") if warning else None) == share


def test_the_gateway_has_the_last_word_on_a_number(bench: Bench) -> None:
    """A ported number: its segment says one carrier, the platform knows better."""
    bench.workshop.gateway.will(
        refuse_by(lambda n: "KD.CARRIER_NOT_APPROVED" if SEGMENTS.carrier(n) is Carrier.CUCC else "")
    )
    campaign = bench.send()
    bench.workshop.run(campaign)
    assert bench.workshop.counts(campaign) == {"accepted": 25, "refused": 5}


# --- the promises ------------------------------------------------------------------------------------------------


def test_it_counts_as_promotion_and_says_so(bench: Bench) -> None:
    shown = bench.campaigns.prepare_video(DRAFT)
    assert (shown.promotion, shown.window_start, shown.window_end) == (True, 480, 1260)
    assert "campaign.video.counts_as_promotion" in notes(shown.notes)


def test_it_waits_for_the_hours_of_promotion(bench: Bench) -> None:
    campaign = bench.send()
    bench.workshop.clock.forward(10 * HOUR)
    bench.workshop.run(campaign)
    # The schedule is stale by then, which asks; a person says go, and the night still keeps it back.
    bench.campaigns.resume(campaign)
    bench.workshop.run(campaign)
    assert bench.workshop.gateway.calls == []
    bench.workshop.clock.forward(10 * HOUR)
    bench.workshop.run(campaign)
    assert bench.workshop.counts(campaign) == {"accepted": 30}


def test_a_stale_schedule_asks(bench: Bench) -> None:
    start = bench.workshop.clock.now_ms() + HOUR
    campaign = bench.send(replace(DRAFT, start_at_ms=start))
    assert bench.campaigns.get(campaign).task_state == "scheduled"
    bench.workshop.clock.forward(HOUR + STALE_MS + 60_000)
    bench.workshop.run(campaign)
    assert bench.workshop.state(campaign) == "needs_decision"
    assert bench.workshop.gateway.calls == []


def test_opt_outs_count_for_their_signature_only(bench: Bench) -> None:
    bench.opt_out(MOBILE, "别家")
    bench.opt_out(UNICOM)
    campaign = bench.send()
    bench.workshop.run(campaign)
    assert bench.workshop.counts(campaign) == {"accepted": 29, "opted_out": 1}
    assert UNICOM not in {n for _, n in bench.workshop.gateway.accepted}
    assert MOBILE in {n for _, n in bench.workshop.gateway.accepted}


@pytest.mark.both_databases
def test_who_replies_r_meanwhile_is_taken_out_of_what_has_not_left(bench: Bench) -> None:
    first = bench.send()
    bench.workshop.run(first)
    second = bench.send()
    message = next(f"{key}:{n}" for key, n in bench.workshop.gateway.accepted if n == TELECOM)
    bench.workshop.ledger.take("scripted", [Receipt(1, message, "reply", "R", "", 1)], 1)
    bench.workshop.run(second)
    assert bench.workshop.counts(second) == {"accepted": 29, "refused": 1}
    assert bench.workshop.gateway.twice() == sorted(set(numbers(20, 5, 4, 1)) - {TELECOM})


@pytest.mark.parametrize("klass", list(GatewayClass))
def test_a_lost_answer_is_nobody_twice(tmp_path: Path, klass: GatewayClass) -> None:
    clock = FixedClock(MIDNIGHT + 12 * HOUR, tick_ms=50)
    gateway = ScriptedGateway(klass=klass, clock=clock).will(accept_all, lost(accept_all))
    bench = open_bench(open_workshop(tmp_path, gateway))
    bench.audience(numbers(mobile=40))
    campaign = bench.send(replace(DRAFT, chunk_size=10))
    bench.workshop.run(campaign)
    assert gateway.twice() == []
    assert (bench.workshop.counts(campaign).get("unknown", 0) == 0) is (klass is GatewayClass.IDEMPOTENT)
    bench.workshop.database.close()


def test_a_batch_the_contract_does_not_know_would_be_refused(workshop: Workshop) -> None:
    """The stand-in is strict: what it accepts, docs/architecture.md says."""
    good = b'{"kind":"video","campaign":"u","task_name":"a","template":"200000003","expiration_hours":72,"recipients":[[13800000000,{}]]}'
    gateway = workshop.gateway
    assert isinstance(gateway.send(Batch.of("k1", good, (13800000000,))), Answered)
    for number, wrong in enumerate(
        (
            good.replace(b"72", b"73"),
            good.replace(b"200000003", b"3"),
            good.replace(b",{}]", b",{},1]"),
            good.replace(b'"kind"', b'"x":1,"kind"'),
        )
    ):
        assert not isinstance(gateway.send(Batch.of(f"w{number}", wrong, (13800000000,))), Answered)


# --- test sends --------------------------------------------------------------------------------------------------


def test_a_test_send_is_a_campaign_of_its_own(bench: Bench) -> None:
    row = bench.campaigns.test_send_video(DRAFT, [MOBILE, MOBILE, UNICOM], {"p_1": "您好"})
    bench.workshop.run(row.id)
    assert bench.workshop.counts(row.id) == {"accepted": 2}
    assert bench.campaigns.list() == ()
    assert [(r.test, r.kind) for r in bench.campaigns.list(tests=True)] == [(True, "video")]
    assert [group for group, _ in bench.campaigns.funnel(row.id).carriers] == ["cmcc", "cucc"]
    assert bench.told()[0]["recipients"] == [[MOBILE, {"p_1": "您好"}], [UNICOM, {"p_1": "您好"}]]


def test_a_test_send_says_what_is_in_the_way(bench: Bench) -> None:
    bench.desk.the_video = replace(VIDEO, carriers=(Carrier.CMCC,))
    with pytest.raises(Refused) as refused:
        bench.campaigns.test_send_video(DRAFT, [MOBILE, UNICOM], {})
    assert codes(refused) == ["campaign.test.params", "campaign.test.carrier"]
    with pytest.raises(Refused) as refused:
        bench.campaigns.test_send_video(DRAFT, range(MOBILE, MOBILE + 11), {"p_1": "x"})
    assert codes(refused) == ["campaign.test.count"]
    bench.opt_out(MOBILE)
    with pytest.raises(Refused) as refused:
        bench.campaigns.test_send_video(DRAFT, [MOBILE], {"p_1": "x"})
    assert codes(refused) == ["campaign.test.opted_out"]
    assert bench.campaigns.list(tests=True) == ()


# --- rights, export ----------------------------------------------------------------------------------------------


def basic_only() -> Principal:
    """Return somebody who may do everything with video SMS and nothing with smart messages."""
    granted = ("kooMessage:basic*", "rtc:*")
    return Principal("basic", (Policy("basic", (Statement(Effect.ALLOW, granted),)),))


def smart_only() -> Principal:
    """Return somebody who may do everything with smart messages and nothing with video SMS."""
    granted = ("kooMessage:dev*", "rtc:*")
    return Principal("smart", (Policy("smart", (Statement(Effect.ALLOW, granted),)),))


def test_each_kind_has_its_own_rights(bench: Bench) -> None:
    campaign = bench.send()
    basic, smart = open_bench(bench.workshop, basic_only()), open_bench(bench.workshop, smart_only())
    assert [row.id for row in basic.campaigns.list()] == [campaign]
    assert smart.campaigns.list() == ()
    digest = basic.campaigns.prepare_video(DRAFT).digest
    doors = (
        lambda: smart.campaigns.prepare_video(DRAFT),
        lambda: smart.campaigns.confirm(digest),
        lambda: smart.campaigns.get(campaign),
        lambda: smart.campaigns.pause(campaign),
        lambda: smart.campaigns.details(campaign),
        lambda: smart.campaigns.list(kind=CampaignKind.VIDEO),
        lambda: basic.campaigns.list(kind=CampaignKind.SMART),
        lambda: smart.campaigns.test_send_video(DRAFT, [MOBILE], {"p_1": "x"}),
    )
    for door in doors:
        with pytest.raises(Refused) as refused:
            door()
        assert codes(refused) == ["access.denied"]
    assert basic.campaigns.confirm(digest).kind == "video"
    assert basic.campaigns.pause(campaign).state == "paused"


def test_an_export_has_the_columns_of_a_video_sms(bench: Bench, tmp_path: Path) -> None:
    campaign = bench.send()
    bench.workshop.run(campaign)
    assert bench.campaigns.export(campaign, tmp_path / "a.csv", "audit") == 30
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {"carrier", "replied_ms"} <= rows[0].keys()
    assert not {"vendor", "card", "clicked_ms"} & rows[0].keys()
    assert sorted(row["carrier"] for row in rows).count("cmcc") == 20


def test_the_word_of_the_platform_through_a_life(bench: Bench) -> None:
    campaign = bench.send(replace(DRAFT, chunk_size=10))
    assert bench.campaigns.get(campaign).task_state == "submit_success"

    def behave(batch: Batch) -> Outcome:
        seen.append(bench.campaigns.get(campaign).task_state)
        return Answered(tuple(NumberResult(n, False, "", "M2:0045") for n in batch.numbers))

    seen: list[str] = []
    bench.workshop.gateway.will(behave, behave, behave)
    bench.workshop.run(campaign)
    assert set(seen) == {"processing"}
    assert bench.campaigns.get(campaign).task_state == "sending_failed"
    second = bench.send()
    bench.workshop.ledger.move(second, CampaignMove.PAUSE, bench.workshop.clock.now_ms())
    assert bench.campaigns.get(second).task_state == "submit_success"
    bench.campaigns.resume(second)
    bench.workshop.run(second)
    assert bench.campaigns.get(second).task_state == "sending_complete"
