# SPDX-License-Identifier: Apache-2.0
"""The worker's statements: what is due, claims, outcomes. Each function runs inside the caller's transaction.

Every change of a chunk is a conditional update whose condition is the move's row in the table of
`domain.send_state`; a change that finds another state changes nothing, and the caller is told.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Final

from koodesk.backend.ports.sending import CampaignWork, Job, SentRow, Settlement
from koodesk.backend.storage.stores import sending_pace
from koodesk.backend.storage.stores.late_counts import LateCounts, newly
from koodesk.backend.storage.stores.many_rows import PutRows, put_rows
from koodesk.backend.storage.stores.report_counts import counted
from koodesk.backend.storage.stores.sending_budget import FITS, over
from koodesk.backend.storage.stores.sending_delivery import adopt_strays
from koodesk.backend.storage.stores.sending_events import add_event
from koodesk.backend.storage.stores.sending_moves import close_planned
from koodesk.backend.storage.stores.sending_wave import IN_WAVE
from koodesk.domain.send_state import (
    LIVE,
    QUARANTINED,
    RECALLED,
    CampaignState,
    ChunkMove,
    ChunkState,
    chunk_sources,
    move_chunk,
)
from koodesk.domain.waves import NO_LIMIT

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

_LIVE: Final = ", ".join(f"'{state}'" for state in sorted(LIVE))

_WORK: Final = f"""
SELECT c.id, c.uuid, c.state, c.reason, c.gateway, c.gateway_class, c.promotion, c.start_at_ms, c.not_after_ms,
       c.window_start, c.window_end, c.rate,
       count(*) FILTER (WHERE k.state = 'planned' AND k.outcome <> 'quarantined'), count(*) FILTER (WHERE k.state = 'in_flight'),
       count(*) FILTER (WHERE k.state = 'unknown'), count(*) FILTER (WHERE k.state = 'cancelled'),
       count(*) FILTER (WHERE k.state = 'unknown' AND k.outcome IN ('missing', 'quarantined')),
       coalesce(sum(CASE WHEN k.state <> 'planned' THEN k.accepted + k.refused END), 0),
       coalesce(sum(CASE WHEN k.state <> 'planned' THEN k.refused END), 0),
       count(*) FILTER (WHERE k.state = 'planned' AND k.outcome = 'quarantined'),
       count(*) FILTER (WHERE k.state = 'planned' AND k.outcome <> 'quarantined' AND k.no < w.limit_no),
       coalesce(max(w.limit_no), {NO_LIMIT}), coalesce(max(w.since_ms), 0),
       count(*) FILTER (WHERE k.state = 'planned' AND k.outcome = 'restored')
FROM campaign c LEFT JOIN chunk k ON k.campaign_id = c.id LEFT JOIN campaign_wave w ON w.campaign_id = c.id
WHERE c.state IN ({_LIVE}) GROUP BY c.id ORDER BY c.id
"""  # noqa: S608 - the states are this program's own words

_CLAIM: Final = (
    (
        "UPDATE chunk SET state = ?, attempt = attempt + 1, owner = ?, claimed_ms = ?, outcome = '', not_found = 0 "
        "WHERE id = ? AND state = ? AND attempt = ? AND refused = ? AND outcome <> 'restored' "
        "AND (SELECT state FROM campaign WHERE id = chunk.campaign_id) = ? AND {fits} AND {wave}"
    )
    .replace("{fits}", FITS)
    .replace("{wave}", IN_WAVE)
)

# Two workers that reach for one chunk do not wait for each other: the second finds it locked and leaves it.
_CLAIM_SHARED: Final = _CLAIM.replace(
    "WHERE id = ?", "WHERE id = (SELECT id FROM chunk WHERE id = ? FOR UPDATE SKIP LOCKED)"
)
_STANDS: Final = "SELECT state, first_id, last_id, doubt, accepted + refused, attempt, owner, outcome FROM chunk WHERE id = ?"
_STANDS_SHARED: Final = f"{_STANDS} FOR UPDATE"
_BUDGETS: Final = "SELECT id FROM campaign WHERE id IN (SELECT campaign_id FROM campaign_budget) ORDER BY id FOR NO KEY UPDATE"

_DUE: Final = (
    "SELECT id, no, first_id, last_id, attempt, doubt, key, payload_digest, refused FROM chunk "
    "WHERE campaign_id = ? AND state = ? AND (next_ms <= ? OR next_ms > ?) "
    "AND outcome NOT IN ('missing', 'quarantined', 'restored') AND {wave} ORDER BY no LIMIT ?"
).replace("{wave}", IN_WAVE)
_ASK: Final = (
    "SELECT id, campaign_id, no, first_id, key, last_id, claimed_ms, not_found, not_found_ms FROM chunk "
    "WHERE campaign_id = ? AND state = ? AND (next_ms <= ? OR (next_ms > ? AND next_ms < ?)) AND (? = '' OR outcome = ?) "
    "ORDER BY next_ms, no LIMIT ?"
)
_LONGEST_WAIT_MS: Final = 3_600_000
"""No chunk waits longer than this for its next attempt or question, whatever a gateway asks for."""
SPREAD: Final = 16
"""Of how many times the chunks a worker wants it picks, where others pick too: neighbours rarely want the same."""

_SETTLED_AT: Final = frozenset(
    {
        ChunkMove.ACCEPT,
        ChunkMove.SPLIT,
        ChunkMove.REFUSE,
        ChunkMove.NOT_FOUND,
        ChunkMove.GIVE_UP,
        ChunkMove.COUNT_SENT,
    }
)

_ANSWERS: Final = frozenset({ChunkMove.ACCEPT, ChunkMove.SPLIT, ChunkMove.REFUSE})
_SILENT_MS: Final = 600_000
_NEVER: Final = 1 << 62
"""When a chunk that was put aside is tried again by itself."""

# Answered again (a retry, a look-up after a receipt): the first answer stands. A message id that already is somebody else's
# is no answer either: that recipient stays unknown.
_ANSWER: Final = (
    "INSERT INTO sent (recipient_id, message_id, outcome, code, at_ms) VALUES {} ON CONFLICT DO NOTHING"
)
_COLUMNS: Final = ("BIGINT", "TEXT", "TEXT", "TEXT", "BIGINT")
_ANSWER_ALONE: Final = PutRows(_ANSWER, _COLUMNS)
_ANSWER_BESIDE: Final = PutRows(newly(_ANSWER), _COLUMNS)
# Looking for a conflict takes PostgreSQL as long as writing the row: of a chunk without any answer there is none as a rule.
_ANSWER_FIRST: Final = PutRows(newly(_ANSWER.removesuffix(" ON CONFLICT DO NOTHING")), _COLUMNS)

_REST: Final = (
    "INSERT INTO sent (recipient_id, message_id, outcome, code, at_ms) "
    "SELECT id, {answer}, ?, ? FROM recipient WHERE id BETWEEN ? AND ? "
    "AND NOT EXISTS (SELECT 1 FROM sent s WHERE s.recipient_id = recipient.id)"
)
_REFUSE_REST: Final = _REST.replace("{answer}", "NULL, 'refused'")
# No message id of the gateway is known; one of ours keeps the row an acceptance, and its code says whose word it is.
_ACCEPT_REST: Final = _REST.replace("{answer}", "'decided:' || id, 'accepted'")


def _answered(connection: Connection, first_id: int, last_id: int) -> int:
    """Return how many recipients of a range have an answer."""
    count: int = connection.exec_driver_sql(
        "SELECT count(*) FROM sent WHERE recipient_id BETWEEN ? AND ?", (first_id, last_id)
    ).scalar_one()
    return count


def live(connection: Connection) -> tuple[CampaignWork, ...]:
    """Return the campaigns a worker has to do with, oldest first."""
    rows: list[list[Any]] = [list(row) for row in connection.exec_driver_sql(_WORK)]
    for row in rows:
        row[6] = bool(row[6])  # promotion; SQLite has no truth values
    beyond = over(connection) if rows else frozenset()
    return tuple(
        CampaignWork(*[*row[:19], row[0] in beyond, row[19], row[20], row[21] < NO_LIMIT, row[22], row[23]])
        for row in rows
    )


def is_shared(connection: Connection) -> bool:
    """Tell whether other workers may write beside this transaction."""
    return connection.dialect.name == "postgresql"


def due(
    connection: Connection, campaign_id: int, state: str, limit: int, now_ms: int
) -> list[Row[*tuple[Any, ...]]]:
    """Return chunks of a campaign in a state whose time has come, in their order."""
    shared = is_shared(connection)
    # What is due in hours is due now: the clock was set back since.
    values = (campaign_id, state, now_ms, now_ms + _LONGEST_WAIT_MS, limit * SPREAD if shared else limit)
    found = list(connection.exec_driver_sql(_DUE, values).fetchall())
    if len(found) <= limit:
        return found
    picked = random.sample(range(len(found)), limit)
    return [found[place] for place in sorted(picked)]


def questions(
    connection: Connection, campaign_id: int, limit: int, now_ms: int, *, recalled: bool
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return unknown chunks of a campaign, or recalled ones, that are to be asked about, those first that wait longest."""
    state, outcome = (ChunkState.PLANNED, RECALLED) if recalled else (ChunkState.UNKNOWN, "")
    values = (
        campaign_id,
        state.value,
        now_ms,
        now_ms + _LONGEST_WAIT_MS,
        _NEVER,
        outcome,
        outcome,
        limit,
    )
    return connection.exec_driver_sql(_ASK, values).fetchall()


def claim(connection: Connection, jobs: Sequence[Job], now_ms: int, owner: str) -> frozenset[int]:
    """Commit to sending: planned (or, for a retry, unknown) becomes in flight, if its campaign still runs."""
    taken: set[int] = set()
    shared = is_shared(connection)
    if shared and jobs:
        # Whether a chunk fits a budget is asked of all that left before: one at a time for campaigns that have one.
        connection.exec_driver_sql(_BUDGETS)
    for job in jobs:
        begins = sending_pace.ready(connection, job) if job.paced else {}
        if begins is None:
            continue  # another worker's chunk has not been paid for
        move = ChunkMove.RETRY if job.doubt else ChunkMove.CLAIM
        (source,) = chunk_sources(move)
        claimed = connection.exec_driver_sql(
            _CLAIM_SHARED if shared else _CLAIM,
            (
                move_chunk(source, move).value,
                owner,
                now_ms,
                job.chunk_id,
                source.value,
                job.attempt,
                job.refused,
                CampaignState.RUNNING.value,
            ),
        )
        if claimed.rowcount == 1:
            taken.add(job.chunk_id)
            sending_pace.pay(connection, job, begins)
            if job.doubt:
                add_event(
                    connection,
                    job.campaign_id,
                    now_ms,
                    "chunk.retry",
                    job.chunk_no,
                    [("attempt", job.attempt + 1)],
                )
    return frozenset(taken)


def settle(
    connection: Connection,
    settlement: Settlement,
    now_ms: int,
    late: LateCounts | None = None,
    owner: str = "",
) -> bool:
    """Write one outcome: the answers, the chunk's state and sums, and an event where something is worth telling.

    Returns False, and writes nothing, when the chunk is no longer in a state the move may start from, or a call of `owner`
    brought no answers and is not the chunk's last: it says nothing of the one that is. A transaction that others write beside
    brings its `late` counts, and puts them at its end.
    """
    row = connection.exec_driver_sql(
        _STANDS_SHARED if is_shared(connection) else _STANDS,
        (settlement.chunk_id,),
    ).one()
    state, first_id, last_id = ChunkState(row[0]), row[1], row[2]
    move = settlement.move
    if move is ChunkMove.NOT_SENT and row[3]:
        move = ChunkMove.DOUBT
    if state not in chunk_sources(move) and not settlement.attempt and row[7] == RECALLED:
        state = move_chunk(state, ChunkMove.RECALL)  # it is there after all
    if state not in chunk_sources(move):
        return False
    if settlement.attempt and not settlement.rows:
        last = row[5] == settlement.attempt and (state is not ChunkState.IN_FLIGHT or row[6] == owner)
        if not last:
            return False
    span = _written(settlement, first_id, last_id)
    with counted(connection, *span) if late is None else nullcontext():
        if settlement.rows and late is None:
            put_rows(connection, _ANSWER_ALONE, settlement.rows)
        elif settlement.rows and late is not None:
            late.add(_answer_beside(connection, settlement.rows, span, first=not row[4]))
        rest = (settlement.code, now_ms, first_id, last_id)
        for asked, answer in (
            (settlement.refuse_rest, _REFUSE_REST),
            (settlement.accept_rest, _ACCEPT_REST),
        ):
            if asked and late is None:
                connection.exec_driver_sql(answer, rest)
            elif asked and late is not None:
                late.add(connection.exec_driver_sql(newly(answer), (*rest, first_id, last_id)))
        code, next_ms = settlement.code, settlement.next_ms
        if move in _ANSWERS and _answered(connection, first_id, last_id) < last_id - first_id + 1:
            move, code, next_ms = ChunkMove.DOUBT, "missing", now_ms + _SILENT_MS
        after = move_chunk(state, move)
        adopt_strays(connection, *span, counts=late is not None)
    aside = settlement.aside and after in (ChunkState.PLANNED, ChunkState.UNKNOWN)
    why, code, next_ms = code, QUARANTINED if aside else code, _NEVER if aside else next_ms
    connection.exec_driver_sql(
        "UPDATE chunk SET state = ?, outcome = ?, owner = '', settled_ms = ?, next_ms = ?, doubt = max(doubt, ?), "
        "accepted = (SELECT count(*) FROM sent WHERE recipient_id BETWEEN first_id AND last_id AND outcome = 'accepted'), "
        "refused = (SELECT count(*) FROM sent WHERE recipient_id BETWEEN first_id AND last_id AND outcome = 'refused') "
        "WHERE id = ?",
        (
            after.value,
            code,
            now_ms if move in _SETTLED_AT else 0,
            next_ms,
            int(move is ChunkMove.DOUBT),
            settlement.chunk_id,
        ),
    )
    if after is ChunkState.PLANNED:
        # What was in flight when somebody stopped the campaign, and never left, is cancelled like the rest.
        cancel_if_stopping(connection, settlement.campaign_id, now_ms)
    if aside:
        add_event(
            connection,
            settlement.campaign_id,
            now_ms,
            "chunk.quarantined",
            settlement.chunk_no,
            [("outcome", why)],
        )
    elif move is not ChunkMove.ACCEPT or settlement.notes:
        notes = (("outcome", why), *settlement.notes)
        add_event(connection, settlement.campaign_id, now_ms, f"chunk.{move}", settlement.chunk_no, notes)
    return True


def _answer_beside(
    connection: Connection, rows: Sequence[SentRow], span: tuple[int, int], *, first: bool
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Write answers while others write; return what they add to the counts."""
    if first:
        from sqlalchemy.exc import IntegrityError  # loaded with a team's database only

        connection.exec_driver_sql("SAVEPOINT answers")
        try:
            counts = put_rows(connection, _ANSWER_FIRST, rows, *span)
        except IntegrityError:  # a message id twice, say
            connection.exec_driver_sql("ROLLBACK TO answers")
        else:
            connection.exec_driver_sql("RELEASE answers")
            return counts
    return put_rows(connection, _ANSWER_BESIDE, rows, *span)


def _written(settlement: Settlement, first_id: int, last_id: int) -> tuple[int, int]:
    """Return the range of recipients a settlement may write answers of: one, where a receipt answers for one."""
    if settlement.rows and not settlement.refuse_rest:
        ids = [row[0] for row in settlement.rows]
        return min(ids), max(ids)
    return first_id, last_id


def cancel_if_stopping(connection: Connection, campaign_id: int, now_ms: int) -> None:
    """Cancel what has not left of a campaign that somebody stopped."""
    state = connection.exec_driver_sql("SELECT state FROM campaign WHERE id = ?", (campaign_id,)).scalar_one()
    if state == CampaignState.STOPPING:
        close_planned(connection, campaign_id, ChunkMove.CANCEL, now_ms)


def adopt_orphans(connection: Connection, owner: str, now_ms: int) -> int:
    """Turn chunks that a dead worker left in flight into unknown ones; return how many.

    Where others may work beside us, dead is whose name nobody holds (`postgres.presence`).
    """
    orphans = connection.exec_driver_sql(
        "SELECT id, campaign_id, no, owner FROM chunk WHERE state = 'in_flight' AND owner <> ?", (owner,)
    ).fetchall()
    if orphans and is_shared(connection):
        from koodesk.backend.storage.postgres.presence import gone

        left = gone(connection, sorted({row[3] for row in orphans}))
        orphans = [row for row in orphans if row[3] in left]
    for chunk_id, campaign_id, number, _ in orphans:
        settle(
            connection, Settlement(chunk_id, campaign_id, number, ChunkMove.DOUBT, code="orphaned"), now_ms
        )
    return len(orphans)
