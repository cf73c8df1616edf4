# SPDX-License-Identifier: Apache-2.0
"""Profiles, menus, home pages, channel numbers and shortcuts to and from versioned JSON values: equal contents, equal text.

What is read may come from a stranger: depth and lengths are limited, and unknown keys and newer formats are refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from koodesk.domain.digest import canonical, content_digest
from koodesk.domain.papers import Paper
from koodesk.domain.problem import Refused, problem
from koodesk.domain.service_account.values import (
    Action,
    ActionType,
    Content,
    HomePage,
    Hotline,
    Menu,
    MenuItem,
    Port,
    PortType,
    Profile,
    QuickApp,
    RecordKind,
    ServicePicture,
    Shortcut,
    ShortcutButton,
)
from koodesk.domain.strict_table import Table

FORMAT: Final = 1
MOST: Final = 64
"""Most entries of any list that is read; every rule allows less."""
REGIONS_MOST: Final = 600
TEXT_MOST: Final = 4_000

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_ACTIONS: Final = {one.value: one for one in ActionType}
_PORTS: Final = {one.value: one for one in PortType}


def encode(content: Content) -> dict[str, Any]:
    """Return a content as JSON values."""
    match content:
        case Profile():
            return {
                "format": FORMAT,
                "name": content.name,
                "remark": content.remark,
                "industry": content.industry,
                "abstract": content.abstract,
                "logo": _picture_out(content.logo),
                "auto_port": content.auto_port,
                "signatures": list(content.signatures),
                "regions": list(content.regions),
                "papers": _papers_out(content.papers),
            }
        case Menu():
            return {"format": FORMAT, "items": [_item_out(item) for item in content.items]}
        case HomePage():
            return {
                "format": FORMAT,
                "background": _picture_out(content.background),
                "summary": content.summary,
                "hotlines": [{"number": one.number, "usage": one.usage} for one in content.hotlines],
                "quick_apps": [
                    {
                        "name": app.name,
                        "logo": _picture_out(app.logo),
                        "description": app.description,
                        "link": app.link,
                        "engine_version": app.engine_version,
                    }
                    for app in content.quick_apps
                ],
            }
        case Port():
            return {
                "format": FORMAT,
                "type": content.type.value,
                "number": content.number,
                "signatures": list(content.signatures),
                "sign_check": content.sign_check,
                "papers": _papers_out(content.papers),
            }
        case Shortcut():
            return {
                "format": FORMAT,
                "signature": content.signature,
                "regions": list(content.regions),
                "buttons": [
                    {"name": one.name, "action": _action_out(one.action), "link_info": one.link_info}
                    for one in content.buttons
                ],
                "papers": _papers_out(content.papers),
            }


def text_of(content: Content) -> str:
    """Return a content as the text that is stored."""
    return canonical(encode(content)).decode()


def digest_of(content: Content) -> str:
    """Return the identity of a content: lower-case hex SHA-256 of its text."""
    return content_digest(canonical(encode(content)))


@lru_cache(maxsize=2048)
def from_text(kind: RecordKind, text: str) -> Content:
    """Read what `text_of` wrote; contents are frozen, so that the same text gives the same one. Raises Refused("data.*" or
    "sa.file.*")."""
    try:
        values = json.loads(text)
    except ValueError as failure:
        raise Refused(problem("sa.file.unreadable", kind.value)) from failure
    return decode(kind, values)


def decode(kind: RecordKind, values: object) -> Content:
    """Read a content of a kind from JSON values. Raises Refused: data.*, sa.file.newer."""
    table = Table(values, kind.value)
    found = table.integer("format", 1, 2**31)
    if found > FORMAT:
        raise Refused(problem("sa.file.newer", kind.value, limit=FORMAT, actual=found))
    content = _READERS[kind](table)
    table.close()
    return content


# --- out -----------------------------------------------------------------------------------------------------


def _picture_out(one: ServicePicture | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "digest": one.digest,
        "width": one.width,
        "height": one.height,
        "size": one.size,
        "type": one.type,
    }


def _papers_out(papers: tuple[Paper, ...]) -> list[dict[str, Any]]:
    return [{"name": p.name, "size": p.size, "digest": p.digest, "type": p.type} for p in papers]


def _action_out(one: Action) -> dict[str, Any]:
    return {
        "type": one.type.value,
        "content": one.content,
        "web_title": one.web_title,
        "in_browser": one.in_browser,
        "package_name": one.package_name,
        "app_id": one.app_id,
        "floor_url": one.floor_url,
        "service_name": one.service_name,
        "engine_version": one.engine_version,
    }


def _item_out(item: MenuItem) -> dict[str, Any]:
    return {
        "name": item.name,
        "action": _action_out(item.action),
        "children": [_item_out(child) for child in item.children],
    }


# --- in ------------------------------------------------------------------------------------------------------


def _text(table: Table, name: str) -> str:
    return table.text(name, longest=TEXT_MOST)


def _profile(table: Table) -> Profile:
    return Profile(
        name=_text(table, "name"),
        remark=_text(table, "remark"),
        industry=table.integer("industry", 0, 1000),
        abstract=_text(table, "abstract"),
        logo=_picture(table, "logo"),
        auto_port=table.boolean("auto_port"),
        signatures=table.texts("signatures", MOST, longest=TEXT_MOST),
        regions=table.texts("regions", REGIONS_MOST, longest=20),
        papers=_papers(table),
    )


def _menu(table: Table) -> Menu:
    return Menu(tuple(_item(one, deeper=True) for one in table.tables("items", MOST)))


def _home(table: Table) -> HomePage:
    hotlines = []
    for one in table.tables("hotlines", MOST):
        hotlines.append(Hotline(_text(one, "number"), _text(one, "usage")))
        one.close()
    apps = []
    for one in table.tables("quick_apps", MOST):
        apps.append(
            QuickApp(
                _text(one, "name"),
                _picture(one, "logo"),
                _text(one, "description"),
                _text(one, "link"),
                _text(one, "engine_version"),
            )
        )
        one.close()
    return HomePage(_picture(table, "background"), _text(table, "summary"), tuple(hotlines), tuple(apps))


def _port(table: Table) -> Port:
    number = table.integer("type", 0, 1000)
    if number not in _PORTS:
        table.refuse("data.unknown_name", "type", value=str(number))
    return Port(
        _PORTS[number],
        _text(table, "number"),
        table.texts("signatures", MOST, longest=TEXT_MOST),
        table.boolean("sign_check"),
        _papers(table),
    )


def _shortcut(table: Table) -> Shortcut:
    buttons = []
    for one in table.tables("buttons", MOST):
        buttons.append(
            ShortcutButton(_text(one, "name"), _action(one.table("action")), _text(one, "link_info"))
        )
        one.close()
    return Shortcut(
        _text(table, "signature"),
        table.texts("regions", REGIONS_MOST, longest=20),
        tuple(buttons),
        _papers(table),
    )


def _item(table: Table, *, deeper: bool) -> MenuItem:
    name, action = _text(table, "name"), _action(table.table("action"))
    # A submenu's own submenu is read, so that it can be named, and nothing below it.
    children = table.tables("children", MOST)
    made = tuple(_item(one, deeper=False) for one in children) if deeper else ()
    if children and not deeper:
        table.refuse("data.too_many", "children", limit=0, actual=len(children))
    table.close()
    return MenuItem(name, action, made)


def _action(table: Table) -> Action:
    made = Action(
        type=table.one_of("type", _ACTIONS),
        content=_text(table, "content"),
        web_title=_text(table, "web_title"),
        in_browser=table.boolean("in_browser"),
        package_name=_text(table, "package_name"),
        app_id=_text(table, "app_id"),
        floor_url=_text(table, "floor_url"),
        service_name=_text(table, "service_name"),
        engine_version=_text(table, "engine_version"),
    )
    table.close()
    return made


def _picture(table: Table, name: str) -> ServicePicture | None:
    one = table.table_or_none(name)
    if one is None:
        table.value(name)
        return None
    made = ServicePicture(
        digest=_digest(one),
        width=one.integer("width", 0, 1 << 40),
        height=one.integer("height", 0, 1 << 40),
        size=one.integer("size", 0, 1 << 40),
        type=one.text("type", longest=10),
    )
    one.close()
    return made


def _papers(table: Table) -> tuple[Paper, ...]:
    found = []
    for one in table.tables("papers", MOST):
        found.append(
            Paper(
                one.text("name", longest=300),
                one.integer("size", 0, 1 << 40),
                _digest(one),
                one.text("type", longest=10),
            )
        )
        one.close()
    return tuple(found)


def _digest(table: Table) -> str:
    digest = table.text("digest", longest=64)
    if not _DIGEST.fullmatch(digest):
        table.refuse("data.wrong_type", "digest", expected="sha256")
    return digest


_READERS: Final[Mapping[RecordKind, Callable[[Table], Content]]] = {
    RecordKind.PROFILE: _profile,
    RecordKind.MENU: _menu,
    RecordKind.HOME: _home,
    RecordKind.PORT: _port,
    RecordKind.SHORTCUT: _shortcut,
}
