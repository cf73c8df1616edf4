# SPDX-License-Identifier: Apache-2.0
"""Rows of Python into a table: to SQLite fifty a statement, half the time a row of `executemany` takes; to PostgreSQL all
of them as one text a column, which the server takes apart: the driver makes an array value by value, in the interpreter."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row


AT_ONCE: Final = 50
_BETWEEN, _NOTHING = "\x1f", "\x1e"
"""Between two values of a column, and in the place of NULL. A column that has either sign in a value goes as an array."""


class PutRows:
    """A statement with `VALUES {}` for its rows, and the type of each column, BIGINT or TEXT."""

    def __init__(self, statement: str, columns: Sequence[str]) -> None:
        row = f"({', '.join('?' * len(columns))})"
        self.many: Final = statement.format(", ".join([row] * AT_ONCE))
        self.one: Final = statement.format(row)
        rows = "SELECT * FROM "
        self.texts: Final = statement.replace("VALUES {}", rows + of_texts(columns))
        self.arrays: Final = statement.replace("VALUES {}", rows + of_arrays(columns))


def of_arrays(columns: Sequence[str]) -> str:
    """Return PostgreSQL's rows `column1`, `column2`, ... of one array a column, for FROM."""
    return _unnested([f"CAST(? AS {column}[])" for column in columns])


def of_texts(columns: Sequence[str]) -> str:
    """Return the same of one text a column (`as_texts`)."""
    apart = f"string_to_array(?, chr({ord(_BETWEEN)}), chr({ord(_NOTHING)}))"
    return _unnested([apart if column == "TEXT" else f"CAST({apart} AS {column}[])" for column in columns])


def _unnested(arrays: Sequence[str]) -> str:
    names = ", ".join(f"column{place}" for place in range(1, len(arrays) + 1))
    return f"unnest({', '.join(arrays)}) AS of_rows ({names})"


def as_texts(rows: Sequence[tuple[Any, ...]]) -> tuple[str, ...] | None:
    """Return rows as a text a column; None where they do not go into one: a value has a sign that stands for something
    else, or there are too few rows to be worth it (a single empty text would be no row at all)."""
    if len(rows) < AT_ONCE:
        return None
    texts: list[str] = []
    for column in zip(*rows, strict=True):
        nothing = column.count(None)
        text = (
            _BETWEEN.join(_NOTHING if one is None else str(one) for one in column)
            if nothing
            else _joined(column)
        )
        if text.count(_BETWEEN) != len(rows) - 1 or text.count(_NOTHING) != nothing:
            return None
        texts.append(text)
    return tuple(texts)


def _joined(column: Sequence[Any]) -> str:
    return _BETWEEN.join(column if isinstance(column[0], str) else map(str, column))


def as_arrays(rows: Sequence[tuple[Any, ...]]) -> tuple[list[Any], ...]:
    """Return rows as an array a column."""
    return tuple(list(column) for column in zip(*rows, strict=True))


def put_rows(
    connection: Connection,
    put: PutRows,
    rows: Sequence[tuple[Any, ...]],
    *more: Any,
    texts: tuple[str, ...] | None = None,
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Run a statement over rows, in their order. A statement that is PostgreSQL's alone may have `more` values behind the
    rows', and its answer is returned; `texts` are the rows' where they were made before (`as_texts`)."""
    if connection.dialect.name == "postgresql":
        if not rows:
            return ()
        texts = texts or as_texts(rows)
        found = (
            connection.exec_driver_sql(put.arrays, (*as_arrays(rows), *more))
            if texts is None
            else connection.exec_driver_sql(put.texts, (*texts, *more))
        )
        return found.fetchall() if found.returns_rows else ()
    whole = len(rows) // AT_ONCE * AT_ONCE
    if whole:
        connection.exec_driver_sql(
            put.many, [tuple(chain.from_iterable(rows[at : at + AT_ONCE])) for at in range(0, whole, AT_ONCE)]
        )
    if whole < len(rows):
        connection.exec_driver_sql(put.one, [tuple(row) for row in rows[whole:]])
    return ()
