# SPDX-License-Identifier: Apache-2.0
"""A disk that is full, a database that is busy, a write-ahead log that ends early: whatever storage does, everybody is
accepted once, and the ledger says what its rows say.

Small forms here; in full by `python scripts/storage_faults.py`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import event

from koodesk.backend.sending import worker as worker_module
from koodesk.domain.problem import Refused
from tests.backend.sending.workshop import Workshop, open_workshop
from tests.crash.kill_site import ROOT

COUNT = 400
CUTS = int(os.environ.get("PROOF_CUTS", "40"))
FULL_STEP = int(os.environ.get("PROOF_FULL_STEP", "6"))
DISKS = int(os.environ.get("PROOF_DISKS", "1"))
SEED = int(os.environ.get("PROOF_SEED", "20261128"))
PLENTY = 1 << 30

pytestmark = [pytest.mark.slow, pytest.mark.crash]


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that meets a refusal looks again at once: there are many of them here."""
    monkeypatch.setattr(worker_module, "TROUBLE_SECONDS", 0.02)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A folder with a confirmed campaign, nothing of which has left."""
    folder = tmp_path / "made"
    folder.mkdir()
    workshop = open_workshop(folder)
    assert workshop.confirm(COUNT) == 1
    workshop.database.close()
    return folder


def judge(workshop: Workshop) -> None:
    """Everybody once, by the gateway's own list; the sums are the rows'."""
    assert workshop.gateway.twice() == []
    assert len(workshop.gateway.accepted) == COUNT
    assert workshop.counts(1) == {"accepted": COUNT}
    assert workshop.state(1) == "finished"


def told_refusals(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by the code of each turn that storage refuses."""
    codes: list[str] = []
    turn = workshop.ledger.turn

    def watched(*args: Any) -> frozenset[int]:
        try:
            return turn(*args)
        except Refused as refused:
            codes.extend(problem.code for problem in refused.problems)
            raise

    monkeypatch.setattr(workshop.ledger, "turn", watched)
    return codes


# --- a full disk -----------------------------------------------------------------------------------------------


def pages(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "koodesk.db")) as connection:
        return int(connection.execute("PRAGMA page_count").fetchone()[0])


@contextmanager
def room(workshop: Workshop, most: list[int]) -> Iterator[None]:
    """Let the file have `most[0]` pages, now and whenever it changes."""

    def limit(connection: Any, _record: object, _proxy: object) -> None:
        connection.execute(f"PRAGMA max_page_count={most[0]}")

    workshop.database.engine.dispose()
    event.listen(workshop.database.engine, "checkout", limit)
    yield
    event.remove(workshop.database.engine, "checkout", limit)


def send_until(workshop: Workshop, refusals: list[str], give_room: Any) -> None:
    """Send; give room as soon as storage has refused three turns."""

    def watch() -> None:
        while not over.wait(0.01):
            if len(refusals) >= 3:
                give_room()
                return

    over = threading.Event()
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        workshop.run(1)
    finally:
        over.set()
        watcher.join()


def test_a_disk_that_is_full_at_the_nth_page(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full at every n-th page that a send adds; then somebody makes room."""
    shutil.copytree(made, tmp_path / "right")
    workshop = open_workshop(tmp_path / "right")
    workshop.run(1)
    workshop.database.close()
    grown = pages(tmp_path / "right") - pages(made)
    assert grown > 5
    met = 0
    for more in range(0, grown, FULL_STEP):
        folder = tmp_path / f"full-{more}"
        shutil.copytree(made, folder)
        workshop = open_workshop(folder)
        refusals = told_refusals(workshop, monkeypatch)
        most = [pages(folder) + more]
        with room(workshop, most):
            send_until(workshop, refusals, lambda most=most: most.__setitem__(0, PLENTY))
        assert set(refusals) <= {"storage.disk_full"}
        met += bool(refusals)
        judge(workshop)
        workshop.database.close()
        shutil.rmtree(folder)
    assert met > 0, "the disk was never full"


@pytest.mark.parametrize("spare_kb", range(96, 96 + 8 * DISKS, 8) if DISKS > 1 else (160,))
def test_a_small_disk(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spare_kb: int) -> None:
    """A file system of its own that runs full, where we may make one: the log beside the file meets it first."""
    disk = tmp_path / "disk"
    disk.mkdir()
    size = (made / "koodesk.db").stat().st_size // 1024 + spare_kb
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(disk)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no file system may be mounted here")
    try:
        shutil.copy(made / "koodesk.db", disk)
        workshop = open_workshop(disk)
        refusals = told_refusals(workshop, monkeypatch)
        send_until(
            workshop,
            refusals,
            lambda: subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True),
        )
        assert "storage.disk_full" in refusals, "the disk was never full"
        judge(workshop)
        workshop.database.close()
    finally:
        subprocess.run(["umount", str(disk)], check=False)


# --- a busy database -------------------------------------------------------------------------------------------

HAMMER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], timeout=300, isolation_level=None)
print("ready", flush=True)
while sys.stdin.readline():  # in the way when it is asked to be, until it is told to go
    connection.execute("BEGIN IMMEDIATE")
    print("held", flush=True)
    sys.stdin.readline()
    connection.execute("ROLLBACK")
while True:
    connection.execute("BEGIN IMMEDIATE")
    time.sleep(0.02)
    connection.execute("ROLLBACK")
    time.sleep(0.03)
"""


class Hammer:
    """A process that takes the database's lock and lets it go, over and over, from `begin` on."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-c", HAMMER, str(folder / "koodesk.db")]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
        self._says("ready")

    def _says(self, word: str) -> None:
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == f"{word}\n".encode()

    def _tell(self, word: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n".encode())
        self._process.stdin.flush()

    @contextmanager
    def in_the_way(self) -> Iterator[None]:
        """Hold the lock for as long as this lasts."""
        self._tell("hold")
        self._says("held")
        try:
            yield
        finally:
            self._tell("let go")

    def begin(self) -> None:
        """Ask for nothing more: it takes the lock as often as it can."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def end(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()


def meet_once(
    workshop: Workshop, hammer: Hammer, refusals: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Put a hammer in the way of each turn until one was refused: that one meets, whatever the others hit or miss."""
    turn = workshop.ledger.turn
    met: list[str] = []

    def watched(*args: Any) -> frozenset[int]:
        if met:
            return turn(*args)
        try:
            with hammer.in_the_way():
                return turn(*args)
        finally:
            met.extend(refusals)
            if met:
                hammer.begin()

    monkeypatch.setattr(workshop.ledger, "turn", watched)


def test_a_database_that_three_processes_keep_busy(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for anybody: every meeting is a refusal, and the turn is tried again."""
    workshop = open_workshop(made)
    refusals = told_refusals(workshop, monkeypatch)

    def hasty(connection: Any, _record: object, _proxy: object) -> None:
        connection.execute("PRAGMA busy_timeout=0")

    workshop.database.engine.dispose()
    event.listen(workshop.database.engine, "checkout", hasty)
    with ExitStack() as ending:
        ending.callback(event.remove, workshop.database.engine, "checkout", hasty)
        others = []
        for _ in range(3):
            others.append(Hammer(made))
            ending.callback(others[-1].end)
        for other in others[1:]:
            other.begin()
        meet_once(workshop, others[0], refusals, monkeypatch)
        while workshop.state(1) != "finished":
            with suppress(Refused):  # busy at a worker's very start: it ends, and is started again
                workshop.run(1)
    assert "storage.busy" in refusals, "nobody was in the way"
    judge(workshop)
    workshop.database.close()


# --- a log that ends early -------------------------------------------------------------------------------------

_TABLES = ("campaign", "chunk", "sent", "campaign_event", "dispatcher")


def contents(folder: Path) -> str:
    """Return a digest of what a database says of its sends."""
    told = hashlib.sha256()
    with closing(sqlite3.connect(folder / "koodesk.db")) as connection:
        for table in _TABLES:
            told.update(repr(connection.execute(f"SELECT * FROM {table}").fetchall()).encode())
    return told.hexdigest()


def commits(log: bytes) -> list[int]:
    """Return where in a write-ahead log each commit ends (SQLite's file format, section 4)."""
    page = struct.unpack(">I", log[8:12])[0]
    frame = 24 + page
    return [
        place + frame
        for place in range(32, len(log) - frame + 1, frame)
        if struct.unpack(">I", log[place + 4 : place + 8])[0]
    ]


def cut(source: Path, target: Path, length: int) -> Path:
    """Make a folder with the database and the first bytes of its log, as a crash may leave it."""
    target.mkdir()
    shutil.copy(source / "koodesk.db", target)
    (target / "koodesk.db-wal").write_bytes((source / "koodesk.db-wal").read_bytes()[:length])
    return target


def test_a_log_cut_anywhere_is_a_prefix_of_commits_and_nothing_is_sent_twice(
    made: Path, tmp_path: Path
) -> None:
    workshop = open_workshop(made)
    event.listen(
        workshop.database.engine,
        "connect",
        lambda connection, _: connection.execute("PRAGMA wal_autocheckpoint=0"),
    )
    workshop.database.engine.dispose()
    workshop.run(1)
    judge(workshop)
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for name in ("koodesk.db", "koodesk.db-wal"):
        shutil.copy(made / name, crashed)
    workshop.database.close()
    log = (crashed / "koodesk.db-wal").read_bytes()
    ends = [0, *commits(log)]
    assert len(ends) > 20
    states = {end: contents(cut(crashed, tmp_path / f"at-{end}", end)) for end in ends}
    assert len(set(states.values())) > 20
    random, going_on = Random(SEED), set()
    for number in range(CUTS):
        length = random.randrange(len(log) + 1)
        folder = cut(crashed, tmp_path / f"cut-{number}", length)
        last = max(end for end in ends if end <= length)
        assert contents(folder) == states[last], f"cut at {length}: not what the commit at {last} left"
        going_on.add(last)
    for end in sorted(going_on)[:: max(1, len(going_on) // max(8, CUTS // 8))]:
        # The other side keeps what it has accepted: to it, this is a desk that asks again.
        again = open_workshop(cut(crashed, tmp_path / f"on-{end}", end), workshop.gateway)
        again.run(1)
        judge(again)
        again.database.close()
