# SPDX-License-Identifier: Apache-2.0
"""Cases of the SDK suite: card templates, their materials and reports."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

from huaweicloudsdkkoomessage.v1 import (
    CreateAimPersonalTemplateRequest,
    DeleteAimPersonalTemplateRequest,
    DeleteTemplateMaterialRequest,
    DeleteTemplateMaterialRequestBody,
    ListAimSendReportsRequest,
    ListAimSendReportsRequestBody,
    ListAimTemplateMaterialsRequest,
    ListAimTemplateReportsRequest,
    ListAimTemplateReportsRequestBody,
    ListAimTemplatesRequest,
    SetPrimaryVideoThumbnailRequest,
    SetPrimaryVideoThumbnailRequestBody,
    ShowTemplateVideoThumbnailRequest,
    UpdatePersonalTemplateStateDataRequest,
    UpdatePersonalTemplateStateRequest,
    UploadAimTemplateMaterialRequest,
    UploadAimTemplateMaterialRequestBody,
)

from koodesk import paths
from koodesk.domain.codec import decode
from koodesk.domain.koomessage import body as platform_body
from koodesk.domain.rule_pack_reader import read_pack_folder
from tests.engine.client import HOUR_MS, card
from tests.engine.cloud.case import Case
from tests.engine.cloud.cases_sending import sent
from tests.engine.cloud.world import World, png

PACK = read_pack_folder(paths.resources() / "rules")
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(64)


def body(name: str = "接口红包", **changes: Any) -> dict[str, Any]:
    """A red packet in the platform's own JSON."""
    template = decode(card())
    made: dict[str, Any] = dict(platform_body(template, PACK.layouts[template.layout]))
    return {**made, "tpl_name": name, **changes}


def made(world: World, name: str) -> str:
    """Create a card and return its tpl_id."""
    answer = world.sdk().create_aim_personal_template(CreateAimPersonalTemplateRequest(body(name)))
    return str(answer.data.tpl_id)


def reviewed(world: World, name: str) -> str:
    """Create a card and let its vendors decide."""
    tpl_id = made(world, name)
    world.client.call("POST", "/clock", {"forward_ms": 96 * HOUR_MS})
    return tpl_id


def upload(
    kind: str = "image", data: bytes | None = None, **changes: Any
) -> UploadAimTemplateMaterialRequest:
    """An upload."""
    content = png() if data is None else data
    media = "video/mp4" if kind == "video" else "image/png"
    given = {
        "resource_type": kind,
        "file_type": "stream",
        "file_stream": f"data:{media};base64,{base64.b64encode(content).decode()}",
        "file_name": "红包.mp4" if kind == "video" else "红包.png",
        "image_rate": "oneToOne" if kind == "image" else None,
        **changes,
    }
    return UploadAimTemplateMaterialRequest(UploadAimTemplateMaterialRequestBody(**given))


def uploaded(world: World, kind: str = "image", data: bytes | None = None, **changes: Any) -> Any:
    """Upload, and return the ids."""
    return world.sdk().upload_aim_template_material(upload(kind, data, **changes)).data


def video_with_cover(world: World) -> tuple[Any, Any]:
    """Upload a video and a cover for it."""
    video = uploaded(world, "video", MP4)
    return video, uploaded(world, "thumbnail", material_id=video.material_id)


def written(at_ms: int) -> str:
    """An instant as the API takes it."""
    return f"{datetime.fromtimestamp(at_ms // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def window(world: World, days: int = 80) -> dict[str, str]:
    """The last days on the engine's clock, and the next."""
    now = int(world.client.call("GET", "/status")["now_ms"])
    return {"begin_time": written(now - days * 24 * HOUR_MS), "end_time": written(now + 4 * 24 * HOUR_MS)}


def seen(world: World) -> ListAimTemplateReportsRequest:
    """Send, wait until the day's data is there, and ask for it."""
    sent(world, "报表", 90)
    asked = window(world)
    world.client.call("POST", "/clock", {"forward_ms": 96 * HOUR_MS})
    return ListAimTemplateReportsRequest(ListAimTemplateReportsRequestBody(tpl_ids=[world.tpl_id], **asked))


def set_cover(world: World) -> SetPrimaryVideoThumbnailRequest:
    """Choose the second of two covers."""
    video, _first = video_with_cover(world)
    second = uploaded(world, "thumbnail", png(8, 8), material_id=video.material_id)
    return SetPrimaryVideoThumbnailRequest(
        SetPrimaryVideoThumbnailRequestBody(video.aim_resource_id, second.material_id)
    )


TODAY = datetime.now(UTC)

CASES = {
    "create_aim_personal_template": Case(
        lambda _w: CreateAimPersonalTemplateRequest(body()),
        lambda _w, a: len(a.data.tpl_id) == 9,
        lambda _w: CreateAimPersonalTemplateRequest(body(card_id="没有这种版式")),
        "KM.80040007",
    ),
    "list_aim_templates": Case(
        lambda w: ListAimTemplatesRequest(tpl_id=made(w, "列表"), is_only_status=False),
        lambda _w, a: (
            [(one.tpl_name, one.audit_state, one.card_id) for one in a.templates]
            == [("列表", 1, "RedPacket")]
            and a.templates[0].pages.startswith("[{")
        ),
        lambda _w: ListAimTemplatesRequest(begin_time="2026-11-01T00:00:00Z"),
    ),
    "update_personal_template_state": Case(
        lambda w: UpdatePersonalTemplateStateRequest(
            reviewed(w, "停用"), UpdatePersonalTemplateStateDataRequest(tpl_state=0)
        ),
        lambda _w, a: a.status == "200",
        lambda _w: UpdatePersonalTemplateStateRequest(
            "123456789", UpdatePersonalTemplateStateDataRequest(tpl_state=0)
        ),
        "KD.CLOUD.NOT_FOUND",
        404,
    ),
    "delete_aim_personal_template": Case(
        lambda w: DeleteAimPersonalTemplateRequest(reviewed(w, "删除")),
        lambda _w, a: a.status == "200",
        lambda w: DeleteAimPersonalTemplateRequest(made(w, "审核中")),
        "KM.90016101",
    ),
    "list_aim_template_reports": Case(
        seen,
        lambda w, a: (
            [one.tpl_id for one in a.template_reports] == [w.tpl_id]
            and a.template_reports[0].resolving_times >= a.template_reports[0].expose_uv > 0
        ),
        lambda w: ListAimTemplateReportsRequest(
            ListAimTemplateReportsRequestBody(
                tpl_ids=[w.tpl_id] * 101,
                begin_time=f"{TODAY:%Y-%m-%dT%H:%M:%SZ}",
                end_time=f"{TODAY:%Y-%m-%dT%H:%M:%SZ}",
            )
        ),
    ),
    "list_aim_send_reports": Case(
        lambda w: (
            sent(w, "日报") and ListAimSendReportsRequest(ListAimSendReportsRequestBody(report_type="1"))
        ),
        lambda w, a: [one.tpl_id for one in a.data.data_list][:1] == [w.tpl_id],
        lambda _w: ListAimSendReportsRequest(ListAimSendReportsRequestBody(report_type="3")),
    ),
    "upload_aim_template_material": Case(
        lambda _w: upload(),
        lambda _w, a: len(a.data.material_id) == 32 and a.data.aim_resource_id.isdigit(),
        lambda _w: upload(data=b"no picture"),
        "KM.90016009",
    ),
    "list_aim_template_materials": Case(
        lambda w: (
            uploaded(w, file_name="找到我.png")
            and ListAimTemplateMaterialsRequest(resource_type="image", file_name="找到我", offset=1, limit=10)
        ),
        lambda _w, a: [one.file_name for one in a.data.results] == ["找到我.png"],
        lambda _w: ListAimTemplateMaterialsRequest(resource_type="image", offset=0, limit=10),
    ),
    "delete_template_material": Case(
        lambda w: DeleteTemplateMaterialRequest(DeleteTemplateMaterialRequestBody([uploaded(w).material_id])),
        lambda _w, a: a.status == "200",
        lambda _w: DeleteTemplateMaterialRequest(DeleteTemplateMaterialRequestBody(["x"] * 21)),
    ),
    "set_primary_video_thumbnail": Case(
        set_cover,
        lambda _w, a: a.status == "200",
        lambda _w: SetPrimaryVideoThumbnailRequest(
            SetPrimaryVideoThumbnailRequestBody("690000000000000000", "x")
        ),
        "KD.CLOUD.NOT_FOUND",
        404,
    ),
    "show_template_video_thumbnail": Case(
        lambda w: ShowTemplateVideoThumbnailRequest(video_with_cover(w)[0].aim_resource_id),
        lambda _w, a: [one.is_primary for one in a.data] == [1],
        lambda _w: ShowTemplateVideoThumbnailRequest("1" * 37),
    ),
}
