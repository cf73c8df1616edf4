# SPDX-License-Identifier: Apache-2.0
"""A database that is older than what was sent, with a gateway that keeps no keys: whatever comes between, a person is asked
before anything leaves again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from koodesk.backend.ports.gateway import GatewayClass
from koodesk.backend.sending.fence import Fence
from koodesk.backend.sending.worker import Worker
from koodesk.backend.testing import FixedClock, ScriptedGateway
from koodesk.domain.send_state import CampaignMove
from tests.backend.sending.workshop import Workshop, open_workshop

KEYLESS = (GatewayClass.LISTABLE, GatewayClass.BLIND)


def work(workshop: Workshop) -> None:
    """Run a worker as the program does, with its fence."""
    fence = Fence(workshop.database.path.parent / "worker.generation")
    Worker(workshop.ledger, workshop.gateway, clock=workshop.clock, fence=fence).run_until_idle(1)


def restored(folder: Path, klass: GatewayClass, before: Callable[[Workshop], object]) -> Workshop:
    """Confirm, work once, keep a copy after `before`, send everything, and put the copy back."""
    gateway = ScriptedGateway(klass=klass, clock=FixedClock(tick_ms=50))
    workshop = open_workshop(folder, gateway)
    workshop.confirm(50, start_at_ms=workshop.clock.now_ms() + 3_600_000)
    work(workshop)
    before(workshop)
    workshop.database.close()
    shutil.copy(folder / "koodesk.db", folder / "kept.db")
    workshop = open_workshop(folder, gateway)
    workshop.clock.forward(3_600_000)
    if workshop.state(1) == "paused":
        workshop.ledger.move(1, CampaignMove.RESUME, workshop.clock.now_ms(), by="Li")
    work(workshop)
    assert workshop.counts(1) == {"accepted": 50}
    workshop.database.close()
    for path in folder.glob("koodesk.db*"):
        path.unlink()
    shutil.copy(folder / "kept.db", folder / "koodesk.db")
    return open_workshop(folder, gateway)


@pytest.mark.parametrize("klass", KEYLESS)
def test_it_asks_although_the_first_worker_died_before_it_could(tmp_path: Path, klass: GatewayClass) -> None:
    workshop = restored(tmp_path, klass, lambda _: None)
    Fence(tmp_path / "worker.generation").enter(workshop.ledger)  # ... and dies
    work(workshop)
    row = workshop.ledger.campaign(1)
    assert (row.state, row.reason) == ("needs_decision", "restored")
    assert workshop.gateway.twice() == []
    workshop.database.close()


@pytest.mark.parametrize("klass", KEYLESS)
def test_it_asks_about_what_was_paused_as_well(tmp_path: Path, klass: GatewayClass) -> None:
    """Whoever resumes a paused campaign of an old copy would send again what had left, and was told nothing."""

    def pause(workshop: Workshop) -> None:
        workshop.ledger.move(1, CampaignMove.PAUSE, workshop.clock.now_ms(), by="Li")

    workshop = restored(tmp_path, klass, pause)
    work(workshop)
    row = workshop.ledger.campaign(1)
    assert (row.state, row.reason) == ("needs_decision", "restored")
    assert workshop.gateway.twice() == []
    workshop.database.close()


@pytest.mark.parametrize("klass", KEYLESS)
@pytest.mark.parametrize("left", [None, b"", b"{}", b'{"generation": "many"}', b"[]"])
def test_it_asks_where_the_mark_beside_it_is_gone(
    tmp_path: Path, klass: GatewayClass, left: bytes | None
) -> None:
    """A backup brought back to where it was, after the folder or its disk was lost: nothing tells that it is old."""
    workshop = restored(tmp_path, klass, lambda _: None)
    mark = tmp_path / "worker.generation"
    if left is None:
        mark.unlink()
    else:
        mark.write_bytes(left)
    work(workshop)
    row = workshop.ledger.campaign(1)
    assert (row.state, row.reason) == ("needs_decision", "restored")
    assert workshop.gateway.twice() == []
    work(workshop)  # the mark is there again: nobody is asked twice
    workshop.ledger.move(1, CampaignMove.RESUME, workshop.clock.now_ms(), by="Li")
    workshop.clock.forward(660_000)  # where there is a list it is asked first, after its settle time
    work(workshop)
    assert workshop.state(1) == "finished"
    if klass is GatewayClass.LISTABLE:
        assert workshop.gateway.twice() == []
    workshop.database.close()


@pytest.mark.parametrize("klass", KEYLESS)
def test_it_asks_where_its_mark_was_brought_back_with_it(tmp_path: Path, klass: GatewayClass) -> None:
    """A backup of the whole folder: the machine remembers apart from it that a worker was further."""
    folder, kept = tmp_path / "workspace", tmp_path / "kept"
    folder.mkdir()
    gateway = ScriptedGateway(klass=klass, clock=FixedClock(tick_ms=50))
    workshop = open_workshop(folder, gateway)
    workshop.confirm(50, start_at_ms=workshop.clock.now_ms() + 3_600_000)

    def begin(opened: Workshop) -> None:
        fence = Fence(folder / "worker.generation", tmp_path / "apart")
        Worker(opened.ledger, gateway, clock=gateway.clock, fence=fence).run_until_idle(1)

    begin(workshop)
    workshop.database.close()
    shutil.copytree(folder, kept)
    workshop = open_workshop(folder, gateway)
    workshop.clock.forward(3_600_000)
    begin(workshop)
    assert workshop.counts(1) == {"accepted": 50}
    workshop.database.close()
    shutil.rmtree(folder)
    shutil.copytree(kept, folder)
    workshop = open_workshop(folder, gateway)
    begin(workshop)
    row = workshop.ledger.campaign(1)
    assert (row.state, row.reason) == ("needs_decision", "restored")
    assert gateway.twice() == []
    workshop.database.close()


def test_a_mark_that_cannot_be_left_apart_keeps_nobody_from_sending(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    workshop = open_workshop(tmp_path)
    fence = Fence(tmp_path / "worker.generation", tmp_path / "file" / "apart")
    assert fence.enter(workshop.ledger)
    assert fence.enter(workshop.ledger)
    workshop.database.close()


def test_a_workspace_nobody_has_worked_in_asks_nobody(tmp_path: Path) -> None:
    gateway = ScriptedGateway(klass=GatewayClass.BLIND, clock=FixedClock(tick_ms=50))
    workshop = open_workshop(tmp_path, gateway)
    workshop.confirm(50)
    work(workshop)
    assert workshop.counts(1) == {"accepted": 50}
    workshop.database.close()


def test_a_gateway_with_keys_goes_on(tmp_path: Path) -> None:
    workshop = restored(tmp_path, GatewayClass.IDEMPOTENT, lambda _: None)
    work(workshop)
    assert workshop.counts(1) == {"accepted": 50}
    assert workshop.gateway.twice() == []
    workshop.database.close()
