# SPDX-License-Identifier: Apache-2.0
"""Batches of plain SMS: once per key, whom each refuses, the whole refused with its reason, what the phone got, what is charged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from koodesk.engine import taps
from koodesk.engine.errors import ApiError
from koodesk.engine.rule_book import rule_pack
from koodesk.engine.taps import read_tap
from tests.engine.client import SIGN, sms_template
from tests.engine.inside import DAY_MS, Inside

FIRST = 13_800_000_000
CONTENT = "尊敬的${1}，凭${2}到店领取。拒收请回复R"
VARIABLES = [{"number": 1, "type": "TEXT", "description": "姓名"}, {"number": 2, "type": "CHARDIGIT"}]


def clear(inside: Inside, **changed: Any) -> None:
    """Have everything approved that a plain SMS needs."""
    inside.clear()
    body = {"name": "到店", "content": CONTENT, "variables": VARIABLES, **changed}
    found = inside.reviewed("sms_template", "sms:plain", sms_template(**body))
    assert found["state"] == "approved", found["reasons"]


def batch(rows: list[Any], **changed: Any) -> dict[str, Any]:
    return {
        "kind": "plain",
        "campaign": "c",
        "task_name": "到店",
        "sms_template": "sms:plain",
        "sms_sign": SIGN,
        "sms_text": CONTENT,
        "values": {"2": "A1"},
        "recipients": rows,
        **changed,
    }


def people(count: int) -> list[Any]:
    return [[FIRST + i, {"1": "张三"}] for i in range(count)]


def codes(answer: Any) -> list[str]:
    return [code if said == "refused" else said for _, said, code in answer["results"]]


def test_the_same_key_and_body_give_the_very_same_answer(inside: Inside) -> None:
    clear(inside)
    body = orjson.dumps(batch(people(20)))
    first = inside.accept_bytes("k", body)
    before = inside.acceptances()
    inside.now_ms += DAY_MS
    inside.settings = replace(inside.settings, blacklist=(FIRST,))
    inside.reopen()
    assert inside.accept_bytes("k", body) == first
    assert inside.acceptance.answer(inside.connection, "k") == first
    assert inside.acceptances() == before
    assert len(before) == 20
    with pytest.raises(ApiError) as caught:
        inside.accept("k", batch(people(2)))
    assert (caught.value.status, caught.value.code) == (409, "KD.IDEMPOTENCY_MISMATCH")


def test_whom_it_refuses_and_why(inside: Inside) -> None:
    clear(inside)
    inside.settings = replace(inside.settings, blacklist=(FIRST + 9,))
    rows: list[Any] = [
        [FIRST, {"1": "张三"}],
        [FIRST, {"1": "李四"}],  # again
        [12_345, {"1": "张三"}],
        [FIRST + 1, {}],  # a value is missing
        [FIRST + 2, {"1": "http://a.cn"}],
        [FIRST + 3, {"1": "张三", "9": "x"}],  # one too many
        [FIRST + 4, {"1": "张三", "2": "B2"}],  # its own value instead of everybody's
        [FIRST + 9, {"1": "张三"}],
        [FIRST + 5, {"1": 7}],
        [FIRST + 6, {"1": "张三"}, 1],
        [FIRST + 7],
        "x",
        [],
    ]
    assert codes(inside.accept("k", batch(rows))) == [
        "accepted",
        "E200041",
        "KD.BAD_NUMBER",
        "KM.00001376",
        "E200028",
        "KM.00001376",
        "accepted",
        "KD.BLACKLISTED",
        "E200028",
        *["KD.BAD_ENTRY"] * 4,
    ]
    assert len(inside.acceptances()) == 2


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"sms_template": "sms:1", "sms_text": "", "values": {}}, "E200033"),  # with a link
        ({"sms_template": "sms:none"}, "E200030"),
        ({"sms_sign": "别家"}, "KD.SIGNATURE_MISMATCH"),
        ({"sms_text": "别的"}, "KD.SMS_TEXT_CHANGED"),
        ({"values": ["A1"]}, "KD.FIELD"),
        ({"recipients": []}, "KD.FIELD"),
        ({"recipients": people(5_001)}, "KD.FIELD"),
        ({"task_name": "长" * 31}, "KD.FIELD"),
        ({"kind": "mms"}, "KD.FIELD"),
    ],
)
def test_what_is_refused_as_a_whole(inside: Inside, changed: dict[str, Any], code: str) -> None:
    clear(inside)
    with pytest.raises(ApiError) as caught:
        inside.accept("k", batch(people(2), **changed))
    assert (caught.value.status, caught.value.code) == (400, code)
    assert inside.acceptances() == []


def test_its_receipts_are_status_reports_and_replies(inside: Inside) -> None:
    clear(inside)
    inside.accept("k", batch(people(200)))
    inside.now_ms += 4 * DAY_MS
    assert {kind for _, _, kind, *_ in inside.feed()} <= {"sms", "reply"}
    assert len({message for _, message, kind, *_ in inside.feed() if kind == "sms"}) == 200


def test_the_phone_got_the_text_with_its_own_values_and_nothing_to_tap(inside: Inside) -> None:
    clear(inside)
    inside.settings = replace(inside.settings, delivered=1.0)
    answer = inside.accept("k", batch([[FIRST, {"1": "张三"}], [FIRST + 1, {"1": "李四", "2": "B2"}]]))
    texts: list[str] = []
    told: dict[str, Any] = {}
    for _number, _word, message in answer["results"]:
        told = inside.acceptance.message(inside.connection, int(message))
        assert (told["kind"], told["card"], told["sign"], told["carrier"]) == ("plain", False, SIGN, "cmcc")
        texts.append(told["sms_text"])
    assert texts == [
        f"【{SIGN}】尊敬的张三，凭A1到店领取。拒收请回复R",
        f"【{SIGN}】尊敬的李四，凭B2到店领取。拒收请回复R",
    ]
    inside.now_ms += DAY_MS
    tap, _ = read_tap({"what": "exposed"})
    with pytest.raises(ApiError) as caught:
        taps.tap(inside.connection, told, tap, None, inside.now_ms, rule_pack())
    assert caught.value.code == "KD.TAP.NO_CARD"


@pytest.mark.parametrize(
    ("kind", "item"), [("PROMOTION_TYPE", "promotion_send"), ("NOTIFY_TYPE", "notice_send")]
)
def test_it_is_charged_by_its_parts_and_its_class(inside: Inside, kind: str, item: str) -> None:
    clear(inside, type=kind, content="尊敬的${1}，" + "字" * 45 + "${2}拒收请回复R")
    inside.settings = replace(inside.settings, delivered=1.0, duplicate_receipts=0.5)
    # 66 characters with a name of two, 84 with one of twenty: one part and two.
    inside.accept("k", batch([[FIRST, {"1": "张三"}], [FIRST + 1, {"1": "张" * 20}]], sms_text=""))
    used = inside.connection.execute("SELECT item, sum(quantity) FROM batch_usage GROUP BY item").fetchall()
    assert [tuple(row) for row in used] == [(item, 3)]


def test_promotion_is_not_taken_at_night(inside: Inside) -> None:
    clear(inside)
    inside.now_ms += 13 * 3_600_000
    with pytest.raises(ApiError) as caught:
        inside.accept("k", batch(people(1)))
    assert caught.value.code == "KD.QUIET_HOURS"
