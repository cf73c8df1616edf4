# SPDX-License-Identifier: Apache-2.0
"""The database: append-only by triggers, ours or refused, one transaction a group."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from koodesk.engine.acceptance_log import acceptances
from koodesk.engine.errors import ApiError
from koodesk.engine.schema import (
    DATABASE_NAME,
    ForeignDatabase,
    open_database,
    sqlite_module,
    wal_is_safe,
)
from koodesk.engine.store import Store, read_meta, write_meta
from tests.engine.client import batch
from tests.engine.inside import Inside


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM acceptance",
        "UPDATE acceptance SET recipient = x'00'",
        "UPDATE acceptance SET message = message + 1",
        "INSERT OR REPLACE INTO acceptance SELECT message, x'00', chunk FROM acceptance",
        "DELETE FROM acceptance_chunk",
        "UPDATE acceptance_chunk SET at_ms = 0",
        "INSERT OR REPLACE INTO acceptance_chunk SELECT id, 'x', key, at_ms FROM acceptance_chunk",
    ],
)
def test_the_record_of_acceptances_cannot_be_changed(inside: Inside, statement: str) -> None:
    inside.accept("k", batch(inside.clear(), 13_800_000_000, 3))
    before = inside.acceptances()
    with pytest.raises(sqlite_module().IntegrityError, match="append-only"):
        inside.connection.execute(statement)
    assert inside.acceptances() == before


def test_the_log_reads_the_file_alone_and_one_campaign(inside: Inside) -> None:
    tpl = inside.clear()
    inside.accept("k1", batch(tpl, 13_800_000_000, 3))
    inside.accept("k2", batch(tpl, 13_800_000_000, 2, campaign="c-2"))
    lines = list(acceptances(inside.folder))
    assert [line["chunk"] for line in lines] == ["k1"] * 3 + ["k2"] * 2
    assert set(lines[0]) == {"campaign", "recipient", "chunk", "message", "at_ms"}
    # The hash is stable: the same number is the same recipient in every campaign.
    assert [line["recipient"] for line in lines[:2]] == [line["recipient"] for line in lines[3:]]
    assert "13800000000" not in str(lines)
    assert [line["chunk"] for line in acceptances(inside.folder, "c-2")] == ["k2", "k2"]
    assert list(acceptances(inside.folder, "none")) == []


def test_a_folder_without_an_engine_has_an_empty_log(tmp_path: Path) -> None:
    assert list(acceptances(tmp_path)) == []
    assert list(tmp_path.iterdir()) == []


def test_another_programs_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / DATABASE_NAME) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    with pytest.raises(ForeignDatabase):
        open_database(tmp_path)
    with pytest.raises(ForeignDatabase):
        list(acceptances(tmp_path))


def test_a_newer_database_is_refused(inside: Inside) -> None:
    inside.connection.execute("PRAGMA user_version=99")
    with pytest.raises(ForeignDatabase):
        open_database(inside.folder)


@pytest.mark.parametrize(
    ("version", "safe"),
    [((3, 40, 1), False), ((3, 51, 2), False), ((3, 51, 3), True), ((3, 52, 0), False), ((3, 53, 0), True)],
)
def test_wal_only_where_it_is_safe(version: tuple[int, ...], safe: bool) -> None:
    assert wal_is_safe(version) is safe


def test_writes_are_durable(inside: Inside) -> None:
    assert inside.connection.execute("PRAGMA synchronous").fetchone()[0] == 2


def test_a_job_that_fails_takes_nobody_with_it(tmp_path: Path) -> None:
    def write(value: str) -> Any:
        return lambda connection: write_meta(connection, value, value)

    def fail(connection: Any) -> None:
        write_meta(connection, "lost", "lost")
        raise ApiError(400, "KD.TEST", "on purpose")

    async def story(store: Store) -> list[Any]:
        jobs = [write("one"), fail, write("two")]
        return list(await asyncio.gather(*map(store.run, jobs), return_exceptions=True))

    store = Store(tmp_path)
    found = asyncio.run(story(store))
    store.close()
    assert [type(one) for one in found] == [type(None), ApiError, type(None)]
    connection = open_database(tmp_path)
    assert read_meta(connection, "one") == "one"
    assert read_meta(connection, "two") == "two"
    with pytest.raises(KeyError):
        read_meta(connection, "lost")
    connection.close()


def test_a_full_disk_is_said_and_nothing_is_half_done(tmp_path: Path) -> None:
    def fill(connection: Any) -> None:
        connection.execute("CREATE TABLE big (x)")
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 2}")
        connection.execute("INSERT INTO big VALUES (zeroblob(1000000))")

    async def story(store: Store) -> list[Any]:
        jobs = [fill, lambda connection: write_meta(connection, "small", "small")]
        return list(await asyncio.gather(*map(store.run, jobs), return_exceptions=True))

    store = Store(tmp_path)
    full, small = asyncio.run(story(store))
    assert isinstance(full, ApiError)
    assert (full.status, full.code) == (507, "KD.STORAGE")
    store.close()
    connection = open_database(tmp_path)
    assert connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'big'").fetchone()[0] == 0
    kept = connection.execute("SELECT count(*) FROM meta WHERE name = 'small'").fetchone()[0]
    # Whether the other job could still be written is the disk's matter; what was said is what is there.
    assert kept == (0 if isinstance(small, ApiError) else 1)
    connection.close()
