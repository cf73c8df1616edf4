# SPDX-License-Identifier: Apache-2.0
"""The sender's state machine, in small; `python benchmarks/sender_machine.py` plays it 5,000 times a hundred steps long."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.backend.sending.sender_machine import SENDERS, Sender, with_calls

pytestmark = pytest.mark.slow

SMALL = settings(
    max_examples=12,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("machine", SENDERS, ids=lambda machine: machine.klass.value)
def test_whatever_happens_nobody_has_two(machine: type[Sender], monkeypatch: pytest.MonkeyPatch) -> None:
    with_calls(monkeypatch.setattr)
    run_state_machine_as_test(machine, settings=SMALL)
