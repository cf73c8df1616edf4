# SPDX-License-Identifier: Apache-2.0
"""The states of a campaign and of a chunk, and their legal moves. The one place that knows them.

Two tables, (state, event) -> state. What is not in a table is refused with a `Problem`; nothing else in Koodesk
writes a state. Storing a move and its event row is the ledger's matter.

The bucket of a recipient is no state of its own: it follows from three facts (`bucket_of`), so it cannot disagree with
them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from koodesk.domain.problem import Refused, problem


class CampaignState(StrEnum):
    """Where a campaign stands.

    SCHEDULED: confirmed, waits for its time or for a worker. RUNNING: chunks leave. PAUSED: nothing new leaves.
    STOPPING: what had not left is cancelled, what is in flight is awaited. UNCLEAR: nothing is left to send, but some
    outcomes are unknown. NEEDS_DECISION: a person must say go or stop (`reason` says why). FINISHED: nothing pending,
    in flight or unknown. STOPPED: the same after a stop.
    """

    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    UNCLEAR = "unclear"
    NEEDS_DECISION = "needs_decision"
    FINISHED = "finished"
    STOPPED = "stopped"


class CampaignMove(StrEnum):
    """What may happen to a campaign."""

    START = "start"
    ASK = "ask"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    DRAIN = "drain"
    FINISH = "finish"
    END = "end"


_C = CampaignState
_M = CampaignMove

CAMPAIGN_MOVES: Final[dict[tuple[CampaignState, CampaignMove], CampaignState]] = {
    (_C.SCHEDULED, _M.START): _C.RUNNING,
    (_C.SCHEDULED, _M.ASK): _C.NEEDS_DECISION,
    (_C.SCHEDULED, _M.PAUSE): _C.PAUSED,
    (_C.SCHEDULED, _M.STOP): _C.STOPPING,
    (_C.RUNNING, _M.ASK): _C.NEEDS_DECISION,
    (_C.RUNNING, _M.PAUSE): _C.PAUSED,
    (_C.RUNNING, _M.STOP): _C.STOPPING,
    (_C.RUNNING, _M.DRAIN): _C.UNCLEAR,
    (_C.RUNNING, _M.FINISH): _C.FINISHED,
    (_C.PAUSED, _M.RESUME): _C.SCHEDULED,
    (_C.PAUSED, _M.ASK): _C.NEEDS_DECISION,
    (_C.PAUSED, _M.STOP): _C.STOPPING,
    (_C.PAUSED, _M.FINISH): _C.FINISHED,
    (_C.NEEDS_DECISION, _M.RESUME): _C.SCHEDULED,
    (_C.NEEDS_DECISION, _M.STOP): _C.STOPPING,
    (_C.STOPPING, _M.DRAIN): _C.UNCLEAR,
    (_C.STOPPING, _M.END): _C.STOPPED,
    (_C.STOPPING, _M.FINISH): _C.FINISHED,  # everything had left before the stop
    (_C.UNCLEAR, _M.RESUME): _C.SCHEDULED,  # a person sends again what was put aside
    (_C.UNCLEAR, _M.FINISH): _C.FINISHED,
    (_C.UNCLEAR, _M.END): _C.STOPPED,
}

LIVE: Final = frozenset({_C.SCHEDULED, _C.RUNNING, _C.PAUSED, _C.STOPPING, _C.UNCLEAR})
"""States in which a worker has something to do or to wait for."""

CREATING: Final = "creating"
"""The mark of a campaign that is being written, slice by slice: no state of a campaign, and shown to nobody. When all
of it is there it becomes SCHEDULED; what a crash leaves is removed."""

RESTORED_ASKS: Final = (_C.SCHEDULED, _C.RUNNING, _C.PAUSED)
"""States out of which something would still leave: in an old copy of a ledger it may have left, and a person is asked."""

OVER: Final = frozenset({_C.FINISHED, _C.STOPPED})
"""States that nothing leaves."""


CERTIFIED: Final = frozenset({*OVER, _C.UNCLEAR})
"""States with a certificate: nothing leaves any more. One with unknown outcomes says so."""


def move_campaign(state: CampaignState, move: CampaignMove) -> CampaignState:
    """Return the state after a move. Raises Refused (campaign.illegal_move) when the table has no such move."""
    after = CAMPAIGN_MOVES.get((state, move))
    if after is None:
        raise Refused(problem("campaign.illegal_move", state=state.value, move=move.value))
    return after


class ChunkState(StrEnum):
    """Where a chunk stands.

    PLANNED: nothing has left. IN_FLIGHT: the intent is committed; bytes may have left. ACCEPTED, PARTLY, REFUSED: every
    member has an answer. UNKNOWN: some member has none, and nobody on this side can know. CANCELLED, EXPIRED: it never
    left and never will.
    """

    PLANNED = "planned"
    IN_FLIGHT = "in_flight"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class ChunkMove(StrEnum):
    """What may happen to a chunk.

    NOT_SENT is only for a chunk about which there has never been a doubt: once an attempt was unclear, a later "not
    sent" says nothing about that attempt, and the chunk goes back to UNKNOWN (DOUBT).
    """

    CLAIM = "claim"
    ACCEPT = "accept"
    SPLIT = "split"
    REFUSE = "refuse"
    NOT_SENT = "not_sent"
    DOUBT = "doubt"
    RETRY = "retry"
    NOT_FOUND = "not_found"
    GIVE_UP = "give_up"
    COUNT_SENT = "count_sent"
    WITHHOLD = "withhold"
    CANCEL = "cancel"
    EXPIRE = "expire"
    RECALL = "recall"


_K = ChunkState
_V = ChunkMove

CHUNK_MOVES: Final[dict[tuple[ChunkState, ChunkMove], ChunkState]] = {
    (_K.PLANNED, _V.CLAIM): _K.IN_FLIGHT,
    (_K.PLANNED, _V.CANCEL): _K.CANCELLED,
    (_K.PLANNED, _V.WITHHOLD): _K.REFUSED,  # every member opted out after the confirmation
    (_K.PLANNED, _V.EXPIRE): _K.EXPIRED,
    (_K.PLANNED, _V.RECALL): _K.UNKNOWN,  # the ledger was an older copy, and the gateway knows the key
    (_K.IN_FLIGHT, _V.ACCEPT): _K.ACCEPTED,
    (_K.IN_FLIGHT, _V.SPLIT): _K.PARTLY,
    (_K.IN_FLIGHT, _V.REFUSE): _K.REFUSED,
    (_K.IN_FLIGHT, _V.NOT_SENT): _K.PLANNED,
    (_K.IN_FLIGHT, _V.DOUBT): _K.UNKNOWN,
    (_K.UNKNOWN, _V.RETRY): _K.IN_FLIGHT,  # gateways that keep keys only
    (_K.UNKNOWN, _V.ACCEPT): _K.ACCEPTED,
    (_K.UNKNOWN, _V.SPLIT): _K.PARTLY,
    (_K.UNKNOWN, _V.REFUSE): _K.REFUSED,
    (_K.UNKNOWN, _V.DOUBT): _K.UNKNOWN,
    (_K.UNKNOWN, _V.NOT_FOUND): _K.REFUSED,  # looked up twice, far enough apart: it never arrived
    (_K.PLANNED, _V.GIVE_UP): _K.REFUSED,  # put aside, and a person said that it is not to be sent
    (_K.UNKNOWN, _V.GIVE_UP): _K.REFUSED,  # a person said that it counts as not sent
    (
        _K.UNKNOWN,
        _V.COUNT_SENT,
    ): _K.PARTLY,  # a person said that it counts as sent, without the gateway's answer
}

QUARANTINED: Final = "quarantined"
"""The outcome of a chunk whose calls broke again and again while others were answered: it is put aside, where it stands, and
nothing of it leaves until a person says so."""

RECALLED: Final = "restored"
"""The outcome of a planned chunk that may have left without the ledger knowing, which was an older copy: nothing of it leaves, is
cancelled or expires until the gateway was asked under its key."""

SETTLED: Final = frozenset({_K.ACCEPTED, _K.PARTLY, _K.REFUSED, _K.CANCELLED, _K.EXPIRED})
"""Chunk states that nothing leaves."""


def move_chunk(state: ChunkState, move: ChunkMove) -> ChunkState:
    """Return the state after a move. Raises Refused (chunk.illegal_move) when the table has no such move."""
    after = CHUNK_MOVES.get((state, move))
    if after is None:
        raise Refused(problem("chunk.illegal_move", state=state.value, move=move.value))
    return after


def chunk_sources(move: ChunkMove) -> tuple[ChunkState, ...]:
    """Return the states a move may start from, in declaration order: the condition of a conditional update."""
    return tuple(state for (state, event) in CHUNK_MOVES if event is move)


class Bucket(StrEnum):
    """Where one imported row stands: in exactly one of these, and their sum is the import."""

    INVALID = "invalid"
    DUPLICATE = "duplicate"
    OPTED_OUT = "opted_out"
    NOT_ELIGIBLE = "not_eligible"
    PENDING = "pending"
    IN_FLIGHT = "in_flight"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


_BY_CHUNK: Final[dict[ChunkState, Bucket]] = {
    _K.PLANNED: Bucket.PENDING,
    _K.IN_FLIGHT: Bucket.IN_FLIGHT,
    _K.UNKNOWN: Bucket.UNKNOWN,
    # A settled chunk has an answer for every member; should one be missing, the honest word is "unknown".
    _K.ACCEPTED: Bucket.UNKNOWN,
    _K.PARTLY: Bucket.UNKNOWN,
    _K.REFUSED: Bucket.UNKNOWN,
    _K.CANCELLED: Bucket.CANCELLED,
    _K.EXPIRED: Bucket.EXPIRED,
}


def bucket_of(decided: Bucket, chunk: ChunkState, answer: Bucket | None) -> Bucket:
    """Return the bucket of a recipient from the decision at confirmation, its chunk's state and its own answer.

    An answer of the gateway outweighs the chunk's state; rows that were never to be sent keep their decision.
    """
    if decided is not Bucket.PENDING:
        return decided
    return answer if answer is not None else _BY_CHUNK[chunk]
