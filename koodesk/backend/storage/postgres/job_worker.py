# SPDX-License-Identifier: Apache-2.0
"""The jobs of one worker of a team: sends, reads receipts, sees that no job is missing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import Final, Protocol, Self

from procrastinate import exceptions

from koodesk.backend.storage.postgres import jobs
from koodesk.backend.storage.postgres.queue_worker import QueueWorker
from koodesk.backend.storage.postgres.queue_worker import Roster as AnyRoster

AGAIN_SECONDS: Final = 0.1
"""After how long a job of a campaign one sits in already is offered to others."""
_MOST: Final = 200
"""Jobs of one worker at a time. One that waits costs nothing."""


class Seating(Protocol):
    """What the sender of this process knows (`sending.seats.Seats`)."""

    changed: Callable[[], None]

    @property
    def name(self) -> str:
        """What this worker is called."""

    @property
    def sendable(self) -> Mapping[int, int]:
        """Campaigns with something to send, and how many chunks of each are planned."""

    def take(self, campaign_id: int, ended: Callable[[], None]) -> bool:
        """Take part in a campaign."""

    def leave(self, campaign_id: int) -> None:
        """Take part no longer."""


class Roster(AnyRoster, Protocol):
    """The list of workers, and what those who send put into their queue."""

    def offer(self, gateway: str, sendable: Mapping[int, int]) -> None:
        """Put into a gateway's queue what it lacks."""


def _nothing() -> None:
    """Do nothing besides."""


class JobWorker(QueueWorker):
    """Runs the jobs of one worker on a thread of its own while it is entered. `receive` reads the gateway's receipts until
    told to stop; `besides` is called at every look, for what this machine does beside sending."""

    def __init__(
        self,
        url: str,
        gateway: str,
        seats: Seating,
        receive: Callable[[threading.Event], None],
        workers: Roster,
        besides: Callable[[], None] = _nothing,
    ) -> None:
        super().__init__(url, seats.name, jobs.queue_of(gateway), _MOST, workers)
        self._gateway = gateway
        self._seats = seats
        self._receive_until = receive
        self._roster = workers
        self._besides = besides
        self._app.task(name=jobs.SEND)(self._send)
        self._app.task(name=jobs.RECEIVE)(self._receive)
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="receipts")
        self._receiving = threading.Event()
        self._ended: set[asyncio.Event] = set()

    def __enter__(self) -> Self:
        super().__enter__()
        self._seats.changed = lambda: self._call(self._look.set)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, value, trace)
        self._receiving.set()
        self._reader.shutdown(wait=True)

    def _release(self) -> None:
        """Let the seats and the reading of receipts end."""
        self._receiving.set()
        for ended in tuple(self._ended):
            ended.set()

    async def _offer(self) -> None:
        """Put the jobs that are missing into the queue: those that were lost, and those of what has only become due."""
        with suppress(exceptions.AlreadyEnqueued):
            await asyncio.to_thread(self._roster.offer, self._gateway, self._seats.sendable)
        await asyncio.to_thread(self._besides)

    # --- jobs ------------------------------------------------------------------------------------------------

    async def _send(self, number: int) -> None:
        """Take part in a campaign while there is something to send."""
        ended = asyncio.Event()
        if not self._seats.take(number, lambda: self._call(ended.set)):
            await asyncio.sleep(AGAIN_SECONDS)
            self._look.set()
            return
        self._ended.add(ended)
        self._look.set()  # others may be wanted beside us
        try:
            await ended.wait()
        finally:
            self._ended.discard(ended)
            self._seats.leave(number)

    async def _receive(self, number: int) -> None:  # noqa: ARG002 - every job has one
        """Read receipts until this worker ends."""
        self._receiving.set()  # one at a time: a job whose row another worker has ended still runs here
        self._receiving = stop = threading.Event()
        try:
            await asyncio.get_running_loop().run_in_executor(self._reader, self._receive_until, stop)
        finally:
            stop.set()
