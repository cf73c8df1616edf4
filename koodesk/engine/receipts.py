# SPDX-License-Identifier: Apache-2.0
"""The receipt feed: an endless numbered list that is stored as slices of the batches' plans.

When somebody reads past the end, what has fallen due since is appended as *segments* (batch, start, length): one small
row per batch and read instead of a row per receipt. A batch is looked at twice a second at most. A number once given
out always means the same receipt, whatever is killed in between. Out of order and twice is what the plans hold on
purpose.

What people do on simulated phones (`taps`) stands in the same list: rows of `tap`, and a segment of batch 0 for them,
both written when the tap is taken.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from koodesk.engine.delivery import (
    DUE_SHIFT,
    EVENT_BITS,
    EVENTS,
    EXPOSED,
    INDEX_BITS,
    INDEX_SHIFT,
    KINDS,
    LAG_BITS,
    LAG_SHIFT,
    LAG_STEP_MS,
    SHORTCHAIN,
    SMS,
    from_bytes,
)
from koodesk.engine.schema import MESSAGE_BITS

RECEIPT_BITS: Final = 3
"""A receipt id is the message id with the kind in these low bits: told twice, it is the same id."""

TAP_MARK: Final = (1 << RECEIPT_BITS) - 1
"""These bits of a tap's receipt id. No kind has them, so the id above them may count taps instead of messages: every tap
counts (PV). A resolve is the exception, its id is the message's: a link resolves once, whoever resolves it."""

TAPS: Final = 0
"""The batch number of a segment that holds taps; batches count from 1."""

LARGEST_PAGE: Final = 10_000
ReceiptItem = tuple[int, str, str, str, str, int]
_LARGEST_RELEASE: Final = 50_000
_COALESCE_MS: Final = 500
"""A batch is asked again this much later at the earliest: somebody who polls often must not make segments of one."""

_EVENT_MASK: Final = (1 << EVENT_BITS) - 1
_INDEX_MASK: Final = (1 << INDEX_BITS) - 1
_LAG_MASK: Final = (1 << LAG_BITS) - 1
_WORDS: Final = tuple((event.kind, KINDS[event.kind], event.status, event.code) for event in EVENTS)


def add_plan(connection: Any, batch_id: int, at_ms: int, entries: Any, stored: bytes) -> None:
    """Keep the plan of a new batch; nothing of it is in the feed yet."""
    if not entries:
        return
    connection.execute("INSERT INTO batch_plan (batch_id, entries) VALUES (?, ?)", (batch_id, stored))
    connection.execute(
        "INSERT INTO batch_feed (batch_id, total, released, next_due_ms) VALUES (?, ?, 0, ?)",
        (batch_id, len(entries), at_ms + (entries[0] >> DUE_SHIFT)),
    )


def last_seq(connection: Any) -> int:
    """Return the number of the newest receipt in the feed, 0 when there is none."""
    row = connection.execute(
        "SELECT first_seq + length - 1 FROM feed_segment ORDER BY first_seq DESC LIMIT 1"
    ).fetchone()
    return int(row[0]) if row else 0


def release(connection: Any, now_ms: int, at_most: int = _LARGEST_RELEASE) -> int:
    """Append what fell due up to `now_ms`, at most about `at_most` receipts; return the newest number."""
    seq = last_seq(connection)
    left = at_most
    while left > 0:
        due = connection.execute(
            "SELECT f.batch_id, f.total, f.released, c.at_ms FROM batch_feed f "
            "JOIN acceptance_chunk c ON c.id = f.batch_id "
            "WHERE f.next_due_ms <= ? ORDER BY f.next_due_ms, f.batch_id LIMIT 32",
            (now_ms,),
        ).fetchall()
        if not due:
            break
        for batch_id, total, released, at_ms in due:
            entries = _entries(connection, batch_id, released, total - released)
            ready = bisect_left(entries, (now_ms - at_ms + 1) << DUE_SHIFT)
            following = None
            if ready < len(entries):
                following = max(at_ms + (entries[ready] >> DUE_SHIFT), now_ms + _COALESCE_MS)
            connection.execute(
                "INSERT INTO feed_segment (first_seq, batch_id, start, length) VALUES (?, ?, ?, ?)",
                (seq + 1, batch_id, released, ready),
            )
            connection.execute(
                "UPDATE batch_feed SET released = ?, next_due_ms = ? WHERE batch_id = ?",
                (released + ready, following, batch_id),
            )
            seq += ready
            left -= ready
            if left <= 0:
                break
    return seq


def page(connection: Any, after: int, limit: int, now_ms: int) -> tuple[list[ReceiptItem], int]:
    """Return receipts numbered after `after` as (id, message_id, kind, status, code, at_ms), and the last number given.

    The number to go on from is `after` itself when nothing is new.
    """
    if last_seq(connection) < after + limit:
        release(connection, now_ms)
    items: list[ReceiptItem] = []
    start = connection.execute(
        "SELECT max(first_seq) FROM feed_segment WHERE first_seq <= ?", (after + 1,)
    ).fetchone()[0]
    segments = connection.execute(
        "SELECT s.first_seq, s.batch_id, s.start, s.length, b.first_message, c.at_ms FROM feed_segment s "
        "LEFT JOIN batch b ON b.id = s.batch_id LEFT JOIN acceptance_chunk c ON c.id = s.batch_id "
        "WHERE s.first_seq >= ? ORDER BY s.first_seq",
        (start or 0,),
    )
    seq = after
    for first_seq, batch_id, begin, length, first_message, at_ms in segments:
        skipped = max(0, seq + 1 - first_seq)
        count = min(length - skipped, limit - len(items))
        if count <= 0:
            if len(items) >= limit:
                break
            continue
        if batch_id == TAPS:
            items += _taps(connection, begin + skipped, count)
            seq = first_seq + skipped + count - 1
            continue
        for entry in _entries(connection, batch_id, begin + skipped, count):
            kind, name, status, code = _WORDS[entry & _EVENT_MASK]
            message = first_message + (entry >> INDEX_SHIFT & _INDEX_MASK)
            told = at_ms + (entry >> DUE_SHIFT) - (entry >> LAG_SHIFT & _LAG_MASK) * LAG_STEP_MS
            items.append((message << RECEIPT_BITS | kind, str(message), name, status, code, told))
        seq = first_seq + skipped + count - 1
    segments.close()
    return items, seq


def _entries(connection: Any, batch_id: int, start: int, count: int) -> Any:
    data = connection.execute(
        "SELECT substr(entries, ?, ?) FROM batch_plan WHERE batch_id = ?",
        (start * 8 + 1, count * 8, batch_id),
    ).fetchone()[0]
    return from_bytes(data)


# --- taps ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """One receipt of a tap: kind is an index into KINDS; status and code as in `delivery.Event`."""

    message: int
    kind: int
    status: str
    code: str
    at_ms: int


def append_told(connection: Any, made: Sequence[Told], now_ms: int) -> list[ReceiptItem]:
    """Put what a tap tells at the end of the feed, in the caller's transaction; return it as the feed will tell it.

    What fell due by now goes before it: a message is reported before somebody taps it.
    """
    release(connection, now_ms)
    first = 0
    for one in made:
        number = connection.execute(
            "INSERT INTO tap (message, kind, status, code, at_ms) VALUES (?, ?, ?, ?, ?)",
            (one.message, one.kind, one.status, one.code, one.at_ms),
        ).lastrowid
        first = first or int(number)
    if not made:
        return []
    connection.execute(
        "INSERT INTO feed_segment (first_seq, batch_id, start, length) VALUES (?, ?, ?, ?)",
        (last_seq(connection) + 1, TAPS, first, len(made)),
    )
    return _taps(connection, first, len(made))


def told_of(connection: Any, message_id: int) -> list[ReceiptItem]:
    """Return what taps on one message told so far."""
    return _read(connection, "message = ? ORDER BY id", (message_id,))


def _taps(connection: Any, first: int, count: int) -> list[ReceiptItem]:
    return _read(connection, "id >= ? ORDER BY id LIMIT ?", (first, count))


def _read(connection: Any, which: str, values: tuple[int, ...]) -> list[ReceiptItem]:
    query = f"SELECT id, message, kind, status, code, at_ms FROM tap WHERE {which}"  # noqa: S608 - words of this module
    rows = connection.execute(query, values)
    return [(_tap_id(row[0], row[1], row[2]), str(row[1]), KINDS[row[2]], *row[3:]) for row in rows]


def _tap_id(tap: int, message: int, kind: int) -> int:
    """Return a receipt id no plan gives: the engine's own number, then the tap's, then bits that are no kind's."""
    if kind == SHORTCHAIN:
        return message << RECEIPT_BITS | kind
    return (message >> MESSAGE_BITS << MESSAGE_BITS | tap) << RECEIPT_BITS | TAP_MARK


# --- one message -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fate:
    """What the plan of its batch has brought a message by now, whether or not somebody reads the feed. `receipts` are those
    that have fallen due, each once; a receipt may lag behind what it tells."""

    delivered_ms: int | None = None
    failed: str = ""
    resolved: bool = False
    exposed: bool = False
    receipts: tuple[ReceiptItem, ...] = ()


def fate(connection: Any, message_id: int, now_ms: int) -> Fate:
    """Return what became of a message up to an instant. A message that nobody knows has no fate."""
    row = connection.execute(
        "SELECT b.id, b.first_message, c.at_ms, f.total FROM acceptance a JOIN acceptance_chunk c ON c.id = a.chunk "
        "JOIN batch b ON b.id = c.id JOIN batch_feed f ON f.batch_id = b.id WHERE a.message = ?",
        (message_id,),
    ).fetchone()
    if row is None:
        return Fate()
    batch_id, first_message, at_ms, total = row
    index = message_id - first_message
    delivered: int | None = None
    failed = ""
    happened: set[int] = set()
    due: dict[int, ReceiptItem] = {}
    for entry in _entries(connection, batch_id, 0, total):
        if entry >> INDEX_SHIFT & _INDEX_MASK != index:
            continue
        told = at_ms + (entry >> DUE_SHIFT) - (entry >> LAG_SHIFT & _LAG_MASK) * LAG_STEP_MS
        if told > now_ms:
            continue
        kind, name, status, code = _WORDS[entry & _EVENT_MASK]
        if at_ms + (entry >> DUE_SHIFT) <= now_ms:
            receipt = message_id << RECEIPT_BITS | kind
            due[receipt] = (receipt, str(message_id), name, status, code, told)
        happened.add(kind)
        if kind == SMS:
            delivered, failed = (told, "") if status == "0" else (None, code)
    return Fate(delivered, failed, SHORTCHAIN in happened, EXPOSED in happened, tuple(due.values()))


@dataclass(slots=True)
class Outcome:
    """What a message of a batch is told to have come to: its report (status "" for none yet) and whether it was resolved."""

    status: str = ""
    code: str = ""
    at_ms: int = 0
    resolved_ms: int = 0


def events(connection: Any, batch_id: int, now_ms: int) -> Iterator[tuple[int, int, str, str, int]]:
    """Yield what the receipts that are due by an instant say of a batch's messages, each once, taps on simulated phones included:
    message id, kind (index into KINDS), status, code, and when it happened."""
    row = connection.execute(
        "SELECT b.first_message, b.accepted, c.at_ms, f.total FROM batch b JOIN acceptance_chunk c ON c.id = b.id "
        "JOIN batch_feed f ON f.batch_id = b.id WHERE b.id = ?",
        (batch_id,),
    ).fetchone()
    if row is None:
        return
    first, accepted, at_ms, total = row
    entries = _entries(connection, batch_id, 0, total)
    due = bisect_left(entries, (now_ms - at_ms + 1) << DUE_SHIFT)
    seen: set[int] = set()
    for entry in entries[:due]:
        which = entry & ((1 << INDEX_BITS + EVENT_BITS) - 1)
        if which in seen:  # told twice
            continue
        seen.add(which)
        kind, _name, status, code = _WORDS[entry & _EVENT_MASK]
        told = at_ms + (entry >> DUE_SHIFT) - (entry >> LAG_SHIFT & _LAG_MASK) * LAG_STEP_MS
        yield first + (which >> EVENT_BITS), kind, status, code, told
    yield from connection.execute(
        "SELECT message, kind, status, code, at_ms FROM tap WHERE message BETWEEN ? AND ? ORDER BY id",
        (first, first + accepted - 1),
    ).fetchall()


def outcomes(connection: Any, batch_id: int, now_ms: int) -> dict[int, Outcome]:
    """Return what a batch's messages are told to have come to, by message id. One that nothing is told of yet is left out."""
    found: dict[int, Outcome] = {}
    for message, kind, status, code, told in events(connection, batch_id, now_ms):
        _note(found.setdefault(message, Outcome()), kind, status, code, told)
    return found


def _note(outcome: Outcome, kind: int, status: str, code: str, at_ms: int) -> None:
    if kind == SMS:
        outcome.status, outcome.code, outcome.at_ms = status, code, at_ms
    elif kind == SHORTCHAIN:
        outcome.resolved_ms = outcome.resolved_ms or at_ms
