# SPDX-License-Identifier: Apache-2.0
"""The SMS layer on the platform: applications, signatures and text message templates, each changed in place.

A name here is seen by recipients or by the platform's reviewers, so none is made up: a record is found by what it says. One with
the same content that was made in the console is taken over rather than made a second time. A review names others by their names
and the platform by ids, which are asked for.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Final

import orjson

from koodesk.backend.gateways.cloud.client import CloudCalls
from koodesk.backend.gateways.cloud.making import Content, every
from koodesk.backend.gateways.cloud.uploads import Uploads
from koodesk.backend.ports.cloud_records import CloudWord
from koodesk.backend.ports.review_gateway import ReviewItem
from koodesk.domain.problem import Refused, problem
from koodesk.domain.review_state import Verdict

_APP_STATES: Final = {
    "CREATED": Verdict.WAITING,
    "LAUNCHED": Verdict.APPROVED,
    "SUSPENDED": Verdict.APPROVED,
}
"""Created, in use, stopped for a while: a stop is no refusal. [facts 4.2]"""

_SIGNATURE_STATES: Final = {
    "PENDING_REVIEW": Verdict.WAITING,
    "PROCESSING": Verdict.PROCESSING,
    "REVIEW_PASSED": Verdict.APPROVED,
    "REVIEW_NOT_PASS": Verdict.REJECTED,
    "TO_BE_ACTIVATED": Verdict.PROCESSING,
    "PENDING_ACTIVATE": Verdict.PROCESSING,
}
"""Content approved and the number on its way: `processing`; so is one that is to be activated. [facts 4.2]"""

_TEMPLATE_STATES: Final = {
    "Adopted": Verdict.APPROVED,
    "Reviewing": Verdict.WAITING,
    "Reject": Verdict.REJECTED,
}

Row = dict[str, Any]


class _SmsRecords(ABC):
    """What the three have in common: a record lies under one id, and its list tells its content."""

    _ID: str
    _STATES: Mapping[str, Verdict]
    _STATE: str

    def __init__(self, client: CloudCalls) -> None:
        self._client = client

    def name(self, item: ReviewItem) -> str:
        """Return the record's own name."""
        return str(orjson.loads(item.body)["name"])

    def find(self, content: Content, cloud_id: str, lost: bool) -> str:
        """Return the record that says the same, of the one under `cloud_id` if one is given."""
        for row in self._listed(content):
            if (cloud_id and row.get(self._ID) != cloud_id) or not self._same(row, content):
                continue
            # What was refused says the same and is not what was handed in just now, unless a first call was lost.
            if self._verdict(row) is not Verdict.REJECTED or (lost and not cloud_id):
                return str(row[self._ID])
        return ""

    def look(self, cloud_id: str, parties: tuple[str, ...], now_ms: int) -> CloudWord | None:
        """Return the state of a record."""
        del parties, now_ms
        told = self._detail(cloud_id)
        if told.get(self._ID) != cloud_id:
            return None
        words = str(told.get("review_desc") or "")
        return CloudWord(self._verdict(told).value, (), words, str(told.get("channel_num") or ""))

    def _verdict(self, row: Mapping[str, Any]) -> Verdict:
        return self._STATES.get(str(row.get(self._STATE)), Verdict.WAITING)

    @abstractmethod
    def _listed(self, content: Content) -> list[Row]: ...

    @abstractmethod
    def _same(self, row: Row, content: Content) -> bool: ...

    @abstractmethod
    def _detail(self, cloud_id: str) -> Mapping[str, Any]: ...

    def _app(self, name: str) -> str:
        """Return the id of an application by its name. Raises Refused (cloud.app_needed)."""
        for row in every(self._client, "list_aim_msg_app", "result", app_name=name):
            if row.get("app_name") == name:
                return str(row["app_id"])
        raise Refused(problem("cloud.app_needed", name=name))


class SmsApps(_SmsRecords):
    """Makes applications (`making.Maker`)."""

    _ID, _STATE, _STATES = "app_id", "status", _APP_STATES

    def content(self, item: ReviewItem, name: str) -> Content:
        """Return the body of the call."""
        told = orjson.loads(item.body)
        return {"app_name": name, "up_link_addr": told.get("uplink_url") or ""}

    def make(self, content: Content) -> str:
        """Create the application."""
        return _id(self._client.ask("create_sms_app", body=content)["app_id"])

    def change(self, content: Content, cloud_id: str) -> None:
        """Change the application."""
        self._client.ask("update_aim_msg_app", app_id=cloud_id, body=content)

    def _listed(self, content: Content) -> list[Row]:
        return every(self._client, "list_aim_msg_app", "result", app_name=content["app_name"])

    def _same(self, row: Row, content: Content) -> bool:
        # An application is its name: another of the same would be refused.
        return bool(row.get("app_name") == content["app_name"])

    def _detail(self, cloud_id: str) -> Mapping[str, Any]:
        return self._client.ask("list_aim_msg_app_detail", app_id=cloud_id)


class SmsSignatures(_SmsRecords):
    """Makes signatures (`making.Maker`), their papers uploaded."""

    _ID, _STATE, _STATES = "signature_id", "status", _SIGNATURE_STATES

    def __init__(self, client: CloudCalls, uploads: Uploads) -> None:
        super().__init__(client)
        self._uploads = uploads

    def content(self, item: ReviewItem, name: str) -> Content:
        """Return the body of the call."""
        told = orjson.loads(item.body)
        found: dict[str, object] = {
            "signature_name": name,
            "signature_type": told["type"],
            "app_id": self._app(str(told["app"])),
            "apply_desc": told.get("note") or "",
            "signature_source": told["source"],
            "is_involved_third": "yes" if told["third_party"] else "no",
            "source_title_content": told.get("source_title") or "",
        }
        for field, paper in (("file_id", told["licence"]), ("power_attorney_file_id", told["attorney"])):
            if paper is not None:
                found[field] = self._uploads.paper(paper)
        return found

    def make(self, content: Content) -> str:
        """Create the signature, which hands it in."""
        return _id(self._client.ask("add_aim_msg_signature", body=content)["signature_id"])

    def change(self, content: Content, cloud_id: str) -> None:
        """Change the signature and hand it in again."""
        self._client.ask("update_aim_msg_signature", signature_id=cloud_id, body=content)

    def _listed(self, content: Content) -> list[Row]:
        return every(
            self._client, "list_aim_msg_signature", "result", signature_name=content["signature_name"]
        )

    def _same(self, row: Row, content: Content) -> bool:
        names = ("signature_name", "signature_type", "app_id")
        return all(row.get(name) == content[name] for name in names)

    def _detail(self, cloud_id: str) -> Mapping[str, Any]:
        return self._client.ask("list_aim_msg_signature_detail", signature_id=cloud_id)


class SmsTemplates(_SmsRecords):
    """Makes text message templates (`making.Maker`)."""

    _ID, _STATE, _STATES = "template_id", "flow_status", _TEMPLATE_STATES

    def content(self, item: ReviewItem, name: str) -> Content:
        """Return the body of the call."""
        told = orjson.loads(item.body)
        signature = self._signature(str(told["signature"]), str(told["app"]), str(told["type"]))
        found: dict[str, object] = {
            "app_id": signature["app_id"],
            "signature_id": signature["signature_id"],
            "template_name": name,
            "template_type": told["type"],
            "template_content": told["content"],
            "variable_attributes": [
                {
                    "variable_index": one["number"],
                    "variable_type": one["type"],
                    "variable_desc": one.get("description") or "",
                }
                for one in told["variables"]
            ],
        }
        if told.get("note"):
            found["template_desc"] = told["note"]
        return found

    def make(self, content: Content) -> str:
        """Create the template, which hands it in."""
        return _id(self._client.ask("create_aim_msg_template", body=content)["template_id"])

    def change(self, content: Content, cloud_id: str) -> None:
        """Change the template and hand it in again."""
        self._client.ask("update_aim_msg_template", template_id=cloud_id, body=content)

    def _listed(self, content: Content) -> list[Row]:
        return every(self._client, "list_aim_msg_template", "result", template_name=content["template_name"])

    def _same(self, row: Row, content: Content) -> bool:
        names = ("template_name", "template_content", "signature_id")
        return all(row.get(name) == content[name] for name in names)

    def _detail(self, cloud_id: str) -> Mapping[str, Any]:
        return self._client.ask("show_aim_msg_template_detail", template_id=cloud_id)

    def _signature(self, name: str, app: str, kind: str) -> Row:
        wanted = {"signature_name": name, "app_name": app, "signature_type": kind}
        for row in every(self._client, "list_aim_msg_signature", "result", signature_name=name, app_name=app):
            if all(row.get(field) == value for field, value in wanted.items()):
                return row
        raise Refused(problem("cloud.signature_needed", name=name))


def _id(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("id")
    return value
