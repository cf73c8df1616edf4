# SPDX-License-Identifier: Apache-2.0
"""Exports of a team as jobs of its queue: written by whoever works on the machine they were asked for on, to the end, once,
and with the rights of whoever asked as they are then."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from koodesk.backend.operations.exports import Exports
from koodesk.backend.operations.table_export import half_written
from koodesk.backend.ports.exports import owner_name
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.postgres.export_worker import TeamExports
from koodesk.backend.storage.postgres.jobs import offer_exports
from koodesk.backend.storage.stores.exports import SqlExportStore
from koodesk.backend.storage.stores.workers import SqlWorkers
from koodesk.backend.views.exports import ExportRow
from koodesk.domain.access import Principal
from koodesk.domain.export_job import OVER
from koodesk.domain.problem import Refused
from tests.backend.operations.export_desk import exports_of
from tests.backend.operations.test_exports import Source
from tests.backend.sending.workshop import Workshop

PATIENCE_SECONDS = 60.0
ASKED = {"reason": "对账"}


@dataclass
class Window:
    """A program that has a team's workspace open, on one of its machines."""

    desk: Workshop
    folder: Path
    place: str
    source: Source = field(default_factory=Source)
    exports: Exports = field(init=False)

    def __post_init__(self) -> None:
        database = self.desk.database
        url = database.engine.url.render_as_string(hide_password=False)
        queue = TeamExports(url, self.place, database, SqlWorkers(database), SqlExportStore(database).left)
        self.exports = exports_of(self.desk, {"details": self.source.prepare}, self.folder, queue=queue)
        access = self.exports.access
        owner = access.rules.local_owner()
        access.recall = lambda _who: owner

    @property
    def path(self) -> Path:
        """Where this test's file goes."""
        return self.folder / "明细.csv"

    def start(self) -> ExportRow:
        """Ask for an export."""
        return self.exports.start("details", self.path, ASKED)

    def works(self) -> threading.Thread:
        """Write what waits here, on a thread."""
        thread = threading.Thread(target=self.exports.work, daemon=True)
        thread.start()
        return thread

    def ended(self, job_id: int) -> ExportRow:
        """Await the end of an export, wherever it is written."""
        row = self.exports.wait(job_id, PATIENCE_SECONDS)
        assert row.state in OVER, "it never came"
        return row

    def names(self) -> list[str]:
        """Return the files of this test that there are."""
        return sorted(path.name for path in self.folder.glob("*明细*"))


@pytest.fixture
def windows(desks: Callable[[], Workshop], tmp_path: Path) -> Iterator[Callable[..., Window]]:
    """Open the workspace in as many programs as are asked for, of one machine if nothing else is said."""
    with ExitStack() as ends:

        def another(place: str = "here") -> Window:
            window = Window(desks(), tmp_path, place)
            ends.callback(window.exports.close)
            ends.callback(window.source.go_on.set)
            return window

        yield another


def queue(database: Database) -> list[tuple[str, str, str]]:
    """Return task, queue and status of every job."""
    with database.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT task_name, queue_name, CAST(status AS TEXT) FROM procrastinate_jobs ORDER BY id"
        )
        return [tuple(row) for row in rows]


def until(true: Callable[[], object]) -> None:
    """Ask until it is true: what other threads and the server do comes when it comes."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


def test_whoever_asked_writes_it_and_takes_no_more_jobs_then(windows: Callable[..., Window]) -> None:
    window = windows()
    row = window.start()
    assert row.state in ("waiting", "running")
    assert window.source.begun.wait(PATIENCE_SECONDS)
    assert queue(window.desk.database) == [("koodesk.export", "koodesk-export-here", "doing")]
    (job,) = SqlWorkers(window.desk.database).jobs()
    assert (job.task, job.number, job.subject, job.status) == ("export", row.id, "details", "doing")
    (record,) = SqlExportStore(window.desk.database).running()
    assert window.names() == [half_written(window.path, record.pid).name]
    window.source.go_on.set()
    row = window.ended(row.id)
    assert (row.state, row.rows, row.size) == ("finished", 10_000, window.path.stat().st_size)
    until(lambda: SqlWorkers(window.desk.database).workers() == [])
    assert queue(window.desk.database) == []


_DIES = """
import os, sys
from pathlib import Path
from koodesk.backend.storage.database import Database
from tests.backend.sending.workshop import Workshop
from tests.backend.storage.postgres.test_export_jobs import Window
folder = Path(sys.argv[1])
database = Database(folder / "koodesk.db", url=sys.argv[2])
from koodesk.backend.testing import FixedClock
window = Window(Workshop(database, None, None, FixedClock(1)), folder, "here")
window.start()
assert window.source.begun.wait(60)
os._exit(9)
"""


@pytest.mark.crash
def test_an_export_outlives_the_program_that_is_killed_writing_it(windows: Callable[..., Window]) -> None:
    """Nobody waits for a clock: its lock is free."""
    other, elsewhere = windows(), windows("elsewhere")
    url = other.desk.database.engine.url.render_as_string(hide_password=False)
    died = subprocess.run([sys.executable, "-c", _DIES, str(other.folder), url], check=False)
    assert died.returncode == 9
    (left,) = SqlExportStore(other.desk.database).running()
    half = half_written(other.path, left.pid)
    until(lambda: SqlWorkers(other.desk.database).lacks_exporter("here"))
    assert (left.state, half.exists(), other.path.exists()) == ("running", True, False)
    assert not SqlWorkers(other.desk.database).lacks_exporter("elsewhere")
    elsewhere.source.go_on.set()
    elsewhere.exports.work()  # it looks after the jobs of the dead as all do, and has nothing to write
    assert elsewhere.source.asked == []
    other.source.go_on.set()
    other.exports.work()
    row = other.exports.get(left.id)
    assert (row.state, row.rows) == ("finished", 10_000)
    assert other.names() == [other.path.name]
    assert queue(other.desk.database) == []


def test_a_window_that_is_closed_gives_back_what_it_writes(windows: Callable[..., Window]) -> None:
    first, second = windows(), windows()
    row = first.start()
    assert first.source.begun.wait(PATIENCE_SECONDS)
    closing = threading.Thread(target=first.exports.close)
    closing.start()
    until(first.exports._closing.is_set)
    first.source.go_on.set()
    closing.join()
    assert second.exports.get(row.id).state == "waiting"
    assert first.names() == []
    assert queue(second.desk.database)[-1] == ("koodesk.export", "koodesk-export-here", "todo")
    second.source.go_on.set()
    second.exports.work()
    assert second.exports.get(row.id).state == "finished"


def test_of_two_that_take_it_one_writes(windows: Callable[..., Window]) -> None:
    first, second = windows(), windows()
    row = first.start()
    assert first.source.begun.wait(PATIENCE_SECONDS)
    with (
        first.desk.database.write() as connection
    ):  # a job is given back whose worker lives: frozen for a minute, say
        connection.exec_driver_sql("UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL")
    second.exports.work()
    assert second.source.asked == []
    assert second.exports.get(row.id).state == "running"
    first.source.go_on.set()
    assert second.ended(row.id).state == "finished"


def test_who_was_taken_for_dead_writes_no_end_over_the_other_s(windows: Callable[..., Window]) -> None:
    window, other = windows(), windows()
    window.source.endless = True
    window.source.go_on.set()
    row = window.start()
    assert window.source.begun.wait(PATIENCE_SECONDS)
    other.desk.database.hold(owner_name("other"))  # it lives: nobody takes it over in its turn
    with window.desk.database.write() as connection:  # its connection was lost, and another took it over
        connection.exec_driver_sql("UPDATE export_job SET owner = 'other'")
    until(lambda: not window.exports._threads)
    kept = SqlExportStore(window.desk.database).get(row.id)
    assert kept is not None
    assert (kept.state, kept.owner) == ("running", "other")
    assert window.names() == []


def test_a_job_that_was_lost_is_found_again_and_one_without_an_export_goes(
    windows: Callable[..., Window],
) -> None:
    window = windows()
    store, database = SqlExportStore(window.desk.database), window.desk.database
    first = window.start()
    assert window.source.begun.wait(PATIENCE_SECONDS)
    record = store.get(first.id)
    assert record is not None
    waits = store.add(replace(record, state="waiting", owner="", place="there"))
    with database.write() as connection:
        connection.exec_driver_sql("DELETE FROM procrastinate_jobs")
    for _ in range(2):
        with database.write_beside() as connection:
            offer_exports(connection)
    assert queue(database) == [("koodesk.export", "koodesk-export-there", "todo")], (
        "who is written needs none"
    )
    with database.write() as connection:
        connection.exec_driver_sql("DELETE FROM export_job WHERE id = ?", (waits,))
    with database.write_beside() as connection:
        offer_exports(connection)
    assert queue(database) == []


@pytest.mark.parametrize("written", [True, False], ids=["while it is written", "while it waits"])
def test_it_is_stopped_from_another_machine(windows: Callable[..., Window], written: bool) -> None:
    here, there = windows("here"), windows("there")
    if written:
        here.source.endless = True
        here.source.go_on.set()
        number = here.start().id
        assert here.source.begun.wait(PATIENCE_SECONDS)
    else:
        number = waiting(here)
    there.exports.cancel(number)
    assert written or there.exports.get(number).state == "cancelled", "nobody has to be there"
    assert here.ended(number).state == "cancelled"
    assert here.names() == []
    until(lambda: queue(here.desk.database) == [])


def waiting(window: Window) -> int:
    """Put an export into the queue that nobody takes; return its number."""
    store = SqlExportStore(window.desk.database)
    other = Window(window.desk, window.folder, window.place)
    other.source.go_on.set()
    done = other.start()
    other.ended(done.id)
    until(lambda: SqlWorkers(window.desk.database).workers() == [])
    other.exports.close()
    window.path.unlink()
    record = store.get(done.id)
    assert record is not None
    return store.add(replace(record, state="waiting", owner="", pid=0, ended_ms=0, rows=0))


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (None, "export.asker_gone"),
        (Principal("local", (), main=True), "access.denied"),
    ],
    ids=["she was deleted", "she may no longer"],
)
def test_her_rights_are_looked_at_when_it_is_written(
    windows: Callable[..., Window], now: Principal | None, code: str
) -> None:
    window = windows()
    waits = waiting(window)
    window.exports.access.recall = lambda _who: now
    window.exports.work()
    row = window.exports.get(waits)
    assert (row.state, [one.code for one in row.problems]) == ("failed", [code])
    assert window.names() == []
    assert queue(window.desk.database) == []


def test_a_place_that_is_gone_fails_and_says_so(windows: Callable[..., Window]) -> None:
    window = windows()
    waits = waiting(window)
    with window.desk.database.write() as connection:
        path = str(window.folder / "gone" / "明细.csv")
        connection.exec_driver_sql("UPDATE export_job SET path = ? WHERE id = ?", (path, waits))
    window.exports.work()
    row = window.exports.get(waits)
    assert (row.state, [one.code for one in row.problems]) == ("failed", ["export.not_writable"])


def test_a_file_is_asked_for_once_a_place(windows: Callable[..., Window]) -> None:
    """The same path on another machine is another file."""
    here, there = windows("here"), windows("there")
    row = here.start()
    assert here.source.begun.wait(PATIENCE_SECONDS)
    with pytest.raises(Refused, match=r"export\.busy"):
        here.start()
    with pytest.raises(Refused, match=r"export\.running"):
        here.exports.forget(row.id)
    there.start()
    for window in (here, there):
        window.source.go_on.set()
