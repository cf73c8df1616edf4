# SPDX-License-Identifier: Apache-2.0
"""The circuit breaker of a gateway and the quarantine of calls that break it: when to stop calling, and whose fault it is.

Pure: the clock (a steady one) is an argument. All of it may be forgotten by a restart: it spares a gateway and a list, and decides
nothing about what was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final


class BreakerState(StrEnum):
    """CLOSED: calls leave. OPEN: none does. HALF_OPEN: one finds out."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class BreakerRules:
    """Open when the last `bad` calls all came to nothing, or those of `bad` different chunks among the last `window`: one chunk
    that breaks between others that are answered is its own matter. Stay open `open_ms`, twice as long each time a probe
    fails, at most `most_ms`."""

    window: int = 10
    bad: int = 5
    open_ms: int = 2_000
    most_ms: int = 60_000


@dataclass(frozen=True, slots=True)
class Breaker:
    """A breaker. `recent` are the last calls as (chunk, good); `opened` how often it has opened in a row."""

    state: BreakerState = BreakerState.CLOSED
    recent: tuple[tuple[int, bool], ...] = ()
    until_ms: int = 0
    opened: int = 0


def ended(breaker: Breaker, rules: BreakerRules, chunk: int, good: bool, now_ms: int) -> Breaker:
    """Return the breaker after a call has come to its end: good means answered, whatever the answer."""
    if breaker.state is BreakerState.HALF_OPEN:
        return Breaker() if good else _open(breaker, rules, now_ms)
    if breaker.state is BreakerState.OPEN:
        return breaker  # it left before: what it says is known already
    recent = (*breaker.recent, (chunk, good))[-rules.window :]
    breaker = replace(breaker, recent=recent)
    bad = {one for one, was_good in recent if not was_good}
    last = recent[-rules.bad :]
    away = len(last) == rules.bad and not any(was_good for _, was_good in last)
    return _open(breaker, rules, now_ms) if away or len(bad) >= rules.bad else breaker


def may_leave(breaker: Breaker, now_ms: int, calling: int, room: int) -> int:
    """Return how many calls may leave of `room`, with `calling` on their way: all, one to find out, or none."""
    if breaker.state is BreakerState.CLOSED:
        return room
    if breaker.state is BreakerState.HALF_OPEN or now_ms < breaker.until_ms or calling:
        return 0
    return min(room, 1)


def left(breaker: Breaker) -> Breaker:
    """Return the breaker after a call has left."""
    if breaker.state is BreakerState.OPEN:
        return replace(breaker, state=BreakerState.HALF_OPEN)
    return breaker


def told_nothing(breaker: Breaker) -> Breaker:
    """Return the breaker after a call has come to an end that says nothing about the gateway: where it was to find out, another may."""
    if breaker.state is BreakerState.HALF_OPEN:
        return replace(breaker, state=BreakerState.OPEN)
    return breaker


def _open(breaker: Breaker, rules: BreakerRules, now_ms: int) -> Breaker:
    wait = min(rules.most_ms, rules.open_ms << min(breaker.opened, 16))
    return Breaker(BreakerState.OPEN, (), now_ms + wait, breaker.opened + 1)


# --- quarantine ------------------------------------------------------------------------------------------------

DEFAULT_BREAKS: Final = 6
"""How often a chunk's own call breaks before it is put aside; Koodesk's own rule."""


@dataclass(frozen=True, slots=True)
class Suspects:
    """Chunks whose calls broke. `breaks` are, by chunk, how often that was its own fault and how many good calls there had been
    at its first break; `good` counts good calls, `bad_since` names the chunks that broke since the last of them."""

    good: int = 0
    bad_since: frozenset[int] = frozenset()
    breaks: Mapping[int, tuple[int, int]] = field(default_factory=dict)


def let_go(suspects: Suspects, chunk: int) -> Suspects:
    """Return the suspects without a chunk, about which nothing is known any more."""
    return replace(suspects, breaks={one: found for one, found in suspects.breaks.items() if one != chunk})


def answered(suspects: Suspects, chunk: int) -> Suspects:
    """Return the suspects after a chunk's call was answered: it is one no more."""
    return replace(let_go(suspects, chunk), good=suspects.good + 1, bad_since=frozenset())


def broke(suspects: Suspects, chunk: int) -> Suspects:
    """Return the suspects after a chunk's call broke.

    It is its own fault when other calls were answered since it first broke, and no other chunk has broken since the last of
    them: a gateway that is away breaks everybody's.
    """
    own, at_first = suspects.breaks.get(chunk, (0, suspects.good))
    guilty = suspects.good > at_first and not (suspects.bad_since - {chunk})
    return replace(
        suspects,
        bad_since=suspects.bad_since | {chunk},
        breaks={**suspects.breaks, chunk: (own + guilty, at_first)},
    )


def poisoned(suspects: Suspects, chunk: int, most: int = DEFAULT_BREAKS) -> bool:
    """Tell whether a chunk is to be put aside."""
    return suspects.breaks.get(chunk, (0, 0))[0] >= most
