# SPDX-License-Identifier: Apache-2.0
"""The pages of IAM: the guide's steps with the mouse and the keyboard, and what an officer with fewer rights meets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from koodesk.backend.service import Service
from koodesk.backend.testing import QuickPasswords
from koodesk.backend.views.identity import GroupDraft, UserDraft
from koodesk.demo.robot import Robot, pause
from koodesk.ui.bridge import Task
from koodesk.ui.pages.iam.audit import AuditPage
from koodesk.ui.pages.iam.check_list import CheckList
from koodesk.ui.pages.iam.groups import GroupsPage
from koodesk.ui.pages.iam.keys import KeysPage
from koodesk.ui.pages.iam.policies import CUSTOM, MATRIX, PoliciesPage
from koodesk.ui.pages.iam.policy_editor import CHECK_MS
from koodesk.ui.pages.iam.user_rights import RightsSheet
from koodesk.ui.pages.iam.users import UsersPage

PASSWORD = "Spruce-2026"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("koodesk.backend.wiring.people.Argon2Passwords", QuickPasswords)


def call(robot: Robot, work: object) -> None:
    """Do something with the service behind the window's back, and let the window notice who is signed in."""

    def run(service: Service, _task: Task) -> object:
        return work(service)  # type: ignore[operator]  # a function of the service

    robot.window.desk.bridge.call(robot.window, run)
    robot.settle()
    robot.window.status.poll()
    robot.settle()


def test_the_guide_s_steps_a_group_with_a_policy_then_a_user_in_it(robot: Robot) -> None:
    groups = robot.go("iam_groups")
    assert isinstance(groups, GroupsPage)
    robot.click("group-add")
    robot.settle()
    sheet = robot.sheet()
    robot.fill(robot.find(QLineEdit, "group-name", sheet), "运营组")
    robot.find(CheckList, "group-policies", sheet).boxes["KooMessage ReadOnlyAccess"].click()
    robot.accept(sheet)
    assert [row.policies for row in groups.listing.model.rows] == [("KooMessage ReadOnlyAccess",)]
    users = robot.go("iam_users")
    assert isinstance(users, UsersPage)
    robot.click("user-add")
    robot.settle()
    sheet = robot.sheet()
    robot.fill(robot.find(QLineEdit, "user-name", sheet), "zhangmin")
    robot.fill(robot.find(QLineEdit, "user-password", sheet), "zhangmin-1A")
    robot.click(sheet.accept_button)
    robot.settle()
    assert robot.open_sheets() == [sheet], "a password that holds the name is refused beside its field"
    robot.fill(robot.find(QLineEdit, "user-password", sheet), PASSWORD)
    (box,) = robot.find(CheckList, "user-groups", sheet).boxes.values()
    box.click()
    robot.accept(sheet)
    (row,) = users.listing.model.rows
    assert (row.name, [name for _, name in row.groups], row.must_change) == ("zhangmin", ["运营组"], True)
    users.listing.table.selectRow(0)
    robot.click("user-rights")
    rights = robot.sheet()
    assert isinstance(rights, RightsSheet)
    robot.settle()
    rights.search.setText("devTemplate:create")
    (shown,) = rights.listing.model.rows
    assert not shown.allowed
    rights.search.setText("devTemplate:list")
    (shown,) = rights.listing.model.rows
    assert (shown.allowed, shown.policy) == (True, "KooMessage ReadOnlyAccess")
    rights.accept()


def test_an_officer_is_asked_before_she_shuts_herself_out(robot: Robot) -> None:
    def prepare(service: Service) -> None:
        group = service.groups.create(GroupDraft("officers", policies=("Security Administrator",)))
        service.users.create(UserDraft("officer", groups=(group.id,)), PASSWORD, must_change=False)
        service.signing_in.sign_in("officer", PASSWORD)

    call(robot, prepare)
    pause(50)
    robot.settle()
    page = robot.go("iam_users")
    assert isinstance(page, UsersPage)
    page.listing.table.selectRow(0)
    (row,) = page.listing.model.rows
    page._toggle(row)
    asking = robot.sheet()
    robot.click(asking.cancel_button)
    robot.settle()
    assert page.listing.model.rows[0].enabled
    page._toggle(row)
    asking = robot.sheet()
    robot.click(asking.accept_button)
    robot.settle()
    robot.window.status.poll()
    robot.settle()
    assert robot.window.gate.shut, "she is signed out at once"


def test_a_custom_policy_is_checked_while_one_types(robot: Robot) -> None:
    page = robot.go("iam_policies")
    assert isinstance(page, PoliciesPage)
    robot.click("policy-add")
    sheet = robot.sheet()
    robot.settle()
    robot.fill(robot.find(QLineEdit, "policy-name", sheet), "only reports")
    text = robot.find(QPlainTextEdit, "policy-document", sheet)
    assert sheet.accept_button.isEnabled()

    def write(action: str) -> None:
        document = {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": [action]}]}
        robot.fill(text, json.dumps(document))
        pause(CHECK_MS + 50)
        robot.settle()

    write("kooMessage:devTemplateReport:lists")
    assert not sheet.accept_button.isEnabled()
    write("kooMessage:*Report:list")
    assert sheet.accept_button.isEnabled()
    robot.accept(sheet)
    assert page.tabs.currentIndex() == CUSTOM
    assert [row.name for row in page.lists[CUSTOM].model.rows] == ["only reports"]


def test_the_matrix_is_read_by_family_and_by_words(robot: Robot) -> None:
    page = robot.go("iam_policies", tab="matrix")
    assert isinstance(page, PoliciesPage)
    assert page.tabs.currentIndex() == MATRIX
    listing = page.matrix.listing
    assert listing is not None
    assert [c.name for c in listing.model.columns][1:] == [
        "FullAccess",
        "ReadOnlyAccess",
        "CommonOperations",
        "Development",
    ]
    page.matrix.search.setText("发送智能信息")
    (row,) = [r for r in listing.model.rows if r.action == "kooMessage:devSendTask:create"]
    assert [c.text(row) for c in listing.model.columns][1:] == ["允许", "—", "允许", "允许"]


def test_a_secret_is_shown_once_and_can_be_copied(robot: Robot) -> None:
    call(robot, lambda service: service.signing_in.set_main_password("admin", PASSWORD))
    page = robot.go("iam_keys")
    assert isinstance(page, KeysPage)
    robot.click("key-add")
    robot.settle()
    robot.click(robot.sheet().accept_button)
    robot.settle()
    once = robot.sheet()
    ak, sk = (robot.find(QLineEdit, name, once).text() for name in ("key-ak", "key-sk"))
    assert (len(ak), len(sk)) == (20, 40)
    robot.click("key-copy", once)
    assert QGuiApplication.clipboard().text() == f"{ak}\n{sk}"
    robot.accept(once)
    (row,) = page.listing.model.rows
    assert (row.ak, row.user) == (ak, "admin")
    page.listing.table.selectRow(0)
    robot.click("key-toggle")
    robot.settle()
    assert not page.listing.model.rows[0].enabled


def test_the_log_is_searched_verified_and_exported(robot: Robot, tmp_path: Path) -> None:
    def prepare(service: Service) -> None:
        for name in ("甲组", "乙组"):
            service.groups.create(GroupDraft(name))

    call(robot, prepare)
    page = robot.go("iam_audit")
    assert isinstance(page, AuditPage)
    assert [e.what for e in page.listing.model.rows] == ["groups.create", "groups.create"]
    page.search.setText("乙")
    page.reload()
    robot.settle()
    assert [e.subject for e in page.listing.model.rows] == ["group_id=2; name=乙组; policies="]
    page.show_entry(page.listing.model.rows[0])
    robot.sheet().accept()
    robot.click("audit-verify")
    robot.settle()
    assert page.banner.accessibleName().startswith("2 条记录完整")
    page.export_to(tmp_path / "log.csv")
    robot.settle()
    assert page.banner.accessibleName().startswith("已导出 1 行")
    assert (tmp_path / "log.csv").read_text("utf-8-sig").count("\n") == 2
    page.search.setText("")
    page.reload()
    robot.settle()
    assert [e.outcome.value for e in page.listing.model.rows][:3] == ["done", "done", "begun"]
