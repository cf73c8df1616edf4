# SPDX-License-Identifier: Apache-2.0
"""Who of a team's workers lives: each holds a lock of its session, named by it, for as long as its connection lives.

The server gives the lock back when the connection ends: when the process dies, when its machine falls silent for longer
than TCP waits, when the server itself starts anew. So a chunk whose owner's lock is free was left by a worker that is
gone, and no clock has to be believed. Only the word "unknown" follows from it: a worker that was merely cut off may still
write what became of its calls.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

_TRY: Final = "SELECT pg_try_advisory_lock(hashtextextended(?, 0))"
_LET_GO: Final = "SELECT pg_advisory_unlock(hashtextextended(?, 0))"
_TRY_FOR_NOW: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended(?, 0))"

_HELD: Final = (
    "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND ((CAST(classid AS BIGINT) << 32) | CAST(objid AS BIGINT)) = hashtextextended(?, 0)"
)


class Presence:
    """The locks of one worker. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._held: set[str] = set()

    def hold(self, name: str) -> bool:
        """Hold a name, and tell whether we do: another may have it. A connection that was lost is made anew first.

        Raises what the database raises when it cannot be reached.
        """
        with self._lock:
            if self._connection is not None and name in self._held:
                try:
                    self._connection.exec_driver_sql("SELECT 1")
                except DBAPIError:
                    self._drop()
                else:
                    return True
            if self._connection is None:
                self._connection = self._engine.connect()
            try:
                ours = bool(self._connection.exec_driver_sql(_TRY, (name,)).scalar_one())
            except DBAPIError:
                self._drop()
                raise
            if ours:
                self._held.add(name)
            return ours

    def let_go(self, name: str) -> None:
        """Give one name back; nothing happens when it is not held, or its connection was lost."""
        with self._lock:
            if name not in self._held or self._connection is None:
                return
            self._held.discard(name)
            try:
                self._connection.exec_driver_sql(_LET_GO, (name,))
            except DBAPIError:
                self._drop()

    def leave(self) -> None:
        """Give everything back."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        self._held.clear()
        if self._connection is not None:
            self._connection.invalidate()  # back in the pool it would keep its locks
            self._connection.close()
            self._connection = None


def held(connection: Connection, names: Iterable[str]) -> frozenset[str]:
    """Return those of some names that somebody holds now, without taking any for a moment."""
    return frozenset(name for name in names if connection.exec_driver_sql(_HELD, (name,)).scalar())


def gone(connection: Connection, names: Iterable[str]) -> frozenset[str]:
    """Return those of some names that nobody holds; until the caller's transaction ends nobody else can take them."""
    return frozenset(name for name in names if connection.exec_driver_sql(_TRY_FOR_NOW, (name,)).scalar_one())
