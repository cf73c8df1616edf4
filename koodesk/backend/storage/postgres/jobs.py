# SPDX-License-Identifier: Apache-2.0
"""The queue of a team's workspace: jobs of procrastinate, in the same database.

A job says that there is work, and for whom: `send` a campaign, `receive` a gateway's receipts, write an `export` on its
machine. It carries a number and no data, and may be lost or run twice: the ledger decides what leaves, an export's row who writes
it (docs/decisions/0057, 0064). Loaded for a team's workspace only.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.schema import SchemaManager
from sqlalchemy import URL, Connection, text

from koodesk.backend.ports.exports import owner_name
from koodesk.backend.ports.workers import exports_at
from koodesk.backend.storage.postgres.presence import held

SEND, RECEIVE, EXPORT = "koodesk.send", "koodesk.receive", "koodesk.export"
HELD_AT_ONCE: Final = 4
"""How many chunks a worker has on its way: a campaign with no more than that left needs nobody else."""
_POOL: Final = 4

# Its lines name jobs with their arguments at every step; what goes wrong is said in a warning.
logging.getLogger("procrastinate").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Work:
    """What a job asks for: a task, the number of what it is about (0 where there is one of a kind), the gateway's name."""

    task: str
    number: int
    gateway: str

    @property
    def queue(self) -> str:
        """A worker takes jobs of its own gateway."""
        return queue_of(self.gateway)

    @property
    def key(self) -> str:
        """At most one job of this name waits."""
        return f"{self.task}:{self.gateway}:{self.number}"

    @property
    def lock(self) -> str | None:
        """Jobs of this name run one after the other: receipts are read by one, a campaign is sent by as many as like."""
        return self.key if self.task == RECEIVE else None

    def options(self) -> dict[str, Any]:
        """Return what procrastinate is told of it."""
        return {"queue": self.queue, "lock": self.lock, "queueing_lock": self.key}


def queue_of(gateway: str) -> str:
    """Return the name of a gateway's queue."""
    return f"koodesk-{gateway}"


def application(address: URL) -> App:
    """Return procrastinate on a database, not yet opened."""
    return App(
        connector=PsycopgConnector(
            conninfo=address.set(drivername="postgresql").render_as_string(hide_password=False),
            min_size=1,
            max_size=_POOL,
            kwargs={"application_name": "koodesk jobs"},
        )
    )


@cache
def _putting() -> App:
    """Puts jobs into transactions of others; it has no connection of its own."""
    return App(connector=SyncPsycopgConnector())


def announce(connection: Connection, work: Work) -> None:
    """Put a job into the queue within a transaction: it is there when, and only when, that commits."""
    driver = connection.connection.driver_connection
    _putting().configure_task(work.task, connection=driver, **work.options()).defer(number=work.number)


def offer(connection: Connection, gateway: str, sendable: Mapping[int, int]) -> None:
    """Put into a gateway's queue what it lacks. One at a time looks and puts, or two would put the same.

    Raises AlreadyEnqueued when a job was given back meanwhile: nothing is lacking then, or the next look finds it.
    """
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", (queue_of(gateway),))
    there = connection.exec_driver_sql(
        "SELECT queueing_lock, CAST(status AS TEXT) FROM procrastinate_jobs "
        "WHERE queue_name = ? AND status IN ('todo', 'doing') AND queueing_lock IS NOT NULL",
        (queue_of(gateway),),
    ).fetchall()
    workers = connection.exec_driver_sql(
        "SELECT count(*) FROM desk_worker d JOIN procrastinate_workers p ON p.id = d.queue_id WHERE d.gateway = ?",
        (gateway,),
    ).scalar_one()
    for work in missing(sendable, gateway, [(row[0], row[1]) for row in there], workers):
        announce(connection, work)


def missing(
    sendable: Mapping[int, int], gateway: str, there: Iterable[tuple[str, str]], workers: int
) -> list[Work]:
    """Return the jobs a gateway's queue lacks; `there` are key and status of those that wait or run.

    One that reads receipts; and of each campaign with something to send as many that run as there are workers, while it has
    more left than one worker holds at once, else one. They come one by one: none while another of that campaign waits.
    """
    waits: set[str] = set()
    run: Counter[str] = Counter()
    for key, status in there:
        if status == "todo":
            waits.add(key)
        else:
            run[key] += 1
    sends = (
        (Work(SEND, number, gateway), workers if planned > HELD_AT_ONCE else min(workers, 1))
        for number, planned in sendable.items()
    )
    return [
        work
        for work, most in ((Work(RECEIVE, 0, gateway), min(workers, 1)), *sends)
        if work.key not in waits and run[work.key] < most
    ]


def export(number: int, place: str) -> Work:
    """Return the job of an export: its queue is that of the place whose disk the file goes to."""
    return Work(EXPORT, number, exports_at(place))


def offer_exports(connection: Connection) -> None:
    """Put exports into the queue that nobody writes and that it lacks; take out of it those that are over."""
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", (EXPORT,))
    connection.exec_driver_sql(
        "DELETE FROM procrastinate_jobs j WHERE j.task_name = ? AND j.status = 'todo' AND NOT EXISTS ("
        "SELECT 1 FROM export_job e WHERE e.id = CAST(j.args ->> 'number' AS BIGINT) "
        "AND e.state IN ('waiting', 'running'))",
        (EXPORT,),
    )
    lacking = connection.exec_driver_sql(
        "SELECT e.id, e.place, e.state, e.owner FROM export_job e WHERE e.place <> '' "
        "AND e.state IN ('waiting', 'running') AND NOT EXISTS ("
        "SELECT 1 FROM procrastinate_jobs j WHERE j.task_name = ? AND j.status IN ('todo', 'doing') "
        "AND CAST(j.args ->> 'number' AS BIGINT) = e.id) ORDER BY e.id",
        (EXPORT,),
    ).fetchall()
    written = held(connection, [owner_name(row[3]) for row in lacking if row[2] == "running"])
    for number, place, state, owner in lacking:
        if state == "waiting" or owner_name(owner) not in written:
            announce(connection, export(number, place))


def withdraw_export(connection: Connection, number: int) -> None:
    """Take an export out of the queue that nobody writes and nobody shall write any more."""
    connection.exec_driver_sql(
        "DELETE FROM procrastinate_jobs WHERE task_name = ? AND status = 'todo' AND CAST(args ->> 'number' AS BIGINT) = ?",
        (EXPORT, number),
    )


# --- its tables --------------------------------------------------------------------------------------------------


def prepare(connection: Connection) -> None:
    """Make procrastinate's tables, or bring those of an older release up to date, in the transaction of our own schema."""
    steps = {path.stem: path for path in Path(SchemaManager.get_migrations_path()).glob("*.sql")}
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS koodesk_jobs_schema (step TEXT NOT NULL)")
    last = connection.execute(text("SELECT step FROM koodesk_jobs_schema")).scalar()
    if last is None:
        _run(connection, SchemaManager.get_schema())
        connection.execute(
            text("INSERT INTO koodesk_jobs_schema (step) VALUES (:step)"), {"step": max(steps)}
        )
        return
    for step in sorted(name for name in steps if name > last):
        _run(connection, steps[step].read_text("utf-8"))
        connection.execute(text("UPDATE koodesk_jobs_schema SET step = :step"), {"step": step})


def _run(connection: Connection, script: str) -> None:
    """Run a script of several statements as it stands: it is PostgreSQL's own words already."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(script)
