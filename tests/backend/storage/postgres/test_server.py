# SPDX-License-Identifier: Apache-2.0
"""A team's database: what it promises to stores, and what it says when it cannot."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from koodesk.backend.storage.database import Database
from koodesk.backend.storage.postgres import server
from koodesk.backend.storage.postgres.server import read_url
from koodesk.backend.storage.schema_version import SCHEMA_VERSION
from koodesk.backend.storage.stores.audit import SqlAuditStore
from koodesk.backend.storage.stores.search import _CALLED
from koodesk.backend.storage.stores.sending_plan import copy_numbers, insert_campaign
from koodesk.domain.campaign import encode
from koodesk.domain.problem import Refused
from koodesk.domain.search import FoundKind
from tests.backend.sending.workshop import snapshot
from tests.databases import TeamServer, on, open_database

SECRET = "s3cret-of-the-team"


@pytest.mark.parametrize(
    "url", ["", "x", "sqlite:///a.db", "mysql://u@h/d", "postgresql://u:p@h/", f"://{SECRET}"]
)
def test_an_address_of_no_database_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(Refused) as refused:
        read_url(url)
    assert [p.code for p in refused.value.problems] == ["storage.url"]
    assert SECRET not in str(refused.value)


def test_a_server_that_is_not_there_is_told_without_its_password() -> None:
    database = Database(Path("koodesk.db"), url=f"postgresql+psycopg://u:{SECRET}@127.0.0.1:1/team")
    with pytest.raises(Refused) as refused:
        database.prepare()
    database.close()
    assert [p.code for p in refused.value.problems] == ["storage.unreachable"]
    chain: BaseException | None = refused.value
    while chain is not None:
        assert SECRET not in str(chain)
        chain = chain.__cause__
    assert SECRET not in repr(database.engine)
    assert dict(refused.value.problems[0].params) == {"place": "127.0.0.1/team"}


@pytest.fixture
def database(_team_server: TeamServer, tmp_path: Path) -> Iterator[Database]:
    with on(_team_server):
        opened = open_database(tmp_path)
        opened.prepare()
        yield opened


def test_a_commit_is_durable_whatever_the_server_does_for_others(database: Database) -> None:
    """What is intended has to outlast the server's crash before its first byte leaves."""
    with database.write() as connection:
        connection.exec_driver_sql(f'ALTER DATABASE "{database.name}" SET synchronous_commit = off')
    database.engine.dispose()
    with database.write() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"


@pytest.mark.parametrize("kind", ["read", "write", "write_beside"])
def test_a_connection_that_is_cut_in_mid_transaction_is_said_in_words(database: Database, kind: str) -> None:
    """Whatever was begun is forgotten, and the next one finds the server again."""

    def cut() -> None:
        with getattr(database, kind)() as connection:
            backend = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            with database.read() as another:
                another.exec_driver_sql("SELECT pg_terminate_backend(?, 10000)", (backend,))
            connection.exec_driver_sql("SELECT count(*) FROM campaign")

    with pytest.raises(Refused) as refused:
        cut()
    assert [p.code for p in refused.value.problems] == ["storage.unreachable"]
    with getattr(database, kind)() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM campaign").scalar_one() == 0


def test_who_stands_still_in_a_transaction_keeps_others_waiting_for_a_while_only(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that is stopped has its connections all the same. Where the server has ended its transaction, it is told so."""
    monkeypatch.setattr(server, "STILL_SECONDS", 1)
    stopped = open_database(tmp_path)

    def stand_still() -> None:
        with stopped.write_beside() as connection:
            connection.exec_driver_sql("SELECT 1")
            with database.write() as another:  # waits until the server ends the other
                another.exec_driver_sql("SELECT 1")
            connection.exec_driver_sql("SELECT 1")

    with pytest.raises(Refused) as refused:
        stand_still()
    assert [p.code for p in refused.value.problems] == ["storage.unreachable"]


def test_opening_again_changes_nothing_and_a_newer_one_is_refused(database: Database) -> None:
    database.prepare()
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE koodesk_schema SET version = ?", (SCHEMA_VERSION + 1,))
    with pytest.raises(Refused) as refused:
        database.prepare()
    database.close()
    assert [p.code for p in refused.value.problems] == ["storage.newer"]


def test_a_process_that_only_opens_what_another_has_made_speaks_of_instants(database: Database) -> None:
    """Instants do not fit 32 bits; whoever makes the tables has said so to SQLAlchemy, and in this process somebody has."""
    opens = (
        "import sys; from pathlib import Path\n"
        "from koodesk.backend.storage.database import Database\n"
        "from koodesk.backend.storage.stores.audience import SqlAudienceStore\n"
        "database = Database(Path('koodesk.db'), url=sys.argv[1]); database.prepare()\n"
        "with database.read() as connection:\n"
        "    print(SqlAudienceStore().unfinished(connection, 1_780_000_000_000))"
    )
    url = database.engine.url.render_as_string(hide_password=False)
    told = subprocess.run([sys.executable, "-c", opens, url], capture_output=True, text=True, check=False)
    assert (told.stdout, told.returncode) == ("()\n", 0), told.stderr
    database.close()


def test_an_index_of_few_rows_is_one_here_too(database: Database) -> None:
    with database.read() as connection:
        found = connection.exec_driver_sql(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
        ).fetchall()
    definitions = {row[0]: row[1] for row in found}
    for name, where in (("receipt_stray", "recipient_id IS NULL"), ("receipt_clicked", "kind = 'clicked'")):
        assert where in definitions[name]
    database.close()


def test_a_page_of_delivery_has_room_for_what_changes(database: Database) -> None:
    with database.read() as connection:
        told = connection.exec_driver_sql("SELECT reloptions FROM pg_class WHERE relname = 'delivery'")
        assert told.scalar_one() == ["fillfactor=50"]


def test_another_programs_database_is_left_alone(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("DROP TABLE koodesk_schema")
    with pytest.raises(Refused) as refused:
        database.prepare()
    database.close()
    assert [p.code for p in refused.value.problems] == ["storage.foreign_database"]


@pytest.mark.both_databases
def test_a_read_sees_one_state_whatever_is_written_meanwhile(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    database.prepare()
    count = "SELECT count(*) FROM phone"
    with database.read() as reading:
        before = reading.exec_driver_sql(count).scalar_one()
        with database.write() as writing:
            writing.exec_driver_sql("DELETE FROM phone")
        assert reading.exec_driver_sql(count).scalar_one() == before == 6
    with database.read() as reading:
        assert reading.exec_driver_sql(count).scalar_one() == 0
    database.close()


@pytest.mark.both_databases
@pytest.mark.parametrize("others", [0, 1, 3])
def test_an_answer_is_a_recipients(tmp_path: Path, others: int) -> None:
    """On PostgreSQL no foreign key says so but a trigger: one stranger among those that are there refuses the statement."""
    database = open_database(tmp_path)
    database.prepare()
    add = "INSERT INTO sent (recipient_id, message_id, outcome, code, at_ms) VALUES "
    rows = ", ".join(f"({place}, 'm{place}', 'accepted', '', 1)" for place in range(1, others + 2))
    with database.write() as connection:
        campaign_id, _ = insert_campaign(connection, "d", encode(snapshot("u", 3)), 1, audience=False)
        if others:
            copy_numbers(connection, campaign_id, 1, [(13800000000 + n, "{}") for n in range(others)])
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.exec_driver_sql(add + rows)
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sent").scalar_one() == 0
    if others:
        with database.write() as connection:
            connection.exec_driver_sql(add + rows.rpartition(", (")[0])
    database.close()


@pytest.mark.both_databases
def test_what_a_write_looked_at_stays_until_it_ends(tmp_path: Path) -> None:
    """Two writers that add one to what they read: with a lock that came later than the look, one would be lost."""
    database = open_database(tmp_path)
    database.prepare()
    begun = threading.Barrier(2)

    def add() -> None:
        begun.wait()
        for _ in range(20):
            with database.write() as connection:
                now = connection.exec_driver_sql("SELECT created_ms FROM phone WHERE id = 1").scalar_one()
                connection.exec_driver_sql("UPDATE phone SET created_ms = ? WHERE id = 1", (now + 1,))

    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT created_ms FROM phone WHERE id = 1").scalar_one() == 40
    database.close()


def test_writes_of_the_ledger_run_beside_each_other_and_never_beside_a_write(database: Database) -> None:
    locks = "SELECT pg_try_advisory_xact_lock(1263488836, 1), pg_try_advisory_xact_lock_shared(1263488836, 1)"
    with database.write_beside(), database.write_beside(), database.read() as looking:
        assert tuple(looking.exec_driver_sql(locks).one()) == (False, True)
    with database.write(), database.read() as looking:
        assert tuple(looking.exec_driver_sql(locks).one()) == (False, False)
    database.close()


def test_a_write_that_breaks_gives_its_lock_back(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.exec_driver_sql("INSERT INTO phone (id) VALUES (1)")
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE phone SET name = 'x' WHERE id = 1")
    database.close()


def test_whole_numbers_have_64_bits_and_text_is_ordered_by_its_signs(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO confirmation (digest, draft, snapshot, created_ms) VALUES ('b','','',?)", (1 << 40,)
        )
        connection.exec_driver_sql(
            "INSERT INTO confirmation (digest, draft, snapshot, created_ms) VALUES ('B','','',1)"
        )
        assert connection.exec_driver_sql(
            "SELECT digest FROM confirmation ORDER BY digest"
        ).scalars().all() == ["B", "b"]
        assert (
            connection.exec_driver_sql("SELECT sum(created_ms) FROM confirmation").scalar_one()
            == (1 << 40) + 1
        )
        narrow = connection.exec_driver_sql(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND data_type IN ('integer', 'smallint') AND table_name NOT LIKE 'procrastinate%'"
        ).all()
    database.close()
    assert [tuple(row) for row in narrow] == [("koodesk_schema", "version")]


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", list(_CALLED))
def test_what_each_kind_of_record_is_called_can_be_asked(tmp_path: Path, kind: FoundKind) -> None:
    database = open_database(tmp_path)
    database.prepare()
    with database.read() as connection:
        assert (
            connection.exec_driver_sql(
                _CALLED[kind], (f'["{kind}/1", "1"]' if kind == "review" else '["1"]',)
            ).all()
            == []
        )
    database.close()


def test_the_audit_log_only_grows_and_knows_that_its_end_was_cut_off(
    tmp_path: Path, database: Database
) -> None:
    def entry(number: int) -> str:
        return f"({number}, 1, 0, '', '', 'a', '', '', 'done', '', '', '{number}')"

    columns = "id, at_ms, user_id, who, place, action, what, subject, outcome, detail, previous, hash"
    add = f"INSERT INTO audit ({columns}) VALUES "
    with database.write() as connection:
        connection.exec_driver_sql(add + entry(1) + ", " + entry(2))
    for statement in ("UPDATE audit SET who = 'x'", "DELETE FROM audit"):
        with pytest.raises(IntegrityError, match="append-only"), database.write() as connection:
            connection.exec_driver_sql(statement)
    with database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER audit_no_delete")
        connection.exec_driver_sql("DELETE FROM audit WHERE id = 2")
    with database.read() as connection:
        assert SqlAuditStore().last(connection) == 2
    database.close()
