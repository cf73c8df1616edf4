# SPDX-License-Identifier: Apache-2.0
"""The campaign service: what is confirmed is what was shown, refusals, test sends, export."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from koodesk import paths
from koodesk.backend.operations.rights import Access
from koodesk.backend.ports.progress import Progress
from koodesk.backend.ports.sendable import (
    CarrierCounts,
    SendableAudience,
    SendableCard,
    SendableLinks,
    SendablePlain,
    SendableSms,
    SendableVideo,
)
from koodesk.backend.sending.campaigns import Campaigns
from koodesk.backend.sending.pricing import charges_of
from koodesk.backend.storage.stores.frequency import SqlFrequency
from koodesk.domain.access import read_access_rules
from koodesk.domain.billing.items import Item
from koodesk.domain.campaign import CampaignDraft
from koodesk.domain.carrier import THREE_CARRIERS, Carrier
from koodesk.domain.problem import Problem, Refused, problem
from koodesk.domain.quiet_hours import Window
from koodesk.domain.recipient import Fallback
from koodesk.domain.send_policy import FrequencyLimits, SendPolicy
from koodesk.domain.sms_rules import read_sms_rules
from koodesk.domain.video_send import read_video_send_rules
from tests.backend.sending.workshop import FIRST_NUMBER, SEGMENTS, UNLIMITED, Workshop, add_audience, snapshot

COUNT = 30
JUMP_URL = "https://shop.yunshan.cn/"
DRAFT = CampaignDraft("spring", 1, 1, 1)
CARD = SendableCard(1, "card", "100000001", "c" * 64, ("name", "amount"), True)
SMS = SendableSms(1, "1", "hi ${1}", "雅居", False, (("1", "NEWTEXT"),), True)
AUDIENCE = SendableAudience(1, "a" * 64, ("name", "amount"), COUNT, COUNT, 0, 0, "form", 0, 0, 0, 0)
VIDEO = SendableVideo(
    3, "新车", "200000003", "d" * 64, ("name",), "雅居", THREE_CARRIERS, "三网一般", True, True
)
CARRIERS = CarrierCounts(((Carrier.CMCC, COUNT),))


@dataclass
class Desk:
    """The other topics: everything cleared, until a test says otherwise."""

    the_card: SendableCard = CARD
    the_sms: SendableSms = SMS
    the_audience: SendableAudience = AUDIENCE
    the_video: SendableVideo = VIDEO
    the_carriers: CarrierCounts = CARRIERS
    altered: bool = False
    policy: SendPolicy = UNLIMITED
    the_domain: str = "go.yunshan.cn"

    def card(self, card_id: int) -> SendableCard:
        """Return the card."""
        return self.the_card

    def sms(self, sms_template_id: int) -> SendableSms:
        """Return the SMS template."""
        return self.the_sms

    def plain(self, sms_template_id: int) -> SendablePlain:
        """Nobody sends a plain SMS here."""
        raise AssertionError(sms_template_id)

    def video(self, template_id: int) -> SendableVideo:
        """Return the video SMS template."""
        return self.the_video

    def carriers(self, audience_id: int, signature: str) -> CarrierCounts:
        """Return the counts by carrier."""
        return self.the_carriers

    def carrier(self, number: int) -> Carrier:
        """Return whose segment it is, by the shipped data."""
        return SEGMENTS.carrier(number)

    def audience(self, audience_id: int, signature: str) -> SendableAudience:
        """Return the audience."""
        return self.the_audience

    def links(self) -> SendableLinks:
        """Return what is filed."""
        return SendableLinks((self.the_domain,), (JUMP_URL,))

    def link_problems(self, domain: str, jump_url: str) -> tuple[Problem, ...]:
        """Take what is filed, and nothing else."""
        found = []
        if domain not in ("", self.the_domain):
            found.append(problem("resolve.domain.not_filed", "domain", name=domain))
        if jump_url not in ("", JUMP_URL):
            found.append(problem("resolve.url.not_filed", "jump_url", host=jump_url))
        return tuple(found)

    def verify(self, audience_id: int) -> None:
        """Find the rows as they were, or not."""
        if self.altered:
            raise Refused(problem("audience.altered", name="a"))


@dataclass
class Bench:
    """The service on a workshop, with the desk it asks."""

    campaigns: Campaigns
    desk: Desk
    workshop: Workshop


@pytest.fixture
def bench(workshop: Workshop) -> Bench:
    """A service whose user may do everything."""
    rules = read_access_rules((paths.resources() / "rules" / "access.toml").read_text("utf-8"))
    desk = Desk()
    add_audience(workshop.database, COUNT)
    return Bench(
        Campaigns(
            Access(rules, rules.local_owner()),
            workshop.ledger,
            desk,
            workshop.gateway,
            read_sms_rules((paths.resources() / "rules" / "sms.toml").read_text("utf-8")).template,
            read_video_send_rules((paths.resources() / "rules" / "video_sending.toml").read_text("utf-8")),
            desk.verify,
            lambda: desk.policy,
            SqlFrequency(workshop.database, SEGMENTS),
        ),
        desk,
        workshop,
    )


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    """Return the codes of a refusal."""
    return [p.code for p in refused.value.problems]


@pytest.mark.parametrize(
    ("gateway", "promotion", "said"),
    [("cloud", True, True), ("cloud", False, False), ("local", True, False)],
)
def test_a_promotion_through_the_cloud_says_that_replies_are_not_told(
    bench: Bench, gateway: str, promotion: bool, said: bool
) -> None:
    bench.workshop.gateway.name = gateway
    bench.desk.the_sms = replace(SMS, promotion=promotion)
    shown = bench.campaigns.prepare(DRAFT)
    assert ("campaign.replies_untold" in [one.code for one in shown.notes]) is said


def test_prepare_confirm_send(bench: Bench) -> None:
    shown = bench.campaigns.prepare(DRAFT)
    assert (shown.to_send, shown.with_card, shown.sms_text) == (COUNT, COUNT, "hi ${1}")
    row = bench.campaigns.confirm(shown.digest)
    assert bench.campaigns.confirm(shown.digest) == row, "a double click is one campaign"
    bench.workshop.run(row.id)
    assert bench.campaigns.get(row.id).state == "finished"
    assert bench.workshop.counts(row.id) == {"accepted": COUNT}


def test_preparing_again_is_another_campaign(bench: Bench) -> None:
    assert bench.campaigns.prepare(DRAFT).digest != bench.campaigns.prepare(DRAFT).digest


@pytest.mark.parametrize("what", ["card", "text", "audience", "count", "opt_out", "signature"])
def test_whatever_changed_since_must_be_confirmed_again(bench: Bench, what: str) -> None:
    shown = bench.campaigns.prepare(DRAFT)
    desk = bench.desk
    if what == "card":
        desk.the_card = replace(desk.the_card, digest="e" * 64)
    elif what == "text":
        desk.the_sms = replace(desk.the_sms, text="other ${1}")
    elif what == "audience":
        desk.the_audience = replace(desk.the_audience, digest="b" * 64)
    elif what == "count":
        desk.the_audience = replace(desk.the_audience, rows=COUNT + 1, valid=COUNT + 1)
    elif what == "opt_out":
        desk.the_audience = replace(desk.the_audience, opted_out=1)
    else:
        desk.the_sms = replace(desk.the_sms, signature="别家")
    with pytest.raises(Refused) as refused:
        bench.campaigns.confirm(shown.digest)
    assert set(codes(refused)) == {"campaign.changed"}
    assert bench.campaigns.list(tests=True) == ()


def test_rows_that_changed_under_the_digest_are_not_sent(bench: Bench) -> None:
    shown = bench.campaigns.prepare(DRAFT)
    bench.desk.altered = True
    with pytest.raises(Refused) as refused:
        bench.campaigns.confirm(shown.digest)
    assert codes(refused) == ["audience.altered"]
    assert bench.campaigns.list(tests=True) == ()


@pytest.mark.both_databases
def test_confirming_tells_how_far_it_is_and_can_be_cancelled(bench: Bench) -> None:
    told: list[Progress] = []
    shown = bench.campaigns.prepare(DRAFT)
    with pytest.raises(Refused) as refused:
        bench.campaigns.confirm(shown.digest, cancel=lambda: True)
    assert codes(refused) == ["campaign.cancelled"]
    with bench.workshop.database.read() as connection:
        left = [
            connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
            for table in ("campaign", "recipient", "chunk")
        ]
    assert left == [0, 0, 0]
    row = bench.campaigns.confirm(shown.digest, told.append)
    assert told[0].stage == "check"
    assert (told[-1].done, told[-1].total) == (2 * COUNT, 2 * COUNT)
    assert bench.campaigns.get(row.id).state == "scheduled"


VALUED = replace(SMS, text="亲爱的${2}，点击 ${1} 领取", variables=(("1", "NEWTEXT"), ("2", "TEXT")))


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("王女士", []),
        ("一" * 21, ["sms.value.too_long"]),
        ("a.b", ["sms.value.text_characters"]),
        ("微信号abcdef", ["sms.value.contact"]),
        ("", ["sms.value.missing"]),
    ],
)
def test_the_values_of_the_text_are_judged(bench: Bench, value: str, found: list[str]) -> None:
    bench.desk.the_sms = VALUED
    draft = replace(DRAFT, sms_values=(("2", value),))
    if not found:
        bench.campaigns.prepare(draft)
        return
    with pytest.raises(Refused) as refused:
        bench.campaigns.prepare(draft)
    assert codes(refused) == found
    assert refused.value.problems[0].where == "sms:2"


def test_the_text_with_link_values_and_signature_has_a_limit(bench: Bench) -> None:
    # 500: 4 of 【雅居】, 17 of the link, 20 of the value, 459 of text.
    for length, fits in ((459, True), (460, False)):
        bench.desk.the_sms = replace(VALUED, text="字" * length + "${1}${2}")
        draft = replace(DRAFT, sms_values=(("2", "一" * 20),))
        if fits:
            bench.campaigns.prepare(draft)
            continue
        with pytest.raises(Refused) as refused:
            bench.campaigns.prepare(draft)
        assert codes(refused) == ["campaign.sms.too_long"]


def test_a_test_send_spares_who_opted_out(bench: Bench) -> None:
    with bench.workshop.database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO opt_out (number, signature, at_ms) VALUES (?, '雅居', 0)", (FIRST_NUMBER,)
        )
    with pytest.raises(Refused) as refused:
        bench.campaigns.test_send(DRAFT, [FIRST_NUMBER], {"name": "王", "amount": "5"})
    assert codes(refused) == ["campaign.test.opted_out"]
    assert bench.campaigns.list(tests=True) == ()


def test_an_unknown_digest_confirms_nothing(bench: Bench) -> None:
    with pytest.raises(Refused) as refused:
        bench.campaigns.confirm("0" * 64)
    assert codes(refused) == ["campaign.not_prepared"]


def test_everything_in_the_way_is_said_at_once(bench: Bench) -> None:
    desk = bench.desk
    desk.the_card = replace(desk.the_card, sendable=False, params=("name", "date"))
    desk.the_sms = replace(desk.the_sms, sendable=False, promotion=True, variables=(("2", "TEXT"),))
    desk.the_audience = replace(desk.the_audience, consent=" ", opted_out=COUNT)
    with pytest.raises(Refused) as refused:
        bench.campaigns.prepare(replace(DRAFT, name=""))
    assert codes(refused) == [
        "campaign.name.empty",
        "campaign.card.not_sendable",
        "campaign.sms.not_sendable",
        "campaign.sms.no_link",
        "campaign.sms_values.missing",
        "campaign.params.missing",
        "campaign.consent.missing",
        "campaign.nothing_to_send",
    ]


def test_promotion_gets_the_window_of_the_day(bench: Bench) -> None:
    bench.desk.the_sms = replace(bench.desk.the_sms, promotion=True)
    shown = bench.campaigns.prepare(DRAFT)
    assert (shown.window_start, shown.window_end) == (480, 1260)


@pytest.mark.parametrize(
    ("fallback", "to_send", "with_card"), [(Fallback.NONE, 25, 25), (Fallback.SMS, 30, 25)]
)
def test_who_cannot_see_the_card(bench: Bench, fallback: Fallback, to_send: int, with_card: int) -> None:
    bench.desk.the_audience = replace(bench.desk.the_audience, unresolvable=5)
    shown = bench.campaigns.prepare(replace(DRAFT, fallback=fallback))
    assert (shown.to_send, shown.with_card) == (to_send, with_card)


def test_a_test_send_goes_through_the_ledger_and_stays_out_of_the_list(bench: Bench) -> None:
    row = bench.campaigns.test_send(DRAFT, [FIRST_NUMBER, FIRST_NUMBER], {"name": "王", "amount": "5"})
    bench.workshop.run(row.id)
    assert bench.workshop.counts(row.id) == {"accepted": 1}
    assert bench.campaigns.list() == ()
    assert bench.campaigns.list(tests=True)[0].test
    with pytest.raises(Refused) as refused:
        bench.campaigns.test_send(DRAFT, range(11), {"name": "王", "amount": "5"})
    assert codes(refused) == ["campaign.test.count"]


def test_an_export_has_a_reason_an_audit_row_and_no_formulas(bench: Bench, tmp_path: Path) -> None:
    row = bench.campaigns.confirm(bench.campaigns.prepare(DRAFT).digest)
    bench.workshop.run(row.id)
    with pytest.raises(Refused):
        bench.campaigns.export(row.id, tmp_path / "a.csv", "  ")
    assert bench.campaigns.export(row.id, tmp_path / "a.csv", "audit", {"number": "=手机号"}) == COUNT
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][0] == "'=手机号"
    assert [line[0] for line in rows[1:]] == [str(FIRST_NUMBER + i) for i in range(COUNT)]
    assert bench.campaigns.events(row.id)[-1].code == "campaign.export"
    assert bench.campaigns.export(row.id, tmp_path / "a.xlsx", "audit") == COUNT
    with pytest.raises(Refused):
        bench.campaigns.export(row.id, tmp_path / "a.exe", "audit")
    assert sorted(p.name for p in tmp_path.glob("*a.*")) == ["a.csv", "a.xlsx"]


def test_looking_works_while_the_gateway_is_away(bench: Bench) -> None:
    row = bench.campaigns.confirm(bench.campaigns.prepare(DRAFT).digest)
    bench.workshop.gateway.reachable = False
    assert bench.campaigns.pause(row.id).state == "paused"
    assert bench.campaigns.funnel(row.id).total.submitted == COUNT
    assert len(bench.campaigns.details(row.id).rows) == COUNT


def test_the_hours_are_those_of_the_workspace(bench: Bench) -> None:
    bench.desk.policy = replace(UNLIMITED, hours=Window(540, 1200))
    bench.desk.the_sms = replace(SMS, promotion=True)
    shown = bench.campaigns.prepare(DRAFT)
    assert (shown.window_start, shown.window_end) == (540, 1200)
    narrower = bench.campaigns.prepare(replace(DRAFT, window=Window(600, 660)))
    assert (narrower.window_start, narrower.window_end) == (600, 660)
    with pytest.raises(Refused) as refused:
        bench.campaigns.prepare(replace(DRAFT, window=Window(540, 1201)))
    assert codes(refused) == ["campaign.window.too_wide"]
    bench.desk.policy = replace(UNLIMITED, hours=Window(540, 1199))
    with pytest.raises(Refused, match=r"campaign\.changed"):
        bench.campaigns.confirm(shown.digest)


def test_who_was_written_to_often_enough_is_left_out(bench: Bench) -> None:
    bench.desk.policy = replace(UNLIMITED, limits=FrequencyLimits(1))
    bench.desk.the_sms = replace(SMS, promotion=True)
    first = bench.campaigns.prepare(DRAFT)
    assert (first.frequency, first.frequency_held) == ((1, 0, 0), 0)
    campaign = bench.campaigns.confirm(first.digest)
    with pytest.raises(Refused) as refused:
        bench.campaigns.prepare(DRAFT)
    assert codes(refused) == ["campaign.frequency.held", "campaign.nothing_to_send"]
    add_audience(bench.workshop.database, COUNT + 5, audience_id=2)
    bench.desk.the_audience = replace(AUDIENCE, audience_id=2, rows=COUNT + 5, valid=COUNT + 5)
    shown = bench.campaigns.prepare(replace(DRAFT, audience_id=2))
    assert (shown.to_send, shown.not_eligible, shown.frequency_held) == (5, COUNT, COUNT)
    assert [n.code for n in shown.notes] == ["campaign.frequency.held"]
    page = bench.campaigns.held(
        shown.digest, after=0, limit=4
    )  # file rows are counted from 1; row 0 is the first here
    assert [(row.row_no, row.counts) for row in page] == [(i, (1, 1, 1)) for i in range(1, 5)]
    assert all("****" in row.number for row in page)
    assert bench.campaigns.held(shown.digest, after=page[-1].row_no, limit=1)[0].row_no == 5
    again = bench.campaigns.confirm(shown.digest)
    assert again.id != campaign.id
    assert bench.workshop.counts(again.id) == {"pending": 5, "not_eligible": COUNT}


def test_a_send_keeps_to_domains_and_jump_urls_that_are_filed(bench: Bench) -> None:
    links = bench.campaigns.links()
    assert (links.domains, links.jump_urls) == (("go.yunshan.cn",), (JUMP_URL,))
    draft = replace(DRAFT, domain=" Go.YunShan.cn ", jump_url=f" {JUMP_URL}")
    shown = bench.campaigns.prepare(draft)
    assert (shown.domain, shown.jump_url) == ("go.yunshan.cn", JUMP_URL)
    row = bench.campaigns.confirm(shown.digest)
    assert (row.domain, row.jump_url) == ("go.yunshan.cn", JUMP_URL)
    for change in ({"domain": "go.other.cn"}, {"jump_url": "https://shop.other.cn/"}):
        with pytest.raises(Refused) as refused:
            bench.campaigns.prepare(replace(DRAFT, **change))  # type: ignore[arg-type]  # fields of the draft
        assert codes(refused) == [
            "resolve.domain.not_filed" if "domain" in change else "resolve.url.not_filed"
        ]
        with pytest.raises(Refused):
            bench.campaigns.test_send(
                replace(DRAFT, **change),  # type: ignore[arg-type]  # fields of the draft
                [FIRST_NUMBER],
                {"name": "x", "amount": "1"},
            )


def test_a_domain_that_is_filed_no_more_must_be_chosen_again(bench: Bench) -> None:
    shown = bench.campaigns.prepare(replace(DRAFT, domain="go.yunshan.cn"))
    bench.desk.the_domain = "go.other.cn"
    with pytest.raises(Refused) as refused:
        bench.campaigns.confirm(shown.digest)
    assert codes(refused) == ["resolve.domain.not_filed"]
    assert bench.campaigns.list(tests=True) == ()


@pytest.mark.parametrize("over", [False, True])
def test_the_length_of_an_sms_counts_its_own_domain(bench: Bench, over: bool) -> None:
    """500 characters with signature and link are the most; `go.yunshan.cn` is six longer than the public domain."""
    words = 500 - len("【雅居】") - len("go.yunshan.cn/") - 9 + over
    bench.desk.the_sms = replace(SMS, text="好" * words + "${1}")
    draft = replace(DRAFT, domain="go.yunshan.cn")
    if not over:
        bench.campaigns.prepare(draft)
        return
    with pytest.raises(Refused) as refused:
        bench.campaigns.prepare(draft)
    assert codes(refused) == ["campaign.sms.too_long"]
    assert dict(refused.value.problems[0].params)["actual"] == 501
    bench.campaigns.prepare(DRAFT)


@pytest.mark.parametrize(("domain", "parts"), [("", 1), ("go.yunshan.cn", 2)])
def test_the_price_counts_the_parts_of_the_longer_link(domain: str, parts: int) -> None:
    """70 characters go as one message; a domain that is six longer makes two of them."""
    rules = read_sms_rules((paths.resources() / "rules" / "sms.toml").read_text("utf-8")).template
    text = "好" * (70 - len("【雅居】") - rules.link_chars) + "${1}"
    charged = dict(charges_of(snapshot("u", 1, sms_text=text, domain=domain), rules, promotion=False))
    assert charged[Item.NOTICE_SEND] == parts
