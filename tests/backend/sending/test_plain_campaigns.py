# SPDX-License-Identifier: Apache-2.0
"""Sends of plain SMS: what is confirmed and what is refused, values from the file and for everybody, opt-outs, hours, rights,
and a gateway that has no list of them."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from koodesk.backend.ports.gateway import GatewayClass, Promise, Receipt
from koodesk.backend.storage.stores.sending_drafts import read_draft, write_draft
from koodesk.backend.testing import FixedClock, ScriptedGateway, accept_all, lost, refuse
from koodesk.backend.views.sending import DetailFilter
from koodesk.domain.access import Effect, Policy, Principal, Statement
from koodesk.domain.campaign import CampaignKind
from koodesk.domain.plain_send import PlainSendDraft
from koodesk.domain.problem import Problem, Refused, problem
from koodesk.domain.quiet_hours import BEIJING_OFFSET_MS, DAY_MS, Window
from koodesk.domain.waves import WaveRules
from tests.backend.sending.video_bench import (
    MOBILE,
    NOBODY,
    PLAIN,
    SIGNATURE,
    TELECOM,
    UNICOM,
    Bench,
    numbers,
    open_bench,
)
from tests.backend.sending.workshop import Workshop, give_up, open_workshop

HOUR = 3_600_000
MIDNIGHT = 20_600 * DAY_MS - BEIJING_OFFSET_MS
DRAFT = PlainSendDraft("取件提醒", 5, 1, sms_values=(("2", "A1"),))
BLIND = {"plain": Promise(GatewayClass.BLIND, 500)}


def opened(folder: Path, hour: int = 12, **gateway: object) -> Bench:
    """Open the service at an hour, with an audience that has the template's columns."""
    clock = FixedClock(MIDNIGHT + hour * HOUR, tick_ms=50)
    settings: dict[str, object] = {"max_chunk": 5_000, **gateway}
    bench = open_bench(open_workshop(folder, ScriptedGateway(clock=clock, **settings)))  # type: ignore[arg-type]  # its fields
    add(bench, numbers(mobile=20, unicom=5, telecom=4, nobody=1))
    return bench


def add(bench: Bench, who: list[int], consent: str = "柜台登记", id_: int = 1) -> None:
    """Write an audience with the columns 1 and 2."""
    with bench.workshop.database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO audience (id, state, name, created_ms, params, rows, valid, resolvable, unresolvable, "
            "consent_source, digest) VALUES (?, 'ready', 'a', 0, '[\"1\", \"2\"]', ?, ?, 0, 0, ?, ?)",
            (id_, len(who), len(who), consent, "a" * 64),
        )
        connection.exec_driver_sql(
            "INSERT INTO audience_row (audience_id, row_no, number, params, vendor) VALUES (?, ?, ?, ?, '')",
            [
                (id_, row, number, json.dumps({"1": f"王{row}", "2": f"B{row}"}, ensure_ascii=False))
                for row, number in enumerate(who, 2)
            ],
        )


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """The service at noon."""
    return opened(tmp_path)


def send(bench: Bench, draft: PlainSendDraft = DRAFT) -> int:
    """Confirm what is prepared now; return the campaign's id."""
    return bench.campaigns.confirm(bench.campaigns.prepare_plain(draft).digest).id


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    """Return the codes of a refusal."""
    return [p.code for p in refused.value.problems]


def test_prepare_confirm_send(bench: Bench) -> None:
    shown = bench.campaigns.prepare_plain(DRAFT)
    assert (shown.kind, shown.signature, shown.sms_text, shown.promotion) == (
        "plain",
        SIGNATURE,
        PLAIN.text,
        False,
    )
    assert (shown.sms_template_id, shown.columns, shown.sms_values) == (5, ("1",), (("2", "A1"),))
    assert (shown.imported, shown.to_send, shown.not_eligible, shown.with_card) == (30, 30, 0, 0)
    assert shown.parts == (1, 1)
    row = bench.campaigns.confirm(shown.digest)
    assert bench.campaigns.confirm(shown.digest) == row, "a double click is one campaign"
    assert (row.kind, row.sms_template_id, row.gateway_class, row.task_state) == (
        "plain",
        5,
        "idempotent",
        "",
    )
    bench.workshop.run(row.id)
    assert bench.workshop.counts(row.id) == {"accepted": 30}
    (told,) = bench.told()
    assert {k: v for k, v in told.items() if k not in ("campaign", "recipients")} == {
        "kind": "plain",
        "task_name": "取件提醒",
        "sms_template": "5",
        "sms_sign": SIGNATURE,
        "sms_text": PLAIN.text,
        "values": {"2": "A1"},
    }
    recipients = told["recipients"]
    assert isinstance(recipients, list)
    assert recipients[0] == [MOBILE, {"1": "王2"}], "a column whose variable has one value is no part of it"


def test_the_form_is_kept_and_read_back() -> None:
    draft = replace(DRAFT, window=Window(540, 1200), waves=(10, 100), wave_rules=WaveRules(hold_minutes=5))
    assert read_draft(write_draft(draft)) == draft


@pytest.mark.parametrize("what", ["text", "template", "signature", "class", "opt_out", "values"])
def test_whatever_changed_since_must_be_confirmed_again(bench: Bench, what: str) -> None:
    shown = bench.campaigns.prepare_plain(DRAFT)
    desk = bench.desk
    if what == "text":
        desk.the_plain = replace(PLAIN, text="您好${1}，新取货码${2}")
    elif what == "template":
        desk.the_plain = replace(PLAIN, template="6")
    elif what == "signature":
        desk.the_plain = replace(PLAIN, signature="别家")
    elif what == "class":
        desk.the_plain = replace(PLAIN, promotion=True)
    elif what == "opt_out":
        bench.opt_out(MOBILE)
    else:
        desk.the_plain = replace(PLAIN, variables=PLAIN.variables[1:], text="取货码${2}")
    with pytest.raises(Refused) as refused:
        bench.campaigns.confirm(shown.digest)
    assert set(codes(refused)) == {"campaign.changed"}
    assert bench.campaigns.list(tests=True) == ()


def _link() -> Problem:
    return problem("campaign.plain.link", "sms_template")


@pytest.mark.parametrize(
    ("plain", "draft", "expected"),
    [
        (replace(PLAIN, why_not=(_link(),)), DRAFT, ["campaign.plain.link"]),
        (
            replace(PLAIN, why_not=(problem("sms.template.not_adopted", "state", state="x"),)),
            DRAFT,
            ["campaign.sms.not_sendable"],
        ),
        (PLAIN, replace(DRAFT, sms_values=(("2", "A1"), ("3", "x"))), ["campaign.sms_values.unknown"]),
        (PLAIN, replace(DRAFT, sms_values=(("2", "取 件"),)), ["sms.value.letters_and_digits"]),
        (PLAIN, replace(DRAFT, name=""), ["campaign.name.empty"]),
        (replace(PLAIN, text="字" * 500), DRAFT, ["campaign.sms.too_long"]),
    ],
)
def test_what_is_in_the_way(bench: Bench, plain: object, draft: PlainSendDraft, expected: list[str]) -> None:
    bench.desk.the_plain = plain  # type: ignore[assignment]  # a SendablePlain
    with pytest.raises(Refused) as refused:
        bench.campaigns.prepare_plain(draft)
    assert codes(refused) == expected
    assert bench.campaigns.list(tests=True) == ()


def test_a_variable_without_value_and_column_is_missed(bench: Bench) -> None:
    with bench.workshop.database.write() as connection:
        connection.exec_driver_sql("UPDATE audience SET params = '[\"2\"]'")
    with pytest.raises(Refused) as refused:
        bench.campaigns.prepare_plain(DRAFT)
    assert codes(refused) == ["campaign.params.missing"]


def test_nobody_is_left_to_send_to(bench: Bench) -> None:
    for number in numbers(20, 5, 4, 1):
        bench.opt_out(number)
    with pytest.raises(Refused) as refused:
        bench.campaigns.prepare_plain(DRAFT)
    assert codes(refused) == ["campaign.plain.nobody"]


# --- promotion ---------------------------------------------------------------------------------------------------


def test_promotion_asks_for_consent_and_keeps_to_its_hours(tmp_path: Path) -> None:
    bench = opened(tmp_path, hour=22)
    bench.desk.the_plain = replace(PLAIN, promotion=True)
    add(bench, numbers(mobile=3), consent="", id_=2)
    with pytest.raises(Refused) as refused:
        bench.campaigns.prepare_plain(replace(DRAFT, audience_id=2))
    assert codes(refused) == ["campaign.consent.missing"]
    shown = bench.campaigns.prepare_plain(DRAFT)
    assert (shown.window_start, shown.window_end, shown.promotion) == (480, 1260, True)
    assert shown.opens_ms == MIDNIGHT + DAY_MS + 8 * HOUR
    campaign = bench.campaigns.confirm(shown.digest).id
    bench.workshop.run(campaign)
    assert bench.workshop.counts(campaign) == {"pending": 30}, "nothing leaves at night"
    bench.workshop.clock.forward(11 * HOUR)
    bench.workshop.run(campaign)
    assert bench.workshop.counts(campaign) == {"accepted": 30}
    bench.workshop.database.close()


def test_a_notice_leaves_at_night(tmp_path: Path) -> None:
    bench = opened(tmp_path, hour=23)
    campaign = send(bench)
    bench.workshop.run(campaign)
    assert bench.workshop.counts(campaign) == {"accepted": 30}
    bench.workshop.database.close()


@pytest.mark.both_databases
def test_who_replied_r_to_the_signature_is_left_out_and_taken_out(bench: Bench) -> None:
    bench.opt_out(MOBILE, "别家")
    bench.opt_out(UNICOM)
    first = send(bench)
    bench.workshop.run(first)
    assert bench.workshop.counts(first) == {"accepted": 29, "opted_out": 1}
    second = send(bench)
    message = next(f"{key}:{n}" for key, n in bench.workshop.gateway.accepted if n == TELECOM)
    bench.workshop.ledger.take("scripted", [Receipt(1, message, "reply", "R", "", 1)], 1)
    bench.workshop.run(second)
    assert bench.workshop.counts(second) == {"accepted": 28, "refused": 1, "opted_out": 1}


# --- a gateway that has no list of them -------------------------------------------------------------------------


def test_at_the_real_cloud_it_is_blind_and_a_lost_answer_stays_unknown(tmp_path: Path) -> None:
    bench = opened(tmp_path, klass=GatewayClass.LISTABLE, max_chunk=100, kinds=BLIND)
    shown = bench.campaigns.prepare_plain(replace(DRAFT, chunk_size=10))
    assert [one.code for one in shown.notes] == ["campaign.plain.blind"]
    scripted = bench.workshop.gateway.will(accept_all, lost(accept_all))
    campaign = bench.campaigns.confirm(shown.digest).id
    assert bench.campaigns.get(campaign).gateway_class == "blind"
    for _ in range(3):  # nothing is asked and nothing sent again, however long one waits
        bench.workshop.run(campaign)
        bench.workshop.clock.forward(HOUR)
    assert bench.workshop.counts(campaign) == {"accepted": 20, "unknown": 10}
    assert (len(scripted.calls), scripted.asked, scripted.twice()) == (3, [], [])
    with bench.workshop.database.read() as connection:
        when = connection.exec_driver_sql("SELECT next_ms FROM chunk WHERE state = 'unknown'").scalar_one()
    assert when > bench.workshop.clock.now_ms() + 365 * DAY_MS, "no look-up is ever due"
    assert give_up(bench.workshop.database, campaign, bench.workshop.clock.now_ms()) == 10
    bench.workshop.run(campaign)
    assert bench.workshop.counts(campaign) == {"accepted": 20, "refused": 10}
    bench.workshop.database.close()


def test_a_smart_send_of_the_same_gateway_is_still_listable(tmp_path: Path) -> None:
    gateway = ScriptedGateway(klass=GatewayClass.LISTABLE, kinds=BLIND)
    assert gateway.promise("smart").klass is GatewayClass.LISTABLE
    assert gateway.promise("plain") == Promise(GatewayClass.BLIND, 500)
    bench = opened(tmp_path, klass=GatewayClass.LISTABLE, max_chunk=100, kinds=BLIND)
    assert send(bench, replace(DRAFT, chunk_size=0))
    with bench.workshop.database.read() as connection:
        assert connection.exec_driver_sql("SELECT chunk_size FROM campaign").scalar_one() == 500
    bench.workshop.database.close()


@pytest.mark.parametrize("klass", list(GatewayClass))
def test_a_lost_answer_is_nobody_twice(tmp_path: Path, klass: GatewayClass) -> None:
    bench = opened(tmp_path, klass=klass)
    bench.workshop.gateway.will(accept_all, lost(accept_all))
    campaign = send(bench, replace(DRAFT, chunk_size=10))
    bench.workshop.run(campaign)
    assert bench.workshop.gateway.twice() == []
    assert (bench.workshop.counts(campaign).get("unknown", 0) == 0) is (klass is GatewayClass.IDEMPOTENT)
    bench.workshop.database.close()


def test_who_is_refused_alone_has_the_gateways_code(bench: Bench) -> None:
    bench.workshop.gateway.will(refuse([MOBILE], "E200028"))
    campaign = send(bench)
    bench.workshop.run(campaign)
    assert bench.workshop.counts(campaign) == {"accepted": 29, "refused": 1}
    (row,) = bench.campaigns.details(campaign, where=DetailFilter(bucket="refused")).rows
    assert (row.code, row.carrier, row.vendor, row.card) == ("E200028", "cmcc", "", False)


# --- counts, test sends, rights, export --------------------------------------------------------------------------


def test_the_funnel_is_by_carrier(bench: Bench) -> None:
    campaign = send(bench)
    bench.workshop.run(campaign)
    found = bench.campaigns.funnel(campaign)
    assert [(name, counts.sent) for name, counts in found.carriers] == [
        ("cmcc", 20),
        ("cucc", 5),
        ("ctcc", 4),
        ("unknown", 1),
    ]
    assert (found.vendors, found.total.resolvable, found.total.submitted) == ((), 0, 30)
    assert len(bench.campaigns.details(campaign, where=DetailFilter(carrier="cucc")).rows) == 5


def test_a_test_send_is_a_campaign_of_its_own(bench: Bench) -> None:
    row = bench.campaigns.test_send_plain(DRAFT, [MOBILE, MOBILE, NOBODY], {"1": "王先生"})
    bench.workshop.run(row.id)
    assert bench.workshop.counts(row.id) == {"accepted": 2}
    assert bench.campaigns.list() == ()
    assert [(r.test, r.kind) for r in bench.campaigns.list(tests=True)] == [(True, "plain")]
    assert bench.told()[0]["recipients"] == [[MOBILE, {"1": "王先生"}], [NOBODY, {"1": "王先生"}]]


def test_a_test_send_says_what_is_in_the_way(bench: Bench) -> None:
    for values, expected in (
        ({}, ["campaign.test.params"]),
        ({"1": "http://a.cn"}, ["sms.value.text_characters"]),
    ):
        with pytest.raises(Refused) as refused:
            bench.campaigns.test_send_plain(DRAFT, [MOBILE], values)
        assert codes(refused)[:1] == expected[:1]
    bench.opt_out(MOBILE)
    with pytest.raises(Refused) as refused:
        bench.campaigns.test_send_plain(DRAFT, [MOBILE], {"1": "王"})
    assert codes(refused) == ["campaign.test.opted_out"]
    assert bench.campaigns.list(tests=True) == ()


def only(*actions: str) -> Principal:
    """Return somebody who may do these things."""
    return Principal("some", (Policy("some", (Statement(Effect.ALLOW, (*actions, "rtc:*")),)),))


def test_the_rights_are_those_of_a_smart_message(bench: Bench) -> None:
    campaign = send(bench)
    smart, basic = (
        open_bench(bench.workshop, only(name)) for name in ("kooMessage:dev*", "kooMessage:basic*")
    )
    assert [row.kind for row in smart.campaigns.list(kind=CampaignKind.PLAIN)] == ["plain"]
    assert smart.campaigns.confirm(smart.campaigns.prepare_plain(DRAFT).digest).kind == "plain"
    assert basic.campaigns.list() == ()
    for door in (
        lambda: basic.campaigns.prepare_plain(DRAFT),
        lambda: basic.campaigns.preview_plain(DRAFT),
        lambda: basic.campaigns.estimate_plain(DRAFT),
        lambda: basic.campaigns.get(campaign),
        lambda: basic.campaigns.test_send_plain(DRAFT, [MOBILE], {"1": "王"}),
    ):
        with pytest.raises(Refused) as refused:
            door()
        assert codes(refused) == ["access.denied"]


def test_an_export_has_the_columns_of_a_text(bench: Bench, tmp_path: Path) -> None:
    campaign = send(bench)
    bench.workshop.run(campaign)
    assert bench.campaigns.export(campaign, tmp_path / "a.csv", "audit") == 30
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {"carrier", "replied_ms"} <= rows[0].keys()
    assert not {"vendor", "card", "clicked_ms"} & rows[0].keys()


def test_a_batch_the_contract_does_not_know_would_be_refused(tmp_path: Path) -> None:
    """The stand-in is strict: what it accepts, docs/architecture.md says."""
    workshop: Workshop = open_workshop(tmp_path)
    campaign = workshop.confirm(3, kind="plain", params=(), sms_values=())
    workshop.run(campaign)
    assert workshop.counts(campaign) == {"accepted": 3}
    workshop.database.close()
