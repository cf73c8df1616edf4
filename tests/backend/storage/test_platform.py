# SPDX-License-Identifier: Apache-2.0
"""The shelf of a platform, and the tasks of the real one that are asked about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.platform import _RECORDS, _WHOLE, SqlPlatformStore
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.storage.stores.sending_tasks import DAYS_MS, WaitingTasks
from koodesk.backend.storage.tables.clearing import sms_app, sms_template
from koodesk.domain.campaign import digest_of, encode
from koodesk.domain.platform import Platform
from tests.backend.sending.workshop import FIRST_NUMBER, SEGMENTS, add_audience, snapshot
from tests.databases import open_database

LOCAL, CLOUD = Platform.LOCAL, Platform.CLOUD


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = open_database(tmp_path)
    made.prepare()
    return made


def filled(connection: Connection, number: int) -> None:
    """Put one record into each table of clearing, as a reviewer left it."""
    tables = [*(one.table for one in _RECORDS), *_WHOLE]
    for table in sorted(
        tables, key=lambda table: [t.name for t in table.metadata.sorted_tables].index(table.name)
    ):
        values: dict[str, Any] = {}
        for column in table.columns:
            if column.name == "id" or column.name.endswith("_id"):
                values[column.name] = number
            elif column.type.python_type is bool:
                values[column.name] = True
            elif column.type.python_type is int:
                values[column.name] = number
            else:
                values[column.name] = f"{column.name} {number}"
        values |= {"tpl_id": f"10000000{number}"} if "tpl_id" in table.c else {}
        connection.execute(insert(table).values(values))


def everything(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    tables = [*(one.table for one in _RECORDS), *_WHOLE]
    return {
        t.name: [tuple(row) for row in connection.execute(select(t).order_by(*t.primary_key))] for t in tables
    }


@pytest.mark.both_databases
def test_there_and_back_is_as_it_was(database: Database) -> None:
    store = SqlPlatformStore()
    with database.write() as connection:
        filled(connection, 1)
        filled(connection, 2)
        here = everything(connection)
        store.swap(connection, LOCAL, CLOUD)
        there = everything(connection)
        assert there["submission"] == there["sa_binding"] == []
        for one in _RECORDS:
            row = connection.execute(select(one.table)).mappings().first()
            assert row is not None
            assert {name: row[name] for name in one.before} == one.before
        connection.execute(
            update(sms_app).where(sms_app.c.id == 1).values(state="LAUNCHED", submitted_digest="c")
        )
        cloud = everything(connection)
        assert store.standing(connection) == {}
        assert sum(store.shelved(connection, LOCAL).values()) == 2
        store.swap(connection, CLOUD, LOCAL)
        assert everything(connection) == here
        store.swap(connection, LOCAL, CLOUD)
        assert everything(connection) == cloud


def test_what_is_another_by_now_is_not_what_was_approved(database: Database) -> None:
    store = SqlPlatformStore()
    with database.write() as connection:
        filled(connection, 1)
        store.swap(connection, LOCAL, CLOUD)
        connection.execute(update(sms_template).values(content="another text"))
        store.swap(connection, CLOUD, LOCAL)
        row = connection.execute(select(sms_template)).one()
    assert (row.content, row.state, row.submitted_digest) == ("another text", "NOT_SUBMITTED", "")


def test_a_record_that_is_gone_comes_not_back(database: Database) -> None:
    store = SqlPlatformStore()
    with database.write() as connection:
        filled(connection, 1)
        store.swap(connection, LOCAL, CLOUD)
        connection.execute(sms_template.delete())
        store.swap(connection, CLOUD, LOCAL)
        assert connection.execute(select(sms_template)).all() == []


@pytest.mark.both_databases
def test_a_task_waits_until_everybody_has_a_status_and_links_are_opened(database: Database) -> None:
    add_audience(database, 6)
    ledger = SqlLedger(database)
    text = encode(snapshot("u1", 6, gateway="cloud", gateway_class="listable", chunk_size=2))
    ledger.create(digest_of(text), text, 1_000, "tester")
    with database.write() as connection:
        first = connection.exec_driver_sql("SELECT first_id FROM campaign").scalar_one()
        connection.exec_driver_sql("UPDATE chunk SET accepted = 2")
        for place in range(6):
            message: str | None = f"t{place // 2}:{place}"
            outcome = "accepted"
            if place == 0:  # the first of a task may be refused: the task is named by the next
                message, outcome = None, "refused"
                connection.exec_driver_sql("UPDATE chunk SET accepted = 1, refused = 1 WHERE no = 0")
            connection.exec_driver_sql(
                "INSERT INTO sent (recipient_id, message_id, outcome, at_ms) VALUES (?, ?, ?, ?)",
                (first + place, message, outcome, 5_000 + place),
            )
        # 2 failed and 3 was opened: nothing is open about them. 4 has arrived and may still be opened.
        for place, sms, resolved in ((2, 0, None), (3, 1, 9_000), (4, 1, None), (5, 1, 9_000)):
            connection.exec_driver_sql(
                "INSERT INTO delivery (recipient_id, sms, resolved_ms) VALUES (?, ?, ?)",
                (first + place, sms, resolved),
            )
    tasks = WaitingTasks(database, "cloud", lambda: 10_000)
    assert set(tasks()) == {("t0", 5_001), ("t2", 5_004)}
    assert (tasks.members("t0"), tasks.members("t2")) == (
        (FIRST_NUMBER + 1,),
        (FIRST_NUMBER + 4, FIRST_NUMBER + 5),
    )
    assert tasks.members("t1") == ()
    assert WaitingTasks(database, "local", lambda: 10_000)() == ()
    assert WaitingTasks(database, "cloud", lambda: 5_005 + DAYS_MS)() == ()


@pytest.mark.parametrize(("kind", "tasks"), [("smart", 1), ("plain", 0)])
def test_nothing_is_asked_about_plain_sms(database: Database, kind: str, tasks: int) -> None:
    add_audience(database, 1)
    text = encode(snapshot("u1", 1, gateway="cloud", gateway_class="blind", kind=kind))
    SqlLedger(database, SEGMENTS).create(digest_of(text), text, 1_000, "tester")
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE chunk SET accepted = 1")
        connection.exec_driver_sql(
            "INSERT INTO sent (recipient_id, message_id, outcome, at_ms) SELECT first_id, 'm1:1', 'accepted', 5000 FROM campaign"
        )
    assert len(WaitingTasks(database, "cloud", lambda: 10_000)()) == tasks


def test_a_person_who_counted_somebody_as_sent_made_no_task(database: Database) -> None:
    add_audience(database, 1)
    text = encode(snapshot("u1", 1, gateway="cloud", gateway_class="listable"))
    SqlLedger(database).create(digest_of(text), text, 1_000, "tester")
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE chunk SET accepted = 1")
        connection.exec_driver_sql(
            "INSERT INTO sent (recipient_id, message_id, outcome, at_ms) "
            "SELECT first_id, 'decided:' || first_id, 'accepted', 5000 FROM campaign"
        )
    assert WaitingTasks(database, "cloud", lambda: 10_000)() == ()
