# SPDX-License-Identifier: Apache-2.0
"""Work off the window's thread where only the newest matters: checks and phones while someone types.

A job runs alone on a thread of its own. While it runs, one newer job may wait; a still newer one takes its place. What a
job that has been overtaken tells is dropped, and it can ask whether it still matters.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

log: Final = logging.getLogger("koodesk.editor.latest")

Tell = Callable[[Any], None]
Job = Callable[[Callable[[], bool], Tell], None]
"""Called as job(alive, tell): `alive()` is False once a newer job waits; `tell(value)` reports a part of the result."""


class _Bell(QObject):
    """Carries results over to the window's thread; lives as long as any run that may ring it."""

    told = Signal(int, object)
    done = Signal(int)


class Latest(QObject):
    """Runs the newest job; `told` gives its results on the thread this object lives in."""

    told = Signal(object)
    idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Not Qt's pool: a runnable that is written in Python may be gone before a thread gets to it.
        self._thread: Final = ThreadPoolExecutor(1, thread_name_prefix="koodesk-latest")
        self._bell: Final = _Bell()
        self._bell.told.connect(self._pass_on)
        self._bell.done.connect(self._next)
        self._number = 0
        self._waiting: Job | None = None
        self._busy = False
        self._stopped = False

    @property
    def busy(self) -> bool:
        """Tell whether a job runs or waits."""
        return self._busy

    def run(self, job: Job) -> None:
        """Run a job as soon as the one before it ends; what came between is forgotten."""
        if self._stopped:
            return
        self._number += 1
        if self._busy:
            self._waiting = job
        else:
            self._start(job)

    def stop(self) -> None:
        """Forget what waits, drop what runs, and wait for it to end. Nothing can be run afterwards."""
        self._number += 1
        self._waiting = None
        self._stopped = True
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _start(self, job: Job) -> None:
        self._busy = True
        number, bell = self._number, self._bell

        def work() -> None:
            try:
                job(lambda: self._number == number, lambda value: bell.told.emit(number, value))
            except Exception:  # a defect of ours costs one drawing, never the window
                log.exception("a job failed")
            finally:
                bell.done.emit(number)

        self._thread.submit(work)

    def _pass_on(self, number: int, value: object) -> None:
        if number == self._number:
            self.told.emit(value)

    def _next(self, _number: int) -> None:
        job, self._waiting = self._waiting, None
        self._busy = False
        if job is not None:
            self._start(job)
        else:
            self.idle.emit()
