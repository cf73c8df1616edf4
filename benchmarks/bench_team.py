# SPDX-License-Identifier: Apache-2.0
"""A team's database: how fast one, two and three workers send one campaign, beside the same send from a file.

    python benchmarks/bench_team.py [--recipients 60000] [--runs 2]

A private PostgreSQL that flushes each commit (fsync on), an engine in its own process, chunks of 1,000. The clock runs from
the start of the worker processes until the campaign is finished, and separately until every receipt is applied. The
engine, the server and the workers share this machine's cores, so the last worker says where the cores are full, not
what the database can do. Ends 0 when the ledger and the engine agree on every message and two workers are not slower
than one.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests import postgres
from tests.crash.kill_site import Site

WORKERS = (1, 2, 3)


def send(folder: Path, url: str, recipients: int, workers: int) -> tuple[float, float, float]:
    """Send one campaign; return the seconds of the confirmation, until all is accepted, and until all receipts are applied."""
    site = Site(folder, url)
    try:
        begun = time.perf_counter()
        campaign = site.confirm("bench", recipients, 1_000)
        confirmed = time.perf_counter()
        running = [site.worker("--workspace", str(folder)) for _ in range(workers)]
        while site.ledger.campaign(campaign).state != "finished":
            time.sleep(0.05)
        sent = time.perf_counter()
        site.doors.forward(4 * 86_400_000)
        due = site.doors.status().receipts
        while site.ledger.cursor("local") < due:
            time.sleep(0.05)
        told = time.perf_counter()
        for worker in running:
            worker.terminate()
        for worker in running:
            worker.wait()
        site.judge(campaign, "bench", recipients)
        return confirmed - begun, sent - confirmed, told - confirmed
    finally:
        site.close()


def main() -> int:
    """Print the table; return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--recipients", type=int, default=60_000)
    parser.add_argument("--runs", type=int, default=2)
    given = parser.parse_args()
    if missing := postgres.why_not():
        print(f"left out: {missing}")
        return 0
    rows: dict[str, list[tuple[float, float, float]]] = {}
    with postgres.running(postgres.DURABLE) as server:
        for run in range(given.runs):
            for count in (0, *WORKERS):
                name = f"PostgreSQL, {count} worker{'s' * (count > 1)}" if count else "file, 1 worker"
                url = server.create(f"team_{run}_{count}") if count else ""
                with tempfile.TemporaryDirectory() as folder:
                    rows.setdefault(name, []).append(send(Path(folder), url, given.recipients, max(1, count)))
    print(
        f"{given.recipients:,} recipients, {given.runs} runs, medians; {os.cpu_count()} cores for all processes"
    )
    medians = {
        name: [statistics.median(column) for column in zip(*found, strict=True)]
        for name, found in rows.items()
    }
    for name, (messages, receipts, confirm) in medians.items():
        print(
            f"{name:24} {messages:9,.0f} messages/s  {receipts:9,.0f} receipts/s  confirmation {confirm:5.1f} s"
        )
    one, two = (medians[f"PostgreSQL, {name}"][0] for name in ("1 worker", "2 workers"))
    print(f"two workers to one: {two / one:.2f}")
    return 0 if two >= 0.95 * one else 1


if __name__ == "__main__":
    sys.exit(main())
