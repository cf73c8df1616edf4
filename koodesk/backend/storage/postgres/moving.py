# SPDX-License-Identifier: Apache-2.0
"""Moving a workspace's file into a team's database, and comparing the two row by row before anything is committed.

The file is read in one snapshot and written with COPY in one transaction; then every table is read on both sides in the
order of its key, and the count and the digest of its rows have to agree. What can be made again (the index of the search)
is not moved: its triggers see every row arrive and queue it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import Boolean, ColumnElement, Connection, Table, delete, func, select, text

from koodesk.backend.ports.progress import Cancel, Progress, Report
from koodesk.backend.storage.metadata import metadata
from koodesk.domain.problem import Refused, problem

_MADE_AGAIN: Final = frozenset({"search_entry", "search_queue", "desk_worker"})
_BLOCK: Final = 2_000
_OTHERS: Final = text("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()")
_PLACE: Final = ("dispatcher", "place")
"""Each database remembers its own."""
"""Each database remembers its own."""


@dataclass(frozen=True, slots=True)
class MovedTable:
    """What was moved of one table; both sides had the same count and digest."""

    name: str
    rows: int
    digest: str


def tables_moved() -> tuple[Table, ...]:
    """Return the tables whose rows are moved, those that others refer to first."""
    from koodesk.backend.storage import tables

    assert tables.__all__
    return tuple(table for table in metadata.sorted_tables if table.name not in _MADE_AGAIN)


def look(connection: Connection, name: str) -> str:
    """Return the version of a database's server, when a workspace may begin in it; `name` is what it is called.

    Raises Refused: storage.*, storage.foreign_database where another program is at home, move.not_empty where a workspace is.
    """
    version = str(connection.execute(text("SHOW server_version")).scalar_one())
    if connection.execute(text("SELECT to_regclass('koodesk_schema')")).scalar() is not None:
        used = _used(connection, tables_moved())
        if used:
            raise Refused(problem("move.not_empty", table=used))
    elif connection.execute(_OTHERS).scalar_one():
        raise Refused(problem("storage.foreign_database", place=name))
    return version.partition(" ")[0]


def count_rows(given: Connection) -> tuple[int, int]:
    """Return how many tables and rows of a file would be moved."""
    counts = [given.execute(select(func.count()).select_from(table)).scalar_one() for table in tables_moved()]
    return len(counts), sum(counts)


def move(
    given: Connection, taken: Connection, place: str, report: Report, cancel: Cancel
) -> tuple[MovedTable, ...]:
    """Copy a prepared file, inside a read of it, into a prepared, empty database, inside a write of it that the caller commits
    when this returns; `place` tells that database from a copy of it. One that holds this very file already, because whoever
    moved it before died at the commit, is only read.

    Raises Refused: move.not_empty, move.cancelled, move.zero_byte, move.differs, storage.*.
    """
    moved: list[MovedTable] = []
    wanted = tables_moved()
    used = _used(taken, wanted)
    if used:
        earlier = _moved_before(given, taken, wanted)
        if earlier is None:
            raise Refused(problem("move.not_empty", table=used))
        return earlier
    phones = metadata.tables["phone"]
    taken.execute(delete(phones).where(_shipped(phones)))
    for done, table in enumerate(wanted):
        _go_on(report, cancel, done, 2 * len(wanted))
        _copy(given, taken, table)
    _keep_ends(given, taken, wanted)
    for done, table in enumerate(wanted, len(wanted)):
        _go_on(report, cancel, done, 2 * len(wanted))
        before, after = digest(given, table), digest(taken, table)
        if before != after:
            raise Refused(problem("move.differs", table=table.name, limit=before.rows, actual=after.rows))
        moved.append(after)
    # The place a ledger remembers is the file's; here it is this database's, and the move is no restored copy.
    taken.exec_driver_sql("UPDATE dispatcher SET place = ?", (place,))
    return tuple(moved)


def _moved_before(
    given: Connection, taken: Connection, wanted: Sequence[Table]
) -> tuple[MovedTable, ...] | None:
    """Return what an earlier move has brought, None where the database does not hold the file's rows and no others."""
    moved: list[MovedTable] = []
    for table in wanted:
        found = digest(taken, table, but=_PLACE)
        if digest(given, table, but=_PLACE) != found:
            return None
        moved.append(found)
    return tuple(moved)


def digest(connection: Connection, table: Table, but: tuple[str, str] = ("", "")) -> MovedTable:
    """Return how many rows a table has and the digest of all of them in the order of its key; `but` is a column of one table
    that is left out."""
    total, rows = hashlib.sha256(), 0
    left_out = [place for place, column in enumerate(table.columns) if (table.name, column.name) == but]
    for row in _rows(connection, table):
        for place in left_out:
            row[place] = None
        total.update(orjson.dumps(row))
        rows += 1
    return MovedTable(table.name, rows, total.hexdigest())


def _rows(connection: Connection, table: Table) -> Iterator[list[Any]]:
    wanted = select(table).order_by(*table.primary_key.columns)
    truths = [place for place, column in enumerate(table.columns) if isinstance(column.type, Boolean)]
    for found in connection.execute(wanted, execution_options={"yield_per": _BLOCK}):
        row = list(found)
        for place in truths:
            row[place] = None if row[place] is None else bool(row[place])
        yield row


def _used(taken: Connection, wanted: Iterable[Table]) -> str:
    """Return the first table with rows of somebody's, "" where nobody has worked in a database yet."""
    for table in wanted:
        some = select(1).select_from(table).limit(1)
        if table.name == "phone":
            some = some.where(~_shipped(table))
        if taken.execute(some).first() is not None:
            return table.name
    return ""


def _shipped(phones: Table) -> ColumnElement[bool]:
    """The phones that every workspace begins with."""
    return (phones.c.own == 0) & (phones.c.number == 0)


def _copy(given: Connection, taken: Connection, table: Table) -> None:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    driver = taken.connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
        for row in _rows(given, table):
            if any(isinstance(value, str) and "\0" in value for value in row):
                raise Refused(problem("move.zero_byte", table=table.name))
            copy.write_row(row)


def _keep_ends(given: Connection, taken: Connection, wanted: Sequence[Table]) -> None:
    """Go on counting where the file stopped: an id that was given once is never given again."""
    kept = {str(row[0]): int(row[1]) for row in given.execute(text("SELECT name, seq FROM sqlite_sequence"))}
    for table in wanted:
        key = [column.name for column in table.primary_key.columns]
        sequence = taken.execute(
            text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": key[0]}
        ).scalar()
        if len(key) != 1 or sequence is None:
            continue
        column = table.c[key[0]]
        last = taken.execute(select(column).order_by(column.desc()).limit(1)).scalar() or 0
        last = max(int(last), int(kept.get(table.name, 0)))
        if last > 0:
            taken.execute(text("SELECT setval(:name, :last)"), {"name": sequence, "last": last})
    taken.execute(
        text("UPDATE koodesk_audit_end SET last = greatest(last, :last)"), {"last": int(kept.get("audit", 0))}
    )


def _go_on(report: Report, cancel: Cancel, done: int, total: int) -> None:
    if cancel():
        raise Refused(problem("move.cancelled"))
    report(Progress("move", done, total))
