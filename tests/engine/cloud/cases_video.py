# SPDX-License-Identifier: Apache-2.0
"""Cases of the SDK suite: video SMS."""

from __future__ import annotations

import base64
from typing import Any

from huaweicloudsdkkoomessage.v1 import (
    ContentParam,
    CreateVmsSendTaskRequest,
    CreateVmsSendTaskRequestBody,
    CreateVmsTemplateRequest,
    CreateVmsTemplateRequestBody,
    ListVmsSendTasksRequest,
    ListVmsTemplateStatusRequest,
    ResourceInfo,
)

from tests.engine.cloud.case import Case
from tests.engine.cloud.world import World, png
from tests.engine.video import CMCC, SIGN


def template(name: str = "试驾", sign: str = SIGN) -> CreateVmsTemplateRequest:
    """A template of a picture and a text."""
    return CreateVmsTemplateRequest(
        CreateVmsTemplateRequestBody(
            expiration_time="30",
            tpl_name=name,
            title="北辰X5上市",
            reslist=[
                ResourceInfo(
                    index="1-1", type="png", source="file", content=base64.b64encode(png()).decode()
                ),
                ResourceInfo(
                    index="2-1", type="txt", source="txt", content=f"【{sign}】诚邀#p_1#试驾。拒收请回复R"
                ),
            ],
        )
    )


def task(world: World, name: str = "上市", count: int = 3, **changes: Any) -> CreateVmsSendTaskRequest:
    """A send task with the same values for all."""
    given = {
        "task_name": name,
        "tpl_id": world.video_id,
        "expiration_time": 24,
        "mobiles": [str(CMCC + i) for i in range(count)],
        "dync_params": [
            ContentParam(param_name=name, content_type="txt", content_source="txt", content_detail=value)
            for name, value in (("p_1", "林晓"), ("p_2", "上海"))
        ],
        **changes,
    }
    return CreateVmsSendTaskRequest(CreateVmsSendTaskRequestBody(**given))


def listed(world: World) -> ListVmsSendTasksRequest:
    """Send, and ask for the task."""
    answer = world.sdk().create_vms_send_task(task(world, "列表", 5))
    return ListVmsSendTasksRequest(task_id=answer.data.task_id)


CASES = {
    "create_vms_template": Case(
        lambda _w: template(),
        lambda _w, a: len(a.tplid) == 9,
        lambda _w: CreateVmsTemplateRequest(
            CreateVmsTemplateRequestBody(
                expiration_time="30",
                title="无签名",
                reslist=[ResourceInfo(type="txt", source="txt", content="没有签名的文字")],
            )
        ),
    ),
    "list_vms_template_status": Case(
        lambda w: ListVmsTemplateStatusRequest(tpl_id=w.video_id),
        lambda w, a: (
            [(one.tpl_id, one.audit_state, one.tpl_sign) for one in a.data.templates]
            == [(w.video_id, 0, SIGN)]
            and {one.carrier for one in a.data.templates[0].status_detail} == {"cmcc", "cucc", "ctcc"}
        ),
        lambda _w: ListVmsTemplateStatusRequest(tpl_type="mine"),
    ),
    "create_vms_send_task": Case(
        task,
        lambda _w, a: (a.data.ret_code, a.data.desc) == ("0", "success"),
        lambda w: task(w, expiration_time=73),
    ),
    "list_vms_send_tasks": Case(
        listed,
        lambda _w, a: (
            [(one.task_name, one.total_count, one.operator) for one in a.data.aim_basic_send_tasks]
            == [("列表", 5, "林晓")]
        ),
        lambda _w: ListVmsSendTasksRequest(begin_time="2026-11-01T00:00:00Z"),
    ),
}
