# SPDX-License-Identifier: Apache-2.0
"""Who works on a workspace, what waits in its queue, and how much left in each of the last minutes, in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from koodesk.backend.ports.workers import JobRecord, MinuteRecord, WorkerRecord, exports_at
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.exports import exports_left

if TYPE_CHECKING:
    from sqlalchemy import Connection

SILENT_MS: Final = 30_000
"""A worker of a team whose heart has not beaten for so long counts as silent, though its lock is held."""
MINUTE_MS: Final = 60_000

_ARRIVE: Final = (
    "INSERT INTO desk_worker (name, machine, pid, gateway, since_ms, queue_id) VALUES (?, ?, ?, ?, ?, ?)"
)
_WORKERS: Final = (
    "SELECT name, machine, pid, gateway, since_ms, queue_id, 0, 0 FROM desk_worker ORDER BY since_ms, name"
)
_TEAM_WORKERS: Final = """
SELECT d.name, d.machine, d.pid, d.gateway, d.since_ms, d.queue_id,
    CAST(coalesce(extract(epoch FROM p.last_heartbeat) * 1000, 0) AS BIGINT),
    CAST(coalesce(extract(epoch FROM now() - p.last_heartbeat) * 1000, 0) AS BIGINT)
FROM desk_worker d LEFT JOIN procrastinate_workers p ON p.id = d.queue_id ORDER BY d.since_ms, d.name
"""
_JOBS: Final = """
SELECT j.id, j.task_name, CAST(j.args ->> 'number' AS BIGINT), CAST(j.status AS TEXT), j.attempts,
    coalesce(d.name, ''), coalesce(c.name, e.kind, ''),
    CAST(coalesce((SELECT extract(epoch FROM max(e.at)) * 1000 FROM procrastinate_events e WHERE e.job_id = j.id), 0) AS BIGINT)
FROM procrastinate_jobs j
    LEFT JOIN desk_worker d ON d.queue_id = j.worker_id AND j.worker_id IS NOT NULL
    LEFT JOIN campaign c ON j.task_name = 'koodesk.send' AND c.id = CAST(j.args ->> 'number' AS BIGINT)
    LEFT JOIN export_job e ON j.task_name = 'koodesk.export' AND e.id = CAST(j.args ->> 'number' AS BIGINT)
WHERE j.status IN ('todo', 'doing', 'failed') ORDER BY j.id LIMIT 500
"""
_RUNNING: Final = "SELECT id, name, started_ms FROM campaign WHERE state = 'running' ORDER BY id LIMIT 500"
_MINUTES: Final = """
SELECT k.settled_ms / 60000, sum(k.accepted), sum(k.refused) FROM campaign c JOIN chunk k ON k.campaign_id = c.id
WHERE (c.ended_ms = 0 OR c.ended_ms >= ?) AND c.started_ms > 0 AND k.settled_ms >= ? AND k.settled_ms < ?
GROUP BY k.settled_ms / 60000 ORDER BY 1
"""


class SqlWorkers:
    """Implements `ports.workers.WorkerStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._arrived: tuple[str, str, int, str, int] | None = None
        self.shared: Final = database.shared

    # --- the worker's side -----------------------------------------------------------------------------------

    def arrive(self, name: str, machine: str, pid: int, gateway: str, since_ms: int) -> None:
        """Say that a worker begins, and hold its name. On a file it is the only one: whoever else is there has gone."""
        self._arrived = name, machine, pid, gateway, since_ms
        self._database.hold(name)
        with self._database.write_beside() as connection:
            if not self.shared:
                connection.exec_driver_sql("DELETE FROM desk_worker")
            connection.exec_driver_sql(_ARRIVE, (*self._arrived, 0))

    def on_queue(self, name: str, queue_id: int) -> None:
        """Keep as what a worker takes jobs. Asked for again and again: one whose connections broke has lost its name, others took it
        for gone and off the list, and what is offered goes by the list."""
        self._database.hold(name)
        with self._database.read() as connection:
            known = connection.exec_driver_sql(
                "SELECT queue_id FROM desk_worker WHERE name = ?", (name,)
            ).scalar()
        if known == queue_id:
            return
        with self._database.write_beside() as connection:
            kept = connection.exec_driver_sql(
                "UPDATE desk_worker SET queue_id = ? WHERE name = ?", (queue_id, name)
            )
            if not kept.rowcount and self._arrived is not None and self._arrived[0] == name:
                connection.exec_driver_sql(_ARRIVE, (*self._arrived, queue_id))

    def is_on_queue(self, queue_id: int) -> bool:
        """Tell whether the queue still knows a worker: one whose heart has not beaten for long is taken off it."""
        with self._database.read() as connection:
            return bool(
                connection.exec_driver_sql(
                    "SELECT 1 FROM procrastinate_workers WHERE id = ?", (queue_id,)
                ).scalar()
            )

    def leave(self, name: str) -> None:
        """Say that a worker has ended."""
        with self._database.write_beside() as connection:
            connection.exec_driver_sql("DELETE FROM desk_worker WHERE name = ?", (name,))

    def offer(self, gateway: str, sendable: Mapping[int, int]) -> None:
        """Put into a gateway's queue the jobs it lacks; `sendable` are campaigns with how many chunks are planned of each."""
        from koodesk.backend.storage.postgres import jobs

        with self._database.write_beside() as connection:
            jobs.offer(connection, gateway, sendable)

    def offer_exports(self) -> None:
        """Put exports into the queue that it lacks, and take out of it those that are over."""
        from koodesk.backend.storage.postgres import jobs

        with self._database.write_beside() as connection:
            jobs.offer_exports(connection)

    def lacks_exporter(self, place: str) -> bool:
        """Tell whether exports of a place wait and nobody who lives takes them."""
        with self._database.read() as connection:
            if not exports_left(connection, place):
                return False
            names = connection.exec_driver_sql(
                "SELECT name FROM desk_worker WHERE gateway = ?", (exports_at(place),)
            )
            return not _alive(connection, list(names.scalars()))

    def gone(self) -> list[tuple[str, int]]:
        """Return workers that did not say good-bye and whose lock is free, with their number in the queue."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql("SELECT name, queue_id FROM desk_worker").fetchall()
            alive = _alive(connection, [row[0] for row in rows])
        return [(row[0], row[1]) for row in rows if row[0] not in alive]

    # --- for looking -----------------------------------------------------------------------------------------

    def workers(self) -> list[WorkerRecord]:
        """Return the workers; of a team's whether their locks are held."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(_TEAM_WORKERS if self.shared else _WORKERS).fetchall()
            alive = _alive(connection, [row[0] for row in rows]) if self.shared else frozenset()
        return [
            WorkerRecord(
                name=row[0],
                machine=row[1],
                pid=row[2],
                gateway=row[3],
                since_ms=row[4],
                beat_ms=row[6],
                silent=row[7] >= SILENT_MS,
                alive=row[0] in alive,
            )
            for row in rows
        ]

    def jobs(self) -> list[JobRecord]:
        """Return the jobs that wait, run or failed, oldest first. On a file every running campaign is its worker's."""
        with self._database.read() as connection:
            if not self.shared:
                running = connection.exec_driver_sql(_RUNNING).fetchall()
                return [JobRecord(row[0], "send", row[0], row[1], "doing", 0, "", row[2]) for row in running]
            return [
                JobRecord(
                    id=row[0],
                    task=str(row[1]).rpartition(".")[2],
                    number=row[2] or 0,
                    subject=row[6],
                    status=row[3],
                    attempts=row[4],
                    worker=row[5],
                    since_ms=row[7],
                )
                for row in connection.exec_driver_sql(_JOBS)
            ]

    def minutes(self, since_ms: int, until_ms: int) -> list[MinuteRecord]:
        """Return what was answered in each minute of the gateway's clock of a stretch; minutes without answers are left out."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(_MINUTES, (since_ms, since_ms, until_ms)).fetchall()
        return [MinuteRecord(int(row[0]) * MINUTE_MS, int(row[1]), int(row[2])) for row in rows]


def _alive(connection: Connection, names: list[str]) -> frozenset[str]:
    from koodesk.backend.storage.postgres.presence import held

    return held(connection, names)
