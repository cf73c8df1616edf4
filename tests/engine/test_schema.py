# SPDX-License-Identifier: Apache-2.0
"""The database: append-only by triggers, ours or refused, one transaction a group."""

import asyncio
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest

from koodesk.backend.storage import backup_check
from koodesk.engine.acceptance_log import acceptances
from koodesk.engine.errors import ApiError
from koodesk.engine.schema import (
    DATABASE_NAME,
    SCHEMA_VERSION,
    ForeignDatabase,
    open_database,
    sqlite_module,
    wal_is_safe,
)
from koodesk.engine.store import Store, read_meta, write_meta
from tests.engine import video
from tests.engine.client import batch
from tests.engine.inside import DAY_MS, Inside

FIRST_SCHEMA = Path(__file__).parents[1] / "fixtures" / "v1-engine.sql"
"""Everything cleared for a smart send, a batch of four with eleven receipts told, and a batch of two with none told."""

SECOND_SCHEMA = FIRST_SCHEMA.with_name("v2-engine.sql")
"""What a story of 60 recipients left in an engine of schema 2."""

THIRD_SCHEMA = FIRST_SCHEMA.with_name("v3-engine.sql")
"""What a service account's story of 60 recipients left in an engine of schema 3."""

TOLD = [
    (240518168600, "sms"),
    (240518168592, "sms"),
    (240518168601, "shortchain"),
    (240518168593, "shortchain"),
    (240518168576, "sms"),
    (240518168584, "sms"),
    (240518168577, "shortchain"),
    (240518168602, "exposed"),
    (240518168585, "shortchain"),
    (240518168586, "exposed"),
    (240518168578, "exposed"),
]
"""(id, kind) of the eleven."""


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


@pytest.fixture
def old_folder(tmp_path: Path) -> Path:
    """A folder as the first release left it."""
    with sqlite3.connect(tmp_path / DATABASE_NAME) as old:
        old.executescript(FIRST_SCHEMA.read_text("utf-8"))
    old.close()
    return tmp_path


@pytest.fixture
def second_folder(tmp_path: Path) -> Path:
    """A folder as an engine of schema 2 left it."""
    folder = tmp_path / "second"
    folder.mkdir()
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as old:
        old.executescript(SECOND_SCHEMA.read_text("utf-8"))
    return folder


@pytest.fixture
def third_folder(tmp_path: Path) -> Path:
    """A folder as an engine of schema 3 left it."""
    folder = tmp_path / "third"
    folder.mkdir()
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as old:
        old.executescript(THIRD_SCHEMA.read_text("utf-8"))
    return folder


def test_an_old_database_opens_with_all_it_holds(old_folder: Path) -> None:
    before = list(acceptances(old_folder))
    assert [line["chunk"] for line in before] == ["v1-000001"] * 4 + ["v1-000002"] * 2
    inside = Inside(old_folder)
    inside.now_ms = 1_798_509_600_000
    assert inside.connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION > 1
    assert list(acceptances(old_folder)) == before
    # The same key and bytes still give the first answer.
    stored = inside.connection.execute("SELECT body FROM batch_body WHERE batch_id = 1").fetchone()[0]
    answer = orjson.loads(inside.accept_bytes("v1-000001", zlib.decompress(stored)))
    assert answer["results"] == [[13_800_000_000 + i, "accepted", str(30_064_771_072 + i)] for i in range(4)]
    told = inside.acceptance.message(inside.connection, 30_064_771_073)
    assert (told["kind"], told["number"]) == ("smart", 13_800_000_001)
    # Receipts that were told keep their numbers, the others follow.
    assert [(one[0], one[2]) for one in inside.feed()] == TOLD
    inside.now_ms += 4 * DAY_MS
    feed = inside.feed()
    assert [(one[0], one[2]) for one in feed[:11]] == TOLD
    assert {one[1] for one in feed if one[2] == "sms"} == {line["message"] for line in before}
    inside.connection.close()


def test_an_old_engine_goes_on_with_video(old_folder: Path) -> None:
    inside = Inside(old_folder)
    inside.now_ms = 1_798_509_600_000
    tpl = video.clear(inside)
    answer = inside.accept("v-1", video.batch(tpl, 3))
    assert [int(one[2]) for one in answer["results"]] == [30_064_771_078 + i for i in range(3)]
    found = inside.connection.execute("SELECT id, kind FROM batch ORDER BY id").fetchall()
    assert [tuple(one) for one in found] == [(1, "smart"), (2, "smart"), (3, "video")]
    inside.reopen()
    assert len(list(acceptances(old_folder))) == 9
    with pytest.raises(sqlite_module().IntegrityError, match="append-only"):
        inside.connection.execute("DELETE FROM acceptance")
    inside.connection.close()


@pytest.mark.parametrize("left_by", ["second_folder", "third_folder"])
def test_a_story_of_an_old_schema_is_all_there(left_by: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(left_by)
    before = list(acceptances(folder))
    assert len({line["recipient"] for line in before}) == len(before) == 60
    inside = Inside(folder)
    assert list(acceptances(folder)) == before
    told = inside.acceptance.message(inside.connection, int(before[-1]["message"]))
    assert (told["kind"], told["card"]) == ("smart", True)
    inside.connection.close()


@pytest.mark.parametrize("left_by", ["old_folder", "second_folder", "third_folder"])
def test_old_and_new_have_the_same_tables(left_by: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(left_by)
    old = Inside(folder)

    def columns(engine: Inside) -> dict[str, set[str]]:
        tables = [
            row[0] for row in engine.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        ]
        return {
            table: {row[1] for row in engine.connection.execute(f"PRAGMA table_info({table})")}
            for table in tables
        }

    def others(engine: Inside) -> set[tuple[str, str]]:
        rows = engine.connection.execute("SELECT type, name FROM sqlite_schema WHERE type != 'table'")
        return {tuple(row) for row in rows}

    new_folder = folder / "new"
    new_folder.mkdir()
    new = Inside(new_folder)
    assert (columns(old), others(old)) == (columns(new), others(new))
    for engine in (old, new):
        engine.connection.close()


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


def test_a_backup_takes_this_schema() -> None:
    assert backup_check.ENGINE_SCHEMA == SCHEMA_VERSION
