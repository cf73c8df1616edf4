# SPDX-License-Identifier: Apache-2.0
"""A million receipts into the ledger (FULL) in no order at all, beside the same receipts in theirs.

    python benchmarks/bench_receipts.py [--receipts 1000000]

Of the receipts a fifth is told a second time and a twentieth is of messages that nobody knows; the others report, resolve, show
and tap a third as many messages. They are taken in pages of 10,000 as the worker takes them. What both runs have made
of it, receipts, what they add up to and the counts of the reports, is compared row by row. Ends 0 when the budget is
met and both are the same.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from koodesk import garbage
from koodesk.backend.ports.gateway import Receipt
from koodesk.backend.ports.sending import SentRow, Settlement
from koodesk.backend.sending.receiving import PAGE
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.domain.campaign import digest_of, encode
from koodesk.domain.send_state import CampaignMove, ChunkMove, ChunkState
from koodesk.proof.ground import add_audience, snapshot
from koodesk.worker import CACHE_KB

LONGEST_S = 60.0
TWICE = 0.2
UNKNOWN = 0.05
KINDS = (("sms", "0", "DELIVRD"), ("shortchain", "0", ""), ("exposed", "0", ""), ("clicked", "0", "button"))
START_MS = 1_790_000_000_000
FIRST_MESSAGE = 1 << 44
LEFT_OVER = {
    "receipt": "gateway_receipt_id",
    "delivery": "recipient_id",
    "report_count": "campaign_id, day, vendor",
}
"""What is compared, and in which order it is read."""


def sent_ledger(folder: Path, messages: int) -> Path:
    """Write a ledger in which one campaign was accepted whole; return its file."""
    path = folder / "sent.db"
    database = Database(path)
    database.prepare()
    ledger = SqlLedger(database)
    add_audience(database, messages)
    text = encode(snapshot("receipts", messages, gateway="local", chunk_size=1_000))
    campaign = ledger.create(digest_of(text), text, START_MS, "bench")
    ledger.move(campaign, CampaignMove.START, START_MS)
    first = 0
    while jobs := ledger.jobs(campaign, ChunkState.PLANNED, 50, START_MS):
        ledger.turn((), jobs, START_MS, "bench")
        first = first or jobs[0].first_id
        ledger.turn(
            [
                Settlement(
                    job.chunk_id,
                    campaign,
                    job.chunk_no,
                    ChunkMove.ACCEPT,
                    tuple(
                        SentRow(one, str(FIRST_MESSAGE + one - first), "accepted", "", START_MS)
                        for one in range(job.first_id, job.first_id + len(job.batch.numbers))
                    ),
                )
                for job in jobs
            ],
            (),
            START_MS,
            "bench",
        )
    database.close()
    return path


def receipts(count: int, draw: random.Random) -> list[Receipt]:
    """Return so many receipts in the order of their ids, those told twice beside each other."""
    twice, unknown = int(count * TWICE), int(count * UNKNOWN)
    made = [
        Receipt(
            (FIRST_MESSAGE + place // len(KINDS)) << 3 | place % len(KINDS),
            str(FIRST_MESSAGE + place // len(KINDS)),
            *KINDS[place % len(KINDS)],
            START_MS + draw.randrange(3_600_000),
        )
        for place in range(count - twice - unknown)
    ]
    strangers = [
        Receipt((1 << 58) + place, str((1 << 50) + place), "sms", "0", "DELIVRD", START_MS)
        for place in range(unknown)
    ]
    return sorted(made + draw.sample(made, twice) + strangers)


def take(path: Path, told: list[Receipt]) -> tuple[float, dict[str, str]]:
    """Take receipts page after page; return the seconds and a digest of each table afterwards."""
    database = Database(path, cache_kb=CACHE_KB)
    ledger = SqlLedger(database)
    begin = time.perf_counter()
    for start in range(0, len(told), PAGE):
        ledger.take("local", told[start : start + PAGE], start + PAGE)
    seconds = time.perf_counter() - begin
    digests = {}
    with database.read() as connection:
        for table, order in LEFT_OVER.items():
            rows = hashlib.sha256()
            for row in connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY {order}"):
                rows.update(repr(tuple(row)).encode())
            digests[table] = rows.hexdigest()
    database.close()
    return seconds, digests


def main() -> int:
    """Run it; return 0 when the budget is met."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--receipts", type=int, default=1_000_000)
    given = parser.parse_args()
    garbage.collect_rarely()  # as in the worker
    draw = random.Random(7)
    told = receipts(given.receipts, draw)
    shuffled = draw.sample(told, len(told))
    with tempfile.TemporaryDirectory(prefix="koodesk-bench-") as name:
        one = sent_ledger(Path(name), -(-given.receipts // len(KINDS)))
        other = one.with_name("sorted.db")
        shutil.copyfile(one, other)
        seconds, mixed = take(one, shuffled)
        in_order, plain = take(other, told)
    same = mixed == plain
    met = same and seconds <= LONGEST_S
    print(
        json.dumps(
            {
                "bench": "receipts",
                "shuffled_s": round(seconds, 2),
                "sorted_s": round(in_order, 2),
                "ratio": round(seconds / in_order, 2),
                "same": same,
                "met": met,
            }
        )
    )
    print(
        f"{len(told):,} receipts, {TWICE:.0%} told twice, {UNKNOWN:.0%} of unknown messages: shuffled {seconds:.1f} s "
        f"(<= {LONGEST_S:.0f}), in their order {in_order:.1f} s, {seconds / in_order:.1f} x; "
        f"{'the same in the end' if same else 'DIFFERENT in the end'}; {'met' if met else 'MISSED'}"
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
