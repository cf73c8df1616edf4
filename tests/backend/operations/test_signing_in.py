# SPDX-License-Identifier: Apache-2.0
"""Signing in and out: who is let in, who is locked, and that a call ends as whoever began it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.views.identity import Credentials, UserDraft
from koodesk.domain.access import Principal
from koodesk.domain.problem import Refused
from tests.backend.operations.identity_desk import OTHER, PASSWORD, IdentityDesk

READ_ONLY, FULL = "KooMessage ReadOnlyAccess", "KooMessage FullAccess"
MINUTE = 60_000


@pytest.fixture
def desk(tmp_path: Path) -> IdentityDesk:
    return IdentityDesk(tmp_path)


def codes(call: Callable[[], object]) -> list[str]:
    with pytest.raises(Refused) as refused:
        call()
    return [p.code for p in refused.value.problems]


def test_without_a_password_the_person_at_the_keyboard_is_the_main_account(desk: IdentityDesk) -> None:
    session = desk.signing_in.session()
    assert (session.main, session.signed_in, session.main_password, session.denied) == (True, True, False, {})


def test_with_a_password_everybody_signs_in(desk: IdentityDesk) -> None:
    session = desk.signing_in.set_main_password("admin", PASSWORD)
    assert (session.name, session.main, session.main_password) == ("admin", True, True)
    desk.signing_in.begin(None)
    desk.signing_in.sign_out()
    assert codes(desk.users.list) == ["access.sign_in_first"]
    assert codes(desk.signing_in.enter_as_main) == ["session.password_needed"]
    desk.signing_in.begin(Credentials("ADMIN", PASSWORD))
    assert desk.users.list()[0].main
    assert codes(lambda: desk.signing_in.set_main_password("other", PASSWORD)) == ["session.has_password"]


def test_the_password_can_be_taken_away_again(desk: IdentityDesk) -> None:
    desk.signing_in.set_main_password("admin", PASSWORD)
    desk.keys.create_own()
    assert codes(lambda: desk.signing_in.remove_main_password(OTHER)) == ["session.wrong"]
    assert len(desk.secrets.held) == 1
    session = desk.signing_in.remove_main_password(PASSWORD)
    assert (session.main, session.main_password, desk.users.list()) == (True, False, ())
    assert desk.secrets.held == {}


def test_only_the_main_account_does_that(desk: IdentityDesk) -> None:
    desk.user("mary", "Security Administrator", FULL)
    desk.signing_in.sign_in("mary", PASSWORD)
    assert codes(lambda: desk.signing_in.set_main_password("mine", PASSWORD)) == ["session.main_only"]
    assert codes(lambda: desk.signing_in.remove_main_password(PASSWORD)) == ["session.main_only"]


def test_a_user_has_the_rights_of_her_groups(desk: IdentityDesk) -> None:
    desk.user("mary", READ_ONLY)
    session = desk.signing_in.sign_in("mary", PASSWORD)
    assert not session.main
    assert "kooMessage:devTemplate:list" not in session.denied
    problem = session.denied["kooMessage:devTemplate:create"]
    assert (problem.code, problem.param("principal")) == ("access.denied", "mary")
    assert desk.signing_in.sign_out().denied["kooMessage:devTemplate:list"].code == "access.sign_in_first"


def test_the_answer_does_not_say_which_of_the_two_was_wrong(desk: IdentityDesk) -> None:
    desk.user("mary")
    with pytest.raises(Refused) as known:
        desk.signing_in.sign_in("mary", OTHER)
    with pytest.raises(Refused) as unknown:
        desk.signing_in.sign_in("marie", OTHER)
    assert known.value.problems == unknown.value.problems


def test_a_user_without_a_password_cannot_sign_in(desk: IdentityDesk) -> None:
    desk.users.create(UserDraft("mary"))
    assert codes(lambda: desk.signing_in.sign_in("mary", "")) == ["session.wrong"]


def test_five_wrong_tries_lock_for_a_quarter_of_an_hour(desk: IdentityDesk) -> None:
    desk.user("mary")
    for _ in range(4):
        assert codes(lambda: desk.signing_in.sign_in("mary", OTHER)) == ["session.wrong"]
    desk.signing_in.sign_in("mary", PASSWORD)  # the right one forgives those before
    for _ in range(5):
        assert codes(lambda: desk.signing_in.sign_in("mary", OTHER)) == ["session.wrong"]
    assert codes(lambda: desk.signing_in.sign_in("mary", PASSWORD)) == ["session.locked"]
    desk.clock.forward(15 * MINUTE - 1)
    assert codes(lambda: desk.signing_in.sign_in("Mary", PASSWORD)) == ["session.locked"]
    desk.clock.forward(1)
    assert desk.signing_in.sign_in("mary", PASSWORD).name == "mary"


def test_an_administrator_unlocks(desk: IdentityDesk) -> None:
    row = desk.user("mary")
    for _ in range(5):
        codes(lambda: desk.signing_in.sign_in("mary", OTHER))
    assert desk.users.list()[0].locked_until_ms
    desk.users.set_password(row.id, OTHER, must_change=False)
    assert desk.signing_in.sign_in("mary", OTHER).name == "mary"


def test_trying_one_s_own_old_password_counts_as_well(desk: IdentityDesk) -> None:
    desk.user("mary")
    desk.signing_in.sign_in("mary", PASSWORD)
    for _ in range(5):
        assert codes(lambda: desk.signing_in.change_password(OTHER, "New-Pass-1")) == ["session.wrong"]
    assert codes(lambda: desk.signing_in.change_password(PASSWORD, "New-Pass-1")) == ["session.locked"]


def test_a_password_somebody_else_has_set_is_changed_first(desk: IdentityDesk) -> None:
    desk.users.create(UserDraft("mary"), PASSWORD)
    assert codes(lambda: desk.signing_in.sign_in("mary", PASSWORD)) == ["session.must_change"]
    assert codes(lambda: desk.signing_in.sign_in("mary", PASSWORD, PASSWORD)) == ["password.same"]
    assert codes(lambda: desk.signing_in.sign_in("mary", PASSWORD, "short")) == ["password.too_short"]
    assert desk.signing_in.session().main, "nobody is let in half-way"
    desk.signing_in.sign_in("mary", PASSWORD, OTHER)
    assert codes(lambda: desk.signing_in.sign_in("mary", PASSWORD)) == ["session.wrong"]
    assert desk.signing_in.sign_in("mary", OTHER).name == "mary"


def test_one_changes_one_s_own_password(desk: IdentityDesk) -> None:
    assert codes(lambda: desk.signing_in.change_password(PASSWORD, OTHER)) == ["session.no_password"]
    desk.user("mary")
    desk.signing_in.sign_in("mary", PASSWORD)
    desk.signing_in.change_password(PASSWORD, OTHER)
    assert desk.signing_in.sign_in("mary", OTHER).name == "mary"


def test_a_disabled_user_is_out_at_her_next_step(desk: IdentityDesk) -> None:
    row = desk.user("mary", READ_ONLY)
    desk.signing_in.sign_in("mary", PASSWORD)
    with desk.work.write() as connection:  # by another program
        record = desk.work.identity.user(connection, row.id)
        assert record is not None
        desk.work.identity.put_user(connection, replace(record, enabled=False))
    assert not desk.signing_in.session().signed_in
    assert codes(lambda: desk.signing_in.sign_in("mary", PASSWORD)) == ["session.disabled"]


def test_a_right_taken_away_elsewhere_is_gone_for_what_changes_something(desk: IdentityDesk) -> None:
    row = desk.user("mary", "Security Administrator")
    desk.signing_in.sign_in("mary", PASSWORD)
    with desk.work.write() as connection:
        desk.work.identity.set_groups(connection, row.id, ())
    assert codes(lambda: desk.users.create(UserDraft("eve"))) == [
        "access.sign_in_first",
        "session.ended.rights",
    ]


def test_an_access_key_signs_in_until_it_is_switched_off(desk: IdentityDesk) -> None:
    row = desk.user("mary", READ_ONLY)
    made = desk.keys.create(row.id)
    ak = made.row.ak
    desk.signing_in.begin(Credentials(ak=ak, sk=made.sk))
    assert desk.access.principal.name == "mary"
    assert codes(lambda: desk.signing_in.sign_in_with_key(ak, made.sk[:-1])) == ["session.key_wrong"]
    assert codes(lambda: desk.signing_in.sign_in_with_key("nobody", made.sk)) == ["session.key_wrong"]
    desk.signing_in.enter_as_main()
    assert desk.keys.list()[0].used_ms == desk.clock.now_ms()
    desk.keys.set_enabled(made.row.id, False)
    assert codes(lambda: desk.signing_in.sign_in_with_key(ak, made.sk)) == ["session.key_wrong"]


# --- a call is its principal's to the end --------------------------------------------------------------------------


def test_who_locks_her_desk_while_her_password_is_changed_stays_out(desk: IdentityDesk) -> None:
    desk.user("mary")
    desk.signing_in.sign_in("mary", PASSWORD)
    hashed = desk.signing_in._hasher.hash

    def hash_and_lock(password: str) -> str:
        desk.signing_in.sign_out()
        return hashed(password)

    desk.signing_in._hasher.hash = hash_and_lock  # type: ignore[method-assign]  # hashing takes a tenth of a second: time to lock
    desk.signing_in.change_password(PASSWORD, OTHER)
    assert not desk.signing_in.session().signed_in
    assert desk.signing_in.sign_in("mary", OTHER).signed_in


class Slow:
    """A service whose method waits until it is told to go on."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.began, self.go_on = threading.Event(), threading.Event()

    @needs("iam:user:list")
    def name(self) -> str:
        self.began.set()
        self.go_on.wait(10)
        return self.inner()

    @needs("iam:user:list")
    def inner(self) -> str:
        return self.access.principal.name


def test_a_call_ends_as_whoever_began_it(desk: IdentityDesk) -> None:
    slow, found = Slow(desk.access), list[str]()
    thread = threading.Thread(target=lambda: found.append(slow.name()))
    thread.start()
    assert slow.began.wait(10)
    desk.access.enter(Principal("nobody", ()))
    assert desk.access.principal.name == "nobody"
    slow.go_on.set()
    thread.join(10)
    assert found == ["local"]
    assert codes(slow.name) == ["access.denied"]
