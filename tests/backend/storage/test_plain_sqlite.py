# SPDX-License-Identifier: Apache-2.0
"""A file without SQLAlchemy says what it says with it, keeps its promises, and refuses in the same words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from koodesk.backend.storage.database import Database
from koodesk.domain.problem import Refused


@pytest.fixture(params=[False, True], ids=["sqlalchemy", "plain"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "koodesk.db", plain=request.param)
    opened.prepare()
    with opened.write() as connection:
        connection.exec_driver_sql("CREATE TABLE thing (id INTEGER PRIMARY KEY, word TEXT UNIQUE)")
    yield opened
    opened.close()


def put(connection: Connection, *words: str) -> int:
    return connection.exec_driver_sql(
        "INSERT INTO thing (word) VALUES (?)", [(word,) for word in words]
    ).rowcount


def fill_the_disk(connection: Connection) -> None:
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    put(connection, *(f"{'x' * 4_000}{place}" for place in range(40)))


def test_results_are_the_same(database: Database) -> None:
    with database.write() as connection:
        assert put(connection, "a", "b") == 2
        changed = connection.exec_driver_sql("UPDATE thing SET word = 'c' WHERE word = ?", ("b",))
        assert (changed.rowcount, changed.returns_rows) == (1, False)

    def ask(connection: Connection) -> Any:
        return connection.exec_driver_sql("SELECT id, word FROM thing ORDER BY id")

    with database.read() as connection:
        assert connection.dialect.name == "sqlite"
        assert [tuple(row) for row in ask(connection)] == [(1, "a"), (2, "c")]
        assert [tuple(row) for row in ask(connection).fetchall()] == [(1, "a"), (2, "c")]
        assert [tuple(row) for row in ask(connection).all()] == [(1, "a"), (2, "c")]
        assert tuple(ask(connection).first()) == (1, "a")
        assert ask(connection).scalar() == 1
        assert ask(connection).scalars().all() == list(ask(connection).scalars()) == [1, 2]
        assert ask(connection).returns_rows
        one = connection.exec_driver_sql("SELECT count(*), 7 FROM thing")
        assert tuple(one.one()) == (2, 7)
        assert connection.exec_driver_sql("SELECT count(*) FROM thing").scalar_one() == 2
        nobody = "SELECT id FROM thing WHERE word = 'z'"
        assert connection.exec_driver_sql(nobody).first() is None
        assert connection.exec_driver_sql(nobody).scalar() is None


@pytest.mark.parametrize("rows", ["SELECT 1 WHERE false", "SELECT 1 UNION SELECT 2"])
def test_not_one_row_is_an_error(database: Database, rows: str) -> None:
    with database.read() as connection, pytest.raises(Exception, match=r"(?i)row"):
        connection.exec_driver_sql(rows).one()


def test_what_fails_is_forgotten_whole(database: Database) -> None:
    with pytest.raises(Exception, match="UNIQUE"), database.write() as connection:
        put(connection, "a", "a")
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM thing").scalar_one() == 0
    with database.write() as connection:
        assert put(connection, "a") == 1


def test_a_full_disk_is_a_refusal(database: Database) -> None:
    with pytest.raises(Refused) as refused, database.write() as connection:
        fill_the_disk(connection)
    assert refused.value.problems[0].code == "storage.disk_full"
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM thing").scalar_one() == 0


def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    with database.read() as before:
        assert before.exec_driver_sql("SELECT count(*) FROM thing").scalar_one() == 0
        with database.write() as connection:
            put(connection, "a")
        assert before.exec_driver_sql("SELECT count(*) FROM thing").scalar_one() == 0
    with database.read() as after:
        assert after.exec_driver_sql("SELECT count(*) FROM thing").scalar_one() == 1


def test_each_connection_is_set_up_alike(database: Database) -> None:
    asked = ("foreign_keys", "synchronous", "trusted_schema", "recursive_triggers", "temp_store")
    with database.read() as one, database.read() as other:
        for connection in (one, other):
            told = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in asked]
            assert told == [1, 2, 0, 1, 2]


def test_what_was_prepared_before_a_write_is_there_in_it(database: Database) -> None:
    entered: list[str] = []

    class Alone:
        def __enter__(self) -> None:
            with database.write() as connection:  # nothing is held up by what is being prepared
                put(connection, "meanwhile")
            entered.append("in")

        def __exit__(self, *_: object) -> None:
            entered.append("out")

    def prepare(connection: Connection) -> None:
        assert not entered
        connection.exec_driver_sql("CREATE TEMP TABLE told (word TEXT)")
        connection.exec_driver_sql("INSERT INTO temp.told VALUES ('told')")

    with database.write_after(prepare, Alone()) as connection:
        connection.exec_driver_sql("INSERT INTO thing (word) SELECT word FROM temp.told")
        assert entered == ["in"]
    assert entered == ["in", "out"]
    with database.read() as connection:
        found = connection.exec_driver_sql("SELECT word FROM thing ORDER BY id").scalars().all()
    assert found == ["meanwhile", "told"]


def test_a_plain_file_is_made_and_checked_as_any(tmp_path: Path) -> None:
    path = tmp_path / "koodesk.db"
    new = Database(path, plain=True)
    new.prepare()
    with new.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM campaign").scalar_one() == 0
    new.close()
    with sqlite3.connect(path) as there:
        there.execute("PRAGMA user_version = 99")
    there.close()
    newer = Database(path, plain=True)
    with pytest.raises(Refused) as refused:
        newer.prepare()
    newer.close()
    assert refused.value.problems[0].code == "storage.newer"
