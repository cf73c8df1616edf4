# SPDX-License-Identifier: Apache-2.0
"""The exports of a team whose files go to one place, as jobs of its queue (docs/decisions/0064).

Whoever has exports to write takes jobs while there are any, and then no more: a window that exports nothing costs no
connection. Who may write one is said by its row (`stores.exports.SqlExportStore.take`), never by the queue.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from typing import Final, Protocol

from koodesk.backend.ports.exports import owner_name
from koodesk.backend.ports.workers import exports_at
from koodesk.backend.storage.postgres import jobs
from koodesk.backend.storage.postgres.queue_worker import QueueWorker, Roster
from koodesk.domain.problem import Refused

AT_ONCE: Final = 4
"""How many exports one process writes at a time."""

_log: Final = logging.getLogger(__name__)


class Exporters(Roster, Protocol):
    """The list of workers, for one that writes exports (`stores.workers.SqlWorkers`)."""

    def arrive(self, name: str, machine: str, pid: int, gateway: str, since_ms: int) -> None:
        """Say that a worker begins, and hold its name."""


class Names(Protocol):
    """Names that are held among all who work on a database (`storage.database.Database`)."""

    def let_go(self, name: str) -> None:
        """Give one back."""


class TeamExports:
    """Implements `ports.exports.ExportQueue`."""

    def __init__(
        self, url: str, place: str, names: Names, workers: Exporters, left: Callable[[str], bool]
    ) -> None:
        """`left` tells whether a place has exports that nobody writes."""
        self.place: Final = place
        self._url = url
        self._names = names
        self._workers = workers
        self._left_at = left
        self._lock = threading.Lock()
        self._taking: _ExportJobs | None = None
        self._thread: threading.Thread | None = None
        self._closing = False

    def begin(self, owner: str, carry_out: Callable[[int], None]) -> None:
        """Take the exports of this place until none is left."""
        with self._lock:
            if self._closing or self._thread is not None:
                return
            self._workers.leave(owner_name(owner))
            now_ms = time.time_ns() // 1_000_000
            self._workers.arrive(
                owner_name(owner), socket.gethostname(), os.getpid(), exports_at(self.place), now_ms
            )
            self._thread = threading.Thread(
                target=self._work, args=(owner_name(owner), carry_out), name="exports", daemon=True
            )
            self._thread.start()

    def finish(self) -> None:
        """Wait until none is left."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join()

    def close(self) -> None:
        """Take no more, and wait for those that are being written."""
        with self._lock:
            self._closing = True
            taking = self._taking
        if taking is not None:
            taking.end()
        self.finish()

    def _left(self) -> bool:
        return self._left_at(self.place)

    def _work(self, name: str, carry_out: Callable[[int], None]) -> None:
        while True:
            taking = _ExportJobs(self, name, carry_out)
            with self._lock:
                ends = self._closing
                self._taking = taking
            if not ends:
                with taking:
                    taking.wait()
            # What was put into the queue before this look is seen by it; who puts something there later begins anew.
            with self._lock:
                try:
                    if not self._closing and self._left():
                        continue
                    self._workers.leave(name)
                except Refused as refusal:
                    _log.warning("exports wait: %s", refusal)
                self._names.let_go(name)
                self._taking = self._thread = None
                return


class _ExportJobs(QueueWorker):
    """Takes jobs of a place's queue until there is none."""

    def __init__(self, of: TeamExports, name: str, carry_out: Callable[[int], None]) -> None:
        super().__init__(of._url, name, jobs.queue_of(exports_at(of.place)), AT_ONCE, of._workers)
        self._of = of
        self._carry_out = carry_out
        self._written: set[int] = set()
        self._app.task(name=jobs.EXPORT)(self._export)

    def wait(self) -> None:
        """Wait until there is none."""
        self._thread.join()

    def end(self) -> None:
        """Take no more."""
        self._begun.wait()
        self._call(self._stopping.set)

    async def _export(self, number: int) -> None:
        """Write an export to its end; its thread dies with the process, and keeps no process alive."""
        ended = asyncio.Event()

        def write() -> None:
            try:
                self._carry_out(number)
            except (
                Refused
            ) as refusal:  # the database was away: the next look finds an export that nobody writes
                _log.warning("an export waits: %s", refusal)
            finally:
                self._written.discard(number)
                self._call(ended.set)

        await self._known.wait()  # from here on our lock tells the others that this job is ours, or no longer
        if number in self._written:
            return  # a connection was lost meanwhile, and the job came back: it is being written
        self._written.add(number)
        threading.Thread(target=write, name=f"export-{number}", daemon=True).start()
        await ended.wait()
        self._look.set()

    async def _offer(self) -> None:
        """End where nothing is left to write."""
        if not self._written and not await asyncio.to_thread(self._of._left):
            self._stopping.set()
