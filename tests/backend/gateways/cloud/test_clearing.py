# SPDX-License-Identifier: Apache-2.0
"""Clearing at an engine over its own door and over the cloud's API, by the same operations: the same states in the end, and
whatever breaks on the way, each thing is on the other side once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from koodesk.backend.views.cards import CardRow
from koodesk.domain.problem import Refused
from koodesk.domain.review_state import CardState, Verdict
from koodesk.domain.signature import SignatureDraft, SignatureSource, SignatureState, SmsType
from koodesk.domain.sms import SmsTemplateState
from koodesk.domain.sms_app import SmsAppState
from koodesk.domain.vendor import Vendor
from koodesk.engine import control
from tests.backend.gateways.cloud.clearing_world import CLOUD, LOCAL, Office
from tests.backend.operations.clearing_desk import JPG
from tests.domain.strategies import good
from tests.engine.client import Client, filing, hand_in, to_working_hours
from tests.engine.cloud.world import World, start

pytestmark = pytest.mark.slow

SETTLE_MS, APART_MS = 600_000, 60_000


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An engine whose account has filed, and nothing more."""
    folder: Path = tmp_path_factory.mktemp("clearing") / "engine"
    made = start(folder)
    hand_in(made.client, "filing", "filing:send_task", filing())
    made.client.call("POST", "/clock", {"forward_ms": 96 * 3_600_000})
    to_working_hours(made.client)
    yield made
    Client.close_all()
    control.stop(folder)


@pytest.fixture(params=[LOCAL, CLOUD])
def office(world: World, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Office]:
    """A desk at the engine over either gateway."""
    made = Office(world, tmp_path, request.param)
    yield made
    made.close()


@pytest.fixture
def cloud(world: World, tmp_path: Path) -> Iterator[Office]:
    """A desk at the engine over the cloud's API."""
    made = Office(world, tmp_path, CLOUD)
    yield made
    made.close()


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [p.code for p in refused.value.problems]


def named(office: Office, tmp_path: Path) -> str:
    """A word that no other test of this engine uses."""
    return f"{office.over}{abs(hash(tmp_path)) % 10**8}"


def card(office: Office, name: str = "新春红包") -> CardRow:
    """A card of two vendors that the reviewer takes."""
    office.clear_filing()
    return office.desk.cards.create(replace(good(), name=name, vendors=(Vendor.HUAWEI, Vendor.XIAOMI)))


def test_a_signature_a_template_and_a_card_come_to_the_same_states(office: Office, tmp_path: Path) -> None:
    desk, word = office.desk, named(office, tmp_path)
    app = desk.sms.add_app(word)
    assert app.state is SmsAppState.CREATED
    office.later()
    assert desk.sms.apps()[0].state is SmsAppState.LAUNCHED
    draft = SignatureDraft(word[-12:], SmsType.PROMOTION, app.id, SignatureSource.COMPANY, third_party=False)
    signature = desk.sms.add_signature(draft, desk.file("营业执照.jpg", JPG))
    assert signature.state is SignatureState.PENDING_REVIEW
    office.later()
    (signature,) = desk.sms.signatures()
    assert signature.state is SignatureState.REVIEW_PASSED
    assert signature.channel_num
    desk.sms.add_template(desk.template_draft(signature.id))
    office.later()
    assert desk.sms.templates()[0].state is SmsTemplateState.ADOPTED
    row = card(office)
    assert desk.cards.submit(row.id).state is CardState.WAITING
    office.later()
    row = desk.cards.get(row.id)
    assert (row.state, len(row.tpl_id)) == (CardState.APPROVED, 9)
    assert {one.vendor: one.verdict for one in row.verdicts} == {
        Vendor.HUAWEI: Verdict.APPROVED,
        Vendor.XIAOMI: Verdict.APPROVED,
    }
    assert office.sync() == 0


# What breaks -> whether the platform had done its work by then.
BREAKS: list[tuple[dict[str, object], bool]] = [
    ({"does": "reset_after"}, True),
    ({"does": "cut"}, True),
    ({"does": "garbled"}, True),
    ({"does": "status_after", "status": 502}, True),
    ({"does": "status", "status": 500}, False),
    ({"does": "status", "status": 503}, False),
    ({"does": "reset"}, False),
]


@pytest.mark.parametrize(("fault", "worked"), BREAKS, ids=[str(fault["does"]) for fault, _ in BREAKS])
def test_an_application_whose_answer_was_lost_is_there_once(
    office: Office, tmp_path: Path, fault: dict[str, object], worked: bool
) -> None:
    """The keyed door may be asked again at once; over the cloud's API it is looked for, and made anew when it is not there."""
    word = named(office, tmp_path)
    office.faults(on="submit", **fault)
    with pytest.raises(Refused):
        office.desk.sms.add_app(word)
    assert office.desk.sms.apps()[0].state is SmsAppState.NOT_SUBMITTED
    office.faults()
    office.restarted()  # nothing of it stands in memory only
    at_once = office.sync()
    assert at_once == (1 if worked or office.over == LOCAL else 0)
    office.forward(SETTLE_MS)
    office.sync()  # asked, and not there
    office.sync()  # too soon after
    assert len([one for one in office.reviews("sms_app") if one["body"]["name"] == word]) == at_once
    office.forward(APART_MS)
    office.sync()
    office.later()
    assert len([one for one in office.reviews("sms_app") if one["body"]["name"] == word]) == 1
    assert office.desk.sms.apps()[0].state is SmsAppState.LAUNCHED


def test_what_was_turned_away_is_handed_in_again_without_waiting(cloud: Office, tmp_path: Path) -> None:
    word = named(cloud, tmp_path)
    cloud.faults(on="submit", does="status", status=429)
    with pytest.raises(Refused) as refused:
        cloud.desk.sms.add_app(word)
    assert codes(refused) == ["gateway.refused"]
    cloud.faults()
    assert cloud.sync() == 1


def test_a_card_whose_answer_was_lost_is_never_a_second_one(cloud: Office) -> None:
    """Not even when the platform's list lags behind: until the settle time is over nothing is made."""
    row = card(cloud, "一次新春红包")
    cloud.files.colour = "blue"  # a picture that nobody has uploaded
    cloud.faults(on="submit", does="reset_after", attempts=1)
    with pytest.raises(Refused) as refused:
        cloud.desk.cards.submit(row.id)
    assert codes(refused) == ["gateway.unreachable"]  # the picture's upload
    with pytest.raises(Refused) as refused:
        cloud.desk.cards.submit(row.id)
    assert codes(refused) == ["cloud.unclear"]
    cloud.faults(on="look_up", does="unknown_key")
    for _ in range(3):
        assert cloud.sync() == 0
    cloud.faults()
    assert cloud.sync() == 1
    templates = [one for one in cloud.reviews("card") if one["body"]["name"].startswith("一次新春红包")]
    assert [one["body"]["name"] for one in templates] == [templates[0]["body"]["name"]]
    assert len(templates[0]["body"]["name"]) <= 17
    cloud.later()
    assert cloud.desk.cards.get(row.id).tpl_id == templates[0]["tpl_id"]


def test_two_who_hand_in_at_once_make_one(cloud: Office, tmp_path: Path) -> None:
    """The second finds that somebody is about to make it, and makes nothing."""
    word = named(cloud, tmp_path)
    cloud.faults(on="submit", does="status", status=503)
    with pytest.raises(Refused):
        cloud.desk.sms.add_app(word)
    cloud.faults()
    with pytest.raises(Refused) as refused:
        cloud.desk.sms.add_app(word)
    assert codes(refused) == ["cloud.unclear"]
    assert not [one for one in cloud.reviews("sms_app") if one["body"]["name"] == word]


def test_a_picture_is_uploaded_once_for_all_cards(cloud: Office) -> None:
    first, second = card(cloud, "第一张"), card(cloud, "第二张")
    cloud.desk.cards.submit(first.id)
    before = cloud.records.uploads()
    cloud.desk.cards.submit(second.id)
    after = cloud.records.uploads()
    assert len(before) == 1
    assert [one.cloud_id for one in after] == [one.cloud_id for one in before]
    told = cloud.client.ask("list_aim_template_materials", resource_type="image", offset=1, limit=100)
    named_so = [one for one in told["data"]["results"] if one["file_name"] == after[0].name]
    assert len(named_so) == 1


def test_a_rejected_template_is_changed_in_place(cloud: Office, tmp_path: Path) -> None:
    desk, word = cloud.desk, named(cloud, tmp_path)
    app = desk.sms.add_app(word)
    cloud.later()
    draft = SignatureDraft(word[-12:], SmsType.PROMOTION, app.id, SignatureSource.COMPANY, third_party=False)
    desk.sms.add_signature(draft, desk.file("营业执照.jpg", JPG))
    cloud.world.client.call("PUT", "/settings", {"reviewer": "desk"})
    try:
        cloud.sync()
        (waits,) = [one for one in cloud.reviews("sms_signature") if one["body"]["name"] == word[-12:]]
        cloud.world.client.call(
            "POST", f"/reviews/{waits['id']}/decision", {"approve": False, "reason": "看不清"}
        )
        cloud.forward(SETTLE_MS)
        cloud.sync()
        (row,) = desk.sms.signatures()
        assert row.state is SignatureState.REVIEW_NOT_PASS
        assert [one.text for one in row.progress.reasons] == ["看不清"]
        desk.sms.change_signature(row.id, replace(draft, note="门店活动"), desk.file("执照2.jpg", JPG + b"2"))
        found = [one for one in cloud.reviews("sms_signature") if one["body"]["name"] == word[-12:]]
        assert len({one["ref"] for one in found}) == 1
        assert len(found) == 2
    finally:
        cloud.world.client.call("PUT", "/settings", {"reviewer": "auto"})
