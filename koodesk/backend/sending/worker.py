# SPDX-License-Identifier: Apache-2.0
"""The worker's life: take over, run the dispatcher and the receipt reader, end without losing what is on its way.

Whoever runs a worker holds the worker lock (`lock`): a worker takes every chunk in flight for an orphan.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from koodesk.backend.ports.clock import Clock, SystemClock
from koodesk.backend.ports.gateway import GatewayClass, SendGateway
from koodesk.backend.ports.sending import Dispatching, Inbox
from koodesk.backend.sending.dispatcher import Dispatcher, WorkerOptions
from koodesk.backend.sending.fence import Fence, MarkedTurns
from koodesk.backend.sending.gateway_time import GatewayTime
from koodesk.backend.sending.receiving import ReceiptReader
from koodesk.backend.sending.seats import Seats
from koodesk.domain.problem import Refused
from koodesk.domain.send_state import CampaignState

_log: Final = logging.getLogger(__name__)
TROUBLE_SECONDS: Final = 1.0


class WorkLedger(Dispatching, Inbox, Protocol):
    """The part of the ledger a worker uses."""


class Worker:
    """Sends what the ledger holds through one gateway, and takes its receipts. For one thread; it may be run again.

    With `seats` it sends what its jobs are about, and reads receipts only when a job asks for it."""

    def __init__(
        self,
        ledger: WorkLedger,
        gateway: SendGateway,
        *,
        clock: Clock | None = None,
        options: WorkerOptions | None = None,
        fence: Fence | None = None,
        seats: Seats | None = None,
    ) -> None:
        self._ledger = ledger
        self._gateway = gateway
        self._clock = clock or SystemClock()
        self._options = options or WorkerOptions()
        self._fence = fence
        self._seats = seats
        self._by_jobs = seats is not None
        self._time = GatewayTime(gateway, self._clock)
        self._dispatcher = self._anew()
        self.receipts: Final = ReceiptReader(ledger, gateway, ahead=ledger.shared)

    def run_forever(self, stop: threading.Event) -> None:
        """Send and receive until told to stop; then finish the calls that have left."""
        with self._running():
            while not stop.is_set():
                self._turn(stop)

    def run_until_idle(self, campaign_id: int, stop: threading.Event | None = None) -> None:
        """Send until a campaign waits for something other than this worker: it is over, paused, asks, is unclear, is
        not due yet or is outside its hours. Receipts are taken meanwhile."""
        stop = stop or threading.Event()
        with self._running():
            while not stop.is_set():
                if self._turn(stop) and not self._dispatcher.calling and not self._goes_on(campaign_id):
                    return

    def _anew(self) -> Dispatcher:
        """A run sends in a name of its own and remembers nothing of the one before: what that one could not write is an orphan
        to it."""
        keys = self._gateway.klass == GatewayClass.IDEMPOTENT
        turn = None if keys or self._fence is None else MarkedTurns(self._ledger, self._fence).turn
        return Dispatcher(
            self._ledger, self._gateway, self._clock, self._options, self._time, self._seats, turn
        )

    @contextmanager
    def _running(self) -> Iterator[None]:
        self._time.refresh(force=True)
        self._dispatcher = self._anew()
        self._dispatcher.open(trusted=self._fence is None or self._fence.enter(self._ledger))
        quit_receiving = threading.Event()
        receiver = threading.Thread(
            target=self.receipts.run, args=(quit_receiving,), name="receipts", daemon=True
        )
        if not self._by_jobs:
            receiver.start()
        try:
            yield
        finally:
            try:
                self._dispatcher.close()
            finally:
                quit_receiving.set()
                if not self._by_jobs:
                    receiver.join()

    def _turn(self, stop: threading.Event) -> bool:
        """One turn; a database that is busy or full is met again after a moment. Return whether it was a whole one."""
        try:
            self._dispatcher.turn()
        except Refused as refusal:
            _log.warning("the worker waits: %s", refusal)
        except Exception as failure:  # noqa: BLE001 - an error of the disk that storage has no word for, say
            _log.exception("the worker waits: %s", type(failure).__name__)
        else:
            return True
        stop.wait(TROUBLE_SECONDS)
        return False

    def _goes_on(self, campaign_id: int) -> bool:
        """Tell whether a campaign moves on without anybody else."""
        try:
            work = self._dispatcher.work(campaign_id)
        except Refused:
            return True  # not known just now: the next turn looks again
        if work is None:
            return False
        if work.state == CampaignState.SCHEDULED:
            return not self._time.known or work.start_at_ms <= self._time.now_ms()
        if work.state == CampaignState.STOPPING:
            return True
        return work.state == CampaignState.RUNNING and not self._dispatcher.held(work.id)
