# SPDX-License-Identifier: Apache-2.0
"""Sending in waves: a small share first, a hold to look at what became of it, then the rest; or a stop when it went badly.

Pure: the facts and the instant are arguments. A wave is a share of the chunks; which may leave is a limit on their numbers that
the ledger keeps, so that neither a restart nor a second worker goes beyond. Koodesk's own rule, with its defaults as data
(`resources/rules/sending_guard.toml`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from koodesk.domain.problem import Problem, problem

WHOLE: Final = 1_000
"""Shares are in thousandths."""

MOST_WAVES: Final = 5
LONGEST_HOLD_MINUTES: Final = 3 * 1_440
MINUTE_MS: Final = 60_000
NO_LIMIT: Final = 1 << 30
"""The limit on chunk numbers once the last wave may leave."""


@dataclass(frozen=True, slots=True)
class WaveRules:
    """When the next wave may go. `hold_minutes` is how long each but the last is looked at.

    Stop rules, in thousandths, 0 for none: more than `refused` of the answered refused; more than `failed` of the reported
    not delivered; less than `delivered` of the accepted delivered once `delivered_minutes` have passed. Fewer than `at_least`
    answers or reports decide nothing, but where all of them say one thing: everybody was refused, or nobody reported got it. A hold
    that ends without a single report asks as well; whoever looks for 0 minutes waits for none."""

    hold_minutes: int = 30
    refused: int = 300
    failed: int = 300
    delivered: int = 0
    delivered_minutes: int = 30
    at_least: int = 20


USUAL: Final = WaveRules()
"""What holds where nobody says otherwise; `resources/rules/sending_guard.toml` says the same."""


class WaveMove(StrEnum):
    """What a held campaign does next."""

    WAIT = "wait"
    GO = "go"
    ASK = "ask"


STOPS: Final = ("wave_refused", "wave_failed", "wave_delivered", "wave_silent")
"""The stop rules, as the reasons of a campaign that one of them has paused."""


@dataclass(frozen=True, slots=True)
class WaveFacts:
    """What became of the waves that have left. `unknown` counts calls without an answer; instants on the gateway's clock."""

    accepted: int
    refused: int
    delivered: int
    failed: int
    unknown: int
    since_ms: int
    now_ms: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """What to do, and why: `reason` is the stop rule that was broken, or what is waited for; `until_ms` when it is looked at
    again by itself (0: nobody can tell)."""

    move: WaveMove
    reason: str = ""
    until_ms: int = 0


def judge(rules: WaveRules, facts: WaveFacts) -> Judgement:
    """Decide what a held campaign does. A broken stop rule comes before all; then unknown outcomes, then the hold."""
    answered, reported = facts.accepted + facts.refused, facts.delivered + facts.failed
    if rules.refused and facts.refused and not facts.accepted and not facts.unknown:
        return Judgement(WaveMove.ASK, STOPS[0])
    if rules.refused and answered >= rules.at_least and facts.refused * WHOLE > answered * rules.refused:
        return Judgement(WaveMove.ASK, STOPS[0])
    if rules.failed and reported >= rules.at_least and facts.failed * WHOLE > reported * rules.failed:
        return Judgement(WaveMove.ASK, STOPS[1])
    looked_at = facts.since_ms + rules.hold_minutes * MINUTE_MS
    if rules.delivered:
        judged = facts.since_ms + rules.delivered_minutes * MINUTE_MS
        looked_at = max(looked_at, judged)
        enough = facts.accepted >= rules.at_least
        if facts.now_ms >= judged and enough and facts.delivered * WHOLE < facts.accepted * rules.delivered:
            return Judgement(WaveMove.ASK, STOPS[2])
    if facts.unknown:
        return Judgement(WaveMove.WAIT, "unknown")
    if facts.now_ms < looked_at:
        return Judgement(WaveMove.WAIT, "hold", looked_at)
    if rules.failed and facts.failed and not facts.delivered:
        return Judgement(WaveMove.ASK, STOPS[1])
    if rules.hold_minutes and facts.accepted and not reported:
        return Judgement(WaveMove.ASK, STOPS[3])
    return Judgement(WaveMove.GO)


def limits(shares: tuple[int, ...], chunks: int) -> tuple[int, ...]:
    """Return for each wave below which chunk number it ends, the rest after them included.

    A wave has a chunk at least; shares that say the same of so few chunks are one wave.
    """
    found: list[int] = []
    for share in shares:
        limit = max(1, chunks * share // WHOLE)
        if limit < chunks and (not found or limit > found[-1]):
            found.append(limit)
    return (*found, NO_LIMIT)


def chunk_size_for(shares: tuple[int, ...], to_send: int, chunk_size: int) -> int:
    """Return a chunk size small enough that the first wave is not larger than its share, where that is a recipient at least."""
    if not shares:
        return chunk_size
    return max(1, min(chunk_size or to_send, to_send * shares[0] // WHOLE))


def check_waves(shares: tuple[int, ...], rules: WaveRules) -> tuple[Problem, ...]:
    """Return what is wrong with waves: shares that do not grow or reach the whole, and rules outside their range."""
    found: list[Problem] = []
    grow = all(before < after for before, after in pairwise(shares))
    if shares and not (grow and shares[0] >= 1 and shares[-1] < WHOLE and len(shares) <= MOST_WAVES):
        found.append(problem("campaign.waves.shares", "waves", limit=MOST_WAVES, actual=len(shares)))
    if not 0 <= rules.hold_minutes <= LONGEST_HOLD_MINUTES:
        found.append(
            problem("campaign.waves.hold", "wave_hold", limit=LONGEST_HOLD_MINUTES, actual=rules.hold_minutes)
        )
    for name in ("refused", "failed", "delivered"):
        share = getattr(rules, name)
        if not 0 <= share <= WHOLE:
            found.append(
                problem("campaign.waves.share", f"wave_{name}", limit=WHOLE // 10, actual=share // 10)
            )
    if not 0 <= rules.delivered_minutes <= LONGEST_HOLD_MINUTES:
        found.append(
            problem(
                "campaign.waves.hold",
                "wave_delivered_minutes",
                limit=LONGEST_HOLD_MINUTES,
                actual=rules.delivered_minutes,
            )
        )
    return tuple(found)
