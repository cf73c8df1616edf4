# SPDX-License-Identifier: Apache-2.0
"""A team's workspace opened by its address: the same services, from several folders, on one database."""

import os
from pathlib import Path

import pytest

from koodesk.backend.bootstrap import open_service, restore_over
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.owner_marks import OwnerLocks
from koodesk.backend.views.identity import GroupDraft
from koodesk.backend.workspace import Workspace
from koodesk.domain.problem import Refused
from koodesk.domain.search import FoundKind
from tests.databases import TeamServer


@pytest.fixture
def address(_team_server: TeamServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = _team_server.url(tmp_path / "team")
    monkeypatch.setenv("KOODESK_DATABASE_URL", url)
    return url


@pytest.mark.usefixtures("address")
def test_what_one_desk_files_another_has(tmp_path: Path) -> None:
    with open_service(Workspace(tmp_path / "a")) as ours, open_service(Workspace(tmp_path / "b")) as theirs:
        with pytest.raises(Refused, match=r"gateway\.unreachable"):
            ours.sms.add_app(
                "Spruce", "http://a.example/"
            )  # kept; no engine runs that it could be handed in to
        assert [app.name for app in theirs.sms.apps()] == ["Spruce"]
        theirs.search.prepare()
        found = [group.kind for group in theirs.search.find("pruc").groups]
        assert found == [FoundKind.SMS_APP, FoundKind.REVIEW]
        theirs.groups.create(GroupDraft("designers"))
        told = ours.audit.verify()
        assert told.broken is None
        assert told.entries >= 2
        assert ours.overview.checklist() is not None
    assert not (tmp_path / "a" / "koodesk.db").exists(), "nothing is kept in a file"


@pytest.mark.usefixtures("address")
def test_a_backup_is_the_servers_matter(tmp_path: Path) -> None:
    with open_service(Workspace(tmp_path / "a")) as service, pytest.raises(Refused) as refused:
        service.backups.create()
    assert [p.code for p in refused.value.problems] == ["backup.of_a_team"]
    with pytest.raises(Refused) as refused:
        restore_over(Workspace(tmp_path / "a"), tmp_path / "x.koobackup")
    assert [p.code for p in refused.value.problems] == ["backup.of_a_team"]


@pytest.mark.usefixtures("address")
def test_what_another_machine_exports_is_alive_as_long_as_it_is(tmp_path: Path) -> None:
    """Its folder is its own: only the database is shared."""
    ours, theirs = Database(tmp_path / "x", url=_named()), Database(tmp_path / "y", url=_named())
    theirs.prepare()
    locks = OwnerLocks(ours)
    with OwnerLocks(theirs).hold("them"):
        assert locks.alive("them")
        assert not locks.alive("nobody")
    assert not locks.alive("them"), "given back when its exports have ended"
    with OwnerLocks(theirs).hold("them"):
        theirs.close()  # as the end of its process ends its connections
        assert next((True for _ in range(1_000) if not locks.alive("them")), False)
    ours.close()


def _named() -> str:
    return os.environ["KOODESK_DATABASE_URL"]
