# SPDX-License-Identifier: Apache-2.0
"""The cloud gateway through the unmodified official SDK: every row of its table of outcomes, and what lists say."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest

from koodesk.backend.gateways.cloud.client import CloudClient
from koodesk.backend.gateways.cloud.gateway import SUPPORTED, CloudGateway
from koodesk.backend.gateways.cloud.keyed import KeyedClient
from koodesk.backend.gateways.cloud.smart import task_name
from koodesk.backend.ports.cloud import CloudAccess
from koodesk.backend.ports.gateway import (
    Answered,
    Batch,
    Found,
    LookUp,
    NotFound,
    NotSent,
    NumberResult,
    Outcome,
    RefusedWhole,
    SendGateway,
    Unclear,
    Unknown,
)
from koodesk.domain.problem import Refused
from tests.backend.gateways.cloud.platform import Platform, client, closed_port, http, platform

A, B = 13800000000, 13800000001
NOW_MS = 1_795_900_000_000
SEND, TASKS, DETAILS = "/v1/aim/send-tasks", "/v1/aim/send-tasks", "/v1/aim/send-details"
VIDEO_TASKS = "/v1/aim-basic/send-tasks"
TEMPLATES, SIGNATURES = "/v1/sms/templates", "/v1/sms/signatures"
KEY = "c0ffee-000001"


def batch(**changed: object) -> Batch:
    """Return a batch of two, as the ledger writes it."""
    told = {
        "campaign": "c0ffee",
        "task_name": "新年",
        "template": "900000001",
        "sms_template": "st-1",
        "sms_sign": "云杉商城",
        "sms_text": "${2}您好，点开${1}，口令${3}",
        "validity_days": 7,
        "fallback": "sms",
        "recipients": [
            [A, {"name": "王"}, 1, {"2": "会员", "3": "888"}],
            [B, {"name": "李"}, 0, {"2": "会员", "3": "888"}],
        ],
        **changed,
    }
    return Batch.of(KEY, json.dumps(told, ensure_ascii=False).encode(), (A, B))


@pytest.fixture
def cloud() -> Iterator[Platform]:
    """A platform that knows the text message template and its channel."""
    with platform() as told:
        told.tells(
            TEMPLATES,
            {
                "result": [
                    {"template_id": "st-10", "app_name": "别的"},
                    {"template_id": "st-1", "app_name": "应用"},
                ]
            },
        )
        told.tells(SIGNATURES, {"result": [{"signature_name": "云杉商城", "channel_num": "10690000"}]})
        told.tells(VIDEO_TASKS, {"data": {"aim_basic_send_tasks": []}})
        yield told


def gateway(url: str, seconds: float = 10) -> SendGateway:
    """Return a gateway on an address."""
    return CloudGateway(client(url, seconds), lambda: (), lambda: NOW_MS)


GOOD = {
    "task_id": "t1",
    "task_state": "Success",
    "failed_short_chains": [{"cust_flag": str(B), "result_code": "KM.1"}],
}


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (http(200, GOOD), Answered((NumberResult(A, True, f"t1:{A}"), NumberResult(B, False, "", "KM.1")))),
        (
            http(200, {**GOOD, "failed_short_chains": None}),
            Answered(tuple(NumberResult(n, True, f"t1:{n}") for n in (A, B))),
        ),
        (http(200, {"task_id": "t1", "task_state": "Failed"}), Unknown("unreadable")),
        (http(200, {"task_state": "Success"}), Unknown("unreadable")),
        (http(200, {"something": "else"}), Unknown("unreadable")),
        (http(200, b"{not json"), Unknown("unreadable")),
        (http(200, b""), Unknown("unreadable")),
        (b"HTTP/1.1 200 x\r\nContent-Length: 1000\r\n\r\n{", Unknown("connection_broke")),
        (None, Unknown("connection_broke")),
        (b"not http at all\r\n\r\n", Unknown("connection_broke")),
        (http(401, {"error_code": "APIGW.0301", "error_msg": "m"}), NotSent("APIGW.0301", 60_000)),
        (http(403, {"error_code": "KM.403", "error_msg": "m"}), NotSent("KM.403", 60_000)),
        (http(429, {"error_code": "APIGW.0308", "error_msg": "m"}), NotSent("APIGW.0308", 60_000)),
        (http(400, {"error_code": "KM.00001376", "error_msg": "m"}), RefusedWhole("KM.00001376")),
        (http(404, b"<html>somebody's page</html>"), Unknown("http_404")),
        (http(408, b""), Unknown("http_408")),
        (http(500, {"error_code": "KM.500", "error_msg": "m"}), Unknown("http_500")),
        (http(502, b""), Unknown("http_502")),
        (http(503, b"<html>proxy</html>"), Unknown("http_503")),
        (http(504, b""), Unknown("http_504")),
    ],
)
def test_what_each_answer_means(cloud: Platform, answer: bytes | None, outcome: Outcome) -> None:
    cloud.says(SEND, answer)
    assert gateway(cloud.url).send(batch()) == outcome
    assert len(cloud.bodies(SEND)) == 1  # and it is never asked again


def test_what_leaves_is_the_platforms_own_body(cloud: Platform) -> None:
    cloud.tells(SEND, GOOD)
    sender = gateway(cloud.url)
    for _ in range(2):
        sender.send(batch())
    first, second = cloud.bodies(SEND)
    assert first == second
    assert first["task_name"] == task_name(KEY)
    assert first["sms_channel"] == {
        "channel_number": "10690000",
        "sms_tpl_id": "st-1",
        "sms_sign": "云杉商城",
        "sms_app_name": "应用",
    }
    assert first["resolve_task"]["params"][0] == {
        "cust_flag": str(A),
        "dync_params": {"name": "王"},
        "sms_params": ["会员", "888"],  # as the text has them, without the link
    }
    assert [one.path for one in cloud.asked].count(TEMPLATES) == 1  # a channel is asked for once


def test_every_request_is_signed(cloud: Platform) -> None:
    cloud.tells(SEND, GOOD)
    gateway(cloud.url).send(batch())
    assert all(one.headers["Authorization"].startswith("SDK-HMAC-SHA256 Access=AK, ") for one in cloud.asked)


def test_nobody_there_is_not_sent() -> None:
    assert gateway(closed_port()).send(batch()) == NotSent("connection_refused")


def test_an_answer_that_does_not_come_in_time_is_unknown(cloud: Platform) -> None:
    released = threading.Event()

    def hold(_: object) -> None:
        released.wait(10)

    sender = gateway(cloud.url, seconds=0.3)
    cloud.answers[SEND] = hold
    try:
        assert sender.send(batch()) == Unknown("timeout")
    finally:
        released.set()


@pytest.mark.parametrize(
    ("path", "answer", "outcome"),
    [
        (TEMPLATES, http(200, {"result": []}), NotSent("sms_template_unknown", 60_000)),
        (
            SIGNATURES,
            http(200, {"result": [{"signature_name": "云杉商城2", "channel_num": "1"}]}),
            NotSent("channel_not_set_up", 60_000),
        ),
        (
            SIGNATURES,
            http(200, {"result": [{"signature_name": "云杉商城", "channel_num": ""}]}),
            NotSent("channel_not_set_up", 60_000),
        ),
        (TEMPLATES, None, NotSent("connection_broke")),
        (TEMPLATES, http(500, b""), NotSent("http_500", 60_000)),
    ],
)
def test_a_question_before_the_send_that_fails_has_sent_nothing(
    cloud: Platform, path: str, answer: bytes | None, outcome: Outcome
) -> None:
    cloud.says(path, answer)
    assert gateway(cloud.url).send(batch()) == outcome
    assert not cloud.bodies(SEND)


def test_what_one_call_cannot_carry_does_not_leave(cloud: Platform) -> None:
    assert gateway(cloud.url).send(batch(fallback="basic")) == RefusedWhole("kind_of_two_calls", "kind")
    assert not cloud.asked


TASK = {"task_name": task_name(KEY), "task_id": "t1", "task_state": "Success"}


@pytest.mark.parametrize(
    ("tasks", "details", "found"),
    [
        ([], [], NotFound()),
        ([{**TASK, "task_name": task_name(KEY) + "x"}], [], NotFound()),  # the filter may match a part
        (
            [TASK],
            [{"cust_flag": str(A)}, {"cust_flag": f"86{B}"}],
            Found(tuple(NumberResult(n, True, f"t1:{n}") for n in (A, B))),
        ),
        ([TASK], [{"cust_flag": str(A)}], Found((NumberResult(A, True, f"t1:{A}"),))),
        (
            [{**TASK, "failed_short_chains": [{"cust_flag": str(B), "result_code": "K"}]}],
            [{"cust_flag": str(A)}],
            Found((NumberResult(A, True, f"t1:{A}"), NumberResult(B, False, "", "K"))),
        ),
        ([TASK, {**TASK, "task_id": "t2"}], [], Unclear("name_twice")),
        ([TASK, TASK], [{"cust_flag": str(A)}], Found((NumberResult(A, True, f"t1:{A}"),))),
        ([{**TASK, "task_state": "Failed"}], [], Unclear("unreadable")),
    ],
)
def test_what_the_list_says_of_a_call_nobody_answered(
    cloud: Platform, tasks: list[object], details: list[object], found: LookUp
) -> None:
    cloud.tells(TASKS, {"aim_send_tasks": tasks})
    cloud.tells(DETAILS, {"send_details": details})
    assert gateway(cloud.url).look_up(KEY) == found


@pytest.mark.parametrize(
    ("answer", "code"),
    [(None, "connection_broke"), (http(500, b""), "http_500"), (http(200, {"x": 1}), "unreadable")],
)
def test_a_list_that_cannot_be_had_says_nothing(cloud: Platform, answer: bytes | None, code: str) -> None:
    cloud.says(TASKS, answer)
    assert gateway(cloud.url).look_up(KEY) == Unclear(code)


def test_which_phones_show_a_card(cloud: Platform) -> None:
    path = "/v1/aim/mobile-capabilities/check"
    cloud.tells(path, {"supported_mobiles": [f"86{A}"], "unsupported_mobiles": [str(B)]})
    numbers = [A, B, *range(13900000000, 13900000099)]
    found = gateway(cloud.url).capability(numbers, "900000001")
    assert found == {A: SUPPORTED, B: ""}  # a number it does not speak of stays unknown
    assert [len(one["mobiles"]) for one in cloud.bodies(path)] == [100, 1]
    cloud.tells(path, {"error_code": "KM.1", "error_msg": "m"}, 400)
    with pytest.raises(Refused, match=r"gateway\.refused"):
        gateway(cloud.url).capability([A], "900000001")


@pytest.mark.parametrize("endpoint", ["http://example.com", "ftp://127.0.0.1", "javascript:alert(1)", ""])
def test_only_secure_addresses(endpoint: str) -> None:
    with pytest.raises(Refused, match=r"cloud\.endpoint"):
        CloudClient(CloudAccess("AK", "SK", endpoint))


def test_the_secret_key_is_not_printed() -> None:
    assert "secret" not in repr(CloudAccess("AK", "secret"))


VIDEO = {"kind": "video", "expiration_hours": 48, "recipients": [[A, {"p_1": "周五"}], [B, {"p_1": "周六"}]]}


def video_task(**told: object) -> dict[str, object]:
    return {"data": {"aim_basic_send_tasks": [{"task_name": task_name(KEY), "task_id": "t9", **told}]}}


def test_a_video_sms_leaves_as_one_task_with_each_ones_values(cloud: Platform) -> None:
    cloud.tells(VIDEO_TASKS, {"data": {"ret_code": "0", "task_id": "t9"}})
    outcome = gateway(cloud.url).send(batch(**VIDEO))
    assert outcome == Answered(tuple(NumberResult(n, True, f"vt9:{n}") for n in (A, B)))
    (body,) = cloud.bodies(VIDEO_TASKS)
    assert (body["task_name"], body["tpl_id"], body["expiration_time"]) == (task_name(KEY), "900000001", 48)
    assert [one["mobiles"] for one in body["individual_params"]] == [[str(A)], [str(B)]]
    values = [one["dync_params"][0] for one in body["individual_params"]]
    assert [(one["param_name"], one["content_detail"]) for one in values] == [
        ("#p_1#", "周五"),
        ("#p_1#", "周六"),
    ]
    assert not cloud.bodies(TEMPLATES)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"data": {"ret_code": "E200030", "desc": "no"}}, RefusedWhole("E200030", "no")),
        ({"data": {"ret_code": "0"}}, Unknown("unreadable")),
        ({"data": {}}, Unknown("unreadable")),
        ({}, Unknown("unreadable")),
    ],
)
def test_what_each_answer_to_a_video_sms_means(cloud: Platform, answer: object, outcome: Outcome) -> None:
    cloud.tells(VIDEO_TASKS, answer)
    assert gateway(cloud.url).send(batch(**VIDEO)) == outcome


@pytest.mark.parametrize(
    ("count", "accepted"),
    [(2, (A, B)), (1, ()), (3, ())],  # another number than the call's: nobody is known to be in it
)
def test_a_video_task_that_is_listed_took_everybody_or_nobody_is_known(
    cloud: Platform, count: int, accepted: tuple[int, ...]
) -> None:
    cloud.tells(TASKS, {"aim_send_tasks": []})
    cloud.tells(VIDEO_TASKS, video_task(total_count=count))
    found = gateway(cloud.url).look_up(KEY)
    assert isinstance(found, Found)
    assert found.of((A, B)) == tuple(NumberResult(n, True, f"vt9:{n}") for n in accepted)


def test_the_domain_and_the_jump_url_that_were_confirmed_leave_with_the_call(cloud: Platform) -> None:
    cloud.tells(SEND, {"task_id": "t1", "task_state": "Success"})
    gateway(cloud.url).send(batch(domain="d.example.com", jump_url="https://example.com/a"))
    (body,) = [one for one in cloud.bodies(SEND) if one]
    assert body["resolve_task"]["domain"] == "d.example.com"
    assert {one["custom_url"] for one in body["resolve_task"]["params"]} == {"https://example.com/a"}


def test_a_template_of_the_desk_leaves_under_the_platforms_name(cloud: Platform) -> None:
    cloud.tells(SEND, {"task_id": "t1", "task_state": "Success"})
    made = CloudGateway(client(cloud.url), lambda: (), lambda: NOW_MS, {"7": "st-1"}.__getitem__)
    assert isinstance(made.send(batch(sms_template="7")), Answered)
    (body,) = [one for one in cloud.bodies(SEND) if one]
    assert body["sms_channel"]["sms_tpl_id"] == "st-1"


def test_what_the_machine_slept_over_does_not_leave(cloud: Platform) -> None:
    """The channel was asked for before the sleep; hours and stops were looked at before that."""
    cloud.tells(SEND, {"task_id": "t1", "task_state": "Success"})
    clock = iter((NOW_MS, NOW_MS + 3_600_000, NOW_MS, NOW_MS + 1_000))
    made = CloudGateway(client(cloud.url), lambda: (), lambda: next(clock))
    assert made.send(batch()) == NotSent("worker.late")
    assert [one for one in cloud.bodies(SEND) if one] == []
    assert isinstance(made.send(batch()), Answered)


def test_without_a_key_nobody_is_asked_and_nothing_is_unknown() -> None:
    """A key that was never set, or was taken away meanwhile: the call was not made, and an unclear one stays unclear."""
    without = CloudGateway(KeyedClient(lambda: None), lambda: (), lambda: NOW_MS)
    assert without.send(batch()) == NotSent("cloud.no_key", 60_000)
    assert without.look_up("k") == Unclear("cloud.no_key")


def test_a_key_that_was_changed_counts_from_then_on(cloud: Platform) -> None:
    keys = [CloudAccess("AK", "SK", "http://example.com")]
    changed = KeyedClient(lambda: keys[-1])
    with pytest.raises(Refused, match=r"cloud\.endpoint"):
        changed.ask("list_aim_msg_template", template_id="st-1")
    keys.append(CloudAccess("AK2", "SK", cloud.url))
    assert changed.ask("list_aim_msg_template", template_id="st-1")["result"]
    assert "Access=AK2" in cloud.asked[-1].headers["Authorization"]


def test_a_call_made_while_the_key_changes_leaves_no_client_of_the_old_one(cloud: Platform) -> None:
    keys = [CloudAccess("AK1", "SK", cloud.url)]
    built = threading.Event()
    others: list[threading.Thread] = []

    class Changing(KeyedClient):
        def _use(self, access: CloudAccess) -> None:
            if access.ak == "AK2":  # another thread makes a call just now

                def build() -> None:
                    CloudClient._client(self)
                    built.set()

                others.append(threading.Thread(target=build))
                others[0].start()
                built.wait(0.1)  # it has to wait for us: then this is only how long we give it
            super()._use(access)

    changing = Changing(lambda: keys[-1])
    changing.ask("list_aim_msg_template", template_id="st-1")
    keys.append(CloudAccess("AK2", "SK", cloud.url))
    changing._look_at = (0.0, 0.0)  # the seconds a key is taken for the one in use are over
    for _ in range(2):
        changing.ask("list_aim_msg_template", template_id="st-1")
        assert "Access=AK2" in cloud.asked[-1].headers["Authorization"]
    others[0].join()
    changing.close()
