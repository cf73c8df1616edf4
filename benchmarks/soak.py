# SPDX-License-Identifier: Apache-2.0
"""Eight hours of sending in simulated time: campaign after campaign, faults, receipts, restarts; memory has to stay flat.

    python benchmarks/soak.py [--hours 8] [--recipients 400]

The ledger is a real file, and worker, dispatcher and receipt reader are the product's; the gateway and the clock are the
scripted ones, so that a minute costs what it does and not a minute. Every few minutes of that time a campaign is confirmed;
answers are lost and calls turned away now and then; every hour a worker is ended and another begins. Memory is the process's
own, looked at after each hour: once the page caches are full, by half of the time, it may not grow by more than
`MOST_GROWTH` to the last hour. Ends 0 when that holds and everybody was accepted once.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from koodesk.backend.ports.gateway import Batch, NotSent, Outcome, Receipt, ReceiptPage, Unknown
from koodesk.backend.sending.dispatcher import WorkerOptions
from koodesk.backend.sending.worker import Worker
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.testing import FixedClock, ScriptedGateway
from koodesk.domain.campaign import digest_of, encode
from tests.backend.sending.workshop import PATIENT, add_audience, snapshot

HOUR_MS = 3_600_000
MOST_GROWTH = 1.05
EVERY_MS = 300_000
"""A campaign every five minutes."""


class Platform(ScriptedGateway):
    """A gateway that reports on what it accepts, fails now and then, and keeps no more of the past than its keys."""

    def __init__(self, clock: FixedClock, seed: int) -> None:
        super().__init__(clock=clock)
        self.random = Random(seed)
        self.seen: set[tuple[str, int]] = set()
        self.repeated = 0
        self.told = 0

    def send(self, batch: Batch) -> Outcome:
        """Accept, turn away, or accept and lose the answer."""
        chance = self.random.random()
        if chance < 0.03:
            return NotSent("busy")
        outcome = super().send(batch)
        self.calls.clear()
        for who in self.accepted:
            self.repeated += who in self.seen
            self.seen.add(who)
        fresh = [f"{key}:{number}" for key, number in self.accepted]
        self.accepted.clear()
        at = self.clock.now_ms() + 5_000
        for message in fresh:
            self.told += 1
            self.feed.append(Receipt(self.told, message, "sms", "0", "DELIVRD", at))
        return Unknown("timeout") if chance < 0.06 else outcome

    def forget(self) -> None:
        """Forget the calls of a campaign that is over."""
        self._first.clear()
        self.seen.clear()

    def receipts(self, after: int, limit: int) -> ReceiptPage:
        """Return what comes after a cursor, and forget what lies before it."""
        self.feed = [receipt for receipt in self.feed if receipt.id > after]
        items = tuple(self.feed[:limit])
        return ReceiptPage(items, items[-1].id if items else after)


@contextmanager
def working(worker: Worker, clock: FixedClock) -> Iterator[None]:
    """Have a worker at work, and let its clock go ten times as fast as the machine's."""

    def go() -> None:
        while not over.wait(0.002):
            clock.forward(20)

    over = threading.Event()
    threads = [threading.Thread(target=go), threading.Thread(target=worker.run_forever, args=(over,))]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


@dataclass(frozen=True, slots=True)
class Hour:
    """The end of an hour: memory in KB, what was accepted and delivered so far, the real seconds it took."""

    memory_kb: int
    accepted: int
    delivered: int
    seconds: float


def resident_kb() -> int:
    """Return the resident memory of this process in KB."""
    text = Path("/proc/self/status").read_text("utf-8")
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmRSS"))


def soak(folder: Path, hours: int, recipients: int, seed: int) -> tuple[list[Hour], int, bool]:
    """Send for so many hours; return them, how many were accepted twice, and whether every campaign is finished."""
    clock = FixedClock()
    gateway = Platform(clock, seed)
    database = Database(folder / "koodesk.db", cache_kb=1_024)
    database.prepare()
    ledger = SqlLedger(database)
    add_audience(database, recipients)
    options = WorkerOptions(senders=2, watch_ms=0, errors=PATIENT)
    told: list[Hour] = []
    campaigns = 0
    for _ in range(hours):
        start, end = time.perf_counter(), clock.now_ms() + HOUR_MS
        with working(Worker(ledger, gateway, clock=clock, options=options), clock):
            while clock.now_ms() < end:
                campaigns += 1
                text = encode(snapshot(f"u{campaigns}", recipients, chunk_size=50, gateway=gateway.name))
                campaign = ledger.create(digest_of(text), text, clock.now_ms(), "soak")
                while ledger.campaign(campaign).state != "finished" or gateway.told > ledger.cursor(
                    gateway.name
                ):
                    time.sleep(0.005)
                gateway.forget()
                clock.forward(EVERY_MS)
        gc.collect()
        with database.read() as connection:
            accepted, delivered = connection.exec_driver_sql(
                "SELECT (SELECT count(*) FROM sent WHERE outcome = 'accepted'), (SELECT count(*) FROM delivery WHERE sms = 1)"
            ).one()
        told.append(Hour(resident_kb(), accepted, delivered, time.perf_counter() - start))
        print(
            f"hour {len(told)}: {told[-1].memory_kb:,} KB, {accepted:,} accepted, {delivered:,} delivered",
            flush=True,
        )
    rows = ledger.campaigns(tests=False, limit=10_000)
    whole = (
        all(row.state == "finished" and row.accepted == recipients for row in rows) and len(rows) == campaigns
    )
    database.close()
    return told, gateway.repeated, whole and told[-1].delivered == told[-1].accepted


def main() -> int:
    """Run it; return 0 when memory stayed flat and everybody was accepted once."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--hours", type=int, default=8)
    parser.add_argument("--recipients", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="koodesk-soak-") as name:
        hours, twice, whole = soak(Path(name), given.hours, given.recipients, given.seed)
    settled = hours[max(0, len(hours) // 2 - 1) :]
    growth = settled[-1].memory_kb / settled[0].memory_kb
    met = whole and not twice and growth <= MOST_GROWTH
    print(
        json.dumps(
            {
                "bench": "soak",
                "hours": given.hours,
                "accepted": hours[-1].accepted,
                "twice": twice,
                "memory_kb": [hour.memory_kb for hour in hours],
                "growth": round(growth, 3),
                "met": met,
            }
        )
    )
    print(
        f"{given.hours} hours in simulated time, {hours[-1].accepted:,} accepted, {twice} twice; memory x {growth:.3f} from "
        f"half of the time to the end (<= {MOST_GROWTH}); {'met' if met else 'MISSED'}"
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
