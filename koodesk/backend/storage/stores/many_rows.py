# SPDX-License-Identifier: Apache-2.0
"""Rows of Python into a table: to SQLite fifty a statement, half the time a row of `executemany` takes; to PostgreSQL all
of them as one array a column."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, Final

from sqlalchemy import Connection

AT_ONCE: Final = 50


class PutRows:
    """A statement with `VALUES {}` for its rows, and the type of each column, BIGINT or TEXT."""

    def __init__(self, statement: str, columns: Sequence[str]) -> None:
        row = f"({', '.join('?' * len(columns))})"
        self.many: Final = statement.format(", ".join([row] * AT_ONCE))
        self.one: Final = statement.format(row)
        arrays = ", ".join(f"CAST(? AS {column}[])" for column in columns)
        names = ", ".join(f"column{place}" for place in range(1, len(columns) + 1))
        self.arrays: Final = statement.replace(
            "VALUES {}",
            f"SELECT * FROM unnest({arrays}) AS of_rows ({names})",  # noqa: S608 - words of this program
        )


def put_rows(connection: Connection, put: PutRows, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run a statement over rows, in their order."""
    if connection.dialect.name == "postgresql":
        if rows:
            connection.exec_driver_sql(put.arrays, tuple(list(column) for column in zip(*rows, strict=True)))
        return
    whole = len(rows) // AT_ONCE * AT_ONCE
    if whole:
        connection.exec_driver_sql(
            put.many, [tuple(chain.from_iterable(rows[at : at + AT_ONCE])) for at in range(0, whole, AT_ONCE)]
        )
    if whole < len(rows):
        connection.exec_driver_sql(put.one, [tuple(row) for row in rows[whole:]])
