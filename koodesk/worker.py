# SPDX-License-Identifier: Apache-2.0
"""`python -m koodesk.worker --workspace DIR`: the process of a workspace that sends; of a team's, one of several.

Takes the worker lock of a workspace in a file, sends and receives through the platform that the workspace speaks to (the local engine,
which it brings up, or the real cloud) until it is told to stop (SIGTERM, SIGINT), and ends its calls before it goes. When another platform
is chosen meanwhile, it goes on with that one. With `--campaign ID` it ends by itself when that campaign waits for nobody but a person,
the clock or receipts. Exit codes: 0 done, 1 it could not start (a line on stderr says why), 3 another worker has the
workspace.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import queue
import signal
import socket
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

from koodesk import garbage, log, paths
from koodesk.backend.database_address import is_a_teams
from koodesk.backend.gateways.engine_process import LocalEngineProcess
from koodesk.backend.gateways.export_process import ExportProcess
from koodesk.backend.gateways.keyless import NAMES as KEYLESS
from koodesk.backend.gateways.keyless import KeylessGateway
from koodesk.backend.gateways.local import LocalGateway
from koodesk.backend.ports.clock import SystemClock
from koodesk.backend.ports.cloud import CloudAccess, FindAccess, read_access
from koodesk.backend.ports.gateway import SendGateway
from koodesk.backend.sending.dispatcher import WorkerOptions
from koodesk.backend.sending.fence import Fence
from koodesk.backend.sending.lock import WorkerLock
from koodesk.backend.sending.seats import Seats
from koodesk.backend.sending.worker import Worker
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.export_place import export_place
from koodesk.backend.storage.opening import address, open_database
from koodesk.backend.storage.secrets import CloudKey, SystemSecrets
from koodesk.backend.storage.stores.platform_choice import chosen_platform
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.storage.stores.workers import SqlWorkers
from koodesk.backend.workspace import Workspace
from koodesk.domain.guard_rules import read_guard_rules
from koodesk.domain.platform import Platform
from koodesk.domain.problem import Refused

if TYPE_CHECKING:
    from koodesk.backend.gateways.cloud.gateway import CloudGateway

EXIT_DONE: Final = 0
EXIT_REFUSED: Final = 1
EXIT_HELD: Final = 3
CACHE_KB: Final = 4_096
"""Page cache of each connection: the worker reads ranges and appends, more would only grow with the campaign."""
SWITCH_SECONDS: Final = 0.0005
"""How long one thread may keep the others waiting: sender threads must get their bytes out while rows are written."""
WATCH_SECONDS: Final = 1.0
"""How often it is looked whether another platform was chosen."""

_log: Final = logging.getLogger("koodesk.worker")


class Stop:
    """`told` to end for good; `now` ends what is going on: then, and when another platform was chosen."""

    def __init__(self) -> None:
        self.told: Final = threading.Event()
        self.now = threading.Event()

    def tell(self) -> None:
        """End for good. Not for signal handlers: one may find the main thread with the lock of `now` in its hand."""
        self.told.set()
        self.now.set()

    def on_signals(self, *signals: int) -> None:
        """End for good when a signal comes: its handler only leaves a word, which a thread of its own hears."""
        heard: queue.SimpleQueue[int] = queue.SimpleQueue()  # the one queue whose `put` a handler may call

        def hear() -> None:
            heard.get()
            self.tell()

        threading.Thread(target=hear, name="signals", daemon=True).start()
        for number in signals:
            signal.signal(number, lambda number, _: heard.put(number))

    def anew(self) -> threading.Event:
        """Return the end of what begins now."""
        self.now = threading.Event()
        if self.told.is_set():
            self.now.set()
        return self.now


def build(
    workspace: Workspace, ledger: SqlLedger, gateway: SendGateway, seats: Seats | None = None
) -> Worker:
    """Return the worker of a workspace; its holder holds the worker lock. With `seats` it works by a team's jobs."""
    fence = Fence(workspace.generation, paths.worker_marks())
    rules = read_guard_rules((paths.resources() / "rules" / "sending_guard.toml").read_text("utf-8"))
    options = WorkerOptions(guard=rules)
    return Worker(ledger, gateway, options=options, fence=fence, seats=seats)


def engine_gateway(process: LocalEngineProcess, name: str) -> LocalGateway | KeylessGateway:
    """Return a gateway of the engine by its name: with its keys, or as a cloud without (`gateways.keyless`)."""
    if name in KEYLESS:
        return KeylessGateway(process.endpoint, KEYLESS[name])
    return LocalGateway(process.endpoint)


def cloud_gateway(database: Database, find: FindAccess) -> CloudGateway:
    """Return the gateway of the real platform; `find` finds its access key. Its modules are loaded by whoever speaks to it."""
    from koodesk.backend.gateways.cloud.gateway import CloudGateway
    from koodesk.backend.gateways.cloud.keyed import KeyedClient
    from koodesk.backend.storage.stores.cloud import SqlCloudRecords
    from koodesk.backend.storage.stores.cloud_accounts import SqlCloudAccounts
    from koodesk.backend.storage.stores.cloud_callers import CloudCallers
    from koodesk.backend.storage.stores.sending_tasks import WaitingTasks

    now_ms = SystemClock().now_ms
    waiting, callers = WaitingTasks(database, CloudGateway.name, now_ms), CloudCallers(database)
    client = KeyedClient(find, used=lambda caller: callers.used(caller, now_ms()))
    accounts = SqlCloudAccounts(database)
    records = SqlCloudRecords(database, lambda: accounts.account(client.whose()))
    return CloudGateway(
        client,
        waiting,
        now_ms,
        records.sms_template,
        waiting.members,
        lambda key: callers.made(key, client.caller),
        records.demand,
    )


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
        choices=[*Platform, *KEYLESS],
        default="",
        help="send the campaigns of this gateway, not of the platform that was chosen; those without keys are for proving sends",
    )
    parser.add_argument("--key-on-stdin", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    log.configure()
    handed = read_access(sys.stdin.read()) if given.key_on_stdin else None
    stop = Stop()
    stop.on_signals(signal.SIGTERM, signal.SIGINT)
    sys.setswitchinterval(SWITCH_SECONDS)
    garbage.collect_rarely()
    try:
        while True:
            workspace = Workspace(given.workspace.resolve()).create()
            lock = WorkerLock(workspace.worker_lock, ends_when_told=True)
            # Of a team's workspace there are as many workers as are started: each holds its own name in the database.
            with nullcontext() if is_a_teams(workspace.root) else lock:
                # Whoever moves a workspace holds its lock meanwhile: who waited for it may have got that of the old place.
                if Workspace(workspace.root) == workspace:
                    return _run(workspace, stop, given, handed)
    except Refused as refusal:
        held = any(problem.code == "worker.held" for problem in refusal.problems)
        for problem in refusal.problems:
            sys.stderr.write(json.dumps({"code": problem.code, "params": dict(problem.params)}) + "\n")
        return EXIT_HELD if held else EXIT_REFUSED


def _run(workspace: Workspace, stop: Stop, given: argparse.Namespace, handed: CloudAccess | None) -> int:
    database = open_database(workspace, CACHE_KB, plain=True)
    kept = CloudKey(SystemSecrets(str(workspace.root)))
    try:
        database.prepare()
        while True:
            name = given.gateway or chosen(database)
            ends = stop.anew()
            gateway: CloudGateway | LocalGateway | KeylessGateway
            if name == Platform.CLOUD:
                # what is known of the cloud's tasks is asked for by statements built from tables
                if database.plain:
                    database.close()
                    database = open_database(workspace, CACHE_KB)
                gateway = cloud_gateway(database, lambda: handed or kept())
            else:
                process = LocalEngineProcess(workspace)
                process.ensure_running()
                gateway = engine_gateway(process, name)
                threading.Thread(
                    target=_watch_engine, args=(process, ends), name="engine", daemon=True
                ).start()
            try:
                _serve(workspace, database, gateway, ends, given)
            finally:
                ends.set()
                gateway.close()
            if given.campaign or given.gateway or stop.told.is_set():
                return EXIT_DONE
            _log.info("another platform was chosen")
    finally:
        database.close()


def chosen(database: Database) -> str:
    """Return the name of the gateway of the platform that a workspace speaks to."""
    with database.read() as connection:
        return chosen_platform(connection).value


def _serve(
    workspace: Workspace,
    database: Database,
    gateway: CloudGateway | LocalGateway | KeylessGateway,
    ends: threading.Event,
    given: argparse.Namespace,
) -> None:
    """Send through a gateway until `ends`, until a campaign waits for somebody, or until another platform is chosen."""
    ledger = SqlLedger(database)
    # Who works for one campaign asks for no job: it was told what to send.
    seats = Seats() if database.shared and not given.campaign else None
    worker = build(workspace, ledger, gateway, seats)
    with ExitStack() as work:
        workers = work.enter_context(_in_the_list(SqlWorkers(database), seats, gateway.name))
        if seats is not None:
            place = export_place(workspace.root, paths.machine_mark())
            exports = work.enter_context(ExportProcess(workspace, lambda: workers.lacks_exporter(place)))
            jobs = _jobs(address(workspace).url, gateway.name, seats, worker, workers, exports.look)
            work.enter_context(jobs)
        _log.info("worker ready: %s", gateway.name)
        if given.campaign:
            worker.run_until_idle(given.campaign, ends)
            _await_receipts(worker, ledger, given.campaign, given.receipts, ends)
        else:
            _until_told(database, gateway.name, worker, ends, chosen_once=bool(given.gateway))


def _until_told(
    database: Database, gateway: str, worker: Worker, ends: threading.Event, *, chosen_once: bool
) -> None:
    """Send until `ends` or, unless the gateway was `chosen_once`, until another platform is chosen."""

    def watch() -> None:
        while not ends.wait(WATCH_SECONDS):
            if _elsewhere(database, gateway):
                ends.set()

    watcher = threading.Thread(target=watch, name="platform", daemon=True)
    if not chosen_once:
        watcher.start()
    try:
        worker.run_forever(ends)
    finally:
        ends.set()
        if watcher.is_alive():
            watcher.join()


def _elsewhere(database: Database, name: str) -> bool:
    """Tell whether another platform was chosen; what cannot be read just now is no choice."""
    try:
        return chosen(database) != name
    except Refused:
        return False


@contextmanager
def _in_the_list(workers: SqlWorkers, seats: Seats | None, gateway: str) -> Iterator[SqlWorkers]:
    """Let others see who works here. The row of a worker that is killed is taken away by the next that looks."""
    name = seats.name if seats is not None else uuid.uuid4().hex
    workers.arrive(name, socket.gethostname(), os.getpid(), gateway, time.time_ns() // 1_000_000)
    try:
        yield workers
    finally:
        try:
            workers.leave(name)
        except Refused as refusal:
            _log.warning("the list of workers could not be written: %s", refusal)


def _jobs(
    url: str,
    gateway: str,
    seats: Seats,
    worker: Worker,
    workers: SqlWorkers,
    besides: Callable[[], None],
) -> AbstractContextManager[object]:
    """Return the jobs of a team's worker, which run while they are entered."""
    from koodesk.backend.storage.postgres.job_worker import JobWorker

    return JobWorker(url, gateway, seats, worker.receipts.run, workers, besides)


def _watch_engine(process: LocalEngineProcess, ends: threading.Event) -> None:
    """Start the engine again when it has died."""
    while not ends.wait(1.0):
        try:
            process.ensure_running()
        except Refused as refusal:
            _log.warning("the engine does not start: %s", refusal)
            ends.wait(10.0)


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
