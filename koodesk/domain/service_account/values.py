# SPDX-License-Identifier: Apache-2.0
"""The values of a service account: profile, menu, home page, channel number, binding, shortcut. Frozen; no rules here.

Everything may stand empty: half-filled forms are saved. Pictures are materials of the gallery by digest, authorisation
papers are stored papers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from koodesk.domain.papers import Paper
from koodesk.domain.service_account.regions import NATIONWIDE, Choice


class RecordKind(StrEnum):
    """What is created, reviewed and in effect for itself; the value is the review's kind on the wire."""

    PROFILE = "pub"
    MENU = "sa_menu"
    HOME = "sa_home"
    PORT = "sa_port"
    SHORTCUT = "sa_shortcut"


class ActionType(StrEnum):
    """What a tap on a menu item or shortcut does [SDK MenuItem]."""

    OPEN_SUBMENU = "OPEN_SUBMENU"
    OPEN_URL = "OPEN_URL"
    CALLING = "CALLING"
    OPEN_APP = "OPEN_APP"
    OPEN_QUICK = "OPEN_QUICK"


class PortType(IntEnum):
    """通道号类型 by the platform's numbers [SDK RegisterPort]."""

    ORDINARY = 1
    PREFIX = 3
    SUFFIX = 5


@dataclass(frozen=True, slots=True)
class ServicePicture:
    """A picture of the gallery: digest of the file, pixels, bytes and type ("png", "jpg")."""

    digest: str
    width: int
    height: int
    size: int
    type: str


@dataclass(frozen=True, slots=True)
class Action:
    """A tap. `content` is the address, phone number or deep link, by the type.

    `in_browser` False opens a web view, True the browser (跳转外部浏览器). `floor_url` opens where the app is missing.
    """

    type: ActionType = ActionType.OPEN_URL
    content: str = ""
    web_title: str = ""
    in_browser: bool = False
    package_name: str = ""
    app_id: str = ""
    floor_url: str = ""
    service_name: str = ""
    engine_version: str = ""


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A menu item (父菜单), with the items of its submenu (子菜单) where it opens one."""

    name: str = ""
    action: Action = Action()
    children: tuple[MenuItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Menu:
    """服务号菜单: what stands at the bottom of the phone, from left to right."""

    items: tuple[MenuItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """服务号资料. `auto_port` is 签名授权: every channel number with one of the signatures serves the account."""

    name: str = ""
    remark: str = ""
    industry: int = 0
    abstract: str = ""
    logo: ServicePicture | None = None
    auto_port: bool = True
    signatures: tuple[str, ...] = ()
    regions: Choice = (NATIONWIDE,)
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class Hotline:
    """热线电话: a number and what it is for."""

    number: str = ""
    usage: str = ""


@dataclass(frozen=True, slots=True)
class QuickApp:
    """快应用 of the home page."""

    name: str = ""
    logo: ServicePicture | None = None
    description: str = ""
    link: str = ""
    engine_version: str = ""


@dataclass(frozen=True, slots=True)
class HomePage:
    """服务号主页: background, introduction, hot lines and quick apps."""

    background: ServicePicture | None = None
    summary: str = ""
    hotlines: tuple[Hotline, ...] = ()
    quick_apps: tuple[QuickApp, ...] = ()


@dataclass(frozen=True, slots=True)
class Port:
    """通道号. `sign_check` asks for the signature as well as the number; prefixes and suffixes need it."""

    type: PortType = PortType.ORDINARY
    number: str = ""
    signatures: tuple[str, ...] = ()
    sign_check: bool = True
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class Binding:
    """绑定: a channel number serves an account, with some of its signatures in some regions."""

    port_id: int
    account_id: int
    signatures: tuple[str, ...]
    regions: Choice = (NATIONWIDE,)


@dataclass(frozen=True, slots=True)
class ShortcutButton:
    """One button of a shortcut; `link_info` is 跳转链接信息."""

    name: str = ""
    action: Action = Action()
    link_info: str = ""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """短消息快捷键: buttons below messages with a signature, in some regions."""

    signature: str = ""
    regions: Choice = ()
    buttons: tuple[ShortcutButton, ...] = ()
    papers: tuple[Paper, ...] = ()


Content = Profile | Menu | HomePage | Port | Shortcut
"""What a record of each `RecordKind` says."""


def pictures_of(content: Content) -> tuple[ServicePicture, ...]:
    """Return the pictures a content shows: the gallery keeps them."""
    match content:
        case Profile():
            found = [content.logo]
        case HomePage():
            found = [content.background, *(app.logo for app in content.quick_apps)]
        case _:
            found = []
    return tuple(one for one in found if one is not None)


def title_of(content: Content) -> str:
    """Return what a content is called in a list: a name, a number, a signature, or the names of its first items."""
    match content:
        case Profile():
            return content.name
        case Menu():
            return "、".join(item.name for item in content.items)
        case HomePage():
            return content.summary
        case Port():
            return content.number
        case Shortcut():
            return content.signature
