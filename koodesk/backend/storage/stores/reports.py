# SPDX-License-Identifier: Apache-2.0
"""Counting the ledger for reports, one short read a task: SQLite groups, Python sees a few rows a day.

A recipient of a video SMS has the carrier of its number in `vendor`, as its segment said when the task was confirmed.
"""

from __future__ import annotations

from koodesk.backend.ports.reports import CarrierDay, VideoTask
from koodesk.backend.storage.database import Database
from koodesk.domain.report import BEIJING_MS, DAY_MS, Counts

_TASKS = (
    "SELECT id, name, CAST(coalesce(json_extract(snapshot, '$.video_template_id'), 0) AS INTEGER), "
    "coalesce(json_extract(snapshot, '$.video_name'), ''), first_id, last_id, confirmed_ms FROM campaign "
    "WHERE kind = 'video' AND test = 0 AND state <> 'creating' ORDER BY id DESC"
)
# `sent` is append-only and a chunk's sums stand in the transaction of its rows: the sum of the chunks counts the answers.
_STAMP = (
    "SELECT coalesce((SELECT sum(after) FROM receipt_cursor), 0), "
    "coalesce((SELECT sum(accepted + refused) FROM chunk WHERE campaign_id = ?), 0)"
)
# Who opted out before the send has an answer from then; it counts for the day the send was confirmed.
_COUNTS = (
    f"SELECT (max(s.at_ms, ?) + {BEIJING_MS}) / {DAY_MS}, r.vendor, count(*), coalesce(sum(d.sms IS 1), 0), "  # noqa: S608 - numbers of our own
    "sum(s.outcome = 'refused' OR d.sms IS 0), "
    "sum(s.outcome = 'accepted' AND d.sms IS NULL AND s.at_ms <= ?), "
    "sum(s.outcome = 'accepted' AND d.sms IS NULL AND s.at_ms > ?), count(d.replied_ms) "
    "FROM recipient r JOIN sent s ON s.recipient_id = r.id LEFT JOIN delivery d ON d.recipient_id = r.id "
    "WHERE r.id BETWEEN ? AND ? GROUP BY 1, 2"
)


class SqlReportStore:
    """Reads one workspace's ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def video_tasks(self) -> tuple[VideoTask, ...]:
        """Return the sends of video SMS without tests, newest first."""
        with self._database.read() as connection:
            return tuple(VideoTask(*row) for row in connection.exec_driver_sql(_TASKS))

    def stamp(self, task: VideoTask) -> tuple[int, int]:
        """Return what changes whenever a task's counts may have."""
        with self._database.read() as connection:
            row = connection.exec_driver_sql(_STAMP, (task.id,)).one()
        return int(row[0]), int(row[1])

    def counts(self, task: VideoTask, timed_out_before_ms: int) -> tuple[CarrierDay, ...]:
        """Count a task's rows by Beijing day and carrier."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(
                _COUNTS,
                (task.confirmed_ms, timed_out_before_ms, timed_out_before_ms, task.first_id, task.last_id),
            ).fetchall()
        return tuple(CarrierDay(row[0], row[1], Counts(*row[2:])) for row in rows)
