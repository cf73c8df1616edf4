# SPDX-License-Identifier: Apache-2.0
"""The workers as they are shown: a file's one by its lock, a team's by theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from koodesk.backend import bootstrap
from koodesk.backend.operations.rights import Access
from koodesk.backend.operations.workers import MINUTE_MS, MINUTES, Workers
from koodesk.backend.ports.workers import JobRecord, MinuteRecord, WorkerRecord
from koodesk.backend.views.workers import WorkersView
from koodesk.domain.problem import Refused, problem
from koodesk.domain.workers import JobState, WorkerState

NOW = 1_780_000_030_000


@dataclass
class Store:
    """What the database would say."""

    shared: bool
    there: list[WorkerRecord] = field(default_factory=list)
    queue: list[JobRecord] = field(default_factory=list)
    answered: list[MinuteRecord] = field(default_factory=list)

    def workers(self) -> Sequence[WorkerRecord]:
        return self.there

    def jobs(self) -> Sequence[JobRecord]:
        return self.queue

    def minutes(self, since_ms: int, until_ms: int) -> Sequence[MinuteRecord]:
        return [one for one in self.answered if since_ms <= one.at_ms < until_ms]


def _worker(name: str, machine: str, *, alive: bool, silent: bool = False) -> WorkerRecord:
    return WorkerRecord(name, machine, 7, "local", NOW - 5_000, NOW - 1_000, silent=silent, alive=alive)


def _send(number: int, status: str, worker: str = "") -> JobRecord:
    return JobRecord(number, "send", number, f"c{number}", status, 0, worker, NOW)


def _view(store: Store, *, held: bool = False, gateway_ms: int = NOW) -> WorkersView:
    def clock() -> int:
        if not gateway_ms:
            raise Refused(problem("gateway.unreachable", gateway="local", reason="off"))
        return gateway_ms

    rules = bootstrap.access_rules()
    access = Access(rules, rules.local_owner())
    return Workers(access, store, lambda: held, clock, lambda: NOW).view()


def test_a_team_says_who_does_what_and_what_nobody_does() -> None:
    store = Store(
        True,
        [_worker("a", "one", alive=True), _worker("b", "two", alive=False), _worker("c", "three", alive=True, silent=True)],
        [_send(1, "doing", "a"), _send(2, "doing", "b"), _send(3, "todo"), _send(4, "doing"), _send(5, "doing", "c")],
    )  # fmt: skip
    view = _view(store)
    assert [(one.machine, one.state, one.running) for one in view.workers] == [
        ("one", WorkerState.WORKING, 1),
        ("two", WorkerState.GONE, 0),
        ("three", WorkerState.SILENT, 0),
    ]
    assert [(job.number, job.state, job.machine) for job in view.jobs] == [
        (1, JobState.RUNNING, "one"),
        (2, JobState.STALLED, "two"),
        (3, JobState.WAITING, ""),
        (4, JobState.STALLED, ""),
        (5, JobState.STALLED, "three"),
    ]
    assert (view.at_work, view.count(JobState.STALLED), view.count(JobState.WAITING)) == (2, 3, 1)


def test_the_row_of_a_file_s_worker_that_was_killed_says_nothing() -> None:
    store = Store(False, [_worker("a", "one", alive=False)], [_send(1, "doing")])
    view = _view(store, held=False)
    assert (view.workers, [job.state for job in view.jobs]) == ((), [JobState.WAITING])


@pytest.mark.parametrize("named", [True, False])
def test_a_file_has_the_one_worker_that_holds_its_lock(named: bool) -> None:
    store = Store(False, [_worker("a", "one", alive=False)] if named else [], [_send(1, "doing")])
    (one,) = (view := _view(store, held=True)).workers
    assert (one.state, one.running, one.pid) == (WorkerState.WORKING, 1, 7 if named else 0)
    assert [job.state for job in view.jobs] == [JobState.RUNNING]


@pytest.mark.parametrize("gateway_ms", [NOW, 0])
def test_minutes_have_no_gaps_and_a_gateway_that_is_away_hides_nothing(gateway_ms: int) -> None:
    this = NOW // MINUTE_MS * MINUTE_MS
    store = Store(
        False,
        answered=[MinuteRecord(this, 5, 1), MinuteRecord(this - 3 * MINUTE_MS, 7, 0), MinuteRecord(this - 99 * MINUTE_MS, 9, 0)],
    )  # fmt: skip
    minutes = _view(store, gateway_ms=gateway_ms).minutes
    assert len(minutes) == MINUTES
    assert [one.at_ms for one in minutes] == list(range(this - 9 * MINUTE_MS, this + MINUTE_MS, MINUTE_MS))
    assert [one.accepted for one in minutes] == [0, 0, 0, 0, 0, 0, 7, 0, 0, 5]
    assert minutes[-1].refused == 1
