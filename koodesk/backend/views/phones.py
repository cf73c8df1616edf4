# SPDX-License-Identifier: Apache-2.0
"""Rows of the phones (终端) and of the flight recorder. Numbers are masked for whoever may not see them."""

from __future__ import annotations

from dataclasses import dataclass

from koodesk.backend.views.service_account import AccountEffects
from koodesk.domain.phone_tap import Component
from koodesk.domain.template import Template
from koodesk.domain.video_sms.template import VideoTemplate


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """A phone on the desk. `number` is shown as the viewer may see it, empty for none. `carrier` and `region` are those set,
    or else what the number's segment says; empty where neither is known. `own` phones may be deleted, the others stay."""

    id: int
    name: str
    vendor: str
    carrier: str
    region: str
    number: str
    own: bool
    carrier_set: bool
    region_set: bool


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A message in a phone's inbox, told by the ledger. `delivered_ms` is 0 until a report says that it arrived; instants of
    what happened since are 0 before it did. `read` says that it was opened here, or that its recipient did something with it."""

    campaign_id: int
    campaign: str
    kind: str
    test: bool
    signature: str
    message_id: str
    at_ms: int
    delivered_ms: int
    exposed_ms: int
    clicked_ms: int
    replied_ms: int
    read: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """A phone's messages, newest first. `failed` counts those that never arrived and so are not among them, `more` says that
    older ones were left out."""

    phone: PhoneRow
    rows: tuple[InboxRow, ...]
    failed: int
    more: bool

    @property
    def unread(self) -> int:
        """Return how many of the rows nobody has opened."""
        return sum(not row.read for row in self.rows)


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A receipt of a message: what the engine tells, and whether it has come back to the ledger."""

    id: int
    kind: str
    status: str
    code: str
    at_ms: int
    arrived: bool


@dataclass(frozen=True, slots=True)
class PhoneMessage:
    """A message as one recipient got it.

    `vendor` is that of the number's own phone (empty for a video SMS), `shown_on` the one it is drawn for. `card` says that
    this phone shows the card: it takes the layout's card, the number's way had one, and the link is still alive. `template` or
    `video` is the content that was sent, found by `digest`, the digest of the campaign's snapshot; `same` is true when the
    content has that digest, computed anew. None where the record is gone. `components` are what can be tapped; `account` is what a service
    account shows around the message: now, or when it was sent if `account_then`. `account_differs` says whether the two differ, None where
    nobody wrote down what it showed then. `jump_url` is where the link leads a browser, empty for the H5 page.
    """

    message_id: str
    campaign_id: int
    campaign: str
    kind: str
    number: str
    signature: str
    vendor: str
    shown_on: str
    carrier: str
    at_ms: int
    now_ms: int
    delivered_ms: int
    failed: str
    expires_ms: int
    card: bool
    why_no_card: str
    text: str
    link: str
    params: tuple[tuple[str, str], ...]
    digest: str
    same: bool
    template: Template | None
    video: VideoTemplate | None
    components: tuple[Component, ...]
    receipts: tuple[ReceiptLine, ...]
    opted_out_ms: int
    account: AccountEffects
    jump_url: str = ""
    account_then: bool = False
    account_differs: bool | None = False

    def count(self, kind: str) -> int:
        """Return how many receipts of a kind have come back (PV)."""
        return sum(one.kind == kind and one.arrived for one in self.receipts)

    @property
    def waiting(self) -> int:
        """Return how many receipts are still on their way back."""
        return sum(not one.arrived for one in self.receipts)


@dataclass(frozen=True, slots=True)
class RecorderEvent:
    """One thing that happened to a number in a campaign. `what` is a word of `RECORDER_WORDS`, `params` its details as
    sorted pairs; `at_ms` is on the gateway's clock, 0 where only the order is known."""

    what: str
    at_ms: int
    params: tuple[tuple[str, str], ...] = ()

    def param(self, name: str) -> str:
        """Return a detail, empty when there is none."""
        return dict(self.params).get(name, "")


RECORDER_WORDS = (
    "imported",
    "respelled",
    "repeated",
    "typed",
    "left_out",
    "to_send",
    "chunk",
    "tried",
    "accepted",
    "refused",
    "unknown",
    "not_sent",
    "sms",
    "shortchain",
    "exposed",
    "clicked",
    "reply",
    "opted_out",
)
"""What the recorder tells, in the order of a message's life."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A number's way through one campaign, oldest event first. `message_id` is empty when nothing was accepted."""

    campaign_id: int
    campaign: str
    kind: str
    test: bool
    signature: str
    state: str
    message_id: str
    digest: str
    events: tuple[RecorderEvent, ...]


@dataclass(frozen=True, slots=True)
class Recorder:
    """Everything known of one number, newest campaign first. `carrier` and `region` are by its segment: numbers move.

    `unheard` is true when the engine could not be asked, so that taps and receipts on their way are missing.
    """

    number: str
    carrier: str
    region: str
    recordings: tuple[Recording, ...]
    opt_outs: tuple[tuple[str, int, str], ...]
    unheard: bool
    more: bool
