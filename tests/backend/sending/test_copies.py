# SPDX-License-Identifier: Apache-2.0
"""A copy of the database that was taken while a worker sent, and put back: with a gateway that keeps no keys a person is asked
before anything leaves again, and only then."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from koodesk.backend.ports.gateway import Batch, GatewayClass, Outcome
from koodesk.backend.sending.dispatcher import WorkerOptions
from koodesk.backend.sending.fence import Fence
from koodesk.backend.sending.worker import Worker
from koodesk.backend.storage import backup
from koodesk.backend.storage.sqlite_file import sqlite_module
from koodesk.backend.storage.stores.opt_out_list import SqlOptOutStore
from koodesk.backend.storage.stores.sending_unknown import SqlUnknown
from koodesk.backend.testing import FixedClock, ScriptedGateway, accept_all
from koodesk.backend.workspace import Workspace
from koodesk.backend.workspace_marks import place_of, write_mark
from koodesk.domain.problem import Refused
from koodesk.domain.send_state import CampaignMove
from tests.backend.sending.workshop import FIRST_NUMBER, PATIENT, Workshop, open_workshop

KEYLESS = (GatewayClass.LISTABLE, GatewayClass.BLIND)


@dataclass
class Desk:
    """A workspace, its marks and what its gateway took."""

    folder: Path
    gateway: ScriptedGateway
    space: Workspace = field(init=False)
    shop: Workshop = field(init=False)

    def __post_init__(self) -> None:
        self.space = Workspace(self.folder / "workspace").create()
        self.open()

    def open(self) -> None:
        """Open the workspace as it lies there."""
        self.shop = open_workshop(self.space.root, self.gateway)

    def worker(self) -> Worker:
        """Return a worker as the program starts one, that sends one call at a time."""
        fence = Fence(self.space.generation, self.folder / "marks")
        options = WorkerOptions(senders=1, watch_ms=0, errors=PATIENT)
        return Worker(self.shop.ledger, self.gateway, clock=self.gateway.clock, options=options, fence=fence)

    def work(self) -> None:
        """Send until the campaign waits for somebody."""
        self.worker().run_until_idle(1)

    def copy(self) -> None:
        """Copy the database as any program does that knows SQLite."""
        module = sqlite_module()
        with (
            closing(module.connect(self.space.database)) as given,
            closing(module.connect(self.folder / "kept")) as kept,
        ):
            given.backup(kept)

    def put_back(self) -> None:
        """Put the copy in the place of the database, as a person does by hand."""
        self.shop.database.close()
        for path in self.space.root.glob("koodesk.db*"):
            path.unlink()
        (self.folder / "kept").replace(self.space.database)
        self.open()

    def back_up(self) -> None:
        """Write a backup of the product's own."""
        backup.write(self.space, self.folder / "kept.koobackup", 1, engine=None)

    def restore(self) -> None:
        """Put the backup in the place of the workspace."""
        self.shop.database.close()
        backup.restore_over(self.folder / "kept.koobackup", self.space)
        self.open()

    def asks(self) -> bool:
        """Tell whether a person is asked because the ledger is an older one."""
        row = self.shop.ledger.campaign(1)
        return (row.state, row.reason) == ("needs_decision", "restored")


def at_call(number: int, do: Callable[[], object]) -> Callable[[Batch], Outcome]:
    """Return what a gateway does that accepts everybody, and in whose n-th call something happens."""
    calls = 0

    def send(batch: Batch) -> Outcome:
        nonlocal calls
        calls += 1
        if calls == number:
            do()
        return accept_all(batch)

    return send


def desk_of(folder: Path, klass: GatewayClass) -> Desk:
    return Desk(folder, ScriptedGateway(klass=klass, clock=FixedClock(tick_ms=50)))


@pytest.mark.parametrize("klass", KEYLESS)
@pytest.mark.parametrize(("keep", "put"), [(Desk.back_up, Desk.restore), (Desk.copy, Desk.put_back)])
def test_a_copy_taken_while_a_worker_sent_asks(
    tmp_path: Path, klass: GatewayClass, keep: Callable[[Desk], None], put: Callable[[Desk], None]
) -> None:
    desk = desk_of(tmp_path, klass)
    desk.shop.confirm(50, chunk_size=10)
    desk.gateway.will(*[at_call(3, lambda: keep(desk))] * 5)
    desk.work()
    assert desk.shop.counts(1) == {"accepted": 50}
    put(desk)
    assert desk.shop.counts(1)["pending"] > 0
    desk.work()
    assert desk.asks()
    assert desk.gateway.twice() == []
    desk.shop.database.close()


@pytest.mark.parametrize("klass", KEYLESS)
def test_a_copy_nothing_left_after_asks_nobody(tmp_path: Path, klass: GatewayClass) -> None:
    """Taken in the last call: what it does not know of is only what became of a call, and that is unknown."""
    desk = desk_of(tmp_path, klass)
    desk.shop.confirm(50, chunk_size=10)
    desk.gateway.will(*[at_call(5, desk.back_up)] * 5)
    desk.work()
    desk.restore()
    desk.work()
    assert not desk.asks()
    assert desk.gateway.twice() == []
    desk.shop.database.close()


@pytest.mark.parametrize("klass", KEYLESS)
def test_a_quiet_backup_asks_nobody(tmp_path: Path, klass: GatewayClass) -> None:
    desk = desk_of(tmp_path, klass)
    desk.shop.confirm(50, chunk_size=10, start_at_ms=desk.gateway.clock.now_ms() + 3_600_000)
    desk.work()
    desk.back_up()
    desk.restore()
    desk.gateway.clock.forward(3_600_000)
    desk.work()
    assert desk.shop.counts(1) == {"accepted": 50}
    assert desk.gateway.twice() == []
    desk.shop.database.close()


@pytest.mark.parametrize("klass", KEYLESS)
def test_a_worker_that_dies_before_it_leaves_its_mark_has_sent_nothing(
    tmp_path: Path, klass: GatewayClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the commit and the mark: a copy of before is as good as the database, and neither of them asks."""
    desk = desk_of(tmp_path, klass)
    desk.shop.confirm(50, chunk_size=10)
    with desk.worker()._running():
        desk.copy()

    class Died(BaseException):
        pass

    marks = 0

    def dies(path: Path, told: dict[str, object]) -> None:
        nonlocal marks
        marks += 1
        if marks == 3:  # the two of the start were left
            raise Died
        write_mark(path, told)

    monkeypatch.setattr("koodesk.backend.sending.fence.write_mark", dies)
    with pytest.raises(Died):
        desk.work()
    monkeypatch.undo()
    assert desk.gateway.calls == []
    desk.work()
    assert not desk.asks(), "what is newer than its mark is no old copy"
    desk.shop.database.close()


@pytest.mark.parametrize("klass", KEYLESS)
def test_what_leaves_no_mark_does_not_leave(
    tmp_path: Path, klass: GatewayClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(tmp_path, klass)
    desk.shop.confirm(50, chunk_size=10)
    full = False

    def disk(path: Path, told: dict[str, object]) -> None:
        if full:
            raise OSError(28, "No space left on device")
        write_mark(path, told)

    monkeypatch.setattr("koodesk.backend.sending.fence.write_mark", disk)
    worker = desk.worker()
    with worker._running():
        full = True
        told: set[str] = set()
        for _ in range(20):
            try:
                worker._dispatcher.turn()
            except Refused as refusal:
                told |= {found.code for found in refusal.problems}
        assert told == {"storage.not_writable"}
        assert desk.gateway.calls == []
        full = False
    desk.work()
    assert desk.shop.counts(1) == {"accepted": 50}
    assert desk.gateway.twice() == []
    desk.shop.database.close()


def test_a_gateway_with_keys_needs_no_marks(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, GatewayClass.IDEMPOTENT)
    desk.shop.confirm(50, chunk_size=10)
    desk.gateway.will(*[at_call(3, desk.back_up)] * 5)
    desk.work()
    first = desk.space.generation.read_text()
    desk.restore()
    desk.work()
    assert desk.shop.counts(1) == {"accepted": 50}
    assert desk.gateway.twice() == []
    assert '"generation": 1' in first, "nothing is written down beside the ledger a call"
    desk.shop.database.close()


@pytest.mark.both_databases
@pytest.mark.parametrize("klass", KEYLESS)
def test_a_database_that_goes_back_under_a_worker_asks(tmp_path: Path, klass: GatewayClass) -> None:
    """A team's server restored to an earlier moment, or one that took over without the last of it: the worker lives on."""
    desk = desk_of(tmp_path, klass)
    desk.shop.confirm(50, chunk_size=10)

    def back() -> None:
        with desk.shop.database.write() as connection:
            connection.exec_driver_sql("UPDATE dispatcher SET generation = generation - 2")

    desk.gateway.will(*[at_call(3, back)] * 5)
    worker = desk.worker()
    with worker._running():
        for _ in range(10_000):
            with suppress(Refused):
                worker._dispatcher.turn()
            if desk.asks():
                break
    assert desk.asks()
    assert len(desk.gateway.calls) < 5
    desk.shop.ledger.move(1, CampaignMove.RESUME, desk.gateway.clock.now_ms(), by="Li")
    live(desk, 1)
    assert not desk.asks(), "once is enough"
    desk.shop.database.close()


def resumed(folder: Path, klass: GatewayClass, most: int) -> Desk:
    """Put back a copy of the second call after `most` calls, and let a person say go on."""
    desk = desk_of(folder, klass)
    desk.shop.confirm(100, chunk_size=10)

    def pause(batch: Batch) -> Outcome:
        desk.shop.ledger.move(1, CampaignMove.PAUSE, desk.gateway.clock.now_ms())
        return accept_all(batch)

    keep = at_call(2, desk.copy)
    desk.gateway.will(*[keep] * (most - 1), pause)
    desk.work()
    desk.put_back()
    desk.work()
    assert desk.asks()
    desk.gateway.calls.clear()
    desk.shop.ledger.move(1, CampaignMove.RESUME, desk.gateway.clock.now_ms(), by="Li")
    return desk


def live(desk: Desk, minutes: int) -> None:
    """Let a worker live for some minutes of the gateway's clock."""
    worker, clock = desk.worker(), desk.gateway.clock
    ticks, clock._tick_ms = (
        clock._tick_ms,
        0,
    )  # however long this machine takes, no time passes but what is said here
    with worker._running():
        for _ in range(minutes * 2):
            worker._dispatcher.turn()
            while worker._dispatcher.calling or worker._dispatcher._questions.asking:
                worker._dispatcher.turn()  # what is on its way comes back first
            clock.forward(30_000)
    clock._tick_ms = ticks


@pytest.mark.parametrize("most", [3, 6, 10])
def test_whoever_goes_on_is_sent_to_once_where_calls_can_be_looked_up(tmp_path: Path, most: int) -> None:
    desk = resumed(tmp_path, GatewayClass.LISTABLE, most)
    left = {number for _, number in desk.gateway.accepted}
    live(desk, 9)
    assert desk.gateway.calls == [], "a list may be late: it is asked after the settle time"
    live(desk, 15)
    assert desk.shop.counts(1) == {"accepted": 100}
    assert desk.gateway.twice() == []
    assert {number for batch in desk.gateway.calls for number in batch.numbers}.isdisjoint(left)
    planned = [key for key in desk.gateway.asked if desk.gateway.asked.count(key) == 1]
    assert len(planned) >= 7, "one question each, as a rule"
    desk.shop.database.close()


@pytest.mark.parametrize("later", [CampaignMove.PAUSE, CampaignMove.STOP])
def test_what_is_stopped_while_it_is_looked_up_is_cancelled_if_it_never_left(
    tmp_path: Path, later: CampaignMove
) -> None:
    desk = resumed(tmp_path, GatewayClass.LISTABLE, 6)
    live(desk, 1)
    desk.shop.ledger.move(1, later, desk.gateway.clock.now_ms(), by="Li")
    live(desk, 25)
    if later is CampaignMove.PAUSE:
        assert desk.shop.counts(1)["accepted"] == len(desk.gateway.accepted)
        desk.shop.ledger.move(1, CampaignMove.STOP, desk.gateway.clock.now_ms(), by="Li")
        live(desk, 1)
    accepted = len(desk.gateway.accepted)
    assert desk.shop.counts(1) == {"accepted": accepted, "cancelled": 100 - accepted}
    assert desk.shop.state(1) == "stopped"
    assert desk.gateway.calls == []
    desk.shop.database.close()


def test_what_expires_while_it_is_looked_up_had_not_left(tmp_path: Path) -> None:
    desk = resumed(tmp_path, GatewayClass.LISTABLE, 6)
    with desk.shop.database.write() as connection:
        end = desk.gateway.clock.now_ms() + 60_000
        connection.exec_driver_sql("UPDATE campaign SET not_after_ms = ?", (end,))
    live(desk, 25)
    accepted = len(desk.gateway.accepted)
    assert desk.shop.counts(1) == {"accepted": accepted, "expired": 100 - accepted}
    desk.shop.database.close()


def test_an_opted_out_who_had_been_sent_to_is_said(tmp_path: Path) -> None:
    desk = resumed(tmp_path, GatewayClass.LISTABLE, 10)
    with desk.shop.database.write() as connection:
        SqlOptOutStore().add(connection, "雅居", [FIRST_NUMBER + 95], 1, "hand", "x")
    live(desk, 25)
    assert desk.shop.counts(1) == {"accepted": 99, "refused": 1}
    (late,) = SqlUnknown(desk.shop.database).late(1, 10)
    assert (late.call_no, late.code) == (10, "KD.DESK.OPTED_OUT")
    assert desk.gateway.twice() == []
    desk.shop.database.close()


def test_without_a_list_a_person_s_word_is_all_there_is(tmp_path: Path) -> None:
    desk = resumed(tmp_path, GatewayClass.BLIND, 3)
    desk.work()
    assert (desk.gateway.asked, desk.shop.counts(1).get("pending")) == ([], None)
    desk.shop.database.close()


@pytest.mark.both_databases
@pytest.mark.parametrize("word", [CampaignMove.RESUME, CampaignMove.STOP])
def test_whatever_a_person_says_of_an_older_ledger_what_left_is_found(
    tmp_path: Path, word: CampaignMove
) -> None:
    desk = desk_of(tmp_path, GatewayClass.LISTABLE)
    desk.shop.confirm(50, chunk_size=10)
    for job in desk.shop.ledger.jobs(1, "planned", 3, desk.gateway.clock.now_ms())[1:]:
        desk.gateway.send(job.batch)
    with desk.worker()._running():
        pass
    desk.shop.ledger.fence(99, place_of(desk.space.root))
    assert desk.asks()
    desk.shop.ledger.move(1, word, desk.gateway.clock.now_ms(), by="Li")
    live(desk, 25)
    ends = {"accepted": 50} if word is CampaignMove.RESUME else {"accepted": 20, "cancelled": 30}
    assert desk.shop.counts(1) == ends
    assert desk.gateway.twice() == []
    desk.shop.database.close()


def test_a_team_s_place_is_its_server_s_time_line(desks: Callable[[], Workshop]) -> None:
    """A server that took over goes on in another; the place a ledger remembers from before time lines counted is none."""
    desk = desks()
    _, first, _ = desk.ledger.fence(0, "folder")
    with desk.database.read() as connection:
        place = desk.database.place(connection)
    server, _, line = place.rpartition("/")
    for remembered, agrees in ((place, True), (server, True), (f"{server}/0000000A", False), ("x", False)):
        with desk.database.write() as connection:
            connection.exec_driver_sql("UPDATE dispatcher SET place = ?", (remembered,))
        _, first, found = desk.ledger.fence(first, "folder")
        assert found is agrees, remembered
    assert line == "00000001"
