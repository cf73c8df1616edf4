# SPDX-License-Identifier: Apache-2.0
"""Whether a campaign still is what was confirmed, looked at before anything of it leaves and again by each new worker.

A disk may change a bit, and a file may come from elsewhere. The snapshot and the plan have digests; the chunks have to cut
the recipients as the snapshot says, with the keys that follow from it (another key would be a second acceptance), and each
payload that may still leave has to have the digest it was planned with. All of it is read, in short reads: a fault in the
last chunk must be known before the first one has left.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores import sending_plan
from koodesk.backend.storage.stores.chunk_text import different
from koodesk.domain.campaign import (
    Snapshot,
    chunk_key,
    decode,
    digest_of,
    payload_frame,
)
from koodesk.domain.problem import Refused
from koodesk.domain.send_state import ChunkState

if TYPE_CHECKING:
    from sqlalchemy import Connection

_AT_ONCE: Final = 10_000
"""Recipients of one read."""

_STATES: Final = frozenset(state.value for state in ChunkState)
_MAY_LEAVE: Final = frozenset(
    (ChunkState.PLANNED.value, ChunkState.IN_FLIGHT.value, ChunkState.UNKNOWN.value)
)

_FROZEN: Final = (
    "uuid",
    "gateway",
    "gateway_class",
    "signature",
    "promotion",
    "fallback",
    "kind",
    "test",
    "chunk_size",
    "window_start",
    "window_end",
    "imported",
    "invalid",
    "duplicate",
    "opted_out",
    "not_eligible",
)
"""Columns that repeat the snapshot: what hours are kept, what class of gateway this is and what the buckets add up to is
read from them."""


def is_sound(database: Database, campaign_id: int) -> bool:
    """Tell whether everything of a campaign that may still leave is what was confirmed. What cannot be read is not.

    Raises Refused for a database that is busy or cannot be reached: that says nothing of the campaign.
    """
    try:
        with ThreadPoolExecutor(
            1, "tables"
        ) as beside:  # neither holds the interpreter: half the time on two cores
            whole = beside.submit(_is_whole, database)
            return _is_same(database, campaign_id) and whole.result()
    except Refused as refusal:
        if any(problem.code == "storage.damaged" for problem in refusal.problems):
            return False
        raise
    except (ValueError, TypeError, KeyError):
        return False  # a text that is no JSON, a number that is none: nothing that we have written


def _is_same(database: Database, campaign_id: int) -> bool:
    with database.read() as connection:
        snapshot = _snapshot(connection, campaign_id)
        chunks = _chunks(connection, campaign_id, snapshot) if snapshot is not None else None
    if snapshot is None or chunks is None:
        return False
    frame = payload_frame(snapshot)
    size = max(1, _AT_ONCE // max(1, snapshot.chunk_size))
    for start in range(0, len(chunks), size):
        with database.read() as connection:
            if different(connection, frame, campaign_id, chunks[start : start + size]):
                return False
    return True


def _is_whole(database: Database) -> bool:
    """Tell whether the tables a send reads agree with their indexes. A server looks after its own."""
    if database.shared:
        return True
    with database.read() as connection:
        return all(
            connection.exec_driver_sql(f"PRAGMA integrity_check({table})").scalars().all() == ["ok"]
            for table in ("campaign", "chunk", "recipient")
        )


def _snapshot(connection: Connection, campaign_id: int) -> Snapshot | None:
    """Return the snapshot that was confirmed, None when it or what repeats it is another now."""
    digest, text, plan, *repeated = connection.exec_driver_sql(
        f"SELECT digest, snapshot, plan_digest, {', '.join(_FROZEN)} FROM campaign WHERE id = ?",  # noqa: S608 - our own names
        (campaign_id,),
    ).one()
    if digest_of(text) != digest or sending_plan.plan_digest(connection, campaign_id) != plan:
        return None
    snapshot = decode(text)
    told = [getattr(snapshot, name) for name in _FROZEN]
    return snapshot if told == repeated else None


def _chunks(
    connection: Connection, campaign_id: int, snapshot: Snapshot
) -> list[tuple[int, int, str]] | None:
    """Return (first id, last id, digest) of the chunks that may still leave, None when they are not cut as planned."""
    following: int = connection.exec_driver_sql(
        "SELECT first_id FROM campaign WHERE id = ?", (campaign_id,)
    ).scalar_one()
    end = following + snapshot.to_send
    size, left = max(1, snapshot.chunk_size), []
    rows = connection.exec_driver_sql(
        "SELECT no, first_id, last_id, members, key, state, payload_digest FROM chunk WHERE campaign_id = ? ORDER BY no",
        (campaign_id,),
    )
    for place, (number, first_id, last_id, members, key, state, digest) in enumerate(rows):
        cut = (place, following, min(end, following + size) - 1, min(end, following + size) - following)
        if (number, first_id, last_id, members) != cut or state not in _STATES:
            return None
        if key != chunk_key(snapshot.uuid, number):
            return None
        if state in _MAY_LEAVE:
            left.append((first_id, last_id, digest))
        following = last_id + 1
    return left if following == end else None
