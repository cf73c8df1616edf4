# SPDX-License-Identifier: Apache-2.0
"""The fourth tab of the filings: company data beside the papers, what is wrong beside its field."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from koodesk.domain.filing import FilingKind, FilingState
from tests.domain.test_company import GOOD
from tests.ui.pages.video.clearing import ask, scan

if TYPE_CHECKING:
    from pathlib import Path

    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.filings import FilingsPage

pytestmark = pytest.mark.gui


def test_the_company_is_filled_in_and_handed_in(robot: Robot, tmp_path: Path) -> None:
    page = cast("FilingsPage", robot.go("filings", kind=FilingKind.SERVICE_ACCOUNT.value))
    robot.settle()
    form = page.company
    assert form is not None
    for paper in ("licence", "aim_authorization"):
        page.attach(paper, [str(scan(tmp_path, paper))])
        robot.settle()
    assert page.foot_note.text() == "企业信息还没有填写完整。"
    for field, value in (
        ("name", "华为技术有限公司"),
        ("credit_code", "914403001922038215"),
        ("contact", "李先生"),
        ("phone", "01234567899"),
        ("mail", "li@example.com"),
    ):
        form._texts[field].setText(value)
    form._lists["enterprise_type"].choose("private_nonprofit")
    form._lists["industry"].choose("2")
    page.submit()
    robot.settle()
    assert "校验码不对" in form.form.fields["company:credit_code"].problem
    form._texts["credit_code"].setText("914403001922038216")
    page.submit()
    robot.settle()
    row = ask(robot, lambda service: service.filings.get(FilingKind.SERVICE_ACCOUNT))
    assert row.company.credit_code == "914403001922038216"
    assert row.state in (
        FilingState.NOT_SUBMITTED,
        FilingState.WAITING,
    )  # no engine runs here: saved, handed in later
    page.tabs.setCurrentIndex(0)
    robot.settle()
    assert page.company is None


def test_another_licence_asks_for_another_code(robot: Robot) -> None:
    page = cast("FilingsPage", robot.go("filings", kind=FilingKind.SERVICE_ACCOUNT.value))
    robot.settle()
    form = page.company
    assert form is not None
    form._lists["licence_type"].choose("organisation")
    assert form.form._names["company:credit_code"].text() == "组织机构代码证号 *"
    form._texts["name"].setText("正在输入")
    page.refresh()
    robot.settle()
    assert form._texts["name"].text() == "正在输入"


def test_who_changes_the_company_after_somebody_else_is_asked_first(robot: Robot) -> None:
    page = cast("FilingsPage", robot.go("filings", kind=FilingKind.SERVICE_ACCOUNT.value))
    robot.settle()
    form = page.company
    assert form is not None
    values = GOOD.to_json()
    for name, edit in form._texts.items():
        edit.setText(values[name])
    for name, one in form._lists.items():
        one.choose(values[name])

    def stored() -> str:
        return str(ask(robot, lambda service: service.filings.get(FilingKind.SERVICE_ACCOUNT)).company.phone)

    ask(
        robot,
        lambda service: service.filings.set_company(
            FilingKind.SERVICE_ACCOUNT, replace(GOOD, phone="13800138000")
        ),
    )
    page.submit()
    robot.settle()
    assert "别人已经改过企业信息" in robot.said()
    assert stored() == "13800138000"
    assert form._texts["phone"].text() == GOOD.phone  # what was typed stays
    page.submit()
    robot.settle()
    assert stored() == GOOD.phone
    form._texts["phone"].setText("13900139000")  # one's own save is nobody else's
    page.submit()
    robot.settle()
    assert stored() == "13900139000"
