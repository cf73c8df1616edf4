# SPDX-License-Identifier: Apache-2.0
"""A workspace moves from its file into a team's database whole, or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from koodesk.backend.bootstrap import move_to_team, open_service
from koodesk.backend.ports.gateway import Receipt
from koodesk.backend.sending.lock import WorkerLock
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.metadata import metadata
from koodesk.backend.storage.postgres import moving
from koodesk.backend.views.identity import GroupDraft
from koodesk.backend.workspace import Workspace
from koodesk.domain.problem import Refused
from tests.backend.sending.workshop import open_workshop
from tests.databases import TeamServer

BEGIN = 1_780_000_000_000


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with a campaign that is half sent, its receipts, a paused one, users and entries of the audit log."""
    made = Workspace(tmp_path / "ws").create()
    with open_service(made, url="") as service:
        service.groups.create(GroupDraft("designers"))
    workshop = open_workshop(made.root)
    campaign = workshop.confirm(60, chunk_size=10)
    workshop.run(campaign)
    with workshop.database.read() as connection:
        messages = (
            connection.exec_driver_sql("SELECT message_id FROM sent ORDER BY recipient_id").scalars().all()
        )
    workshop.ledger.take(
        "scripted",
        [Receipt(n, message, "sms", "0", "", BEGIN + n) for n, message in enumerate(messages, 1)],
        60,
    )
    workshop.ledger.fence(0, "here")
    workshop.confirm(60, uuid="u2", audience=False, chunk_size=10)
    workshop.database.close()
    return made


@pytest.fixture
def team(_team_server: TeamServer, tmp_path: Path) -> Iterator[str]:
    yield _team_server.url(tmp_path / "team")
    _team_server.forget()


def test_everything_arrives_and_goes_on(workspace: Workspace, team: str) -> None:
    moved = {table.name: table.rows for table in move_to_team(workspace, team)}
    assert (moved["recipient"], moved["sent"], moved["receipt"], moved["campaign"]) == (120, 60, 60, 2)
    assert moved["audit"] >= 1
    assert moved["phone"] == 6
    assert not workspace.database.exists()
    assert [path.name for path in workspace.backups.iterdir()] == ["koodesk-moved-to-postgresql.db"]
    database = Database(workspace.database, url=team)
    database.prepare()
    with database.write() as connection:
        last = connection.exec_driver_sql("SELECT max(id) FROM campaign_event").scalar_one()
        made = connection.exec_driver_sql(
            "INSERT INTO campaign_event (campaign_id, at_ms, code) VALUES (1, 1, 'x') RETURNING id"
        ).scalar_one()
        assert made == last + 1
    with database.read() as connection:
        places = connection.exec_driver_sql("SELECT place FROM dispatcher").scalars().all()
        assert places == [database.place(connection)], "a worker that opens it sees no copy"
    database.close()
    with open_service(workspace, url=team) as service:
        assert [group.name for group in service.groups.list()] == ["designers"]
        assert [(row.state, row.accepted) for row in service.campaigns.list()] == [
            ("scheduled", 0),
            ("finished", 60),
        ]
        assert service.audit.verify().broken is None
    with open_service(workspace) as service:
        place = service.database.get()
        assert (place.address, place.source, place.file) == (team, "settings", ""), "it knows where it went"
        assert [group.name for group in service.groups.list()] == ["designers"]
        with pytest.raises(Refused) as refused:
            service.database.prepare_move(team)
        assert [p.code for p in refused.value.problems] == ["move.already"]
        service.search.prepare()
        assert service.search.find("13800000001").groups


def test_one_row_that_differs_is_found_and_nothing_stays(
    workspace: Workspace, team: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = moving._keep_ends

    def spoil(given: Connection, taken: Connection, *rest: object) -> None:
        taken.exec_driver_sql(
            "UPDATE audience_row SET params = '{}' WHERE row_no = (SELECT max(row_no) FROM audience_row)"
        )
        keep(given, taken, *rest)  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr(moving, "_keep_ends", spoil)
    with pytest.raises(Refused) as refused:
        move_to_team(workspace, team)
    assert [(p.code, dict(p.params)["table"]) for p in refused.value.problems] == [
        ("move.differs", "audience_row")
    ]
    monkeypatch.undo()
    assert workspace.database.exists()
    assert move_to_team(workspace, team), "the database is as empty as before"


def test_a_database_in_use_is_not_written_into(workspace: Workspace, team: str) -> None:
    database = Database(workspace.database, url=team)
    database.prepare()
    with database.write() as connection:
        connection.exec_driver_sql("INSERT INTO brand_item (kind, place, value) VALUES ('name', 0, 'x')")
    database.close()
    with pytest.raises(Refused) as refused:
        move_to_team(workspace, team)
    assert [p.code for p in refused.value.problems] == ["move.not_empty"]
    assert workspace.database.exists()


def die_after_the_commit(workspace: Workspace, team: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Move until everything has arrived and the file still stands in its place."""

    def dies(_self: Path, _target: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(Path, "replace", dies)
        with pytest.raises(KeyboardInterrupt):
            move_to_team(workspace, team)


def test_a_move_that_died_after_its_commit_is_ended_by_the_next(
    workspace: Workspace, team: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    die_after_the_commit(workspace, team, monkeypatch)
    assert workspace.database.exists()
    before = {table.name: table.rows for table in move_to_team(workspace, team)}
    assert (before["recipient"], before["sent"]) == (120, 60)
    assert not workspace.database.exists()
    with open_service(workspace, url=team) as service:
        assert len(service.campaigns.list()) == 2
        assert service.audit.verify().broken is None


def test_a_move_that_died_is_not_ended_over_work_that_was_done_since(
    workspace: Workspace, team: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    die_after_the_commit(workspace, team, monkeypatch)
    database = Database(workspace.database, url=team)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE campaign SET state = 'paused' WHERE state = 'running'")
        connection.exec_driver_sql("INSERT INTO brand_item (kind, place, value) VALUES ('name', 0, 'x')")
    database.close()
    with pytest.raises(Refused) as refused:
        move_to_team(workspace, team)
    assert [p.code for p in refused.value.problems] == ["move.not_empty"]
    assert workspace.database.exists()


def test_nobody_may_have_it_open(workspace: Workspace, team: str) -> None:
    with WorkerLock(workspace.worker_lock), pytest.raises(Refused) as refused:
        move_to_team(workspace, team)
    assert [p.code for p in refused.value.problems] == ["worker.held"]
    other = Database(workspace.database)
    with other.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM campaign").all()
        with pytest.raises(Refused) as refused:
            move_to_team(workspace, team)
    other.close()
    assert [p.code for p in refused.value.problems] == ["backup.in_use"]


def test_it_can_be_cancelled_and_text_no_server_takes_is_named(workspace: Workspace, team: str) -> None:
    with pytest.raises(Refused) as refused:
        move_to_team(workspace, team, cancel=lambda: True)
    assert [p.code for p in refused.value.problems] == ["move.cancelled"]
    database = Database(workspace.database)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE audience SET name = ?", ("a\0b",))
    database.close()
    with pytest.raises(Refused) as refused:
        move_to_team(workspace, team)
    assert [(p.code, dict(p.params)["table"]) for p in refused.value.problems] == [
        ("move.zero_byte", "audience")
    ]


def test_every_table_is_moved_or_made_again() -> None:
    moved = {table.name for table in moving.tables_moved()}
    assert set(metadata.tables) - moved == {"search_entry", "search_queue", "desk_worker"}


def test_a_database_is_looked_at_before_anything_moves(workspace: Workspace, team: str) -> None:
    with open_service(workspace, url="") as service:
        assert service.database.get().file == str(workspace.database)
        target = service.database.prepare_move(team)
        assert target.version.partition(".")[0].isdigit()
        assert (target.tables, target.rows) == (len(moving.tables_moved()), target.rows)
        assert target.rows > 300
        for url, code in (
            (f"{team}-not-there", "storage.unreachable"),
            ("", "storage.url"),
            ("x", "storage.url"),
        ):
            with pytest.raises(Refused) as refused:
                service.database.prepare_move(url)
            assert [p.code for p in refused.value.problems] == [code]
        database = Database(workspace.database, url=team)
        with database.write() as connection:
            connection.exec_driver_sql("INSERT INTO brand_item (kind, place, value) VALUES ('name', 0, 'x')")
        database.close()
        with pytest.raises(Refused) as refused:
            service.database.prepare_move(team)
        assert [p.code for p in refused.value.problems] == ["move.not_empty"]
    assert workspace.database.is_file()
