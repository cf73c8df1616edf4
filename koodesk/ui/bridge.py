# SPDX-License-Identifier: Apache-2.0
"""Runs service calls off the window's thread and brings their outcome back on it.

The service is built in the background as well, so that the window shows before any database library is loaded. A task
belongs to a widget: when that is gone, its outcome is dropped and its work is asked to stop.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal

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
        self.follow: Callable[[], None] | None = None
        """What follows, of a task that has ended and waits for its turn."""

    def cancel(self) -> None:
        """Ask the call to stop; it acts within two seconds."""
        self._cancelled = True

    def cancelled(self) -> bool:
        """Tell whether the call should stop: cancelled, or nobody waits for it any more."""
        return self._cancelled or not shiboken6.isValid(self._owner)


def _turn_of(owner: QObject, then: Callable[[Any], None] | None) -> object:
    """Return what calls of one owner have in common that are followed by the same lines; None where that cannot be told."""
    code = getattr(then, "__code__", None)
    return (id(owner), code) if code is not None else None


class Bridge(QObject):
    """Owns the threads. `call` is the only way from a page to the service."""

    idle = Signal()

    def __init__(self, opener: Callable[[], Service]) -> None:
        super().__init__()
        self._collector = Collector(self)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="koodesk-call")
        self._service: Future[Service] = self._pool.submit(opener)
        self._running: set[Task] = set()
        self._turns: dict[object, deque[Task]] = {}
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
        *,
        in_turn: bool = False,
    ) -> Task:
        """Run `work(service, task)` on a thread; `then(result)` or `failed(problems)` follow on the window's thread.

        Nothing follows when `owner` has been deleted meanwhile, and nothing is done once the bridge is closed. With `in_turn`
        what follows keeps the order in which this owner asked for it by the same `then`: calls run beside one another, and an
        older answer that comes later must not be shown over a newer one.
        """
        task = Task(owner)
        if self._closed:  # a timer of a page that is about to go
            task.running = False
            return task
        self._running.add(task)

        turn = _turn_of(owner, then) if in_turn else None
        if turn is not None:
            self._turns.setdefault(turn, deque()).append(task)

        def follow(result: Any, problems: Any) -> None:
            task.running = False
            self._running.discard(task)
            if shiboken6.isValid(owner):
                if problems is None:
                    if then is not None:
                        then(result)
                elif failed is not None:
                    failed(problems)

        def finish(result: Any, problems: Any) -> None:
            if turn is None:
                follow(result, problems)
            else:
                task.follow = partial(follow, result, problems)
                self._take_turns(turn)
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

    def _take_turns(self, turn: object) -> None:
        """Let follow what is at its turn: a task whose elders have all been followed."""
        while (waiting := self._turns.get(turn)) and (follow := waiting[0].follow) is not None:
            waiting.popleft()
            if not waiting:
                del self._turns[turn]  # what follows may ask again
            try:
                follow()
            except BaseException:  # a defect in one takes nobody else's turn
                QTimer.singleShot(0, self, partial(self._take_turns, turn))
                raise

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
