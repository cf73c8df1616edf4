# SPDX-License-Identifier: Apache-2.0
"""The sender's state machine, in small; `python benchmarks/sender_machine.py` plays it 5,000 times a hundred steps long."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from koodesk.backend.testing import accept_all, lost
from tests.backend.sending.sender_machine import CHUNK, SENDERS, SIZE, ListableSender, Sender, with_calls

SMALL = settings(
    max_examples=12,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.slow
@pytest.mark.parametrize("machine", SENDERS, ids=lambda machine: machine.klass.value)
def test_whatever_happens_nobody_has_two(machine: type[Sender], monkeypatch: pytest.MonkeyPatch) -> None:
    with_calls(monkeypatch.setattr)
    run_state_machine_as_test(machine, settings=SMALL)


def test_a_clock_somebody_moves_makes_no_list_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real cloud has no clock that can be asked, and its list shows a call minutes later: an hour that this machine's clock
    is moved by is none in which the call would have been listed."""
    with_calls(monkeypatch.setattr)
    machine = ListableSender()
    try:
        machine.first(lost(accept_all), 100, 0, 590_000)
        machine.move_clock(3_600_000)
        for _ in range(4):
            machine.go_on(2)
            machine.wait(61_000)
            machine.everybody_is_in_one_bucket()
        assert machine.ledger.buckets(1).unknown == CHUNK
        for _ in range(10):
            machine.wait(61_000)
            machine.go_on(2)
        machine.everybody_is_in_one_bucket()
        assert (machine.ledger.campaign(1).state, machine.ledger.buckets(1).accepted) == ("finished", SIZE)
    finally:
        machine.teardown()


def test_who_was_started_anew_waits_for_the_list_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows how long the worker was gone, where its clock was moved meanwhile."""
    with_calls(monkeypatch.setattr)
    machine = ListableSender()
    try:
        machine.first(lost(accept_all), 100, 0, 590_000)
        machine.end()
        machine.move_clock(3_600_000)
        machine.start(False)
        for _ in range(4):
            machine.go_on(2)
            machine.wait(61_000)
            machine.everybody_is_in_one_bucket()
        assert machine.ledger.buckets(1).unknown == CHUNK
    finally:
        machine.teardown()
