# SPDX-License-Identifier: Apache-2.0
"""Faults of whole processes and of the wires between them, each a story: what is done to workers, server or engine, and then, with
nothing done any more, how the campaign ends. The engine's own log is the judge (`koodesk.proof.once.judge`).

The suite plays some in small (test_process_faults), `python scripts/process_faults.py` all of them with many moments drawn from a seed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final
from urllib.parse import urlsplit

from koodesk.backend.gateways.engine_http import NothingSent
from koodesk.backend.gateways.keyless import NAMES
from koodesk.backend.ports.gateway import GatewayClass
from koodesk.backend.storage.stores.sending_unknown import SqlUnknown
from koodesk.backend.storage.stores.workers import SqlWorkers
from koodesk.domain.fault_script import Does, Fault, FaultScript, On
from koodesk.domain.problem import Refused
from koodesk.domain.send_state import OVER, CampaignMove
from koodesk.proof.ground import accepted_messages
from koodesk.proof.once import Verdict, judge
from koodesk.worker import EXIT_HELD
from tests import postgres
from tests.crash.kill_site import Site
from tests.crash.wires import EngineWire, ServerWire

PATIENCE_SECONDS: Final = 240.0
"""How long anything is awaited before a story fails; nothing is judged by how long it takes."""
HASTE: Final = 10
"""Hearts and locks of a team's workers go so much faster here: silent is who says nothing for three seconds, not for thirty."""
ROLE: Final = "sender"
"""Whom the workers are to PostgreSQL, so that their sessions can be told from the story's own."""

DRIP_MS: Final = 1_000
"""How long an answer takes where workers are to be found sending: so long that a machine that does much else finds them too."""

_STORES: Final = "koodesk.backend.storage.stores"


@dataclass(frozen=True, slots=True)
class Point:
    """Where a worker stands still: a function of the product, `before-stop` or `after-stop` its work. `within` a transaction it
    keeps others from writing until the server ends that."""

    name: str
    at: str
    when: str
    within: bool = False
    team: bool | None = None
    """Only of a team (True) or only of a file (False)."""


STAND_STILL: Final = (
    Point("its call has not left", "koodesk.backend.gateways.local:LocalGateway.send", "before-stop"),
    Point("answered, and not written", "koodesk.backend.gateways.local:LocalGateway.send", "after-stop"),
    Point("a turn not begun", f"{_STORES}.sending:SqlLedger.turn", "before-stop"),
    Point("claims in their transaction", f"{_STORES}.sending_dispatch:claim", "after-stop", within=True),
    Point("outcomes in their transaction", f"{_STORES}.sending_dispatch:settle", "after-stop", within=True),
    Point("a turn committed", f"{_STORES}.sending:SqlLedger.turn", "after-stop"),
    Point("receipts fetched", "koodesk.backend.gateways.local:LocalGateway.receipts", "after-stop"),
    Point(
        "receipts in their transaction", f"{_STORES}.sending_receipts:move_cursor", "after-stop", within=True
    ),
    Point(
        "jobs offered in their transaction",
        "koodesk.backend.storage.postgres.jobs:offer",
        "after-stop",
        within=True,
        team=True,
    ),
)


@dataclass(slots=True)
class Told:
    """What a story came to. `met` counts what was done, by its name."""

    verdict: Verdict
    seconds: float
    met: Counter[str] = field(default_factory=Counter)


class Ground:
    """A workspace with its engine, and campaigns that stories are told of; of a team with the server that it is on."""

    def __init__(self, folder: Path, server: postgres.Server | None = None) -> None:
        self.folder = folder
        self.server = server
        self.site = Site(folder / "site", server.create("team") if server is not None else "")
        if server is not None:
            with self.session() as cursor:
                cursor.execute(f"CREATE ROLE {ROLE} SUPERUSER LOGIN")
        self._campaigns = 0

    def close(self) -> None:
        """Give everything back."""
        self.site.close()

    @property
    def socket(self) -> Path:
        """Where the server of a team listens."""
        assert self.server is not None
        return self.server.socket

    @contextmanager
    def session(self) -> Iterator[postgres.Session]:
        """A session of the story's own."""
        assert self.server is not None
        with self.server.session("team") as cursor:
            yield cursor

    def campaign(self, count: int, chunk: int, gateway: str = "local") -> tuple[int, str]:
        """Confirm a campaign; return its id and uuid."""
        self._campaigns += 1
        uuid = f"story{self._campaigns}"
        klass = NAMES.get(gateway, GatewayClass.IDEMPOTENT)
        return self.site.confirm(
            uuid, count, chunk, gateway=gateway, gateway_class=klass.value, name=uuid
        ), uuid

    def worker(
        self,
        *arguments: str,
        wire: ServerWire | None = None,
        engine: EngineWire | None = None,
        seconds: float = 30.0,
        still: tuple[Point, int] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a worker: through wires, waiting so many `seconds` for an answer, standing still at a point's n-th pass."""
        told = [str(engine.port if engine else 0), str(seconds), str(HASTE if self.server else 1)]
        told += ["--workspace", str(self.site.workspace.root), *arguments]
        module = "tests.crash.steered_worker"
        if still is not None:
            point, times = still
            told = [point.at, point.when, str(times), str(self.folder / "passed"), module, *told]
            module = "tests.crash.fused"
        return self.site.worker(*told, module=module, url=self._address(wire))

    def _address(self, wire: ServerWire | None) -> str | None:
        if self.server is None:
            return None
        if wire is None:
            return self.site.url.replace("koodesk@", f"{ROLE}@")
        return f"postgresql+psycopg://{ROLE}@127.0.0.1:{wire.port}/team"

    # --- how it ends -----------------------------------------------------------------------------------------

    def until(self, what: str, holds: Callable[[], bool]) -> None:
        """Wait until something holds. Raises AssertionError when it never does."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            assert time.monotonic() < end, f"{what}: never; {self._log()}"
            time.sleep(0.02)

    def ends(self, campaign: int) -> None:
        """Nothing is done to anybody any more: let the campaign come to its end, and its receipts. Who has to decide says go on."""
        self.until(f"the end of {campaign}", lambda: self._over(campaign))
        self.until(f"the receipts of {campaign}", lambda: self._reported(campaign))

    def _over(self, campaign: int) -> bool:
        row = self.site.ledger.campaign(campaign)
        if row.state == "paused":
            self.site.ledger.move(campaign, CampaignMove.RESUME, self.site.doors.status().now_ms, by="story")
        elif row.state == "unclear":
            now = self.site.doors.status().now_ms
            with suppress(Refused):  # nothing of it was put aside
                SqlUnknown(self.site.database).send_again(campaign, (), now, "story")
        return row.state in OVER

    def _reported(self, campaign: int) -> bool:
        total = self.site.ledger.funnel(campaign, 0).total
        return total.delivered + total.failed >= total.sent

    def judged(self, campaign: int, uuid: str, count: int) -> Verdict:
        """Judge a campaign by the engine's log; what the ledger adds up has to be what its rows are."""
        ledger = self.site.ledger
        buckets = ledger.buckets(campaign)
        assert buckets == ledger.recount(campaign)
        assert buckets.total == count
        rows = [(row.bucket, row.message_id) for row in ledger.full_rows(campaign, 0)]
        return judge(count, rows, accepted_messages(self.site.workspace, uuid), buckets.unknown)

    def ended(self, *workers: subprocess.Popen[bytes]) -> None:
        """Tell workers to end: they do, in good order."""
        for worker in workers:
            worker.terminate()
        for worker in workers:
            assert worker.wait(PATIENCE_SECONDS) == 0, self._log()

    def tidy(self, workers: int) -> None:
        """Nothing is left in a team's queue but who reads receipts; so many workers are in the list, all of them alive."""
        store = SqlWorkers(self.site.database)
        self.until(
            "a queue without leftovers",
            lambda: [(job.task, job.status) for job in store.jobs()] == [("receive", "doing")],
        )
        self.until(
            f"{workers} workers in the list, all alive",
            lambda: [one.alive for one in store.workers()] == [True] * workers,
        )

    def _log(self) -> str:
        return (self.site.workspace.root / "worker.log").read_text("utf-8")[-2_000:]


@contextmanager
def workers_of(*processes: subprocess.Popen[bytes]) -> Iterator[None]:
    """Whatever happens, no worker outlives its story."""
    try:
        yield
    finally:
        for process in processes:
            with suppress(ProcessLookupError):
                process.kill()
            process.wait()


def engine_of(site: Site) -> Callable[[], tuple[int, int]]:
    """Return what tells at which port, and as which process, a site's engine is now."""

    def where() -> tuple[int, int]:
        try:
            there = site.process.endpoint()
        except NothingSent as gone:
            raise OSError("no engine") from gone
        return urlsplit(there.url).port or 0, there.pid

    return where


def await_stop(ground: Ground, process: subprocess.Popen[bytes], point: Point) -> None:
    """Wait until a process stands still. Raises AssertionError when it ended instead."""
    found: list[int] = []

    def stands() -> bool:
        told = os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if told is not None:
            found.append(told.si_code)
        return told is not None

    ground.until(point.name, stands)
    assert found == [os.CLD_STOPPED], f"{point.name} was not passed: {ground._log()}"


# --- stories ---------------------------------------------------------------------------------------------------------


def stand_still(
    ground: Ground, point: Point, times: int, count: int, chunk: int, seconds: float, gateway: str = "local"
) -> Told:
    """A worker stands still at a point for longer than anybody waits for its heart, and goes on; another works beside it (a team's),
    or is refused (a file's)."""
    begin = time.monotonic()
    campaign, uuid = ground.campaign(count, chunk, gateway)
    alone = (
        ("--campaign", str(campaign), "--receipts", str(PATIENCE_SECONDS)) if ground.server is None else ()
    )
    named = ("--gateway", gateway, *alone) if gateway != "local" else alone
    still = ground.worker(*named, still=(point, times))
    with workers_of(still):
        await_stop(ground, still, point)
        beside = ground.worker(*named)
        with workers_of(beside):
            if ground.server is None:
                assert beside.wait(PATIENCE_SECONDS) == EXIT_HELD
                time.sleep(seconds)
            else:
                # All that the one which stands still has not in its hands is sent meanwhile.
                ground.until("the others go on", lambda: _left_to(ground, campaign) <= _HANDS)
                time.sleep(seconds)
            still.send_signal(signal.SIGCONT)
            if ground.server is None:
                assert still.wait(PATIENCE_SECONDS) == 0, ground._log()
            ground.ends(campaign)
            if ground.server is not None:
                ground.tidy(2)
                ground.ended(still, beside)
    return Told(ground.judged(campaign, uuid, count), time.monotonic() - begin, Counter([point.name]))


_HANDS: Final = 6
"""How many calls one worker has in its hands at most: three senders, and one each that waits."""


def _left_to(ground: Ground, campaign: int) -> int:
    with ground.site.database.read() as connection:
        left: int = connection.exec_driver_sql(
            "SELECT count(*) FROM chunk WHERE campaign_id = ? AND state IN ('planned', 'in_flight', 'unknown')",
            (campaign,),
        ).scalar_one()
    return left


def stopped_at_random(ground: Ground, moments: int, count: int, chunk: int, random: Random) -> Told:
    """Workers are stopped at any moment, some for longer than anybody waits for their hearts."""
    begin, met = time.monotonic(), Counter[str]()
    campaign, uuid = ground.campaign(count, chunk)
    workers = [ground.worker() for _ in range(2 if ground.server else 1)]
    with workers_of(*workers):
        for _ in range(moments):
            time.sleep(random.uniform(0.0, 0.4))
            if ground.site.ledger.campaign(campaign).state in OVER:
                break
            one, long = random.choice(workers), random.random() < 0.25
            one.send_signal(signal.SIGSTOP)
            time.sleep(random.uniform(4.0, 8.0) if long else random.uniform(0.0, 0.5))
            one.send_signal(signal.SIGCONT)
            met["stopped for long" if long else "stopped"] += 1
        ground.ends(campaign)
        if ground.server is not None:
            ground.tidy(len(workers))
        ground.ended(*workers)
    return Told(ground.judged(campaign, uuid, count), time.monotonic() - begin, met)


def cut_wires(
    ground: Ground, wire: ServerWire, count: int, chunk: int, told: Sequence[str] = (), share: float = 0.0
) -> Told:
    """Two workers speak to their server through a wire that breaks as `told`, or at a `share` of what may be struck until half of
    everybody is sent to."""
    begin = time.monotonic()
    workers = [ground.worker(wire=wire) for _ in range(2)]
    with workers_of(*workers):
        ground.until("two workers", lambda: len(SqlWorkers(ground.site.database).workers()) == 2)
        campaign, uuid = ground.campaign(count, chunk)
        wire.will(*told)
        wire.strike(share)
        half = count // chunk // 2
        ground.until("half of it", lambda: not wire.waits and _left_to(ground, campaign) <= half)
        wire.strike(0.0)
        assert [one.poll() for one in workers] == [None, None], ground._log()
        ground.ends(campaign)
        ground.tidy(2)
        ground.ended(*workers)
    return Told(ground.judged(campaign, uuid, count), time.monotonic() - begin, wire.struck)


SESSIONS: Final = {
    "one session": "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE usename = %s "
    "ORDER BY random() LIMIT 1) one",
    "all sessions": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s",
    "the locks of names": "SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid "
    "WHERE a.usename = %s AND l.locktype = 'advisory' AND a.state = 'idle'",
}
"""Whose sessions the server ends."""


def sessions_ended(ground: Ground, ways: Sequence[str], count: int, chunk: int, random: Random) -> Told:
    """The server ends sessions of two workers at any moment (`SESSIONS`), or is itself crashed ("the server"). However fast they
    are, each finds them sending: answers drip until all is done."""
    begin, met = time.monotonic(), Counter[str]()
    ground.site.doors.put_faults(FaultScript(faults=(Fault(On.SEND, Does.SLOW, wait_ms=DRIP_MS),)))
    workers = [ground.worker() for _ in range(2)]
    with workers_of(*workers):
        ground.until("two workers", lambda: len(SqlWorkers(ground.site.database).workers()) == 2)
        campaign, uuid = ground.campaign(count, chunk)  # now: the first to be there could send most of it
        ground.until("something leaves", lambda: _left_to(ground, campaign) < -(-count // chunk))
        for way in ways:
            time.sleep(random.uniform(0.0, 0.4))
            if ground.site.ledger.campaign(campaign).state in OVER:
                break
            if way == "the server":
                assert ground.server is not None
                ground.server.crash()
            else:
                with ground.session() as cursor:
                    cursor.execute(SESSIONS[way], (ROLE,))
            met[way] += 1
        ground.site.doors.put_faults(FaultScript())
        assert [one.poll() for one in workers] == [None, None], ground._log()
        ground.ends(campaign)
        ground.tidy(2)
        ground.ended(*workers)
    return Told(ground.judged(campaign, uuid, count), time.monotonic() - begin, met)


def engine_struck(
    ground: Ground,
    wire: EngineWire,
    count: int,
    chunk: int,
    seconds: float,
    told: Sequence[str] = (),
    share: float = 0.0,
) -> Told:
    """Calls go through a wire that loses, cuts and holds, and the engine is stopped and killed with a call in its hands, as `told` or
    at a `share` of them until half of everybody is sent to. An answer is waited for so many `seconds`."""
    begin = time.monotonic()
    campaign, uuid = ground.campaign(count, chunk)
    wire.will(*told)
    wire.strike(share)
    workers = [ground.worker(engine=wire, seconds=seconds) for _ in range(2 if ground.server else 1)]
    with workers_of(*workers):
        half = count // chunk // 2
        ground.until("half of it", lambda: not wire.waits and _left_to(ground, campaign) <= half)
        wire.strike(0.0)
        ground.ends(campaign)
        ground.ended(*workers)
    return Told(ground.judged(campaign, uuid, count), time.monotonic() - begin, wire.struck)
