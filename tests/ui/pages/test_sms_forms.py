# SPDX-License-Identifier: Apache-2.0
"""The forms of the SMS layer lead on: to an application or signature that is missing, to the rules, to examples."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot

pytestmark = pytest.mark.gui
FIXTURES = Path(__file__).parents[2] / "fixtures"


def labels(widget: Any) -> str:
    from PySide6.QtWidgets import QLabel

    return "\n".join(one.text() for one in widget.findChildren(QLabel) if one.isVisible())


def test_without_an_application_the_form_leads_to_it(robot: Robot) -> None:
    from koodesk.demo.red_packet import RedPacketStory

    for page, opener, link in (
        ("sms_signatures", "add-signature", "go-apps"),
        ("sms_templates", "add-sms-template", "go-sms_apps"),
    ):
        robot.go(page)
        robot.click(opener)
        robot.settle()
        robot.click(link, robot.sheet())
        robot.settle()
        assert robot.window.current_id == "sms_apps"
        assert "uplink_url" in RedPacketStory.fields(robot.sheet()), "the form of an application is open"
        robot.sheet().reject()
        robot.settle()


@pytest.fixture
def full(look: None, tmp_path: Path) -> Any:
    from koodesk.backend.workspace import Workspace
    from tests.journeys.windows import Windows

    workspace = Workspace(tmp_path / "ws").create()
    shutil.copy(FIXTURES / "v3-workspace.db", workspace.database)
    windows = Windows()
    yield windows.open(tmp_path / "ws", processes=False)
    windows.end()


def test_with_an_application_nothing_leads_away(full: Robot) -> None:
    from PySide6.QtWidgets import QPushButton

    full.go("sms_templates")
    full.click("add-sms-template")
    full.settle()
    for name in ("go-sms_apps", "go-sms_signatures"):
        assert not full.find(QPushButton, name, full.sheet()).isVisible()


@pytest.mark.parametrize(
    ("page", "opener", "link", "said"),
    [
        ("sms_signatures", "add-signature", "signature-rules", "2–16 个字符。"),
        (
            "sms_templates",
            "add-sms-template",
            "template-rules",
            "写作 ${1} 到 ${20}，从 1 开始，中间不能跳号。",
        ),
    ],
)
def test_the_rules_are_a_click_away(full: Robot, page: str, opener: str, link: str, said: str) -> None:
    full.go(page)
    full.click(opener)
    full.settle()
    form = full.sheet()
    full.click(link, form)
    full.settle()
    rules = next(sheet for sheet in full.open_sheets() if sheet is not form)
    assert said in labels(rules)
    full.click(rules.accept_button)
    full.settle()
    assert full.open_sheets() == [form], "the form is where it was"


def test_an_example_fills_the_form_with_its_variables(full: Robot) -> None:
    from koodesk.domain.signature import SmsType
    from koodesk.domain.sms import VariableType
    from koodesk.ui.pages.sms_templates import TemplateSheet

    full.go("sms_templates")
    full.click("add-sms-template")
    full.settle()
    form = full.sheet()
    assert isinstance(form, TemplateSheet)
    full.click("template-examples", form)
    full.settle()
    examples = next(sheet for sheet in full.open_sheets() if sheet is not form)
    full.click("use-example-3", examples)
    full.settle()
    draft = form.draft()
    assert draft.type is SmsType.NOTIFY
    assert [v.type for v in draft.variables] == [
        VariableType.CHARDIGIT,
        VariableType.CHARDIGIT,
        VariableType.DATETIME,
        VariableType.NEWTEXT,
    ]
    assert draft.variables[0].description == "张数"
    assert draft.name == "取票提醒"


def test_feedback_is_a_file_without_numbers(full: Robot, tmp_path: Path) -> None:
    from koodesk.ui.feedback import FeedbackSheet

    full.go("editor", card_id=1)
    full.wait(lambda: full.page.studio is not None, "the card is drawn")  # type: ignore[attr-defined]  # of the editor
    full.settle()
    full.page.feedback()  # type: ignore[attr-defined]  # as the menu does
    sheet = full.sheet()
    assert isinstance(sheet, FeedbackSheet)
    full.click(sheet.accept_button)
    full.settle()
    assert "先写下遇到的问题。" in labels(sheet)
    full.fill(sheet.words, "给 13800138000 发送后，卡片不显示")
    target = tmp_path / "反馈.txt"
    sheet.save(str(tmp_path / "没有" / "反馈.txt"))
    full.settle()
    assert "换一个位置" in sheet.banner.accessibleName()
    sheet.save(str(target))
    full.settle()
    text = target.read_text("utf-8")
    assert text.startswith("给 138****8000 发送后，卡片不显示")
    assert "RedPacket" in text
    assert full.open_sheets() == []
