# SPDX-License-Identifier: Apache-2.0
"""Plain SMS on the platform's wire: one text or different ones, and what each answer means for each number."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koodesk.backend.gateways.cloud import plain
from koodesk.backend.gateways.cloud.gateway import CloudGateway
from koodesk.backend.gateways.cloud.rehearsal import CloudStage
from koodesk.backend.gateways.cloud.smart import Unreadable, task_name
from koodesk.backend.ports.gateway import (
    Answered,
    Batch,
    GatewayClass,
    NotSent,
    NumberResult,
    Outcome,
    Promise,
    RefusedWhole,
    Unknown,
)
from tests.backend.gateways.cloud.platform import Platform, client, http, platform

NOW_MS = 1_795_900_000_000
A, B = 13_800_000_000, 13_900_000_001
KEY = "c0ffee-000003"
SAME, DIFFERENT = "/v1/aim/sms/messages", "/v1/aim/sms/diff-messages"


def told(**changed: Any) -> dict[str, Any]:
    return {
        "kind": "plain",
        "campaign": "c0ffee",
        "task_name": "取件",
        "sms_template": "7",
        "sms_sign": "云杉商城",
        "sms_text": "${2}您好，取货码${1}",
        "values": {"1": "A1", "2": "会员"},
        "recipients": [[A, {}], [B, {}]],
        **changed,
    }


def batch(**changed: Any) -> Batch:
    given = told(**changed)
    return Batch.of(
        KEY, json.dumps(given, ensure_ascii=False).encode(), tuple(r[0] for r in given["recipients"])
    )


@pytest.fixture
def cloud() -> Iterator[Platform]:
    with platform() as answers:
        yield answers


def gateway(url: str) -> CloudGateway:
    return CloudGateway(client(url), lambda: (), lambda: NOW_MS, {"7": "st-1"}.__getitem__)


def answer(*rows: Mapping[str, Any], **changed: Any) -> dict[str, Any]:
    return {"task_id": "t1", "status": "Success", "result": list(rows), **changed}


def row(number: int, status: object = "000000", message: object = "m1", to: str = "+86{}") -> dict[str, Any]:
    return {"to": to.format(number), "channel_num": "10690000", "msg_id": message, "send_status": status}


GOOD = answer(row(A), row(B, message="m2"))
BOTH = Answered((NumberResult(A, True, f"sm1:{A}"), NumberResult(B, True, f"sm2:{B}")))


def test_it_promises_less_of_plain_sms() -> None:
    sender = gateway("http://127.0.0.1:1")
    assert sender.promise("plain") == Promise(GatewayClass.BLIND, 500)
    assert sender.promise("smart") == sender.promise("video") == Promise(GatewayClass.LISTABLE, 100)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (http(200, GOOD), BOTH),
        (
            http(200, answer(row(A), row(B, "E200041", ""))),
            Answered((NumberResult(A, True, f"sm1:{A}"), NumberResult(B, False, "", "E200041"))),
        ),
        (  # what says nothing clear of a number leaves it open; the others have their answer
            http(200, answer(row(A), row(B, "999999"))),
            Answered((NumberResult(A, True, f"sm1:{A}"),)),
        ),
        (http(200, answer(row(A), row(B, message=""))), Answered((NumberResult(A, True, f"sm1:{A}"),))),
        (http(200, answer(row(A))), Answered((NumberResult(A, True, f"sm1:{A}"),))),
        (http(200, answer()), Unknown("unreadable")),
        (http(200, answer(row(12_345))), Unknown("unreadable")),
        (http(200, {"task_id": "t1", "status": "Success"}), Unknown("unreadable")),
        (http(200, b"{not json"), Unknown("unreadable")),
        (http(200, b""), Unknown("unreadable")),
        (None, Unknown("connection_broke")),
        (http(401, {"error_code": "APIGW.0301", "error_msg": "m"}), NotSent("APIGW.0301", 60_000)),
        (http(429, {"error_code": "APIGW.0308", "error_msg": "m"}), NotSent("APIGW.0308", 60_000)),
        (http(400, {"error_code": "E200030", "error_msg": "m"}), RefusedWhole("E200030")),
        (http(404, b"<html>somebody's page</html>"), Unknown("http_404")),
        (http(502, b""), Unknown("http_502")),
        (http(503, b"<html>proxy</html>"), Unknown("http_503")),
    ],
)
def test_what_each_answer_means(cloud: Platform, said: bytes | None, outcome: Outcome) -> None:
    cloud.says(SAME, said)
    assert gateway(cloud.url).send(batch()) == outcome
    assert len(cloud.bodies(SAME)) == 1  # and it is never asked again


def test_one_text_to_all_is_one_call_with_the_values_in_the_order_of_the_text(cloud: Platform) -> None:
    cloud.tells(SAME, GOOD)
    sender = gateway(cloud.url)
    for _ in range(2):
        assert sender.send(batch()) == BOTH
    expected = {
        "template_id": "st-1",
        "task_name": task_name(KEY),
        "to": [str(A), str(B)],
        "template_params": ["会员", "A1"],
        "extend": KEY,
    }
    assert cloud.bodies(SAME) == [expected, expected]
    assert cloud.bodies(DIFFERENT) == []


def test_different_texts_are_one_call_too_those_who_get_the_same_together(cloud: Platform) -> None:
    cloud.tells(DIFFERENT, answer(*(row(A + i, message=f"m{i}") for i in range(3))))
    rows = [[A, {"1": "A1"}], [A + 1, {"1": "B2"}], [A + 2, {"1": "A1"}]]
    outcome = gateway(cloud.url).send(batch(values={"2": "会员"}, recipients=rows))
    assert outcome == Answered(tuple(NumberResult(A + i, True, f"sm{i}:{A + i}") for i in range(3)))
    assert cloud.bodies(DIFFERENT) == [
        {
            "task_name": task_name(KEY),
            "extend": KEY,
            "sms_content": [
                {"to": [str(A), str(A + 2)], "template_id": "st-1", "template_params": ["会员", "A1"]},
                {"to": [str(A + 1)], "template_id": "st-1", "template_params": ["会员", "B2"]},
            ],
        }
    ]


def test_who_lacks_a_value_does_not_keep_the_others(cloud: Platform) -> None:
    cloud.tells(DIFFERENT, answer(row(A), row(B, "E200028", "")))
    rows = [[A, {"1": "A1"}], [B, {}]]
    outcome = gateway(cloud.url).send(batch(values={"2": "会员"}, recipients=rows))
    assert outcome == Answered((NumberResult(A, True, f"sm1:{A}"), NumberResult(B, False, "", "E200028")))
    contents = cloud.bodies(DIFFERENT)[0]["sms_content"]
    assert [one["template_params"] for one in contents] == [["会员", "A1"], ["会员", ""]]


def test_a_text_without_variables(cloud: Platform) -> None:
    cloud.tells(SAME, GOOD)
    assert gateway(cloud.url).send(batch(sms_text="店庆", values={})) == BOTH
    assert cloud.bodies(SAME)[0]["template_params"] == []


@pytest.mark.parametrize(
    "changed",
    [
        {"recipients": [[A + i, {}] for i in range(501)]},
        {"recipients": [[A, {}, 1]]},
        {"sms_text": None},
    ],
)
def test_what_is_no_batch_of_plain_sms_does_not_leave(cloud: Platform, changed: dict[str, Any]) -> None:
    assert gateway(cloud.url).send(batch(**changed)) == RefusedWhole("payload", "recipients")
    assert cloud.bodies(SAME) == cloud.bodies(DIFFERENT) == []


@pytest.mark.parametrize("status", [*plain.REFUSED, "E299999", "KM.00001376", "KD.BLACKLISTED"])
def test_the_platforms_codes_are_refusals(status: str) -> None:
    assert plain.answered(answer(row(A, status, None)), [A]) == (NumberResult(A, False, "", status),)


@pytest.mark.parametrize("status", ["", "0", "1", "000001", "Success", "pending", None, 0])
def test_any_other_word_leaves_the_number_open(status: object) -> None:
    with pytest.raises(Unreadable):
        plain.answered(answer(row(A, status)), [A])


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["to", "msg_id", "send_status", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=40)
@given(_JSON)
def test_whatever_an_answer_holds_nobody_is_accepted_without_the_platforms_word(result: Any) -> None:
    try:
        found = plain.answered({"result": result}, [A, B])
    except Unreadable:
        return
    for one in found:
        assert one.message_id if one.accepted else one.code


def test_a_dry_run_shows_the_call_with_its_numbers_masked() -> None:
    (call,) = CloudStage({"7": "st-1"}.__getitem__, lambda: NOW_MS).calls([batch()])
    assert (call.method, call.path) == ("POST", SAME)
    assert call.body["to"] == ["138****0000", "139****0001"]
    rows = [[A, {"1": "A1"}], [B, {"1": "B2"}]]
    (call,) = CloudStage({"7": "st-1"}.__getitem__, lambda: NOW_MS).calls(
        [batch(values={"2": "会"}, recipients=rows)]
    )
    assert call.path == DIFFERENT
    assert str(A) not in str(call.body)
