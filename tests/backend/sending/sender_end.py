# SPDX-License-Identifier: Apache-2.0
"""How every story of the sender's state machine ends: nothing goes wrong any more, clocks run on, persons decide, and within a
bounded number of turns everybody is in a bucket that nothing leaves. What stays on its way or claimed for ever has no end here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koodesk.domain.send_state import OVER, CampaignMove, CampaignState
from tests.backend.sending.workshop import give_up

if TYPE_CHECKING:
    from tests.backend.sending.sender_machine import Sender

ROUNDS: Final = 24
"""How often time passes and the worker goes on before a story has no end."""
ALONE: Final = 14
"""For how many of them nobody says anything about calls of unknown outcome: the worker finds out what it can."""
_LATER_MS: Final = (61_000, 61_000, 660_000)
_TURNS: Final = 3


def play_to_its_end(sender: Sender) -> None:
    """Bring a story to its end. Raises AssertionError where it has none."""
    sender.gateway.script.clear()
    sender.gateway.reachable, sender.trouble = True, ""
    sender.wait(
        max(0, sender.latest_ms - sender.clock.now_ms())
    )  # what was to be at an instant is, when it comes
    for round_no in range(ROUNDS):
        for campaign in range(1, len(sender.campaigns) + 1):
            _decide(sender, campaign, patient=round_no < ALONE)
        if sender.dispatcher is None:
            sender.start(False)
        sender.go_on(_TURNS)
        if all(sender.ledger.campaign(one).state in OVER for one in range(1, len(sender.campaigns) + 1)):
            break
        sender.wait(_LATER_MS[round_no % len(_LATER_MS)])
    for campaign in range(1, len(sender.campaigns) + 1):
        row, buckets = sender.ledger.campaign(campaign), sender.ledger.buckets(campaign)
        assert row.state in OVER, f"u{campaign} has no end: {row.state} {row.reason}, {buckets}"
    sender.looked_at = None
    sender.everybody_is_in_one_bucket()
    sender.nobody_has_two()


def _decide(sender: Sender, campaign: int, *, patient: bool) -> None:
    """Say what a person says who wants it over: go on, where that is no danger, and in the end that what nobody knows is not sent."""
    row, now = sender.ledger.campaign(campaign), sender.clock.now_ms()
    if row.state == CampaignState.NEEDS_DECISION and row.reason == "restored":
        sender.ledger.move(campaign, CampaignMove.STOP, now, by="Li")
    elif row.state in (CampaignState.NEEDS_DECISION, CampaignState.PAUSED):
        sender.ledger.move(campaign, CampaignMove.RESUME, now, by="Li")
    elif row.state == CampaignState.UNCLEAR and not patient:
        give_up(sender.database, campaign, now)
        sender.given_up.add(campaign)
