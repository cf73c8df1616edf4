# SPDX-License-Identifier: Apache-2.0
"""The one thread that touches the database, with group commit.

Every request is a job: a function of the connection. Jobs that wait together share one transaction, each in its own
savepoint, and no job is answered before the commit that makes it durable. What is in the tables is the business of
`reviews`, `batches` and `receipts`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from koodesk.engine.errors import ApiError
from koodesk.engine.schema import open_database, sqlite_module

T = TypeVar("T")
Job = Callable[[Any], T]

LARGEST_GROUP: Final = 64

_log = logging.getLogger(__name__)


class _Waiting:
    """A job and the future that waits for it."""

    __slots__ = ("future", "job", "loop")

    def __init__(self, job: Job[Any], loop: asyncio.AbstractEventLoop) -> None:
        self.job = job
        self.loop = loop
        self.future: asyncio.Future[Any] = loop.create_future()

    def answer(self, result: object, failure: BaseException | None) -> None:
        """Hand the outcome to the loop that waits; a loop that is gone waits no more."""
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._settle, result, failure)

    def _settle(self, result: object, failure: BaseException | None) -> None:
        if self.future.done():
            return
        if failure is None:
            self.future.set_result(result)
        else:
            self.future.set_exception(failure)


class Store:
    """The database behind its queue."""

    def __init__(self, folder: Path) -> None:
        self._connection = open_database(folder)
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="engine-store", daemon=True)
        self._thread.start()

    async def run(self, job: Job[T]) -> T:
        """Run a job in the store's thread and return its result once it is durable."""
        waiting = _Waiting(job, asyncio.get_running_loop())
        self._queue.put(waiting)
        return cast(T, await waiting.future)

    def close(self) -> None:
        """Finish what is queued, then close the database."""
        self._queue.put(None)
        self._thread.join()
        self._connection.close()

    def _serve(self) -> None:
        while True:
            group: list[_Waiting] = []
            first = self._queue.get()
            ended = first is None
            if first is not None:
                group.append(first)
            while not ended and len(group) < LARGEST_GROUP:
                try:
                    following = self._queue.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    ended = True
                else:
                    group.append(following)
            if group:
                self._run_group(group)
            if ended:
                return

    def _run_group(self, group: list[_Waiting]) -> None:
        connection = self._connection
        outcomes: list[tuple[object, BaseException | None]] = []
        try:
            connection.execute("BEGIN")
            for waiting in group:
                connection.execute("SAVEPOINT job")
                try:
                    outcomes.append((waiting.job(connection), None))
                except Exception as failure:  # noqa: BLE001 - the job's failure belongs to whoever waits for it
                    connection.execute("ROLLBACK TO job")
                    outcomes.append((None, _storage(failure) or failure))
                connection.execute("RELEASE job")
            connection.execute("COMMIT")
        except Exception as failure:  # noqa: BLE001 - disk full or gone: nobody in the group may be told "done"
            _log.exception("a transaction failed")
            with contextlib.suppress(Exception):
                connection.execute("ROLLBACK")
            outcomes = [(None, _refusal(failure))] * len(group)
        for waiting, (result, failed) in zip(group, outcomes, strict=True):
            waiting.answer(result, failed)


def _storage(failure: Exception) -> ApiError | None:
    """Return the refusal when the disk, not the job, is to blame."""
    return _refusal(failure) if isinstance(failure, sqlite_module().OperationalError) else None


def _refusal(failure: Exception) -> ApiError:
    return ApiError(507, "KD.STORAGE", "the engine could not write", cause=type(failure).__name__)


def read_meta(connection: Any, name: str) -> str:
    """Return one value of the engine itself. Raises KeyError when there is none."""
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise KeyError(name)
    return str(row[0])


def write_meta(connection: Any, name: str, value: str) -> None:
    """Set one value of the engine itself."""
    connection.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))
