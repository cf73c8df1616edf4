# SPDX-License-Identifier: Apache-2.0
"""What sending needs from storage: the ledger, one short transaction a method.

The ledger is split by who asks. `Planning` is what the campaign service writes when a person confirms; `Dispatching`
is what the one worker does; `Inbox` takes receipts. What screens read is `koodesk.backend.sending.reading`, because it
speaks in views. One store implements all of them. No method calls a gateway, and no gateway call happens inside a method.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from koodesk.backend.ports.gateway import Batch, Receipt
from koodesk.backend.ports.guarding import Guarding
from koodesk.backend.ports.progress import Cancel, Report, never, silent
from koodesk.domain.send_draft import Draft
from koodesk.domain.send_state import CampaignMove, ChunkMove

# --- planning --------------------------------------------------------------------------------------------------


class Planning(Protocol):
    """From a prepared confirmation to a campaign with its chunks."""

    def save_confirmation(self, digest: str, draft: Draft, snapshot: str, at_ms: int) -> None:
        """Keep what a person is looking at, so that confirming needs its digest only."""
        ...

    def confirmation(self, digest: str) -> tuple[Draft, str, int | None]:
        """Return draft, snapshot and, once confirmed, the campaign's id. Raises Refused (campaign.not_prepared)."""
        ...

    def create(
        self,
        digest: str,
        snapshot: str,
        at_ms: int,
        by: str,
        progress: Report = silent,
        cancel: Cancel = never,
    ) -> int:
        """Write campaign, recipients and chunks in short slices, visible all at once at the end; return the id.

        Confirming a digest again returns the same campaign. Raises Refused: campaign.changed when the audience holds
        other numbers than the snapshot counts, campaign.cancelled; then nothing is left of it.
        """
        ...

    def create_test(self, snapshot: str, recipients: Sequence[tuple[int, str]], at_ms: int, by: str) -> int:
        """The same for a test send: the recipients are given as (number, JSON of parameters).

        Raises Refused (campaign.test.opted_out).
        """
        ...


# --- dispatching -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CampaignWork:
    """A live campaign as the dispatcher sees it. Instants on the gateway's clock.

    `planned`, `in_flight`, `unknown`, `cancelled` and `silent` count chunks; `silent` are the unknown ones whose
    answer left recipients out, so that asking again gives the same. `answered` and `refused` count recipients.
    `over_budget`: its next chunk might cost more than is left of its budget.

    `aside` counts planned chunks that were put aside; `planned` is without them, and `silent` counts unknown ones among others.
    `wave_limited`: later waves may not leave yet; `wave_planned` are the planned chunks of those that may, `wave_since_ms` is
    since when the campaign is held between two waves, 0 while it is not. `recalled` counts planned chunks that are looked up before
    they may leave.
    """

    id: int
    uuid: str
    state: str
    reason: str
    gateway: str
    gateway_class: str
    promotion: bool
    start_at_ms: int
    not_after_ms: int
    window_start: int
    window_end: int
    rate: int
    planned: int
    in_flight: int
    unknown: int
    cancelled: int
    silent: int
    answered: int
    refused: int
    over_budget: bool = False
    aside: int = 0
    wave_planned: int = 0
    wave_limited: bool = False
    wave_since_ms: int = 0
    recalled: int = 0


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A campaign's budget (0: none), what of it is committed, what the whole campaign may cost at most, and whether its
    next chunk would go beyond. Thousandths of a fen."""

    amount: int
    committed: int
    most: int
    reached: bool


@dataclass(frozen=True, slots=True)
class Job:
    """A chunk that may be sent or asked about: its batch, and what is known of earlier attempts.

    `doubt` is true once an attempt was unclear: from then on "not sent" says nothing about that attempt. `withheld` are
    the members (recipient ids) that opted out before anything left and are not in the batch; `refused` counts the
    members that have a refusal, these among them, as the job found it. `paced` are the rates it has to keep with what it costs of
    each: (scope, most a second, messages), in the order of the scopes; `real_ms` is then when it was chosen, by this machine's clock.
    """

    chunk_id: int
    campaign_id: int
    chunk_no: int
    first_id: int
    attempt: int
    doubt: bool
    batch: Batch
    withheld: frozenset[int] = frozenset()
    refused: int = 0
    paced: tuple[tuple[str, int, int], ...] = ()
    real_ms: int = 0


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """An unknown chunk: when it was sent and how often it was not found. `numbers` leaves out the `withheld`. One that was `recalled`
    is planned, and waits for the answer since a person said go on."""

    chunk_id: int
    campaign_id: int
    chunk_no: int
    first_id: int
    key: str
    numbers: tuple[int, ...]
    claimed_ms: int
    not_found: int
    not_found_ms: int
    withheld: frozenset[int] = frozenset()
    recalled: bool = False


class SentRow(NamedTuple):
    """One `sent` row: the answer for one recipient. `message_id` is None for a refusal."""

    recipient_id: int
    message_id: str | None
    outcome: str
    code: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a chunk, ready to be written: the move, the answers it brings, and a word for the event log.

    `next_ms` is the earliest instant of the next attempt or look-up; `notes` are numbers for the event. `refuse_rest` and
    `accept_rest` say what members without an answer count as, the latter by a person's word alone and without a message id
    of the gateway. `against` are acceptances of members that the desk has answered for itself: they contradict it. `aside` puts a chunk that has no answer aside. `attempt` is the call it is about, by its number among those of
    the chunk; 0 for what no call says: a look-up, a receipt, a person.
    """

    chunk_id: int
    campaign_id: int
    chunk_no: int
    move: ChunkMove
    rows: tuple[SentRow, ...] = ()
    code: str = ""
    next_ms: int = 0
    refuse_rest: bool = False
    notes: tuple[tuple[str, int | str], ...] = ()
    accept_rest: bool = False
    aside: bool = False
    attempt: int = 0
    against: tuple[Receipt, ...] = ()


class Dispatching(Guarding, Protocol):
    """The worker's side. All conditional: a claim that another holder of the ledger made first is simply not made."""

    @property
    def shared(self) -> bool:
        """Whether other workers may send from the same ledger at the same time."""
        ...

    def live(self) -> tuple[CampaignWork, ...]:
        """Return the campaigns a worker has to do with, oldest first."""
        ...

    def sound(self, campaign_id: int) -> bool:
        """Tell whether everything of a campaign that may still leave is what was confirmed, payloads and keys included."""
        ...

    def jobs(self, campaign_id: int, state: str, limit: int, now_ms: int) -> tuple[Job, ...]:
        """Return the next chunks of a campaign in a state (planned or unknown) whose time has come, payload built.

        Raises Refused (campaign.changed) when a payload no longer has the digest it was planned with.
        """
        ...

    def questions(
        self, campaign_id: int, limit: int, now_ms: int, *, recalled: bool = False
    ) -> tuple[OpenQuestion, ...]:
        """Return unknown chunks, or those that were recalled, whose next look-up is due."""
        ...

    def not_there(self, chunk_id: int, campaign_id: int, at_ms: int) -> None:
        """A recalled chunk has not left: it may now, or is cancelled with the rest of a campaign that was stopped."""
        ...

    def turn(
        self,
        settled: Sequence[Settlement],
        claims: Sequence[Job],
        now_ms: int,
        owner: str,
        reached: int | None = None,
    ) -> frozenset[int]:
        """Write outcomes and new intents in one durable commit; return the chunk ids that were claimed.

        A claim holds only if the chunk is still where the job found it, its campaign is still running and what left before it has been
        paid for at its rates. Where calls cannot be
        told from their repeats, claims raise the generation in the same commit: from `reached`, which the worker knows it was.
        Raises Refused (worker.older), and claims nothing, when it is less by now, or the database took another's place.
        """
        ...

    def looked_up(
        self, chunk_id: int, answer: str, times: int, since_ms: int, next_ms: int, at_ms: int
    ) -> None:
        """Keep what a look-up said that settled nothing, how often "not found" counts since when, and when to ask again."""
        ...

    def adopt_orphans(self, owner: str, now_ms: int) -> int:
        """Turn every in-flight chunk of a worker that is gone into an unknown one. Of a ledger that is not `shared` that is
        every one: for the holder of the worker lock, at its start."""
        ...

    def move(
        self,
        campaign_id: int,
        move: CampaignMove,
        at_ms: int,
        reason: str = "",
        by: str = "",
        note: str = "",
        only_from: frozenset[str] | None = None,
    ) -> bool:
        """Move a campaign and write its event row. A stop cancels what is planned, in the same commit.

        Returns False when the campaign is not in one of `only_from`. Raises Refused (campaign.illegal_move).
        """
        ...

    def expire(self, campaign_id: int, at_ms: int) -> int:
        """Expire what is still planned; return how many chunks."""
        ...

    def set_rate(self, campaign_id: int, rate: int, at_ms: int, by: str) -> None:
        """Change how many messages a second may leave; it counts from the next chunk."""
        ...

    def budget(self, campaign_id: int) -> BudgetRow:
        """Return a campaign's budget and what of it is committed."""
        ...

    def raise_budget(self, campaign_id: int, amount: int, at_ms: int, by: str) -> None:
        """Allow a campaign to cost more; a row with who and when. Raises Refused (campaign.budget.*)."""
        ...

    def note(
        self, campaign_id: int, at_ms: int, code: str, params: Sequence[tuple[str, int | str]] = ()
    ) -> None:
        """Write an event row that is no move."""
        ...

    def fence(self, seen: int, place: str) -> tuple[str, int, bool]:
        """Take the next generation; return (workspace id, generation, whether the file and place agree with it)."""
        ...

    def standing(self) -> tuple[str, int]:
        """Return the workspace's id and its generation."""
        ...


class Inbox(Protocol):
    """Receipts come in here."""

    def receives(self, gateway: str) -> bool:
        """Tell whether this process is the one that reads a gateway's receipts: of many workers one does."""
        ...

    def receives_no_more(self, gateway: str) -> None:
        """Let another process read a gateway's receipts."""
        ...

    def cursor(self, gateway: str) -> int:
        """Return the gateway's cursor up to which receipts are stored."""
        ...

    def ready(self, receipts: Sequence[Receipt]) -> Sequence[Receipt]:
        """Return the same receipts after what taking them needs and the database does not: for a thread that waits for nothing."""
        ...

    def take(self, gateway: str, receipts: Sequence[Receipt], next_cursor: int) -> int:
        """Store receipts and what they add up to, move the cursor, in one commit; return how many were new."""
        ...

    def rewind(self, gateway: str) -> None:
        """Put the gateway's cursor back to the start, because its list is another one now; write an event where live
        campaigns are concerned."""
        ...

    def strays(self) -> int:
        """Return how many receipts belong to no message we know (yet)."""
        ...
