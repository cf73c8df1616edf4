# SPDX-License-Identifier: Apache-2.0
"""The clock goes forward only, never faster than its speed, and over every end to a run, whatever real time does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.engine.clock import FASTEST, LONGEST_FORWARD_MS, RESERVE_MS, EngineClock

SPEEDS = (1, 2, 10, 60, 600, FASTEST)


class Machine:
    """Real time and a disk, both in a test's hand, and the engine's clock on them."""

    def __init__(self, wall_ms: int = 1_000_000, offset_ms: int = 0, floor_ms: int = 0) -> None:
        self.wall_ms = wall_ms
        self.steady_ms = 0
        self.kept = (offset_ms, 1)
        self.clock = self.made(floor_ms)

    def made(self, floor_ms: int = 0) -> EngineClock:
        """Return a clock as an engine makes it at its start."""
        return EngineClock(
            self.kept[0],
            floor_ms,
            speed=self.kept[1],
            wall=lambda: self.wall_ms,
            steady=lambda: self.steady_ms,
        )

    def change(self, by_ms: int = 0, speed: int | None = None) -> None:
        """Keep, then change, as `clock_api` does."""
        before = self.clock.speed
        self.kept = (self.clock.to_keep(by_ms, speed), speed or before)
        self.clock.change(self.kept[0], by_ms, speed)
        if self.clock.speed < before:
            self.change()

    def passes(self, ms: int) -> None:
        """Let real time pass."""
        self.wall_ms += ms
        self.steady_ms += ms

    def end(self, *, cleanly: bool) -> None:
        """End the engine and start it again."""
        if cleanly:
            self.kept = (self.clock.stand(), self.clock.speed)
        self.steady_ms = 0
        self.clock = self.made()


def test_forward_is_added_to_real_time() -> None:
    machine = Machine(1_000)
    assert machine.clock.now_ms() == 1_000
    machine.change(500)
    assert machine.clock.now_ms() == 1_500
    machine.passes(100)
    assert (machine.clock.now_ms(), machine.clock.offset_ms) == (1_600, 500)


def test_what_a_former_run_recorded_is_never_undercut() -> None:
    machine = Machine(1_000, offset_ms=10, floor_ms=5_000)
    assert machine.clock.now_ms() == 5_000
    machine.change(7)
    assert machine.clock.now_ms() == 5_007


@pytest.mark.parametrize(("step", "speed"), [(-1, 1), (LONGEST_FORWARD_MS + 1, 1), (0, FASTEST + 1), (0, -1)])
def test_a_step_back_a_senseless_one_or_no_speed_is_refused(step: int, speed: int) -> None:
    machine = Machine()
    with pytest.raises(ValueError, match="not within"):
        machine.clock.change(0, step, speed)
    assert (machine.clock.offset_ms, machine.clock.speed) == (0, 1)


@pytest.mark.parametrize("speed", SPEEDS)
def test_at_a_speed_it_runs_exactly_so_much_faster(speed: int) -> None:
    machine = Machine()
    start = machine.clock.now_ms()
    machine.change(speed=speed)
    assert machine.clock.now_ms() == start, "it goes on from where it stands"
    for _ in range(10):
        machine.passes(1_000)
        machine.change()
    assert machine.clock.now_ms() == start + 10_000 * speed
    machine.change(speed=1)
    machine.passes(1_000)
    assert machine.clock.now_ms() == start + 10_000 * speed + 1_000


def test_a_clock_that_cannot_be_kept_stands_and_does_not_make_up_for_it() -> None:
    machine = Machine()
    start = machine.clock.now_ms()
    machine.change(speed=60)
    machine.passes(RESERVE_MS + 9_000)
    assert machine.clock.now_ms() == start + 60 * RESERVE_MS + 9_000, "beyond what was kept it is real time"
    machine.change()
    machine.passes(1_000)
    assert machine.clock.now_ms() == start + 60 * RESERVE_MS + 9_000 + 60_000


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_time_an_engine_is_off_passes_as_real_time_does(speed: int) -> None:
    machine = Machine()
    machine.change(speed=speed)
    machine.passes(1_000)
    before = machine.clock.now_ms()
    machine.end(cleanly=True)
    machine.wall_ms += 8 * 3_600_000
    assert machine.clock.now_ms() == before + 8 * 3_600_000
    assert machine.clock.speed == speed
    machine.change()
    machine.passes(1_000)
    assert machine.clock.now_ms() == before + 8 * 3_600_000 + 1_000 * speed


@pytest.mark.parametrize("speed", SPEEDS)
def test_a_kill_takes_no_time_back_and_adds_three_seconds_worth_at_most(speed: int) -> None:
    machine = Machine()
    machine.change(speed=speed)
    machine.passes(RESERVE_MS - 1)
    told = machine.clock.now_ms()
    machine.end(cleanly=False)
    assert told <= machine.clock.now_ms() <= told + (speed - 1) * RESERVE_MS


STEP = st.one_of(
    st.tuples(st.just("pass"), st.integers(0, 20_000)),
    st.tuples(st.just("set"), st.integers(-10_000, 10_000)),
    st.tuples(st.just("forward"), st.integers(0, 10_000_000)),
    st.tuples(st.just("speed"), st.sampled_from(SPEEDS)),
    st.tuples(st.just("keep"), st.just(0)),
    st.tuples(st.just("stop"), st.integers(0, 10_000_000)),
    st.tuples(st.just("kill"), st.integers(0, 10_000_000)),
)


@given(st.lists(STEP, max_size=40))
def test_it_never_runs_backwards_nor_faster_than_its_speed(steps: list[tuple[str, int]]) -> None:
    machine = Machine()
    told = machine.clock.now_ms()
    set_back = 0
    for what, value in steps:
        most = 0
        if what == "pass":
            machine.passes(value)
            most = value * machine.clock.speed
        elif what == "set":
            machine.wall_ms += value
            most = max(0, value)
        elif what == "forward":
            machine.change(value)
            most = value
        elif what == "speed":
            machine.change(speed=value)
        elif what == "keep":
            machine.change()
        else:
            most = value + (0 if what == "stop" else (machine.clock.speed - 1) * RESERVE_MS)
            machine.end(cleanly=what == "stop")
            machine.wall_ms += value
        now = machine.clock.now_ms()
        if what in ("stop", "kill") and set_back:
            set_back = 0  # real time was set back and the engine has ended: only what it recorded counts
            told = min(told, now)
        set_back = max(0, set_back - min(0, value)) if what == "set" else set_back
        assert told <= now <= told + most + 1
        told = now
