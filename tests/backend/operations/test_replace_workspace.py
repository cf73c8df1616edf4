# SPDX-License-Identifier: Apache-2.0
"""A backup over a workspace brings its own users, rights and audit log: the main account alone may do that, and it is written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from koodesk.backend.bootstrap import access_rules, open_service, replace_workspace
from koodesk.backend.testing import QuickPasswords
from koodesk.backend.views.identity import GroupDraft, UserDraft
from koodesk.backend.workspace import Workspace
from koodesk.domain.problem import Refused
from tests.backend.operations.identity_desk import PASSWORD


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace in which mary was an administrator when it was backed up, and is none any more."""
    monkeypatch.setattr("koodesk.backend.wiring.people.Argon2Passwords", QuickPasswords)
    workspace = Workspace(tmp_path / "ws")
    with open_service(workspace) as service:
        mary = service.users.create(UserDraft("mary"), PASSWORD, must_change=False)
        group = service.groups.create(
            GroupDraft("all", policies=access_rules().assignable(), members=(mary.id,))
        )
        service.backups.create(tmp_path / "a.koobackup")
        service.groups.delete(group.id, sure=True)
    return workspace


def test_no_policy_and_no_wildcard_lets_anybody_else_do_it(workspace: Workspace, tmp_path: Path) -> None:
    with open_service(workspace) as service:
        service.policies.create(
            "everything", '{"Version":"1.1","Statement":[{"Effect":"Allow","Action":["*"]}]}'
        )
        mary = service.users.list()[0]
        service.groups.create(
            GroupDraft("again", policies=("everything", *access_rules().assignable()), members=(mary.id,))
        )
        service.signing_in.sign_in("mary", PASSWORD)
        who = service.access.principal
    with pytest.raises(Refused) as refused:
        replace_workspace(workspace, tmp_path / "a.koobackup", who)
    assert [(p.code, p.param("action")) for p in refused.value.problems] == [
        ("access.denied", "koodesk:backup:replace")
    ]
    with open_service(workspace) as service:
        assert [group.name for group in service.groups.list()] == ["again"]
        last = service.audit.page(limit=1).entries[0]
        assert (last.who, last.action, last.outcome.value) == ("mary", "koodesk:backup:replace", "denied")


def test_the_restored_log_says_who_did_it_and_how_the_one_before_ended(
    workspace: Workspace, tmp_path: Path
) -> None:
    with open_service(workspace) as service:
        head = service.audit.verify().head
    _, kept = replace_workspace(workspace, tmp_path / "a.koobackup")
    with open_service(workspace) as service:
        assert [group.name for group in service.groups.list()] == ["all"]
        assert service.audit.verify().broken is None
        last = service.audit.page(limit=1).entries[0]
        assert (last.who, last.action, last.outcome.value) == ("local", "koodesk:backup:replace", "done")
        told = dict(part.split("=") for part in last.subject.split("; ")[1:])
        assert told["audit"].replace(":", "") == head
        service.backups.restore(Path(kept.path), tmp_path / "before")
    with open_service(Workspace(tmp_path / "before")) as before:
        assert before.audit.verify(head).broken is None, "the log that went is in the backup taken before"
        assert before.groups.list() == ()
