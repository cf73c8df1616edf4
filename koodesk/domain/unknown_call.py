# SPDX-License-Identifier: Apache-2.0
"""Calls whose outcome is unknown (结果未知): what a person may decide about them, and what her decision is bound to.

Time alone settles nothing, and nothing is sent again by itself where the gateway has no key. A person reads what is known of
each call and says what it counts as; what she saw has a digest, and a decision about anything else is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

from koodesk.domain.send_state import ChunkMove


class Decision(StrEnum):
    """What a person counts the unanswered numbers of a call as.

    SENT: as accepted, without a message id; they are never written to again by this campaign. NOT_SENT: as not accepted, so
    that they may be sent to again, in a campaign of its own; whoever the platform did accept then gets two messages.
    """

    SENT = "sent"
    NOT_SENT = "not_sent"


MOVES: Final = {Decision.SENT: ChunkMove.COUNT_SENT, Decision.NOT_SENT: ChunkMove.GIVE_UP}

CODES: Final = {Decision.SENT: "counted_sent", Decision.NOT_SENT: "counted_not_sent"}
"""The result code of recipients a person decided about; no gateway's code looks like it."""

REASON_LIMIT: Final = 120
"""Most characters of the reason of a decision; Koodesk's own rule."""


class Verdict(StrEnum):
    """What a status report says that comes after its recipient was settled without an answer of the gateway."""

    CONFIRMS = "confirms"
    CONTRADICTS = "contradicts"


class CallFacts(NamedTuple):
    """What identifies what a person saw of a call: any answer, attempt or decision since changes one of these."""

    no: int
    key: str
    attempt: int
    members: int
    accepted: int
    refused: int
    state: str

    @property
    def unanswered(self) -> int:
        """Return how many numbers have no answer."""
        return self.members - self.accepted - self.refused


def decision_digest(campaign: str, decision: Decision, reason: str, calls: Iterable[CallFacts]) -> str:
    """Return what a decision is bound to: the campaign's uuid, the decision, its reason, and every call as it was seen."""
    told = [campaign, decision.value, reason, sorted(calls)]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def verdict_of(outcome: str, code: str, message_id: str, reported: str) -> Verdict | None:
    """Return what a status report that names call and phone says of a settled recipient; None when it is the expected one.

    `outcome`, `code` and `message_id` are the recipient's answer in the ledger, `reported` the report's message id. A
    recipient who counts as refused was accepted after all; one accepted under another id was accepted twice.
    """
    if outcome == "accepted" and message_id == reported:
        return None
    if outcome == "accepted" and code == CODES[Decision.SENT]:
        return Verdict.CONFIRMS
    return Verdict.CONTRADICTS
