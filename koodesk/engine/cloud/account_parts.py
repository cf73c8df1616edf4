# SPDX-License-Identifier: Apache-2.0
"""Menus and home pages of service accounts over the cloud's API: listed, changed, urged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import orjson

from koodesk.domain.review_state import ReviewKind
from koodesk.domain.service_account.codec import decode, encode
from koodesk.domain.service_account.values import (
    Action,
    ActionType,
    HomePage,
    Hotline,
    Menu,
    MenuItem,
    QuickApp,
    RecordKind,
    title_of,
)
from koodesk.engine import account as customer
from koodesk.engine import reviews
from koodesk.engine.cloud.call import Call, Handler
from koodesk.engine.cloud.errors import refusal, wrong_field
from koodesk.engine.cloud.ids import record, records
from koodesk.engine.cloud.media import media, picture
from koodesk.engine.cloud.paging import USUAL_OF_ACCOUNTS, both_or_none, iso, page_of
from koodesk.engine.cloud.records import hand_in

Row = dict[str, Any]
_NOT_LIVE, _LIVE, _FROZEN = 1, 2, 4
_URGED: Final = "success"

# --- menus -----------------------------------------------------------------------------------------------------


def menu_of(given: Row) -> Menu:
    """Return the menu of a request."""
    return Menu(
        tuple(_item(one, f"menu_items[{place}]") for place, one in enumerate(given.get("menu_items") or []))
    )


def list_menus(call: Call) -> Row:
    """Return menus, newest first."""
    given, page = call.values, page_of(call, USUAL_OF_ACCOUNTS)
    rows = [_menu_told(call, one, account) for one, account in _with_accounts(call, ReviewKind.SA_MENU)]
    for name in ("menu_id", "pub_id"):
        if name in given:
            rows = [row for row in rows if row[name] == given[name]]
    if "state" in given:
        rows = [row for row in rows if row["menu_state"] == given["state"]]
    if "menu_name" in given:
        rows = [
            row for row in rows if any(given["menu_name"] in one["name"] for one in row["menu"]["menu_items"])
        ]
    return {"data": _page(call, rows, page, "data", ("online_begin_time", "online_end_time"))}


def change_menu(call: Call) -> Row:
    """Change a menu and hand it in again."""
    found = _changeable(call, ReviewKind.SA_MENU, call.values["menu_id"])
    made = _put(call, ReviewKind.SA_MENU, found, menu_of(call.body["menu"]))
    return {"data": {"menu_id": found["ref"], "log_id": str(made["id"])}}


def push_menu(call: Call) -> Row:
    """Urge the review of a menu."""
    return _urge(call, ReviewKind.SA_MENU, call.values["menu_id"])


def _item(given: Row, where: str) -> MenuItem:
    name = given.get("action_type") or ActionType.OPEN_URL.value
    if name not in set(ActionType):
        raise wrong_field(f"{where}.action_type", expected="|".join(ActionType))
    more = given.get("ext_msg") or {}
    action = Action(
        type=ActionType(name),
        content=given.get("content", ""),
        web_title=more.get("web_title", ""),
        in_browser=more.get("open_in_browser") == "1",
        package_name=more.get("package_name", ""),
        app_id=more.get("app_id", ""),
        floor_url=more.get("browser_floor_url", ""),
        service_name=more.get("third_service_name", ""),
        engine_version=more.get("depend_engine_ver", ""),
    )
    children = given.get("sub_menu_items") or []
    if any(one.get("sub_menu_items") for one in children):
        raise wrong_field(f"{where}.sub_menu_items", expected="no submenu below a submenu")
    made = tuple(_item(one, f"{where}.sub_menu_items[{place}]") for place, one in enumerate(children))
    return MenuItem(given["name"], action, made)


def _item_told(item: MenuItem) -> Row:
    action = item.action
    more = {
        "web_title": action.web_title,
        "package_name": action.package_name,
        "app_id": action.app_id,
        "browser_floor_url": action.floor_url,
        "depend_engine_ver": action.engine_version,
        "third_service_name": action.service_name,
    }
    if action.type is ActionType.OPEN_URL:
        more["open_in_browser"] = str(int(action.in_browser))
    told: Row = {
        "name": item.name,
        "action_type": action.type.value,
        "content": action.content,
        "ext_msg": {name: value for name, value in more.items() if value},
    }
    return {**told, "sub_menu_items": [_item_told(one) for one in item.children]} if item.children else told


def _menu_told(call: Call, found: Row, account: Row) -> Row:
    menu = decode(RecordKind.MENU, found["body"]["content"])
    assert isinstance(menu, Menu)
    return {
        "menu_id": found["ref"],
        **account,
        "menu": {"menu_items": [_item_told(one) for one in menu.items]},
        "menu_state": _state(found, account),
        "approve_state": int(found["stage"]),
        "online_time": iso(found["decided_ms"]) if found["state"] == "approved" else "",
        "oper_time": iso(found["submitted_ms"]),
        "company_name": customer.get(call.connection)["enterprise"],
        "_at_ms": found["decided_ms"] or 0,
    }


# --- home pages ------------------------------------------------------------------------------------------------


def home_of(call: Call, given: Mapping[str, Any], former: HomePage = HomePage()) -> HomePage:  # noqa: B008 - frozen
    """Return the home page of a request: the former one with what is given in its place."""
    changes: Row = {}
    if "background_img" in given:
        changes["background"] = picture(call, given["background_img"], "background_img")
    if "summary" in given:
        changes["summary"] = given["summary"]
    if "tels" in given:
        changes["hotlines"] = tuple(Hotline(one["tel"], one.get("usage", "")) for one in given["tels"])
    if "fastapps" in given:
        changes["quick_apps"] = tuple(
            QuickApp(
                one["name"],
                picture(call, one.get("logo_img", ""), "fastapps[].logo_img"),
                one.get("description", ""),
                one.get("deeplink", ""),
                one.get("depend_engine_version", ""),
            )
            for one in given["fastapps"]
        )
    return replace(former, **changes)


def list_homes(call: Call) -> Row:
    """Return home pages, newest first."""
    given, page = call.values, page_of(call, USUAL_OF_ACCOUNTS)
    rows = [_home_told(call, one, account) for one, account in _with_accounts(call, ReviewKind.SA_HOME)]
    if "state" in given:
        rows = [row for row in rows if row["state"] == given["state"]]
    return {"data": _page(call, rows, page, "portals", ("begin_time", "end_time"))}


def change_home(call: Call) -> Row:
    """Change a home page and hand it in again."""
    found = _changeable(call, ReviewKind.SA_HOME, call.values["portal_id"])
    former = decode(RecordKind.HOME, found["body"]["content"])
    assert isinstance(former, HomePage)
    _put(call, ReviewKind.SA_HOME, found, home_of(call, call.body, former))
    for one, account in _with_accounts(call, ReviewKind.SA_HOME):
        if one["ref"] == found["ref"]:
            return {"data": {"portal": _without_time(_home_told(call, one, account))}}
    raise refusal("KD.CLOUD.NOT_FOUND", id=found["ref"])


def push_home(call: Call) -> Row:
    """Urge the review of a home page."""
    return _urge(call, ReviewKind.SA_HOME, call.values["portal_id"])


def _home_told(call: Call, found: Row, account: Row) -> Row:
    home = decode(RecordKind.HOME, found["body"]["content"])
    assert isinstance(home, HomePage)
    shown = media(call, home.background, "BG_IMAGE")
    tels = [{"tel": one.number, "usage": one.usage} for one in home.hotlines]
    apps = [
        {
            "name": one.name,
            "logo_img": media(call, one.logo, "FASTAPP_LOGO"),
            "description": one.description,
            "deeplink": one.link,
            "depend_engine_version": one.engine_version,
        }
        for one in home.quick_apps
    ]
    told = {
        "portal_id": found["ref"],
        **account,
        "company_name": customer.get(call.connection)["enterprise"],
        "background_img": shown,
        "background_img_url": f"local/{shown}" if shown else "",
        "summary": home.summary,
        "tels": orjson.dumps(tels).decode(),
        "fastapps": orjson.dumps(apps).decode(),
        "state": _state(found, account),
        "approve_state": int(found["stage"]),
        "create_time": iso(found["since_ms"]),
        "change_reason": str(found["body"].get("change_reason") or ""),
        "_at_ms": found["decided_ms"] or 0,
    }
    # A time that is not known is left out: the field is a date-time and no text.
    return {**told, "online_time": iso(found["decided_ms"])} if found["state"] == "approved" else told


# --- what they share -------------------------------------------------------------------------------------------


def _with_accounts(call: Call, kind: ReviewKind) -> list[tuple[Row, Row]]:
    """Return the records of a kind, each with its account's id and name; `_off` is whether that is frozen."""
    accounts = {
        one["ref"]: {"pub_id": one["ref"], "pub_name": str(one["body"].get("name", "")), "_off": one["off"]}
        for one in records(call.connection, ReviewKind.PUB)
    }
    nobody = {"pub_id": "", "pub_name": "", "_off": False}
    wanted = call.values.get("pub_name", "")
    found = [
        (one, accounts.get(str(one["body"].get("account", "")), nobody))
        for one in records(call.connection, kind)
    ]
    return [(one, account) for one, account in found if wanted in str(account["pub_name"])]


def _state(found: Row, account: Row) -> int:
    if account["_off"]:
        return _FROZEN
    return _LIVE if found["state"] == "approved" else _NOT_LIVE


def _changeable(call: Call, kind: ReviewKind, ref: str) -> Row:
    found = record(call.connection, kind, ref)
    if found["state"] == "waiting":
        raise refusal("KD.CLOUD.STATE", state=found["stage"])
    return found


def _put(call: Call, kind: ReviewKind, found: Row, content: Menu | HomePage) -> Row:
    body = {
        "name": title_of(content),
        "content": encode(content),
        "account": found["body"].get("account", ""),
        "change_reason": call.body["change_reason"],
    }
    return hand_in(call, kind, found["ref"], body)


def _urge(call: Call, kind: ReviewKind, ref: str) -> Row:
    found = record(call.connection, kind, ref)
    urged = reviews.urge(
        call.connection, {"kind": kind.value, "ref": ref, "digest": found["digest"]}, call.now_ms
    )
    return {"data": {"data": {"log_id": str(urged["id"]), "message": _URGED}}}


def _page(call: Call, rows: list[Row], page: Any, name: str, window: tuple[str, str]) -> Row:
    between = both_or_none(call, window)
    if between is not None:
        rows = [row for row in rows if between[0] <= row["_at_ms"] <= between[1]]
    return {name: [_without_time(row) for row in page.of(rows)], "page_info": page.info(len(rows))}


def _without_time(row: Row) -> Row:
    return {name: value for name, value in row.items() if not name.startswith("_")}


HANDLERS: Final[dict[str, Handler]] = {
    "list_menus": list_menus,
    "update_menu": change_menu,
    "push_menu_info": push_menu,
    "list_portal_infos": list_homes,
    "update_portal_info": change_home,
    "push_portal_info": push_home,
}
