# SPDX-License-Identifier: Apache-2.0
"""Users, groups, custom policies and access keys: nobody gives what she does not have, whatever way she tries."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from koodesk.backend.views.identity import GroupDraft, UserDraft
from koodesk.domain.problem import Refused
from tests.backend.operations.identity_desk import OTHER, PASSWORD, IdentityDesk

READ_ONLY, FULL, SECURITY = "KooMessage ReadOnlyAccess", "KooMessage FullAccess", "Security Administrator"
LIST = "kooMessage:devTemplate:list"


def document(effect: str, *actions: str) -> str:
    return json.dumps({"Version": "1.1", "Statement": [{"Effect": effect, "Action": list(actions)}]})


@pytest.fixture
def desk(tmp_path: Path) -> IdentityDesk:
    return IdentityDesk(tmp_path)


def codes(call: Callable[[], object]) -> list[str]:
    with pytest.raises(Refused) as refused:
        call()
    return [p.code for p in refused.value.problems]


def test_the_guide_s_steps_group_user_sign_in_probe(desk: IdentityDesk) -> None:
    group = desk.groups.create(GroupDraft("运营组", policies=(READ_ONLY,)))
    user = desk.users.create(UserDraft("mary", groups=(group.id,)), PASSWORD, must_change=False)
    assert user.groups == ((group.id, "运营组"),)
    session = desk.signing_in.sign_in("mary", PASSWORD)
    assert LIST not in session.denied
    assert "kooMessage:basicSendTask:create" in session.denied
    assert codes(desk.users.list) == ["access.denied"], "another service: 权限不足"


def test_names_are_taken_whatever_the_case(desk: IdentityDesk) -> None:
    desk.user("Mary")
    assert codes(lambda: desk.users.create(UserDraft("MARY"))) == ["iam.name.taken"]
    desk.groups.create(GroupDraft("Ops"))
    assert codes(lambda: desk.groups.create(GroupDraft("ops"))) == ["iam.name.taken"]
    desk.policies.create("Mine", document("Allow", LIST))
    for name in ("mine", "koomessage fullaccess"):
        assert codes(lambda name=name: desk.policies.create(name, document("Allow", LIST))) == [  # type: ignore[misc]  # a default argument
            "iam.name.taken"
        ]


def test_what_there_is_not_cannot_be_given(desk: IdentityDesk) -> None:
    assert codes(lambda: desk.groups.create(GroupDraft("g", policies=("No Such",)))) == ["policy.unknown"]
    assert codes(lambda: desk.groups.create(GroupDraft("g", policies=("Koodesk MainAccount",)))) == [
        "policy.unknown"
    ]
    assert codes(lambda: desk.groups.create(GroupDraft("g", members=(9,)))) == ["user.unknown"]
    assert codes(lambda: desk.users.create(UserDraft("u", groups=(9,)))) == ["user_group.unknown"]
    assert desk.users.list() == ()
    for call in (
        lambda: desk.users.delete(9),
        lambda: desk.users.rights(9),
        lambda: desk.groups.delete(9),
        lambda: desk.policies.delete(9),
        lambda: desk.keys.delete(9),
    ):
        assert codes(call)[0].endswith(".unknown")


@pytest.mark.both_databases
def test_whoever_was_faster_is_not_overwritten(desk: IdentityDesk) -> None:
    row = desk.user("mary")
    desk.users.change(row.id, UserDraft("mary", "one"), row.revision)
    assert codes(lambda: desk.users.change(row.id, UserDraft("mary", "two"), row.revision)) == [
        "iam.changed_meanwhile"
    ]
    group = desk.groups.create(GroupDraft("g"))
    desk.groups.change(group.id, GroupDraft("g", "one"), group.revision)
    assert codes(lambda: desk.groups.change(group.id, GroupDraft("g"), group.revision)) == [
        "iam.changed_meanwhile"
    ]


@pytest.mark.both_databases
def test_a_custom_policy_holds_at_once_and_deny_wins(desk: IdentityDesk) -> None:
    desk.user("mary", FULL)
    row = desk.policies.create("no lists", document("Deny", LIST))
    group = next(g for g in desk.groups.list())
    desk.groups.change(
        group.id,
        GroupDraft(
            group.name, policies=(*group.policies, "no lists"), members=tuple(u for u, _ in group.members)
        ),
    )
    rights = {r.action: r for r in desk.users.rights(desk.users.list()[0].id)}
    assert (rights[LIST].allowed, rights[LIST].policy) == (False, "no lists")
    assert codes(lambda: desk.policies.delete(row.id)) == ["policy.in_use"]
    desk.policies.change(row.id, document("Deny", "iam:user:list"))
    assert {r.action: r for r in desk.users.rights(desk.users.list()[0].id)}[LIST].allowed


def test_the_matrix_is_the_data_s(desk: IdentityDesk) -> None:
    names, rows = desk.policies.matrix()
    found = {row.action: dict(zip(names, row.allowed, strict=True)) for row in rows}
    assert found["kooMessage:devSendTask:create"][FULL]
    assert not found["kooMessage:devSendTask:create"][READ_ONLY]
    assert "Koodesk MainAccount" not in names


# --- escalation ----------------------------------------------------------------------------------------------------


@pytest.fixture
def officer(desk: IdentityDesk) -> IdentityDesk:
    """A desk at which an officer is signed in, who administers users and reads messages, and no more; eve has less."""
    desk.user("officer", SECURITY, READ_ONLY)
    desk.user("boss", FULL, SECURITY)
    desk.user("eve", READ_ONLY)
    desk.signing_in.sign_in("officer", PASSWORD)
    return desk


def numbers(desk: IdentityDesk) -> tuple[dict[str, int], dict[str, int]]:
    return {u.name: u.id for u in desk.users.list()}, {g.name: g.id for g in desk.groups.list()}


def test_a_right_one_has_can_be_given(officer: IdentityDesk) -> None:
    group = officer.groups.create(GroupDraft("readers", policies=(READ_ONLY,)))
    officer.users.create(UserDraft("new", groups=(group.id,)), PASSWORD)


def test_no_way_to_give_what_one_does_not_have(officer: IdentityDesk) -> None:
    users, groups = numbers(officer)
    eve, boss_group, eve_group = users["eve"], groups["group of boss"], groups["group of eve"]
    everything = officer.policies.create("everything", document("Allow", "*"))  # words are no right yet
    small = officer.policies.create("small", document("Allow", LIST))
    officer.groups.change(eve_group, GroupDraft("g", policies=(READ_ONLY, "small"), members=(eve,)))
    ways: dict[str, Callable[[], object]] = {
        "a new group with a policy": lambda: officer.groups.create(GroupDraft("x", policies=(FULL,))),
        "a policy for a group": lambda: officer.groups.change(eve_group, GroupDraft("g", policies=(FULL,))),
        "one's own policy for a group": lambda: officer.groups.change(
            eve_group, GroupDraft("g", policies=(everything.name,))
        ),
        "oneself into a group": lambda: officer.users.change(
            users["officer"], UserDraft("officer", groups=(groups["group of officer"], boss_group))
        ),
        "somebody into a group": lambda: officer.users.change(eve, UserDraft("eve", groups=(boss_group,))),
        "members of a group": lambda: officer.groups.change(
            boss_group, GroupDraft("b", policies=(FULL, SECURITY), members=(users["boss"], eve))
        ),
        "a new user in a group": lambda: officer.users.create(UserDraft("new", groups=(boss_group,))),
        "another text of a policy": lambda: officer.policies.change(small.id, document("Allow", "*")),
    }
    for way, call in ways.items():
        assert codes(call) == ["iam.escalation"], way
    assert codes(lambda: officer.users.set_password(users["boss"], OTHER)) == ["iam.takes_over"]
    assert codes(lambda: officer.keys.create(users["boss"])) == ["iam.takes_over"]
    assert not officer.secrets.held, "no secret is left of a key that was not made"


def test_a_deny_taken_away_and_a_user_enabled_again_are_gifts_too(desk: IdentityDesk) -> None:
    desk.policies.create("not the list", document("Deny", LIST))
    group = desk.groups.create(GroupDraft("g", policies=(FULL, "not the list")))
    row = desk.users.create(UserDraft("eve", groups=(group.id,)), PASSWORD, must_change=False)
    desk.users.set_enabled(row.id, False)
    desk.user("officer", SECURITY)
    desk.signing_in.sign_in("officer", PASSWORD)
    denied = desk.groups.change
    assert codes(lambda: denied(group.id, GroupDraft("g", policies=(FULL,), members=(row.id,)))) == [
        "iam.escalation"
    ]
    assert codes(lambda: desk.users.set_enabled(row.id, True)) == ["iam.escalation"]
    assert codes(lambda: desk.users.set_password(row.id, OTHER)) == ["iam.takes_over"]


def test_nobody_touches_the_main_account(desk: IdentityDesk) -> None:
    desk.user("officer", SECURITY)
    desk.signing_in.set_main_password("admin", PASSWORD)
    (main,) = (u for u in desk.users.list() if u.main)
    desk.signing_in.sign_in("officer", PASSWORD)
    for call in (
        lambda: desk.users.set_password(main.id, OTHER),
        lambda: desk.users.set_enabled(main.id, False),
        lambda: desk.users.delete(main.id),
        lambda: desk.users.change(main.id, UserDraft("mine")),
        lambda: desk.keys.create(main.id),
    ):
        assert codes(call) == ["iam.main_account"]
    assert codes(lambda: desk.groups.create(GroupDraft("g", members=(main.id,)))) == ["user.unknown"]


def test_whoever_shuts_herself_out_is_asked(officer: IdentityDesk) -> None:
    users, groups = numbers(officer)
    own = groups["group of officer"]
    draft = GroupDraft("g", policies=(READ_ONLY,), members=(users["officer"],))
    for call in (
        lambda: officer.groups.change(own, draft),
        lambda: officer.groups.delete(own),
        lambda: officer.users.set_enabled(users["officer"], False),
        lambda: officer.users.delete(users["officer"]),
        lambda: officer.users.change(users["officer"], UserDraft("officer")),
    ):
        assert codes(call) == ["iam.shuts_oneself_out"]
    officer.groups.change(own, draft, sure=True)
    assert codes(officer.users.list) == ["access.denied"], "it holds at once, for herself too"


def test_the_last_administrator_is_not_removed_without_being_asked(desk: IdentityDesk) -> None:
    row = desk.user("officer", SECURITY)
    assert codes(lambda: desk.users.delete(row.id)) == ["iam.last_administrator"]
    assert codes(lambda: desk.users.set_enabled(row.id, False)) == ["iam.last_administrator"]
    other = desk.user("other", SECURITY)
    desk.users.delete(row.id)
    desk.users.delete(other.id, sure=True)
    assert desk.users.list() == ()


# --- access keys ---------------------------------------------------------------------------------------------------


def test_a_secret_is_shown_once_and_kept_in_the_key_store(desk: IdentityDesk) -> None:
    row = desk.user("mary")
    made = desk.keys.create(row.id, "crm")
    assert (len(made.row.ak), len(made.sk), made.row.kept) == (20, 40, "keystore")
    assert desk.secrets.held == {made.row.ak: made.sk}
    assert made.sk not in repr(made)
    desk.keys.create(row.id)
    assert codes(lambda: desk.keys.create(row.id)) == ["key.too_many"]
    assert len(desk.secrets.held) == 2
    desk.keys.delete(made.row.id)
    assert made.row.ak not in desk.secrets.held


def test_without_a_key_store_the_secret_ends_with_the_program_and_that_is_said(desk: IdentityDesk) -> None:
    row = desk.user("mary")
    desk.secrets.kept = "session"
    assert desk.keys.create(row.id).row.kept == "session"
    desk.secrets.held.clear()  # another start of the program
    assert [k.kept for k in desk.keys.list(row.id)] == ["lost"]


def test_everybody_has_her_own_keys_and_nobody_s_else(desk: IdentityDesk) -> None:
    mary, eve = desk.user("mary", READ_ONLY), desk.user("eve", READ_ONLY)
    theirs = desk.keys.create(mary.id)
    desk.signing_in.sign_in("eve", PASSWORD)
    mine = desk.keys.create_own()
    assert [k.user_id for k in desk.keys.own()] == [eve.id]
    assert codes(lambda: desk.keys.delete_own(theirs.row.id)) == ["key.unknown"]
    assert codes(lambda: desk.keys.set_own_enabled(theirs.row.id, False)) == ["key.unknown"]
    assert codes(desk.keys.list) == codes(lambda: desk.keys.create(eve.id)) == ["access.denied"]
    desk.keys.delete_own(mine.row.id)
    assert desk.keys.own() == ()


def test_the_main_account_without_a_password_has_no_key(desk: IdentityDesk) -> None:
    assert codes(desk.keys.create_own) == ["key.no_user"]


def test_keys_go_with_their_user(desk: IdentityDesk) -> None:
    row = desk.user("mary")
    desk.keys.create(row.id)
    desk.users.delete(row.id)
    assert (desk.keys.list(), desk.secrets.held) == ((), {})
