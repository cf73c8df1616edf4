# SPDX-License-Identifier: Apache-2.0
"""The stories that crash points lie in: each is played once with a fuse, then somebody starts again, and then it is judged.

A story returns how often its point was passed, and whether the process died there. Played with `times` 0 nobody dies and
the same is judged: what must hold after a crash holds without one.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook

from koodesk.backend.bootstrap import move_to_team, open_service
from koodesk.backend.database_address import VARIABLE
from koodesk.backend.gateways.engine_http import NothingSent
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.opening import open_database
from koodesk.backend.storage.schema_version import SCHEMA_VERSION
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.workspace import Workspace
from koodesk.domain.campaign import digest_of, encode
from koodesk.domain.problem import Refused
from koodesk.domain.recipient import NUMBER_COLUMN
from koodesk.domain.send_state import CampaignMove
from koodesk.editor.recovery import replay
from tests.backend.sending.workshop import add_audience, snapshot
from tests.crash.actions import EDITS
from tests.crash.kill_site import ROOT, Site
from tests.crash.points import Point
from tests.crash.real_engine import SIGNATURE, SMS_TEXT, acceptances

COUNT: Final = 1_000
CHUNK: Final = 100
OLD: Final = ROOT / "tests" / "fixtures" / "v1-workspace.db"


@dataclass(frozen=True, slots=True)
class Told:
    """How often a point was passed (-1: nobody knows, the process died before the end), and whether it died at it."""

    passed: int
    killed: bool


class Play:
    """One story at one point: a folder of its own, a site that others share."""

    def __init__(self, site: Site, folder: Path, point: Point, times: int) -> None:
        self.site = site
        self.folder = folder
        self.point = point
        self.times = times
        self.url = site.url
        self.uuid = f"{point.id}-{point.story}-{times}-{folder.name}"

    @property
    def root(self) -> str:
        """Return the workspace's folder as an argument."""
        return str(self.site.workspace.root)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a program with this story's fuse."""
        fused = (self.point.at, self.point.when, str(self.times), str(self.folder / "counts"))
        with (self.site.workspace.root / "fused.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.crash.fused", *fused, *command],
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=ROOT,
                env={
                    **os.environ,
                    "PYTHONPATH": str(ROOT),
                    "QT_QPA_PLATFORM": "offscreen",
                    VARIABLE: self.url,
                },
            )

    def own_workspace(self) -> Workspace:
        """Make a workspace of this story's own; programs started from now on work in its database."""
        self.url = self.site.new_database(self.uuid)
        return Workspace(self.folder / "workspace").create()

    def worker(self) -> subprocess.Popen[bytes]:
        """Start the product's own worker, which goes on until it is told to end."""
        command = [sys.executable, "-m", "koodesk.worker", "--workspace", self.root]
        return subprocess.Popen(
            command,
            env={**os.environ, "PYTHONPATH": str(ROOT), VARIABLE: self.url},
            stderr=subprocess.DEVNULL,
        )

    def told(self, program: subprocess.Popen[bytes]) -> Told:
        """Await a program; it ends by itself or dies at its point, and nothing else."""
        code = program.wait(300)
        counts = self.folder / "counts"
        assert code in (0, -signal.SIGKILL), (self.site.workspace.root / "fused.log").read_text("utf-8")[
            -2_000:
        ]
        passed = int(counts.read_text("utf-8")) if counts.exists() else -1
        return Told(passed, code == -signal.SIGKILL)

    def run(self, *command: str) -> Told:
        """Run a program with the fuse to its end, or to its death."""
        return self.told(self.start(*command))

    def act(self, *arguments: str) -> Told:
        """The same with one of `actions`."""
        return self.run("tests.crash.actions", *arguments)

    def confirm(self, **changes: Any) -> int:
        """Confirm a campaign."""
        return self.site.confirm(self.uuid, COUNT, CHUNK, **changes)

    def finish(self, campaign: int) -> None:
        """Send on with the product's own worker, and judge: everybody once."""
        self.site.finish(campaign)
        self.site.judge(campaign, self.uuid, COUNT)

    def events(self, campaign: int, code: str) -> int:
        """Count a campaign's events of a code."""
        return sum(row.code == code for row in self.site.ledger.events(campaign, 0, 1_000))


def sending(play: Play) -> Told:
    """A worker sends, and takes receipts."""
    campaign = play.confirm()
    worker = ("koodesk.worker", "--workspace", play.root, "--campaign", str(campaign), "--receipts", "20")
    told = play.run(*worker)
    play.finish(campaign)
    _receipts_once(play.site, campaign)
    return told


def taking_over(play: Play) -> Told:
    """A worker takes over what another one, killed before, left in flight."""
    campaign = play.confirm()
    dead = play.site.worker(play.root, str(campaign), "after_call", "2", module="tests.crash.crashing_worker")
    assert dead.wait(120) == -signal.SIGKILL
    assert play.site.ledger.buckets(campaign).in_flight > 0
    told = play.run("koodesk.worker", "--workspace", play.root, "--campaign", str(campaign))
    play.finish(campaign)
    return told


def engine(play: Play) -> Told:
    """The engine dies while a worker sends; whoever sends starts it again."""
    play.site.process.ensure_running()
    play.site.process.stop()
    folder = str(play.site.workspace.engine.resolve())
    with play.start("koodesk.engine", "serve", "--folder", folder) as process:
        _await_engine(play.site, process)
        campaign = play.confirm()
        play.finish(campaign)
        if process.poll() is None:
            play.site.process.stop()
        told = play.told(process)
    with closing(sqlite3.connect(play.site.workspace.engine / "engine.db")) as connection:
        unbilled = connection.execute(
            "SELECT count(*) FROM batch b WHERE NOT EXISTS (SELECT 1 FROM batch_usage u WHERE u.batch_id = b.id)"
        ).fetchone()
        unsent = connection.execute(
            "SELECT count(*) FROM batch_usage u WHERE NOT EXISTS (SELECT 1 FROM batch b WHERE b.id = u.batch_id)"
        ).fetchone()
    assert (unbilled, unsent) == ((0,), (0,))
    return told


def pausing(play: Play) -> Told:
    """A person pauses what runs."""
    campaign = _running(play)
    told = play.run("koodesk", "campaign", "pause", str(campaign), "--workspace", play.root)
    state = play.site.ledger.campaign(campaign).state
    assert state in ("running", "paused")
    assert play.events(campaign, "campaign.pause") == (state == "paused")
    if state == "paused":
        now = play.site.doors.status().now_ms
        play.site.ledger.move(campaign, CampaignMove.RESUME, now, by="test")
    play.finish(campaign)
    return told


def stopping(play: Play) -> Told:
    """A person stops what runs."""
    campaign = _running(play)
    command = ("koodesk", "campaign", "stop", str(campaign), "--workspace", play.root)
    told = play.run(*command)
    state = play.site.ledger.campaign(campaign).state
    assert state in ("running", "stopping", "stopped")
    cancelled = play.site.ledger.buckets(campaign).cancelled
    assert (cancelled == COUNT, play.events(campaign, "campaign.stop")) == ((False, 0), (True, 1))[
        state != "running"
    ]
    if state == "running":
        play.site.ledger.move(campaign, CampaignMove.STOP, play.site.doors.status().now_ms, by="test")
    play.site.finish(campaign)
    buckets = play.site.ledger.buckets(campaign)
    assert buckets == play.site.ledger.recount(campaign)
    assert (buckets.cancelled, acceptances(play.site.workspace, play.uuid)) == (COUNT, {})
    return told


def expiring(play: Play) -> Told:
    """The last time to send at has passed before the first chunk left."""
    campaign = play.confirm(not_after_ms=1)
    told = play.run("koodesk.worker", "--workspace", play.root, "--campaign", str(campaign))
    play.site.finish(campaign)
    buckets = play.site.ledger.buckets(campaign)
    assert buckets == play.site.ledger.recount(campaign)
    assert (buckets.expired, acceptances(play.site.workspace, play.uuid)) == (COUNT, {})
    assert play.events(campaign, "campaign.expire") == 1
    return told


def importing(play: Play) -> Told:
    """A person imports a number file."""
    file, workspace = play.folder / "numbers.xlsx", play.own_workspace()
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in ((NUMBER_COLUMN, "name", "amount"), *((139_0000_0000 + i, "王", "1") for i in range(12_000))):
        sheet.append(row)
    book.save(file)
    told = play.act("importing", str(workspace.root), str(file))
    with open_service(workspace, url=play.url) as service:
        whole = service.audiences.list()
        assert [row.valid for row in whole] == ([] if told.killed else [12_000])
        again = service.audiences.check_file(file, ("name", "amount"))
        assert (again.rows, again.valid) == (12_000, 12_000)
    return told


def confirming(play: Play) -> Told:
    """A person confirms a campaign of three slices."""
    workspace, count = play.own_workspace(), 25_000
    database = open_database(workspace, url=play.url)
    database.prepare()
    add_audience(database, count)
    text = encode(
        snapshot(play.uuid, count, sms_text=SMS_TEXT, signature=SIGNATURE, gateway="local", chunk_size=500)
    )
    place = play.folder / "snapshot.json"
    place.write_text(text, "utf-8")
    told = play.act("confirming", str(workspace.root), str(place), "1780000000000")
    ledger = SqlLedger(database)
    seen = ledger.campaigns(tests=True, limit=10)
    assert all(row.to_send == count for row in seen)
    with database.write() as connection:
        # Half a minute of silence goes by: whoever wrote is taken for dead.
        connection.exec_driver_sql("UPDATE campaign SET started_ms = 0 WHERE state = 'creating'")
    campaign = ledger.create(digest_of(text), text, 1_780_000_000_000, "test")
    assert [row.id for row in ledger.campaigns(tests=True, limit=10)] == [campaign]
    assert not seen or seen[0].id == campaign
    buckets = ledger.buckets(campaign)
    assert buckets == ledger.recount(campaign)
    assert (buckets.pending, ledger.sound(campaign)) == (count, True)
    database.close()
    return told


def exporting(play: Play) -> Told:
    """A person exports who got what."""
    campaign = play.confirm()
    file = play.folder / "who.csv"
    told = play.act("exporting", play.root, str(campaign), str(file))
    with open_service(play.site.workspace, url=play.url) as service:
        newest = next((row for row in service.exports.list() if row.path == str(file)), None)
        left = "running" if play.url else "interrupted"
        assert newest is None or newest.state == (left if told.killed else "finished")
        assert file.exists() is (not told.killed)
        if newest is not None and play.url and told.killed:
            # Of a team: the job outlives the program, and the machine's worker sees to it.
            with play.worker() as worker:
                newest = service.exports.wait(newest.id, 120)
                worker.terminate()
            assert (newest.state, newest.rows) == ("finished", COUNT)
            assert not list(file.parent.glob(f".{file.name}.*")), "what was half written is gone"
        options = {"campaign": campaign, "reason": "test"}
        again = service.exports.wait(service.exports.start("details", file, options).id)
        assert (again.state, again.rows) == ("finished", COUNT)
    assert len(file.read_text("utf-8-sig").splitlines()) == COUNT + 1
    return told


def migrating(play: Play) -> Told:
    """A workspace of the first release is opened."""
    old, sure = play.folder / "koodesk.db", play.folder / "sure" / "koodesk.db"
    sure.parent.mkdir()
    for path in (old, sure):
        shutil.copy(OLD, path)
    _open(sure)
    before = _rows(old)
    told = play.act("migrating", str(old))
    with closing(sqlite3.connect(old)) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    assert version in (1, SCHEMA_VERSION)
    if version == 1:
        assert _rows(old) == before
    _open(old)
    assert _rows(old) == _rows(sure)
    return told


def moving(play: Play) -> Told:
    """A workspace's file is moved into a team's database."""
    workspace = play.own_workspace()
    database = Database(workspace.database)
    database.prepare()
    add_audience(database, COUNT)
    database.close()
    told = play.act("moving", str(workspace.root), play.url)
    if workspace.database.exists():
        assert told.killed
        assert move_to_team(workspace, play.url)
    assert not workspace.database.exists()
    with open_service(workspace, url=play.url) as service:
        assert [row.valid for row in service.audiences.list()] == [COUNT]
    return told


def backing_up(play: Play) -> Told:
    """A person backs a workspace up."""
    file = play.folder / "all.koobackup"
    told = play.run("koodesk", "backup", "create", str(file), "--workspace", play.root)
    with open_service(play.site.workspace) as service:
        if file.exists():
            service.backups.verify(file)
        else:
            assert told.killed
        file.unlink(missing_ok=True)
        service.backups.create(file)
        service.backups.verify(file)
    return told


def restoring(play: Play) -> Told:
    """A person makes a workspace of a backup."""
    file, into = play.folder / "all.koobackup", play.folder / "restored"
    with open_service(play.site.workspace) as service:
        service.backups.create(file)
        rows = len(service.campaigns.list())
    command = ("koodesk", "backup", "restore", str(file), "--into", str(into), "--workspace", play.root)
    told = play.run(*command)
    if not into.exists():
        assert told.killed
        with open_service(play.site.workspace) as service:
            service.backups.restore(file, into)
    with open_service(Workspace(into)) as service:
        assert len(service.campaigns.list()) == rows
    return told


def autosaving(play: Play) -> Told:
    """A person types into a card."""
    file = play.folder / "card.koolog"
    told = play.act("autosaving", str(file))
    found = replay(file) if file.exists() else None
    if found is None:
        assert told.killed
        return told
    assert found.depth == EDITS or told.killed
    title = str(getattr(found.template.content("title"), "text"))  # noqa: B009 - contents have it or not
    assert title == f"第{found.depth}次" or found.depth == 0
    if told.killed and play.times > 1:
        assert found.depth >= min(EDITS, play.times - 1), "what was handed to the system is gone"
    return told


STORIES: Final[dict[str, Callable[[Play], Told]]] = {
    story.__name__: story
    for story in (
        sending,
        taking_over,
        engine,
        pausing,
        stopping,
        expiring,
        importing,
        confirming,
        exporting,
        migrating,
        moving,
        backing_up,
        restoring,
        autosaving,
    )
}


def play_at(site: Site, folder: Path, point: Point, times: int) -> Told:
    """Play a point's story with its fuse burning at the n-th pass, and judge it."""
    folder.mkdir(parents=True, exist_ok=True)
    return STORIES[point.story](Play(site, folder, point, times))


def _running(play: Play) -> int:
    """Confirm a campaign and start it; nothing has left."""
    campaign = play.confirm()
    play.site.ledger.move(campaign, CampaignMove.START, play.site.doors.status().now_ms, by="test")
    return campaign


def _await_engine(site: Site, process: subprocess.Popen[bytes]) -> None:
    """Wait until this engine has the folder: whoever asks for one before would start another."""
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        with suppress(NothingSent):
            if site.process.endpoint().pid == process.pid:
                site.process.ensure_running()
                return
        time.sleep(0.05)
    raise AssertionError("the engine does not start")


def _receipts_once(site: Site, campaign: int) -> None:
    """What receipts add up to is what the rows say."""
    with site.database.read() as connection:
        reported, summed = connection.exec_driver_sql(
            "SELECT (SELECT count(DISTINCT q.recipient_id) FROM receipt q JOIN recipient r ON r.id = q.recipient_id "
            "        WHERE r.campaign_id = c.id AND q.kind = 'sms'), "
            "       (SELECT count(*) FROM delivery d JOIN recipient r ON r.id = d.recipient_id "
            "        WHERE r.campaign_id = c.id AND d.sms IS NOT NULL) FROM campaign c WHERE c.id = ?",
            (campaign,),
        ).one()
    assert reported == summed


def _open(path: Path) -> None:
    database = Database(path)
    try:
        database.prepare()
    except Refused:
        raise
    finally:
        database.close()


def _rows(path: Path) -> str:
    """Return what a database holds, as text."""
    with closing(sqlite3.connect(path)) as connection:
        names = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1")
        ]
        return json.dumps(
            {
                name: sorted(map(repr, connection.execute(f'SELECT * FROM "{name}"')))
                for name in names
                if not name.startswith(("sqlite_", "search"))
            }
        )
