# SPDX-License-Identifier: Apache-2.0
"""A smart message whose fallback is a video SMS (发送智能信息基础版): who gets which, with what, and what it has to keep to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from koodesk.backend.testing import FixedClock, ScriptedGateway
from koodesk.backend.views.sending import CarrierCount
from koodesk.domain.campaign import CampaignDraft
from koodesk.domain.carrier import Carrier
from koodesk.domain.problem import Refused
from koodesk.domain.quiet_hours import BEIJING_OFFSET_MS, DAY_MS
from koodesk.domain.recipient import Fallback
from tests.backend.sending.video_bench import CARD, MOBILE, SMS, UNICOM, VIDEO, Bench, numbers, open_bench
from tests.backend.sending.workshop import open_workshop

NOON = 20_600 * DAY_MS - BEIJING_OFFSET_MS + 12 * 3_600_000
DRAFT = CampaignDraft("spring", 1, 1, 1, Fallback.BASIC, fallback_template_id=3)
CANNOT = (MOBILE, MOBILE + 1, UNICOM)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """An audience of which three phones cannot show the card, one of them of another carrier."""
    opened = open_bench(open_workshop(tmp_path, ScriptedGateway(clock=FixedClock(NOON, tick_ms=50))))
    opened.audience(numbers(mobile=6, unicom=4), cannot=CANNOT)
    return opened


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    """Return the codes of a refusal."""
    return [p.code for p in refused.value.problems]


def test_each_gets_what_the_phone_can_show_with_its_own_parameters(bench: Bench) -> None:
    shown = bench.campaigns.prepare(DRAFT)
    assert (shown.kind, shown.to_send, shown.with_card, shown.not_eligible) == ("smart", 10, 7, 0)
    assert (shown.video_name, shown.carriers) == (
        "新车上市",
        (CarrierCount("cmcc", 2, True), CarrierCount("cucc", 1, True)),
    )
    campaign = bench.campaigns.confirm(shown.digest).id
    bench.workshop.run(campaign)
    assert bench.workshop.counts(campaign) == {"accepted": 10}
    (told,) = bench.told()
    assert (told["fallback"], told["basic_template"], told["template"]) == ("basic", "200000003", "100000001")
    recipients = told["recipients"]
    assert isinstance(recipients, list)
    assert {entry[0]: (sorted(entry[1]), entry[2]) for entry in recipients} == {
        number: (["p_1"], 0) if number in CANNOT else (["name"], 1) for number in numbers(mobile=6, unicom=4)
    }


def test_carriers_that_did_not_approve_it_are_left_out_of_the_fallback_only(bench: Bench) -> None:
    bench.desk.the_video = replace(VIDEO, carriers=(Carrier.CMCC,))
    shown = bench.campaigns.prepare(DRAFT)
    assert (shown.to_send, shown.with_card, shown.not_eligible) == (9, 7, 1)
    assert [(p.code, p.param("count")) for p in shown.notes] == [("campaign.video.carrier_not_approved", 1)]
    campaign = bench.campaigns.confirm(shown.digest).id
    bench.workshop.run(campaign)
    assert bench.workshop.counts(campaign) == {"accepted": 9, "not_eligible": 1}
    accepted = {number for _, number in bench.workshop.gateway.accepted}
    assert UNICOM not in accepted
    assert UNICOM + 1 in accepted, "its phone shows the card, which has vendors and no carriers"


def test_what_stands_in_the_way_of_the_fallback(bench: Bench) -> None:
    bench.desk.the_video = replace(VIDEO, sendable=False, signature="别家", params=("p_1", "p_7"))
    with pytest.raises(Refused) as refused:
        bench.campaigns.prepare(DRAFT)
    assert codes(refused) == [
        "campaign.video.not_sendable",
        "campaign.fallback.signature",
        "campaign.params.missing",
    ]
    with pytest.raises(Refused) as refused:
        bench.campaigns.prepare(replace(DRAFT, fallback_template_id=0))
    assert codes(refused) == ["campaign.fallback.no_template"]


def test_a_platform_whose_call_carries_one_kind_says_so_before_anything_is_confirmed(bench: Bench) -> None:
    bench.workshop.gateway.video_fallback = False
    with pytest.raises(Refused) as refused:
        bench.campaigns.prepare(DRAFT)
    assert codes(refused) == ["campaign.fallback.one_call"]
    with pytest.raises(Refused) as refused:
        bench.campaigns.test_send(DRAFT, [MOBILE], dict.fromkeys(CARD.params, "张三"))
    assert codes(refused) == ["campaign.fallback.one_call"]


def test_its_parameters_are_needed_only_where_somebody_gets_it(bench: Bench) -> None:
    bench.audience([MOBILE + 20], id_=2)
    bench.desk.the_video = replace(VIDEO, params=("p_7",))
    assert bench.campaigns.prepare(replace(DRAFT, audience_id=2)).to_send == 1


def test_the_stricter_of_the_two_holds_for_the_whole_campaign(bench: Bench) -> None:
    """The SMS is a notice, the video SMS counts as promotion: hours and consent are those of promotion."""
    assert not SMS.promotion
    shown = bench.campaigns.prepare(DRAFT)
    assert (shown.promotion, shown.window_start, shown.window_end) == (True, 480, 1260)
    plain = bench.campaigns.prepare(replace(DRAFT, fallback=Fallback.SMS, fallback_template_id=0))
    assert (plain.promotion, plain.window_start) == (False, 0)
    bench.audience([MOBILE], consent="", id_=2)
    with pytest.raises(Refused) as refused:
        bench.campaigns.prepare(replace(DRAFT, audience_id=2))
    assert codes(refused) == ["campaign.consent.missing"]


@pytest.mark.parametrize("change", ["content", "carriers"])
def test_a_fallback_that_changed_must_be_confirmed_again(bench: Bench, change: str) -> None:
    shown = bench.campaigns.prepare(DRAFT)
    bench.desk.the_video = (
        replace(VIDEO, digest="e" * 64) if change == "content" else replace(VIDEO, carriers=(Carrier.CMCC,))
    )
    with pytest.raises(Refused) as refused:
        bench.campaigns.confirm(shown.digest)
    assert set(codes(refused)) == {"campaign.changed"}


def test_opted_out_rows_are_counted_once(bench: Bench) -> None:
    bench.opt_out(MOBILE)
    bench.opt_out(MOBILE + 5)
    campaign = bench.campaigns.confirm(bench.campaigns.prepare(DRAFT).digest).id
    bench.workshop.run(campaign)
    assert bench.workshop.counts(campaign) == {"accepted": 8, "opted_out": 2}


def test_a_test_send_shows_the_card(bench: Bench) -> None:
    row = bench.campaigns.test_send(DRAFT, [MOBILE], dict.fromkeys(CARD.params, "x"))
    bench.workshop.run(row.id)
    assert bench.told()[0]["recipients"] == [[MOBILE, {"name": "x"}, 1, {}]]
