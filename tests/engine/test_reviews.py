# SPDX-License-Identifier: Apache-2.0
"""Reviews: the written rules with their reasons, the desk, the clock, and the feed of changes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from koodesk.engine import review_rows, reviews
from koodesk.engine.errors import ApiError
from koodesk.engine.findings import findings
from koodesk.engine.working_hours import WORKING_DAY_MS
from tests.engine.client import SIGN, card, filing, paper, signature, sms_template
from tests.engine.inside import DAY_MS, HOUR_MS, MONDAY_TEN, Inside

Prepare = Callable[[Inside], object]


def nothing(_inside: Inside) -> None:
    """Nothing was handed in before."""


def with_app(inside: Inside) -> None:
    inside.reviewed("sms_app", "app:1", {"name": "yunshan", "uplink_url": ""})


def with_signature(inside: Inside) -> None:
    with_app(inside)
    inside.reviewed("sms_signature", "signature:1", signature())


ATTORNEY = paper("委托书.jpg", "jpg")
NO_LINK_VARIABLES = [{"number": 1, "type": "TEXT", "description": "姓名"}]

CASES: list[tuple[str, Prepare, dict[str, Any], set[str]]] = [
    ("filing", nothing, filing(), set()),
    ("filing", nothing, filing("short_link"), set()),
    ("filing", nothing, filing(leave_out="relation_letter"), {"filing.paper_missing"}),
    ("filing", nothing, {"kind": "send_task", "papers": []}, {"filing.paper_missing"}),
    ("filing", nothing, {"kind": "other", "papers": []}, {"review.unreadable"}),
    ("filing", nothing, {}, {"review.unreadable"}),
    ("filing", nothing, {"kind": "send_task", "papers": "none"}, {"review.unreadable"}),
    ("sms_app", nothing, {"name": "yunshan", "uplink_url": "https://up.yunshan.example/sms"}, set()),
    ("sms_app", nothing, {"name": "云杉"}, {"sms_app.name.characters"}),
    ("sms_app", with_app, {"name": "YunShan"}, {"sms_app.name.taken"}),
    ("sms_signature", with_app, signature(), set()),
    ("sms_signature", with_app, signature(third_party=True, attorney=ATTORNEY), set()),
    ("sms_signature", with_app, signature(third_party=True), {"signature.attorney_missing"}),
    ("sms_signature", with_app, signature(licence=None), {"signature.licence_missing"}),
    ("sms_signature", with_app, signature(licence=paper("a.pdf", "pdf")), {"paper.type"}),
    (
        "sms_signature",
        with_app,
        signature(licence={**paper("a.jpg", "jpg"), "size": 2 * 1024 * 1024 + 1}),
        {"paper.too_big"},
    ),
    ("sms_signature", with_app, signature(name="云"), {"signature.name.too_short"}),
    ("sms_signature", with_app, signature(name="云杉!"), {"signature.name.characters"}),
    ("sms_signature", with_app, signature(name=["云杉"]), {"review.unreadable"}),
    ("sms_signature", nothing, signature(), {"review.app_not_launched"}),
    ("sms_template", with_signature, sms_template(), set()),
    ("sms_template", with_signature, sms_template(type="NOTIFY_TYPE", content="${1}：${2}"), set()),
    ("sms_template", with_signature, sms_template(content="${1}：${2}"), {"sms.content.no_opt_out"}),
    (
        "sms_template",
        with_signature,
        sms_template(content="${1}：${3} 拒收请回复R"),
        {"sms.variable.gap", "sms.variable.no_type", "sms.variable.not_used"},
    ),
    (
        "sms_template",
        with_signature,
        sms_template(content="${1}${2}" + "一" * 500 + "拒收请回复R"),
        {"sms.content.too_long"},
    ),
    ("sms_template", with_signature, sms_template(variables=NO_LINK_VARIABLES), {"sms.variable.no_type"}),
    ("sms_template", nothing, sms_template(), {"review.signature_not_approved"}),
    ("sms_template", with_signature, sms_template(app="other"), {"review.signature_of_other_app"}),
]


@pytest.mark.parametrize(("kind", "before", "body", "codes"), CASES)
def test_the_written_rules(
    inside: Inside, kind: str, before: Prepare, body: dict[str, Any], codes: set[str]
) -> None:
    before(inside)
    found = inside.reviewed(kind, "new:1", body)
    assert {reason["code"] for reason in found["reasons"]} == codes
    assert found["state"] == ("rejected" if codes else "approved")


def test_a_card_is_reviewed_by_each_vendor_at_its_own_time(inside: Inside) -> None:
    body = card()
    vendors = tuple(body["vendors"])
    found = inside.hand_in("card", "card:1", body, vendors)
    assert len(found["tpl_id"]) == 9
    dues = {one["due_ms"] for one in found["vendors"].values()}
    assert len(dues) == len(vendors)
    assert all(MONDAY_TEN < due <= MONDAY_TEN + DAY_MS for due in dues)
    inside.now_ms = min(dues) - 1
    inside.later(0)
    assert review_rows.get(inside.connection, found["id"])["state"] == "waiting"
    inside.later(1)
    one_active = review_rows.get(inside.connection, found["id"])
    assert one_active["state"] == "approved"  # one vendor is enough
    assert sorted(one["state"] for one in one_active["vendors"].values()) == ["approved"] + ["waiting"] * (
        len(vendors) - 1
    )
    inside.later(DAY_MS)
    assert {one["state"] for one in review_rows.get(inside.connection, found["id"])["vendors"].values()} == {
        "approved"
    }


def test_a_card_is_rejected_with_reasons_on_the_slot(inside: Inside) -> None:
    body = card()
    for page in body["pages"]:
        for content in page["contents"]:
            if content["kind"] == "button":
                content["event"] = None
    found = inside.reviewed("card", "card:1", body, ("HUAWEI", "OPPO"))
    assert found["state"] == "rejected"
    assert {one["state"] for one in found["vendors"].values()} == {"rejected"}
    assert {reason["vendor"] for reason in found["reasons"]} == {"HUAWEI", "OPPO"}
    assert any("button" in reason["where"] for reason in found["reasons"])
    assert all(one["reason"] for one in found["vendors"].values())


def test_a_card_nobody_can_read_is_rejected(inside: Inside) -> None:
    found = inside.reviewed("card", "card:1", {"format": 99}, ("HUAWEI",))
    assert found["state"] == "rejected"
    assert found["reasons"]


def test_a_vendor_the_card_is_not_for_rejects_it(inside: Inside) -> None:
    found = inside.reviewed("card", "card:1", card(), ("MEIZU",))
    assert [reason["code"] for reason in found["reasons"]] == ["review.vendor_not_chosen"]


def test_the_stages_of_a_signature_and_their_times(inside: Inside) -> None:
    with_app(inside)
    inside.now_ms = MONDAY_TEN + 7 * DAY_MS
    handed_in = inside.hand_in("sms_signature", "signature:1", signature())
    assert handed_in["due_ms"] == inside.now_ms + 2 * HOUR_MS
    inside.later(2 * HOUR_MS)
    processing = review_rows.get(inside.connection, handed_in["id"])
    assert (processing["state"], processing["stage"]) == ("processing", "PROCESSING")
    assert processing["channel_num"] == ""
    inside.later(HOUR_MS)
    passed = review_rows.get(inside.connection, handed_in["id"])
    assert (passed["state"], passed["stage"]) == ("approved", "REVIEW_PASSED")
    assert passed["channel_num"].isdigit()
    seen = [
        one["stage"]
        for one in review_rows.changes(inside.connection, 0, 500)["items"]
        if one["kind"] == "sms_signature"
    ]
    assert seen == ["PENDING_REVIEW", "PROCESSING", "REVIEW_PASSED"]


def test_a_filing_takes_a_working_day(inside: Inside) -> None:
    found = inside.hand_in("filing", "filing:send_task", filing())
    assert found["due_ms"] == MONDAY_TEN + WORKING_DAY_MS + 15 * HOUR_MS  # ten o'clock on Tuesday


def test_the_same_thing_handed_in_again_is_the_same_review(inside: Inside) -> None:
    first = inside.hand_in("filing", "filing:send_task", filing())
    inside.later(3 * DAY_MS)
    again = inside.hand_in("filing", "filing:send_task", filing())
    assert again["id"] == first["id"]
    assert again["state"] == "approved"
    other = inside.hand_in("filing", "filing:send_task", filing(leave_out="licence"))
    assert other["id"] != first["id"]


def test_the_desk_decides_and_nobody_else(inside: Inside) -> None:
    inside.settings = replace(inside.settings, reviewer="desk")
    found = inside.reviewed("sms_app", "app:1", {"name": "云杉"})
    assert found["state"] == "waiting"
    with pytest.raises(ApiError) as caught:
        reviews.decide(inside.connection, found["id"], {"approve": False, "reason": " "}, inside.now_ms)
    assert caught.value.params["where"] == "reason"
    rejected = reviews.decide(
        inside.connection, found["id"], {"approve": False, "reason": "名称不合规"}, inside.now_ms
    )
    assert (rejected["state"], rejected["reasons"][0]["text"]) == ("rejected", "名称不合规")
    with pytest.raises(ApiError) as caught:
        reviews.decide(inside.connection, found["id"], {"approve": True}, inside.now_ms)
    assert (caught.value.status, caught.value.code) == (409, "KD.REVIEW_DECIDED")


def test_back_to_the_automatic_reviewer_what_waited_is_decided(inside: Inside) -> None:
    inside.settings = replace(inside.settings, reviewer="desk")
    found = inside.reviewed("filing", "filing:send_task", filing())
    inside.settings = replace(inside.settings, reviewer="auto")
    inside.later(0)
    assert review_rows.get(inside.connection, found["id"])["state"] == "approved"


def test_the_desk_approves_a_signature_with_its_number(inside: Inside) -> None:
    inside.settings = replace(inside.settings, reviewer="desk")
    found = inside.hand_in("sms_signature", "signature:1", signature())
    passed = reviews.decide(inside.connection, found["id"], {"approve": True}, inside.now_ms)
    assert (passed["stage"], bool(passed["channel_num"])) == ("REVIEW_PASSED", True)


def test_a_vendor_may_change_its_mind(inside: Inside) -> None:
    inside.settings = replace(inside.settings, reviewer="desk")
    found = inside.hand_in("card", "card:1", card(), ("HUAWEI", "OPPO"))

    def decide(**given: Any) -> dict[str, Any]:
        return reviews.decide(inside.connection, found["id"], given, inside.now_ms)

    assert decide(approve=True, vendor="HUAWEI")["state"] == "approved"
    assert decide(approve=False, reason="素材模糊", vendor="HUAWEI")["state"] == "waiting"
    assert decide(approve=False, reason="素材模糊")["state"] == "rejected"
    again = decide(approve=True, vendor="OPPO")
    assert again["state"] == "approved"
    assert {reason["vendor"] for reason in again["reasons"]} == {"HUAWEI"}
    with pytest.raises(ApiError):
        decide(approve=True, vendor="VIVO")


def test_a_rejection_keeps_the_place_it_is_about(inside: Inside) -> None:
    inside.settings = replace(inside.settings, reviewer="desk")
    found = inside.hand_in("card", "card:1", card(), ("HUAWEI", "OPPO"))
    given = {"approve": False, "reason": "素材模糊", "vendor": "OPPO", "where": "content:3"}
    after = reviews.decide(inside.connection, found["id"], given, inside.now_ms)
    assert [(one["where"], one["vendor"], one["text"]) for one in after["reasons"]] == [
        ("content:3", "OPPO", "素材模糊")
    ]
    for wrong in (7, "x" * 201, "a\nb"):
        with pytest.raises(ApiError):
            reviews.decide(inside.connection, found["id"], {**given, "where": wrong}, inside.now_ms)


def test_asking_what_would_be_said_decides_nothing(inside: Inside) -> None:
    inside.settings = replace(inside.settings, reviewer="desk")
    found = inside.hand_in("sms_signature", "signature:1", signature(name="云"))
    (item,) = findings(inside.connection, found["id"])["items"]
    assert item["party"] == ""
    assert "signature.name.too_short" in {one["code"] for one in item["reasons"]}
    sound = inside.hand_in("card", "card:1", card(), ("HUAWEI", "OPPO"))
    told = findings(inside.connection, sound["id"])["items"]
    assert [one["party"] for one in told] == ["HUAWEI", "OPPO"]
    assert review_rows.get(inside.connection, found["id"])["state"] == "waiting"
    inside.settings = replace(inside.settings, reviewer="auto")
    inside.later(7 * DAY_MS)
    for review_id, said in ((found["id"], [item]), (sound["id"], told)):
        decided = review_rows.get(inside.connection, review_id)
        codes = {one["code"] for one in decided["reasons"]}
        assert {one["code"] for party in said for one in party["reasons"]} >= codes
    with pytest.raises(ApiError):
        findings(inside.connection, 99)


def test_every_change_is_told_once_and_in_order(inside: Inside) -> None:
    inside.clear()
    everything = review_rows.changes(inside.connection, 0, 500)["items"]
    seqs = [one["seq"] for one in everything]
    assert seqs == list(range(1, len(seqs) + 1))
    assert [one["at_ms"] for one in everything] == sorted(one["at_ms"] for one in everything)
    piecewise, after = [], 0
    while items := review_rows.changes(inside.connection, after, 3)["items"]:
        piecewise += items
        after = items[-1]["seq"]
    assert piecewise == everything
    last = {one["id"]: one["state"] for one in everything}
    assert last == {
        one["id"]: one["state"] for one in review_rows.listed(inside.connection, "", "", 0, 500)["items"]
    }


def test_a_jump_and_a_crawl_of_the_clock_end_the_same(tmp_path: Any) -> None:
    stories = []
    for name, steps in (("jump", [96]), ("crawl", [1] * 96)):
        (tmp_path / name).mkdir()
        engine = Inside(tmp_path / name)
        engine.hand_in("sms_app", "app:1", {"name": "yunshan", "uplink_url": ""})
        engine.hand_in("filing", "filing:send_task", filing())
        engine.hand_in("sms_signature", "signature:1", signature())
        engine.hand_in("card", "card:1", card(), ("HUAWEI", "OPPO", "VIVO"))
        for hours in steps:
            engine.later(hours * HOUR_MS)
        items = review_rows.changes(engine.connection, 0, 500)["items"]
        stories.append([(one["ref"], one["stage"], one["vendors"], one["at_ms"]) for one in items])
        engine.connection.close()
    assert stories[0] == stories[1]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"kind": "video"}, "kind"),
        ({"ref": ""}, "ref"),
        ({"digest": 5}, "digest"),
        ({"body": "x"}, "body"),
        ({"vendors": ["HONOR"]}, "vendors"),
        ({"vendors": ["HUAWEI"]}, "vendors"),  # only cards have vendors
        ({"kind": "card"}, "vendors"),
    ],
)
def test_a_request_of_the_wrong_shape_is_refused(inside: Inside, change: dict[str, Any], where: str) -> None:
    given = {
        "kind": "sms_app",
        "ref": "app:1",
        "digest": "d",
        "vendors": [],
        "body": {"name": SIGN},
        **change,
    }
    with pytest.raises(ApiError) as caught:
        reviews.submit(inside.connection, given, inside.settings, inside.now_ms)
    assert (caught.value.status, caught.value.params["where"]) == (400, where)
