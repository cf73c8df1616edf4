# SPDX-License-Identifier: Apache-2.0
"""The thread that keeps a recovery log on the disk: files are never touched by the window's thread.

A line goes to the system as soon as it comes, so a killed process loses next to nothing; it is forced to the disk after
`SYNC_SECONDS` or `SYNC_LINES`, so a machine that stops loses no more than that. What a log says is `recovery`'s matter.
"""

from __future__ import annotations

import itertools
import logging
import os
import queue
import threading
import time
from enum import Enum, auto
from pathlib import Path
from typing import Final, TextIO

SYNC_SECONDS: Final = 2.0
SYNC_LINES: Final = 10

log: Final = logging.getLogger("koodesk.editor.recovery")


class Order(Enum):
    """What the thread is asked to do."""

    BEGIN = auto()
    """Put a file with this first line in place of the old one."""
    GO_ON = auto()
    """Append to the file that is there."""
    LINE = auto()
    CLOSE = auto()
    DISCARD = auto()
    MARK = auto()
    """Nothing is written; whoever waits learns that everything before was."""


_LOOK_SECONDS: Final = 0.05
_live: Final[dict[Path, list[RecoveryWriter]]] = {}
_live_lock: Final = threading.Lock()
_numbers: Final = itertools.count()


def settle(path: Path) -> None:
    """Wait until everything ordered of a log so far is in its file; off the window's thread only.

    A page that is made anew (another language, another theme) opens the card while the log of the page before is still
    being written: what is read without waiting may lack the last edits.
    """
    with _live_lock:
        writers = tuple(_live.get(path, ()))
    for writer in writers:
        writer.wait()


class RecoveryWriter:
    """Takes orders without waiting; `end` stops the thread."""

    def __init__(self, path: Path) -> None:
        self._path: Final = path
        # A name of its own: the writer before may still be putting its file in place.
        self._beside: Final = path.with_suffix(f".{os.getpid()}-{next(_numbers)}.new")
        self._marks: Final[queue.SimpleQueue[threading.Event]] = queue.SimpleQueue()
        self._orders: Final[queue.SimpleQueue[tuple[Order, str]]] = queue.SimpleQueue()
        self._thread: Final = threading.Thread(target=self._run, name="recovery", daemon=True)
        self._file: TextIO | None = None
        self._waiting = 0
        self._due = 0.0
        with _live_lock:
            _live.setdefault(path, []).append(self)
        self._thread.start()

    def wait(self) -> None:
        """Return when every order given so far was carried out, or the thread has ended."""
        reached = threading.Event()
        self._marks.put(reached)
        self.order(Order.MARK)
        while not reached.wait(_LOOK_SECONDS):
            if not self._thread.is_alive():
                return

    def order(self, order: Order, text: str = "") -> None:
        """Ask for something to be done, in order."""
        self._orders.put((order, text))

    def end(self, order: Order, *, wait: bool) -> None:
        """Close or discard the file and stop; with `wait` until that is done."""
        self.order(order)
        if wait:
            self._thread.join()

    def _run(self) -> None:
        try:
            while self._do(*self._next()):
                pass
        except OSError:
            # A full disk must not end the editing; saving will say so in words.
            log.exception("the recovery log cannot be written")
        finally:
            if self._file is not None:
                self._file.close()
            with _live_lock:
                _live[self._path].remove(self)
                if not _live[self._path]:
                    del _live[self._path]

    def _next(self) -> tuple[Order, str]:
        """Wait for the next order, forcing lines to the disk when their time has come."""
        while self._waiting:
            try:
                return self._orders.get(timeout=max(0.0, self._due - time.monotonic()))
            except queue.Empty:
                self._sync()
        return self._orders.get()

    def _do(self, order: Order, text: str) -> bool:
        """Carry out an order; False for the last."""
        match order:
            case Order.BEGIN:
                self._replace(text)
            case Order.GO_ON:
                self._file = self._path.open("a", encoding="utf-8")
            case Order.LINE:
                assert self._file is not None
                self._file.write(text)
                self._file.flush()
                self._due = self._due if self._waiting else time.monotonic() + SYNC_SECONDS
                self._waiting += 1
                if self._waiting >= SYNC_LINES:
                    self._sync()
            case Order.CLOSE:
                self._sync()
            case Order.DISCARD:
                self._path.unlink(missing_ok=True)
            case Order.MARK:
                self._marks.get().set()
        return order not in (Order.CLOSE, Order.DISCARD)

    def _sync(self) -> None:
        if self._file is not None and self._waiting:
            os.fsync(self._file.fileno())
        self._waiting = 0

    def _replace(self, first: str) -> None:
        """Begin a file in one step: a kill leaves the old one or the new one, whole."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._beside.open("w", encoding="utf-8") as file:
            file.write(first)
            file.flush()
            os.fsync(file.fileno())
        if self._file is not None:
            self._file.close()
        self._waiting = 0
        self._beside.replace(self._path)
        self._file = self._path.open("a", encoding="utf-8")
