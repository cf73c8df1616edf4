# SPDX-License-Identifier: Apache-2.0
"""The page of opted-out numbers: empty, adding, finding, taking off with a reason; and the workspace's limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from koodesk.backend.workspace import Workspace
from tests.backend.operations.test_opt_outs import SIGN, put_signature

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.opt_outs import OptOutsPage
    from koodesk.ui.pages.settings import SettingsPage

pytestmark = pytest.mark.gui


def opened(robot: Robot) -> OptOutsPage:
    page = cast("OptOutsPage", robot.go("opt_outs"))
    robot.settle()
    return page


def test_adding_finding_and_taking_off(robot: Robot) -> None:
    page = opened(robot)
    assert page.listing.currentWidget() is page.listing.empty
    assert not page.export_button.isEnabled()
    put_signature(Workspace(robot.window.desk.workspace.root))
    page.refresh()
    robot.settle()
    assert [row.number for row in page.listing.model.rows] == ["13900000001"]
    page.add()
    sheet = robot.sheet()
    from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

    (numbers,) = sheet.findChildren(QPlainTextEdit)
    numbers.setPlainText("12")
    robot.click(sheet.accept_button)
    robot.settle()
    assert sheet.isVisible(), "what is no number is said beside the field"
    numbers.setPlainText("13800000001\n13800000002")
    robot.accept(sheet)
    assert len(page.listing.model.rows) == 3
    robot.fill(page.digits, "0002")
    page.refresh()
    robot.settle()
    assert [row.number for row in page.listing.model.rows] == ["13800000002"]
    page.listing.table.selectRow(0)
    page.remove()
    sheet = robot.sheet()
    robot.fill(sheet.findChildren(QLineEdit)[0], "书面要求")
    robot.accept(sheet)
    assert page.listing.model.rows == []
    page.show_changes()
    sheet = robot.sheet()
    robot.settle()
    robot.accept(sheet)
    assert SIGN in page.signature.itemText(1)


def test_the_later_of_two_is_asked_about_the_limits(robot: Robot) -> None:
    page = cast("SettingsPage", robot.go("settings"))
    robot.settle()
    rules = page.sending
    assert (rules.start.text(), rules.limits["frequency_per_day"].value()) == ("08:00", 2)
    robot.window.desk.bridge.call(
        robot.window, lambda service, _task: service.settings.set({"frequency_per_day": 1})
    )
    robot.settle()
    rules.limits["frequency_per_day"].setValue(3)
    rules.save()
    sheet = robot.sheet()
    robot.click(robot.find(type(rules.save_button), "take-saved", sheet))
    robot.settle()
    assert rules.limits["frequency_per_day"].value() == 1
    rules.limits["frequency_per_day"].setValue(4)
    rules.save()
    robot.settle()
    rules.limits["frequency_per_day"].setValue(5)
    rules.save()
    robot.settle()
    found = rules.form.fields["frequency_per_week"]
    assert found.control.property("state") == "error", "five a day is more than four in 7 days"


def test_presets_are_filled_in_and_normal_is_the_engines_own(robot: Robot) -> None:
    from koodesk.engine.settings import EngineSettings
    from koodesk.ui.pages.settings_parts.engine_model import NORMAL

    usual = EngineSettings()
    assert {name: getattr(usual, name) for name in NORMAL} == NORMAL
    page = cast("SettingsPage", robot.go("settings"))
    robot.settle()
    assert set(page.model.rates) == set(NORMAL)
    page.model.preset.setCurrentIndex(2)
    assert (page.model.rates["busy"].value(), page.model.rates["delivered"].value()) == (20.0, 95.0)
    page.model.preset.setCurrentIndex(1)
    assert page.model.rates["busy"].value() == 0.0


def test_what_is_due_is_cleared_when_asked(robot: Robot) -> None:
    import os

    page = cast("SettingsPage", robot.go("settings"))
    old = robot.window.desk.workspace.exports / "old.xlsx"
    old.write_bytes(b"x" * 2048)
    os.utime(old, (1, 1))
    page.refresh()
    robot.settle()
    assert page.retention.clear_buttons["exports"].isEnabled()
    assert not page.retention.clear_buttons["backups"].isEnabled()
    page.retention.clear("exports")
    assert old.exists()
    robot.accept(robot.sheet())
    robot.settle()
    assert not old.exists()
