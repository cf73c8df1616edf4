# SPDX-License-Identifier: Apache-2.0
"""The circuit breaker and the quarantine, as state machines that any story of calls is played on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from koodesk.domain.breaker import (
    Breaker,
    BreakerRules,
    BreakerState,
    Suspects,
    answered,
    broke,
    ended,
    left,
    may_leave,
    poisoned,
    told_nothing,
)

RULES = BreakerRules(window=6, bad=3, open_ms=100, most_ms=1_000)


def test_it_opens_at_the_limit_and_not_before() -> None:
    breaker = Breaker()
    for chunk in (1, 2):
        breaker = ended(breaker, RULES, chunk, good=False, now_ms=0)
    assert (breaker.state, may_leave(breaker, 0, 0, 4)) == (BreakerState.CLOSED, 4)
    breaker = ended(breaker, RULES, 3, good=False, now_ms=0)
    assert (breaker.state, may_leave(breaker, 99, 0, 4), may_leave(breaker, 100, 0, 4)) == (
        BreakerState.OPEN,
        0,
        1,
    )
    assert may_leave(breaker, 100, 1, 4) == 0, "what is on its way may still say something"


def test_one_chunk_that_breaks_between_good_ones_opens_nothing() -> None:
    breaker = Breaker()
    for good in range(50):
        breaker = ended(breaker, RULES, 7, good=False, now_ms=0)
        breaker = ended(breaker, RULES, 7, good=False, now_ms=0)
        assert breaker.state is BreakerState.CLOSED
        breaker = ended(breaker, RULES, 100 + good, good=True, now_ms=0)


def test_three_of_one_chunk_and_nothing_else_open_it() -> None:
    breaker = Breaker()
    for expected in (BreakerState.CLOSED, BreakerState.CLOSED, BreakerState.OPEN):
        breaker = ended(breaker, RULES, 7, good=False, now_ms=0)
        assert breaker.state is expected


def test_a_probe_closes_it_or_doubles_the_wait() -> None:
    breaker = Breaker()
    for chunk in range(3):
        breaker = ended(breaker, RULES, chunk, good=False, now_ms=0)
    waits, now = [], 0
    for _ in range(6):
        now = breaker.until_ms
        breaker = left(breaker)
        assert may_leave(breaker, now + 10_000, 1, 4) == 0
        breaker = ended(breaker, RULES, 1, good=False, now_ms=now)
        waits.append(breaker.until_ms - now)
    assert waits == [200, 400, 800, 1_000, 1_000, 1_000]
    assert ended(left(breaker), RULES, 1, good=True, now_ms=now) == Breaker()


def test_a_probe_that_found_nothing_out_lets_another_leave_at_once() -> None:
    breaker = Breaker()
    assert told_nothing(breaker) == breaker
    for chunk in range(3):
        breaker = ended(breaker, RULES, chunk, good=False, now_ms=0)
    assert told_nothing(breaker) == breaker, "one that left before it opened"
    due = breaker.until_ms
    probing = left(breaker)
    assert may_leave(probing, due, 0, 4) == 0
    assert may_leave(told_nothing(probing), due, 0, 4) == 1
    assert told_nothing(probing) == breaker


class Breaking(RuleBasedStateMachine):
    """Calls leave as the breaker lets them and end in any order, good or bad, while time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.breaker = Breaker()
        self.now = 0
        self.calling: list[int] = []
        self.next = 0

    @rule(ms=st.integers(0, 2_000))
    def pass_time(self, ms: int) -> None:
        self.now += ms

    @rule(room=st.integers(0, 4))
    def leave(self, room: int) -> None:
        most = may_leave(self.breaker, self.now, len(self.calling), room)
        assert 0 <= most <= room
        if self.breaker.state is not BreakerState.CLOSED:
            assert most <= 1
            assert most == 0 or (self.now >= self.breaker.until_ms and not self.calling)
        for _ in range(most):
            self.breaker = left(self.breaker)
            self.calling.append(self.next)
            self.next += 1

    @rule(good=st.booleans(), place=st.integers(0, 10))
    def end(self, good: bool, place: int) -> None:
        if not self.calling:
            return
        chunk = self.calling.pop(place % len(self.calling))
        before = self.breaker
        self.breaker = ended(self.breaker, RULES, chunk, good, self.now)
        if before.state is BreakerState.HALF_OPEN:
            assert self.breaker.state is (BreakerState.CLOSED if good else BreakerState.OPEN)
        if before.state is BreakerState.CLOSED and good:
            assert self.breaker.state is BreakerState.CLOSED

    @invariant()
    def one_probe_at_most(self) -> None:
        if self.breaker.state is BreakerState.HALF_OPEN:
            assert len(self.calling) == 1, "the probe is on its way, alone"
        assert len(self.breaker.recent) <= RULES.window
        assert self.breaker.until_ms <= self.now + RULES.most_ms


TestBreaking = Breaking.TestCase


def test_only_a_chunks_own_breaks_count() -> None:
    suspects = broke(Suspects(), 1)
    for chunk in (2, 3):
        suspects = answered(suspects, chunk)
    for _ in range(6):
        assert not poisoned(suspects, 1)
        suspects = broke(suspects, 1)
    assert poisoned(suspects, 1)
    assert not poisoned(answered(suspects, 1), 1)


@given(st.lists(st.integers(0, 5), max_size=80))
def test_a_gateway_that_is_away_poisons_nobody(chunks: list[int]) -> None:
    suspects = Suspects()
    for chunk in chunks:
        suspects = broke(suspects, chunk)
    assert not any(poisoned(suspects, chunk, 1) for chunk in range(6))


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=80))
def test_nobody_is_poisoned_while_others_break_too(story: list[tuple[int, bool]]) -> None:
    """Whoever is put aside broke at least so often, after others had been answered, and was not answered since."""
    suspects, broken = Suspects(), dict.fromkeys(range(5), 0)
    for chunk, good in story:
        suspects = answered(suspects, chunk) if good else broke(suspects, chunk)
        broken[chunk] = 0 if good else broken[chunk] + 1
        for one in range(5):
            if poisoned(suspects, one, 3):
                assert broken[one] > 3, "its first break is nobody's proof"
