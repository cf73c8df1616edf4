# SPDX-License-Identifier: Apache-2.0
"""Service accounts over the cloud's API: created in one step with home page and menu, changed, frozen; the pictures they show.

Each of the three is a review of its own, as when the desk hands it in. A change is the whole record with what was given in its
place; what it was changed for stands beside the content.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any, Final

from koodesk.domain.problem import Refused
from koodesk.domain.review_state import ReviewKind
from koodesk.domain.service_account.codec import decode, encode
from koodesk.domain.service_account.regions import NATIONWIDE, Choice
from koodesk.domain.service_account.values import Content, Profile, RecordKind, title_of
from koodesk.engine import account as customer
from koodesk.engine import frozen_accounts
from koodesk.engine.cloud.account_parts import home_of, menu_of
from koodesk.engine.cloud.call import Call, Handler
from koodesk.engine.cloud.errors import refusal, wrong_field
from koodesk.engine.cloud.form import UploadedFile
from koodesk.engine.cloud.ids import new_ref, record, records
from koodesk.engine.cloud.media import media, media_id, paper, picture
from koodesk.engine.cloud.paging import USUAL_OF_ACCOUNTS, both_or_none, iso, page_of
from koodesk.engine.cloud.pictures import look
from koodesk.engine.cloud.records import hand_in
from koodesk.engine.rule_book import account_checker

Row = dict[str, Any]
NOT_LIVE, LIVE, OVER, FROZEN = 1, 2, 3, 4
"""state of a service account and its parts. Source: SDK PubDetail."""

_MOST: Final = {"PUB_LOGO": 100 * 1024, "BG_IMAGE": 4 << 20, "FASTAPP_LOGO": 4 << 20, "OTHER": 4 << 20}
_LEAST: Final = {"PUB_LOGO": (240, 240), "BG_IMAGE": (1440, 810), "FASTAPP_LOGO": (192, 192), "OTHER": (1, 1)}
"""Bytes and pixels of a picture. Source: SDK UploadMediaRequestBody."""


def create(call: Call) -> Row:
    """Create an account with its home page and menu, and hand all three in."""
    given = call.body
    profile = _profile(call, given["pub_request_body"], Profile(auto_port=False))
    home = home_of(call, given["portal_request_body"])
    menu = menu_of(given["menu_request_body"].get("menu") or {})
    pub, menu_ref, home_ref = new_ref(), new_ref(), new_ref()
    found = put(call, ReviewKind.PUB, pub, profile, "")
    put(call, ReviewKind.SA_MENU, menu_ref, menu, pub)
    put(call, ReviewKind.SA_HOME, home_ref, home, pub)
    made = {
        "log_id": str(found["id"]),
        "pub_id": pub,
        "menu_id": menu_ref,
        "portal_id": home_ref,
        "pub_name": profile.name,
    }
    return {"data": {"data": made}}


def change(call: Call) -> Row:
    """Change an account and hand it in again."""
    found = record(call.connection, ReviewKind.PUB, call.values["pub_id"])
    if found["state"] == "waiting" or found["off"]:
        raise refusal("KD.CLOUD.STATE", state=state_of(found))
    profile = _profile(call, call.body, content_of(found, RecordKind.PROFILE))
    made = put(call, ReviewKind.PUB, found["ref"], profile, "", call.body["change_reason"])
    return {"data": {"data": {"pub_update_log_id": str(made["id"])}}}


def list_accounts(call: Call) -> Row:
    """Return accounts, newest first."""
    given, page = call.values, page_of(call, USUAL_OF_ACCOUNTS)
    between = both_or_none(call, ("start_time", "end_time"))
    rows = [_told(call, one) for one in records(call.connection, ReviewKind.PUB)]
    if "pub_name" in given:
        rows = [row for row in rows if given["pub_name"] in row["pub_name"]]
    for name, wanted in (("state", "state"), ("approve_state", "approve_state")):
        if name in given:
            rows = [row for row in rows if row[wanted] == given[name]]
    if "industry" in given:
        rows = [row for row in rows if str(row["industry"]) == given["industry"]]
    if between is not None:
        rows = [row for row in rows if between[0] <= row["_at_ms"] <= between[1]]
    told = [{name: value for name, value in row.items() if name != "_at_ms"} for row in page.of(rows)]
    return {"data": {"page_info": page.info(len(rows)), "data": told}}


def freeze(call: Call) -> Row:
    """Freeze an account that phones show: they do so no longer."""
    found = record(call.connection, ReviewKind.PUB, call.values["pub_id"])
    if found["state"] not in ("approved", "processing") or found["off"]:
        raise refusal("KD.CLOUD.STATE", state=state_of(found))
    frozen_accounts.freeze(call.connection, found["ref"], {"reason": call.body["change_reason"]}, call.now_ms)
    return {"data": {"pub_id": found["ref"]}}


def unfreeze(call: Call) -> Row:
    """Hand a frozen account in once more: phones show it again when that review is in effect [SDK]."""
    found = record(call.connection, ReviewKind.PUB, call.values["pub_id"])
    if not found["off"]:
        raise refusal("KD.CLOUD.STATE", state=state_of(found))
    if found["state"] not in ("approved", "rejected"):
        raise refusal("KD.CLOUD.STATE", state=state_of(found))
    body = found["body"]
    hand_in(
        call,
        ReviewKind.PUB,
        found["ref"],
        {**body, "change_reason": call.body["change_reason"], "resumed": int(body.get("resumed") or 0) + 1},
    )
    return {"data": {"pub_id": found["ref"]}}


def upload(call: Call) -> Row:
    """Take a picture of an account."""
    file = call.body["file"]
    if not isinstance(file, UploadedFile):
        raise refusal("KD.CLOUD.BAD_FORM")
    kind = call.body.get("file_type") or "OTHER"
    seen, least = look(file.data), _LEAST[kind]
    small = seen is None or not seen.width or seen.width < least[0] or seen.height < least[1]
    if small or len(file.data) > _MOST[kind]:
        raise wrong_field("file", expected=f"a picture of at least {least[0]}x{least[1]}", limit=_MOST[kind])
    ref = media_id(call, kind, file, seen)
    return {"data": {"resource_type": 1, "resource_id": ref, "resource_url": f"local/{ref}"}}


def put(call: Call, kind: ReviewKind, ref: str, content: Content, account: str, reason: str = "") -> Row:
    """Hand in a record of a service account, as the desk does. Raises ApiError (400) when the form is wrong."""
    body = {
        "name": title_of(content),
        "content": encode(content),
        "account": account,
        "change_reason": reason,
    }
    return hand_in(call, kind, ref, body)


def content_of(found: Row, kind: RecordKind) -> Any:
    """Return what a record says. Raises ApiError (400) for one that nobody can read."""
    try:
        return decode(kind, found["body"]["content"])
    except (Refused, KeyError, TypeError):
        raise refusal("KD.CLOUD.STATE", state="unreadable") from None


def state_of(found: Row) -> int:
    """Return the state of an account or one of its parts by the platform's number."""
    if found["off"]:
        return FROZEN
    return LIVE if found["state"] == "approved" else NOT_LIVE


def named(call: Call, ref: str) -> str:
    """Return the name of an account, empty when there is none."""
    for one in records(call.connection, ReviewKind.PUB):
        if one["ref"] == ref:
            return str(one["body"].get("name", ""))
    return ""


def _profile(call: Call, given: Mapping[str, Any], former: Profile) -> Profile:
    """Return a profile with what is given in the place of what it said before."""
    changes: Row = {}
    for name, of in (
        ("pub_name", "name"),
        ("pub_remark", "remark"),
        ("pub_abstract", "abstract"),
        ("industry", "industry"),
    ):
        if name in given:
            changes[of] = given[name]
    if "logo_img" in given:
        changes["logo"] = picture(call, given["logo_img"], "logo_img")
    if "auto_get_port" in given:
        changes["auto_port"] = bool(given["auto_get_port"])
    if "signs_for_auto_get_port" in given:
        changes["signatures"] = tuple(given["signs_for_auto_get_port"])
    if "areas_for_auto_get_port" in given:
        changes["regions"] = regions(given["areas_for_auto_get_port"], "areas_for_auto_get_port")
    if "authorization_files" in given:
        changes["papers"] = tuple(
            paper(call, one, "authorization_files") for one in given["authorization_files"]
        )
    return replace(former, **changes)


def regions(names: list[str], where: str) -> Choice:
    """Return the regions of names or codes, the whole country for none. Raises ApiError (400)."""
    tree = account_checker().regions
    try:
        return tree.normalise(tree.by_name(name) for name in names) if names else (NATIONWIDE,)
    except Refused:
        raise wrong_field(where, expected="names of regions") from None


def _told(call: Call, found: Row) -> Row:
    profile: Profile = content_of(found, RecordKind.PROFILE)
    tree = account_checker().regions
    logo = media(call, profile.logo, "PUB_LOGO")
    return {
        "pub_id": found["ref"],
        "oper_time": iso(found["submitted_ms"]),
        "state": state_of(found),
        "online_time": iso(found["decided_ms"]) if found["state"] == "approved" else "",
        "company_name": customer.get(call.connection)["enterprise"],
        "pub_name": profile.name,
        "logo_img": logo,
        "logo_url": f"local/{logo}" if logo else "",
        "authorization_files": {one.digest[:32]: PurePosixPath(one.name).name for one in profile.papers},
        "auto_get_port": int(profile.auto_port),
        "industry": profile.industry,
        "pub_abstract": profile.abstract,
        "signs_for_auto_get_port": list(profile.signatures),
        "pub_remark": profile.remark,
        "approve_state": int(found["stage"]),
        "areas_for_auto_get_port": [tree.name(code) for code in profile.regions],
        "_at_ms": found["decided_ms"] or 0,
    }


HANDLERS: Final[dict[str, Handler]] = {
    "create_pub_info": create,
    "update_pub_info": change,
    "list_pub_infos": list_accounts,
    "freeze_pub": freeze,
    "unfreeze_pub": unfreeze,
    "upload_media": upload,
}
