# SPDX-License-Identifier: Apache-2.0
"""Exports are jobs: they end as they should, act on a stop, can be done again, and tell the truth after a crash."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from koodesk.backend.operations.exports import Exports
from koodesk.backend.operations.table_export import half_written, write_table
from koodesk.backend.ports.exports import Options, Prepared
from koodesk.backend.ports.progress import Cancel, Progress, Report
from koodesk.backend.storage.stores.exports import SqlExportStore
from koodesk.domain.problem import Refused, problem
from tests.backend.operations.export_desk import exports_of
from tests.backend.sending.workshop import Workshop, open_workshop


@dataclass
class Source:
    """Something to export: a row at a time, when it is let go on; an endless one goes on until it is stopped."""

    asked: list[Options] = field(default_factory=list)
    begun: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    fails: Exception | None = None
    endless: bool = False

    def prepare(self, options: Options) -> Prepared:
        """Refuse without a reason; else prepare ten thousand rows."""
        if not options["reason"]:
            raise Refused(problem("campaign.export.reason", "reason"))
        self.asked.append(options)
        return Prepared("双十一", (".xlsx", ".csv"), 10_000, self.write)

    def write(self, path: Path, progress: Report, cancel: Cancel) -> int:
        """Write rows to the file as any export does."""

        def rows() -> Iterator[tuple[str, int]]:
            for place in count() if self.endless else range(10_000):
                if place == 3_000:
                    self.begun.set()
                    assert self.go_on.wait(60)
                    if self.fails is not None:
                        raise self.fails
                yield "=13800000000", place

        return write_table(path, ("number", "place"), rows(), progress, cancel, 10_000)


@dataclass
class Office:
    """A ledger, a source and the export centre over both."""

    workshop: Workshop
    folder: Path
    source: Source
    exports: Exports

    def again(self, *policies: str) -> Exports:
        """Return another process's view of the same centre."""
        return exports_of(self.workshop, {"details": self.source.prepare}, self.folder, *policies)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    workshop, source = open_workshop(tmp_path), Source()
    exports = exports_of(workshop, {"details": source.prepare}, tmp_path)
    yield Office(workshop, tmp_path, source, exports)
    source.go_on.set()
    exports.close()
    workshop.database.close()


def codes(call: Callable[[], object]) -> list[str]:
    """Return what a call is refused with."""
    with pytest.raises(Refused) as refused:
        call()
    return [one.code for one in refused.value.problems]


@pytest.mark.both_databases
def test_an_export_goes_on_by_itself_and_ends_with_its_file(office: Office) -> None:
    path = office.folder / "明细.csv"
    row = office.exports.start("details", path, {"reason": "对账"})
    assert (row.state, row.title, row.reason, row.total) == ("running", "双十一", "对账", 10_000)
    assert office.source.begun.wait(60)
    assert not path.exists(), "a name never stands for half a file"
    assert office.exports.get(row.id).done == 2_000
    office.source.go_on.set()
    row = office.exports.wait(row.id)
    assert (row.state, row.rows, row.gone) == ("finished", 10_000, False)
    assert row.size == path.stat().st_size
    assert row.ended_ms >= row.started_ms > 0
    assert path.read_text("utf-8-sig").splitlines()[1] == "'=13800000000,0"
    path.unlink()
    assert office.exports.get(row.id).gone


def test_a_cancelled_export_leaves_nothing(office: Office) -> None:
    path = office.folder / "明细.xlsx"
    row = office.exports.start("details", path, {"reason": "对账"})
    assert office.source.begun.wait(60)
    office.exports.cancel(row.id)
    office.source.go_on.set()
    assert office.exports.wait(row.id).state == "cancelled"
    assert list(office.folder.glob("*明细*")) == []


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (Refused(problem("storage.busy", file="koodesk.db", seconds=15)), "storage.busy"),
        (OSError(28, "No space left on device"), "export.not_writable"),
        (RuntimeError("defect"), "defect"),
    ],
)
def test_a_failed_export_says_why_and_leaves_nothing(office: Office, failure: Exception, code: str) -> None:
    office.source.fails = failure
    office.source.go_on.set()
    row = office.exports.wait(
        office.exports.start("details", office.folder / "明细.csv", {"reason": "对账"}).id
    )
    assert (row.state, [one.code for one in row.problems]) == ("failed", [code])
    assert list(office.folder.glob("*明细*")) == []


def test_an_export_is_done_again_as_it_was_asked_for(office: Office) -> None:
    office.source.go_on.set()
    first = office.exports.wait(
        office.exports.start("details", office.folder / "明细.csv", {"reason": "对账", "campaign": 7}).id
    )
    second = office.exports.wait(office.exports.repeat(first.id).id)
    assert (second.state, second.path, second.id > first.id) == ("finished", first.path, True)
    assert office.source.asked[0] == office.source.asked[1]
    assert [row.id for row in office.exports.list()] == [second.id, first.id]
    office.exports.forget(first.id)
    assert [row.id for row in office.exports.list()] == [second.id]
    assert Path(second.path).exists()


def test_what_is_refused(office: Office) -> None:
    path = office.folder / "明细.csv"
    start = office.exports.start
    assert codes(lambda: start("details", path, {"reason": ""})) == ["campaign.export.reason"]
    assert codes(lambda: start("details", path, {})) == ["export.unknown"]
    assert codes(lambda: start("nothing", path)) == ["export.unknown"]
    assert codes(lambda: start("details", path.with_suffix(".pdf"), {"reason": "x"})) == ["export.kind"]
    assert codes(lambda: office.exports.repeat(99)) == ["export.missing"]
    running = start("details", path, {"reason": "x"})
    assert codes(lambda: start("details", path, {"reason": "x"})) == ["export.busy"]
    assert codes(lambda: office.exports.forget(running.id)) == ["export.running"]
    assert len(office.exports.list()) == 1, "what was refused is no export"


def test_rights_are_asked_for(office: Office) -> None:
    reader = office.again("KooMessage ReadOnlyAccess")
    assert reader.list() == ()
    assert codes(lambda: reader.start("details", office.folder / "x.csv", {"reason": "x"})) == [
        "access.denied"
    ]
    assert codes(lambda: office.again("RTC Administrator").list()) == ["access.denied"]
    assert office.source.asked == []


def test_another_process_sees_it_and_may_stop_it(office: Office) -> None:
    row = office.exports.start("details", office.folder / "明细.csv", {"reason": "x"})
    assert office.source.begun.wait(60)
    other = office.again()
    assert [one.state for one in other.list()] == ["running"]
    other.cancel(row.id)
    assert SqlExportStore(office.workshop.database).beat(row.id, office.exports._owner, 0, 0), (
        "whoever writes it is told with its next beat"
    )


def test_an_end_of_the_program_interrupts_and_is_no_cancel(office: Office) -> None:
    row = office.exports.start("details", office.folder / "明细.csv", {"reason": "x"})
    assert office.source.begun.wait(60)
    threading.Timer(0.05, office.source.go_on.set).start()
    office.exports.close()
    assert office.again().get(row.id).state == "interrupted"
    assert list(office.folder.glob("*明细*")) == []


_DIES = """
import os, sys, threading
from pathlib import Path
from tests.backend.operations.export_desk import exports_of
from tests.backend.operations.test_exports import Source
from tests.backend.sending.workshop import open_workshop
folder, source = Path(sys.argv[1]), Source()
exports = exports_of(open_workshop(folder), {"details": source.prepare}, folder)
exports.start("details", folder / "明细.csv", {"reason": "x"})
assert source.begun.wait(60)
os._exit(9)
"""


@pytest.mark.crash
def test_a_killed_program_leaves_an_interrupted_export_and_no_half_file(office: Office) -> None:
    died = subprocess.run([sys.executable, "-c", _DIES, str(office.folder)], check=False)
    assert died.returncode == 9
    (left,) = SqlExportStore(office.workshop.database).running()
    part = half_written(Path(left.path), left.pid)
    assert part.exists()
    (row,) = office.exports.list()
    assert (row.state, row.rows) == ("interrupted", 0)
    assert not part.exists()
    assert not Path(left.path).exists()


def test_progress_is_told() -> None:
    told: list[Progress] = []
    source = Source()
    source.go_on.set()
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as name:
        assert source.write(Path(name) / "x.csv", told.append, lambda: False) == 10_000
    assert [(one.done, one.total) for one in told][-1] == (10_000, 10_000)
