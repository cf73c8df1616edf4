# SPDX-License-Identifier: Apache-2.0
"""Where the kill tests happen: a workspace with a cleared engine, campaigns in it, workers and the judgement of a send."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from koodesk.backend.database_address import VARIABLE
from koodesk.backend.gateways.engine_admin import EngineDoors
from koodesk.backend.gateways.engine_process import LocalEngineProcess
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.workspace import Workspace
from koodesk.domain.campaign import Snapshot, digest_of, encode
from tests.backend.sending.workshop import (
    SEGMENTS,
    add_audience,
    add_video_audience,
    snapshot,
    video_snapshot,
)
from tests.crash.real_engine import (
    PLAIN_TEXT,
    SIGNATURE,
    SMS_TEXT,
    acceptances,
    cleared_engine,
    cleared_plain,
    cleared_video,
)

ROOT = Path(__file__).resolve().parents[2]


class Site:
    """A workspace with a cleared engine, and campaigns in it."""

    def __init__(self, root: Path, url: str = "", create: Callable[[str], str] | None = None) -> None:
        """With a `url` the workspace is a team's, and its workers are told so; `create` makes another empty database there and
        returns its address."""
        self._create = create
        self.url = url
        self.workspace = Workspace(root).create()
        self.tpl_id = cleared_engine(self.workspace)
        self.video_tpl_id = cleared_video(self.workspace)
        cleared_plain(self.workspace)
        self.process = LocalEngineProcess(self.workspace)
        self.doors = EngineDoors(self.process.endpoint)
        self.database = Database(self.workspace.database, url=self.url)
        self.database.prepare()
        self.ledger = SqlLedger(self.database, SEGMENTS)
        self._audiences = 0

    def new_database(self, name: str) -> str:
        """Return the address of an empty database for a workspace of a story's own, "" where it is to be a file."""
        return self._create(name) if self._create is not None else ""

    def confirm(self, uuid: str, count: int, chunk: int, poor: int = 0, **changes: object) -> int:
        """Confirm a campaign to `count` recipients, of whom the first `poor` lack a value of the card; `changes` are fields of its
        snapshot."""
        self.process.ensure_running()
        self._audiences += 1
        add_audience(self.database, count, self._audiences)
        if poor:
            with self.database.write() as connection:
                connection.exec_driver_sql(
                    'UPDATE audience_row SET params = \'{"name": "王"}\' WHERE audience_id = ? AND row_no < ?',
                    (self._audiences, poor),
                )
        return self._confirmed(
            snapshot(
                uuid,
                count,
                audience_id=self._audiences,
                tpl_id=self.tpl_id,
                sms_text=SMS_TEXT,
                signature=SIGNATURE,
                chunk_size=chunk,
                **{"gateway": "local", **changes},
            )
        )

    def confirm_video(self, uuid: str, count: int, chunk: int) -> int:
        """Confirm a send of video SMS to `count` recipients of three carriers."""
        self.process.ensure_running()
        self._audiences += 1
        add_video_audience(self.database, count, self._audiences)
        return self._confirmed(
            video_snapshot(
                uuid,
                count,
                audience_id=self._audiences,
                video_tpl_id=self.video_tpl_id,
                signature=SIGNATURE,
                gateway="local",
                chunk_size=chunk,
            )
        )

    def confirm_plain(self, uuid: str, count: int, chunk: int, poor: int = 0, **changes: object) -> int:
        """Confirm a send of plain SMS with two names, so that a chunk has different texts, and one code for all; the first `poor` have
        no name. `changes` are fields of its snapshot."""
        self.process.ensure_running()
        self._audiences += 1
        add_video_audience(self.database, count, self._audiences)
        with self.database.write() as connection:
            connection.exec_driver_sql(
                "UPDATE audience SET params = '[\"1\"]' WHERE id = ?", (self._audiences,)
            )
            connection.exec_driver_sql(
                "UPDATE audience_row SET params = CASE WHEN row_no < ? THEN '{}' WHEN row_no % 5 = 0 "
                "THEN json_object('1', '王') ELSE json_object('1', '李') END WHERE audience_id = ?",
                (poor, self._audiences),
            )
        return self._confirmed(
            snapshot(
                uuid,
                count,
                audience_id=self._audiences,
                card_id=0,
                card_digest="",
                tpl_id="",
                params=("1",),
                sms_template_id=2,
                sms_template="2",
                sms_text=PLAIN_TEXT,
                sms_values=(("2", "A1"),),
                signature=SIGNATURE,
                validity_days=0,
                kind="plain",
                chunk_size=chunk,
                **{"gateway": "local", **changes},
            )
        )

    def confirm_fallback(self, uuid: str, count: int, chunk: int) -> int:
        """Confirm a smart send in which every second phone cannot show the card and gets the video SMS."""
        self.process.ensure_running()
        self._audiences += 1
        add_video_audience(self.database, count, self._audiences)
        with self.database.write() as connection:
            connection.exec_driver_sql(
                'UPDATE audience SET params = \'["p_1","name","amount"]\' WHERE id = ?', (self._audiences,)
            )
            connection.exec_driver_sql(
                "UPDATE audience_row SET params = json_set(params, '$.name', '王', '$.amount', '5'), "
                "vendor = CASE row_no % 2 WHEN 0 THEN '-' ELSE 'HUAWEI' END WHERE audience_id = ?",
                (self._audiences,),
            )
        return self._confirmed(
            snapshot(
                uuid,
                count,
                audience_id=self._audiences,
                tpl_id=self.tpl_id,
                sms_text=SMS_TEXT,
                signature=SIGNATURE,
                gateway="local",
                chunk_size=chunk,
                fallback="basic",
                fallen_back=count // 2,
                video_tpl_id=self.video_tpl_id,
                video_params=("p_1",),
                video_carriers=("cmcc", "cucc", "ctcc", "unknown"),
            )
        )

    def _confirmed(self, frozen: Snapshot) -> int:
        text = encode(frozen)
        return self.ledger.create(digest_of(text), text, self.doors.status().now_ms, "test")

    def worker(
        self, *arguments: str, module: str = "koodesk.worker", url: str | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a worker process; with a `url` it reaches a team's database that way."""
        with (self.workspace.root / "worker.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                stderr=log,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT), VARIABLE: self.url if url is None else url},
            )

    def finish(self, campaign: int) -> None:
        """Run the product's own worker until the campaign and its receipts are done."""
        worker = self.worker(
            "--workspace", str(self.workspace.root), "--campaign", str(campaign), "--receipts", "0"
        )
        assert worker.wait(300) == 0, (self.workspace.root / "worker.log").read_text("utf-8")[-2_000:]

    def send_with_kills(self, campaign: int, kills: int, random: Random) -> int:
        """Start workers and kill each at a random moment of its work, at every fifth the engine with it; return how many of
        the kills came before the end.

        However fast they are, none gets further than its share of what is left: every kill meets work.
        """
        for kill in range(kills):
            left = self.ledger.buckets(campaign).open
            if not left:
                return kill
            share = int(left / (kills - kill + 1) * random.uniform(0.2, 1.0))
            worker = self.worker("--workspace", str(self.workspace.root), "--campaign", str(campaign))
            self.wait_for_progress(campaign, worker)
            end = time.monotonic() + random.uniform(0.0, 0.12)
            while time.monotonic() < end and self.ledger.buckets(campaign).open > left - share:
                time.sleep(0.002)
            if kill % 5 == 4:
                self.kill_engine()
                time.sleep(random.uniform(0.0, 0.1))
            worker.kill()
            worker.wait()
        return kills

    def wait_for_progress(self, campaign: int, worker: subprocess.Popen[bytes]) -> None:
        """Wait until a worker has something in flight or settled something new: before that a kill proves little."""
        before = self.ledger.buckets(campaign)
        end = time.monotonic() + 30
        while time.monotonic() < end and worker.poll() is None:
            now = self.ledger.buckets(campaign)
            if now != before and (now.in_flight or now.accepted > before.accepted):
                return
            time.sleep(0.005)

    def kill_engine(self) -> None:
        """Kill the engine the endpoint file names."""
        pid = self.process.ensure_running().pid
        os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        """Stop the engine and give back the database."""
        self.database.close()
        self.process.stop()

    def judge(self, campaign: int, uuid: str, count: int) -> None:
        """Everybody accepted once by the engine's log, and the ledger says the same."""
        counts = acceptances(self.workspace, uuid)
        assert [n for n in counts.values() if n != 1] == [], "twice"
        assert len(counts) == count, "lost"
        buckets = self.ledger.buckets(campaign)
        assert buckets == self.ledger.recount(campaign)
        assert (buckets.accepted, buckets.total) == (count, count)
        assert self.ledger.campaign(campaign).state == "finished"
