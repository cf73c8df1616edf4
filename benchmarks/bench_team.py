# SPDX-License-Identifier: Apache-2.0
"""A team's database: how fast one, two and three workers send one campaign, beside the same send from a file.

    python benchmarks/bench_team.py [--recipients 200000] [--runs 1] [--workers 0,1,2,3] [--call-ms 0] [--chunk 1000]

A private PostgreSQL that flushes each commit (fsync and synchronous_commit on), an engine in its own process. With `--call-ms`
each call is answered after so long, as a cloud far away does, and receipts come later than that: then a worker, which has three calls on their way, is held up by
waiting and not by the processors. The clock runs from the start of the worker processes until everybody is accepted, and on until every receipt that
is due is applied: that is "end to end". The engine, the server and the workers share this machine's cores; what each of
them took of the processors a message is printed, with the share of the processors that nobody took, and says where the time goes.
`--workers 0` is the file. Ends 0 when the ledger and the engine agree on every message, each worker more has added throughput
or the processors were full before it came, and, where calls do not wait, two workers keep to the aim of 20,000/s.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.bench_send import compile_modules
from koodesk.backend.gateways.engine_admin import EngineDoors
from koodesk.backend.gateways.engine_process import LocalEngineProcess
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.workspace import Workspace
from koodesk.domain.campaign import digest_of, encode
from koodesk.domain.fault_script import Does, Fault, FaultScript, On
from koodesk.proof.ground import add_audience, cleared_engine, snapshot
from tests import postgres
from tests.crash.real_engine import SIGNATURE, SMS_TEXT, acceptances

ROOT = Path(__file__).resolve().parents[1]
SERVER = (*postgres.DURABLE, "shared_buffers=1GB", "max_wal_size=8GB", "checkpoint_timeout=30min")
"""A server with room for what it works on, as one of a team's own has; every commit is on the disk when it is told."""
REST_SECONDS = 2.0
AIM = 20_000
LATER = 10
"""How much longer than its answer the first receipt of a message takes: no phone tells before the platform has answered."""
FULL = 0.15
"""Of processors that are idle for less nobody can get more: what is left is waiting for the disk between two turns."""
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Sent:
    """One send: seconds until it was confirmed, accepted and told of, receipts, processor seconds of each side, and the
    share (0 to 1) of all processors that nobody took until all was accepted, and until all was told."""

    confirm_s: float
    accepted_s: float
    told_s: float
    receipts: int
    engine_s: float
    server_s: float
    workers_s: float
    idle_sending: float
    idle: float


def send(folder: Path, url: str, recipients: int, workers: int, chunk: int = 1_000, call_ms: int = 0) -> Sent:
    """Send one campaign and look whether ledger and engine agree on every message."""
    workspace = Workspace(folder).create()
    tpl_id = cleared_engine(workspace, receipt_delay_ms=LATER * call_ms)
    process = LocalEngineProcess(workspace)
    doors = EngineDoors(process.endpoint)
    database = Database(workspace.database, url=url)
    database.prepare()
    ledger = SqlLedger(database)
    running: list[subprocess.Popen[bytes]] = []
    try:
        add_audience(database, recipients)
        wanted = {"tpl_id": tpl_id, "sms_text": SMS_TEXT, "signature": SIGNATURE, "gateway": "local"}
        text = encode(snapshot("bench", recipients, chunk_size=chunk, **wanted))
        begun = time.perf_counter()
        campaign = ledger.create(digest_of(text), text, doors.status().now_ms, "bench")
        confirmed = time.perf_counter()
        engine, server = process.ensure_running().pid, _server_of(database) if url else 0
        if call_ms:
            doors.put_faults(FaultScript(faults=(Fault(On.SEND, Does.SLOW, wait_ms=call_ms),)))
        before, stood = (_took(engine), _family(server)), _processors()
        running = [_worker(folder, url) for _ in range(workers)]
        while ledger.campaign(campaign).state != "finished":
            assert all(worker.poll() is None for worker in running), (folder / "worker.log").read_text()
            time.sleep(0.05)
        accepted, sending = time.perf_counter(), _idle(stood)
        doors.forward(4 * 86_400_000)
        told, due, idle = _all_told(ledger, doors, stood)
        took = _took(engine) - before[0], _family(server) - before[1]
        of_workers = sum(_took(worker.pid) for worker in running)
        buckets = ledger.buckets(campaign)
        counts = acceptances(workspace, "bench")
        assert buckets == ledger.recount(campaign), "the counts are not what the rows say"
        assert len(counts) == buckets.accepted == recipients, "lost"
        assert set(counts.values()) == {1}, "twice"
        return Sent(
            confirmed - begun,
            accepted - confirmed,
            told - confirmed,
            due,
            took[0],
            took[1],
            of_workers,
            sending,
            idle,
        )
    finally:
        for worker in running:
            worker.terminate()
        for worker in running:
            worker.wait()
        database.close()
        process.stop()


def _all_told(ledger: SqlLedger, doors: EngineDoors, stood: tuple[int, int]) -> tuple[float, int, float]:
    """Return when the last receipt was applied, how many there were, and how idle the processors were since they `stood`. The engine
    counts receipts when they are asked for: all of them are there when nothing new has come for longer than a reader rests."""
    told, last, idle = time.perf_counter(), -1, 0.0
    while time.perf_counter() - told < REST_SECONDS or last != doors.status().receipts:
        if (now := ledger.cursor("local")) != last:
            told, last, idle = time.perf_counter(), now, _idle(stood)
        time.sleep(0.05)
    return told, last, idle


def _worker(folder: Path, url: str) -> subprocess.Popen[bytes]:
    with (folder / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "koodesk.worker", "--workspace", str(folder)],
            stderr=log,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "KOODESK_DATABASE_URL": url},
        )


def _server_of(database: Database) -> int:
    with database.read() as connection:
        ours: int = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    return int(_stat(ours)[1])


def _stat(pid: int) -> list[str]:
    """Return what the system tells of a process from its state on, [] when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def _processors() -> tuple[int, int]:
    """Return how long all processors have been idle and busy since the system began, in ticks."""
    told = [int(one) for one in Path("/proc/stat").read_text("utf-8").split("\n", 1)[0].split()[1:9]]
    idle = told[3] + told[4]
    return idle, sum(told) - idle


def _idle(stood: tuple[int, int]) -> float:
    """Return the share of the processors that nobody took since they `stood` so."""
    idle, busy = (now - then for now, then in zip(_processors(), stood, strict=True))
    return idle / max(1, idle + busy)


def _took(pid: int) -> float:
    """Return the processor seconds of a process."""
    told = _stat(pid)
    return (int(told[11]) + int(told[12])) / _TICKS if told else 0.0


def _family(pid: int) -> float:
    """Return the processor seconds of a process and all its children, those that are gone among them."""
    if not pid:
        return 0.0
    told = _stat(pid)
    total = (int(told[13]) + int(told[14])) / _TICKS + _took(pid)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (child := _stat(int(entry.name))) and int(child[1]) == pid:
            total += _took(int(entry.name))
    return total


def main() -> int:
    """Print the table; return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--recipients", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--workers", default="0,1,2,3", help="how many at a time; 0 is one on a file")
    parser.add_argument("--call-ms", type=int, default=0, help="how long each call takes")
    parser.add_argument("--chunk", type=int, default=1_000, help="recipients of a call")
    given = parser.parse_args()
    if missing := postgres.why_not():
        print(f"left out: {missing}")
        return 0
    compile_modules()
    counts = [int(count) for count in given.workers.split(",")]
    found: dict[int, list[Sent]] = {count: [] for count in counts}
    with postgres.running(SERVER) as server:
        for run in range(given.runs):
            for count in counts:
                url = server.create(f"team_{run}_{count}") if count else ""
                with tempfile.TemporaryDirectory(prefix="koodesk-bench-") as folder:
                    found[count].append(
                        send(Path(folder), url, given.recipients, max(1, count), given.chunk, given.call_ms)
                    )
                print(f"{count}: {found[count][-1]}", file=sys.stderr, flush=True)
    print(
        f"{given.recipients:,} recipients in calls of {given.chunk:,}, which take {given.call_ms} ms more; {given.runs} runs, "
        f"medians; {os.cpu_count()} cores for all"
    )
    print(
        f"{'':22} {'end to end':>12} {'accepted':>12} {'receipts':>12} {'confirm':>8}   microseconds of a processor a message"
    )
    rates: dict[int, float] = {}
    sent: dict[int, float] = {}
    idles: dict[int, float] = {}
    for count, runs in found.items():
        name = f"PostgreSQL, {count} worker{'s' * (count > 1)}" if count else "file, 1 worker"
        middle = [statistics.median(getattr(one, field) for one in runs) for field in Sent.__slots__]
        confirm, accepted, told, receipts, *took, sending, idle = middle
        sent[count], idles[count] = given.recipients / accepted, sending
        rates[count] = given.recipients / told
        engine, base, workers = (seconds * 1e6 / given.recipients for seconds in took)
        print(
            f"{name:22} {rates[count]:10,.0f}/s {given.recipients / accepted:10,.0f}/s {receipts / told:10,.0f}/s "
            f"{confirm:6.1f} s   engine {engine:.0f}, server {base:.0f}, workers {workers:.0f}: {engine + base + workers:.0f}; "
            f"idle {sending:.0%} while sending, {idle:.0%} in all"
        )
    teams = [count for count in counts if count]
    for fewer, more in pairwise(teams):
        told, accepted = rates[more] / rates[fewer], sent[more] / sent[fewer]
        print(f"{more} workers to {fewer}: {told:.2f} with receipts, {accepted:.2f} accepted")
    adds = all(sent[more] > 1.05 * sent[fewer] or idles[fewer] < FULL for fewer, more in pairwise(teams))
    return 0 if adds and (given.call_ms or 2 not in rates or rates[2] >= AIM) else 1


if __name__ == "__main__":
    sys.exit(main())
