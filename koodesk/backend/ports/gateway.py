# SPDX-License-Identifier: Apache-2.0
"""What sending and clearing need from the other side of the wire: the local engine today, the real cloud later.

A gateway translates; it decides nothing. In particular it never repeats a call by itself: whether an unclear outcome
may be tried again is a question of the gateway's class, and `koodesk.backend.sending` answers it.

    Outcome = Answered | RefusedWhole | NotSent | Unknown        what became of one call
    LookUp  = Found | NotFound | Unclear                          what a later question about it says
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

from koodesk.backend.ports.faults import FaultsInForce
from koodesk.domain.fault_script import FaultScript
from koodesk.domain.quiet_hours import ANY_TIME, Window


class GatewayClass(StrEnum):
    """What a gateway lets us promise (docs/decisions/0030-exactly-once.md).

    IDEMPOTENT: a key is kept; the same key and bytes give the first answer. Effectively once.
    LISTABLE: no key, but a task can be found again by its unique name. At most once by itself, then looked up.
    BLIND: neither. At most once; an unclear chunk waits for a status report or a person.
    """

    IDEMPOTENT = "idempotent"
    LISTABLE = "listable"
    BLIND = "blind"


# --- sending ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Batch:
    """One call's worth of recipients, frozen: a repeat sends the very same bytes.

    `payload` is the canonical JSON of docs/architecture.md (POST /engine/v1/batches); a gateway with another wire
    format derives its own from it, deterministically. `digest` is the payload's hex SHA-256. `numbers` are the
    recipients in payload order; answers are matched by number, never by position. `hours` are those the call may be
    accepted in: a gateway whose clock has a speed holds to them itself.
    """

    key: str
    payload: bytes
    digest: str
    numbers: tuple[int, ...]
    hours: Window = ANY_TIME

    @classmethod
    def of(cls, key: str, payload: bytes, numbers: tuple[int, ...]) -> Batch:
        """Build a batch and its digest."""
        return cls(key, payload, hashlib.sha256(payload).hexdigest(), numbers)


class NumberResult(NamedTuple):
    """What the gateway said about one number: accepted with a message id, or refused with a code.

    A named tuple, not a dataclass: there is one a recipient, and it is made five times as fast.
    """

    number: int
    accepted: bool
    message_id: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """The gateway answered for the recipients one by one; not necessarily for all of them, nor in our order."""

    results: tuple[NumberResult, ...]


@dataclass(frozen=True, slots=True)
class RefusedWhole:
    """The gateway read the call and refused all of it: nothing was accepted, and the same call would fail again."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class NotSent:
    """Certainly nothing was accepted (the connection was refused, or the gateway says it did not take the call), and
    the same call may succeed later."""

    code: str
    retry_after_ms: int = 0


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody on this side can know: a read timeout, a reset after the request, 502/504, an answer that cannot be
    read. `code` says which."""

    code: str


Outcome = Answered | RefusedWhole | NotSent | Unknown


@dataclass(frozen=True, slots=True)
class Found:
    """The gateway knows the call: its first answer."""

    results: tuple[NumberResult, ...]


@dataclass(frozen=True, slots=True)
class NotFound:
    """The gateway does not know the call (now; it may still be arriving)."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """The question itself failed; ask again."""

    code: str


LookUp = Found | NotFound | Unclear


class ReceiptKind(StrEnum):
    """What a receipt reports. SMS: delivery of the text message; SHORTCHAIN: the handset resolved the link."""

    SMS = "sms"
    SHORTCHAIN = "shortchain"
    EXPOSED = "exposed"
    CLICKED = "clicked"
    REPLY = "reply"


class Receipt(NamedTuple):
    """One status report. `id` is the gateway's own, unique and growing. `status` "0" is success for SMS and
    SHORTCHAIN, any other value a failure that `code` explains; for REPLY `status` is the text. `key` and `number` are
    filled by gateways whose reports name the call and the phone instead of a message id known from the answer."""

    id: int
    message_id: str
    kind: str
    status: str
    code: str
    at_ms: int
    key: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """Receipts after a cursor, in the gateway's order; `next` is the cursor that continues.

    `last` is where the gateway's list ends, None when it does not say: below the cursor it is another list.
    `unreadable` counts receipts of the page that nobody could read.
    """

    items: tuple[Receipt, ...]
    next: int
    last: int | None = None
    unreadable: int = 0


class GatewayClock(NamedTuple):
    """A reading of a gateway's clock, and how many seconds it runs in a second of real time."""

    now_ms: int
    speed: int = 1


class SendGateway(Protocol):
    """Sends batches and reports what became of them. Safe to use from several threads."""

    @property
    def name(self) -> str:
        """Return the name kept with each campaign, for example "local"."""
        ...

    @property
    def klass(self) -> GatewayClass:
        """Return what this gateway lets us promise."""
        ...

    @property
    def max_chunk(self) -> int:
        """Return the most recipients of one call."""
        ...

    def now_ms(self) -> int:
        """Return the gateway's clock. Raises Refused (gateway.unreachable) when it cannot be asked."""
        ...

    def reading(self) -> GatewayClock:
        """Return the gateway's clock and its speed. Raises Refused as `now_ms` does."""
        ...

    def send(self, batch: Batch) -> Outcome:
        """Make the one call; never raises for anything the other side or the network does."""
        ...

    def look_up(self, key: str) -> LookUp:
        """Ask what became of a call."""
        ...

    def receipts(self, after: int, limit: int) -> ReceiptPage:
        """Return receipts with an id above `after`. Raises Refused (gateway.unreachable)."""
        ...

    def capability(self, numbers: Sequence[int], template_id: str) -> Mapping[int, str]:
        """Return the vendor per number, "" for a number that cannot show the card. Raises Refused."""
        ...


# --- clearing --------------------------------------------------------------------------------------------------


class ReviewKind(StrEnum):
    """What can be reviewed."""

    FILING = "filing"
    SMS_APP = "sms_app"
    SMS_SIGNATURE = "sms_signature"
    SMS_TEMPLATE = "sms_template"
    CARD = "card"
    VIDEO_SIGNATURE = "video_signature"
    VIDEO_TEMPLATE = "video_template"
    DOMAIN = "domain"
    JUMP_URL = "jump_url"
    PUB = "pub"
    SA_MENU = "sa_menu"
    SA_HOME = "sa_home"
    SA_PORT = "sa_port"
    SA_SHORTCUT = "sa_shortcut"


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


# --- the local engine itself -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a running engine is reached; the key signs every request and lives as long as the process."""

    url: str
    pid: int
    key: str
    version: str


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """The engine at a glance. `now_ms` is its clock, `offset_ms` how far that is ahead of real time, `speed` how many
    seconds it runs in one; `faults` how many rules of a fault script are in force.

    The reviewers' hours: `day` (workday, weekend, holiday, makeup: a weekend that is worked), `announced` whether this
    year's holidays are known, `open` whether they are at work, and `opens_ms` when they are next.
    """

    version: str
    pid: int
    now_ms: int
    offset_ms: int
    reviewer: str
    reviews: int
    messages: int
    receipts: int
    day: str = ""
    announced: bool = True
    open: bool = True
    opens_ms: int = 0
    speed: int = 1
    faults: int = 0


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """The seeded model of phones and faults, as GET/PUT /engine/v1/settings. Shares are 0..1.

    `video_silent` is the share of video SMS nobody ever reports about.
    `lost_answers` and `busy` are faults: batches accepted without an answer, and batches turned away.
    """

    reviewer: str
    seed: int
    vendor_mix: tuple[tuple[str, float], ...]
    delivered: float
    resolved: float
    exposed: float
    clicked: float
    duplicate_receipts: float
    out_of_order: float
    receipt_delay_ms: int
    replied: float = 0.004
    quiet_hours: bool = True
    lost_answers: float = 0.0
    busy: float = 0.0
    video_silent: float = 0.01


class EngineAdmin(Protocol):
    """What only a local engine has: a clock that runs forward and settings. Raises Refused."""

    def status(self) -> EngineStatus:
        """Return the engine at a glance."""
        ...

    def forward(self, forward_ms: int) -> int:
        """Run the engine's clock forward; return the new now in ms."""
        ...

    def set_speed(self, speed: int) -> GatewayClock:
        """Let the engine's clock run at a speed from now on; return the clock."""
        ...

    def settings(self) -> EngineSettings:
        """Return the settings in force."""
        ...

    def change(self, settings: EngineSettings) -> EngineSettings:
        """Put settings in force and return them."""
        ...

    def faults(self) -> FaultsInForce:
        """Return the fault script in force, and since when it is."""
        ...

    def put_faults(self, script: FaultScript) -> FaultScript:
        """Put a fault script in force from now on, an empty one to end it; return it."""
        ...

    def message(self, message_id: str) -> Mapping[str, object]:
        """Return what one phone got: short_url, expires_ms, vendor, sms_text and more."""
        ...
