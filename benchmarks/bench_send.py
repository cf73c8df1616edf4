# SPDX-License-Identifier: Apache-2.0
"""A campaign with two parameters through ledger (FULL), worker process and engine process, receipts applied.

    python benchmarks/bench_send.py [--recipients 100000] [--memory 1000000]

The clock runs from the start of the worker process until every recipient is accepted and every receipt that is due is
applied; the campaign was confirmed before. Beside it stands what one would write instead: one request and one commit a
recipient, against the same engine, on a sample. Memory is the worker's own peak at two sizes. Ends 0 when the budgets
are met.
"""

from __future__ import annotations

import argparse
import compileall
import hashlib
import hmac
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import httpx
import orjson

from koodesk.backend.gateways.engine_admin import EngineDoors
from koodesk.backend.gateways.engine_process import LocalEngineProcess
from koodesk.backend.gateways.local import LocalGateway
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.views.sending import DetailFilter
from koodesk.backend.workspace import Workspace
from koodesk.domain.campaign import digest_of, encode
from tests.backend.sending.workshop import FIRST_NUMBER, add_audience, snapshot
from tests.crash.real_engine import SIGNATURE, SMS_TEXT, cleared_engine

LEAST_PER_SECOND = 30_000
LONGEST_LARGE_S = 40.0
"""For the larger campaign, where it has a million recipients."""
LEAST_SLOPE = 0.9
"""Messages a second of the larger campaign, to those of the smaller."""
MOST_GROWTH = 1.2
LONGEST_PAGE_MS = 300
SAMPLE = 300
ALL_DUE_MS = 4 * 86_400_000
"""How far the clock is run forward so that every receipt has fallen due."""
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Run:
    """What one campaign took. `page_ms` is the slowest of first, middle and filtered page of the detail list."""

    recipients: int
    confirm_s: float
    send_s: float
    receipts: int
    accepted: int
    worker_kb: int
    page_ms: float
    sums_agree: bool


def campaign(folder: Path, recipients: int) -> Run:
    """Confirm and send one campaign in a new workspace."""
    workspace = Workspace(folder).create()
    tpl_id = cleared_engine(workspace, receipt_delay_ms=0)
    database = Database(workspace.database)
    database.prepare()
    ledger = SqlLedger(database)
    doors = EngineDoors(LocalEngineProcess(workspace).endpoint)
    try:
        add_audience(database, recipients)
        text = encode(
            snapshot(
                "bench",
                recipients,
                tpl_id=tpl_id,
                sms_text=SMS_TEXT,
                signature=SIGNATURE,
                gateway="local",
                chunk_size=1_000,
            )
        )
        begin = time.perf_counter()
        campaign_id = ledger.create(digest_of(text), text, doors.status().now_ms, "bench")
        confirmed = time.perf_counter()
        peak, seconds, receipts = work(workspace, ledger, doors, campaign_id)
        pages = []
        middle = ledger.campaign(campaign_id).to_send // 2
        for after, where in (
            (0, DetailFilter()),
            (middle, DetailFilter()),
            (0, DetailFilter(delivery="failed")),
        ):
            opened = time.perf_counter()
            ledger.details(campaign_id, after, 200, where, 0)
            pages.append((time.perf_counter() - opened) * 1000)
        buckets = ledger.buckets(campaign_id)
        return Run(
            recipients,
            confirmed - begin,
            seconds,
            receipts,
            buckets.accepted,
            peak,
            max(pages),
            buckets == ledger.recount(campaign_id),
        )
    finally:
        database.close()
        LocalEngineProcess(workspace).stop()


def work(
    workspace: Workspace, ledger: SqlLedger, doors: EngineDoors, campaign_id: int
) -> tuple[int, float, int]:
    """Run a worker until all is accepted and applied; return its peak memory in KB, the seconds, the receipts."""
    begin = time.perf_counter()
    log = (workspace.root / "worker.log").open("wb")
    worker = subprocess.Popen(
        [sys.executable, "-m", "koodesk.worker", "--workspace", str(workspace.root)],
        stderr=log,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        while ledger.campaign(campaign_id).state != "finished":
            if worker.poll() is not None:
                raise RuntimeError(
                    f"the worker ended with {worker.returncode}: {workspace.root / 'worker.log'}"
                )
            time.sleep(0.05)
        due = all_due(workspace, doors)
        while ledger.cursor("local") < due:
            time.sleep(0.05)
        seconds = time.perf_counter() - begin
        return peak_kb(worker.pid), seconds, due
    finally:
        worker.terminate()
        worker.wait()
        log.close()


def all_due(workspace: Workspace, doors: EngineDoors) -> int:
    """Let every receipt fall due and into the engine's list, so that "all" means the same at every speed; return its end.

    The list takes in what is due when somebody reads at its end, so much at a time.
    """
    doors.forward(ALL_DUE_MS)
    gateway = LocalGateway(LocalEngineProcess(workspace).endpoint)
    last, before = 0, -1
    while last != before:
        before, last = last, gateway.receipts(last, 1).last or 0
    gateway.close()
    return last


def compile_modules() -> None:
    """Compile what the processes load, as an installation has it: where Python keeps no bytecode each start would do it again."""
    for folder in ("koodesk", "benchmarks"):
        compileall.compile_dir(ROOT / folder, quiet=1)


def peak_kb(pid: int) -> int:
    """Return the largest resident memory of a process in KB, 0 where the system does not tell."""
    try:
        text = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("VmHWM")), 0)


def plain(folder: Path) -> float:
    """Return messages a second of the usual loop: a request, then a commit, a recipient."""
    workspace = Workspace(folder).create()
    tpl_id = cleared_engine(workspace)
    endpoint = LocalEngineProcess(workspace).endpoint()
    rows = sqlite3.connect(folder / "plain.db", isolation_level=None)
    rows.execute("PRAGMA journal_mode=WAL")
    rows.execute("PRAGMA synchronous=FULL")
    rows.execute("CREATE TABLE message (number INTEGER PRIMARY KEY, message_id TEXT)")
    begin = time.perf_counter()

    with httpx.Client(base_url=endpoint.url) as http:
        for place in range(SAMPLE):
            body = orjson.dumps(
                {
                    "campaign": "plain",
                    "task_name": "plain",
                    "template": tpl_id,
                    "sms_template": "1",
                    "sms_sign": SIGNATURE,
                    "sms_text": SMS_TEXT,
                    "validity_days": 7,
                    "fallback": "none",
                    "recipients": [
                        [FIRST_NUMBER + place, {"name": f"王{place}", "amount": str(place)}, 1, {}]
                    ],
                }
            )
            now = str(time.time_ns() // 1_000_000)
            signed = f"POST\n/engine/v1/batches\n{now}\n{hashlib.sha256(body).hexdigest()}"
            answer = http.post(
                "/engine/v1/batches",
                content=body,
                headers={
                    "Idempotency-Key": f"plain-{place}",
                    "X-Koodesk-Time": now,
                    "X-Koodesk-Signature": hmac.new(
                        bytes.fromhex(endpoint.key), signed.encode(), hashlib.sha256
                    ).hexdigest(),
                },
            )
            number, _, message = answer.json()["results"][0]
            rows.execute("INSERT INTO message VALUES (?, ?)", (number, str(message)))
    seconds = time.perf_counter() - begin
    rows.close()
    LocalEngineProcess(workspace).stop()
    return SAMPLE / seconds


def main() -> int:
    """Run it; return 0 when the budgets are met."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--recipients", type=int, default=100_000)
    parser.add_argument(
        "--memory", type=int, default=1_000_000, help="size of the second campaign; 0 leaves it out"
    )
    given = parser.parse_args()
    compile_modules()
    with tempfile.TemporaryDirectory(prefix="koodesk-bench-") as name:
        folder = Path(name)
        usual = plain(folder / "plain")
        small = campaign(folder / "small", given.recipients)
        large = campaign(folder / "large", given.memory) if given.memory else None
    rate = small.accepted / small.send_s
    growth = large.worker_kb / small.worker_kb if large and small.worker_kb else 0.0
    slope = large.accepted / large.send_s / rate if large else 1.0
    page = max(run.page_ms for run in (small, large) if run)
    right = all(run.sums_agree and run.accepted == run.recipients for run in (small, large) if run)
    in_time = not large or large.send_s <= LONGEST_LARGE_S * large.recipients / 1_000_000
    met = (
        right
        and rate >= LEAST_PER_SECOND
        and in_time
        and slope >= LEAST_SLOPE
        and growth <= MOST_GROWTH
        and page <= LONGEST_PAGE_MS
    )
    result = {
        "bench": "send",
        "messages_per_second": round(rate),
        "plain_per_second": round(usual),
        "ratio": round(rate / usual, 1),
        "slope": round(slope, 3),
        "memory_growth": round(growth, 3),
        "page_ms": round(page, 1),
        "small": asdict(small),
        "large": asdict(large) if large else None,
        "met": met,
    }
    print(json.dumps(result))
    print(
        f"{small.recipients:,} recipients sent and {small.receipts:,} receipts applied in {small.send_s:.1f} s: "
        f"{rate:,.0f} messages/s (>= {LEAST_PER_SECOND:,}); one request and one commit a recipient: {usual:,.0f}/s, "
        f"{rate / usual:.0f} x slower"
    )
    if large:
        print(
            f"{large.recipients:,} recipients in {large.send_s:.1f} s (a million: <= {LONGEST_LARGE_S:.0f}), messages/s x "
            f"{slope:.2f} (>= {LEAST_SLOPE}), worker memory x {growth:.2f} (<= {MOST_GROWTH})"
        )
    print(f"slowest detail page {page:.0f} ms (<= {LONGEST_PAGE_MS}); {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
