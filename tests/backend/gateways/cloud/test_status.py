# SPDX-License-Identifier: Apache-2.0
"""Status reports by asking: each told once however often it is asked, the young first, never beyond the platform's end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.backend.gateways.cloud.client import FAILURES
from koodesk.backend.gateways.cloud.gateway import CloudGateway
from koodesk.backend.gateways.cloud.smart import number_of, task_name
from koodesk.backend.gateways.cloud.status import AGAIN_MS, StatusPoll, instant, receipt, written
from koodesk.backend.gateways.engine_http import NothingSent
from koodesk.backend.ports.gateway import ReceiptKind
from koodesk.domain.problem import Refused
from tests.backend.gateways.cloud.platform import Asked, Platform, client, http, platform

NOW_MS = 1_795_900_000_000
NUMBER = 13800000000
DETAILS, RESOLVES = "/v1/aim/send-details", "/v1/aim/resolve-details"


@pytest.fixture
def cloud() -> Iterator[Platform]:
    """A platform with nothing to tell."""
    with platform() as told:
        told.tells(DETAILS, {"send_details": []})
        told.tells(RESOLVES, {"resolve_details": []})
        yield told


def test_what_was_sent_and_resolved_become_receipts(cloud: Platform) -> None:
    cloud.tells(
        DETAILS,
        {
            "send_details": [
                {"cust_flag": "13800000000", "send_status": "success", "receive_time": "2026-11-28 20:00:00"},
                {
                    "cust_flag": "13800000001",
                    "send_status": "fail",
                    "result_code": "M2:0045",
                    "receive_time": "2026-11-28T12:00:00Z",
                },
                {"cust_flag": "13800000002", "send_status": "sending"},
                {"cust_flag": "nobody", "send_status": "success"},
            ]
        },
    )
    cloud.tells(
        RESOLVES,
        {
            "resolve_details": [
                {
                    "cust_flag": "13800000000",
                    "resolved_status": "success",
                    "resolved_time": "2026-11-28T12:01:00Z",
                }
            ]
        },
    )
    page = CloudGateway(client(cloud.url), lambda: (("t1", NOW_MS),), lambda: NOW_MS).receipts(7, 100)
    at_ms = 1_795_867_200_000
    assert [one[1:6] for one in page.items] == [
        ("t1:13800000000", "sms", "0", "", at_ms),
        ("t1:13800000001", "sms", "1", "M2:0045", at_ms),
        ("t1:13800000000", "shortchain", "0", "", at_ms + 60_000),
    ]
    assert len({one.id for one in page.items}) == 3
    assert all(one.id < 0 for one in page.items)
    assert page.next == 7


def test_tasks_are_asked_in_turn_and_seldom_when_old(cloud: Platform) -> None:
    now = NOW_MS
    waiting = [("young", NOW_MS), ("old", NOW_MS - 2 * 86_400_000)]
    poll = StatusPoll(client(cloud.url), lambda: waiting, lambda: now, at_once=1)

    def asked() -> list[str]:
        cloud.asked.clear()
        poll.receipts()
        return [one.query["task_id"] for one in cloud.asked if one.path == DETAILS]

    assert asked() + asked() == ["old", "young"]
    assert asked() == []
    now += AGAIN_MS[0][1]
    assert asked() == ["young"]
    now += AGAIN_MS[2][1]
    assert sorted(asked() + asked()) == ["old", "young"]
    waiting.clear()
    now += AGAIN_MS[2][1]
    assert asked() == []


def test_a_list_is_read_to_its_end_and_no_further_than_it_goes(cloud: Platform) -> None:
    def rows(asked: Asked) -> bytes:
        offset, limit = int(asked.query["offset"]), int(asked.query["limit"])
        assert offset + limit <= 10_000
        return http(200, {"send_details": [{"cust_flag": str(NUMBER + offset + i)} for i in range(limit)]})

    cloud.answers[DETAILS] = rows
    poll = StatusPoll(client(cloud.url), lambda: (), lambda: NOW_MS)
    assert len(list(poll.pages("list_aim_send_details", "send_details", task_id="t"))) == 10_000


@pytest.mark.parametrize("answer", [None, http(500, b""), http(403, {"error_code": "K", "error_msg": "m"})])
def test_a_platform_that_is_away_is_said(cloud: Platform, answer: bytes | None) -> None:
    cloud.says(DETAILS, answer)
    gateway = CloudGateway(client(cloud.url), lambda: (("t1", NOW_MS),), lambda: NOW_MS)
    with pytest.raises(Refused, match=r"gateway\.unreachable"):
        gateway.receipts(0, 10)


GONE = http(404, {"error_code": "KM.00000404", "error_msg": "no such task"})
PROXY = http(502, b"<html>")


@pytest.mark.parametrize(
    ("broken", "answer"),
    [
        ("m", GONE),
        ("m", None),
        ("m", http(200, b"{not json")),
        ("m", http(200, {"send_details": 7})),
        ("aby", PROXY),  # three in a row end the round; the next begins behind them
        ("abmyz"[:4], GONE),
    ],
)
def test_a_task_that_cannot_be_asked_about_silences_no_other(
    cloud: Platform, broken: str, answer: bytes | None
) -> None:
    def details(asked: Asked) -> bytes | None:
        task = asked.query["task_id"]
        if task in broken:
            return answer
        return http(200, {"send_details": [{"cust_flag": str(NUMBER), "send_status": "success"}]})

    cloud.answers[DETAILS] = details
    poll = StatusPoll(client(cloud.url), lambda: [(one, NOW_MS) for one in "abmyz"], lambda: NOW_MS)
    found: list[str] = []
    for _ in range(2):
        with suppress(*FAILURES):
            found += [one.message_id for one in poll.receipts()]
    assert found == [f"{one}:{NUMBER}" for one in "abmyz" if one not in broken]
    cloud.asked.clear()
    poll.receipts()
    assert not cloud.asked  # who could not be asked about waits its time as the others do


def test_where_nobody_is_the_round_ends_and_nobody_counts_as_asked() -> None:
    asked: list[str] = []

    class Nobody:
        def ask(self, operation: str, **fields: object) -> dict[str, object]:
            asked.append(str(fields["task_id"]))
            raise NothingSent("connection_refused")

        def close(self) -> None:
            """Hold nothing."""

    poll = StatusPoll(Nobody(), lambda: [(one, NOW_MS) for one in "abc"], lambda: NOW_MS)
    for _ in range(2):
        with pytest.raises(NothingSent):
            poll.receipts()
    assert asked == ["a", "a"]


@given(
    st.text(min_size=1, max_size=20), st.integers(10_000_000_000, 19_999_999_999), st.sampled_from(("0", "1"))
)
def test_the_same_words_have_the_same_id_within_64_bits(task: str, number: int, status: str) -> None:
    first, second = (receipt(task, number, ReceiptKind.SMS, status, "c", at) for at in (1, 2))
    assert first.id == second.id
    assert -(1 << 63) <= first.id < 0
    other = receipt(task, number, ReceiptKind.SHORTCHAIN, status, "c", 1)
    assert other.id != first.id


@given(st.integers(0, 4_000_000_000_000))
def test_instants_go_there_and_back_to_the_second(at_ms: int) -> None:
    assert instant(written(at_ms), -1) == at_ms // 1000 * 1000


@pytest.mark.parametrize("text", [None, "", "soon", "13:00", 7])
def test_an_instant_that_cannot_be_read_is_now(text: object) -> None:
    assert instant(text, 42) == 42


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("13800000000", NUMBER), ("8613800000000", NUMBER), ("+8613800000000", NUMBER), ("008613800000000", NUMBER),
        ("138****0000", None), ("1380000000", None), ("", None), (None, None), ("１３８００００００００", None),
    ],
)  # fmt: skip
def test_numbers_of_the_platform(text: object, number: int | None) -> None:
    assert number_of(text) == number


@given(st.text(max_size=60))
def test_a_tasks_name_fits_and_is_its_keys_own(key: str) -> None:
    name = task_name(key)
    assert len(name) == 28
    assert name.isascii()
    assert name.isalnum()
    assert task_name(key) == name != task_name(key + "x")


VIDEO_TASKS = "/v1/aim-basic/send-tasks"


@pytest.mark.parametrize(
    ("counts", "members", "status"),
    [
        ({"total_count": 2, "success_count": 2, "failed_count": 0}, 2, "0"),
        ({"total_count": 2, "success_count": 0, "failed_count": 2}, 2, "1"),
        ({"total_count": 2, "success_count": 1, "failed_count": 1}, 2, ""),  # whose it was nobody tells
        ({"total_count": 2, "success_count": 1, "failed_count": 0}, 2, ""),
        ({"total_count": 2, "success_count": 2, "failed_count": 0}, 3, ""),  # not the task the ledger knows
        ({"total_count": 0, "success_count": 0, "failed_count": 0}, 0, ""),
        ({}, 2, ""),
    ],
)
def test_a_video_task_tells_of_each_only_where_all_came_to_the_same(
    cloud: Platform, counts: dict[str, int], members: int, status: str
) -> None:
    cloud.tells(VIDEO_TASKS, {"data": {"aim_basic_send_tasks": [counts] if counts else []}})
    numbers = [NUMBER + i for i in range(members)]
    poll = StatusPoll(
        client(cloud.url), lambda: [("vt9", NOW_MS)], lambda: NOW_MS, members=lambda task: numbers
    )
    found = poll.receipts()
    assert [(one.message_id, one.status) for one in found] == (
        [(f"vt9:{number}", status) for number in numbers] if status else []
    )
    assert cloud.asked[-1].query["task_id"] == "t9"
