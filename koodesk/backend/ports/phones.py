# SPDX-License-Identifier: Apache-2.0
"""What phones and the flight recorder need: the table of phones, one number's traces in the ledger, and the engine's word.

Every method of a store is one short read or write inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class PhoneRecord:
    """A phone as stored. `number` 0 is none; empty `carrier` and `region` follow from the number; `own` is false for the
    phones that stand there from the beginning, whose empty `name` is their vendor's."""

    id: int
    name: str
    vendor: str
    carrier: str
    region: str
    number: int
    own: bool


class ReceivedRow(NamedTuple):
    """A message that was accepted for a number. `sms` is None before the first status report; instants are 0 before they
    happened. `vendor` is that of the phone, of a video send the carrier."""

    campaign_id: int
    campaign: str
    kind: str
    test: bool
    signature: str
    recipient_id: int
    message_id: str
    at_ms: int
    card: bool
    vendor: str
    sms: bool | None
    sms_ms: int
    sms_code: str
    exposed_ms: int
    clicked_ms: int
    replied_ms: int


@dataclass(frozen=True, slots=True)
class TraceRow:
    """One number in one campaign: how its file had it, what was decided, and what became of it.

    `row_no` 0 is a number that was typed. `verdict` names the respelling. Instants are 0 before they happened.
    """

    campaign_id: int
    campaign: str
    kind: str
    test: bool
    signature: str
    state: str
    snapshot: str
    confirmed_ms: int
    recipient_id: int
    params: str
    card: bool
    vendor: str
    decided: str
    decided_code: str
    audience_id: int
    audience: str
    sheets: str
    imported_ms: int
    row_no: int
    verdict: str
    chunk_no: int
    chunk_state: str
    chunk_outcome: str
    attempts: int
    claimed_ms: int
    settled_ms: int
    outcome: str
    code: str
    message_id: str
    answered_ms: int


@dataclass(frozen=True, slots=True)
class Repeated:
    """A row of the file that held the number again."""

    row_no: int
    raw: str


@dataclass(frozen=True, slots=True)
class OptOutRow:
    """A signature a number wants nothing more of."""

    signature: str
    at_ms: int
    source: str


class ReceiptRow(NamedTuple):
    """A receipt as the engine tells it."""

    id: int
    kind: str
    status: str
    code: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class ToldMessage:
    """What one phone got, as the engine tells it. Fields of the other kind are empty.

    `card` says whether the number's own phone shows the card; `card_sent` that it was sent one, and `card_vendors` whose
    phones would show it. `delivered_ms` 0: it is
    not there (yet); `jump_url` is where its link leads a browser, empty for the H5 page; `failed` is the code of why it never will be. `receipts` are all of this message so far, plans and taps.
    """

    message_id: str
    kind: str
    number: int
    at_ms: int
    expires_ms: int
    delivered_ms: int
    failed: str
    template: str
    params: tuple[tuple[str, str], ...]
    vendor: str = ""
    card: bool = False
    card_sent: bool = False
    card_vendors: tuple[str, ...] = ()
    text: str = ""
    link: str = ""
    carrier: str = ""
    fallback: bool = False
    title: str = ""
    sign: str = ""
    receipts: tuple[ReceiptRow, ...] = ()
    jump_url: str = ""


class PhoneGateway(Protocol):
    """The engine, as far as phones ask it. Raises Refused: gateway.unreachable, gateway.refused."""

    def told(self, message_id: str) -> ToldMessage:
        """Return what one phone got."""
        ...

    def tap(self, message_id: str, what: str, text: str = "") -> tuple[ReceiptRow, ...]:
        """Do something to a message; return the receipts it made."""
        ...

    def tap_account(self, message_id: str, kind: str, item: str, pub: str) -> bool:
        """Tap the menu, home page or a shortcut below a message; tell whether the tap counts for the bill."""
        ...


class PhoneStore(Protocol):
    """Phones, and one number's traces."""

    def phones(self, connection: Connection) -> tuple[PhoneRecord, ...]:
        """Return the phones, those that stand there from the beginning first."""
        ...

    def phone(self, connection: Connection, phone_id: int) -> PhoneRecord | None:
        """Return one phone."""
        ...

    def put(self, connection: Connection, record: PhoneRecord, at_ms: int) -> int:
        """Store a phone, a new one for id 0; return its id."""
        ...

    def delete(self, connection: Connection, phone_id: int) -> None:
        """Delete a phone."""
        ...

    def received(
        self, connection: Connection, number: int, kinds: Sequence[str], limit: int
    ) -> tuple[ReceivedRow, ...]:
        """Return what was accepted for a number, newest first."""
        ...

    def of_message(self, connection: Connection, message_id: str) -> tuple[ReceivedRow, str] | None:
        """Return one accepted message and its campaign's snapshot."""
        ...

    def mark_read(self, connection: Connection, message_id: str, at_ms: int) -> None:
        """Keep that a message was opened on a phone; the first time counts."""
        ...

    def read(self, connection: Connection, message_ids: Sequence[str]) -> frozenset[str]:
        """Return those of some messages that were opened on a phone."""
        ...

    def number_of(self, connection: Connection, campaign_id: int, recipient_id: int) -> int | None:
        """Return the number of a recipient of a campaign."""
        ...

    def traces(
        self, connection: Connection, number: int, kinds: Sequence[str], campaign_id: int, limit: int
    ) -> tuple[TraceRow, ...]:
        """Return a number's way through the campaigns, newest first; through one for a campaign's id."""
        ...

    def repeats(self, connection: Connection, audience_id: int, row_no: int) -> tuple[Repeated, ...]:
        """Return the rows of a file that held the number of a row again."""
        ...

    def opt_outs(self, connection: Connection, number: int) -> tuple[OptOutRow, ...]:
        """Return whom a number wants nothing more of."""
        ...

    def arrived(self, connection: Connection, ids: Sequence[int]) -> frozenset[int]:
        """Return those receipts that the ledger has taken."""
        ...

    def video_versions(self, connection: Connection, template_id: int) -> tuple[str, ...]:
        """Return the saved versions of a video SMS template as JSON text, newest first."""
        ...

    def numbers_of(self, connection: Connection, vendor: str, limit: int) -> tuple[tuple[int, str], ...]:
        """Return (number, campaign) of recent recipients whose phone is a vendor's, then of those nobody asked about."""
        ...
