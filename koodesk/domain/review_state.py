# SPDX-License-Identifier: Apache-2.0
"""Reviews (审核) as the platform speaks of them: what is reviewed, how far it is, and why something was refused.

One vocabulary for everything that waits for a reviewer. How each record translates a verdict into its own states is
the record's matter (`filing`, `signature`, `sms`, `sms_app`); a card has a verdict per vendor, and the rule that folds
them into one state is here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from koodesk.domain.digest import canonical, content_digest
from koodesk.domain.problem import Scalar
from koodesk.domain.vendor import Vendor

State = TypeVar("State", bound=StrEnum)
Event = TypeVar("Event", bound=StrEnum)


class ReviewKind(StrEnum):
    """What can be submitted for review; the value is the word on the wire."""

    FILING = "filing"
    SMS_APP = "sms_app"
    SMS_SIGNATURE = "sms_signature"
    SMS_TEMPLATE = "sms_template"
    CARD = "card"
    VIDEO_SIGNATURE = "video_signature"
    VIDEO_TEMPLATE = "video_template"
    DOMAIN = "domain"
    JUMP_URL = "jump_url"
    # The service account; the values are those of `service_account.values.RecordKind`.
    PUB = "pub"
    SA_MENU = "sa_menu"
    SA_HOME = "sa_home"
    SA_PORT = "sa_port"
    SA_SHORTCUT = "sa_shortcut"


class Verdict(StrEnum):
    """How far a review is. PROCESSING: content approved, the number still being configured (signatures only)."""

    WAITING = "waiting"
    PROCESSING = "processing"
    APPROVED = "approved"
    REJECTED = "rejected"

    @property
    def decided(self) -> bool:
        """Tell whether nobody has to do anything more."""
        return self in (Verdict.APPROVED, Verdict.REJECTED)


class ReviewerMode(StrEnum):
    """Who decides on the local engine: the automatic reviewer, or a person at the review desk."""

    AUTO = "auto"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a refusal.

    `code` and `params` as in `Problem`; `where` is the place in the record ("paper:licence", "content:title", ...).
    `text` is what a person wrote at the review desk: data, shown as plain text only. `vendor` is set when one
    vendor's reviewer says so.
    """

    code: str
    where: str = ""
    params: tuple[tuple[str, Scalar], ...] = ()
    text: str = ""
    vendor: Vendor | None = None


@dataclass(frozen=True, slots=True)
class VendorVerdict:
    """One vendor's verdict on a card, with the reason when it is a refusal."""

    vendor: Vendor
    verdict: Verdict
    reason: str = ""


class CardState(StrEnum):
    """The state of a card template as its list shows it.

    `audit_state` of the platform has the first four (0 未提交, 1 审核中, 2 审核通过, 3 审核失败) [SDK AIMTemplate];
    CHANGED is the desk's own: the card was edited after the revision that was approved.
    """

    DRAFT = "draft"
    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    CHANGED = "changed"


def fold(verdicts: Iterable[Verdict]) -> Verdict:
    """Fold the vendors' verdicts of one card into one.

    One vendor that has activated the card is enough for 审核通过 (facts 1.7; the page's "more than one" is read as at
    least one, facts 7); refused only when every vendor has refused; anything else still waits.
    """
    known = tuple(verdicts)
    if Verdict.APPROVED in known:
        return Verdict.APPROVED
    if known and all(v is Verdict.REJECTED for v in known):
        return Verdict.REJECTED
    return Verdict.WAITING


def taken_by(
    state: State, event: Event | None, moves: Mapping[tuple[State, Event], State], begins: tuple[State, Event]
) -> State:
    """Return where a reviewer's word takes a record that stands in `state`; `event` is what the word means, None for nothing yet.

    `begins` is the state before anything is handed in, and the event of handing in: a reviewer who speaks of a record has it.
    Feeds repeat and reorder: a move that is not legal from where the record stands is old news and changes nothing.
    """
    if state is begins[0]:
        state = moves[begins]
    return state if event is None else moves.get((state, event), state)


def card_state(digest: str, submitted_digest: str, verdict: Verdict | None) -> CardState:
    """Return a card's state from its present digest, the digest last submitted and the verdict on that one.

    An edit after an approval gives CHANGED; an edit of a refused card makes it a draft again; an edit while the
    review runs leaves it WAITING, since the review goes on for the revision that was submitted.
    """
    if not submitted_digest or verdict is None:
        return CardState.DRAFT
    if verdict is Verdict.REJECTED:
        return CardState.REJECTED if digest == submitted_digest else CardState.DRAFT
    if verdict is Verdict.APPROVED:
        return CardState.APPROVED if digest == submitted_digest else CardState.CHANGED
    return CardState.WAITING


def vendor_verdicts(found: Mapping[Vendor, tuple[Verdict, str]]) -> tuple[VendorVerdict, ...]:
    """Return the verdicts of a card in the console's vendor order."""
    return tuple(VendorVerdict(v, *found[v]) for v in Vendor if v in found)


def revision_digest(body: Mapping[str, object]) -> str:
    """Return the identity of a submitted body: hex SHA-256 of its canonical JSON."""
    return content_digest(canonical(body))
