# SPDX-License-Identifier: Apache-2.0
"""Which campaigns a worker of a team takes part in: those it holds a job of (docs/decisions/0057).

A job only says that there is something to send. What leaves, and that it leaves once, is decided by the ledger's claims,
whoever holds how many jobs of a campaign.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from koodesk.backend.ports.sending import CampaignWork
from koodesk.backend.sending.watch import may_retry
from koodesk.domain.quiet_hours import Window, needed_ms, opens_at
from koodesk.domain.send_state import CampaignState


class Seats:
    """The seats of one worker. The dispatcher's thread tells what there is to send, the thread of the jobs takes and leaves."""

    def __init__(self) -> None:
        self.name: Final = uuid.uuid4().hex
        """What the worker is called: its claims carry it, and it holds a lock of the database in this name."""
        self.changed: Callable[[], None] = _nobody
        """Called when other campaigns than before have something to send."""
        self._lock = threading.Lock()
        self._looks = 0
        self._taken: dict[int, tuple[int, Callable[[], None]]] = {}
        self._sendable: dict[int, int] = {}
        self._new = False

    @property
    def sendable(self) -> Mapping[int, int]:
        """Campaigns with something to send now, and how many chunks of each are planned."""
        with self._lock:
            return dict(self._sendable)

    def take(self, campaign_id: int, ended: Callable[[], None]) -> bool:
        """Take part in a campaign until `ended` is called, once; False when we do already."""
        with self._lock:
            if campaign_id in self._taken:
                return False
            self._taken[campaign_id] = self._looks, ended
            self._new = True
            return True

    def leave(self, campaign_id: int) -> None:
        """Take part no longer."""
        with self._lock:
            self._taken.pop(campaign_id, None)

    def takes_part(self, campaign_id: int) -> bool:
        """Tell whether chunks of a campaign may be chosen."""
        with self._lock:
            return campaign_id in self._taken

    @property
    def new(self) -> bool:
        """Tell whether a seat was taken that no look has seen."""
        with self._lock:
            return self._new

    def looking(self) -> None:
        """Say that the campaigns are about to be read: what is told next is true of every seat taken until now."""
        with self._lock:
            self._looks += 1
            self._new = False

    def tell(self, sendable: Mapping[int, int]) -> None:
        """Say what there is to send; seats of all else end."""
        with self._lock:
            others = sendable.keys() != self._sendable.keys()
            self._sendable = dict(sendable)
            over = [
                ended
                for campaign_id, (looks, ended) in self._taken.items()
                if campaign_id not in sendable and looks < self._looks
            ]
        for ended in over:
            ended()
        if others:
            self.changed()


def _nobody() -> None:
    """Tell nobody."""


def sendable(works: Iterable[CampaignWork], now_ms: int, call_ms: int, speed: int) -> dict[int, int]:
    """Return which campaigns have something to send at `now_ms` of the gateway's clock, and how many chunks are planned of each.

    What waits for its hours, its next wave, a person or receipts has not.
    """
    found = {}
    for work in works:
        if work.state != CampaignState.RUNNING:
            continue
        window = Window(work.window_start, work.window_end)
        if opens_at(now_ms, window, needed_ms(call_ms, speed, window)) != now_ms:
            continue
        planned = work.wave_planned if work.wave_limited else work.planned
        if planned or (may_retry(work, now_ms) and work.unknown > work.silent):
            found[work.id] = planned
    return found
