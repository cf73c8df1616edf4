# SPDX-License-Identifier: Apache-2.0
"""The gate of the window: who has no password sees no gate; who is locked out finds everything as it was; somebody else
gets pages of her own, with what she may not do switched off and the reason beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QAbstractButton, QWidget

from koodesk.backend.bootstrap import open_service
from koodesk.backend.service import Service
from koodesk.backend.testing import QuickPasswords
from koodesk.backend.views.identity import GroupDraft, UserDraft, UserRow
from koodesk.backend.workspace import Workspace
from koodesk.demo.robot import Robot, pause
from koodesk.domain.edits import SetName
from koodesk.ui.account import AccountButton, AccountSheet
from koodesk.ui.rights import PAGE_ACTIONS, DeniedPage
from tests.journeys.windows import Windows

PASSWORD, OTHER = "Spruce-2026", "Juniper.2027"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing is tested elsewhere; here it would only take time."""
    monkeypatch.setattr("koodesk.backend.wiring.people.Argon2Passwords", QuickPasswords)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with a reader, a new user whose password must be changed, and no password of the main account."""
    with open_service(Workspace(tmp_path / "ws")) as service:
        group = service.groups.create(GroupDraft("readers", policies=("KooMessage ReadOnlyAccess",)))
        service.users.create(UserDraft("mary", groups=(group.id,)), PASSWORD, must_change=False)
        service.users.create(UserDraft("fresh", groups=(group.id,)), PASSWORD)
    return tmp_path / "ws"


@pytest.fixture
def windows(look: None) -> Iterator[Windows]:
    windows = Windows()
    yield windows
    windows.end()


def set_password(folder: Path) -> None:
    with open_service(Workspace(folder)) as service:
        service.signing_in.set_main_password("admin", PASSWORD)


def inside(robot: Robot) -> QWidget:
    found = robot.window.centralWidget()
    assert found is not None
    return found


def enter(robot: Robot, name: str, password: str) -> None:
    screen = robot.window.gate.screen
    assert screen is not None
    if not screen.name.isReadOnly():
        robot.fill(screen.name, name)
    robot.fill(screen.password, password)
    robot.click(screen.enter)
    robot.settle()
    pause(20)
    robot.settle()


def test_without_a_password_there_is_no_gate(windows: Windows, folder: Path) -> None:
    robot = windows.open(folder, processes=False)
    assert not robot.window.gate.shut
    assert robot.find(AccountButton, "account").text() == "主账号"
    robot.window.lock()
    assert not robot.window.gate.shut, "nobody locks herself out of a desk without a password"
    assert robot.page.banner.accessibleName() == "先为主账号设置密码，才能锁定"


def test_with_a_password_nothing_is_shown_before_somebody_has_signed_in(
    windows: Windows, folder: Path
) -> None:
    set_password(folder)
    robot = windows.open(folder, processes=False)
    robot.wait(lambda: robot.window.gate.shut, "the gate is shut")
    assert not inside(robot).isVisible()
    assert not any(s.isEnabled() for s in robot.window.findChildren(QShortcut))
    enter(robot, "admin", OTHER)
    screen = robot.window.gate.screen
    assert screen is not None
    assert screen.form.fields["password"].control.accessibleDescription().startswith("用户名或密码不对")
    assert screen.password.text() == ""
    enter(robot, "admin", PASSWORD)
    assert not robot.window.gate.shut
    assert inside(robot).isVisible()
    assert robot.find(AccountButton, "account").text() == "admin"


def test_whoever_comes_back_finds_everything_as_it_was(windows: Windows, folder: Path) -> None:
    set_password(folder)
    robot = windows.open(folder, processes=False)
    robot.wait(lambda: robot.window.gate.shut, "the gate is shut")
    enter(robot, "admin", PASSWORD)
    page = robot.go("sms_apps")
    robot.find(AccountButton, "account").open_sheet()
    sheet = robot.sheet()
    robot.window.lock()
    robot.settle()
    assert not sheet.isVisible()
    assert robot.window.gate.shut
    enter(robot, "admin", PASSWORD)
    assert robot.page is page
    assert sheet.isVisible()
    sheet.reject()


def test_a_look_that_a_sign_in_or_out_has_overtaken_moves_no_gate(windows: Windows, folder: Path) -> None:
    set_password(folder)
    robot = windows.open(folder, processes=False)
    robot.wait(lambda: robot.window.gate.shut, "the gate is shut")
    desk = robot.window.desk
    asked_outside = desk.looking_at_session()
    outside = desk.session
    enter(robot, "admin", PASSWORD)
    assert outside is not None
    asked_outside(outside)
    assert not robot.window.gate.shut, "shut before whoever has come in"
    assert desk.session is not None
    inside_still = replace(desk.session, users=desk.session.users + 1)
    asked_inside = desk.looking_at_session()
    robot.window.switch_user()
    desk.looking_at_session()(inside_still)
    assert robot.window.gate.shut, "opened behind whoever is leaving"
    robot.settle()
    asked_inside(inside_still)
    assert robot.window.gate.shut, "opened behind whoever has left"


def test_somebody_else_gets_pages_of_her_own(windows: Windows, folder: Path) -> None:
    set_password(folder)
    robot = windows.open(folder, processes=False)
    robot.wait(lambda: robot.window.gate.shut, "the gate is shut")
    enter(robot, "admin", PASSWORD)
    page = robot.go("sms_apps")
    assert robot.find(QAbstractButton, "add-app").isEnabled()
    robot.window.switch_user()
    robot.settle()
    enter(robot, "mary", PASSWORD)
    robot.wait(lambda: bool(robot.window.current_id), "a page is shown")
    assert robot.page is not page
    add = robot.find(QAbstractButton, "add-app", robot.page)
    assert not add.isEnabled()
    add.setEnabled(True)  # as pages do when something is chosen
    assert not add.isEnabled()
    assert (
        add.toolTip() == add.accessibleDescription() == "mary 没有“添加短消息应用”的权限。请联系管理员授权。"
    )


def test_a_page_one_may_not_see_says_so(windows: Windows, folder: Path) -> None:
    robot = windows.open(folder, processes=False)
    robot.window.switch_user()
    robot.settle()
    enter(robot, "mary", PASSWORD)
    assert isinstance(robot.go("review"), DeniedPage)
    assert not isinstance(robot.go("studio"), DeniedPage)


def test_one_goes_back_to_the_main_account_while_it_has_no_password(windows: Windows, folder: Path) -> None:
    robot = windows.open(folder, processes=False)
    robot.window.switch_user()
    robot.settle()
    screen = robot.window.gate.screen
    assert screen is not None
    robot.click(screen.as_main)
    robot.settle()
    assert not robot.window.gate.shut


def test_a_first_password_is_changed_before_anything_else(windows: Windows, folder: Path) -> None:
    robot = windows.open(folder, processes=False)
    robot.window.switch_user()
    robot.settle()
    enter(robot, "fresh", PASSWORD)
    screen = robot.window.gate.screen
    assert screen is not None
    assert screen.new_password.isVisible()
    robot.fill(screen.new_password, OTHER)
    robot.fill(screen.again, PASSWORD)
    robot.click(screen.enter)
    assert screen.form.fields["again"].control.accessibleDescription() == "两次输入的密码不一样。"
    robot.fill(screen.again, OTHER)
    robot.click(screen.enter)
    robot.settle()
    assert not robot.window.gate.shut


def test_the_main_account_gives_itself_a_password_and_takes_it_back(windows: Windows, folder: Path) -> None:
    robot = windows.open(folder, processes=False)
    robot.find(AccountButton, "account").open_sheet()
    sheet = robot.sheet()
    assert isinstance(sheet, AccountSheet)
    robot.fill(sheet.new, "short")
    robot.fill(sheet.again, "short")
    robot.click(sheet.accept_button)
    robot.settle()
    assert "至少 8 个" in sheet.form.fields["new_password"].control.accessibleDescription()
    robot.fill(sheet.new, PASSWORD)
    robot.fill(sheet.again, PASSWORD)
    robot.accept(sheet)
    session = robot.window.desk.session
    assert session is not None
    assert (session.name, session.main_password) == ("admin", True)
    robot.find(AccountButton, "account").open_sheet()
    sheet = robot.sheet()
    assert isinstance(sheet, AccountSheet)
    robot.fill(sheet.old, PASSWORD)
    robot.click("account-remove", sheet)
    robot.settle()
    session = robot.window.desk.session
    assert session is not None
    assert not session.main_password


# --- what somebody else ends ---------------------------------------------------------------------------------------


def mary(service: Service) -> UserRow:
    return next(row for row in service.users.list() if row.name == "mary")


ENDS: dict[str, tuple[Callable[[Service], object], str, str]] = {
    "a new password": (
        lambda s: s.users.set_password(mary(s).id, OTHER, must_change=False),
        "密码已被设置或修改",
        OTHER,
    ),
    "other rights": (
        lambda s: s.groups.create(
            GroupDraft("more", policies=("KooMessage FullAccess",), members=(mary(s).id,))
        ),
        "mary 的权限已被修改",
        PASSWORD,
    ),
}


@pytest.mark.parametrize(("change", "said", "password"), ENDS.values(), ids=ENDS)
def test_a_session_somebody_else_ends_shuts_the_gate_and_nothing_typed_is_lost(
    windows: Windows, folder: Path, change: Callable[[Service], object], said: str, password: str
) -> None:
    with open_service(Workspace(folder)) as elsewhere:
        robot = windows.open(folder, processes=False)
        robot.window.switch_user()
        robot.settle()
        enter(robot, "mary", PASSWORD)
        robot.go("sms_apps")
        robot.find(AccountButton, "account").open_sheet()
        sheet = robot.sheet()
        assert isinstance(sheet, AccountSheet)
        robot.fill(sheet.new, "half typed")
        page = robot.page
        change(elsewhere)
        robot.wait(lambda: robot.window.gate.shut, "the quiet look finds it")
        robot.settle()
        screen = robot.window.gate.screen
        assert screen is not None
        assert screen.banner.accessibleName().startswith(said)
        assert (screen.name.text(), screen.name.isReadOnly()) == ("mary", True)
        assert not sheet.isVisible()
        enter(robot, "mary", password)
        assert not robot.window.gate.shut
        robot.wait(lambda: bool(robot.window.current_id), "a page is shown")
        assert robot.window.current_id == "sms_apps"
        if password == OTHER:
            assert robot.page is page
            assert (sheet.isVisible(), sheet.new.text()) == (True, "half typed")
            sheet.reject()
        else:
            assert robot.find(QAbstractButton, "add-app", robot.page).isEnabled(), "her new rights hold"


@pytest.mark.parametrize("change", ["disabled", "deleted"])
def test_who_is_no_longer_a_user_is_told_so(windows: Windows, folder: Path, change: str) -> None:
    with open_service(Workspace(folder)) as elsewhere:
        robot = windows.open(folder, processes=False)
        robot.window.switch_user()
        robot.settle()
        enter(robot, "mary", PASSWORD)
        user = mary(elsewhere).id
        if change == "disabled":
            elsewhere.users.set_enabled(user, False)
        else:
            elsewhere.users.delete(user)
        robot.wait(lambda: robot.window.gate.shut, "the quiet look finds it")
        robot.settle()
        screen = robot.window.gate.screen
        assert screen is not None
        assert ("停用" if change == "disabled" else "删除") in screen.banner.accessibleName()
        assert screen.name.text() == "", "somebody else may come in"
        assert not screen.name.isReadOnly()


def test_an_unsaved_card_outlives_another_person_s_change_of_one_s_rights(
    windows: Windows, folder: Path
) -> None:
    with open_service(Workspace(folder)) as elsewhere:
        card = elsewhere.cards.new("RedPacket").id
        elsewhere.groups.create(
            GroupDraft("makers", policies=("KooMessage FullAccess",), members=(mary(elsewhere).id,))
        )
        robot = windows.open(folder, processes=False)
        robot.window.switch_user()
        robot.settle()
        enter(robot, "mary", PASSWORD)
        page = cast(Any, robot.go("editor", card_id=card))
        robot.wait(lambda: page.studio is not None, "the card opens")
        page.autosave.setChecked(False)
        page.studio.session.edit(SetName("没有保存"))
        group = next(g for g in elsewhere.groups.list() if g.name == "makers")
        elsewhere.groups.delete(group.id)
        robot.wait(lambda: robot.window.gate.shut, "the quiet look finds it")
        enter(robot, "mary", PASSWORD)
        robot.wait(lambda: robot.window.current_id == "editor", "the editor is shown anew")
        page = cast(Any, robot.page)
        robot.wait(lambda: page.studio is not None, "the card opens anew")
        assert page.studio.session.document.template.name == "没有保存"
        assert not page.save_button.isEnabled(), "she may no longer save it"
        assert elsewhere.cards.open(card)[1].name != "没有保存"


def test_a_desk_left_alone_locks_itself(windows: Windows, folder: Path) -> None:
    set_password(folder)
    robot = windows.open(folder, processes=False)
    robot.wait(lambda: robot.window.gate.shut, "the gate is shut")
    enter(robot, "admin", PASSWORD)
    gate = robot.window.gate
    gate.idle_for(10_000)
    assert not gate.shut, "never is the default"
    robot.window.desk.settings.change(lock_minutes=5)
    gate.watch_idle()
    gate.idle_for(5 * 60 - 1)
    assert not gate.shut
    gate.idle_for(5 * 60)
    assert gate.shut
    robot.window.desk.settings.change(lock_minutes=0)
    gate.watch_idle()
    robot.settle()


def test_pages_ask_for_actions_of_the_catalogue() -> None:
    from koodesk.backend.bootstrap import access_rules
    from koodesk.ui.pages.factories import PAGES

    assert set(PAGE_ACTIONS.values()) <= set(access_rules().actions)
    assert set(PAGE_ACTIONS) <= set(PAGES)
