# SPDX-License-Identifier: Apache-2.0
"""The worker beside a loop written by hand that keeps the same promises, in turns, on one machine.

    python benchmarks/bench_loop.py [--recipients 100000] [--rounds 3]

Both send the same campaign in chunks of 1,000 from a file of SQLite (WAL, FULL) through an engine process of their own
and take every receipt of it; the clock runs from the start of the sending process until the last receipt is applied.
What the loop leaves out is said in `hand_written.py`. Ends 0 when the worker reaches its share of the loop.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import bench_send, hand_sql, hand_written
from koodesk.backend.gateways.engine_admin import EngineDoors
from koodesk.backend.gateways.engine_process import LocalEngineProcess
from koodesk.backend.workspace import Workspace
from koodesk.domain.campaign import chunk_key, payload_frame
from koodesk.proof.ground import FIRST_NUMBER, SIGNATURE, SMS_TEXT, acceptances, cleared_engine, snapshot

LEAST_SHARE = 0.7
CHUNK = 1_000
ROOT = Path(__file__).resolve().parents[1]


def by_hand(folder: Path, recipients: int) -> float:
    """Send one campaign with the loop; return messages a second. Raises RuntimeError when one was lost or sent twice."""
    workspace = Workspace(folder).create()
    tpl_id = cleared_engine(workspace, receipt_delay_ms=0)
    doors = EngineDoors(LocalEngineProcess(workspace).endpoint)
    try:
        path = folder / "by_hand.db"
        write(path, tpl_id, recipients)
        seconds = work(path, workspace, doors)
        check(path, workspace, recipients)
        return recipients / seconds
    finally:
        LocalEngineProcess(workspace).stop()


def write(path: Path, tpl_id: str, recipients: int) -> None:
    """Write the campaign as it is confirmed: recipients, chunks, digests."""
    frame = payload_frame(
        snapshot("hand", recipients, tpl_id=tpl_id, sms_text=SMS_TEXT, signature=SIGNATURE, chunk_size=CHUNK)
    )
    with closing(hand_sql.connect(path)) as connection:
        connection.executescript(hand_sql.TABLES)
        connection.execute("BEGIN")
        connection.execute("INSERT INTO plan VALUES (?, '', 'running', 0, 1440)", (frame.head,))
        for number, begin in enumerate(range(0, recipients, CHUNK)):
            rows = [
                (
                    FIRST_NUMBER + i,
                    json.dumps(
                        {"name": f"王{i}", "amount": str(i)}, ensure_ascii=False, separators=(",", ":")
                    ),
                )
                for i in range(begin, min(begin + CHUNK, recipients))
            ]
            connection.executemany("INSERT INTO recipient (number, params) VALUES (?, ?)", rows)
            members = ",".join([f"[{one},{params},1,{{}}]" for one, params in rows])
            digest = hashlib.sha256(f"{frame.head}{members}]}}".encode()).hexdigest()
            key = chunk_key("hand", number)
            connection.execute(
                "INSERT INTO chunk (first_id, last_id, key, digest, state) VALUES (?, ?, ?, ?, 'planned')",
                (begin + 1, begin + len(rows), key, digest),
            )
        connection.execute("UPDATE plan SET digest = ?", (hand_sql.plan_digest(connection),))
        connection.execute("COMMIT")


def work(path: Path, workspace: Workspace, doors: EngineDoors) -> float:
    """Run the loop until all is answered and applied, watched as the worker is; return the seconds."""
    begin = time.perf_counter()
    sender = subprocess.Popen(
        [sys.executable, str(Path(hand_written.__file__)), str(path), str(workspace.engine_endpoint)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with closing(hand_sql.connect(path)) as connection:

        def asked(query: str) -> int:
            if sender.poll() is not None:
                raise RuntimeError(f"the loop ended with {sender.returncode}")
            return int(connection.execute(query).fetchone()[0])

        try:
            while asked("SELECT count(*) FROM chunk WHERE state <> 'done'"):
                time.sleep(0.05)
            due = bench_send.all_due(workspace, doors)
            while asked("SELECT after FROM cursor") < due:
                time.sleep(0.05)
            return time.perf_counter() - begin
        finally:
            sender.terminate()
            sender.wait()


def check(path: Path, workspace: Workspace, recipients: int) -> None:
    """Compare with the engine's own log, as the proof of once does."""
    with closing(hand_sql.connect(path)) as connection:
        sent, strays = connection.execute(
            "SELECT (SELECT count(*) FROM sent WHERE message_id IS NOT NULL), "
            "(SELECT count(*) FROM receipt WHERE recipient_id IS NULL)"
        ).fetchone()
    taken = acceptances(workspace, "hand")
    if (sent, strays, len(taken), sum(taken.values())) != (recipients, 0, recipients, recipients):
        raise RuntimeError(f"the loop is wrong: {sent} sent, {strays} strays, {sum(taken.values())} accepted")


def main() -> int:
    """Run it; return 0 when the budget is met."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--recipients", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    bench_send.compile_modules()
    loops: list[float] = []
    workers: list[float] = []
    for place in range(given.rounds):
        with tempfile.TemporaryDirectory(prefix="koodesk-bench-") as name:
            loops.append(by_hand(Path(name) / "hand", given.recipients))
            run = bench_send.campaign(Path(name) / "worker", given.recipients)
            workers.append(run.accepted / run.send_s)
        print(f"round {place + 1}: by hand {loops[-1]:,.0f}/s, worker {workers[-1]:,.0f}/s", flush=True)
    share = statistics.median(w / h for w, h in zip(workers, loops, strict=True))
    met = share >= LEAST_SHARE
    print(
        json.dumps(
            {"bench": "loop", "share": round(share, 3), "by_hand": loops, "worker": workers, "met": met}
        )
    )
    print(
        f"{given.recipients:,} recipients with their receipts: by hand {statistics.median(loops):,.0f}/s, worker "
        f"{statistics.median(workers):,.0f}/s, {share:.2f} of it (>= {LEAST_SHARE}); {'met' if met else 'MISSED'}"
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
