# SPDX-License-Identifier: Apache-2.0
"""The step to schema 6: a team's database walks it too, and what the real platform had made before is somebody's, or nobody
knows whose."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from koodesk.backend.storage.database import Database
from tests.backend.storage.test_old_workspaces import FIXTURES
from tests.databases import TeamServer

_COLUMNS = (
    "SELECT table_name, column_name, ordinal_position, data_type, is_nullable, column_default, collation_name "
    "FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
)
_CONSTRAINTS = (
    "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 ORDER BY 1, 2"
)


@pytest.mark.parametrize(
    ("callers", "account"),
    [([], ""), (["ours"], "ours"), (["ours", "theirs"], ""), (["ours", "ours"], "ours")],
    ids=["no call was ever made", "one key", "two keys", "one key twice"],
)
def test_records_of_before_are_the_only_key_s_or_nobody_knows_whose(
    tmp_path: Path, callers: list[str], account: str
) -> None:
    path = tmp_path / "koodesk.db"
    shutil.copy(FIXTURES / "v5-workspace.db", path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO cloud_made VALUES (7, 'card', '1', 'd', 'n', 'made', 5, 'T1', 0, 0, 'told', 1, 3)"
        )
        connection.execute("INSERT INTO cloud_upload VALUES ('picture', 'd', '', 'n', 5, 'R1', '', 6)")
        connection.executemany(
            "INSERT INTO cloud_caller (caller, since_ms) VALUES (?, 1)", [(one,) for one in callers]
        )
    database = Database(path)
    database.prepare()
    database.close()
    with closing(sqlite3.connect(path)) as connection:
        made = connection.execute("SELECT * FROM cloud_made").fetchall()
        upload = connection.execute("SELECT * FROM cloud_upload").fetchall()
    assert made == [(7, "card", "1", "d", "n", "made", 5, "T1", 0, 0, "told", 1, 3, account)]
    assert upload == [("picture", "d", "", "n", 5, "R1", "", 6, account)]


@pytest.fixture
def old_and_new(_team_server: TeamServer) -> Iterator[tuple[str, str]]:
    """A database of a team as a release of schema 5 made it, and an empty one."""
    old, new = _team_server.server.create("kd_of_5"), _team_server.server.create("kd_of_6")
    with psycopg.connect(_plain(old), autocommit=True) as connection:
        connection.execute((FIXTURES / "v5-team.sql").read_text("utf-8").encode())
    yield old, new
    for name in ("kd_of_5", "kd_of_6"):
        _team_server.server.drop(name)


def test_a_teams_database_of_before_becomes_what_a_new_one_is(
    old_and_new: tuple[str, str], tmp_path: Path
) -> None:
    old, new = old_and_new
    for url in (old, new, old):
        database = Database(tmp_path / "koodesk.db", url=url)
        database.prepare()
        database.close()
    looks = []
    for url in (old, new):
        with psycopg.connect(_plain(url)) as connection:
            looks.append([connection.execute(asked).fetchall() for asked in (_COLUMNS, _CONSTRAINTS)])
    assert looks[0] == looks[1]
    with psycopg.connect(_plain(old)) as connection:
        made = connection.execute("SELECT cloud_id, account FROM cloud_made").fetchall()
        upload = connection.execute("SELECT cloud_id, account FROM cloud_upload").fetchall()
        export = connection.execute("SELECT state, place, user_id, main FROM export_job").fetchall()
        version = connection.execute("SELECT version FROM koodesk_schema").fetchall()
    assert (made, upload) == ([("200000001", "")], [("r1", "")])
    assert (export, version) == ([("finished", "", 0, 0)], [(6,)])


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg", "postgresql")
