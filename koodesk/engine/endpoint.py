# SPDX-License-Identifier: Apache-2.0
"""The engine's folder: who owns it (an OS file lock) and where the owner is reached (endpoint.json, user only).

The lock is the truth and dies with its process; the endpoint file is a note beside it. A note without a lock is stale.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from koodesk.file_lock import is_locked, lock

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

    def take(self, patience: float = 0.0) -> bool:
        """Take the lock; False when another process keeps it for `patience` seconds (`is_owned` takes it for an instant)."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        until = time.monotonic() + patience
        while not lock(descriptor):
            if time.monotonic() >= until:
                os.close(descriptor)
                return False
            time.sleep(0.02)
        self._descriptor = descriptor
        return True

    def give_back(self) -> None:
        """Give the lock back; the file stays, so that two processes never lock two files of one name."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def is_owned(folder: Path) -> bool:
    """Tell whether a living engine owns the folder."""
    return is_locked(folder / LOCK_NAME)


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
