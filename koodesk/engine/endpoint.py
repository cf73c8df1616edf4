# SPDX-License-Identifier: Apache-2.0
"""The engine's folder: who owns it (an OS file lock) and where the owner is reached (endpoint.json, user only).

The lock is the truth and dies with its process; the endpoint file is a note beside it. A note without a lock is stale.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

LOCK_NAME: Final = "engine.lock"
ENDPOINT_NAME: Final = "endpoint.json"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Address, process and session key (hex) of a running engine."""

    url: str
    pid: int
    key: str
    version: str


class FolderLock:
    """An exclusive lock on an engine's folder for as long as the process lives."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK_NAME
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Take the lock; False when another process has it."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        if not _lock(descriptor):
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def give_back(self) -> None:
        """Give the lock back; the file stays, so that two processes never lock two files of one name."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def is_owned(folder: Path) -> bool:
    """Tell whether a living engine owns the folder."""
    if not (folder / LOCK_NAME).exists():
        return False
    lock = FolderLock(folder)
    if lock.take():
        lock.give_back()
        return False
    return True


def write_endpoint(folder: Path, endpoint: Endpoint) -> None:
    """Write the note: beside, flushed, then in place of the old one; readable by the user alone from the start."""
    beside = folder / f"{ENDPOINT_NAME}.{os.getpid()}"
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(endpoint), file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / ENDPOINT_NAME)


def read_endpoint(folder: Path) -> Endpoint | None:
    """Read the note, None when there is none that can be read."""
    try:
        given = json.loads((folder / ENDPOINT_NAME).read_text("utf-8"))
        return Endpoint(str(given["url"]), int(given["pid"]), str(given["key"]), str(given["version"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remove_endpoint(folder: Path) -> None:
    """Take the note away when it is this process's own."""
    found = read_endpoint(folder)
    if found is not None and found.pid == os.getpid():
        (folder / ENDPOINT_NAME).unlink(missing_ok=True)
