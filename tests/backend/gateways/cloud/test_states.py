# SPDX-License-Identifier: Apache-2.0
"""What the platform's lists say of a review, in the words of the desk's: never more than they say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from koodesk.backend.gateways.cloud.card_templates import CardTemplates
from koodesk.backend.gateways.cloud.making import Maker
from koodesk.backend.gateways.cloud.sms_records import SmsApps, SmsSignatures, SmsTemplates
from koodesk.backend.gateways.cloud.uploads import Uploads
from koodesk.backend.gateways.cloud.video_records import VideoTemplates
from koodesk.backend.ports.cloud_records import CloudWord
from koodesk.backend.ports.review_gateway import ReviewItem
from koodesk.backend.storage.stores.cloud import SqlCloudRecords
from koodesk.domain import codec
from koodesk.domain.problem import Refused
from koodesk.domain.review_state import ReviewKind
from koodesk.domain.template import Use
from tests.backend.gateways.cloud.clearing_world import Files
from tests.backend.gateways.cloud.platform import Platform, client, platform
from tests.databases import open_database
from tests.domain.strategies import good, pack

NOW_MS = 1_795_900_000_000
CARDS, VIDEOS = "/v1/aim/templates", "/v1/aim-basic/templates"
W, A, R = "waiting", "approved", "rejected"


@pytest.fixture
def cloud() -> Iterator[Platform]:
    with platform() as told:
        yield told


@pytest.fixture
def uploads(cloud: Platform, tmp_path: Path) -> Uploads:
    database = open_database(tmp_path)
    database.prepare()
    return Uploads(client(cloud.url), SqlCloudRecords(database), Files(), lambda: NOW_MS)


@pytest.fixture
def cards(cloud: Platform, uploads: Uploads) -> CardTemplates:
    return CardTemplates(client(cloud.url), uploads, pack)


def card_row(audit: int, **states: int) -> dict[str, object]:
    factories = [{"factory_type": name, "state": state} for name, state in states.items()]
    return {"tpl_id": "900000001", "audit_state": audit, "audit_desc": "看不清", "factory_info": factories}


@pytest.mark.parametrize(
    ("row", "state", "vendors"),
    [
        (card_row(0), W, (W, W)),
        (card_row(1, HuaWei=0, VIVO=2), W, (W, W)),
        (card_row(2, HuaWei=1, VIVO=2), A, (A, W)),  # not active is not refused
        (card_row(2, HUAWEI=1, VIVO=1), A, (A, A)),
        (card_row(2), A, (W, W)),
        (card_row(3, HuaWei=0, VIVO=0), R, (R, R)),
        (card_row(9, HuaWei=1), W, (W, W)),  # a state nobody has published
    ],
)
def test_a_card_and_its_vendors(
    cloud: Platform, cards: CardTemplates, row: dict[str, object], state: str, vendors: tuple[str, ...]
) -> None:
    cloud.tells(CARDS, {"templates": [row]})
    seen = cards.look("900000001", ("HUAWEI", "VIVO"), NOW_MS)
    assert seen is not None
    assert (seen.state, tuple(one.state for one in seen.parties)) == (state, vendors)
    assert [one.reason for one in seen.parties] == (["看不清"] * 2 if state == R else ["", ""])
    assert cloud.asked[-1].query["tpl_id"] == "900000001"


def test_a_card_that_is_listed_no_more_says_nothing(cloud: Platform, cards: CardTemplates) -> None:
    cloud.tells(CARDS, {"templates": [{**card_row(2), "tpl_id": "900000002"}]})
    assert cards.look("900000001", ("HUAWEI",), NOW_MS) is None


@pytest.mark.parametrize(
    ("audit", "details", "state", "carriers"),
    [
        (1, {}, W, (W, W)),
        (0, {"cmcc": 0, "cucc": 1}, A, (A, W)),
        (0, {"cmcc": 0, "cucc": 2}, A, (A, R)),
        (2, {"cmcc": 2}, R, (R, R)),  # whom nobody names is refused with the whole
        (5, {"cmcc": 0, "cucc": 0}, A, (A, A)),  # it was approved, and is over
        (3, {"cmcc": 7}, W, (W, W)),
    ],
)
def test_a_video_template_and_its_carriers(
    cloud: Platform, audit: int, details: dict[str, int], state: str, carriers: tuple[str, ...]
) -> None:
    told = [{"carrier": name, "status": status, "desc": ""} for name, status in details.items()]
    row = {"tpl_id": "7", "audit_state": audit, "audit_desc": "", "status_detail": told}
    cloud.tells(VIDEOS, {"data": {"templates": [row]}})
    seen = VideoTemplates(client(cloud.url), Files()).look("7", ("cmcc", "cucc"), NOW_MS)
    assert seen is not None
    assert (seen.state, tuple(one.state for one in seen.parties)) == (state, carriers)


@pytest.mark.parametrize(
    ("path", "field", "word", "state"),
    [
        ("apps", "status", "CREATED", W),
        ("apps", "status", "LAUNCHED", A),
        ("apps", "status", "SUSPENDED", A),
        ("signatures", "status", "PENDING_REVIEW", W),
        ("signatures", "status", "PROCESSING", "processing"),
        ("signatures", "status", "REVIEW_PASSED", A),
        ("signatures", "status", "REVIEW_NOT_PASS", R),
        ("signatures", "status", "TO_BE_ACTIVATED", "processing"),
        ("templates", "flow_status", "Adopted", A),
        ("templates", "flow_status", "Reviewing", W),
        ("templates", "flow_status", "Reject", R),
        ("templates", "flow_status", "anything else", W),
    ],
)
def test_a_record_of_the_sms_layer(
    cloud: Platform, uploads: Uploads, path: str, field: str, word: str, state: str
) -> None:
    makers: dict[str, Maker] = {
        "apps": SmsApps(client(cloud.url)),
        "signatures": SmsSignatures(client(cloud.url), uploads),
        "templates": SmsTemplates(client(cloud.url)),
    }
    told = {f"{path[:-1]}_id": "x1", field: word, "review_desc": "理由"}
    cloud.tells(f"/v1/sms/{path}/x1", {**told, "channel_num": "1069"})
    assert makers[path].look("x1", (), NOW_MS) == CloudWord(state, (), "理由", "1069")


def card_item(name: str, use: Use = Use.COMMERCIAL, digest: str = "d1") -> ReviewItem:
    template = codec.dumps(replace(good(), name=name, use=use))
    return ReviewItem(ReviewKind.CARD, "1", digest, template.decode(), ("HUAWEI",))


@pytest.mark.parametrize("length", [1, 8, 9, 17])
def test_a_cards_name_there_is_short_its_own_and_the_only_one(cards: CardTemplates, length: int) -> None:
    name = "新春红包满减活动家居专场会员日享好礼"[:length]
    made = cards.name(card_item(name))
    assert len(made) <= 17
    assert made.startswith(name[:8])
    assert made == cards.name(card_item(name))
    assert made != cards.name(card_item(name, digest="d2"))


def test_a_trial_cards_name_keeps_the_word_the_platform_asks_for(cards: CardTemplates) -> None:
    made = cards.name(card_item("新春红包满减活动家居测试", Use.TRIAL))
    assert "测试" in made
    assert len(made) <= 17


def test_a_video_sms_for_another_channel_is_made_in_the_console(cloud: Platform) -> None:
    body = {
        "restags": "单网一般",
        "reslist": [],
        "tpl_name": "n",
        "title": "t",
        "remarks": "",
        "expiration_time": 30,
    }
    item = ReviewItem(ReviewKind.VIDEO_TEMPLATE, "1", "d", json.dumps(body), ("cmcc",))
    with pytest.raises(Refused) as refused:
        VideoTemplates(client(cloud.url), Files()).content(item, "n")
    assert [one.code for one in refused.value.problems] == ["cloud.channel"]
    assert not cloud.asked
