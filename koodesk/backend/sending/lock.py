# SPDX-License-Identifier: Apache-2.0
"""The worker lock: one worker a workspace, held as an operating-system lock that dies with its process.

Because the lock cannot outlive its holder, a chunk that is in flight when a worker takes it is an orphan by
construction: no clock and no pid needs to be believed.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from koodesk.domain.problem import Refused, problem


class WorkerLock:
    """Context manager; entering raises Refused (worker.held) when another process keeps it for `patience` seconds.

    The patience is for `is_held`, which takes the lock for an instant to find out.
    """

    def __init__(self, path: Path, patience: float = 1.0) -> None:
        self._path = path
        self._patience = patience
        self._file: int | None = None

    def __enter__(self) -> Self:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        end = time.monotonic() + self._patience
        while not _lock(file):
            if time.monotonic() >= end:
                os.close(file)
                raise Refused(problem("worker.held", file=self._path.name))
            time.sleep(0.05)
        self._file = file
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            os.close(self._file)  # closing gives the lock back
            self._file = None


def is_held(path: Path) -> bool:
    """Tell whether some process holds the lock now."""
    if not path.exists():
        return False
    try:
        with WorkerLock(path, patience=0):
            return False
    except Refused:
        return True


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
