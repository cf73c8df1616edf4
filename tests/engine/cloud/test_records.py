# SPDX-License-Identifier: Apache-2.0
"""Records made over the cloud's API alone: what is uploaded is in the card, what is handed in can be sent, strangers' files do no harm."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from koodesk.engine.cloud.form import UploadedFile, read_form
from koodesk.engine.cloud.pictures import look
from koodesk.engine.errors import ApiError
from tests.engine import video
from tests.engine.client import filing
from tests.engine.cloud.cases_cards import MP4, body
from tests.engine.cloud.cases_sending import FIRST
from tests.engine.cloud.test_rules import Cloud
from tests.engine.cloud.world import png
from tests.engine.inside import DAY_MS, HOUR_MS, Inside
from tests.engine.test_account_filing import filing as account_filing


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    """An engine whose filing alone is approved: the platform has no call for that."""
    inside = Inside(tmp_path)
    inside.reviewed("filing", "filing:send_task", filing())
    yield Cloud(inside, "")
    inside.connection.close()


def stream(data: bytes, media: str = "image/png") -> str:
    """A file as the API takes it."""
    return f"data:{media};base64,{base64.b64encode(data).decode()}"


def upload(cloud: Cloud, data: bytes, kind: str = "image", **changes: Any) -> dict[str, str]:
    """Upload a material and return its ids."""
    asked = {"resource_type": kind, "file_type": "stream", "file_stream": stream(data), "file_name": "a.png"}
    if kind == "image":
        asked["image_rate"] = "oneToOne"
    ids: dict[str, str] = cloud.ask("upload_aim_template_material", {**asked, **changes})["data"]
    return ids


# --- a journey -------------------------------------------------------------------------------------------------


def test_what_is_made_over_the_api_alone_can_be_sent(cloud: Cloud) -> None:
    inside = cloud.inside
    app = cloud.ask("create_sms_app", {"app_name": "yunshan"})["app_id"]
    inside.later(DAY_MS)
    licence = cloud.ask("upload_aim_msg_signature_file", {"file": UploadedFile("licence.png", png())})[
        "file_id"
    ]
    signature = cloud.ask(
        "add_aim_msg_signature",
        {
            "signature_name": "云杉商城",
            "signature_type": "PROMOTION_TYPE",
            "app_id": app,
            "file_id": licence,
            "signature_source": 0,
            "is_involved_third": "no",
        },
    )["signature_id"]
    inside.later(3 * DAY_MS)
    shown = cloud.ask("list_aim_msg_signature_detail", signature_id=signature)
    assert (shown["status"], shown["review_desc"]) == ("REVIEW_PASSED", "")
    template = cloud.ask(
        "create_aim_msg_template",
        {
            "signature_id": signature,
            "template_name": "红包通知",
            "template_content": "尊敬的${1}，您有一个红包待领取：${2} 拒收请回复R",
            "variable_attributes": [
                {"variable_index": 1, "variable_type": "TEXT", "variable_desc": "姓名"},
                {"variable_index": 2, "variable_type": "NEWTEXT"},
            ],
        },
    )["template_id"]
    picture = upload(cloud, png(640, 640))["aim_resource_id"]
    card = orjson.loads(orjson.dumps(body("接口红包")))
    for content in card["pages"][0]["contents"]:
        if content["type"] == "image":
            content.update(src_type=1, src=picture)
            for name in ("oppo_background", "vivo_background"):
                if name in content:
                    content[name] = picture
    tpl_id = cloud.ask("create_aim_personal_template", card)["data"]["tpl_id"]
    inside.later(4 * DAY_MS)
    (told,) = cloud.ask("list_aim_templates", tpl_id=tpl_id)["templates"]
    assert (told["audit_state"], told["audit_desc"]) == (2, "")
    while (inside.now_ms // HOUR_MS + 8) % 24 != 10:
        inside.later(HOUR_MS)
    asked = {
        "task_name": "只用接口",
        "sms_channel": {
            "channel_number": shown["channel_num"],
            "sms_tpl_id": template,
            "sms_sign": "云杉商城",
            "sms_app_name": "yunshan",
        },
        "resolve_task": {
            "tpl_id": tpl_id,
            "aim_code_type": "individual",
            "expiration_time": 7,
            "params": [{"cust_flag": str(FIRST), "dync_params": {"name": "客户"}, "sms_params": ["张三"]}],
        },
    }
    answer = cloud.ask("create_aim_send_task", asked)
    assert (answer["send_count"], answer["failed_short_chains"]) == (1, [])


# --- materials -------------------------------------------------------------------------------------------------


def test_an_uploaded_picture_stands_in_the_card_by_its_content(cloud: Cloud) -> None:
    ids = upload(cloud, png(640, 480))
    card = orjson.loads(orjson.dumps(body()))
    images = [one for one in card["pages"][0]["contents"] if one["type"] == "image"]
    images[0].update(src_type=1, src=ids["aim_resource_id"])
    tpl_id = cloud.ask("create_aim_personal_template", card)["data"]["tpl_id"]
    (kept,) = cloud.inside.connection.execute(
        "SELECT body FROM review WHERE tpl_id = ?", (tpl_id,)
    ).fetchone()
    digest = cloud.ask("list_aim_template_materials", resource_type="image", offset=1, limit=10)["data"][
        "results"
    ][0]
    assert digest["obs_object_key"] in kept
    stored = cloud.inside.connection.execute("SELECT digest FROM h5_picture").fetchall()
    assert (digest["obs_object_key"],) in [tuple(one) for one in stored]
    images[0].update(src="690000000000009999")
    assert cloud.refused("create_aim_personal_template", card).code == "KD.CLOUD.NOT_FOUND"


def test_an_address_is_kept_and_never_asked(cloud: Cloud) -> None:
    asked = {
        "resource_type": "image",
        "file_type": "url",
        "file_url": "https://cdn.example.com/pictures/a.JPG",
        "image_rate": "oneToOne",
    }
    assert cloud.ask("upload_aim_template_material", asked)["data"]["material_id"]
    asked["file_url"] = "https://cdn.example.com/pictures/a.gif"
    assert cloud.refused("upload_aim_template_material", asked).code == "KD.CLOUD.FIELD"
    asked["file_url"] = "file:///etc/passwd.jpg"
    assert cloud.refused("upload_aim_template_material", asked).code == "KD.CLOUD.FIELD"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"file_stream": base64.b64encode(png()).decode()}, "KD.CLOUD.FIELD"),  # without its prefix
        ({"file_stream": "data:image/png;base64,@@@"}, "KD.CLOUD.FIELD"),
        ({"file_stream": stream(b"GIF89a" + bytes(20))}, "KM.90016009"),
        ({"file_stream": stream(MP4)}, "KM.90016009"),
        ({"file_stream": stream(png() + bytes(2 * 1024 * 1024))}, "KM.90016009"),
        ({"file_name": None}, "KD.CLOUD.FIELD"),
        ({"image_rate": None}, "KD.CLOUD.FIELD"),
        ({"resource_type": "thumbnail", "material_id": "x"}, "KD.CLOUD.FIELD"),
    ],
)
def test_what_is_no_material_is_refused(cloud: Cloud, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(ApiError) as caught:
        upload(cloud, png(), **changes)
    assert caught.value.code == code


def test_a_videos_covers_go_with_it(cloud: Cloud) -> None:
    film = upload(cloud, MP4, "video", file_name="a.mp4")
    for size in (4, 8):
        upload(cloud, png(size, size), "thumbnail", material_id=film["material_id"])
    covers = cloud.ask("show_template_video_thumbnail", aim_resource_id=film["aim_resource_id"])["data"]
    assert [one["is_primary"] for one in covers] == [1, 0]
    chosen = {"aim_resource_id": film["aim_resource_id"], "thumbnail_id": covers[1]["id"]}
    cloud.ask("set_primary_video_thumbnail", chosen)
    (listed,) = cloud.ask("list_aim_template_materials", resource_type="video", offset=1, limit=10)["data"][
        "results"
    ]
    assert listed["thumbnail"]["id"] == covers[1]["id"]
    cloud.ask("delete_template_material", {"material_ids": [film["material_id"]]})
    page = cloud.ask("list_aim_template_materials", resource_type="thumbnail", offset=1, limit=10)["data"]
    assert page["page_info"]["total"] == 0


# --- video SMS and service accounts ----------------------------------------------------------------------------


def test_video_sms_with_values_of_their_own_and_a_timeout_after_72_hours(cloud: Cloud) -> None:
    inside = cloud.inside
    tpl_id = video.clear(inside)
    inside.settings = replace(inside.settings, video_silent=1.0)
    own = [
        {
            "mobiles": [str(video.CMCC + i)],
            "dync_params": [{"content_detail": f"客户{i}"}, {"content_detail": "上海"}],
        }
        for i in range(3)
    ]
    asked = {"task_name": "个性化", "tpl_id": tpl_id, "individual_params": own}
    task = cloud.ask("create_vms_send_task", asked)["data"]
    assert task["ret_code"] == "0"

    def shown() -> dict[str, Any]:
        (row,) = cloud.ask("list_vms_send_tasks", task_id=task["task_id"])["data"]["aim_basic_send_tasks"]
        return dict(row)

    assert (shown()["task_state"], shown()["timeout_count"]) == ("processing", 0)
    inside.now_ms += 72 * HOUR_MS - 1
    assert shown()["timeout_count"] == 0
    inside.now_ms += 1
    assert (shown()["task_state"], shown()["timeout_count"]) == ("sending_complete", 3)
    both = {**asked, "mobiles": [str(video.CMCC)]}
    assert cloud.refused("create_vms_send_task", both).code == "KD.CLOUD.FIELD"
    assert (
        cloud.refused("create_vms_send_task", {**asked, "tpl_id": "123456789"}).code == "KD.CLOUD.NOT_FOUND"
    )


def test_a_frozen_account_takes_its_parts_along(cloud: Cloud) -> None:
    inside = cloud.inside
    inside.reviewed("filing", "service_account", account_filing())
    picture = {
        kind: cloud.ask("upload_media", {"file": UploadedFile("a.png", png(*size)), "file_type": kind})[
            "data"
        ]["resource_id"]
        for kind, size in (("PUB_LOGO", (240, 240)), ("BG_IMAGE", (1440, 810)), ("OTHER", (10, 10)))
    }
    made = cloud.ask(
        "create_pub_info",
        {
            "pub_request_body": {
                "pub_name": "云杉",
                "logo_img": picture["PUB_LOGO"],
                "pub_abstract": "官方服务号",
                "auto_get_port": 0,
                "industry": 5,
                "authorization_files": [picture["OTHER"]],
            },
            "portal_request_body": {"background_img": picture["BG_IMAGE"], "summary": "云杉家居的官方服务号"},
            "menu_request_body": {
                "menu": {
                    "menu_items": [{"name": "热线", "action_type": "CALLING", "content": "075528780808"}]
                }
            },
        },
    )["data"]["data"]
    inside.later(10 * DAY_MS)

    def states(reviewed: int = 2) -> tuple[int, int, int]:
        (pub,) = cloud.ask("list_pub_infos")["data"]["data"]
        (menu,) = cloud.ask("list_menus")["data"]["data"]
        (home,) = cloud.ask("list_portal_infos")["data"]["portals"]
        assert (menu["approve_state"], home["approve_state"]) == (2, 2)
        assert pub["approve_state"] == reviewed
        return pub["state"], menu["menu_state"], home["state"]

    assert states() == (2, 2, 2)
    cloud.ask("freeze_pub", {"change_reason": "整改"}, pub_id=made["pub_id"])
    assert states() == (4, 4, 4)
    assert (
        cloud.refused("freeze_pub", {"change_reason": "整改"}, pub_id=made["pub_id"]).code == "KD.CLOUD.STATE"
    )
    cloud.ask("unfreeze_pub", {"change_reason": "整改完成"}, pub_id=made["pub_id"])
    assert states(reviewed=1) == (4, 4, 4), "a freeze ends with a new review"
    again = cloud.refused("unfreeze_pub", {"change_reason": "整改完成"}, pub_id=made["pub_id"])
    assert again.code == "KD.CLOUD.STATE"
    inside.later(10 * DAY_MS)
    assert states() == (2, 2, 2)


# --- strangers' bytes ------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(st.integers(1, 300), st.integers(1, 300), st.sampled_from(["PNG", "JPEG", "BMP"]))
def test_a_pictures_pixels_are_read_from_its_head(width: int, height: int, form: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (width, height)).save(out, form)
    seen = look(out.getvalue())
    assert seen is not None
    assert (seen.width, seen.height) == (width, height)


@settings(max_examples=200)
@given(
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"BM", b"....ftyp"]),
    st.binary(max_size=80),
)
def test_no_bytes_break_the_look_at_them(head: bytes, rest: bytes) -> None:
    seen = look(head + rest)
    assert seen is None or seen.width >= 0


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_a_file_comes_out_of_its_form_as_it_went_in(data: bytes) -> None:
    if b"\r\n--mark" in data:
        return
    form = (
        b'--mark\r\nContent-Disposition: form-data; name="file_type"\r\n\r\nOTHER\r\n'
        b'--mark\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        + data
        + b"\r\n--mark--\r\n"
    )
    read = read_form("multipart/form-data; boundary=mark", form)
    assert read == {"file_type": "OTHER", "file": UploadedFile("a.png", data)}
