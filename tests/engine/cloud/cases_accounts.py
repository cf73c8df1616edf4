# SPDX-License-Identifier: Apache-2.0
"""Cases of the SDK suite: service accounts, their menus, home pages, channel numbers and pictures."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from huaweicloudsdkkoomessage.v1 import (
    CreatePubInfoRequest,
    CreatePubInfoRequestBody,
    DeletePortInfoRequest,
    ExtMsg,
    FreezePubRequest,
    FreezePubRequestBody,
    ListMenusRequest,
    ListPortalInfosRequest,
    ListPortInfosRequest,
    ListPubInfosRequest,
    LockPortRequest,
    LockPortRequestBody,
    MenuInfoRequestBody,
    MenuItem,
    Menus,
    PortalInfoRequestBody,
    PubInfoRequestBody,
    PushMenuInfoRequest,
    PushPortalInfoRequest,
    RegisterPortRequest,
    RegisterPortRequestBody,
    TelModel,
    UnfreezePubRequest,
    UnfreezePubRequestBody,
    UnlockPortRequest,
    UnlockPortRequestBody,
    UpdateMenuRequest,
    UpdateMenuRequestBody,
    UpdatePortalInfoRequest,
    UpdatePortalInfoRequestBody,
    UpdatePubInfoRequest,
    UpdatePubInfoRequestBody,
    UploadMediaRequest,
    UploadMediaRequestBody,
)

from tests.engine.client import HOUR_MS
from tests.engine.cloud.case import Case
from tests.engine.cloud.world import World, png

UNKNOWN = "0" * 32
REASON = "门店搬迁，资料更新"


def media(world: World, width: int = 240, height: int = 240, kind: str = "PUB_LOGO") -> UploadMediaRequest:
    """A picture."""
    file = world.file("logo.png", png(width, height))
    return UploadMediaRequest(UploadMediaRequestBody(file=file, file_type=kind))


def media_id(world: World, *size: Any) -> str:
    """Upload a picture and return its id."""
    return str(world.sdk().upload_media(media(world, *size)).data.resource_id)


def menu(name: str = "精选推荐") -> Menus:
    """A menu of one item."""
    more = ExtMsg(open_in_browser="0", web_title="精选推荐")
    return Menus(
        [MenuItem(name=name, action_type="OPEN_URL", content="https://www.huaweicloud.com", ext_msg=more)]
    )


def account(world: World, name: str = "", summary: str = "云杉家居的官方服务号") -> CreatePubInfoRequest:
    """A whole account."""
    paper = media_id(world, 240, 240, "OTHER")
    return CreatePubInfoRequest(
        CreatePubInfoRequestBody(
            pub_request_body=PubInfoRequestBody(
                logo_img=media_id(world),
                pub_name=name or f"云杉{uuid4().hex[:8]}",
                pub_abstract="云杉家居官方服务号",
                auto_get_port=0,
                industry=5,
                authorization_files=[paper],
            ),
            portal_request_body=PortalInfoRequestBody(
                background_img=media_id(world, 1440, 810, "BG_IMAGE"),
                summary=summary,
                tels=[TelModel("0755-28780808", "官方服务电话")],
            ),
            menu_request_body=MenuInfoRequestBody(menu=menu()),
        )
    )


def made(world: World, *, decided: bool = False) -> Any:
    """Create an account and return its ids; `decided` waits until phones show it."""
    answer = world.sdk().create_pub_info(account(world)).data.data
    if decided:
        world.client.call("POST", "/clock", {"forward_ms": 192 * HOUR_MS})
    return answer


def approved(world: World) -> Any:
    """An account that is approved, whose menu and home page have just been changed."""
    found = made(world, decided=True)
    sdk = world.sdk()
    sdk.update_menu(
        UpdateMenuRequest(found.menu_id, UpdateMenuRequestBody(menu=menu("新品"), change_reason=REASON))
    )
    sdk.update_portal_info(
        UpdatePortalInfoRequest(
            found.portal_id, UpdatePortalInfoRequestBody(change_reason=REASON, summary="云杉家居，新店开业")
        )
    )
    return found


def number() -> str:
    """A channel number nobody has."""
    return f"1069{uuid4().int % 10**8:08d}"


def port(port_number: str = "") -> RegisterPortRequest:
    """A channel number."""
    return RegisterPortRequest(
        RegisterPortRequestBody(port=port_number or number(), port_type=1, sign=["云杉家居"], sign_check=1)
    )


def port_id(world: World) -> tuple[str, str]:
    """Register a channel number, wait for its review; return its id and number."""
    world.client.call("POST", "/clock", {"forward_ms": HOUR_MS})
    registered = world.sdk().register_port(port()).data.data
    world.client.call("POST", "/clock", {"forward_ms": 192 * HOUR_MS})
    found = world.sdk().list_port_infos(ListPortInfosRequest(type=0, port=registered.port)).data.data
    return str(found[0].id), str(registered.port)


def bound(world: World) -> tuple[str, str]:
    """Bind a channel number; return the binding's id and the number."""
    _port, given = port_id(world)
    pub = made(world, decided=True)
    world.sdk().lock_port(LockPortRequest(LockPortRequestBody(pub_id=pub.pub_id, port=given)))
    found = world.sdk().list_port_infos(ListPortInfosRequest(type=1, port=given)).data.data
    return str(found[0].id), given


def locked(world: World) -> LockPortRequest:
    """Bind a channel number in two provinces."""
    _port, given = port_id(world)
    pub = made(world, decided=True)
    return LockPortRequest(LockPortRequestBody(pub_id=pub.pub_id, port=given, province="广东,湖南"))


NOT_FOUND = ("KD.CLOUD.NOT_FOUND", 404)

CASES = {
    "create_pub_info": Case(
        lambda w: account(w, "云杉旗舰"),
        lambda _w, a: (
            a.data.data.pub_name == "云杉旗舰" and len({a.data.data.pub_id, a.data.data.menu_id}) == 2
        ),
        lambda _w: CreatePubInfoRequest(CreatePubInfoRequestBody()),
    ),
    "list_pub_infos": Case(
        lambda w: (w.sdk().create_pub_info(account(w, "云杉找到")), ListPubInfosRequest(pub_name="云杉找到"))[
            1
        ],
        lambda _w, a: (
            [(one.pub_name, one.state, one.approve_state) for one in a.data.data] == [("云杉找到", 1, 1)]
        ),
        lambda _w: ListPubInfosRequest(limit=101),
    ),
    "update_pub_info": Case(
        lambda w: UpdatePubInfoRequest(
            made(w, decided=True).pub_id,
            UpdatePubInfoRequestBody(change_reason=REASON, pub_abstract="新的简介"),
        ),
        lambda _w, a: a.data.data.pub_update_log_id.isdigit(),
        lambda _w: UpdatePubInfoRequest(UNKNOWN, UpdatePubInfoRequestBody(change_reason=REASON)),
        *NOT_FOUND,
    ),
    "freeze_pub": Case(
        lambda w: FreezePubRequest(made(w, decided=True).pub_id, FreezePubRequestBody(REASON)),
        lambda _w, a: len(a.data.pub_id) == 32,
        lambda w: FreezePubRequest(made(w).pub_id, FreezePubRequestBody(REASON)),
        "KD.CLOUD.STATE",
    ),
    "unfreeze_pub": Case(
        lambda w: UnfreezePubRequest(
            w.sdk()
            .freeze_pub(FreezePubRequest(made(w, decided=True).pub_id, FreezePubRequestBody(REASON)))
            .data.pub_id,
            UnfreezePubRequestBody(REASON),
        ),
        lambda _w, a: len(a.data.pub_id) == 32,
        lambda w: UnfreezePubRequest(made(w).pub_id, UnfreezePubRequestBody(REASON)),
        "KD.CLOUD.STATE",
    ),
    "list_menus": Case(
        lambda w: ListMenusRequest(menu_id=made(w).menu_id),
        lambda _w, a: [one.menu.menu_items[0].name for one in a.data.data] == ["精选推荐"],
        lambda _w: ListMenusRequest(online_begin_time="2026-11-01T00:00:00Z"),
    ),
    "update_menu": Case(
        lambda w: UpdateMenuRequest(
            made(w, decided=True).menu_id, UpdateMenuRequestBody(menu=menu("新品"), change_reason=REASON)
        ),
        lambda _w, a: len(a.data.menu_id) == 32,
        lambda _w: UpdateMenuRequest(
            UNKNOWN, UpdateMenuRequestBody(menu=Menus([MenuItem(name="a")] * 4), change_reason="b")
        ),
    ),
    "push_menu_info": Case(
        lambda w: PushMenuInfoRequest(approved(w).menu_id),
        lambda _w, a: a.data.data.message == "success",
        lambda _w: PushMenuInfoRequest(UNKNOWN),
        *NOT_FOUND,
    ),
    "list_portal_infos": Case(
        lambda w: (
            w.sdk().create_pub_info(account(w, "云杉主页")),
            ListPortalInfosRequest(pub_name="云杉主页"),
        )[1],
        lambda _w, a: ["0755-28780808" in one.tels for one in a.data.portals] == [True],
        lambda _w: ListPortalInfosRequest(limit=101),
    ),
    "update_portal_info": Case(
        lambda w: UpdatePortalInfoRequest(
            made(w, decided=True).portal_id,
            UpdatePortalInfoRequestBody(change_reason=REASON, summary="新的简介，更多门店"),
        ),
        lambda _w, a: (a.data.portal.summary, a.data.portal.change_reason) == ("新的简介，更多门店", REASON),
        lambda _w: UpdatePortalInfoRequest(UNKNOWN, UpdatePortalInfoRequestBody(change_reason="短")),
    ),
    "push_portal_info": Case(
        lambda w: PushPortalInfoRequest(approved(w).portal_id),
        lambda _w, a: a.data.data.message == "success",
        lambda _w: PushPortalInfoRequest(UNKNOWN),
        *NOT_FOUND,
    ),
    "register_port": Case(
        lambda _w: port("10690000123"),
        lambda _w, a: (a.data.data.port, a.data.data.port_type) == ("10690000123", 1),
        lambda _w: RegisterPortRequest(RegisterPortRequestBody(port="10690001", port_type=2)),
    ),
    "list_port_infos": Case(
        lambda w: ListPortInfosRequest(type=0, port=port_id(w)[1]),
        lambda _w, a: [(one.is_bind, one.sign) for one in a.data.data] == [(0, ["云杉家居"])],
        lambda _w: ListPortInfosRequest(limit=0),
    ),
    "delete_port_info": Case(
        lambda w: DeletePortInfoRequest(port_id(w)[0]),
        lambda _w, a: a.data.data.port_type == 1,
        lambda _w: DeletePortInfoRequest(UNKNOWN),
        *NOT_FOUND,
    ),
    "lock_port": Case(
        locked,
        lambda _w, a: a.data.message == "success",
        lambda _w: LockPortRequest(LockPortRequestBody(pub_id=UNKNOWN, port="10690000000")),
    ),
    "unlock_port": Case(
        lambda w: UnlockPortRequest(UnlockPortRequestBody(bound(w)[0])),
        lambda _w, a: a.data.message == "success",
        lambda _w: UnlockPortRequest(UnlockPortRequestBody(UNKNOWN)),
        *NOT_FOUND,
    ),
    "upload_media": Case(
        media,
        lambda _w, a: a.data.resource_type == 1 and len(a.data.resource_id) == 32,
        lambda w: media(w, 100, 100),
    ),
}
