# SPDX-License-Identifier: Apache-2.0
"""The cloud's API from the inside: windows, pages, who is refused alone, what is withdrawn, when reports are ready.

Handlers are called with an engine's connection and a clock that the test sets.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from koodesk.engine.cloud.call import Call
from koodesk.engine.cloud.checking import check_body, check_texts, milliseconds
from koodesk.engine.cloud.config import CloudConfig
from koodesk.engine.cloud.handlers import handlers
from koodesk.engine.cloud.keys import Caller
from koodesk.engine.cloud.paging import Page
from koodesk.engine.cloud.spec import cloud_spec
from koodesk.engine.errors import ApiError
from tests.engine.client import SIGN, batch
from tests.engine.cloud.cases_sending import FIRST
from tests.engine.inside import DAY_MS, HOUR_MS, Inside

OPERATIONS = {one.id: one for one in cloud_spec().operations}


class Cloud:
    """The cloud's API of an engine without HTTP, with everything cleared."""

    def __init__(self, inside: Inside, tpl_id: str) -> None:
        self.inside = inside
        self.tpl_id = tpl_id

    def ask(self, name: str, body: dict[str, Any] | None = None, **values: Any) -> Any:
        """Carry out an operation, its request checked as over HTTP."""
        operation = OPERATIONS[name]
        texts = [
            (key, str(one))
            for key, many in values.items()
            for one in (many if isinstance(many, list) else [many])
        ]
        call = Call(
            self.inside.connection,
            self.inside.now_ms,
            Caller("AK", "林晓", frozenset()),
            self.inside.acceptance,
            self.inside.settings,
            CloudConfig(),
            {**check_texts(operation.query, texts), **check_texts(operation.path_fields, texts)},
            check_body(operation.body, body or {}) if operation.body else {},
        )
        return handlers()[name](call)

    def refused(self, name: str, body: dict[str, Any] | None = None, **values: Any) -> ApiError:
        """Carry out an operation that must be refused."""
        with pytest.raises(ApiError) as caught:
            self.ask(name, body, **values)
        return caught.value

    @property
    def channel(self) -> str:
        """The channel number of the signature."""
        return str(self.ask("list_aim_msg_signature", signature_id="signature:1")["result"][0]["channel_num"])

    def send(self, name: str = "新春", numbers: int | list[str] = 3, **changes: Any) -> Any:
        """Send."""
        flags = [str(FIRST + i) for i in range(numbers)] if isinstance(numbers, int) else numbers
        task = {
            "tpl_id": self.tpl_id,
            "aim_code_type": "individual",
            "expiration_time": 7,
            "params": [
                {"cust_flag": one, "dync_params": {"name": "客户"}, "sms_params": ["张三"]} for one in flags
            ],
            **changes,
        }
        channel = {
            "channel_number": self.channel,
            "sms_tpl_id": "sms:1",
            "sms_sign": SIGN,
            "sms_app_name": "yunshan",
        }
        return self.ask(
            "create_aim_send_task", {"task_name": name, "sms_channel": channel, "resolve_task": task}
        )

    def names(self, **values: Any) -> list[str]:
        """The names of the tasks that are listed."""
        return [one["task_name"] for one in self.ask("list_aim_send_tasks", **values)["aim_send_tasks"]]


@pytest.fixture(scope="module")
def cleared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, str]:
    """The folder of an engine with everything cleared, its clock, and the card's tpl_id."""
    folder = tmp_path_factory.mktemp("cleared")
    inside = Inside(folder)
    tpl_id = inside.clear()
    inside.connection.close()
    return folder, inside.now_ms, tpl_id


@pytest.fixture
def cloud(tmp_path: Path, cleared: tuple[Path, int, str]) -> Iterator[Cloud]:
    """A cleared engine of its own."""
    folder, now_ms, tpl_id = cleared
    shutil.copytree(folder, tmp_path / "engine")
    inside = Inside(tmp_path / "engine", opened=False)
    inside.now_ms = now_ms
    yield Cloud(inside, tpl_id)
    inside.connection.close()


def iso(at_ms: int) -> str:
    """An instant as the API takes it."""
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


# --- send tasks ------------------------------------------------------------------------------------------------


def test_the_same_call_twice_is_two_tasks_of_one_name(cloud: Cloud) -> None:
    one, other = cloud.send("一次"), cloud.send("一次")
    assert one["task_id"] != other["task_id"]
    assert cloud.names(task_name="一次") == ["一次", "一次"]
    assert len(cloud.inside.acceptances()) == 6


def test_what_the_desk_sent_is_listed_too(cloud: Cloud) -> None:
    cloud.inside.accept("k", batch(cloud.tpl_id, FIRST, 2, task_name="桌面发送"))
    assert cloud.names() == ["桌面发送"]
    details = cloud.ask("list_aim_send_details")["send_details"]
    assert [(one["cust_flag"], one["send_status"]) for one in details] == [
        (str(FIRST), "sending"),
        (str(FIRST + 1), "sending"),
    ]


def test_who_is_refused_alone_is_named_and_the_others_go_out(cloud: Cloud) -> None:
    cloud.inside.settings = replace(cloud.inside.settings, blacklist=(FIRST + 1,))
    answer = cloud.send(numbers=[str(FIRST), "12345", f"+86{FIRST + 1}", f"0086{FIRST + 2}", f"86{FIRST}"])
    assert (answer["submission_count"], answer["send_count"], answer["task_state"]) == (5, 2, "Success")
    failed = {one["cust_flag"]: one["result_code"] for one in answer["failed_short_chains"]}
    assert failed == {"12345": "KD.BAD_NUMBER", f"+86{FIRST + 1}": "KD.BLACKLISTED", f"86{FIRST}": "E200041"}
    rows = cloud.ask("list_aim_send_details", task_id=answer["task_id"])["send_details"]
    assert [one["send_status"] for one in rows] == ["sending", "fail", "fail", "sending", "fail"]
    assert len({one["msg_id"] for one in rows}) == 5
    (listed,) = cloud.ask("list_aim_send_tasks", task_id=answer["task_id"])["aim_send_tasks"]
    assert {one["cust_flag"] for one in listed["failed_short_chains"]} == {
        "12345",
        str(FIRST),
        str(FIRST + 1),
    }


def test_a_task_nobody_of_which_is_taken_has_failed(cloud: Cloud) -> None:
    answer = cloud.send(numbers=["1", "2"])
    assert (answer["send_count"], answer["task_state"]) == (0, "Failed")
    assert cloud.names(task_status="Fail") == ["新春"]
    assert cloud.names(task_status="Success") == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"channel_number": "1069"}, "KD.CLOUD.CHANNEL"),
        ({"sms_sign": "别家"}, "KD.CLOUD.CHANNEL"),
        ({"sms_app_name": "other"}, "KD.CLOUD.CHANNEL"),
        ({"sms_tpl_id": "sms:9"}, "E200030"),
    ],
)
def test_the_four_fields_of_a_channel_belong_together(
    cloud: Cloud, changes: dict[str, str], code: str
) -> None:
    channel = {
        "channel_number": cloud.channel,
        "sms_tpl_id": "sms:1",
        "sms_sign": SIGN,
        "sms_app_name": "yunshan",
    }
    task = {
        "tpl_id": cloud.tpl_id,
        "aim_code_type": "individual",
        "expiration_time": 1,
        "params": [{"cust_flag": str(FIRST), "dync_params": {"name": "a"}, "sms_params": ["b"]}],
    }
    body = {"task_name": "x", "sms_channel": {**channel, **changes}, "resolve_task": task}
    assert cloud.refused("create_aim_send_task", body).code == code
    assert cloud.inside.acceptances() == []


@pytest.mark.parametrize("count", [0, 2])
def test_the_sms_params_are_as_many_as_the_variables(cloud: Cloud, count: int) -> None:
    with pytest.raises(ApiError) as caught:
        cloud.send(
            params=[{"cust_flag": str(FIRST), "dync_params": {"name": "a"}, "sms_params": ["b"] * count}]
        )
    assert caught.value.code == "KM.00001376"


def test_a_task_is_listed_for_a_week_by_default_and_for_a_year_when_asked(cloud: Cloud) -> None:
    first_ms = cloud.inside.now_ms
    cloud.send("第一次")
    cloud.inside.now_ms += 7 * DAY_MS
    assert cloud.names() == ["第一次"]
    cloud.inside.now_ms += 1
    assert cloud.names() == []
    window = {"begin_time": iso(first_ms - HOUR_MS), "end_time": iso(first_ms + HOUR_MS)}
    assert cloud.names(**window) == ["第一次"]
    assert cloud.names(begin_time=window["begin_time"]) == []  # one end alone is passed over
    cloud.inside.now_ms += 359 * DAY_MS
    assert cloud.names(**window) == []


def test_details_are_paged_over_tasks_and_answer_nothing_when_asked_too_deep(cloud: Cloud) -> None:
    for number in range(3):
        cloud.send(f"第{number}次", 4)
    every = cloud.ask("list_aim_send_details", limit=100)["send_details"]
    assert [one["task_name"] for one in every] == ["第2次"] * 4 + ["第1次"] * 4 + ["第0次"] * 4
    for limit in (1, 3, 5):
        found: list[Any] = []
        while True:
            page = cloud.ask("list_aim_send_details", offset=len(found), limit=limit)
            assert page["page_info"] == {"offset": len(found), "limit": limit, "total": 12}
            if not page["send_details"]:
                break
            found += page["send_details"]
        assert found == every
    assert cloud.ask("list_aim_send_details", offset=9_901, limit=100)["send_details"] == []
    one = cloud.ask("list_aim_send_details", cust_flag=f"+86{FIRST + 3}")
    assert [row["task_name"] for row in one["send_details"]] == ["第2次", "第1次", "第0次"]


@pytest.mark.parametrize(
    ("offset", "limit", "too_deep"), [(9_900, 100, False), (9_901, 100, True), (0, 20, False)]
)
def test_a_page_ends_at_ten_thousand(offset: int, limit: int, too_deep: bool) -> None:
    assert Page(offset, limit).too_deep is too_deep


def test_the_status_of_a_message_is_what_its_receipts_say(cloud: Cloud) -> None:
    answer = cloud.send(numbers=60)
    cloud.inside.now_ms += 72 * HOUR_MS
    told = {}
    for _id, message, kind, status, code, _at in cloud.inside.feed():
        if kind == "sms":
            told[message] = ("success" if status == "0" else "fail", code)
    rows = cloud.ask("list_aim_send_details", task_id=answer["task_id"], limit=100)["send_details"]
    assert {one["msg_id"]: (one["send_status"], one["result_code"]) for one in rows} == told
    (task,) = cloud.ask("list_aim_send_tasks", task_id=answer["task_id"])["aim_send_tasks"]
    assert task["success_number"] == sum(status == "success" for status, _code in told.values())
    resolved = {m for _id, m, kind, *_more in cloud.inside.feed() if kind == "shortchain"}
    details = cloud.ask("list_aim_resolve_details", task_id=answer["task_id"], limit=100)["resolve_details"]
    assert {one["resolve_id"] for one in details if one["resolved_status"] == "success"} == resolved
    assert task["resolve_count"] == len(resolved) > 0


# --- what is withdrawn -----------------------------------------------------------------------------------------


def test_a_disabled_card_sends_nothing_until_it_is_enabled(cloud: Cloud) -> None:
    cloud.ask("update_personal_template_state", {"tpl_state": 0}, tpl_id=cloud.tpl_id)
    with pytest.raises(ApiError) as caught:
        cloud.send()
    assert caught.value.code == "KD.TEMPLATE_UNKNOWN"
    assert cloud.ask("list_aim_templates", tpl_id=cloud.tpl_id)["templates"][0]["tpl_state"] == 0
    cloud.ask("update_personal_template_state", {"tpl_state": 1}, tpl_id=cloud.tpl_id)
    assert cloud.send()["send_count"] == 3


@pytest.mark.parametrize(
    ("operation", "value", "code"),
    [
        ("delete_aim_personal_template", {"tpl_id": ""}, "KD.TEMPLATE_UNKNOWN"),
        ("delete_aim_msg_template", {"template_id": "sms:1"}, "E200030"),
        ("delete_aim_msg_signature", {"signature_id": "signature:1"}, "KD.SIGNATURE_NOT_APPROVED"),
    ],
)
def test_what_is_deleted_sends_nothing_on_either_side(
    cloud: Cloud, operation: str, value: dict[str, str], code: str
) -> None:
    given: dict[str, Any] = {name: one or cloud.tpl_id for name, one in value.items()}
    cloud.ask(operation, **given)
    with pytest.raises(ApiError) as caught:
        cloud.inside.accept("k", batch(cloud.tpl_id, FIRST, 1))
    assert caught.value.code == code
    assert cloud.refused(operation, **given).code in ("KD.CLOUD.NOT_FOUND", "KM.90016103")


# --- reports ---------------------------------------------------------------------------------------------------


def test_a_days_template_report_is_ready_at_four_in_the_afternoon_of_the_next(cloud: Cloud) -> None:
    cloud.inside.settings = replace(
        cloud.inside.settings, delivered=1.0, resolved=1.0, exposed=1.0, duplicate_receipts=1.0
    )
    begin = cloud.inside.now_ms  # Monday ten o'clock
    cloud.send(numbers=50)
    asked = {
        "tpl_ids": [cloud.tpl_id],
        "begin_time": iso(begin - DAY_MS),
        "end_time": iso(begin + 2 * DAY_MS),
    }

    def resolved() -> int:
        (row,) = cloud.ask("list_aim_template_reports", asked)["template_reports"]
        return int(row["resolving_times"])

    cloud.inside.now_ms = begin + 30 * HOUR_MS - 1  # Tuesday 16:00, less a millisecond
    assert resolved() == 0
    cloud.inside.now_ms += 1
    midnight = begin + 14 * HOUR_MS
    told = {
        m for _id, m, kind, *_more, at_ms in cloud.inside.feed() if kind == "shortchain" and at_ms < midnight
    }
    assert resolved() == len(told) > 0
    vendors = ("huawei", "xiaomi", "oppo", "vivo", "meizu", "samsung")
    by_vendor = [
        cloud.ask("list_aim_template_reports", {**asked, "factory_type": [name]})["template_reports"][0][
            "resolving_times"
        ]
        for name in vendors
    ]
    assert sum(by_vendor) == len(told)
    assert max(by_vendor) < len(told)
    too_long = {**asked, "begin_time": iso(begin - 90 * DAY_MS)}
    assert cloud.ask("list_aim_template_reports", too_long)["template_reports"] == []


def test_the_send_report_adds_up_by_day_and_by_month(cloud: Cloud) -> None:
    cloud.send("一", 4)
    cloud.inside.now_ms += DAY_MS
    cloud.send("二", 6)
    cloud.inside.now_ms += 72 * HOUR_MS

    def rows(kind: str) -> list[Any]:
        found: list[Any] = cloud.ask("list_aim_send_reports", {"report_type": kind})["data"]["data_list"]
        return found

    assert [one["submission_count"] for one in rows("1")] == [6, 4]
    assert [one["report_time"] for one in rows("1")] == sorted(
        (one["report_time"] for one in rows("1")), reverse=True
    )
    (month,) = rows("2")
    assert month["submission_count"] == 10
    assert month["send_success_count"] == sum(one["send_success_count"] for one in rows("1"))
    assert month["support_resolve_count"] == -1


# --- requests --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("list_aim_send_tasks", {"limit": 0}),
        ("list_aim_send_tasks", {"limit": 101}),
        ("list_aim_send_tasks", {"offset": -1}),
        ("list_aim_send_tasks", {"offset": 1_000_001}),
        ("list_aim_send_tasks", {"offset": "１"}),
        ("list_aim_send_tasks", {"begin_time": "2026-11-28", "end_time": "2026-11-29"}),
        ("list_aim_send_tasks", {"begin_time": "2026-11-29T00:00:00Z", "end_time": "2026-11-28T00:00:00Z"}),
        ("list_aim_template_materials", {"resource_type": "image", "offset": 1, "limit": 1_001}),
        ("list_aim_templates", {"has_param": "yes"}),
        ("list_aim_templates", {"factory_type": ["HUAWEI"] * 6}),
    ],
)
def test_a_value_outside_its_limit_is_refused(cloud: Cloud, name: str, values: dict[str, Any]) -> None:
    assert cloud.refused(name, **values).code == "KD.CLOUD.FIELD"


@pytest.mark.parametrize(
    ("text", "at_ms"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2019-10-12T07:20:50Z", 1_570_864_850_000),
        ("2019-10-12T07:20:50.522Z", 1_570_864_850_522),
        ("2019-10-12T15:20:50+08:00", 1_570_864_850_000),
    ],
)
def test_an_instant_is_read(text: str, at_ms: int) -> None:
    assert milliseconds(text) == at_ms


def test_every_right_is_one_of_the_catalogue(cloud: Cloud) -> None:
    from koodesk import paths
    from koodesk.domain.access import read_access_rules

    rules = read_access_rules((paths.resources() / "rules" / "access.toml").read_text("utf-8"))
    assert {one.action for one in cloud_spec().operations} <= set(rules.actions)
    assert cloud.tpl_id
