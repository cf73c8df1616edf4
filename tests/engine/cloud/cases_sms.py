# SPDX-License-Identifier: Apache-2.0
"""Cases of the SDK suite: SMS applications, signatures, templates and plain SMS."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from huaweicloudsdkkoomessage.v1 import (
    AddAimMsgSignatureRequest,
    CreateAimMsgTemplateRequest,
    CreateSmsAppRequest,
    DeleteAimMsgSignatureRequest,
    DeleteAimMsgTemplateRequest,
    ListAimMsgAppDetailRequest,
    ListAimMsgAppRequest,
    ListAimMsgSignatureDetailRequest,
    ListAimMsgSignatureRequest,
    ListAimMsgTemplateRequest,
    MsgAppRequest,
    MsgContent,
    MsgTemplateRequest,
    SendAimBatchDifferentMessagesRequest,
    SendAimBatchMessagesRequest,
    ShowAimMsgSignatureFileInfoRequest,
    ShowAimMsgTemplateDetailRequest,
    ShowAimMsgTemplateVariableRequest,
    SignatureRequest,
    SmsMultiTemplateTaskRequestBody,
    SmsTaskReq,
    UpdateAimMsgAppRequest,
    UpdateAimMsgSignatureRequest,
    UpdateAimMsgTemplateRequest,
    UploadAimMsgSignatureFileRequest,
    UploadAimMsgSignatureFileRequestBody,
    VariableAttributes,
)

from tests.engine.client import HOUR_MS, SIGN, hand_in, sms_template, to_working_hours
from tests.engine.cloud.case import Case
from tests.engine.cloud.cases_sending import FIRST
from tests.engine.cloud.world import World, png


def app(name: str = "") -> MsgAppRequest:
    """An application of a name nobody has."""
    return MsgAppRequest(app_name=name or f"app{uuid4().hex[:10]}", up_link_addr="")


def app_id(world: World) -> str:
    """Create an application and return its id."""
    return str(world.sdk().create_sms_app(CreateSmsAppRequest(app())).app_id)


def paper(world: World) -> UploadAimMsgSignatureFileRequest:
    """A licence."""
    file = world.file("licence.png", png())
    return UploadAimMsgSignatureFileRequest(
        file_desc="营业执照", body=UploadAimMsgSignatureFileRequestBody(file)
    )


def file_id(world: World) -> str:
    """Upload a paper and return its id."""
    return str(world.sdk().upload_aim_msg_signature_file(paper(world)).file_id)


def signature(world: World, name: str = "云杉家居", **changes: Any) -> SignatureRequest:
    """A signature of the application that is cleared."""
    given = {
        "signature_name": name,
        "signature_type": "PROMOTION_TYPE",
        "app_id": "app:1",
        "file_id": file_id(world),
        "signature_source": 0,
        "is_involved_third": "no",
        "apply_desc": "门店活动",
        **changes,
    }
    return SignatureRequest(**given)


def signature_id(world: World, *, decided: bool = False) -> str:
    """Create a signature and return its id; `decided` waits for the reviewer."""
    made = world.sdk().add_aim_msg_signature(
        AddAimMsgSignatureRequest(signature(world, f"云杉{uuid4().hex[:6]}"))
    )
    if decided:
        world.client.call("POST", "/clock", {"forward_ms": 96 * HOUR_MS})
    return str(made.signature_id)


def template(name: str = "到店提醒", **changes: Any) -> MsgTemplateRequest:
    """A template under the signature that is cleared."""
    given = {
        "signature_id": "signature:1",
        "template_name": name,
        "template_content": "尊敬的${1}，门店活动今日开始。拒收请回复R",
        "variable_attributes": [VariableAttributes(1, "TEXT", "姓名")],
        **changes,
    }
    return MsgTemplateRequest(**given)


def template_id(world: World, *, decided: bool = False, **changes: Any) -> str:
    """Create a template and return its id."""
    made = world.sdk().create_aim_msg_template(CreateAimMsgTemplateRequest(template(**changes)))
    if decided:
        world.client.call("POST", "/clock", {"forward_ms": 96 * HOUR_MS})
        to_working_hours(world.client)
    return str(made.template_id)


def plain(world: World) -> str:
    """The id of an approved template without a link."""
    body = sms_template(
        name="到店",
        content="尊敬的${1}，今日到店有礼。拒收请回复R",
        variables=[{"number": 1, "type": "TEXT", "description": "姓名"}],
    )
    hand_in(world.client, "sms_template", "sms:plain", body)
    world.client.call("POST", "/clock", {"forward_ms": 96 * HOUR_MS})
    to_working_hours(world.client)
    return "sms:plain"


def same(world: World, count: int = 2) -> SendAimBatchMessagesRequest:
    """One text to some numbers, the last of them no number."""
    to = [f"+86{FIRST + i}" for i in range(count - 1)] + ["12345"]
    return SendAimBatchMessagesRequest(SmsTaskReq(template_id=plain(world), to=to, template_params=["张三"]))


def different(world: World, to: list[str]) -> SendAimBatchDifferentMessagesRequest:
    """Two texts."""
    contents = [
        MsgContent(to=to, template_id=plain(world), template_params=[name]) for name in ("张三", "李四")
    ]
    return SendAimBatchDifferentMessagesRequest(SmsMultiTemplateTaskRequestBody(sms_content=contents))


def unknown(_world: World) -> str:
    """An id of nothing."""
    return "0" * 32


NOT_FOUND = ("KD.CLOUD.NOT_FOUND", 404)

CASES = {
    "create_sms_app": Case(
        lambda _w: CreateSmsAppRequest(app("门店")),
        lambda _w, a: a.app_name == "门店" and len(a.app_id) == 32,
        lambda _w: CreateSmsAppRequest(MsgAppRequest(app_name="长" * 31)),
    ),
    "update_aim_msg_app": Case(
        lambda w: UpdateAimMsgAppRequest(app_id(w), app("新名字")),
        lambda _w, a: a.app_name == "新名字",
        lambda w: UpdateAimMsgAppRequest(unknown(w), app()),
        *NOT_FOUND,
    ),
    "list_aim_msg_app": Case(
        lambda _w: ListAimMsgAppRequest(app_name="yunshan"),
        lambda _w, a: [(one.app_name, one.status) for one in a.result] == [("yunshan", "LAUNCHED")],
        lambda _w: ListAimMsgAppRequest(status="GONE"),
    ),
    "list_aim_msg_app_detail": Case(
        lambda _w: ListAimMsgAppDetailRequest("app:1"),
        lambda _w, a: (a.app_id, a.app_name, a.region) == ("app:1", "yunshan", "cn-north-4"),
        lambda w: ListAimMsgAppDetailRequest(unknown(w)),
        *NOT_FOUND,
    ),
    "add_aim_msg_signature": Case(
        lambda w: AddAimMsgSignatureRequest(signature(w)),
        lambda _w, a: a.signature_name == "云杉家居",
        lambda w: AddAimMsgSignatureRequest(signature(w, "云")),
    ),
    "update_aim_msg_signature": Case(
        lambda w: UpdateAimMsgSignatureRequest(signature_id(w, decided=True), signature(w, "云杉新居")),
        lambda _w, a: a.signature_name == "云杉新居",
        lambda w: UpdateAimMsgSignatureRequest(signature_id(w), signature(w)),
        "KD.CLOUD.STATE",
    ),
    "delete_aim_msg_signature": Case(
        lambda w: DeleteAimMsgSignatureRequest(signature_id(w)),
        lambda _w, a: a.status_code == 200,
        lambda w: DeleteAimMsgSignatureRequest(unknown(w)),
        *NOT_FOUND,
    ),
    "list_aim_msg_signature": Case(
        lambda _w: ListAimMsgSignatureRequest(signature_name=SIGN, offset="0"),
        lambda w, a: (
            [(one.signature_id, one.channel_num) for one in a.result] == [("signature:1", w.channel)]
        ),
        lambda _w: ListAimMsgSignatureRequest(status="perhaps"),
    ),
    "list_aim_msg_signature_detail": Case(
        lambda _w: ListAimMsgSignatureDetailRequest("signature:1"),
        lambda _w, a: (a.signature_name, a.app_id, a.status) == (SIGN, "app:1", "REVIEW_PASSED"),
        lambda w: ListAimMsgSignatureDetailRequest(unknown(w)),
        *NOT_FOUND,
    ),
    "upload_aim_msg_signature_file": Case(
        paper,
        lambda _w, a: len(a.file_id) == 32,
        lambda w: UploadAimMsgSignatureFileRequest(file_desc="长" * 101, body=paper(w).body),
    ),
    "show_aim_msg_signature_file_info": Case(
        lambda w: ShowAimMsgSignatureFileInfoRequest(file_id=file_id(w)),
        lambda _w, a: a.file_name == "licence.png",
        lambda w: ShowAimMsgSignatureFileInfoRequest(file_id=unknown(w)),
        *NOT_FOUND,
    ),
    "create_aim_msg_template": Case(
        lambda _w: CreateAimMsgTemplateRequest(template()),
        lambda _w, a: a.template_name == "到店提醒",
        lambda _w: CreateAimMsgTemplateRequest(template(variable_attributes=[])),
    ),
    "update_aim_msg_template": Case(
        lambda w: UpdateAimMsgTemplateRequest(template_id(w, decided=True), template("换了名字")),
        lambda _w, a: a.template_name == "换了名字",
        lambda w: UpdateAimMsgTemplateRequest(template_id(w), template()),
        "KD.CLOUD.STATE",
    ),
    "delete_aim_msg_template": Case(
        lambda w: DeleteAimMsgTemplateRequest(template_id(w)),
        lambda _w, a: a.status_code == 200,
        lambda w: DeleteAimMsgTemplateRequest(unknown(w)),
        *NOT_FOUND,
    ),
    "list_aim_msg_template": Case(
        lambda _w: ListAimMsgTemplateRequest(template_id="sms:1"),
        lambda _w, a: (
            [(one.app_name, one.signature_id, one.flow_status) for one in a.result]
            == [("yunshan", "signature:1", "Adopted")]
        ),
        lambda _w: ListAimMsgTemplateRequest(flow_status="perhaps"),
    ),
    "show_aim_msg_template_detail": Case(
        lambda _w: ShowAimMsgTemplateDetailRequest("sms:1"),
        lambda _w, a: (a.template_name, a.has_variable) == ("红包通知", "yes"),
        lambda w: ShowAimMsgTemplateDetailRequest(unknown(w)),
        *NOT_FOUND,
    ),
    "show_aim_msg_template_variable": Case(
        lambda _w: ShowAimMsgTemplateVariableRequest("sms:1"),
        lambda _w, a: (
            [(one.variable_index, one.variable_type) for one in a.results] == [(1, "TEXT"), (2, "NEWTEXT")]
        ),
        lambda w: ShowAimMsgTemplateVariableRequest(unknown(w)),
        *NOT_FOUND,
    ),
    "send_aim_batch_messages": Case(
        same,
        lambda _w, a: [one.send_status for one in a.result] == ["000000", "KD.BAD_NUMBER"],
        lambda w: same(w, 501),
    ),
    "send_aim_batch_different_messages": Case(
        lambda w: different(w, [str(FIRST), str(FIRST + 1)]),
        lambda _w, a: [one.send_status for one in a.result] == ["000000"] * 4,
        lambda w: different(w, []),
    ),
}
