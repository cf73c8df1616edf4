# SPDX-License-Identifier: Apache-2.0
"""The clock goes forward only, whatever real time does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.engine.clock import LONGEST_FORWARD_MS, EngineClock


class Wall:
    """Real time that a test sets."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        return self.now_ms


def test_forward_is_added_to_real_time() -> None:
    wall = Wall(1_000)
    clock = EngineClock(wall=wall)
    assert clock.now_ms() == 1_000
    assert clock.forward(500) == 1_500
    wall.now_ms = 1_100
    assert clock.now_ms() == 1_600
    assert clock.offset_ms == 500


def test_what_a_former_run_recorded_is_never_undercut() -> None:
    clock = EngineClock(offset_ms=10, floor_ms=5_000, wall=Wall(1_000))
    assert clock.now_ms() == 5_000
    assert clock.forward(7) == 5_007


@pytest.mark.parametrize("step", [-1, LONGEST_FORWARD_MS + 1])
def test_a_step_back_or_a_senseless_one_is_refused(step: int) -> None:
    clock = EngineClock(wall=Wall(0))
    with pytest.raises(ValueError, match="not within"):
        clock.forward(step)
    assert clock.offset_ms == 0


@given(st.lists(st.tuples(st.integers(-10_000, 10_000), st.integers(0, 10_000))))
def test_it_never_runs_backwards(steps: list[tuple[int, int]]) -> None:
    wall = Wall(1_000_000)
    clock = EngineClock(wall=wall)
    seen = clock.now_ms()
    for drift, ahead in steps:
        wall.now_ms += drift
        now = clock.forward(ahead)
        assert now >= seen + ahead
        seen = now
