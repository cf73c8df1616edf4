# SPDX-License-Identifier: Apache-2.0
"""Workspaces that older releases have written open for ever.

`tests/fixtures/v1-workspace.db` to `v5-workspace.db` are the databases of a `koodesk demo --recipients 60` of schema 1 to 5,
after its end; `v3-video-workspace.db` and `v4-` and `v5-service-account-workspace.db` are those of the other stories, `v5-team.sql` is a team's. They are never written again; a new schema adds a fixture of its own and the way from the old one.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError

from koodesk.backend.bootstrap import open_service
from koodesk.backend.service import Service
from koodesk.backend.storage import steps
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.schema_version import SCHEMA_VERSION
from koodesk.backend.views.sending import DetailFilter
from koodesk.backend.workspace import Workspace
from koodesk.domain.filing import FilingKind, FilingState
from koodesk.domain.service_account.states import Life

FIXTURES = Path(__file__).parents[2] / "fixtures"
OLD = (1, 2, 3, 4, 5)
"""The schemas that released programs have written."""


@pytest.fixture(params=OLD, ids=lambda version: f"schema {version}")
def version(request: pytest.FixtureRequest) -> int:
    """Each old schema in turn."""
    return int(request.param)


def written_by(version: int) -> Path:
    """Return the workspace's database that a program of this schema has left."""
    return FIXTURES / f"v{version}-workspace.db"


def schema(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every table with its columns: name, type, not null, default, place in the key."""
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
        ).fetchall()
        return {
            name: [row[1:] for row in connection.execute(f'PRAGMA table_info("{name}")')]
            for (name,) in tables
        }


def test_an_old_workspace_becomes_what_a_new_one_is(tmp_path: Path, version: int) -> None:
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    shutil.copy(written_by(version), old)
    assert schema(old)["material"] != []
    for path in (old, new, old):  # and opening it again changes nothing
        database = Database(path)
        database.prepare()
        database.close()
    assert schema(old) == schema(new)
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)


def test_a_step_that_fails_leaves_the_old_workspace_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: int
) -> None:
    old = tmp_path / "old.db"
    shutil.copy(written_by(version), old)
    before = schema(old)
    broken = {
        **steps.STEPS,
        SCHEMA_VERSION: (*steps.STEPS[SCHEMA_VERSION], "ALTER TABLE nothing DROP COLUMN x"),
    }
    monkeypatch.setattr(steps, "STEPS", broken)
    database = Database(old)
    with pytest.raises(DatabaseError):
        database.prepare()
    database.close()
    assert schema(old) == before
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (version,)


def test_there_is_a_step_to_every_schema() -> None:
    assert sorted(steps.STEPS) == list(range(2, SCHEMA_VERSION + 1))


@pytest.fixture
def service(tmp_path: Path, version: int) -> Service:
    workspace = Workspace(tmp_path).create()
    shutil.copy(written_by(version), workspace.database)
    return open_service(workspace)


def test_what_was_cleared_is_cleared(service: Service) -> None:
    with service:
        assert service.filings.get(FilingKind.SEND_TASK).state is FilingState.APPROVED
        assert [row.usable for row in service.sms.signatures()] == [True]
        assert [row.sendable for row in service.sms.templates()] == [True]
        card = service.cards.list()[0]
        assert card.sendable
        assert service.cards.open(card.id)[1].layout == "RedPacket"


def test_what_was_sent_is_accounted_for(service: Service) -> None:
    with service:
        campaign = service.campaigns.list()[0]
        assert campaign.state == "finished"
        buckets = service.campaigns.buckets(campaign.id)
        assert (buckets.accepted, buckets.invalid, buckets.duplicate) == (60, 4, 1)
        assert buckets.total == campaign.imported == 65
        total = service.campaigns.funnel(campaign.id).total
        assert total.delivered + total.failed + total.timeout + total.waiting == 60
        rows = service.campaigns.details(campaign.id, 0, 100, DetailFilter()).rows
        assert len(rows) == 60
        assert all("****" in row.number for row in rows)


def test_video_sms_begins_empty_and_can_be_used(service: Service) -> None:
    with service:
        assert service.filings.get(FilingKind.VIDEO_SMS).state is FilingState.NOT_SUBMITTED
        assert service.video_signatures.list() == ()
        assert service.video_templates.list() == ()
        row = service.video_templates.new("上市")
        assert [r.id for r in service.video_templates.list()] == [row.id]


def test_video_sms_that_were_sent_are_accounted_for(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path).create()
    shutil.copy(FIXTURES / "v3-video-workspace.db", workspace.database)
    with open_service(workspace) as service:
        assert service.filings.get(FilingKind.VIDEO_SMS).state is FilingState.APPROVED
        assert [row.usable for row in service.video_signatures.list()] == [True]
        (template,) = service.video_templates.list()
        assert template.sendable
        campaign = service.campaigns.list()[0]
        assert (campaign.kind, campaign.state) == ("video", "finished")
        assert service.campaigns.buckets(campaign.id).accepted == 60


@pytest.mark.parametrize("version", [4, 5], ids=lambda version: f"schema {version}")
def test_a_service_account_and_its_clicks_are_all_there(tmp_path: Path, version: int) -> None:
    workspace = Workspace(tmp_path).create()
    shutil.copy(FIXTURES / f"v{version}-service-account-workspace.db", workspace.database)
    with open_service(workspace) as service:
        (account,) = service.service_accounts.list()
        assert [one.life for one in (account.profile, account.menu, account.home)] == [Life.IN_EFFECT] * 3
        assert [len(port.bindings) for port in service.account_ports.list()] == [1]
        assert [shortcut.title for shortcut in service.account_shortcuts.list()] == ["云杉商城"]
        campaign = service.campaigns.list()[0]
        assert service.campaigns.buckets(campaign.id).accepted == 60
        verified = service.audit.verify()
        assert verified.broken is None
        assert verified.entries > 100
