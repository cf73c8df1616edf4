# SPDX-License-Identifier: Apache-2.0
"""Waves: their limits, when the next may go, and that no story of facts lets a broken rule pass."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from koodesk.domain.waves import (
    MINUTE_MS,
    NO_LIMIT,
    USUAL,
    WHOLE,
    WaveFacts,
    WaveMove,
    WaveRules,
    check_waves,
    chunk_size_for,
    judge,
    limits,
)

RULES = WaveRules(hold_minutes=10, refused=100, failed=200, delivered=800, delivered_minutes=20, at_least=10)
GOOD = WaveFacts(
    accepted=100, refused=0, delivered=90, failed=5, unknown=0, since_ms=0, now_ms=20 * MINUTE_MS
)


@pytest.mark.parametrize(
    ("change", "move", "reason"),
    [
        ({}, WaveMove.GO, ""),
        ({"now_ms": 20 * MINUTE_MS - 1}, WaveMove.WAIT, "hold"),
        ({"unknown": 1}, WaveMove.WAIT, "unknown"),
        ({"accepted": 90, "refused": 10}, WaveMove.GO, ""),
        ({"accepted": 89, "refused": 11, "delivered": 80}, WaveMove.ASK, "wave_refused"),
        ({"delivered": 80, "failed": 20}, WaveMove.GO, ""),
        ({"delivered": 83, "failed": 21, "accepted": 104}, WaveMove.ASK, "wave_failed"),
        ({"delivered": 80, "failed": 0}, WaveMove.GO, ""),
        ({"delivered": 79, "failed": 0}, WaveMove.ASK, "wave_delivered"),
        ({"delivered": 79, "failed": 0, "now_ms": 20 * MINUTE_MS - 1}, WaveMove.WAIT, "hold"),
        ({"accepted": 4, "refused": 5, "delivered": 1, "failed": 3}, WaveMove.GO, ""),
        ({"accepted": 5, "refused": 5, "delivered": 0, "failed": 4}, WaveMove.ASK, "wave_refused"),
        ({"accepted": 89, "refused": 11, "unknown": 3, "now_ms": 1}, WaveMove.ASK, "wave_refused"),
        # Few as they are: everybody was refused, nobody who is reported about got it, nobody is reported about at all.
        (
            {"accepted": 0, "refused": 9, "delivered": 0, "failed": 0, "now_ms": 1},
            WaveMove.ASK,
            "wave_refused",
        ),
        ({"accepted": 0, "refused": 1, "delivered": 0, "failed": 0, "unknown": 1}, WaveMove.WAIT, "unknown"),
        ({"accepted": 1, "refused": 8, "delivered": 1, "failed": 0}, WaveMove.GO, ""),
        ({"accepted": 9, "delivered": 0, "failed": 9}, WaveMove.ASK, "wave_failed"),
        ({"accepted": 9, "delivered": 0, "failed": 9, "now_ms": 20 * MINUTE_MS - 1}, WaveMove.WAIT, "hold"),
        ({"accepted": 9, "delivered": 1, "failed": 8}, WaveMove.GO, ""),
        ({"accepted": 9, "delivered": 0, "failed": 0}, WaveMove.ASK, "wave_silent"),
        ({"accepted": 9, "delivered": 0, "failed": 0, "unknown": 1}, WaveMove.WAIT, "unknown"),
        ({"accepted": 9, "delivered": 0, "failed": 0, "now_ms": 20 * MINUTE_MS - 1}, WaveMove.WAIT, "hold"),
    ],
)
def test_what_a_held_campaign_does(change: dict[str, int], move: WaveMove, reason: str) -> None:
    found = judge(RULES, replace(GOOD, **change))
    assert (found.move, found.reason) == (move, reason)


def test_no_rule_stops_nothing() -> None:
    none = WaveRules(hold_minutes=0, refused=0, failed=0, delivered=0)
    awful = WaveFacts(0, 1_000, 0, 1_000, 0, 0, 0)
    assert judge(none, awful).move is WaveMove.GO
    assert judge(none, replace(awful, accepted=9, failed=0)).move is WaveMove.GO, "nobody wanted to look"


def test_a_large_wave_without_a_report_asks_by_the_usual_rules() -> None:
    silent = WaveFacts(1_000, 0, 0, 0, 0, 0, USUAL.hold_minutes * MINUTE_MS)
    assert judge(USUAL, silent).reason == "wave_silent"
    assert judge(USUAL, replace(silent, delivered=1)).move is WaveMove.GO


@pytest.mark.parametrize(
    ("shares", "chunks", "expected"),
    [
        ((10,), 100, (1, NO_LIMIT)),
        ((10, 100), 1_000, (10, 100, NO_LIMIT)),
        ((10, 20), 10, (1, NO_LIMIT)),
        ((10,), 1, (NO_LIMIT,)),
        ((), 50, (NO_LIMIT,)),
        ((999,), 3, (2, NO_LIMIT)),
        ((500,), 3, (1, NO_LIMIT)),
    ],
)
def test_limits(shares: tuple[int, ...], chunks: int, expected: tuple[int, ...]) -> None:
    assert limits(shares, chunks) == expected


@given(
    st.lists(st.integers(1, WHOLE - 1), min_size=1, max_size=5, unique=True),
    st.integers(1, 100_000),
    st.integers(0, 5_000),
)
def test_the_first_wave_is_no_larger_than_its_share(shares: list[int], to_send: int, chunk_size: int) -> None:
    ordered = tuple(sorted(shares))
    size = chunk_size_for(ordered, to_send, chunk_size)
    chunks = -(-to_send // size)
    first, *rest = limits(ordered, chunks)
    assert rest == sorted(rest)
    if first != NO_LIMIT:
        assert first * size <= to_send * ordered[0] / WHOLE + size
    assert not chunk_size or size <= max(1, chunk_size)


@pytest.mark.parametrize(
    ("shares", "rules", "fine"),
    [
        ((10,), WaveRules(), True),
        ((1, 10, 100, 500, 999), WaveRules(), True),
        ((1, 2, 3, 4, 5, 6), WaveRules(), False),
        ((10, 10), WaveRules(), False),
        ((100, 10), WaveRules(), False),
        ((0,), WaveRules(), False),
        ((1_000,), WaveRules(), False),
        ((10,), WaveRules(hold_minutes=-1), False),
        ((10,), WaveRules(hold_minutes=4_320), True),
        ((10,), WaveRules(hold_minutes=4_321), False),
        ((10,), WaveRules(refused=1_001), False),
        ((10,), WaveRules(delivered_minutes=4_321), False),
    ],
)
def test_check(shares: tuple[int, ...], rules: WaveRules, fine: bool) -> None:
    assert (check_waves(shares, rules) == ()) is fine


class Holding(RuleBasedStateMachine):
    """Answers and reports come while time passes; whatever is let go had no broken rule and its time."""

    def __init__(self) -> None:
        super().__init__()
        self.facts = WaveFacts(0, 0, 0, 0, 0, 0, 0)
        self.gone = False

    @rule(minutes=st.integers(0, 15))
    def pass_time(self, minutes: int) -> None:
        self.facts = replace(self.facts, now_ms=self.facts.now_ms + minutes * MINUTE_MS)

    @rule(accepted=st.integers(0, 30), refused=st.integers(0, 5), unknown=st.integers(-1, 1))
    def answer(self, accepted: int, refused: int, unknown: int) -> None:
        self.facts = replace(
            self.facts,
            accepted=self.facts.accepted + accepted,
            refused=self.facts.refused + refused,
            unknown=max(0, self.facts.unknown + unknown),
        )

    @rule(delivered=st.integers(0, 30), failed=st.integers(0, 5))
    def report(self, delivered: int, failed: int) -> None:
        room = self.facts.accepted - self.facts.delivered - self.facts.failed
        delivered = min(delivered, room)
        self.facts = replace(
            self.facts,
            delivered=self.facts.delivered + delivered,
            failed=self.facts.failed + min(failed, room - delivered),
        )

    @invariant()
    def nothing_goes_too_early_or_badly(self) -> None:
        found, facts = judge(RULES, self.facts), self.facts
        if found.move is WaveMove.GO:
            assert facts.unknown == 0
            assert facts.now_ms >= 20 * MINUTE_MS
            answered = facts.accepted + facts.refused
            assert answered < 10 or facts.refused * 10 <= answered
            assert facts.accepted < 10 or facts.delivered * 10 >= facts.accepted * 8
            assert facts.accepted or not facts.refused
            assert facts.delivered or not facts.accepted
        if found.move is WaveMove.WAIT and found.reason == "hold":
            assert found.until_ms > facts.now_ms
            later = judge(RULES, replace(facts, now_ms=found.until_ms))
            assert later.move is not WaveMove.WAIT, "what waits for a time is decided then"


TestHolding = Holding.TestCase
