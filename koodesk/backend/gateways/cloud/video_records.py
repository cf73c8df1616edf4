# SPDX-License-Identifier: Apache-2.0
"""Video SMS templates on the platform: each content one template under a name no other has, with a state for each carrier.

The API has no field for the channel: what is handed in over it goes to the three-network channel. A template for another
one has to be made in the console.
"""

from __future__ import annotations

import base64
from typing import Any, Final

import orjson

from koodesk.backend.gateways.cloud.client import CloudCalls
from koodesk.backend.gateways.cloud.making import Content, every, mark, rows
from koodesk.backend.ports.cloud import CloudContents
from koodesk.backend.ports.cloud_records import CloudWord
from koodesk.backend.ports.review_gateway import ReviewItem, VendorState
from koodesk.domain.problem import Refused, problem
from koodesk.domain.review_state import Verdict
from koodesk.domain.video_sms.reslist import TEXT_TYPE
from koodesk.domain.video_sms.review import AuditState
from koodesk.domain.video_sms.template import Channel

_LONGEST: Final = 100
_SIGNS: Final = 12

_STATES: Final = {
    AuditState.USABLE: Verdict.APPROVED,
    AuditState.UNDER_REVIEW: Verdict.WAITING,
    AuditState.REJECTED: Verdict.REJECTED,
    AuditState.EXPIRED: Verdict.APPROVED,
}
"""What expired was approved: until when it may be sent, the desk knows by itself."""

_CARRIER: Final = {0: Verdict.APPROVED, 1: Verdict.WAITING, 2: Verdict.REJECTED}
"""status_detail. [facts 4.4]"""


class VideoTemplates:
    """Makes video SMS templates (`making.Maker`)."""

    def __init__(self, client: CloudCalls, contents: CloudContents) -> None:
        self._client = client
        self._contents = contents

    def name(self, item: ReviewItem) -> str:
        """Return the template's name on the platform."""
        own = str(orjson.loads(item.body)["tpl_name"])
        return f"{own[: _LONGEST - _SIGNS - 1]}-{mark(item, _SIGNS)}"

    def content(self, item: ReviewItem, name: str) -> Content:
        """Return the body of the call, the files in it. Raises Refused (cloud.channel) for another channel."""
        told = orjson.loads(item.body)
        if told["restags"] != Channel.THREE_ORDINARY.value:
            raise Refused(problem("cloud.channel", "channel", channel=told["restags"]))
        return {
            "expiration_time": str(told["expiration_time"]),
            "tpl_name": name,
            "title": told["title"],
            "remarks": told["remarks"],
            "reslist": [self._resource(one) for one in told["reslist"]],
            "is_draft": 0,
        }

    def find(self, content: Content, cloud_id: str, lost: bool) -> str:
        """Return the template of a name; of two, the one that was made first."""
        del cloud_id, lost
        name = content["tpl_name"]
        listed = every(
            self._client, "list_vms_template_status", "templates", tpl_type="private", tpl_name=name
        )
        found = [str(row["tpl_id"]) for row in listed if row.get("tpl_name") == name]
        return found[-1] if found else ""

    def make(self, content: Content) -> str:
        """Create the template, which hands it in."""
        tpl_id = self._client.ask("create_vms_template", body=content)["tplid"]
        if not isinstance(tpl_id, str) or not tpl_id:
            raise ValueError("tplid")
        return tpl_id

    def look(self, cloud_id: str, parties: tuple[str, ...], now_ms: int) -> CloudWord | None:
        """Return the state of a template and of each carrier."""
        told = self._client.ask(
            "list_vms_template_status", tpl_type="private", tpl_id=cloud_id, offset=0, limit=1
        )
        row = next((row for row in rows(told, "templates") if row.get("tpl_id") == cloud_id), None)
        if row is None:
            return None
        state = _STATES.get(AuditState(int(row["audit_state"])), Verdict.WAITING)
        words = str(row.get("audit_desc") or "")
        said = {str(one.get("carrier")): one for one in row.get("status_detail") or ()}

        def of(carrier: str) -> VendorState:
            one = said.get(carrier)
            if one is None:
                verdict = state if state is Verdict.REJECTED else Verdict.WAITING
                return VendorState(carrier, verdict.value, words if state is Verdict.REJECTED else "")
            return VendorState(
                carrier,
                _CARRIER.get(int(one["status"]), Verdict.WAITING).value,
                str(one.get("desc") or ""),
            )

        decided_ms = now_ms if state.decided else 0
        return CloudWord(state.value, tuple(of(one) for one in parties), words, "", decided_ms)

    def _resource(self, one: dict[str, Any]) -> dict[str, Any]:
        kind = str(one["res_type"])
        if kind == TEXT_TYPE:
            return {"index": one["index"], "type": kind, "source": TEXT_TYPE, "content": one["source"]}
        data = base64.b64encode(self._contents.material(str(one["digest"]))).decode("ascii")
        return {"index": one["index"], "type": kind, "source": "file", "content": data}
