# SPDX-License-Identifier: Apache-2.0
"""The account: opened once by who may, and what it stops afterwards."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from koodesk.engine import account
from koodesk.engine.errors import ApiError
from koodesk.engine.schema import DATABASE_NAME, open_database
from tests.engine.client import batch, filing
from tests.engine.inside import MONDAY_TEN, Inside

FIXTURES = Path(__file__).parents[1] / "fixtures"


@pytest.fixture
def closed(tmp_path: Path) -> Any:
    engine = Inside(tmp_path, opened=False)
    yield engine
    engine.connection.close()


def refused(call: Any) -> tuple[int, str]:
    with pytest.raises(ApiError) as failure:
        call()
    return failure.value.status, failure.value.code


def test_a_new_engine_is_verified_and_not_opened(closed: Inside) -> None:
    assert account.get(closed.connection) == {
        "enterprise": "",
        "verified": True,
        "state": "normal",
        "opened_ms": 0,
        "protection": False,
        "balance": 0,
    }
    assert refused(lambda: closed.hand_in("filing", "f", filing())) == (403, "KD.ACCOUNT_NOT_OPENED")
    assert refused(lambda: closed.accept("k", batch("1", 13_800_000_000, 1))) == (
        403,
        "KD.ACCOUNT_NOT_OPENED",
    )


@pytest.mark.parametrize(
    ("change", "given", "told"),
    [
        ({}, {}, (400, "KD.ACCOUNT_NOT_AGREED")),
        ({}, {"agreed": 1}, (400, "KD.ACCOUNT_NOT_AGREED")),
        ({}, {"agreed": "true"}, (400, "KD.ACCOUNT_NOT_AGREED")),
        ({}, [], (400, "KD.ACCOUNT_NOT_AGREED")),
        ({"verified": False}, {"agreed": True}, (403, "KD.ACCOUNT_NOT_VERIFIED")),
        ({"state": "arrears"}, {"agreed": True}, (403, "KD.ACCOUNT_NOT_NORMAL")),
        ({"state": "retention"}, {"agreed": True}, (403, "KD.ACCOUNT_NOT_NORMAL")),
        ({"state": "frozen"}, {"agreed": True}, (403, "KD.ACCOUNT_NOT_NORMAL")),
    ],
)
def test_what_keeps_it_closed(
    closed: Inside, change: dict[str, Any], given: object, told: tuple[int, str]
) -> None:
    account.change(closed.connection, change)
    assert refused(lambda: account.open_service(closed.connection, given, closed.now_ms)) == told
    assert account.get(closed.connection)["opened_ms"] == 0


def test_it_is_opened_once(closed: Inside) -> None:
    opened = account.open_service(closed.connection, {"agreed": True}, closed.now_ms)
    assert opened["opened_ms"] == MONDAY_TEN
    # Asked again nothing happens, with or without agreement, whatever the state has become.
    account.change(closed.connection, {"state": "frozen"})
    again = account.open_service(closed.connection, {}, closed.now_ms + 1)
    assert (again["opened_ms"], again["state"]) == (MONDAY_TEN, "frozen")


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("normal", ""),
        ("arrears", ""),
        ("retention", "KD.ACCOUNT_RETENTION"),
        ("frozen", "KD.ACCOUNT_FROZEN"),
    ],
)
def test_what_each_state_takes(inside: Inside, state: str, code: str) -> None:
    body = batch(inside.clear(), 13_800_000_000, 2)
    first = inside.accept("k1", body)
    review = inside.hand_in("filing", "again", filing())
    account.change(inside.connection, {"state": state})
    # What was taken before is the same answer still, whatever the account has come to.
    assert inside.accept("k1", body) == first
    assert inside.hand_in("filing", "again", filing()) == review
    if code:
        assert refused(lambda: inside.accept("k2", body)) == (403, code)
        assert refused(lambda: inside.hand_in("filing", "new", filing())) == (403, code)
        assert len(inside.acceptances()) == 2
    else:
        inside.accept("k2", body)
        inside.hand_in("filing", "new", filing())
        assert len(inside.acceptances()) == 4


@pytest.mark.parametrize(
    "given",
    [
        {"state": "rich"},
        {"state": 1},
        {"verified": 1},
        {"protection": "yes"},
        {"enterprise": 1},
        {"enterprise": "云" * 101},
        {"enterprise": "云\n杉"},
        {"opened_ms": 1},
        {"balance": 10**9},
        {"id": 2},
        [],
        None,
    ],
)
def test_hostile_changes_are_refused(inside: Inside, given: object) -> None:
    before = account.get(inside.connection)
    assert refused(lambda: account.change(inside.connection, given)) == (400, "KD.FIELD")
    assert account.get(inside.connection) == before


def test_a_name_at_the_limit_is_kept(inside: Inside) -> None:
    told = account.change(inside.connection, {"enterprise": "云" * 100, "protection": True})
    assert (told["enterprise"], told["protection"]) == ("云" * 100, True)


@pytest.mark.parametrize("fixture", ["v1-engine.sql", "v2-engine.sql"])
def test_an_engine_that_worked_before_there_were_accounts_is_opened(tmp_path: Path, fixture: str) -> None:
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as old:
        old.executescript((FIXTURES / fixture).read_text("utf-8"))
    connection = open_database(tmp_path)
    first = connection.execute("SELECT min(submitted_ms) FROM review").fetchone()[0]
    assert account.get(connection)["opened_ms"] == first > 0
    connection.close()


def test_an_old_engine_that_was_never_used_is_not_opened(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as old:
        old.executescript((FIXTURES / "v2-engine.sql").read_text("utf-8"))
        for table in ("review", "review_change", "batch", "batch_body", "batch_plan", "batch_feed"):
            old.execute(f"DELETE FROM {table}")
        for table in ("acceptance", "acceptance_chunk"):
            old.execute(f"DROP TRIGGER {table}_no_delete")
            old.execute(f"DELETE FROM {table}")
        old.commit()
    connection = open_database(tmp_path)
    assert account.get(connection)["opened_ms"] == 0
    connection.close()
