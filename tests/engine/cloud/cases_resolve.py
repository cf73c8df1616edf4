# SPDX-License-Identifier: Apache-2.0
"""Cases of the SDK suite: resolve tasks, and addresses for receipts."""

from __future__ import annotations

from typing import Any

from huaweicloudsdkkoomessage.v1 import (
    AddCallBackRequest,
    AddCallbackRequestBody,
    AddVmsCallBackRequest,
    AddVmsCallBackRequestBody,
    CreateResolveTaskRequest,
    CreateResolveTaskRequestBody,
    CreateShortChainParam,
    ListAimCallbacksRequest,
    ListAimResolveDetailsRequest,
    ListResolveTasksRequest,
    ListVmsCallbacksRequest,
)

from tests.engine.client import SIGN
from tests.engine.cloud.case import Case
from tests.engine.cloud.cases_sending import sent
from tests.engine.cloud.world import World


def task(world: World, count: int = 2, **changes: Any) -> CreateResolveTaskRequest:
    """A task of individual links."""
    given = {
        "tpl_id": world.tpl_id,
        "sms_signs": [SIGN],
        "aim_code_type": "individual",
        "expiration_time": 7,
        "params": [
            CreateShortChainParam(cust_flag=f"客户{i}", dync_params={"name": f"客户{i}"})
            for i in range(count)
        ],
        **changes,
    }
    return CreateResolveTaskRequest(CreateResolveTaskRequestBody(**given))


def created(world: World) -> Any:
    """Make links and return the answer."""
    return world.sdk().create_resolve_task(task(world))


def resolved(world: World) -> ListAimResolveDetailsRequest:
    """Make links, resolve the second as a phone does, and ask for those that are."""
    made = created(world)
    world.client.call("POST", f"/links/{made.params[1].aim_code}/resolve", {})
    return ListAimResolveDetailsRequest(task_id=made.task_id, resolved_status="success")


ADDRESS = "http://127.0.0.1:9/receipts"

CASES = {
    "create_resolve_task": Case(
        task,
        lambda _w, a: [one.cust_flag for one in a.params] == ["客户0", "客户1"] and a.resolving_times == 1,
        lambda w: task(w, sms_signs=[]),
    ),
    "list_resolve_tasks": Case(
        lambda w: ListResolveTasksRequest(task_id=created(w).task_id),
        lambda _w, a: [one.params[0].cust_flag for one in a.resolve_tasks] == ["客户0", "客户1"],
        lambda _w: ListResolveTasksRequest(limit=0),
    ),
    "list_aim_resolve_details": Case(
        resolved,
        lambda _w, a: (
            [(one.cust_flag, one.resolved_status) for one in a.resolve_details] == [("客户1", "success")]
        ),
        lambda _w: ListAimResolveDetailsRequest(resolved_status="perhaps"),
    ),
    "add_call_back": Case(
        lambda _w: AddCallBackRequest(AddCallbackRequestBody(callback_url=ADDRESS, url_type=0)),
        lambda _w, a: (a.data.callback_url, a.data.url_type) == (ADDRESS, 0),
        lambda _w: AddCallBackRequest(
            AddCallbackRequestBody(callback_url="http://8.8.8.8/receipts", url_type=0)
        ),
        "KD.CLOUD.ADDRESS",
    ),
    "list_aim_callbacks": Case(
        lambda w: (
            w.sdk().add_call_back(
                AddCallBackRequest(AddCallbackRequestBody(callback_url=ADDRESS, url_type=1))
            )
            and ListAimCallbacksRequest()
        ),
        lambda _w, a: (ADDRESS, 1) in [(one.callback_url, one.url_type) for one in a.data],
        lambda _w: None,
    ),
    "add_vms_call_back": Case(
        lambda _w: AddVmsCallBackRequest(
            AddVmsCallBackRequestBody(url_type=0, callback_url=ADDRESS, remark="回执")
        ),
        lambda _w, a: a.status == "200",
        lambda _w: AddVmsCallBackRequest(AddVmsCallBackRequestBody(url_type=2, callback_url=ADDRESS)),
    ),
    "list_vms_callbacks": Case(
        lambda w: (
            w.sdk().add_vms_call_back(
                AddVmsCallBackRequest(AddVmsCallBackRequestBody(url_type=1, callback_url=ADDRESS))
            )
            and ListVmsCallbacksRequest()
        ),
        lambda _w, a: (ADDRESS, 1) in [(one.callback_url, one.url_type) for one in a.data.callbacks],
        lambda _w: None,
    ),
}
"""The two lists of addresses take nothing that could be wrong: their `bad` is a user without the right."""


def details_of_a_send_task(world: World) -> Any:
    """The links in a send task's messages."""
    answer = sent(world, "短链明细")
    return world.sdk().list_aim_resolve_details(ListAimResolveDetailsRequest(task_id=answer.task_id))
