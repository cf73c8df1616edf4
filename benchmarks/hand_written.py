# SPDX-License-Identifier: Apache-2.0
"""The sender one would write by hand for one campaign: plain sqlite3, no layers, and the same promises as the worker.

    python benchmarks/hand_written.py DATABASE ENGINE_ENDPOINT

Kept promises, each as the worker keeps it:

- *Once.* The intent of a call is durable before its first byte leaves (FULL) and shares a commit with the outcomes that
  have come. It is a conditional update: a chunk that is not waiting any more, whose send was paused or stopped, or out
  of which somebody was taken meanwhile, does not leave. A call of unknown outcome goes again with the same key and
  bytes, also after a kill; a call that was chosen too long ago (the machine slept) does not go.
- *Only one sends.* A lock of the system that dies with its process.
- *What was confirmed.* Before the first call all that may leave is held against the digest of the plan, the tables
  against their indexes, and each chunk again when it leaves. What is something else is not sent, and a person is asked.
- *Answers* are matched by number, each with its time (a missing report is a timeout after 72 h); one that is missing
  stays unknown, counted from the rows. A whole refusal is an answer for everybody.
- *Hours.* Nothing leaves outside the hours of the plan by the gateway's clock, which is told them too.
- *Receipts* are stored once, with the cursor in one commit, and added up by a rule that gives the same in every order,
  those that come before their answer too. One that cannot be read keeps no other; a list that begins anew is read from
  its start.
- *Opt-outs.* Who replies R gets no more: written down with the reply, and taken out of what has not left yet.
- *Storage*: WAL, FULL, foreign keys on; a number is once in a campaign.

Left out is what is no promise but a use of the product: waves, rates, budgets, breaker and quarantine, longer and
longer waits, the counts of reports, events, more than one campaign, other gateways, a person's decisions about outcomes
that stay unknown.

`bench_loop.py` holds it beside the worker. It does what the worker was taught about SQLite and Python, too: fifty rows a
statement, payloads put together by SQL, cycles looked for rarely.
"""

from __future__ import annotations

import hashlib
import os
import queue
import signal
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import orjson

from benchmarks.hand_sql import (
    ADOPT,
    ANSWER,
    CLAIM,
    FILL,
    FOLD,
    INBOX,
    LEFT,
    REPLIES,
    STORE,
    STRAYS,
    connect,
    payload,
    plan_digest,
    put,
)
from koodesk import garbage
from koodesk.backend.gateways.engine_http import EngineHttp, MayHaveSent, NothingSent, read_endpoint
from koodesk.domain.problem import Refused
from koodesk.file_lock import lock

SENDERS: Final = 3
PAGE: Final = 10_000
CLOCK_SECONDS: Final = 0.5
LATE_SECONDS: Final = 15.0
AGAIN_SECONDS: Final = 0.5
DAY: Final = 1_440
WITHHELD: Final = "OPTED_OUT"
_STOP_WORDS: Final = ("R", "TD", "T", "退订")
_LARGEST: Final = 1 << 63

Answers = list[tuple[int, str | None, str, int]] | None
"""(recipient, message id, code of a refusal, instant) of a call that was answered, None where its outcome is unknown."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk as it waits."""

    id: int
    first_id: int
    last_id: int
    key: str
    digest: str
    state: str
    withheld: int


@dataclass(frozen=True, slots=True)
class Call:
    """A chunk with its bytes, whose number is whose, and when it was chosen."""

    chunk: Chunk
    body: bytes
    ids: dict[int, int]
    chosen: float


class Sender:
    """One campaign from its first call to its last receipt."""

    def __init__(self, database: Path, endpoint: Path) -> None:
        self._path = database
        self._connection = connect(database)
        self._http = EngineHttp(lambda: read_endpoint(endpoint))
        self._writer = threading.Lock()
        self._jobs: queue.SimpleQueue[Call] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[Chunk, Answers]] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._head = ""
        self._hours = 0, DAY
        self._ahead_ms = 0.0
        self._asked = 0.0
        self._told: queue.SimpleQueue[int] = (
            queue.SimpleQueue()
        )  # the one queue whose `put` a handler may call
        threading.Thread(target=self._end, name="signals", daemon=True).start()
        signal.signal(signal.SIGTERM, lambda number, _: self._told.put(number))

    def _end(self) -> None:
        """End when a signal comes. Not in its handler: one may find the main thread with the lock of `_stop` in its hand."""
        self._told.get()
        self._stop.set()

    # --- what may leave ------------------------------------------------------------------------------------

    def _sound(self) -> bool:
        """Tell whether all that may leave is what was confirmed."""
        connection = self._connection
        self._head, digest, *hours = connection.execute(
            "SELECT head, digest, opens, closes FROM plan"
        ).fetchone()
        self._hours = hours[0], hours[1]
        tables = ("plan", "chunk", "recipient")
        if any(
            connection.execute(f"PRAGMA integrity_check({table})").fetchone() != ("ok",) for table in tables
        ):
            return False
        if plan_digest(connection) != digest:
            return False
        waiting = connection.execute("SELECT first_id, last_id, digest FROM chunk WHERE state <> 'done'")
        return all(
            hashlib.sha256(payload(connection, self._head, (first, last))[0]).hexdigest() == told
            for first, last, told in waiting.fetchall()
        )

    def _now_ms(self) -> int:
        """Return the gateway's clock, asked twice a second."""
        if not self._asked or time.monotonic() - self._asked > CLOCK_SECONDS:
            try:
                told = self._http.ask("GET", "/engine/v1/clock")
            except Refused:
                pass  # as far as it is known
            else:
                self._asked = time.monotonic()
                self._ahead_ms = told["now_ms"] - self._asked * 1000
        return int(self._ahead_ms + time.monotonic() * 1000)

    def _may_leave(self) -> bool:
        """Tell whether the plan runs, and it is within its hours (Beijing time)."""
        minute = (self._now_ms() // 60_000 + 480) % DAY
        (state,) = self._connection.execute("SELECT state FROM plan").fetchone()
        return state == "running" and self._asked > 0 and self._hours[0] <= minute < self._hours[1]

    def _ready(self, left: deque[Chunk], most: int) -> list[Call]:
        """Return the next calls, compared with what was planned and without those who opted out since."""
        ready = []
        for _ in range(min(most, len(left))):
            chunk = left.popleft()
            body, ids = payload(self._connection, self._head, (chunk.first_id, chunk.last_id))
            if hashlib.sha256(body).hexdigest() != chunk.digest:
                raise ValueError(f"chunk {chunk.id} is not what was planned")
            if chunk.withheld:
                body, ids = payload(self._connection, self._head, (chunk.first_id, chunk.last_id), LEFT)
            ready.append(Call(chunk, body, ids, time.monotonic()))
        return ready

    def _waiting(self, where: str = "state <> 'done'", values: tuple[int, ...] = ()) -> list[Chunk]:
        columns = "id, first_id, last_id, key, digest, state, withheld"
        sql = f"SELECT {columns} FROM chunk WHERE {where} ORDER BY id"
        return [Chunk(*row) for row in self._connection.execute(sql, values)]

    # --- the loop ------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Send what is planned or unknown, take receipts until told to stop."""
        threading.Thread(target=self._receive, daemon=True).start()
        if self._sound():
            # What a sender that is gone left on its way is unknown now.
            self._connection.execute("UPDATE chunk SET state = 'unknown' WHERE state = 'in_flight'")
            for _ in range(SENDERS):
                threading.Thread(target=self._serve, daemon=True).start()
            try:
                self._send()
            except ValueError:
                self._ask()
        else:
            self._ask()
        self._stop.wait()

    def _ask(self) -> None:
        """Send nothing more until a person has looked."""
        with self._writer:
            self._connection.execute("UPDATE plan SET state = 'asks'")

    def _send(self) -> None:
        left = deque(self._waiting())
        calls, ready = 0, self._ready(left, SENDERS + 1)
        while (ready or left or calls) and not self._stop.is_set():
            came = self._collect(wait=calls > 0 and (calls > SENDERS or not ready))
            calls -= len(came)
            leaving: list[Call] = []
            if self._may_leave():
                leaving, ready = ready[: SENDERS + 1 - calls], ready[SENDERS + 1 - calls :]
            elif not came:
                self._stop.wait(AGAIN_SECONDS)
            gone = self._commit(came, leaving)
            for call in leaving:
                if call.chunk.id in gone:
                    self._jobs.put(call)
                else:  # paused, or somebody opted out: as it is now
                    left.extendleft(self._waiting("id = ? AND state <> 'done'", (call.chunk.id,)))
            calls += len(gone)
            for chunk, _ in came:
                left.extend(self._waiting("id = ? AND state <> 'done'", (chunk.id,)))
            if came and all(answers is None for _, answers in came):
                self._stop.wait(AGAIN_SECONDS)
            if len(ready) < SENDERS:
                ready += self._ready(left, SENDERS)
        with self._writer:
            self._connection.execute(
                "UPDATE plan SET state = 'finished' WHERE NOT EXISTS (SELECT 1 FROM chunk WHERE state <> 'done')"
            )

    def _collect(self, *, wait: bool) -> list[tuple[Chunk, Answers]]:
        came = [self._done.get()] if wait else []
        while not self._done.empty():
            came.append(self._done.get())
        return came

    def _commit(self, came: list[tuple[Chunk, Answers]], leaving: list[Call]) -> set[int]:
        """Make outcomes and intents durable, in one commit; return the chunks that may leave."""
        gone: set[int] = set()
        if not came and not leaving:
            return gone
        connection = self._connection
        with self._writer:
            connection.execute("BEGIN IMMEDIATE")
            for chunk, answers in came:
                if answers is not None:
                    put(connection, ANSWER, answers, 4)
                    self._adopt(chunk)
                (told,) = connection.execute(
                    "SELECT count(*) FROM sent WHERE recipient_id BETWEEN ? AND ?",
                    (chunk.first_id, chunk.last_id),
                ).fetchone()
                whole = told == chunk.last_id - chunk.first_id + 1
                connection.execute(
                    "UPDATE chunk SET state = ? WHERE id = ? AND state = 'in_flight'",
                    ("done" if whole else "unknown", chunk.id),
                )
            for call in leaving:
                chunk = call.chunk
                if connection.execute(CLAIM, (chunk.id, chunk.state, chunk.withheld)).rowcount == 1:
                    gone.add(chunk.id)
            connection.execute("COMMIT")
        return gone

    def _adopt(self, chunk: Chunk) -> None:
        """Give receipts that came before the answer to their recipients."""
        connection = self._connection
        if connection.execute("SELECT 1 FROM receipt WHERE recipient_id IS NULL LIMIT 1").fetchone() is None:
            return
        ids = connection.execute(STRAYS, (chunk.first_id, chunk.last_id)).fetchall()
        connection.executemany(ADOPT, ids)
        for one in ids:
            self._fold(connection, "(SELECT * FROM receipt WHERE id = ?)", one)

    def _serve(self) -> None:
        """On a sender thread: the calls."""
        while True:
            call = self._jobs.get()
            answers: Answers = None
            if time.monotonic() - call.chosen < LATE_SECONDS:
                headers = {"Idempotency-Key": call.chunk.key}
                if self._hours != (0, DAY):
                    headers["X-Koodesk-Hours"] = f"{self._hours[0]}-{self._hours[1]}"
                try:
                    answer = self._http.call("POST", "/engine/v1/batches", call.body, headers)
                    answers = _answers(call.ids, answer.status, answer.body, self._now_ms())
                except (NothingSent, MayHaveSent, ValueError, KeyError, TypeError):
                    answers = None  # the bytes may have left
            self._done.put((call.chunk, answers))

    # --- receipts ------------------------------------------------------------------------------------------

    def _receive(self) -> None:
        """On a thread of its own: page after page of receipts."""
        connection = connect(self._path)
        connection.execute(INBOX)
        (after,) = connection.execute("SELECT after FROM cursor").fetchone()
        while not self._stop.is_set():
            try:
                page = self._http.ask("GET", f"/engine/v1/receipts?after={after}&limit={PAGE}")
                items, following = _receipts(page["items"]), int(page["next"])
            except (Refused, KeyError, TypeError, ValueError):
                self._stop.wait(2.0)
                continue
            if (page.get("last") or after) < after:
                after = 0  # another list
                continue
            if items:
                items.sort()
                with self._writer:
                    connection.execute("BEGIN IMMEDIATE")
                    connection.execute("DELETE FROM temp.inbox")
                    put(connection, FILL, items, 6)
                    connection.execute(STORE)
                    self._fold(connection, "temp.inbox")
                    connection.execute("UPDATE cursor SET after = max(after, ?)", (following,))
                    connection.execute("COMMIT")
                after = following
            if len(items) < PAGE // 2:
                self._stop.wait(0.3 * (1 - 2 * len(items) / PAGE))

    def _fold(self, connection: Any, source: str, which: tuple[int, ...] = ()) -> None:
        """Add receipts up, and opt out who asked for it."""
        connection.execute(FOLD.format(source=source), which)
        for recipient, *words, at_ms in connection.execute(REPLIES.format(source=source), which).fetchall():
            if any(word.strip().upper() in _STOP_WORDS for word in words):
                self._opt_out(connection, recipient, at_ms)

    def _opt_out(self, connection: Any, recipient: int, at_ms: int) -> None:
        """Write down who wants no more. Of one campaign she has had her message; another's would be looked for here."""
        connection.execute(
            "INSERT OR IGNORE INTO opt_out SELECT number, ? FROM recipient WHERE id = ?", (at_ms, recipient)
        )
        waits = connection.execute(
            "SELECT id FROM chunk WHERE ? BETWEEN first_id AND last_id AND state = 'planned' "
            "AND NOT EXISTS (SELECT 1 FROM sent WHERE recipient_id = ?)",
            (recipient, recipient),
        ).fetchone()
        if waits is not None:
            connection.execute("INSERT INTO sent VALUES (?, NULL, ?, ?)", (recipient, WITHHELD, at_ms))
            connection.execute("UPDATE chunk SET withheld = withheld + 1 WHERE id = ?", waits)


def _answers(ids: dict[int, int], status: int, body: bytes, now_ms: int) -> Answers:
    """Return what an answer says of whom. Raises ValueError, KeyError or TypeError when it is none."""
    if status in (400, 403, 404, 413, 422):
        code = str(orjson.loads(body)["error_code"])
        return [(recipient, None, code, now_ms) for recipient in ids.values()]
    if status != 200:
        return None
    answers: list[tuple[int, str | None, str, int]] = []
    for number, word, detail in orjson.loads(body)["results"]:
        if number not in ids or type(detail) is not str or not detail:
            continue  # nobody's, or nothing to follow it by
        if word == "accepted":
            answers.append((ids.pop(number), detail, "", now_ms))
        elif word == "refused":
            answers.append((ids.pop(number), None, detail, now_ms))
    return answers


def _receipts(told: list[Any]) -> list[Any]:
    """Return a page without what is no receipt."""
    return [
        item
        for item in told
        if len(item) == 6
        and type(item[0]) is int is type(item[5])
        and str is type(item[1]) is type(item[2]) is type(item[3]) is type(item[4])
        and -_LARGEST < item[0] < _LARGEST
        and -_LARGEST < item[5] < _LARGEST
    ]


def main(database: Path, endpoint: Path) -> int:
    """Send, unless another does: return the exit code."""
    if not lock(os.open(database.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)):
        return 3
    Sender(database, endpoint).run()
    return 0


if __name__ == "__main__":
    sys.setswitchinterval(0.0005)
    garbage.collect_rarely()
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
