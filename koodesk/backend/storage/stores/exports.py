# SPDX-License-Identifier: Apache-2.0
"""The jobs of the export centre in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from koodesk.backend.ports.exports import ExportRecord, owner_name
from koodesk.backend.storage.database import Database
from koodesk.domain.export_job import OVER, ExportState

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

_COLUMNS: Final = (
    'id, kind, title, path, options, reason, "by", state, owner, pid, rows, done, total, size, problems, '
    "started_ms, ended_ms, place, user_id, main"
)
_PUT: Final = _COLUMNS.removeprefix("id, ")
_GET: Final = f"SELECT {_COLUMNS} FROM export_job "  # noqa: S608 - words of this program


_UNDER_WAY: Final = "state IN ('waiting', 'running')"


class SqlExportStore:
    """Implements `ports.exports.ExportStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, record: ExportRecord) -> int:
        """Keep a job that begins; return its id."""
        with self._database.write() as connection:
            made = connection.exec_driver_sql(
                f"INSERT INTO export_job ({_PUT}) VALUES ({', '.join('?' * _PUT.count(','))}, ?) RETURNING id",  # noqa: S608
                (
                    record.kind,
                    record.title,
                    record.path,
                    record.options,
                    record.reason,
                    record.by,
                    record.state,
                    record.owner,
                    record.pid,
                    record.rows,
                    record.done,
                    record.total,
                    record.size,
                    record.problems,
                    record.started_ms,
                    record.ended_ms,
                    record.place,
                    record.user_id,
                    int(record.main),
                ),
            )
            job_id = int(made.scalar_one())
            if record.place:
                _announce(connection, job_id, record.place)
            return job_id

    def take(self, job_id: int, owner: str, pid: int) -> ExportRecord | None:
        """Let an owner write a job that waits, or whose owner is gone."""
        with self._database.write() as connection:
            found = _one(connection, job_id)
            if found is None or _written(connection, found):
                return None
            connection.exec_driver_sql(
                "UPDATE export_job SET state = 'running', owner = ?, pid = ?, done = 0 WHERE id = ?",
                (owner, pid, job_id),
            )
            return found

    def give_back(self, job_id: int, owner: str) -> None:
        """Put a job back into its queue that its owner does not write to the end."""
        with self._database.write() as connection:
            place = connection.exec_driver_sql(
                "UPDATE export_job SET state = 'waiting', owner = '', done = 0 "
                "WHERE id = ? AND owner = ? AND state = 'running' RETURNING place",
                (job_id, owner),
            ).scalar()
            if place:
                _announce(connection, job_id, str(place))

    def withdraw(self, job_id: int, at_ms: int) -> bool:
        """End a job of a queue as cancelled that nobody writes."""
        with self._database.write() as connection:
            found = _one(connection, job_id)
            if found is None or not found.place or _written(connection, found):
                return False
            connection.exec_driver_sql(
                "UPDATE export_job SET state = 'cancelled', ended_ms = ? WHERE id = ?", (at_ms, job_id)
            )
            from koodesk.backend.storage.postgres import jobs

            jobs.withdraw_export(connection, job_id)
            return True

    def beat(self, job_id: int, owner: str, done: int, total: int) -> bool:
        """Keep how far a job is; return whether its owner shall stop."""
        with self._database.write() as connection:
            stop = connection.exec_driver_sql(
                "UPDATE export_job SET done = ?, total = ? WHERE id = ? AND owner = ? AND state = 'running' RETURNING stop",
                (done, total, job_id, owner),
            ).scalar()
            return stop is None or bool(stop)

    def end(
        self, job_id: int, owner: str, state: str, rows: int, size: int, problems: str, at_ms: int
    ) -> bool:
        """Keep how a running job of an owner ended."""
        with self._database.write() as connection:
            ended = connection.exec_driver_sql(
                "UPDATE export_job SET state = ?, rows = ?, size = ?, problems = ?, ended_ms = ? "
                "WHERE id = ? AND owner = ? AND state = 'running' RETURNING id",
                (state, rows, size, problems, at_ms, job_id, owner),
            ).scalar()
            return ended is not None

    def ask_to_stop(self, job_id: int) -> None:
        """Tell whoever writes a job to stop."""
        with self._database.write() as connection:
            connection.exec_driver_sql("UPDATE export_job SET stop = 1 WHERE id = ?", (job_id,))

    def get(self, job_id: int) -> ExportRecord | None:
        """Return one job."""
        with self._database.read() as connection:
            return _one(connection, job_id)

    def list(self, limit: int) -> Sequence[ExportRecord]:
        """Return jobs, newest first."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(_GET + "ORDER BY id DESC LIMIT ?", (limit,)).fetchall()
        return [_record(row) for row in rows]

    def running(self) -> Sequence[ExportRecord]:
        """Return the jobs that have not ended."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(_GET + f"WHERE {_UNDER_WAY} ORDER BY id").fetchall()
        return [_record(row) for row in rows]

    def left(self, place: str) -> bool:
        """Tell whether a place of a team has exports that wait, or whose owner is gone."""
        with self._database.read() as connection:
            return exports_left(connection, place)

    def forget(self, job_id: int) -> None:
        """Take a job that has ended off the list."""
        with self._database.write() as connection:
            connection.exec_driver_sql(
                f"DELETE FROM export_job WHERE id = ? AND NOT {_UNDER_WAY}",  # noqa: S608
                (job_id,),
            )


def exports_left(connection: Connection, place: str) -> bool:
    """Tell whether a place of a team has exports that wait, or whose owner is gone."""
    rows = connection.exec_driver_sql(
        f"SELECT state, owner FROM export_job WHERE place = ? AND {_UNDER_WAY}",  # noqa: S608
        (place,),
    ).fetchall()
    if any(state == ExportState.WAITING for state, _ in rows):
        return True
    from koodesk.backend.storage.postgres.presence import held

    owners = {owner_name(owner) for _, owner in rows}
    return bool(owners - held(connection, owners))


def _written(connection: Connection, record: ExportRecord) -> bool:
    """Tell whether nobody else may write a job of a queue: it is over, or its owner lives."""
    if record.state in OVER:
        return True
    if record.state == ExportState.WAITING:
        return False
    from koodesk.backend.storage.postgres.presence import gone

    return not gone(connection, [owner_name(record.owner)])


def _announce(connection: Connection, job_id: int, place: str) -> None:
    from koodesk.backend.storage.postgres import jobs

    jobs.announce(connection, jobs.export(job_id, place))


def _one(connection: Connection, job_id: int) -> ExportRecord | None:
    row = connection.exec_driver_sql(_GET + "WHERE id = ?", (job_id,)).first()
    return None if row is None else _record(row)


def _record(row: Row[Any]) -> ExportRecord:
    return ExportRecord(**{**row._mapping, "main": bool(row.main)})
