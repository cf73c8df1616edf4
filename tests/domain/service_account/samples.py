# SPDX-License-Identifier: Apache-2.0
"""A whole service account that passes every rule, and its rules and regions."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from koodesk.domain.papers import Paper
from koodesk.domain.service_account.checks import Checker
from koodesk.domain.service_account.regions import read_regions
from koodesk.domain.service_account.rules import read_service_account_rules
from koodesk.domain.service_account.values import (
    Action,
    ActionType,
    HomePage,
    Hotline,
    Menu,
    MenuItem,
    Port,
    PortType,
    Profile,
    QuickApp,
    ServicePicture,
    Shortcut,
    ShortcutButton,
)

FOLDER: Final = Path(__file__).resolve().parents[3] / "resources" / "rules"
RULES: Final = read_service_account_rules((FOLDER / "service_account.toml").read_text("utf-8"))
REGIONS: Final = read_regions((FOLDER / "regions.toml").read_text("utf-8"))
CHECKER: Final = Checker(RULES, REGIONS)

SIGN: Final = "云消息服务"
URL: Final = Action(ActionType.OPEN_URL, "https://www.huaweicloud.com", "精选推荐")
CALL: Final = Action(ActionType.CALLING, "0755-28780808")
APP: Final = Action(
    ActionType.OPEN_APP,
    "hwid://app/main",
    package_name="com.huawei.appmarket",
    app_id="C27162",
    floor_url="https://appgallery.huawei.com",
    service_name="应用市场",
)
QUICK: Final = Action(
    ActionType.OPEN_QUICK, "hap://app/com.huawei.demo/home", service_name="云购", engine_version="1080"
)
OPEN: Final = Action(ActionType.OPEN_SUBMENU)


def paper(name: str = "授权书.png", size: int = 1000, kind: str = "png") -> Paper:
    """An authorisation picture."""
    return Paper(name, size, f"{abs(hash((name, size))):064x}"[:64], kind)


def picture(width: int, height: int, size: int = 50_000, kind: str = "png") -> ServicePicture:
    """A picture of the gallery."""
    return ServicePicture(f"{width * 100_003 + height:064x}", width, height, size, kind)


PROFILE: Final = Profile(
    name="云消息服务",
    remark="通知类消息",
    industry=1,
    abstract="此服务号是用于发送服务通知类消息",
    logo=picture(240, 240),
    signatures=(SIGN,),
    papers=(paper(),),
)
MENU: Final = Menu(
    (
        MenuItem("热门生活", OPEN, (MenuItem("精选推荐", URL), MenuItem("联系客服", CALL))),
        MenuItem("下载", APP),
        MenuItem("快应用", QUICK),
    )
)
HOME: Final = HomePage(
    background=picture(1440, 810),
    summary="记录美好生活，帮助用户实现自我价值",
    hotlines=(Hotline("0755-28780808", "官方客服"),),
    quick_apps=(QuickApp("云购", picture(192, 192), "随时下单", "hap://app/com.huawei.demo", "1080"),),
)
PORT: Final = Port(PortType.ORDINARY, "012345678912", (SIGN,), papers=(paper(),))
SHORTCUT: Final = Shortcut(SIGN, ("440000",), (ShortcutButton("资料", URL, "华为云"),), (paper(),))
