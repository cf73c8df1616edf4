# SPDX-License-Identifier: Apache-2.0
"""Card templates on the platform: each content one template, under a name no other has, with a state for each vendor.

A name has at most 17 characters (facts 1.7) and is seen in the console only: the card's own, cut, and a mark made of its content, by
which a template whose answer was lost is found. A trial card's name keeps the word 测试, which the platform asks for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from koodesk.backend.gateways.cloud.client import CloudCalls
from koodesk.backend.gateways.cloud.making import Content, every, mark, rows
from koodesk.backend.gateways.cloud.status import instant
from koodesk.backend.gateways.cloud.uploads import Uploads
from koodesk.backend.ports.cloud_records import CloudWord
from koodesk.backend.ports.review_gateway import ReviewItem, VendorState
from koodesk.domain import codec
from koodesk.domain.koomessage import body
from koodesk.domain.problem import Refused, problem
from koodesk.domain.review_state import Verdict
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.template import Use
from koodesk.domain.variants import submissions
from koodesk.domain.vendor import Vendor

_OWN: Final = 8
_SIGNS: Final = 8
_TRIAL: Final = "测试"

_STATES: Final = {0: Verdict.WAITING, 1: Verdict.WAITING, 2: Verdict.APPROVED, 3: Verdict.REJECTED}
"""audit_state: not handed in, under review, approved, refused. [SDK AIMTemplate]"""

_ACTIVE: Final = 1
"""factory_info.state of a vendor that shows the card; any other does not, and nobody says whether it will. [facts 1.7]"""


class CardTemplates:
    """Makes card templates (`making.Maker`)."""

    def __init__(self, client: CloudCalls, uploads: Uploads, pack: Callable[[], RulePack]) -> None:
        self._client = client
        self._uploads = uploads
        self._pack = pack

    def name(self, item: ReviewItem) -> str:
        """Return the template's name on the platform."""
        template = codec.loads(item.body.encode())
        own = template.name[:_OWN]
        if template.use is Use.TRIAL and _TRIAL not in own:
            own = _TRIAL + template.name[: _OWN - len(_TRIAL)]
        return f"{own}-{mark(item, _SIGNS)}"

    def content(self, item: ReviewItem, name: str) -> Content:
        """Return the platform's JSON of a card, its pictures and videos uploaded, for the vendors that are to decide."""
        template = codec.loads(item.body.encode())
        layout = self._pack().layouts.get(template.layout)
        if layout is None:
            raise Refused(problem("card.unknown_layout", "layout", layout=template.layout))
        (one, *others) = submissions(template)
        if others:  # variants are handed in as cards of their own
            raise Refused(problem("card.in_parts", "state", id=item.ref, names=""))
        asked = tuple(vendor for vendor in Vendor if vendor.value in item.vendors)
        return body(replace(self._uploads.card(one, layout), name=name, vendors=asked), layout)

    def find(self, content: Content, cloud_id: str, lost: bool) -> str:
        """Return the template of a name; its name has no other. Of two, the one that was made first."""
        del cloud_id, lost
        name = content["tpl_name"]
        listed = every(
            self._client,
            "list_aim_templates",
            "templates",
            tpl_type="private",
            tpl_name=name,
            is_only_status=True,
        )
        found = [str(row["tpl_id"]) for row in listed if row.get("tpl_name") == name]
        return found[-1] if found else ""

    def make(self, content: Content) -> str:
        """Create the template, which hands it in."""
        told = self._client.ask("create_aim_personal_template", body=content)
        tpl_id = (told.get("data") or told)["tpl_id"]
        if not isinstance(tpl_id, str) or not tpl_id:
            raise ValueError("tpl_id")
        return tpl_id

    def look(self, cloud_id: str, parties: tuple[str, ...], now_ms: int) -> CloudWord | None:
        """Return the state of a template and of each vendor."""
        told = self._client.ask(
            "list_aim_templates", tpl_type="private", tpl_id=cloud_id, is_only_status=True, offset=0, limit=1
        )
        row = next((row for row in rows(told, "templates") if row.get("tpl_id") == cloud_id), None)
        if row is None:
            return None
        state = _STATES.get(int(row["audit_state"]), Verdict.WAITING)
        words = str(row.get("audit_desc") or "")
        active = {
            str(one.get("factory_type")).upper()
            for one in row.get("factory_info") or ()
            if one.get("state") == _ACTIVE
        }

        def of(vendor: str) -> VendorState:
            if state is Verdict.REJECTED:
                return VendorState(vendor, state.value, words)
            # Approved as a whole means that somebody shows it, not that this vendor will.
            there = state is Verdict.APPROVED and vendor in active
            return VendorState(vendor, (Verdict.APPROVED if there else Verdict.WAITING).value, "")

        decided_ms = instant(row.get("update_time"), now_ms) if state.decided else 0
        return CloudWord(state.value, tuple(of(vendor) for vendor in parties), words, "", decided_ms)
