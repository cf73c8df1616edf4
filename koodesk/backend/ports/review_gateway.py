# SPDX-License-Identifier: Apache-2.0
"""What clearing needs from the other side of the wire: handing things in, learning what was decided, and the desk of the
local engine's reviewer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from koodesk.domain.review_state import ReviewKind


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """Something handed in for review. The same kind, ref and digest is the same review: handing it in twice is one.

    `body` is JSON text: what the reviewer reads. `vendors` is filled for cards, and with the carriers ("cmcc") for
    templates of video SMS.
    """

    kind: ReviewKind
    ref: str
    digest: str
    body: str
    vendors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewReason:
    """Why a review was rejected: a code, the place in what was handed in, numbers (JSON text) and free text."""

    code: str
    where: str
    params: str
    text: str


@dataclass(frozen=True, slots=True)
class PartyFindings:
    """What the automatic reviewer would say: no reason is an approval. `party` is a vendor, a carrier, or empty."""

    party: str
    reasons: tuple[ReviewReason, ...]


@dataclass(frozen=True, slots=True)
class VendorState:
    """One vendor's word on a card, or one carrier's on a video SMS template; `vendor` is its name on the wire."""

    vendor: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReviewState:
    """A review as the other side knows it. `body` is JSON text. Instants are 0 while they are not known."""

    id: int
    kind: ReviewKind
    ref: str
    digest: str
    state: str
    vendors: tuple[VendorState, ...] = ()
    reasons: tuple[ReviewReason, ...] = ()
    submitted_ms: int = 0
    due_ms: int = 0
    decided_ms: int = 0
    channel_num: str = ""
    tpl_id: str = ""
    body: str = "{}"
    calendar: str = ""
    """What holidays have to do with `due_ms`: "holiday" where one lies within, "unknown" where a year is not announced."""


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Reviews or changes of reviews; `next` is the cursor that continues."""

    items: tuple[ReviewState, ...]
    next: int


class ReviewGateway(Protocol):
    """Hands things in and learns what was decided. Every method raises Refused: gateway.unreachable, or the other
    side's own refusal as `gateway.refused`."""

    def submit(self, item: ReviewItem) -> ReviewState:
        """Hand one thing in."""
        ...

    def states(self, after: int, limit: int = 500) -> ReviewPage:
        """Return every change of a review after the cursor, each once, in order."""
        ...

    def urge(self, kind: str, ref: str, digest: str) -> None:
        """Ask the reviewer to decide sooner (催审)."""
        ...


class ReviewDesk(Protocol):
    """The other side of the local engine, for the review desk: see and decide. Raises Refused."""

    def reviews(self, kind: str = "", state: str = "", after: int = 0, limit: int = 500) -> ReviewPage:
        """Return reviews, oldest first, filtered by kind and state where given."""
        ...

    def decide(
        self, review_id: int, approve: bool, reason: str = "", vendor: str = "", where: str = ""
    ) -> ReviewState:
        """Approve or reject, for one vendor or for all that are open; `where` is the place a rejection is about."""
        ...

    def findings(self, review_id: int) -> tuple[PartyFindings, ...]:
        """Return what the automatic reviewer would say now, for each who decides."""
        ...
