# SPDX-License-Identifier: Apache-2.0
"""When the next page of receipts is asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from koodesk.backend.ports.gateway import Receipt, ReceiptPage
from koodesk.backend.sending.receiving import IDLE_SECONDS, ReceiptReader
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.testing import ScriptedGateway
from koodesk.domain.problem import Refused, problem
from tests.backend.sending.workshop import open_workshop

PAGE = 10


class Paging(ScriptedGateway):
    """A gateway whose list of receipts came in pages of these sizes."""

    def __init__(self, sizes: list[int]) -> None:
        super().__init__()
        self._sizes = sizes

    def receipts(self, after: int, limit: int) -> ReceiptPage:
        """Return the next page."""
        size = self._sizes.pop(0)
        told = tuple(Receipt(after + i, str(after + i), "sms", "0", "DELIVRD", 1) for i in range(1, size + 1))
        return ReceiptPage(told, after + size)


class Patience(threading.Event):
    """Ends the reader after so many waits, and keeps how long it wanted to wait each time."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.waits: list[float] = []
        self._times = times

    def wait(self, timeout: float | None = None) -> bool:
        """Note the wait, and do not wait."""
        assert timeout is not None
        self.waits.append(timeout)
        if len(self.waits) == self._times:
            self.set()
        return self.is_set()


def test_the_fuller_a_page_the_sooner_the_next(tmp_path: Path) -> None:
    sizes = [PAGE, PAGE // 2, PAGE // 2 - 1, 1, 0]
    workshop = open_workshop(tmp_path, Paging(list(sizes)))
    patience = Patience(len(sizes))
    ReceiptReader(workshop.ledger, workshop.gateway, page=PAGE).run(patience)
    assert patience.waits == pytest.approx([0, 0, IDLE_SECONDS * 0.2, IDLE_SECONDS * 0.8, IDLE_SECONDS])
    assert workshop.ledger.cursor(workshop.gateway.name) == sum(sizes)
    workshop.database.close()


class Asked(Paging):
    """Keeps what it was asked for; one question at a time."""

    def __init__(self, sizes: list[int], fail_at: int = 0) -> None:
        super().__init__(sizes)
        self.asked_for: list[int] = []
        self.questions = threading.Condition()
        self.overlapped = False
        self._fail_at = fail_at
        self._one = threading.Lock()

    def receipts(self, after: int, limit: int) -> ReceiptPage:
        """Note the question."""
        if not self._one.acquire(blocking=False):
            self.overlapped = True
            raise Refused(problem("gateway.unreachable", gateway="scripted", reason="two at once"))
        try:
            with self.questions:
                self.asked_for.append(after)
                self.questions.notify_all()
            if len(self.asked_for) == self._fail_at:
                raise Refused(problem("gateway.unreachable", gateway="scripted", reason="timeout"))
            return super().receipts(after, limit)
        finally:
            self._one.release()


def read(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    gateway: Asked,
    polls: int,
    before: Callable[[int], None] = lambda _: None,
) -> int:
    """Read ahead with so many polls, each page stored when `before` its cursor has returned; return the cursor."""
    take = SqlLedger.take

    def later(ledger: SqlLedger, name: str, receipts: Sequence[Receipt], next_cursor: int) -> int:
        before(next_cursor)
        return take(ledger, name, receipts, next_cursor)

    workshop = open_workshop(tmp_path, gateway)
    with monkeypatch.context() as patched:
        patched.setattr(SqlLedger, "take", later)
        reader = ReceiptReader(workshop.ledger, gateway, page=PAGE, unreachable_seconds=0.0, ahead=True)
        reader.run(Patience(polls))
    stored = workshop.ledger.cursor(gateway.name)
    workshop.database.close()
    return stored


def test_while_many_wait_the_next_page_is_asked_for_before_this_one_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = Asked([PAGE, PAGE, PAGE, 3])
    asked_before: list[bool] = []

    def when_the_next_was_asked_for(next_cursor: int) -> None:
        with gateway.questions:
            if next_cursor % PAGE == 0:
                asked_before.append(gateway.questions.wait_for(lambda: next_cursor in gateway.asked_for, 30))

    assert read(tmp_path, monkeypatch, gateway, 4, when_the_next_was_asked_for) == 3 * PAGE + 3
    assert asked_before == [True, True, True]
    assert gateway.asked_for == [0, PAGE, 2 * PAGE, 3 * PAGE]
    assert not gateway.overlapped


def test_what_was_asked_for_ahead_is_made_ready_beside_the_storing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = SqlLedger.ready
    made_by: dict[int, int] = {}

    def noted(ledger: SqlLedger, receipts: Sequence[Receipt]) -> Sequence[Receipt]:
        made_by[receipts[0].id] = threading.get_ident()
        return ready(ledger, receipts)

    monkeypatch.setattr(SqlLedger, "ready", noted)
    assert read(tmp_path, monkeypatch, Asked([PAGE, PAGE, 3]), 3) == 2 * PAGE + 3
    ours = threading.get_ident()
    assert {first: by == ours for first, by in made_by.items()} == {
        1: True,
        PAGE + 1: False,
        2 * PAGE + 1: False,
    }


def test_a_page_that_was_asked_for_ahead_and_did_not_come_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = Asked([PAGE, PAGE, 3], fail_at=2)
    assert read(tmp_path, monkeypatch, gateway, 4) == 2 * PAGE + 3
    assert gateway.asked_for == [0, PAGE, PAGE, 2 * PAGE]
    assert not gateway.overlapped


def test_a_page_that_could_not_be_stored_comes_again_before_the_one_ahead_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[int] = []

    def full_once(next_cursor: int) -> None:
        if next_cursor == 2 * PAGE and not failed:
            failed.append(next_cursor)
            raise Refused(problem("storage.disk_full", file="koodesk.db"))

    # What was asked for and not stored is asked for again.
    gateway = Asked([PAGE, PAGE, PAGE, PAGE, PAGE, 3])
    assert read(tmp_path, monkeypatch, gateway, 5, full_once) == 3 * PAGE + 3
    assert gateway.asked_for == [0, PAGE, 2 * PAGE, PAGE, 2 * PAGE, 3 * PAGE]
    assert failed
    assert not gateway.overlapped
