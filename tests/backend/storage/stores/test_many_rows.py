# SPDX-License-Identifier: Apache-2.0
"""Rows of Python into a table, whatever they hold."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.backend.storage.stores.many_rows import AT_ONCE, PutRows, as_texts, put_rows
from tests.databases import open_database

_PUT = PutRows("INSERT INTO kept (a, b, c) SELECT * FROM (VALUES {}) given", ("BIGINT", "TEXT", "BIGINT"))
_HOSTILE = ("", "\x1e", "\x1f", "a\x1fb", "NULL", "{}", '"', "\\", "'", ",", "中文🙂", "\n\t", "%s ? :a")


@pytest.mark.both_databases
def test_rows_come_out_as_they_went_in(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TEMP TABLE kept (a INTEGER, b TEXT, c INTEGER)")
        for texts in (_HOSTILE, ("",), ("a", None), (None,), ("plain",)):
            for count in (0, 1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 7 * AT_ONCE):
                rows = [(n, texts[n % len(texts)], -n if n % 3 else None) for n in range(count)]
                put_rows(connection, _PUT, rows)
                found = connection.exec_driver_sql("SELECT * FROM kept ORDER BY a")
                assert [tuple(row) for row in found] == rows, (texts, count)
                connection.exec_driver_sql("DELETE FROM kept")
    database.close()


@given(st.lists(st.tuples(st.integers(), st.none() | st.text()), max_size=2 * AT_ONCE))
def test_what_would_be_read_as_something_else_is_no_text(rows: list[tuple[int, str | None]]) -> None:
    texts = as_texts(rows)
    if texts is not None:
        told = [None if value == "\x1e" else value for value in texts[1].split("\x1f")]
        assert told == [row[1] for row in rows]
        assert texts[0].split("\x1f") == [str(row[0]) for row in rows]
    elif len(rows) >= AT_ONCE:
        assert any(sign in (row[1] or "") for row in rows for sign in "\x1e\x1f")
