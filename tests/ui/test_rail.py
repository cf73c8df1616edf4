# SPDX-License-Identifier: Apache-2.0
"""The rail: areas fold by mouse and key, what is folded is remembered, the page shown is always in sight."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot

pytestmark = pytest.mark.gui


def kept(robot: Robot) -> list[str]:
    """Return the areas that the settings file holds as folded."""
    stored = json.loads(robot.window.desk.workspace.settings.read_text("utf-8"))["settings"]
    return [name for name in str(stored["folded_areas"]).split(",") if name]


def test_an_area_folds_and_is_remembered(robot: Robot) -> None:
    from PySide6.QtWidgets import QToolButton

    robot.go("overview")
    head, page = robot.find(QToolButton, "area-短消息配置"), robot.find(QToolButton, "nav-sms_apps")
    assert page.isVisible()
    robot.click(head)
    robot.settle()
    assert not page.isVisible()
    assert "已收起" in head.accessibleName()
    assert "短消息配置" in kept(robot)
    robot.change_look(theme_name="dark")
    robot.settle()
    assert not robot.find(QToolButton, "nav-sms_apps").isVisible()
    robot.click(robot.find(QToolButton, "area-短消息配置"))
    robot.settle()
    assert robot.find(QToolButton, "nav-sms_apps").isVisible()
    assert "短消息配置" not in kept(robot)


def test_a_page_that_is_shown_opens_its_area_and_no_setting_changes(robot: Robot) -> None:
    from PySide6.QtWidgets import QToolButton

    robot.go("overview")
    before = robot.window.desk.settings.value.folded_areas
    assert "智能信息基础版" in before
    assert not robot.find(QToolButton, "nav-video_templates").isVisible()
    robot.go("video_templates")
    shown = robot.find(QToolButton, "nav-video_templates")
    assert shown.isVisible()
    assert shown.isChecked()
    robot.window.resize(1280, 640)
    for page_id in ("iam_users", "settings", "video_templates"):  # below what a window of this height shows
        robot.go(page_id)
        robot.settle()
        at = robot.find(QToolButton, f"nav-{page_id}")
        assert at.visibleRegion().boundingRect() == at.rect(), page_id
    assert robot.window.desk.settings.value.folded_areas == before
    robot.go("overview")
    assert not shown.isVisible()


def test_the_rail_by_keyboard(robot: Robot) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QToolButton

    robot.go("overview")
    robot.find(QToolButton, "nav-overview").setFocus()
    for page_id in ("overview", "studio", "library"):
        QTest.keyClick(robot.find(QToolButton, f"nav-{page_id}"), Qt.Key.Key_Down)
    head = robot.find(QToolButton, "area-智能信息")
    QTest.keyClick(head, Qt.Key.Key_Down)
    assert QApplication.focusWidget() is robot.find(QToolButton, "nav-send")
    QTest.keyClick(robot.find(QToolButton, "nav-send"), Qt.Key.Key_Up)
    assert QApplication.focusWidget() is head
    QTest.keyClick(head, Qt.Key.Key_Right)  # open already: nothing happens
    assert robot.find(QToolButton, "nav-send").isVisible()
    QTest.keyClick(head, Qt.Key.Key_Left)
    assert not robot.find(QToolButton, "nav-send").isVisible()
    QTest.keyClick(head, Qt.Key.Key_Left)
    QTest.keyClick(head, Qt.Key.Key_Down)
    assert QApplication.focusWidget() is robot.find(QToolButton, "area-短消息配置")
    QTest.keyClick(head, Qt.Key.Key_Right)
    QTest.keyClick(robot.find(QToolButton, "nav-campaigns"), Qt.Key.Key_Space)
    robot.settle()
    assert robot.window.current_id == "campaigns"
