# SPDX-License-Identifier: Apache-2.0
"""`python -m koodesk.worker --workspace DIR`: the process of a workspace that sends; of a team's, one of several.

Takes the worker lock of a workspace in a file, brings up the local engine, sends and receives until it is told to stop (SIGTERM, SIGINT), and
ends its calls before it goes. With `--campaign ID` it ends by itself when that campaign waits for nobody but a person,
the clock or receipts. Exit codes: 0 done, 1 it could not start (a line on stderr says why), 3 another worker has the
workspace.
"""

from __future__ import annotations

import argparse
import json
import logging
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Final

from koodesk import log, paths
from koodesk.backend.gateways.engine_process import LocalEngineProcess
from koodesk.backend.gateways.keyless import NAMES as KEYLESS
from koodesk.backend.gateways.keyless import KeylessGateway
from koodesk.backend.gateways.local import LocalGateway
from koodesk.backend.ports.gateway import SendGateway
from koodesk.backend.sending.dispatcher import WorkerOptions
from koodesk.backend.sending.fence import Fence
from koodesk.backend.sending.lock import WorkerLock
from koodesk.backend.sending.worker import Worker
from koodesk.backend.storage.opening import is_a_teams, open_database
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.workspace import Workspace
from koodesk.domain.guard_rules import read_guard_rules
from koodesk.domain.problem import Refused

EXIT_DONE: Final = 0
EXIT_REFUSED: Final = 1
EXIT_HELD: Final = 3
CACHE_KB: Final = 4_096
"""Page cache of each connection: the worker reads ranges and appends, more would only grow with the campaign."""
SWITCH_SECONDS: Final = 0.0005
"""How long one thread may keep the others waiting: sender threads must get their bytes out while rows are written."""

_log: Final = logging.getLogger("koodesk.worker")


def build(
    workspace: Workspace, ledger: SqlLedger, process: LocalEngineProcess, gateway: str = LocalGateway.name
) -> Worker:
    """Return the worker of a workspace; its holder holds the worker lock."""
    fence = Fence(workspace.generation)
    rules = read_guard_rules((paths.resources() / "rules" / "sending_guard.toml").read_text("utf-8"))
    return Worker(ledger, gateway_of(process, gateway), options=WorkerOptions(guard=rules), fence=fence)


def gateway_of(process: LocalEngineProcess, name: str) -> SendGateway:
    """Return a gateway by its name: the engine with its keys, or as a cloud without (`gateways.keyless`)."""
    if name in KEYLESS:
        return KeylessGateway(process.endpoint, KEYLESS[name])
    return LocalGateway(process.endpoint)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a worker; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m koodesk.worker")
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument(
        "--campaign", type=int, default=0, help="end when this campaign waits for nobody but a person"
    )
    parser.add_argument(
        "--receipts", type=float, default=0.0, help="then wait up to so many seconds for receipts"
    )
    parser.add_argument(
        "--gateway",
        choices=[LocalGateway.name, *KEYLESS],
        default=LocalGateway.name,
        help="send the campaigns of this gateway; those without keys are for proving sends",
    )
    given = parser.parse_args(arguments)
    log.configure()
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        workspace = Workspace(given.workspace.resolve()).create()
        lock = WorkerLock(workspace.worker_lock, ends_when_told=True)
        # Of a team's workspace there are as many workers as are started: each holds its own name in the database.
        with nullcontext() if is_a_teams() else lock:
            return _run(workspace, stop, given.campaign, given.receipts, given.gateway)
    except Refused as refusal:
        held = any(problem.code == "worker.held" for problem in refusal.problems)
        for problem in refusal.problems:
            sys.stderr.write(json.dumps({"code": problem.code, "params": dict(problem.params)}) + "\n")
        return EXIT_HELD if held else EXIT_REFUSED


def _run(workspace: Workspace, stop: threading.Event, campaign_id: int, receipts: float, gateway: str) -> int:
    database = open_database(workspace, cache_kb=CACHE_KB)
    try:
        database.prepare()
        ledger = SqlLedger(database)
        process = LocalEngineProcess(workspace)
        process.ensure_running()
        worker = build(workspace, ledger, process, gateway)
        watcher = threading.Thread(target=_watch_engine, args=(process, stop), name="engine", daemon=True)
        watcher.start()
        _log.info("worker ready")
        if not campaign_id:
            worker.run_forever(stop)
            return EXIT_DONE
        worker.run_until_idle(campaign_id, stop)
        _await_receipts(worker, ledger, campaign_id, receipts, stop)
        return EXIT_DONE
    finally:
        database.close()


def _watch_engine(process: LocalEngineProcess, stop: threading.Event) -> None:
    """Start the engine again when it has died."""
    while not stop.wait(1.0):
        try:
            process.ensure_running()
        except Refused as refusal:
            _log.warning("the engine does not start: %s", refusal)
            stop.wait(10.0)


def _await_receipts(
    worker: Worker, ledger: SqlLedger, campaign_id: int, seconds: float, stop: threading.Event
) -> None:
    """Take receipts until every accepted message has a status report, or for so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not stop.is_set():
        try:
            if worker.receipts.poll():
                continue
        except Refused as refusal:
            _log.warning("receipts wait: %s", refusal)
        total = ledger.funnel(campaign_id, 0).total
        if total.delivered + total.failed >= total.sent:
            return
        stop.wait(0.3)


if __name__ == "__main__":
    sys.exit(main())
