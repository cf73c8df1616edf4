# SPDX-License-Identifier: Apache-2.0
"""The review desk (审核台): the other side of the local engine, where a person plays the platform's reviewer.

Also the way decisions come back to the desk's own records: `sync`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.submitting import (
    Submitting,
    folded,
    read_carriers,
    read_reason,
    read_verdicts,
)
from koodesk.backend.ports.engine import EngineAdmin
from koodesk.backend.ports.review_gateway import ReviewDesk, ReviewState
from koodesk.backend.views.clearing import FindingsRow, ReviewRow, SyncRow
from koodesk.domain.carrier import Carrier
from koodesk.domain.plain_text import unseen_characters
from koodesk.domain.problem import Refused, problem
from koodesk.domain.review_reasons import REASON_MAX
from koodesk.domain.review_state import ReviewerMode, ReviewKind, Verdict
from koodesk.domain.vendor import Vendor

_PAGE: Final = 500


class Reviews:
    """What waits for review, deciding it, and taking decisions over."""

    def __init__(self, access: Access, submitting: Submitting, desk: ReviewDesk, admin: EngineAdmin) -> None:
        self.access: Final = access
        self._submitting = submitting
        self._desk = desk
        self._admin = admin

    @needs("koodesk:review:list")
    def list(self, state: Verdict | None = None, kind: ReviewKind | None = None) -> tuple[ReviewRow, ...]:
        """Return reviews oldest first, of one state and kind where given. Raises Refused (gateway.*)."""
        found: list[ReviewRow] = []
        after = 0
        while True:
            page = self._desk.reviews(kind or "", state or "", after, _PAGE)
            found += [_row(item) for item in page.items]
            if not page.items or page.next <= after:
                return tuple(found)
            after = page.next

    @needs("koodesk:review:decide")
    def approve(self, review_id: int, vendor: Vendor | Carrier | None = None) -> ReviewRow:
        """Approve a review, for one vendor of a card, one carrier of a video SMS template, or for all that are open."""
        return self._decide(review_id, True, "", vendor, "")

    @needs("koodesk:review:decide")
    def approve_all(self, review_ids: Sequence[int]) -> int:
        """Approve several for all who still wait; return how many. What somebody else has decided meanwhile is left."""
        done = 0
        for review_id in review_ids:
            try:
                self._desk.decide(review_id, True, "", "")
            except Refused as refused:
                if any(p.code != "gateway.refused" for p in refused.problems):
                    raise
                continue
            done += 1
        self._submitting.pull()
        return done

    @needs("koodesk:review:list")
    def findings(self, review_id: int) -> tuple[FindingsRow, ...]:
        """Return what the automatic reviewer would say now, for each who decides; asking decides nothing."""
        return tuple(
            FindingsRow(one.party, tuple(read_reason(reason) for reason in one.reasons))
            for one in self._desk.findings(review_id)
        )

    @needs("koodesk:review:decide")
    def reject(
        self, review_id: int, reason: str, vendor: Vendor | Carrier | None = None, where: str = ""
    ) -> ReviewRow:
        """Reject with a reason the marketer will read; `where` is the slot or field it is about ("content:3", "name").

        Raises Refused: review.no_reason, review.reason_too_long.
        """
        words = reason.strip()
        if not words:
            raise Refused(problem("review.no_reason", "reason"))
        if len(words) > REASON_MAX:
            raise Refused(problem("review.reason_too_long", "reason", limit=REASON_MAX, actual=len(words)))
        unseen = unseen_characters(words, "reason", lines=True)
        if unseen:
            raise Refused(*unseen)
        return self._decide(review_id, False, words, vendor, where)

    @needs("koodesk:review:list")
    def mode(self) -> ReviewerMode:
        """Return who decides: the automatic reviewer or the desk."""
        return ReviewerMode(self._admin.settings().reviewer)

    @needs("koodesk:review:decide")
    def set_mode(self, mode: ReviewerMode) -> ReviewerMode:
        """Choose who decides from now on; what was decided stays."""
        changed = self._admin.change(replace(self._admin.settings(), reviewer=ReviewerMode(mode).value))
        return ReviewerMode(changed.reviewer)

    @needs("kooMessage:overview:get")
    def sync(self) -> SyncRow:
        """Hand in what could not be handed in before, then take over every new decision. Raises Refused (gateway.*)."""
        handed_in = self._submitting.flush()
        changes, moved = self._submitting.pull()
        return SyncRow(handed_in, changes, moved)

    def _decide(
        self, review_id: int, approve: bool, reason: str, vendor: Vendor | Carrier | None, where: str
    ) -> ReviewRow:
        row = _row(self._desk.decide(review_id, approve, reason, vendor.value if vendor else "", where))
        self._submitting.pull()
        return row


def _row(item: ReviewState) -> ReviewRow:
    vendors, carriers = read_verdicts(item.vendors), read_carriers(item.vendors)
    return ReviewRow(
        id=item.id,
        kind=item.kind,
        ref=item.ref,
        digest=item.digest,
        title=_title(item),
        state=folded(item.state, vendors, carriers),
        vendors=vendors,
        carriers=carriers,
        reasons=tuple(read_reason(reason) for reason in item.reasons),
        submitted_ms=item.submitted_ms,
        due_ms=item.due_ms,
        decided_ms=item.decided_ms,
        channel_num=item.channel_num,
        tpl_id=item.tpl_id,
        body=item.body,
        calendar=item.calendar,
    )


def _title(item: ReviewState) -> str:
    """Return the name in the reviewed body; a filing has none and is called by its kind."""
    try:
        body = json.loads(item.body)
    except ValueError:
        return item.ref
    if not isinstance(body, dict):
        return item.ref
    return str(body.get("name") or body.get("tpl_name") or body.get("kind") or item.ref)
