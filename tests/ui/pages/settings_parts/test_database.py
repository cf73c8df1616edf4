# SPDX-License-Identifier: Apache-2.0
"""The database in the settings: a file is said as one, an address that will not do is refused in the sheet, a move ends in a window
on the team's database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import postgres
from tests.ui.pages.settings_parts.test_place import opened

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot
    from koodesk.ui.widgets.dialogs import Sheet

pytestmark = pytest.mark.gui

SECRET = "s3cret-of-the-team"


def _asked(robot: Robot, url: str, password: str) -> Sheet:
    from PySide6.QtWidgets import QLineEdit

    sheet = robot.sheet()
    fields = {one.objectName(): one for one in sheet.findChildren(QLineEdit)}
    robot.fill(fields["team-url"], url)
    robot.fill(fields["team-password"], password)
    robot.click(sheet.accept_button)
    robot.settle()
    return sheet


def test_a_file_is_shown_and_a_wrong_address_refused_without_its_password(robot: Robot) -> None:
    page = opened(robot)
    assert page.database.place.text() == str(robot.window.desk.workspace.database)
    page.database.ask()
    sheet = _asked(robot, "postgresql+psycopg://lili@127.0.0.1:1/desk", SECRET)
    assert sheet.isVisible(), "what is wrong is said where it was typed"
    assert "127.0.0.1/desk" in sheet.banner._text.text()
    assert SECRET not in sheet.banner._text.text()
    assert sheet.accept_button.isEnabled()
    sheet.reject()
    robot.settle()


@pytest.mark.slow
def test_the_workspace_goes_to_a_team_s_database_and_a_window_opens_on_it(look: None, tmp_path: Path) -> None:
    missing = postgres.why_not()
    if missing:
        pytest.skip(missing)
    from koodesk import app
    from koodesk.demo.robot import Robot as Hand
    from koodesk.ui.main_window import MainWindow
    from tests.journeys.windows import Windows

    windows = Windows()
    with postgres.running() as server:
        url = server.create("team")
        try:
            robot = windows.open(tmp_path / "ws", processes=False)
            page = opened(robot)
            page.database.ask()
            _asked(robot, url, "")
            robot.click(robot.sheet().accept_button)
            robot.wait(lambda: bool(app._KEPT) and isinstance(app._KEPT[-1], MainWindow), "the other window")
            window = app._KEPT[-1]
            assert isinstance(window, MainWindow)
            windows._opened.append((window, tmp_path / "ws"))
            hand = Hand(window)
            hand.settle()
            page = opened(hand)
            assert page.database.place.text() == url
            assert page.database.move_button.isHidden(), "it is there already"
            assert not (tmp_path / "ws" / "koodesk.db").exists()
        finally:
            windows.end()
            app._KEPT.clear()
