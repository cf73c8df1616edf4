# SPDX-License-Identifier: Apache-2.0
"""Service accounts on the platform: made in one call with menu and home page, each of the three changed in place and reviewed for itself.

An account is known by its name and remark, which no other of the enterprise has together (facts 1.11); menu and home page by the
account they are of. So nothing here needs a mark. Of two states the platform tells of each, `approve_state` is the review's, and `state`
whether phones show it: what is approved and not yet in effect is `Verdict.PROCESSING`. Why something was refused no list has a field for.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Final, cast

import orjson

from koodesk.backend.gateways.cloud.client import CloudCalls
from koodesk.backend.gateways.cloud.making import Content, every
from koodesk.backend.gateways.cloud.uploads import Uploads
from koodesk.backend.ports.cloud import CloudContents
from koodesk.backend.ports.cloud_records import CloudRecords, CloudWord
from koodesk.backend.ports.review_gateway import ReviewItem
from koodesk.domain.papers import Paper
from koodesk.domain.problem import Refused, problem
from koodesk.domain.review_state import ReviewKind, Verdict
from koodesk.domain.service_account.codec import decode
from koodesk.domain.service_account.regions import NATIONWIDE, Regions
from koodesk.domain.service_account.values import (
    ActionType,
    HomePage,
    Menu,
    MenuItem,
    Profile,
    RecordKind,
    ServicePicture,
)

Row = dict[str, Any]

WAITING, _APPROVED, _REJECTED = 1, 2, 3
"""approve_state. [SDK PubDetail]"""

_LIVE, FROZEN = 2, 4
"""state: phones show it, it is frozen. [SDK PubDetail]"""

_LOGO, _BACKGROUND, _APP_LOGO, _PAPER = "PUB_LOGO", "BG_IMAGE", "FASTAPP_LOGO", "OTHER"
"""file_type of an upload. [SDK UploadMediaRequestBody]"""

_AGAIN: Final = "修改后再次提交"
"""change_reason where the desk asks for none: of what was refused, and is not in effect. [SDK: 5 to 50 signs for a home page]"""

_RESUMED: Final = "恢复使用服务号"
"""change_reason of letting a frozen account go again, which the platform asks for and the desk does not."""


class Accounts:
    """Makes accounts (`making.Changing`): the profile, and with the first one the menu and home page that are handed in beside it."""

    def __init__(
        self,
        client: CloudCalls,
        uploads: Uploads,
        contents: CloudContents,
        records: CloudRecords,
        regions: Regions,
    ) -> None:
        self._client = client
        self._pictures = _Pictures(uploads, contents)
        self._contents = contents
        self._records = records
        self._regions = regions

    def name(self, item: ReviewItem) -> str:
        """Return the account's name."""
        return str(orjson.loads(item.body)["name"])

    def content(self, item: ReviewItem, name: str) -> Content:
        """Return the account's part of the call, and of the first one the others'. Raises Refused (cloud.account_whole)."""
        del name
        told = orjson.loads(item.body)
        profile = cast(Profile, decode(RecordKind.PROFILE, told["content"]))
        found: Row = {"pub": self._pub(profile), "reason": told.get("change_reason") or _AGAIN}
        if self._records.of_ref(item.kind.value, item.ref) is None:
            parts = self._contents.account_parts(item.ref)
            if parts is None:
                raise Refused(problem("cloud.account_whole", name=profile.name))
            menu, home = parts
            found["first"] = {
                "portal_request_body": self._pictures.home(home),
                "menu_request_body": {"menu": menu_body(menu)},
            }
        return found

    def find(self, content: Content, cloud_id: str, lost: bool) -> str:
        """Return the account that says the same, of the one under `cloud_id` if one is given."""
        for row in every(self._client, "list_pub_infos", "data", pub_name=content["pub"]["pub_name"]):
            if (cloud_id and row.get("pub_id") != cloud_id) or not self._same(row, content["pub"]):
                continue
            if row.get("state") == FROZEN and row.get("approve_state") != WAITING:
                continue  # frozen, and nobody has asked yet that it be let go
            if _stands(row, lost and not cloud_id):
                return str(row["pub_id"])
        return ""

    def make(self, content: Content) -> str:
        """Create account, menu and home page, which hands all three in."""
        body = {"pub_request_body": content["pub"], **content["first"]}
        return _id(self._client.ask("create_pub_info", body=body)["data"]["data"]["pub_id"])

    def change(self, content: Content, cloud_id: str) -> None:
        """Change the account and hand it in again; a frozen one is let go, which is a review too."""
        row = self._row(cloud_id)
        if row is not None and row.get("state") == FROZEN:
            self._client.ask("unfreeze_pub", pub_id=cloud_id, body={"change_reason": _RESUMED})
        else:
            body = {**content["pub"], "change_reason": content["reason"]}
            self._client.ask("update_pub_info", pub_id=cloud_id, body=body)

    def look(self, cloud_id: str, parties: tuple[str, ...], now_ms: int) -> CloudWord | None:
        """Return the state of an account."""
        del parties
        row = self._row(cloud_id)
        return None if row is None else _word(row, "state", now_ms)

    def _row(self, cloud_id: str) -> Row | None:
        listed = every(self._client, "list_pub_infos", "data")
        return next((row for row in listed if row.get("pub_id") == cloud_id), None)

    def _pub(self, profile: Profile) -> Row:
        """Return the account's part of a call, its pictures uploaded."""
        areas = [self._regions.name(code) for code in profile.regions if code != NATIONWIDE]
        return {
            "pub_name": profile.name,
            "pub_remark": profile.remark,
            "pub_abstract": profile.abstract,
            "logo_img": self._pictures.id(profile.logo, _LOGO),
            "auto_get_port": int(profile.auto_port),
            "authorization_files": [self._pictures.paper(one) for one in profile.papers],
            **({"industry": profile.industry} if profile.industry else {}),
            **({"signs_for_auto_get_port": [*profile.signatures]} if profile.auto_port else {}),
            **({"areas_for_auto_get_port": areas} if profile.auto_port and areas else {}),
        }

    def _same(self, row: Row, pub: Row) -> bool:
        names = ("pub_name", "pub_remark", "pub_abstract", "auto_get_port", "industry")
        texts = all((row.get(name) or "") == (pub[name] or "") for name in names if name in pub)
        if not texts or row.get("logo_img") not in (None, "", pub["logo_img"]):
            return False
        signs = set(row.get("signs_for_auto_get_port") or ())
        areas = {*(row.get("areas_for_auto_get_port") or ())} - {self._regions.name(NATIONWIDE)}
        return not pub["auto_get_port"] or (
            signs == {*pub["signs_for_auto_get_port"]} and areas == {*pub.get("areas_for_auto_get_port", ())}
        )


class _Part(ABC):
    """What menus and home pages have in common: of one account, there since that was made, changed in place."""

    _ID: str
    _STATE: str

    def __init__(self, client: CloudCalls, records: CloudRecords) -> None:
        self._client = client
        self._records = records

    def name(self, item: ReviewItem) -> str:
        """Return the account's name."""
        return str(orjson.loads(item.body)["name"])

    def content(self, item: ReviewItem, name: str) -> Content:
        """Return the part of the call, and the account it is of. Raises Refused (cloud.account_needed)."""
        told = orjson.loads(item.body)
        account = self._records.of_ref(ReviewKind.PUB.value, str(told["account"]))
        if account is None:
            raise Refused(problem("cloud.account_needed", name=name))
        reason = told.get("change_reason") or _AGAIN
        body = self._body(told["content"])
        return {"name": name, "pub": account.cloud_id, "body": body, "reason": reason}

    def find(self, content: Content, cloud_id: str, lost: bool) -> str:
        """Return the account's own that says the same, of the one under `cloud_id` if one is given."""
        for row in self._listed(content["pub"]):
            if (cloud_id and row.get(self._ID) != cloud_id) or not self._same(row, content["body"]):
                continue
            if _stands(row, lost and not cloud_id):
                return str(row[self._ID])
        return ""

    def make(self, content: Content) -> str:
        """Change what the account was made with. Raises Refused (cloud.account_needed) where it has none: no call makes one alone."""
        there = self._listed(content["pub"])
        if not there:
            raise Refused(problem("cloud.account_needed", name=content["name"]))
        cloud_id = _id(there[0][self._ID])
        self.change(content, cloud_id)
        return cloud_id

    def look(self, cloud_id: str, parties: tuple[str, ...], now_ms: int) -> CloudWord | None:
        """Return the state of a part."""
        del parties
        row = next((row for row in self._listed("") if row.get(self._ID) == cloud_id), None)
        return None if row is None else _word(row, self._STATE, now_ms)

    @abstractmethod
    def change(self, content: Content, cloud_id: str) -> None:
        """Change it and hand it in again."""

    @abstractmethod
    def _body(self, told: Mapping[str, Any]) -> Row: ...

    @abstractmethod
    def _listed(self, pub: str) -> list[Row]:
        """Return the parts of an account, of all accounts without one."""

    @abstractmethod
    def _same(self, row: Row, body: Row) -> bool: ...


class Menus(_Part):
    """Hands in menus (`making.Changing`)."""

    _ID, _STATE = "menu_id", "menu_state"

    def change(self, content: Content, cloud_id: str) -> None:
        """Change the menu and hand it in again."""
        body = {"menu": content["body"], "change_reason": content["reason"]}
        self._client.ask("update_menu", menu_id=cloud_id, body=body)

    def _body(self, told: Mapping[str, Any]) -> Row:
        return menu_body(cast(Menu, decode(RecordKind.MENU, told)))

    def _listed(self, pub: str) -> list[Row]:
        return every(self._client, "list_menus", "data", **({"pub_id": pub} if pub else {}))

    def _same(self, row: Row, body: Row) -> bool:
        return bool(_said((row.get("menu") or {}).get("menu_items")) == _said(body["menu_items"]))


class Homes(_Part):
    """Hands in home pages (`making.Changing`)."""

    _ID, _STATE = "portal_id", "state"

    def __init__(
        self, client: CloudCalls, records: CloudRecords, uploads: Uploads, contents: CloudContents
    ) -> None:
        super().__init__(client, records)
        self._pictures = _Pictures(uploads, contents)

    def change(self, content: Content, cloud_id: str) -> None:
        """Change the home page and hand it in again."""
        body = {**content["body"], "change_reason": content["reason"]}
        self._client.ask("update_portal_info", portal_id=cloud_id, body=body)

    def _body(self, told: Mapping[str, Any]) -> Row:
        return self._pictures.home(cast(HomePage, decode(RecordKind.HOME, told)))

    def _listed(self, pub: str) -> list[Row]:
        # Its list can be asked for a name only, and names may repeat.
        listed = every(self._client, "list_portal_infos", "portals")
        return [row for row in listed if not pub or row.get("pub_id") == pub]

    def _same(self, row: Row, body: Row) -> bool:
        texts = all((row.get(name) or "") == body[name] for name in ("background_img", "summary"))
        return texts and all(
            _listed_said(row.get(name)) == _said(body[name]) for name in ("tels", "fastapps")
        )


class _Pictures:
    """The pictures of accounts, by the ids they are uploaded under."""

    def __init__(self, uploads: Uploads, contents: CloudContents) -> None:
        self._uploads = uploads
        self._contents = contents

    def id(self, shown: ServicePicture | None, kind: str) -> str:
        """Return the id of a picture, "" for none."""
        if shown is None:
            return ""
        return self._uploads.account_file(shown.digest, shown.type, kind, self._contents.material)

    def paper(self, paper: Paper) -> str:
        """Return the id of an authorisation."""
        return self._uploads.account_file(paper.digest, paper.type, _PAPER, self._contents.paper)

    def home(self, home: HomePage) -> Row:
        """Return the JSON of a home page."""
        return {
            "background_img": self.id(home.background, _BACKGROUND),
            "summary": home.summary,
            "tels": [{"tel": one.number, "usage": one.usage} for one in home.hotlines],
            "fastapps": [
                {
                    "name": one.name,
                    "logo_img": self.id(one.logo, _APP_LOGO),
                    "description": one.description,
                    "deeplink": one.link,
                    "depend_engine_version": one.engine_version,
                }
                for one in home.quick_apps
            ],
        }


def menu_body(menu: Menu) -> Row:
    """Return the JSON of a menu. [SDK MenuItem, ExtMsg]"""
    return {"menu_items": [_item(one) for one in menu.items]}


def _item(item: MenuItem) -> Row:
    action = item.action
    more = {
        "web_title": action.web_title,
        "package_name": action.package_name,
        "app_id": action.app_id,
        "browser_floor_url": action.floor_url,
        "third_service_name": action.service_name,
        "depend_engine_ver": action.engine_version,
    }
    if action.type is ActionType.OPEN_URL:
        more["open_in_browser"] = str(int(action.in_browser))
    told: Row = {"name": item.name, "action_type": action.type.value, "content": action.content}
    ext = {name: value for name, value in more.items() if value}
    children = [_item(one) for one in item.children]
    return {**told, **({"ext_msg": ext} if ext else {}), **({"sub_menu_items": children} if children else {})}


def _said(value: Any) -> Any:
    """Return what a part of an answer says, without what is empty and without addresses that the platform adds."""
    if isinstance(value, Mapping):
        told = {
            name: _said(one) for name, one in value.items() if not name.endswith("_url") or name in _OWN_URLS
        }
        return {name: one for name, one in told.items() if one not in (None, "", [], {})}
    return [_said(one) for one in value] if isinstance(value, list) else value


_OWN_URLS: Final = frozenset({"browser_floor_url"})


def _listed_said(value: Any) -> Any:
    """The same of a list that the platform tells as JSON text."""
    return _said(orjson.loads(value) if isinstance(value, str) and value else value or [])


def _stands(row: Row, refused_too: bool) -> bool:
    """Tell whether what says the same is what was handed in just now: what was refused is not, unless a first call was lost."""
    return row.get("approve_state") != _REJECTED or refused_too


def _word(row: Row, state: str, now_ms: int) -> CloudWord:
    approve = row.get("approve_state")
    if approve == _REJECTED:
        verdict = Verdict.REJECTED
    elif approve == _APPROVED:
        verdict = Verdict.APPROVED if row.get(state) == _LIVE else Verdict.PROCESSING
    else:
        verdict = Verdict.WAITING
    return CloudWord(verdict.value, decided_ms=now_ms if verdict.decided else 0)


def _id(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("id")
    return value
