# SPDX-License-Identifier: Apache-2.0
"""What sending needs from the other side of the wire: the local engine or the real cloud.

A gateway translates; it decides nothing. In particular it never repeats a call by itself: whether an unclear outcome
may be tried again is a question of the gateway's class, and `koodesk.backend.sending` answers it.

    Outcome = Answered | RefusedWhole | NotSent | Unknown        what became of one call
    LookUp  = Found | NotFound | Unclear                          what a later question about it says

What clearing needs is `review_gateway`, what only a local engine has is `engine`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

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


OTHER_BYTES: Final = "KD.IDEMPOTENCY_MISMATCH"
"""The code of an unknown outcome whose key the gateway keeps with other bytes: what came first, it can be asked."""

Outcome = Answered | RefusedWhole | NotSent | Unknown


@dataclass(frozen=True, slots=True)
class Found:
    """The gateway knows the call: its first answer. One that tells how many it took and not whom names its task by `everyone` and the
    number by `counted`: where that is the call's own, everybody was accepted; where it is not, nobody is known to be."""

    results: tuple[NumberResult, ...]
    everyone: str = ""
    counted: int = 0

    def of(self, numbers: Sequence[int]) -> tuple[NumberResult, ...]:
        """Return the answer laid on the numbers of the call."""
        if not self.everyone:
            return self.results
        if self.counted != len(numbers):
            return ()
        return tuple(NumberResult(number, True, f"{self.everyone}:{number}") for number in numbers)


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

    items: Sequence[Receipt]
    next: int
    last: int | None = None
    unreadable: int = 0


class GatewayClock(NamedTuple):
    """A reading of a gateway's clock, and how many seconds it runs in a second of real time. Where the gateway has none of its
    `own` that can be asked, this machine's stands for it, which somebody may move."""

    now_ms: int
    speed: int = 1
    own: bool = True


class Promise(NamedTuple):
    """What a gateway promises of one kind of campaign, and the most recipients of one call of it."""

    klass: GatewayClass
    max_chunk: int


class SendGateway(Protocol):
    """Sends batches and reports what became of them. Safe to use from several threads."""

    @property
    def name(self) -> str:
        """Return the name kept with each campaign, for example "local"."""
        ...

    @property
    def klass(self) -> GatewayClass:
        """Return what this gateway lets us promise of most kinds."""
        ...

    def promise(self, kind: str) -> Promise:
        """Return what it promises of a kind of campaign (`domain.campaign.CampaignKind`)."""
        ...

    @property
    def max_chunk(self) -> int:
        """Return the most recipients of one call."""
        ...

    @property
    def video_fallback(self) -> bool:
        """Return whether one call can carry cards and, for who cannot see them, a video SMS."""
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
