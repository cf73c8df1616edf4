# SPDX-License-Identifier: Apache-2.0
"""Runs service calls off the window's thread and brings their outcome back on it.

The service is built in the background as well, so that the window shows before any database library is loaded. A task
belongs to a widget: when that is gone, its outcome is dropped and its work is asked to stop.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from koodesk.domain.problem import Problem, Refused, problem
from koodesk.ui.collector import Collector

if TYPE_CHECKING:
    from koodesk.backend.service import Service

log: Final = logging.getLogger("koodesk.ui.bridge")
THREADS: Final = 4


class Task(QObject):
    """One call under way. `progress` carries whatever the call reports; `cancel()` asks it to stop."""

    progress = Signal(object)
    _finished = Signal(object, object)

    def __init__(self, owner: QObject) -> None:
        super().__init__()
        self._owner = owner
        self._cancelled = False
        self.running = True

    def cancel(self) -> None:
        """Ask the call to stop; it acts within two seconds."""
        self._cancelled = True

    def cancelled(self) -> bool:
        """Tell whether the call should stop: cancelled, or nobody waits for it any more."""
        return self._cancelled or not shiboken6.isValid(self._owner)


class Bridge(QObject):
    """Owns the threads. `call` is the only way from a page to the service."""

    idle = Signal()

    def __init__(self, opener: Callable[[], Service]) -> None:
        super().__init__()
        self._collector = Collector(self)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="koodesk-call")
        self._service: Future[Service] = self._pool.submit(opener)
        self._running: set[Task] = set()
        self._closed = False

    @property
    def busy(self) -> bool:
        """Tell whether any call is under way; closing has waited for those that had begun, and none of the others will."""
        return bool(self._running) and not self._closed

    def call(
        self,
        owner: QObject,
        work: Callable[[Service, Task], Any],
        then: Callable[[Any], None] | None = None,
        failed: Callable[[tuple[Problem, ...]], None] | None = None,
    ) -> Task:
        """Run `work(service, task)` on a thread; `then(result)` or `failed(problems)` follow on the window's thread.

        Nothing follows when `owner` has been deleted meanwhile, and nothing is done once the bridge is closed.
        """
        task = Task(owner)
        if self._closed:  # a timer of a page that is about to go
            task.running = False
            return task
        self._running.add(task)

        def finish(result: Any, problems: Any) -> None:
            task.running = False
            self._running.discard(task)
            if shiboken6.isValid(owner):
                if problems is None:
                    if then is not None:
                        then(result)
                elif failed is not None:
                    failed(problems)
            if not self._running:
                self.idle.emit()

        task._finished.connect(finish, Qt.ConnectionType.QueuedConnection)

        def run() -> None:
            try:
                result = work(self._service.result(), task)
            except Refused as refusal:
                self._deliver(task, None, refusal.problems)
            except (
                Exception
            ) as failure:  # a defect of ours must reach the user as a sentence, not end the window
                log.exception("call failed")
                self._deliver(task, None, (problem("defect", kind=type(failure).__name__),))
            else:
                self._deliver(task, result, None)

        self._pool.submit(run)
        return task

    @staticmethod
    def _deliver(task: Task, result: Any, problems: tuple[Problem, ...] | None) -> None:
        if shiboken6.isValid(task):
            task._finished.emit(result, problems)

    def use(self, service: Service) -> None:
        """Let calls from now on reach this service, made from the one before and sharing what it holds open."""
        ready: Future[Service] = Future()
        ready.set_result(service)
        self._service = ready

    def close(self, last: Callable[[], object] | None = None) -> None:
        """Stop taking calls, ask the running ones to stop, and wait for them; `last` runs on a thread meanwhile.

        What goes wrong in `last` is logged: nobody is left to be told. A second time does nothing.
        """
        if self._closed:
            return
        self._closed = True
        for task in self._running:
            task.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)
        if last is not None:
            farewell = ThreadPoolExecutor(1, thread_name_prefix="koodesk-farewell")
            failure = farewell.submit(last).exception()
            if failure is not None:
                log.error("last call failed", exc_info=failure)
            farewell.shutdown()
        self._pool.shutdown(wait=True)
        self._collector.stop()
        if self._service.done() and not self._service.cancelled() and self._service.exception() is None:
            self._service.result().close()
