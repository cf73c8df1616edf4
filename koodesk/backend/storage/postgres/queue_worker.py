# SPDX-License-Identifier: Apache-2.0
"""Whoever takes jobs of a team's queue: its life on a thread of its own, and giving back the jobs of those who are gone.

Gone is a worker whose lock is free (`presence`), or, by procrastinate's own rule, one whose heart has not beaten for half a
minute. Neither can do harm when it is wrong: a job that two run sends nothing twice and writes no file twice at once (docs/decisions/0057, 0064).
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Final, Protocol, Self

from procrastinate import exceptions
from procrastinate.jobs import Status
from procrastinate.worker import Worker

from koodesk.backend.storage.postgres import jobs
from koodesk.backend.storage.postgres.server import read_url
from koodesk.domain.problem import Refused

LOOK_SECONDS: Final = 1.0
"""How often it is seen to that no job is missing; sooner when something changes."""
RESCUE_SECONDS: Final = 5.0
"""How often hearts are looked at; locks are at every look."""
BEAT_SECONDS: Final = 5.0
SILENT_SECONDS: Final = 30.0
"""A worker whose heart has not beaten for so long has its jobs taken away, alive or not."""
KEPT_HOURS: Final = 72
"""How long a job that went wrong can be looked at."""
_POLL_SECONDS: Final = 2.0
"""How often the queue is asked for jobs nobody announced: notices are lost with a connection."""
_END_SECONDS: Final = 10.0
_TROUBLE_SECONDS: Final = 1.0
_SOON_SECONDS: Final = 0.01

_log: Final = logging.getLogger(__name__)


class Roster(Protocol):
    """The list of workers (`stores.workers.SqlWorkers`)."""

    def on_queue(self, name: str, queue_id: int) -> None:
        """Keep as what a worker takes jobs, and that it lives."""

    def is_on_queue(self, queue_id: int) -> bool:
        """Tell whether the queue still knows a worker."""

    def offer_exports(self) -> None:
        """Put into the queue the exports it lacks, and take out those that are over."""

    def gone(self) -> Sequence[tuple[str, int]]:
        """Return workers that are gone, with their number in the queue."""

    def leave(self, name: str) -> None:
        """Take a worker off the list."""


class _Forgotten(Exception):
    """Others have taken us for dead: we begin anew."""


class QueueWorker:
    """Runs the jobs of one queue on a thread of its own while it is entered, at most so many at a time. What the jobs do is a
    subclass's: it names their tasks on `_app`."""

    def __init__(self, url: str, name: str, queue: str, most: int, workers: Roster) -> None:
        """`name` is what this worker is called in the list of workers, where it holds a lock in that name."""
        self._name = name
        self._queue = queue
        self._most = most
        self._workers = workers
        self._app = jobs.application(read_url(url))
        self._registered = 0
        self._looked = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._begun = threading.Event()
        self._thread = threading.Thread(target=self._main, name="jobs", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._begun.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._call(self._stopping.set)
        self._thread.join(_END_SECONDS)

    # --- of a subclass ---------------------------------------------------------------------------------------

    def _release(self) -> None:
        """Let the jobs that run here come to their end."""

    async def _offer(self) -> None:
        """See to it that no job is missing; asked at every look."""

    # --- life ------------------------------------------------------------------------------------------------

    def _main(self) -> None:
        # psycopg's connections need this loop on Windows; elsewhere it is the usual one.
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(self._live())

    def _call(self, what: Callable[[], None]) -> None:
        """Do something on the thread of the jobs; nothing when it has ended."""
        if self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(what)

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._look, self._stopping, self._known = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._begun.set()
        while not self._stopping.is_set():
            try:
                async with self._app.open_async():
                    await self._serve()
            except Exception as failure:  # noqa: BLE001 - without the database there is no work; it is met again
                _log.warning("the queue of jobs waits: %s", type(failure).__name__)
            if not self._stopping.is_set():
                with suppress(TimeoutError):
                    async with asyncio.timeout(_TROUBLE_SECONDS):
                        await self._stopping.wait()

    async def _serve(self) -> None:
        """Take jobs until told to stop, or until the database is lost."""
        if self._registered:  # what we were before the connection was lost
            await self._app.job_manager.unregister_worker(self._registered)
            self._registered = 0
        await self._app.job_manager.delete_old_jobs(
            KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
        )
        worker = Worker(
            self._app,
            queues=[self._queue],
            concurrency=self._most,
            fetch_job_polling_interval=_POLL_SECONDS,
            shutdown_graceful_timeout=_END_SECONDS,
            delete_jobs="successful",
            install_signal_handlers=False,
            update_heartbeat_interval=BEAT_SECONDS,
            stalled_worker_timeout=SILENT_SECONDS,
        )
        running = asyncio.create_task(worker.run())  # type: ignore[no-untyped-call]  # procrastinate's own
        tending = asyncio.create_task(self._tend(worker))
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({running, tending, stopping}, return_when=asyncio.FIRST_COMPLETED)
        self._release()
        worker.stop()  # type: ignore[no-untyped-call]  # procrastinate's own
        tending.cancel()
        stopping.cancel()
        for outcome in await asyncio.gather(running, tending, stopping, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome
        self._registered = 0

    # --- seeing to it that there are jobs ----------------------------------------------------------------------

    async def _tend(self, worker: Worker) -> None:
        while not worker.worker_id:
            await asyncio.sleep(_SOON_SECONDS)
        while True:
            try:
                await self._look_after(worker)
            except Refused as refusal:  # a database that is busy is met again; what runs goes on
                _log.info("the queue of jobs waits: %s", refusal)
            with suppress(TimeoutError):
                # `wait_for` would swallow the end of this task that comes while the event is set.
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._look.wait()
            self._look.clear()

    async def _look_after(self, worker: Worker) -> None:
        """Say who we are in the queue and that we live, give back what the dead have left, put in what is missing."""
        if worker.worker_id:
            await asyncio.to_thread(self._workers.on_queue, self._name, worker.worker_id)
            self._registered = worker.worker_id
            self._known.set()
        if self._registered:
            await self._rescue()
            await self._offer()

    async def _rescue(self) -> None:
        """Give the jobs of workers that are gone back to the queue."""
        manager = self._app.job_manager
        gone = await asyncio.to_thread(self._workers.gone)
        if not gone and time.monotonic() - self._looked < RESCUE_SECONDS:
            return
        self._looked = time.monotonic()
        # After a sleep of the machine our own heart has not beaten either.
        await manager.update_heartbeat(self._registered)
        if not await asyncio.to_thread(self._workers.is_on_queue, self._registered):
            raise _Forgotten
        for name, number in gone:
            if number:
                await manager.unregister_worker(number)
            await asyncio.to_thread(self._workers.leave, name)
        await manager.prune_stalled_workers(SILENT_SECONDS)
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
            _log.info("a job of a worker that is gone is offered again: %s", job.task_name)
            try:
                await manager.retry_job(job)
            except exceptions.UniqueViolation:  # another of its kind waits already
                with suppress(exceptions.ConnectorException):
                    await manager.finish_job(job, status=Status.FAILED, delete_job=True)
            except exceptions.ConnectorException:
                continue  # another worker was faster
        await asyncio.to_thread(self._workers.offer_exports)
