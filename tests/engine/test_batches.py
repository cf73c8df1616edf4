# SPDX-License-Identifier: Apache-2.0
"""Batches: once per key, recipients refused one by one, the whole refused with its reason, and messages found again."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koodesk.engine.cleared import card
from koodesk.engine.errors import ApiError
from koodesk.engine.handsets import Handsets
from koodesk.engine.settings import EngineSettings
from tests.engine.client import CONTENT, batch, sms_template
from tests.engine.inside import DAY_MS, HOUR_MS, Inside

FIRST = 13_800_000_000


def results(answer: Any) -> list[tuple[Any, str, str]]:
    return [tuple(one) for one in answer["results"]]


def test_the_same_key_and_body_give_the_very_same_answer(inside: Inside) -> None:
    tpl = inside.clear()
    body = orjson.dumps(batch(tpl, FIRST, 20))
    first = inside.accept_bytes("k", body)
    before = inside.acceptances()
    inside.now_ms += DAY_MS
    inside.settings = replace(inside.settings, blacklist=(FIRST,))
    inside.reopen()
    assert inside.accept_bytes("k", body) == first
    assert inside.acceptance.answer(inside.connection, "k") == first
    assert inside.acceptances() == before
    assert len(before) == 20


def test_the_key_with_another_body_is_refused_and_nothing_happens(inside: Inside) -> None:
    tpl = inside.clear()
    inside.accept("k", batch(tpl, FIRST, 2))
    with pytest.raises(ApiError) as caught:
        inside.accept("k", batch(tpl, FIRST, 3))
    assert (caught.value.status, caught.value.code) == (409, "KD.IDEMPOTENCY_MISMATCH")
    assert len(inside.acceptances()) == 2


def test_an_unknown_key_is_not_found(inside: Inside) -> None:
    with pytest.raises(ApiError) as caught:
        inside.acceptance.answer(inside.connection, "k")
    assert caught.value.status == 404


@settings(max_examples=12)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=12))
def test_whatever_is_repeated_each_key_counts_once(calls: list[tuple[int, int]]) -> None:
    with TemporaryDirectory() as folder:
        inside = Inside(Path(folder))
        tpl = inside.clear()
        known: dict[int, tuple[int, bytes]] = {}
        for key, content in calls:
            body = orjson.dumps(batch(tpl, FIRST + content * 100, 5, campaign=f"c-{content}"))
            if key in known and known[key][0] != content:
                with pytest.raises(ApiError):
                    inside.accept_bytes(str(key), body)
                continue
            answer = inside.accept_bytes(str(key), body)
            assert known.setdefault(key, (content, answer)) == (content, answer)
        rows = inside.acceptances()
        assert len(rows) == 5 * len(known)
        assert len({message for *_, message, _ in rows}) == len(rows)
        by_key = {key: [row for row in rows if row[2] == str(key)] for key in known}
        assert all(len({recipient for _, recipient, *_ in found}) == 5 for found in by_key.values())
        inside.connection.close()


def test_recipients_are_refused_one_by_one(inside: Inside) -> None:
    tpl = inside.clear()
    inside.settings = replace(inside.settings, blacklist=(FIRST + 3,))
    good = {"name": "林晓"}
    rows: list[Any] = [
        [FIRST, good, 1, {"1": "张三"}],
        [12_345, good, 1, {"1": "张三"}],
        ["13800000000", good, 1, {"1": "张三"}],
        [FIRST, good, 1, {"1": "张三"}],
        [FIRST + 1, {}, 1, {"1": "张三"}],
        [FIRST + 2, {}, 0, {"1": "张三"}],
        [FIRST + 3, good, 1, {"1": "张三"}],
        [FIRST + 4, good, 1, {}],
        [FIRST + 5, good, 1, {"1": "<b>"}],
        [FIRST + 6, good, 2, {"1": "张三"}],
        "nobody",
        [FIRST + 7, good, 1, {"1": "张三"}],
    ]
    found = results(inside.accept("k", batch(tpl, FIRST, 0, recipients=rows)))
    assert [code if said == "refused" else said for _, said, code in found] == [
        "accepted",
        "KD.BAD_NUMBER",
        "KD.BAD_NUMBER",
        "E200041",
        "KD.PARAM_MISSING",
        "accepted",
        "KD.BLACKLISTED",
        "KM.00001376",
        "E200028",
        "KD.BAD_ENTRY",
        "KD.BAD_ENTRY",
        "accepted",
    ]
    # Messages are found by their ids although refusals lie between them.
    accepted = {number: message for number, said, message in found if said == "accepted"}
    for number, message in accepted.items():
        told = inside.acceptance.message(inside.connection, int(message))
        assert told["number"] == number
    assert [row[3] for row in inside.acceptances()] == [int(message) for message in accepted.values()]


def test_a_text_too_long_is_refused(inside: Inside) -> None:
    content = "${1}${2}" + "一" * 465 + "拒收请回复R"
    tpl = inside.clear()
    inside.reviewed("sms_template", "sms:long", sms_template(content=content))
    rows = [
        [FIRST, {"name": "甲"}, 1, {"1": "张"}],
        [FIRST + 1, {"name": "甲"}, 1, {"1": "张三李四王五赵六"}],
    ]
    body = batch(tpl, FIRST, 0, recipients=rows, sms_template="sms:long", sms_text=content)
    assert [one[1:2] or one for one in results(inside.accept("k", body))] == [("accepted",), ("refused",)]
    assert results(inside.accept("k", body))[1][2] == "KD.SMS_TOO_LONG"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"template": "123456789"}, "KD.TEMPLATE_UNKNOWN"),
        ({"sms_template": "sms:9"}, "E200030"),
        ({"sms_sign": "别家商城"}, "KD.SIGNATURE_MISMATCH"),
        ({"sms_text": CONTENT + "！"}, "KD.SMS_TEXT_CHANGED"),
        ({"validity_days": 0}, "KD.FIELD"),
        ({"validity_days": 8}, "KD.FIELD"),
        ({"recipients": []}, "KD.FIELD"),
        ({"recipients": [[FIRST, {}, 0, {}]] * 5_001}, "KD.FIELD"),
        ({"campaign": ""}, "KD.FIELD"),
        ({"task_name": "一" * 31}, "KD.FIELD"),
    ],
)
def test_the_whole_is_refused_with_its_reason(inside: Inside, change: dict[str, Any], code: str) -> None:
    tpl = inside.clear()
    with pytest.raises(ApiError) as caught:
        inside.accept("k", {**batch(tpl, FIRST, 2), **change})
    assert (caught.value.status, caught.value.code) == (400, code)
    assert inside.acceptances() == []
    # A refused batch does not use up its key.
    assert len(results(inside.accept("k", batch(tpl, FIRST, 2)))) == 2


def test_nothing_is_sent_before_the_filing_is_approved(inside: Inside) -> None:
    with pytest.raises(ApiError) as caught:
        inside.accept("k", batch("", FIRST, 1))
    assert caught.value.code == "KD.FILING_NOT_APPROVED"


def test_promotion_keeps_the_hours(inside: Inside) -> None:
    tpl = inside.clear()
    inside.now_ms += 12 * HOUR_MS  # ten in the evening
    with pytest.raises(ApiError) as caught:
        inside.accept("k", batch(tpl, FIRST, 1))
    assert caught.value.code == "KD.QUIET_HOURS"
    inside.settings = replace(inside.settings, quiet_hours=False)
    assert results(inside.accept("k", batch(tpl, FIRST, 1)))


def test_a_message_tells_what_its_phone_got(inside: Inside) -> None:
    tpl = inside.clear()
    found = results(inside.accept("k", batch(tpl, FIRST, 50)))
    for number, _, message in found[:5]:
        told = inside.acceptance.message(inside.connection, int(message))
        assert told["sms_text"].startswith("【云杉商城】尊敬的张三，")
        assert told["aim_code"] in told["sms_text"]
        assert inside.acceptance.codes.message_id(told["aim_code"]) == int(message)
        assert told["expires_ms"] == inside.now_ms + 7 * DAY_MS  # to the second
        assert told["params"] == {"name": f"客户{number - FIRST}"}
    inside.settings = replace(inside.settings, seed=1, vendor_mix={})
    assert inside.acceptance.message(inside.connection, int(found[0][2]))["vendor"] == told_vendor(FIRST)


def told_vendor(number: int) -> str:
    """What the settings that were in force at acceptance say."""
    usual = EngineSettings()
    return Handsets(usual.seed, usual.vendor_mix).vendor(number)


def test_capability_and_delivery_agree(inside: Inside) -> None:
    inside.settings = replace(inside.settings, delivered=1.0, resolved=1.0, duplicate_receipts=0.0)
    tpl = inside.clear()
    found = results(inside.accept("k", batch(tpl, FIRST, 500)))
    active = card(inside.connection, tpl)[1]
    handsets = Handsets(inside.settings.seed, inside.settings.vendor_mix)
    able = {number for number, *_ in found if handsets.vendor(number) in active}
    assert 300 < len(able) < 480
    inside.now_ms += 4 * DAY_MS
    resolved = {message for _, message, kind, *_ in inside.feed() if kind == "shortchain"}
    assert resolved == {message for number, _, message in found if number in able}


def test_plain_sms_has_reports_only(inside: Inside) -> None:
    tpl = inside.clear()
    rows = [[FIRST + i, {}, 0, {"1": "张三"}] for i in range(100)]
    inside.accept("k", batch(tpl, FIRST, 0, recipients=rows))
    inside.now_ms += 4 * DAY_MS
    assert {kind for _, _, kind, *_ in inside.feed()} <= {"sms", "reply"}
