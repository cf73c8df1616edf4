# SPDX-License-Identifier: Apache-2.0
"""The worker lock: one worker a workspace, held as an operating-system lock that dies with its process.

Because the lock cannot outlive its holder, a chunk that is in flight when a worker takes it is an orphan by
construction: no clock and no pid needs to be believed.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from koodesk.domain.problem import Refused, problem
from koodesk.file_lock import is_locked, lock

END_SECONDS: Final = 60.0
"""How long a worker may take to end: longer than a call."""


class WorkerLock:
    """Context manager; entering raises Refused (worker.held) when another process keeps it for `patience` seconds.

    The patience is for `is_locked`, which takes the lock for an instant to find out. A holder that `ends_when_told` leaves its
    process id in the file: a clean end may be asked of it (`end_holder`).
    """

    def __init__(self, path: Path, patience: float = 1.0, *, ends_when_told: bool = False) -> None:
        self._path = path
        self._patience = patience
        self._ends_when_told = ends_when_told
        self._file: int | None = None

    def __enter__(self) -> Self:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        end = time.monotonic() + self._patience
        while not lock(file):
            if time.monotonic() >= end:
                os.close(file)
                raise Refused(problem("worker.held", file=self._path.name))
            time.sleep(0.05)
        self._file = file
        os.ftruncate(file, 0)  # what a holder that was killed has left
        if self._ends_when_told:
            os.write(file, str(os.getpid()).encode("ascii"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.close(self._file)  # closing gives the lock back
            self._file = None


def end_holder(path: Path, seconds: float = END_SECONDS) -> None:
    """Ask the worker that holds the lock to end its calls and go, and wait for it.

    Nothing happens when nobody holds it. Raises Refused (worker.held) when whoever does is none that ends when it is told, or
    does not end in time.
    """
    until = time.monotonic() + seconds
    told = 0
    while is_locked(path):
        holder = _holder(path)
        if holder and holder != told:
            told = holder
            with suppress(ProcessLookupError, PermissionError):
                os.kill(holder, signal.SIGTERM)
        if time.monotonic() >= (until if told else until - seconds + 1.0):
            raise Refused(problem("worker.held", file=path.name))
        time.sleep(0.05)


def _holder(path: Path) -> int:
    try:
        text = path.read_text("ascii").strip()
    except (OSError, ValueError):
        return 0
    return int(text) if text.isdigit() and len(text) < 10 else 0
