# SPDX-License-Identifier: Apache-2.0
"""A file of SQLite for who says only statements of his own, as the worker does: the driver with the few words of SQLAlchemy's
connections that the stores of sending use. Loading SQLAlchemy is more than half of what starting a worker takes, and its layers
are a part of what each statement takes (docs/decisions/0066).

Errors are the driver's own. A statement that is built from tables needs SQLAlchemy, and a `Database` that is not `plain`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

Row = tuple[Any, ...]


class PlainResult:
    """What a statement gave; rows are tuples. Which words mean what is SQLAlchemy's `CursorResult`."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    @property
    def rowcount(self) -> int:
        """Return how many rows were changed."""
        return int(self._cursor.rowcount)

    @property
    def returns_rows(self) -> bool:
        """Tell whether the statement is one that gives rows."""
        return self._cursor.description is not None

    def __iter__(self) -> Iterator[Row]:
        return iter(self._cursor)

    def fetchall(self) -> list[Row]:
        """Return all rows."""
        rows: list[Row] = self._cursor.fetchall()
        return rows

    all = fetchall

    def first(self) -> Row | None:
        """Return the first row, None when there is none."""
        row: Row | None = self._cursor.fetchone()
        self._cursor.close()
        return row

    def one(self) -> Row:
        """Return the only row. Raises LookupError when there is none or another."""
        row: Row | None = self._cursor.fetchone()
        if row is None or self._cursor.fetchone() is not None:
            raise LookupError("not one row")
        return row

    def scalar(self) -> Any:
        """Return the first value of the first row, None when there is none."""
        row = self.first()
        return None if row is None else row[0]

    def scalar_one(self) -> Any:
        """Return the first value of the only row. Raises LookupError."""
        return self.one()[0]

    def scalars(self) -> PlainScalars:
        """Return the first value of each row."""
        return PlainScalars(self._cursor)


class PlainScalars:
    """The first values of rows."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def __iter__(self) -> Iterator[Any]:
        return (row[0] for row in self._cursor)

    def all(self) -> list[Any]:
        """Return all of them."""
        return list(self)


class _Dialect:
    name: Final = "sqlite"


class PlainConnection:
    """A connection in the transaction that somebody has begun."""

    dialect: Final = _Dialect()
    invalidated: Final = False

    def __init__(self, driver_connection: Any) -> None:
        self.driver_connection: Final = driver_connection

    @property
    def connection(self) -> PlainConnection:
        """Return what has the driver's connection."""
        return self

    def exec_driver_sql(
        self, statement: str, parameters: tuple[Any, ...] | Sequence[tuple[Any, ...]] = ()
    ) -> PlainResult:
        """Run a statement with a tuple of values, or with each tuple of a list."""
        if isinstance(parameters, list) and parameters:
            return PlainResult(self.driver_connection.executemany(statement, parameters))
        return PlainResult(self.driver_connection.execute(statement, parameters))


class PlainEngine:
    """Connections that are kept open for whoever comes next. Safe to use from several threads."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._kept: list[Any] = []
        self._lock = threading.Lock()
        self._given_back = 0

    @contextmanager
    def connect(self) -> Iterator[PlainConnection]:
        """Lend a connection. One that comes back in the middle of a transaction forgets it."""
        with self._lock:
            lent, turn = self._kept.pop() if self._kept else None, self._given_back
        driver_connection = lent if lent is not None else self._connect()
        try:
            yield PlainConnection(driver_connection)
            if driver_connection.in_transaction:
                driver_connection.rollback()
        except BaseException:
            if driver_connection.in_transaction:
                driver_connection.close()  # how it stands nobody knows: the next gets another
                driver_connection = None
            raise
        finally:
            if driver_connection is not None:
                self._take_back(driver_connection, turn)

    def _take_back(self, driver_connection: Any, turn: int) -> None:
        with self._lock:
            if turn == self._given_back:
                self._kept.append(driver_connection)
                return
        driver_connection.close()

    def dispose(self) -> None:
        """Close what is kept; what is lent is closed when it comes back."""
        with self._lock:
            kept, self._kept = self._kept, []
            self._given_back += 1
        for driver_connection in kept:
            driver_connection.close()
