# SPDX-License-Identifier: Apache-2.0
"""What somebody has open ends when her password, her key, her rights or her user are changed elsewhere: two services on one
workspace, as two windows are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from koodesk.backend.bootstrap import open_service
from koodesk.backend.service import Service
from koodesk.backend.testing import QuickPasswords
from koodesk.backend.views.identity import GroupDraft, UserDraft
from koodesk.backend.workspace import Workspace
from koodesk.domain.problem import Refused
from tests.backend.operations.identity_desk import OTHER, PASSWORD

READ_ONLY, FULL = "KooMessage ReadOnlyAccess", "KooMessage FullAccess"
CUSTOM = '{"Version":"1.1","Statement":[{"Effect":"Allow","Action":["kooMessage:devTemplate:list"]}]}'
OTHER_CUSTOM = CUSTOM.replace("devTemplate", "devMaterial")


@dataclass
class Two:
    """An administrator's service and another one on the same workspace; ids of what an administrator changes."""

    here: Service
    there: Service
    mary: int
    group: int
    policy: int


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Two]:
    monkeypatch.setattr("koodesk.backend.wiring.people.Argon2Passwords", QuickPasswords)
    workspace = Workspace(tmp_path / "ws")
    with open_service(workspace) as here, open_service(workspace) as there:
        policy = here.policies.create("own", CUSTOM)
        mary = here.users.create(UserDraft("mary"), PASSWORD, must_change=False)
        here.users.create(UserDraft("eve"), PASSWORD, must_change=False)
        group = here.groups.create(GroupDraft("readers", policies=("own", READ_ONLY), members=(mary.id,)))
        yield Two(here, there, mary.id, group.id, policy.id)


def codes(call: Callable[[], object]) -> list[str]:
    with pytest.raises(Refused) as refused:
        call()
    return [p.code for p in refused.value.problems]


def out(service: Service) -> str:
    """Return why whoever was signed in no longer is, as her next read and her next write are told; empty when she still is."""
    try:
        service.cards.list()
    except Refused as refused:
        told = [p.code for p in refused.problems]
        assert told == codes(lambda: service.users.create(UserDraft("x")))
        assert told[0] == "access.sign_in_first"
        session = service.signing_in.session()
        assert not session.signed_in
        assert session.ended is not None
        assert told[1:] == [session.ended.code]
        return told[1].removeprefix("session.ended.")
    assert service.signing_in.session().signed_in
    return ""


Change = Callable[[Two], object]
CHANGES: dict[str, tuple[Change, str]] = {
    "a new password": (lambda t: t.here.users.set_password(t.mary, OTHER), "password"),
    "disabled": (lambda t: t.here.users.set_enabled(t.mary, False), "disabled"),
    "deleted": (lambda t: t.here.users.delete(t.mary), "deleted"),
    "taken out of her group": (lambda t: t.here.users.change(t.mary, UserDraft("mary")), "rights"),
    "her group has another policy": (
        lambda t: t.here.groups.change(
            t.group, GroupDraft("readers", policies=(READ_ONLY,), members=(t.mary,))
        ),
        "rights",
    ),
    "her group has one policy more": (
        lambda t: t.here.groups.change(
            t.group,
            GroupDraft("readers", policies=("own", READ_ONLY, FULL), members=(t.mary,)),
        ),
        "rights",
    ),
    "her group is deleted": (lambda t: t.here.groups.delete(t.group), "rights"),
    "another text of her policy": (lambda t: t.here.policies.change(t.policy, OTHER_CUSTOM), "rights"),
    "her note": (
        lambda t: t.here.users.change(t.mary, UserDraft("mary", "of the shop", (t.group,))),
        "",
    ),
    "her name": (lambda t: t.here.users.change(t.mary, UserDraft("maria", "", (t.group,))), ""),
    "her group's name": (
        lambda t: t.here.groups.change(
            t.group, GroupDraft("others", policies=("own", READ_ONLY), members=(t.mary,))
        ),
        "",
    ),
    "somebody else is deleted": (lambda t: t.here.users.delete(t.mary + 1), ""),
    "the main account's password": (lambda t: t.here.signing_in.set_main_password("admin", PASSWORD), ""),
}


@pytest.mark.parametrize(("change", "why"), CHANGES.values(), ids=CHANGES)
def test_what_a_user_has_open_ends(two: Two, change: Change, why: str) -> None:
    two.there.signing_in.sign_in("mary", PASSWORD)
    assert out(two.there) == ""
    change(two)
    assert out(two.there) == why
    assert out(two.here) == "", "whoever made the change stays"
    if why:
        last = [e for e in two.here.audit.page(limit=20).entries if e.action == "session:signOut"]
        assert [(e.who, e.detail) for e in last] == [("mary", f"session.ended.{why}")]


def test_the_next_one_is_told_nothing_of_it(two: Two) -> None:
    two.there.signing_in.sign_in("mary", PASSWORD)
    two.here.users.delete(two.mary)
    assert out(two.there) == "deleted"
    session = two.there.signing_in.enter_as_main()
    assert (session.signed_in, session.ended) == (True, None)
    assert two.there.signing_in.sign_out().ended is None, "what one does oneself needs no reason"


def test_the_person_at_the_keyboard_is_out_once_the_main_account_has_a_password(two: Two) -> None:
    two.here.signing_in.set_main_password("admin", PASSWORD)
    assert out(two.there) == "password"
    two.there.signing_in.sign_in("admin", PASSWORD)
    assert out(two.there) == ""


def test_another_password_of_the_main_account_ends_its_other_windows(two: Two) -> None:
    two.here.signing_in.set_main_password("admin", PASSWORD)
    two.there.signing_in.sign_in("admin", PASSWORD)
    two.here.signing_in.change_password(PASSWORD, OTHER)
    assert (out(two.there), out(two.here)) == ("password", "")


def test_without_a_password_again_the_main_account_goes_on(two: Two) -> None:
    two.here.signing_in.set_main_password("admin", PASSWORD)
    two.there.signing_in.sign_in("admin", PASSWORD)
    two.here.signing_in.remove_main_password(PASSWORD)
    assert (out(two.there), out(two.here)) == ("", "")
    two.here.signing_in.set_main_password("admin", OTHER)
    assert out(two.there) == "password"


@pytest.mark.parametrize("change", ["set_enabled", "delete"])
def test_what_was_opened_with_a_key_ends_with_the_key(two: Two, change: str) -> None:
    made = two.here.access_keys.create(two.mary)
    kept = two.here.access_keys.create(two.mary)
    two.there.signing_in.sign_in_with_key(made.row.ak, made.sk)
    two.here.users.set_password(two.mary, OTHER)
    assert out(two.there) == "", "a key is not her password"
    arguments = (made.row.id, False) if change == "set_enabled" else (made.row.id,)
    getattr(two.here.access_keys, change)(*arguments)
    assert out(two.there) == "key"
    two.there.signing_in.sign_in_with_key(kept.row.ak, kept.sk)
    assert out(two.there) == ""


def test_an_access_key_of_the_main_account_ends_with_its_password(two: Two) -> None:
    two.here.signing_in.set_main_password("admin", PASSWORD)
    made = two.here.access_keys.create_own()
    two.there.signing_in.sign_in_with_key(made.row.ak, made.sk)
    two.here.signing_in.remove_main_password(PASSWORD)
    assert out(two.there) == "deleted", "what came with a key is nobody at the keyboard"


def test_whoever_changes_her_own_rights_stays_with_the_new_ones(two: Two) -> None:
    keeper = GroupDraft("keepers", policies=("Security Administrator",), members=(two.mary,))
    two.here.groups.create(keeper)
    two.here.signing_in.sign_in("mary", PASSWORD)
    two.there.signing_in.sign_in("mary", PASSWORD)
    two.here.groups.delete(two.group)
    assert two.here.signing_in.session().signed_in
    assert codes(two.here.cards.list) == ["access.denied"]
    assert codes(two.there.cards.list) == ["access.sign_in_first", "session.ended.rights"]


def test_changing_one_s_own_password_ends_one_s_other_windows(two: Two) -> None:
    two.here.signing_in.sign_in("mary", PASSWORD)
    two.there.signing_in.sign_in("mary", PASSWORD)
    two.here.signing_in.change_password(PASSWORD, OTHER)
    assert (out(two.here), out(two.there)) == ("", "password")


def test_who_was_named_by_whoever_opened_the_service_stays(tmp_path: Path, two: Two) -> None:
    who = two.here.access.rules.principal("robot", (READ_ONLY,))
    with open_service(two.here.workspace, who) as robot:
        two.here.signing_in.set_main_password("admin", PASSWORD)
        assert robot.cards.list() == ()
