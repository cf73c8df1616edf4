# SPDX-License-Identifier: Apache-2.0
"""kill -9 of worker and engine, at named points and at random moments, judged by the engine's own append-only log."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from koodesk.backend.gateways.engine_admin import EngineDoors
from koodesk.backend.gateways.engine_process import LocalEngineProcess
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.workspace import Workspace
from koodesk.domain.campaign import digest_of, encode
from tests.backend.sending.workshop import add_audience, snapshot
from tests.crash.crashing_worker import POINTS
from tests.crash.real_engine import SIGNATURE, SMS_TEXT, acceptances, cleared_engine

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.crash]


class Site:
    """A workspace with a cleared engine, and campaigns in it."""

    def __init__(self, root: Path) -> None:
        self.workspace = Workspace(root).create()
        self.tpl_id = cleared_engine(self.workspace)
        self.process = LocalEngineProcess(self.workspace)
        self.doors = EngineDoors(self.process.endpoint)
        self.database = Database(self.workspace.database)
        self.database.prepare()
        self.ledger = SqlLedger(self.database)
        self._audiences = 0

    def confirm(self, uuid: str, count: int, chunk: int) -> int:
        """Confirm a campaign to `count` recipients."""
        self.process.ensure_running()
        self._audiences += 1
        add_audience(self.database, count, self._audiences)
        text = encode(
            snapshot(
                uuid,
                count,
                audience_id=self._audiences,
                tpl_id=self.tpl_id,
                sms_text=SMS_TEXT,
                signature=SIGNATURE,
                gateway="local",
                chunk_size=chunk,
            )
        )
        return self.ledger.create(digest_of(text), text, self.doors.status().now_ms, "test")

    def worker(self, *arguments: str, module: str = "koodesk.worker") -> subprocess.Popen[bytes]:
        """Start a worker process."""
        with (self.workspace.root / "worker.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                stderr=log,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )

    def finish(self, campaign: int) -> None:
        """Run the product's own worker until the campaign and its receipts are done."""
        worker = self.worker(
            "--workspace", str(self.workspace.root), "--campaign", str(campaign), "--receipts", "0"
        )
        assert worker.wait(300) == 0, (self.workspace.root / "worker.log").read_text("utf-8")[-2_000:]

    def judge(self, campaign: int, uuid: str, count: int) -> None:
        """Everybody accepted once by the engine's log, and the ledger says the same."""
        counts = acceptances(self.workspace, uuid)
        assert [n for n in counts.values() if n != 1] == [], "twice"
        assert len(counts) == count, "lost"
        buckets = self.ledger.buckets(campaign)
        assert buckets == self.ledger.recount(campaign)
        assert (buckets.accepted, buckets.total) == (count, count)
        assert self.ledger.campaign(campaign).state == "finished"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One engine for all stories; each has a campaign of its own."""
    made = Site(tmp_path_factory.mktemp("site"))
    yield made
    made.database.close()
    made.process.stop()


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_a_named_point(site: Site, point: str, times: int) -> None:
    uuid = f"{point}-{times}"
    campaign = site.confirm(uuid, 2_000, 200)
    worker = site.worker(
        str(site.workspace.root), str(campaign), point, str(times), module="tests.crash.crashing_worker"
    )
    code = worker.wait(120)
    # Receipts may all be there before the fuse burns; every other point is certainly passed.
    assert code == -signal.SIGKILL or "receipts" in point
    site.finish(campaign)
    site.judge(campaign, uuid, 2_000)


def test_a_killed_engine_comes_back_and_nothing_is_lost(site: Site) -> None:
    campaign = site.confirm("engine", 20_000, 500)
    worker = site.worker("--workspace", str(site.workspace.root), "--campaign", str(campaign))
    random = Random(5)
    for _ in range(3):
        time.sleep(random.uniform(0.3, 0.8))
        kill_engine(site)
    assert worker.wait(300) == 0
    site.finish(campaign)
    site.judge(campaign, "engine", 20_000)


def test_random_moments_of_a_large_send(site: Site) -> None:
    """At least 20 kills in a send of 100,000, every fifth of them the engine's."""
    count, kills, seed = 100_000, 0, int(os.environ.get("KOODESK_TEST_SEED", "20261122"))
    campaign = site.confirm("random", count, 500)
    random = Random(seed)
    while kills < 22:
        worker = site.worker("--workspace", str(site.workspace.root), "--campaign", str(campaign))
        wait_for_progress(site, campaign, worker)
        time.sleep(random.uniform(0.0, 0.12))
        if kills % 5 == 4:
            kill_engine(site)
            time.sleep(random.uniform(0.0, 0.1))
        worker.kill()
        worker.wait()
        kills += 1
    left = site.ledger.buckets(campaign).open
    site.finish(campaign)
    site.judge(campaign, "random", count)
    assert left > 0, f"the kills came after the end: nothing was tested (seed {seed})"


def wait_for_progress(site: Site, campaign: int, worker: subprocess.Popen[bytes]) -> None:
    """Wait until a worker has something in flight or settled something new: before that a kill proves little."""
    before = site.ledger.buckets(campaign)
    end = time.monotonic() + 30
    while time.monotonic() < end and worker.poll() is None:
        now = site.ledger.buckets(campaign)
        if now != before and (now.in_flight or now.accepted > before.accepted):
            return
        time.sleep(0.005)


def kill_engine(site: Site) -> None:
    """Kill the engine the endpoint file names."""
    pid = site.process.ensure_running().pid
    os.kill(pid, signal.SIGKILL)
