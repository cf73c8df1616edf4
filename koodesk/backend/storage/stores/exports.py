# SPDX-License-Identifier: Apache-2.0
"""The jobs of the export centre in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from koodesk.backend.ports.exports import ExportRecord
from koodesk.backend.storage.database import Database

_COLUMNS: Final = (
    'id, kind, title, path, options, reason, "by", state, owner, pid, rows, done, total, size, problems, '
    "started_ms, ended_ms"
)
_PUT: Final = _COLUMNS.removeprefix("id, ")
_GET: Final = f"SELECT {_COLUMNS} FROM export_job "  # noqa: S608 - words of this program


class SqlExportStore:
    """Implements `ports.exports.ExportStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, record: ExportRecord) -> int:
        """Keep a job that begins; return its id."""
        with self._database.write() as connection:
            made = connection.exec_driver_sql(
                f"INSERT INTO export_job ({_PUT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",  # noqa: S608
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
                ),
            )
            return int(made.scalar_one())

    def beat(self, job_id: int, done: int, total: int) -> bool:
        """Keep how far a job is; return whether somebody asked to stop it."""
        with self._database.write() as connection:
            connection.exec_driver_sql(
                "UPDATE export_job SET done = ?, total = ? WHERE id = ? AND state = 'running'",
                (done, total, job_id),
            )
            stop = connection.exec_driver_sql("SELECT stop FROM export_job WHERE id = ?", (job_id,)).scalar()
            return bool(stop)

    def end(self, job_id: int, state: str, rows: int, size: int, problems: str, at_ms: int) -> None:
        """Keep how a running job ended; one that has ended already stays as it is."""
        with self._database.write() as connection:
            connection.exec_driver_sql(
                "UPDATE export_job SET state = ?, rows = ?, size = ?, problems = ?, ended_ms = ? "
                "WHERE id = ? AND state = 'running'",
                (state, rows, size, problems, at_ms, job_id),
            )

    def ask_to_stop(self, job_id: int) -> None:
        """Tell whoever writes a job to stop."""
        with self._database.write() as connection:
            connection.exec_driver_sql("UPDATE export_job SET stop = 1 WHERE id = ?", (job_id,))

    def get(self, job_id: int) -> ExportRecord | None:
        """Return one job."""
        with self._database.read() as connection:
            row = connection.exec_driver_sql(_GET + "WHERE id = ?", (job_id,)).first()
        return None if row is None else ExportRecord(*row)

    def list(self, limit: int) -> Sequence[ExportRecord]:
        """Return jobs, newest first."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(_GET + "ORDER BY id DESC LIMIT ?", (limit,)).fetchall()
        return [ExportRecord(*row) for row in rows]

    def running(self) -> Sequence[ExportRecord]:
        """Return the jobs that have not ended."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(_GET + "WHERE state = 'running' ORDER BY id").fetchall()
        return [ExportRecord(*row) for row in rows]

    def forget(self, job_id: int) -> None:
        """Take a job that has ended off the list."""
        with self._database.write() as connection:
            connection.exec_driver_sql(
                "DELETE FROM export_job WHERE id = ? AND state <> 'running'", (job_id,)
            )
