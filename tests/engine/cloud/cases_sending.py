# SPDX-License-Identifier: Apache-2.0
"""Cases of the SDK suite: send tasks and what is asked about them."""

from __future__ import annotations

from typing import Any

from huaweicloudsdkkoomessage.v1 import (
    AIMResolveTask,
    CheckMobileCapabilityRequest,
    CheckMobileCapabilityRequestBody,
    CreateAimSendTaskRequest,
    CreateAimSendTaskRequestBody,
    CreateResolveTaskParam,
    ListAimSendDetailsRequest,
    ListAimSendTasksRequest,
    SmsChannel,
)

from tests.engine.client import SIGN
from tests.engine.cloud.case import Case
from tests.engine.cloud.world import World

FIRST = 13_800_000_000
SMS_TEMPLATE = "sms:1"
"""The ref that `clear` hands the SMS template in under."""


def task(
    world: World, name: str = "新春红包", count: int = 3, sms_params: list[str] | None = None, **changes: Any
) -> CreateAimSendTaskRequest:
    """A send task to numbers that follow each other."""
    params = [
        CreateResolveTaskParam(
            cust_flag=str(FIRST + i),
            dync_params={"name": f"客户{i}"},
            sms_params=["张三"] if sms_params is None else sms_params,
        )
        for i in range(count)
    ]
    given = {"tpl_id": world.tpl_id, "resolve_times": 1, "aim_code_type": "individual", "expiration_time": 7}
    return CreateAimSendTaskRequest(
        CreateAimSendTaskRequestBody(
            task_name=name,
            sms_channel=SmsChannel(world.channel, SMS_TEMPLATE, SIGN, "yunshan"),
            resolve_task=AIMResolveTask(**{**given, "params": params, **changes}),
        )
    )


def sent(world: World, name: str, count: int = 3) -> Any:
    """Send, and return the answer."""
    return world.sdk().create_aim_send_task(task(world, name, count))


CASES = {
    "create_aim_send_task": Case(
        task,
        lambda _w, a: (a.submission_count, a.send_count, a.task_state) == (3, 3, "Success"),
        lambda w: task(w, count=101),
    ),
    "list_aim_send_tasks": Case(
        lambda w: ListAimSendTasksRequest(task_id=sent(w, "列表").task_id),
        lambda _w, a: [one.task_name for one in a.aim_send_tasks] == ["列表"],
        lambda _w: ListAimSendTasksRequest(limit=101),
    ),
    "list_aim_send_details": Case(
        lambda w: ListAimSendDetailsRequest(task_id=sent(w, "明细").task_id, limit=2),
        lambda _w, a: (
            [one.cust_flag for one in a.send_details] == [str(FIRST), str(FIRST + 1)]
            and a.page_info.total == 3
        ),
        lambda _w: ListAimSendDetailsRequest(begin_time="昨天", end_time="今天"),
    ),
    "check_mobile_capability": Case(
        lambda w: CheckMobileCapabilityRequest(
            CheckMobileCapabilityRequestBody(mobiles=[str(FIRST + i) for i in range(100)], tpl_id=w.tpl_id)
        ),
        lambda _w, a: (
            len(a.supported_mobiles) + len(a.unsupported_mobiles) == 100 and len(a.supported_mobiles) > 50
        ),
        lambda _w: CheckMobileCapabilityRequest(
            CheckMobileCapabilityRequestBody(mobiles=[str(FIRST + i) for i in range(101)])
        ),
    ),
}
