# SPDX-License-Identifier: Apache-2.0
"""What should happen to a live campaign next, as a pure function of what the ledger and the clock say.

The dispatcher asks it for every live campaign several times a second and carries out the answer; a move that somebody
else made meanwhile makes the answer void, never wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from koodesk.backend.ports.gateway import GatewayClass
from koodesk.backend.ports.sending import CampaignWork
from koodesk.domain.campaign import STALE_MS
from koodesk.domain.send_state import CampaignMove, CampaignState


@dataclass(frozen=True, slots=True)
class Step:
    """A move to make, with its reason; `expire` asks to expire what is planned first."""

    move: CampaignMove | None = None
    reason: str = ""
    expire: bool = False


NOTHING = Step()
LOOKS_MS: Final = 2_000
"""Real time in which a worker surely looks at a campaign again."""


def next_step(work: CampaignWork, now_ms: int, speed: int = 1) -> Step:
    """Return what is due for a campaign at `now_ms` of its gateway's clock, which runs `speed` seconds in one."""
    state = CampaignState(work.state)
    busy = work.planned > 0 or work.in_flight > 0
    if state is CampaignState.SCHEDULED:
        return _scheduled(work, now_ms, speed)
    if state is CampaignState.RUNNING:
        if (work.planned > work.recalled or work.aside) and is_late(work, now_ms):
            return Step(expire=True)
        if busy:
            return NOTHING
        if work.unknown == 0:
            return Step(CampaignMove.DRAIN if work.aside else CampaignMove.FINISH)
        # A gateway that keeps keys is asked again until it answers; only silence about single numbers ends that.
        # What was put aside among them waits for a person, and keeps nobody else waiting.
        retrying = may_retry(work, now_ms) and work.unknown > work.silent
        return NOTHING if retrying else Step(CampaignMove.DRAIN)
    if busy:
        return NOTHING
    if state is CampaignState.STOPPING and work.unknown:
        return Step(CampaignMove.DRAIN)
    if work.unknown or work.aside or state is CampaignState.NEEDS_DECISION:
        return NOTHING
    if state is CampaignState.PAUSED:
        return Step(CampaignMove.FINISH)
    if state in (CampaignState.STOPPING, CampaignState.UNCLEAR):
        return Step(CampaignMove.END if work.cancelled else CampaignMove.FINISH)
    return NOTHING


def _scheduled(work: CampaignWork, now_ms: int, speed: int) -> Step:
    if now_ms < work.start_at_ms:
        return NOTHING
    # At a high speed a quarter of an hour passes between two looks: a worker that was there is not late.
    if now_ms - work.start_at_ms > max(STALE_MS, LOOKS_MS * speed):
        return Step(CampaignMove.ASK, "stale_schedule")
    return Step(CampaignMove.START)


def is_late(work: CampaignWork, now_ms: int) -> bool:
    """Tell whether the last time to send at has passed."""
    return 0 < work.not_after_ms <= now_ms


def may_leave(work: CampaignWork, now_ms: int) -> bool:
    """Tell whether calls of a campaign may leave, whatever its hours and its pace say."""
    return work.state == CampaignState.RUNNING and not is_late(work, now_ms)


def may_retry(work: CampaignWork, now_ms: int) -> bool:
    """Tell whether unknown chunks may be sent again by themselves: same key, same bytes, a gateway that keeps keys. Where the
    first call had not arrived, the second is the message."""
    return work.gateway_class == GatewayClass.IDEMPOTENT and may_leave(work, now_ms)


def may_look_up(work: CampaignWork) -> bool:
    """Tell whether unknown chunks are asked about: always where there is a list, and after a stop where there is a key
    or the last time to send at (a retry could bring about what they were to prevent)."""
    if work.gateway_class == GatewayClass.LISTABLE:
        return True
    stopped = (CampaignState.STOPPING, CampaignState.UNCLEAR)
    return work.gateway_class == GatewayClass.IDEMPOTENT and work.state in stopped
