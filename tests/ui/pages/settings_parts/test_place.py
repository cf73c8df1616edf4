# SPDX-License-Identifier: Apache-2.0
"""The storage place in the settings: refused beside what is there, asked once more, moved with engine and worker, left or deleted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.settings import SettingsPage

pytestmark = pytest.mark.gui


def opened(robot: Robot) -> SettingsPage:
    page = cast("SettingsPage", robot.go("settings"))
    robot.settle()
    return page


def test_a_folder_that_will_not_do_is_said(robot: Robot, tmp_path: Path) -> None:
    page = opened(robot)
    root = robot.window.desk.workspace.root
    assert page.place.place.text() == str(root)
    assert not page.place.left.isVisible()
    page.place.prepare(root / "inside")
    robot.settle()
    assert "在工作区里面" in page.banner._text.text()


@pytest.mark.slow
def test_the_workspace_moves_and_another_window_opens_on_it(look: None, tmp_path: Path) -> None:
    from PySide6.QtWidgets import QLabel

    from koodesk import app
    from koodesk.demo.robot import Robot as Hand
    from koodesk.ui.main_window import MainWindow
    from tests.journeys.windows import Windows, end_processes

    old, new = tmp_path / "ws", tmp_path / "disk" / "new"
    windows = Windows()
    try:
        robot = windows.open(old)
        page = opened(robot)
        page.place.prepare(new)
        robot.settle()
        sheet = robot.sheet()
        assert any(str(new) in one.text() for one in sheet.findChildren(QLabel))
        robot.click(sheet.accept_button)
        robot.wait(lambda: bool(app._KEPT) and isinstance(app._KEPT[-1], MainWindow), "the other window")
        window = app._KEPT[-1]
        assert isinstance(window, MainWindow)
        windows._opened.append((window, new))
        assert window.desk.workspace.root == new
        hand = Hand(window)
        hand.settle()
        page = opened(hand)
        assert page.place.left.isVisible()
        assert str(old) in page.place.left_text.text()
        hand.click(page.place.remove_button)
        hand.accept(hand.sheet())
        hand.settle()
        assert not page.place.left.isVisible()
        assert [path.name for path in old.iterdir()] == ["moved.json"]
        hand.wait((new / "engine" / "endpoint.json").exists, "the engine at the new place")
    finally:
        windows.end()
        end_processes(new)
        app._KEPT.clear()
