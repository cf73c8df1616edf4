# SPDX-License-Identifier: Apache-2.0
"""Batches of video SMS: once per key, whom each refuses, the whole refused with its reason, and messages found again."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koodesk.engine import review_rows, reviews
from koodesk.engine.errors import ApiError
from tests.engine import client, video
from tests.engine.inside import DAY_MS, HOUR_MS, Inside
from tests.engine.video import CMCC, CTCC, CUCC, NOBODYS, row


def codes(answer: Any) -> list[str]:
    return [code if said == "refused" else said for _, said, code in answer["results"]]


def messages(answer: Any) -> dict[int, int]:
    return {number: int(found) for number, said, found in answer["results"] if said == "accepted"}


def decide(inside: Inside, vendor: str, approve: bool) -> None:
    """Let a carrier change its mind about the only template."""
    found = review_rows.listed(inside.connection, "video_template", "", 0, 1)["items"][0]
    given_ = {"approve": approve, "reason": "" if approve else "内容", "vendor": vendor}
    reviews.decide(inside.connection, found["id"], given_, inside.now_ms)


def test_the_same_key_and_body_give_the_very_same_answer(inside: Inside) -> None:
    tpl = video.clear(inside)
    rows = [row(CMCC), row(12_345), row(CUCC), row(CMCC), row(CTCC)]
    body = orjson.dumps(video.batch(tpl, rows))
    first = inside.accept_bytes("k", body)
    before = inside.acceptances()
    # Neither a carrier that changes its mind, nor settings, nor the end of the template's days change what was said.
    decide(inside, "cucc", False)
    inside.now_ms += 400 * DAY_MS
    inside.settings = replace(inside.settings, blacklist=(CMCC,), seed=1)
    inside.reopen()
    assert inside.accept_bytes("k", body) == first
    assert inside.acceptance.answer(inside.connection, "k") == first
    assert inside.acceptances() == before
    assert codes(orjson.loads(first)) == ["accepted", "KD.BAD_NUMBER", "accepted", "E200041", "accepted"]
    with pytest.raises(ApiError) as caught:
        inside.accept("k", video.batch(tpl, 1))
    assert (caught.value.status, caught.value.code) == (409, "KD.IDEMPOTENCY_MISMATCH")


@settings(max_examples=12)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=12))
def test_whatever_is_repeated_each_key_counts_once(calls: list[tuple[int, int]]) -> None:
    with TemporaryDirectory() as folder:
        inside = Inside(Path(folder))
        tpl = video.clear(inside)
        known: dict[int, tuple[int, bytes]] = {}
        for key, content in calls:
            rows = [row(CMCC + content * 100 + i) for i in range(5)]
            body = orjson.dumps(video.batch(tpl, rows, campaign=f"v-{content}"))
            if key in known and known[key][0] != content:
                with pytest.raises(ApiError):
                    inside.accept_bytes(str(key), body)
                continue
            answer = inside.accept_bytes(str(key), body)
            assert known.setdefault(key, (content, answer)) == (content, answer)
        rows_ = inside.acceptances()
        assert len(rows_) == 5 * len(known)
        assert len({message for *_, message, _ in rows_}) == len(rows_)
        inside.connection.close()


def test_recipients_are_refused_one_by_one(inside: Inside) -> None:
    tpl = video.clear(inside)
    inside.settings = replace(inside.settings, blacklist=(CMCC + 3,))
    rows: list[Any] = [
        row(CMCC),
        row(12_345),
        ["13800000000", {"p_1": "林", "p_2": "上海"}],
        row(CMCC),
        [CMCC + 1, {"p_1": "林"}],
        row(CMCC + 2, p_2=None),
        row(CMCC + 3),
        row(CMCC + 4, p_1="长" * 256),
        row(CMCC + 5, p_1="长" * 257),
        row(CMCC + 6, p_2=7),
        row(CMCC + 7, more="不用"),
        [CMCC + 8, {"p_1": "林", "p_2": "上海"}, 1],
        "nobody",
        [True, {"p_1": "林", "p_2": "上海"}],
        row(NOBODYS),
        row(CUCC),
    ]
    answer = inside.accept("k", video.batch(tpl, rows))
    assert codes(answer) == [
        "accepted",
        "KD.BAD_NUMBER",
        "KD.BAD_NUMBER",
        "E200041",
        "KD.PARAM_MISSING",
        "KD.PARAM_MISSING",
        "KD.BLACKLISTED",
        "accepted",
        "KD.PARAM_VALUE",
        "KD.PARAM_VALUE",
        "accepted",
        "KD.BAD_ENTRY",
        "KD.BAD_ENTRY",
        "KD.BAD_NUMBER",
        "accepted",  # a channel of three tries a segment nobody lists
        "accepted",
    ]
    accepted = messages(answer)
    assert [one[3] for one in inside.acceptances()] == list(accepted.values())
    for number, message in accepted.items():
        assert inside.acceptance.message(inside.connection, message)["number"] == number


def test_a_carrier_that_has_not_approved_gets_nothing(inside: Inside) -> None:
    tpl = video.clear(inside)
    decide(inside, "cucc", False)
    rows = [row(CMCC), row(CUCC), row(CTCC), row(NOBODYS)]
    assert codes(inside.accept("k", video.batch(tpl, rows))) == [
        "accepted",
        "KD.CARRIER_NOT_APPROVED",
        "accepted",
        "accepted",
    ]
    decide(inside, "cucc", True)
    assert codes(inside.accept("k2", video.batch(tpl, rows))) == ["accepted"] * 4


def test_a_channel_of_one_carrier_sends_to_its_numbers_only(inside: Inside) -> None:
    tpl = video.clear(inside, video.one_network())
    rows = [row(CMCC), row(CUCC), row(NOBODYS)]
    assert codes(inside.accept("k", video.batch(tpl, rows))) == [
        "accepted",
        "KD.CARRIER_NOT_APPROVED",
        "KD.CARRIER_UNKNOWN",
    ]


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        ({"template": "123456789"}, "KD.VIDEO_TEMPLATE_UNKNOWN", "template"),
        ({"template": ""}, "KD.FIELD", "template"),
        ({"kind": "voice"}, "KD.FIELD", "kind"),
        ({"kind": ["video"]}, "KD.FIELD", "kind"),
        ({"expiration_hours": 0}, "KD.FIELD", "expiration_hours"),
        ({"expiration_hours": 73}, "KD.FIELD", "expiration_hours"),
        ({"expiration_hours": "72"}, "KD.FIELD", "expiration_hours"),
        ({"expiration_hours": True}, "KD.FIELD", "expiration_hours"),
        ({"recipients": []}, "KD.FIELD", "recipients"),
        ({"recipients": [[CMCC, {}]] * 5_001}, "KD.FIELD", "recipients"),
        ({"campaign": ""}, "KD.FIELD", "campaign"),
        ({"task_name": "一" * 33}, "KD.FIELD", "task_name"),
    ],
)
def test_the_whole_is_refused_with_its_reason(
    inside: Inside, change: dict[str, Any], code: str, where: str
) -> None:
    tpl = video.clear(inside)
    with pytest.raises(ApiError) as caught:
        inside.accept("k", {**video.batch(tpl, 2), **change})
    assert (caught.value.status, caught.value.code, caught.value.params["where"]) == (400, code, where)
    assert inside.acceptances() == []
    # A refused batch does not use up its key; a name of 32 and an hour are the last that are good.
    good = video.batch(tpl, 2, task_name="一" * 32, expiration_hours=1)
    assert codes(inside.accept("k", good)) == ["accepted"] * 2


def refusal(inside: Inside, body: dict[str, Any]) -> str:
    with pytest.raises(ApiError) as caught:
        inside.accept("k", body)
    return caught.value.code


def test_nothing_is_sent_before_filing_and_template_are_approved(inside: Inside) -> None:
    inside.reviewed("filing", "filing:send_task", client.filing())  # that of smart messages is another one
    assert refusal(inside, video.batch("123456789", 1)) == "KD.VIDEO_FILING_NOT_APPROVED"
    inside.reviewed("filing", "filing:video_sms", video.filing())
    inside.reviewed("video_signature", "video_signature:1", video.signature())
    found = inside.hand_in("video_template", "video:1", video.template(), video.THREE)
    assert refusal(inside, video.batch(found["tpl_id"], 1)) == "KD.VIDEO_TEMPLATE_NOT_APPROVED"
    inside.later(DAY_MS)
    assert codes(inside.accept("k", video.batch(found["tpl_id"], 1))) == ["accepted"]


@pytest.mark.parametrize(
    "body", [{}, {**video.template(), "restags": "四网"}, {**video.template(), "reslist": 7}]
)
def test_what_only_a_person_could_approve_is_told(inside: Inside, body: dict[str, Any]) -> None:
    inside.reviewed("filing", "filing:video_sms", video.filing())
    inside.settings = replace(inside.settings, reviewer="desk")
    found = inside.hand_in("video_template", "video:1", body, ("cmcc",))
    decide(inside, "cmcc", True)
    assert refusal(inside, video.batch(found["tpl_id"], 1)) == "KD.VIDEO_TEMPLATE_UNREADABLE"


def test_a_card_is_no_video_and_a_video_no_card(inside: Inside) -> None:
    card, tpl = inside.clear(), video.clear(inside)
    assert refusal(inside, video.batch(card, 1)) == "KD.VIDEO_TEMPLATE_UNKNOWN"
    assert refusal(inside, client.batch(tpl, CMCC, 1)) == "KD.TEMPLATE_UNKNOWN"


def test_a_template_ends_with_its_days_from_the_last_approval(inside: Inside) -> None:
    tpl = video.clear(inside)  # 30 days
    carriers = review_rows.listed(inside.connection, "video_template", "", 0, 1)["items"][0]["vendors"]
    end_ms = max(one["decided_ms"] for one in carriers.values()) + 30 * DAY_MS
    inside.now_ms = end_ms - 1
    assert codes(inside.accept("k1", video.batch(tpl, 1))) == ["accepted"]
    inside.now_ms = end_ms
    assert refusal(inside, video.batch(tpl, 1)) == "KD.VIDEO_TEMPLATE_EXPIRED"
    # A carrier that refuses in the end makes it no longer valid.
    decide(inside, "cucc", False)
    assert refusal(inside, video.batch(tpl, 1)) == "KD.VIDEO_TEMPLATE_EXPIRED"


def test_a_permanent_template_does_not_end(inside: Inside) -> None:
    tpl = video.clear(inside, replace(video.CAR, validity_days=0))
    inside.now_ms += 20_000 * DAY_MS
    assert codes(inside.accept("k", video.batch(tpl, 1))) == ["accepted"]


def test_a_message_tells_what_its_phone_got(inside: Inside) -> None:
    tpl = video.clear(inside)
    accepted = messages(inside.accept("k", video.batch(tpl, [row(CUCC), row(NOBODYS)], expiration_hours=24)))
    told = inside.acceptance.message(inside.connection, accepted[CUCC])
    assert (told["kind"], told["template"], told["carrier"]) == ("video", tpl, "cucc")
    assert (told["number"], told["campaign"], told["chunk"]) == (CUCC, "v-1", "k")
    assert told["params"] == {"p_1": "林晓", "p_2": "上海"}
    assert (told["title"], told["sign"], told["fallback"]) == ("北辰X5上市", video.SIGN, False)
    assert (told["at_ms"], told["expires_ms"]) == (inside.now_ms, inside.now_ms + 24 * HOUR_MS)
    assert [one["res_type"] for one in told["resources"]] == ["mp4", "txt"]
    assert told["resources"][1]["source"] == "【北辰汽车】林晓，北辰X5于上海到店，诚邀试驾。拒收请回复R"
    assert inside.acceptance.message(inside.connection, accepted[NOBODYS])["carrier"] == "unknown"


# --- the fallback of smart batches ---------------------------------------------------------------------------------


def mixed(card: str, basic: str, rows: list[Any], **changes: Any) -> dict[str, Any]:
    return client.batch(
        card, 0, 0, recipients=rows, **{"fallback": "basic", "basic_template": basic, **changes}
    )


def test_without_a_card_the_fallback_is_a_video(inside: Inside) -> None:
    card, basic = inside.clear(), video.clear(inside)
    decide(inside, "ctcc", False)
    sms, both = {"1": "张三"}, {"name": "林晓", "p_1": "林晓", "p_2": "上海"}
    rows = [
        [CMCC, both, 1, sms],
        [CMCC + 1, both, 0, sms],
        [CMCC + 2, {"name": "林晓"}, 1, sms],  # who gets the card needs nothing of the video
        [CMCC + 3, {"name": "林晓"}, 0, sms],
        [CMCC + 4, both, 0, {}],  # nor is an SMS written for who gets the video
        [CMCC + 5, both, 1, {}],
        [CTCC, both, 0, sms],
        [CTCC + 1, both, 1, sms],  # the SMS of a card goes to every carrier
    ]
    answer = inside.accept("k", mixed(card, basic, rows))
    assert codes(answer) == [
        "accepted",
        "accepted",
        "accepted",
        "KD.PARAM_MISSING",
        "accepted",
        "KM.00001376",
        "KD.CARRIER_NOT_APPROVED",
        "accepted",
    ]
    accepted = messages(answer)
    kinds = {
        number: inside.acceptance.message(inside.connection, message)["kind"]
        for number, message in accepted.items()
    }
    assert kinds == {
        CMCC: "smart",
        CMCC + 1: "video",
        CMCC + 2: "smart",
        CMCC + 4: "video",
        CTCC + 1: "smart",
    }
    told = inside.acceptance.message(inside.connection, accepted[CMCC + 1])
    assert (told["template"], told["fallback"], told["resources"][1]["source"][:10]) == (
        basic,
        True,
        "【北辰汽车】林晓，北",
    )
    assert told["expires_ms"] == inside.now_ms + 72 * HOUR_MS


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"basic_template": ""}, "KD.FIELD"),
        ({"basic_template": None}, "KD.FIELD"),
        ({"basic_template": "123456789"}, "KD.VIDEO_TEMPLATE_UNKNOWN"),
    ],
)
def test_a_fallback_needs_its_template(inside: Inside, change: dict[str, Any], code: str) -> None:
    card, basic = inside.clear(), video.clear(inside)
    with pytest.raises(ApiError) as caught:
        inside.accept("k", mixed(card, basic, [[CMCC, {}, 0, {}]], **change))
    assert (caught.value.code, caught.value.params["where"]) == (code, "basic_template")


def test_another_fallback_asks_for_no_template(inside: Inside) -> None:
    card = inside.clear()
    body = mixed(card, "123456789", [[CMCC, {}, 0, {"1": "张三"}]], fallback="sms")
    assert codes(inside.accept("k", body)) == ["accepted"]


@settings(max_examples=12)
@given(
    st.lists(st.booleans(), min_size=1, max_size=60),
    st.sampled_from([0.0, 0.3, 1.0]),
    st.sampled_from([0.0, 0.5]),
)
def test_every_accepted_recipient_has_at_most_one_report(
    cards: list[bool], silent: float, twice: float
) -> None:
    with TemporaryDirectory() as folder:
        inside = Inside(Path(folder))
        card, basic = inside.clear(), video.clear(inside)
        inside.settings = replace(
            inside.settings, video_silent=silent, duplicate_receipts=twice, out_of_order=0.3
        )
        both = {"name": "林晓", "p_1": "林晓", "p_2": "上海"}
        rows = [[CMCC + i, both, int(one), {"1": "张三"}] for i, one in enumerate(cards)]
        smart = messages(inside.accept("k1", mixed(card, basic, rows)))
        pure = messages(inside.accept("k2", video.batch(basic, len(cards))))
        inside.now_ms += 80 * HOUR_MS
        reports: dict[int, set[int]] = {}
        kinds: dict[int, set[str]] = {}
        for receipt, told, kind, *_ in inside.feed():
            kinds.setdefault(int(told), set()).add(kind)
            if kind == "sms":
                reports.setdefault(int(told), set()).add(receipt)
        assert all(len(one) == 1 for one in reports.values())
        videos = {smart[CMCC + i] for i, one in enumerate(cards) if not one} | set(pure.values())
        for message in (*smart.values(), *pure.values()):
            if message in videos:
                assert kinds.get(message, set()) <= {"sms", "reply"}
                assert (message in reports) or silent > 0
                assert not (message in kinds and silent == 1)
            else:
                assert message in reports
        inside.connection.close()
