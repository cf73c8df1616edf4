# SPDX-License-Identifier: Apache-2.0
"""The tasks of the real platform that still wait for a status report: it has no feed, so they are asked about one by one.

A chunk is a task there, and its messages are named after it ("<task>:<number>"). A task waits while somebody of it has no
status, or a link of it may still be opened.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from koodesk.backend.storage.database import Database

DAYS_MS: Final = 8 * 86_400_000
"""A link lives 7 days at most [facts 1.9]; after one day more nothing new is told of a task."""

LOOK_SECONDS: Final = 5.0
"""How often the ledger is looked at: a long campaign has ten thousand tasks."""

# Nothing can be asked about plain SMS.
_WAITING: Final = """
SELECT first.message_id, first.at_ms, k.first_id, k.last_id
FROM campaign c JOIN chunk k ON k.campaign_id = c.id
JOIN sent first ON first.recipient_id = (
    SELECT min(s.recipient_id) FROM sent s WHERE s.recipient_id BETWEEN k.first_id AND k.last_id
      AND s.outcome = 'accepted' AND substr(s.message_id, 1, 8) <> 'decided:'
)
WHERE c.gateway = ? AND c.kind <> 'plain' AND first.at_ms >= ? AND k.accepted > 0 AND k.accepted > (
    SELECT count(*) FROM delivery d
    WHERE d.recipient_id BETWEEN k.first_id AND k.last_id AND d.sms IS NOT NULL AND (d.sms = 0 OR d.resolved_ms IS NOT NULL)
)"""


_MEMBERS: Final = """
SELECT r.number FROM sent s JOIN recipient r ON r.id = s.recipient_id
WHERE s.recipient_id BETWEEN ? AND ? AND s.outcome = 'accepted' AND substr(s.message_id, 1, 8) <> 'decided:' ORDER BY r.id"""


class WaitingTasks:
    """Tells them (`gateways.cloud.status.Waiting`)."""

    def __init__(
        self,
        database: Database,
        gateway: str,
        now_ms: Callable[[], int],
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._database = database
        self._gateway = gateway
        self._now_ms = now_ms
        self._look_seconds = look_seconds
        self._look_at = 0.0
        self._known: tuple[tuple[str, int], ...] = ()
        self._chunks: dict[str, tuple[int, int]] = {}

    def __call__(self) -> tuple[tuple[str, int], ...]:
        """Return task id and when it was accepted, as they were a few seconds ago at most."""
        if time.monotonic() >= self._look_at:
            with self._database.read() as connection:
                rows = connection.exec_driver_sql(_WAITING, (self._gateway, self._now_ms() - DAYS_MS)).all()
            found: dict[str, int] = {}
            chunks: dict[str, tuple[int, int]] = {}
            for message_id, at_ms, first_id, last_id in rows:
                task = str(message_id).partition(":")[0]
                found.setdefault(task, int(at_ms))
                chunks.setdefault(task, (first_id, last_id))
            self._chunks = chunks
            self._known = tuple(found.items())
            self._look_at = time.monotonic() + self._look_seconds
        return self._known

    def members(self, task: str) -> tuple[int, ...]:
        """Return the numbers a task that waits was accepted for."""
        chunk = self._chunks.get(task)
        if chunk is None:
            return ()
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(_MEMBERS, chunk).all()
        return tuple(int(row[0]) for row in rows)
