# SPDX-License-Identifier: Apache-2.0
"""Worker and engine killed in the middle of a send, both started again: how long until the next messages are accepted.

    python benchmarks/bench_restart.py [--recipients 100000 1000000]

The clock runs from the start of the new worker, which brings the engine up, takes over what was on its way, holds every
recipient that may still leave against what was confirmed, and goes on, until the first outcome after the kill is in the
ledger. Afterwards the campaign is sent to its end and counted by the engine's own log. Ends 0 when the budgets are met
and nobody was lost or written to twice.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from koodesk.backend.gateways.engine_admin import EngineDoors
from koodesk.backend.gateways.engine_process import LocalEngineProcess
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.workspace import Workspace
from koodesk.domain.campaign import digest_of, encode
from koodesk.proof.ground import SIGNATURE, SMS_TEXT, acceptances, add_audience, cleared_engine, snapshot

LONGEST_S = {100_000: 5.0, 1_000_000: 10.0}
AT_SHARE = 0.3
"""Of the recipients, how many are accepted when both are killed."""
WAIT_S = 120.0
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Run:
    """What became of one campaign."""

    recipients: int
    accepted_before: int
    restart_s: float
    lost: int
    twice: int


def start(workspace: Workspace) -> subprocess.Popen[bytes]:
    """Start a worker."""
    with (workspace.root / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "koodesk.worker", "--workspace", str(workspace.root)],
            stderr=log,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )


def until(what: Callable[[], bool], worker: subprocess.Popen[bytes]) -> float:
    """Wait for something, looking every 10 ms; return the seconds. Raises RuntimeError when it does not come."""
    begin = time.perf_counter()
    while not what():
        if worker.poll() is not None or time.perf_counter() - begin > WAIT_S:
            raise RuntimeError(f"the worker ended with {worker.poll()}, or {WAIT_S:.0f} s passed")
        time.sleep(0.01)
    return time.perf_counter() - begin


def restarted(folder: Path, recipients: int, at_share: float = AT_SHARE) -> Run:
    """Send a campaign with a kill in the middle."""
    workspace = Workspace(folder).create()
    tpl_id = cleared_engine(workspace)
    process = LocalEngineProcess(workspace)
    database = Database(workspace.database)
    database.prepare()
    ledger = SqlLedger(database)
    worker: subprocess.Popen[bytes] | None = None
    try:
        add_audience(database, recipients)
        frozen = snapshot(
            "restart",
            recipients,
            tpl_id=tpl_id,
            sms_text=SMS_TEXT,
            signature=SIGNATURE,
            gateway="local",
            chunk_size=1_000,
        )
        text = encode(frozen)
        campaign = ledger.create(
            digest_of(text), text, EngineDoors(process.endpoint).status().now_ms, "bench"
        )
        worker = start(workspace)
        until(lambda: ledger.buckets(campaign).accepted >= recipients * at_share, worker)
        worker.kill()
        os.kill(process.endpoint().pid, signal.SIGKILL)
        worker.wait()
        before = ledger.buckets(campaign).accepted
        begin = time.perf_counter()
        worker = start(workspace)
        until(lambda: ledger.buckets(campaign).accepted > before, worker)
        seconds = time.perf_counter() - begin
        until(lambda: ledger.campaign(campaign).state == "finished", worker)
        taken = acceptances(workspace, "restart")
        lost, twice = recipients - len(taken), sum(taken.values()) - len(taken)
        return Run(recipients, before, seconds, lost, twice)
    finally:
        if worker is not None:
            worker.terminate()
            worker.wait()
        database.close()
        process.stop()


def main() -> int:
    """Run it; return 0 when the budgets are met."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--recipients", type=int, nargs="*", default=list(LONGEST_S))
    given = parser.parse_args()
    met = True
    for recipients in given.recipients:
        with tempfile.TemporaryDirectory(prefix="koodesk-bench-") as name:
            run = restarted(Path(name), recipients)
        limit = min(
            [most for size, most in LONGEST_S.items() if size >= recipients], default=max(LONGEST_S.values())
        )
        right = run.restart_s <= limit and not run.lost and not run.twice
        met = met and right
        print(json.dumps({"bench": "restart", **asdict(run), "met": right}))
        print(
            f"{recipients:,} recipients, worker and engine killed after {run.accepted_before:,}: going on after "
            f"{run.restart_s:.1f} s (<= {limit:.0f}), {run.lost} lost, {run.twice} twice; {'met' if right else 'MISSED'}",
            flush=True,
        )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
