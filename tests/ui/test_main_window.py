# SPDX-License-Identifier: Apache-2.0
"""The window: pages by rail, palette and shortcut; language and theme while running; leaving and closing."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from koodesk.backend.operations.groups import Groups
from koodesk.backend.views.identity import GroupDraft

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot

pytestmark = pytest.mark.gui


def test_every_page_of_the_rail_opens_without_an_engine(robot: Robot) -> None:
    from PySide6.QtWidgets import QLabel, QToolButton

    from koodesk.ui.navigation import AREAS

    for name, entry in ((area.name, entry) for area in AREAS for entry in area.pages):
        button = robot.find(QToolButton, f"nav-{entry.page_id}")
        if not button.isVisible():
            robot.click(robot.find(QToolButton, f"area-{name}"))
        robot.click(button)
        robot.settle()
        assert robot.window.current_id == entry.page_id
        assert robot.page.title_label.text()
        said = " ".join(one.text() for one in robot.page.findChildren(QLabel) if one.isVisible())
        assert "Traceback" not in said
        assert "意料之外" not in said, f"a defect on {entry.page_id}: {said}"


@pytest.mark.parametrize("page_id", ["sms_apps", "review"])
def test_another_language_and_theme_make_the_pages_anew_and_keep_the_page(robot: Robot, page_id: str) -> None:
    from koodesk.ui import theme
    from koodesk.ui.i18n import language

    robot.go(page_id)
    before, title = robot.page, robot.page.title_label.text()
    robot.change_look(theme_name="dark", language="en")
    robot.settle()
    assert robot.window.current_id == page_id
    assert robot.page is not before
    assert robot.page.title_label.text() != title
    assert robot.page.title_label.text().isascii()
    assert (language(), theme.is_dark()) == ("en", True)
    stored = json.loads(robot.window.desk.workspace.settings.read_text("utf-8"))["settings"]
    assert (stored["language"], stored["theme"]) == ("en", "dark")


def test_a_page_that_will_not_be_left_is_not_left(robot: Robot) -> None:
    from PySide6.QtWidgets import QToolButton

    robot.go("sms_apps")
    robot.page.leave = lambda: False  # type: ignore[method-assign]  # as an editor with an open question
    robot.window.show_page("filings")
    assert robot.window.current_id == "sms_apps"
    assert robot.find(QToolButton, "nav-sms_apps").isChecked()
    assert not robot.find(QToolButton, "nav-filings").isChecked()
    assert not robot.window.close()
    assert robot.window.isVisible()
    del robot.page.leave


@pytest.mark.qt_log_ignore("grabbing the keyboard")  # the palette is a popup; offscreen has no grabs
def test_the_palette_finds_narrows_and_goes(robot: Robot) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from koodesk.ui.palette import CommandPalette

    robot.window.open_palette()
    palette = robot.window.findChild(CommandPalette)
    assert palette is not None
    robot.settle()
    everything = palette.list.count()
    palette.search.setText("no such thing")
    assert (palette.list.count(), palette.list.isVisible()) == (0, False)
    palette.search.setText("短消息")
    assert 0 < palette.list.count() < everything
    first = palette.list.currentRow()
    QTest.keyClick(palette.search, Qt.Key.Key_Down)
    assert palette.list.currentRow() == first + 1
    wanted = palette.list.currentItem().text()
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    robot.settle()
    assert robot.page.title_label.text() == wanted


def test_a_page_looks_again_only_at_what_it_shows(robot: Robot) -> None:
    robot.go("sms_apps")
    asked: list[str] = []
    robot.page.refresh = lambda: asked.append("again")  # type: ignore[method-assign]  # counts what the window asks
    robot.window.desk.changed.emit("materials")
    assert asked == []
    robot.window.desk.changed.emit("sms")
    assert asked == ["again"]
    del robot.page.refresh


def test_a_slow_look_is_not_shown_over_a_newer_one(robot: Robot, monkeypatch: pytest.MonkeyPatch) -> None:
    page = robot.go("iam_groups")
    listed, old, newer = Groups.list, threading.Event(), threading.Event()

    def held(self: Groups) -> Any:
        found = listed(self)
        if not old.is_set():
            old.set()
            assert newer.wait(60)
        else:
            newer.set()
        return found

    monkeypatch.setattr(Groups, "list", held)
    page.refresh()
    robot.wait(old.is_set, "the first look has seen what is there")
    draft = GroupDraft("readers", policies=("KooMessage ReadOnlyAccess",))
    page.run(lambda service: service.groups.create(draft), lambda _row: page.refresh())
    robot.settle()
    listing: Any = page.listing  # type: ignore[attr-defined]  # the pages with a list have one
    assert [row.name for row in listing.model.rows] == ["readers"]


def test_a_sheet_keeps_what_was_refused_and_says_why_beside_the_field(robot: Robot) -> None:
    from koodesk.demo.red_packet import RedPacketStory
    from koodesk.ui.widgets.dialogs import Shade

    robot.go("sms_apps")
    robot.click("add-app")
    sheet = robot.sheet()
    assert robot.window.findChild(Shade) is not None
    name = RedPacketStory.fields(sheet)["name"]
    robot.fill(name.control, "<b>不行</b>")
    robot.click(sheet.accept_button)
    robot.settle()
    assert sheet.isVisible()
    assert name.control.property("state") == "error"
    assert name.control.text() == "<b>不行</b>"
    sheet.reject()
    robot.settle()
    assert robot.window.findChild(Shade) is None


def test_a_notice_goes_to_the_page_shown_and_a_success_goes_away_by_itself(robot: Robot) -> None:
    robot.go("sms_apps")
    robot.window.desk.notice("<b>好</b>", "success")
    banner = robot.page.banner
    assert banner.isVisible()
    assert banner.accessibleName() == "<b>好</b>"
    assert banner._timer.isActive()
    jumped: list[int] = []
    banner.tell("要看这里", "warning", "去看", lambda: jumped.append(1))
    assert not banner._timer.isActive()
    assert banner._jump is not None
    robot.click(banner._jump)
    assert jumped == [1]


def test_the_status_bar_says_that_no_engine_runs(robot: Robot) -> None:
    from koodesk.ui.i18n import tr

    status = robot.window.status
    robot.wait(lambda: status.engine.accessibleName() == tr("本地引擎未运行"), "it says so")
    assert status.engine.toolTip()
    assert not status.running.isVisible()


def test_closing_remembers_the_page_and_the_size(robot: Robot, tmp_path: Path) -> None:
    robot.go("filings")
    robot.window.resize(1100, 700)
    assert robot.window.close()
    stored: dict[str, Any] = json.loads((tmp_path / "ws" / "settings.json").read_text("utf-8"))["settings"]
    assert stored["last_page"] == "filings"
    assert stored["window_geometry"]
