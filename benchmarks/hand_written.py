# SPDX-License-Identifier: Apache-2.0
"""The sender one would write by hand for one campaign: plain sqlite3, no layers, and the same promises as the worker.

    python benchmarks/hand_written.py DATABASE ENGINE_ENDPOINT

Kept promises: the intent of a call is durable before its first byte leaves (FULL) and shares a commit with the outcomes
that have come; a payload whose digest is not the planned one does not leave; a call of unknown outcome goes again with
the same key and bytes, also after a kill; answers are matched by number, and one that is missing stays unknown; every
receipt is stored once, with the cursor in one commit, and added up by a rule that gives the same in every order, those
that come before their answer too. Left out is what is no promise: pauses, hours, waves, rates, breaker, reports,
events, more than one campaign, other gateways.

`bench_loop.py` holds it beside the worker. It is meant to be as fast as one can write it in Python.
"""

from __future__ import annotations

import hashlib
import queue
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from types import FrameType
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import orjson

from koodesk.backend.gateways.engine_http import EngineHttp, MayHaveSent, NothingSent, read_endpoint
from koodesk.backend.storage.sqlite_file import sqlite_module
from koodesk.domain.problem import Refused

SENDERS: Final = 3
PAGE: Final = 10_000
AT_ONCE: Final = 50
TABLES: Final = """
CREATE TABLE plan (head TEXT NOT NULL);
CREATE TABLE recipient (id INTEGER PRIMARY KEY, number INTEGER NOT NULL, params TEXT NOT NULL);
CREATE TABLE chunk (id INTEGER PRIMARY KEY, first_id INTEGER NOT NULL, last_id INTEGER NOT NULL, key TEXT NOT NULL,
                    digest TEXT NOT NULL, state TEXT NOT NULL);
CREATE INDEX chunk_open ON chunk (id) WHERE state <> 'done';
CREATE TABLE sent (recipient_id INTEGER PRIMARY KEY, message_id TEXT UNIQUE, code TEXT NOT NULL);
CREATE TABLE receipt (id INTEGER PRIMARY KEY, message_id TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL,
                      code TEXT NOT NULL, at_ms INTEGER NOT NULL, recipient_id INTEGER);
CREATE INDEX receipt_stray ON receipt (message_id) WHERE recipient_id IS NULL;
CREATE TABLE delivery (recipient_id INTEGER PRIMARY KEY, sms INTEGER, sms_ms INTEGER, sms_code TEXT,
                       resolved_ms INTEGER, exposed_ms INTEGER, clicked_ms INTEGER, replied_ms INTEGER);
CREATE TABLE cursor (after INTEGER NOT NULL);
INSERT INTO cursor VALUES (0);
"""
_INBOX: Final = (
    "CREATE TEMP TABLE inbox (id INTEGER, message_id TEXT, kind TEXT, status TEXT, code TEXT, at_ms INTEGER, "
    "recipient_id INTEGER)"
)
_FILL: Final = "INSERT INTO temp.inbox SELECT *, (SELECT recipient_id FROM sent WHERE message_id = column2) FROM (VALUES {})"
_ANSWER: Final = "INSERT OR IGNORE INTO sent VALUES {}"
_STORE: Final = "INSERT OR IGNORE INTO receipt SELECT * FROM temp.inbox"
_LATER: Final = (
    "excluded.sms IS NOT NULL AND (delivery.sms IS NULL OR "
    "(excluded.sms_ms, excluded.sms, excluded.sms_code) > (delivery.sms_ms, delivery.sms, delivery.sms_code))"
)
_FIRSTS: Final = ", ".join(
    f"{name} = min(coalesce(delivery.{name}, excluded.{name}), coalesce(excluded.{name}, delivery.{name}))"
    for name in ("resolved_ms", "exposed_ms", "clicked_ms", "replied_ms")
)
_FOLD: Final = (
    "INSERT INTO delivery SELECT recipient_id, CASE kind WHEN 'sms' THEN status = '0' END, "
    "CASE kind WHEN 'sms' THEN at_ms END, CASE kind WHEN 'sms' THEN code END, "
    "CASE WHEN kind = 'shortchain' AND status = '0' THEN at_ms END, CASE kind WHEN 'exposed' THEN at_ms END, "
    "CASE kind WHEN 'clicked' THEN at_ms END, CASE kind WHEN 'reply' THEN at_ms END FROM {source} "
    "WHERE recipient_id IS NOT NULL ON CONFLICT (recipient_id) DO UPDATE SET "
    f"sms_code = CASE WHEN {_LATER} THEN excluded.sms_code ELSE delivery.sms_code END, "
    f"sms_ms = CASE WHEN {_LATER} THEN excluded.sms_ms ELSE delivery.sms_ms END, "
    f"sms = CASE WHEN {_LATER} THEN excluded.sms ELSE delivery.sms END, {_FIRSTS}"
)
_STRAYS: Final = (
    "SELECT r.id FROM sent s CROSS JOIN receipt r ON r.message_id = s.message_id AND r.recipient_id IS NULL "
    "WHERE s.recipient_id BETWEEN ? AND ?"
)
_ADOPT: Final = "UPDATE receipt SET recipient_id = (SELECT recipient_id FROM sent WHERE message_id = receipt.message_id) WHERE id = ?"

Chunk = tuple[int, int, int, str, str]
"""id, first and last recipient, key, digest."""
Answers = list[tuple[int, str | None, str]] | None
"""(recipient, message id, code of a refusal) of a call that was answered, None where its outcome is unknown."""


def connect(path: Path) -> Any:
    """Open the database as the worker opens its own."""
    connection = sqlite_module().connect(path, timeout=15, isolation_level=None, check_same_thread=False)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "mmap_size=0",
        "cache_size=-4096",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def put(connection: Any, sql: str, rows: Sequence[Sequence[object]], columns: int) -> None:
    """Insert rows, fifty a statement."""
    row = f"({', '.join('?' * columns)})"
    whole = len(rows) // AT_ONCE * AT_ONCE
    connection.executemany(
        sql.format(", ".join([row] * AT_ONCE)),
        [tuple(chain.from_iterable(rows[at : at + AT_ONCE])) for at in range(0, whole, AT_ONCE)],
    )
    connection.executemany(sql.format(row), rows[whole:])


def payload(head: str, rows: Iterable[tuple[int, str]]) -> bytes:
    """Return the bytes of a call."""
    return f"{head}{','.join([f'[{number},{params},1,{{}}]' for number, params in rows])}]}}".encode()


class Sender:
    """One campaign from its first call to its last receipt."""

    def __init__(self, database: Path, endpoint: Path) -> None:
        self._path = database
        self._connection = connect(database)
        self._http = EngineHttp(lambda: read_endpoint(endpoint))
        self._writer = threading.Lock()
        self._jobs: queue.SimpleQueue[tuple[Chunk, bytes, dict[int, int]] | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[Chunk, Answers]] = queue.SimpleQueue()
        self._stop = threading.Event()
        signal.signal(signal.SIGTERM, self._end)

    def _end(self, _signal: int, _frame: FrameType | None) -> None:
        self._stop.set()

    def run(self) -> None:
        """Send what is planned or unknown, take receipts until told to stop."""
        threading.Thread(target=self._receive, daemon=True).start()
        for _ in range(SENDERS):
            threading.Thread(target=self._serve, daemon=True).start()
        columns = "id, first_id, last_id, key, digest"
        left: deque[Chunk] = deque(
            self._connection.execute(f"SELECT {columns} FROM chunk WHERE state <> 'done' ORDER BY id")
        )
        (head,) = self._connection.execute("SELECT head FROM plan").fetchone()
        calls, ready = 0, self._ready(head, left, SENDERS + 1)
        while (ready or left or calls) and not self._stop.is_set():
            came = self._collect(wait=calls > 0 and (calls > SENDERS or not ready))
            calls -= len(came)
            leaving, ready = ready[: SENDERS + 1 - calls], ready[SENDERS + 1 - calls :]
            self._commit(came, [job[0] for job in leaving])
            for job in leaving:
                self._jobs.put(job)
            calls += len(leaving)
            left.extend(chunk for chunk, answers in came if answers is None)
            if len(ready) < SENDERS:
                ready += self._ready(head, left, SENDERS)
        self._stop.wait()

    def _ready(self, head: str, left: deque[Chunk], most: int) -> list[tuple[Chunk, bytes, dict[int, int]]]:
        """Return the next calls with their bytes, compared with what was planned, and whose number is whose."""
        ready = []
        for _ in range(min(most, len(left))):
            chunk = left.popleft()
            rows = self._connection.execute(
                "SELECT number, params, id FROM recipient WHERE id BETWEEN ? AND ? ORDER BY id", chunk[1:3]
            ).fetchall()
            body = payload(head, [row[:2] for row in rows])
            if hashlib.sha256(body).hexdigest() != chunk[4]:
                raise SystemExit(f"chunk {chunk[0]} is not what was planned")
            ready.append((chunk, body, {row[0]: row[2] for row in rows}))
        return ready

    def _collect(self, *, wait: bool) -> list[tuple[Chunk, Answers]]:
        came = [self._done.get()] if wait else []
        while not self._done.empty():
            came.append(self._done.get())
        return came

    def _commit(self, came: list[tuple[Chunk, Answers]], leaving: list[Chunk]) -> None:
        """Make outcomes and intents durable, in one commit."""
        if not came and not leaving:
            return
        connection = self._connection
        with self._writer:
            connection.execute("BEGIN IMMEDIATE")
            for chunk, answers in came:
                if answers is None:
                    connection.execute("UPDATE chunk SET state = 'unknown' WHERE id = ?", (chunk[0],))
                    continue
                put(connection, _ANSWER, answers, 3)
                whole = len(answers) == chunk[2] - chunk[1] + 1
                connection.execute(
                    "UPDATE chunk SET state = ? WHERE id = ?", ("done" if whole else "unknown", chunk[0])
                )
                self._adopt(chunk)
            connection.executemany(
                "UPDATE chunk SET state = 'in_flight' WHERE id = ?", [(chunk[0],) for chunk in leaving]
            )
            connection.execute("COMMIT")

    def _adopt(self, chunk: Chunk) -> None:
        """Give receipts that came before the answer to their recipients."""
        connection = self._connection
        if connection.execute("SELECT 1 FROM receipt WHERE recipient_id IS NULL LIMIT 1").fetchone() is None:
            return
        ids = connection.execute(_STRAYS, chunk[1:3]).fetchall()
        connection.executemany(_ADOPT, ids)
        connection.executemany(_FOLD.format(source="(SELECT * FROM receipt WHERE id = ?)"), ids)

    def _serve(self) -> None:
        """On a sender thread: the calls."""
        while (job := self._jobs.get()) is not None:
            chunk, body, ids = job
            try:
                answer = self._http.call("POST", "/engine/v1/batches", body, {"Idempotency-Key": chunk[3]})
                told = orjson.loads(answer.body)["results"] if answer.status == 200 else None
            except (NothingSent, MayHaveSent, orjson.JSONDecodeError):
                told = None
            answers: Answers = None
            if told is not None:
                answers = [
                    (ids.pop(number), detail, "") if word == "accepted" else (ids.pop(number), None, detail)
                    for number, word, detail in told
                    if number in ids
                ]
            self._done.put((chunk, answers))

    def _receive(self) -> None:
        """On a thread of its own: page after page of receipts."""
        connection = connect(self._path)
        connection.execute(_INBOX)
        (after,) = connection.execute("SELECT after FROM cursor").fetchone()
        while not self._stop.is_set():
            try:
                page = self._http.ask("GET", f"/engine/v1/receipts?after={after}&limit={PAGE}")
            except Refused:
                self._stop.wait(2.0)
                continue
            items = page["items"]
            if items:
                items.sort()
                with self._writer:
                    connection.execute("BEGIN IMMEDIATE")
                    connection.execute("DELETE FROM temp.inbox")
                    put(connection, _FILL, items, 6)
                    connection.execute(_STORE)
                    connection.execute(_FOLD.format(source="temp.inbox"))
                    connection.execute("UPDATE cursor SET after = ?", (page["next"],))
                    connection.execute("COMMIT")
                after = page["next"]
            if len(items) < PAGE // 2:
                self._stop.wait(0.3 * (1 - 2 * len(items) / PAGE))


if __name__ == "__main__":
    sys.setswitchinterval(0.0005)
    Sender(Path(sys.argv[1]), Path(sys.argv[2])).run()
