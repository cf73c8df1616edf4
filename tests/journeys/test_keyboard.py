# SPDX-License-Identifier: Apache-2.0
"""Everything by keyboard: a marketer reaches a confirmed send without touching the mouse.

Only choosing a file takes the picker's slot: the dialog for it is the system's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from koodesk.demo.robot import Robot
    from tests.journeys.windows import Windows

pytestmark = [pytest.mark.gui, pytest.mark.slow]
MOST_TABS = 80


def press(robot: Robot, key: Any, *, control: bool = False) -> None:
    """Press a key where the focus is."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from koodesk.demo.robot import pause

    target = QApplication.focusWidget() or QApplication.activeWindow() or robot.window
    modifier = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(target, key, modifier)
    pause(10)


def type_in(widget: QWidget | None, text: str) -> None:
    """Type a text as an input method does: Chinese has no keys of its own."""
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtGui import QInputMethodEvent

    assert widget is not None
    typed = QInputMethodEvent()
    typed.setCommitString(text)
    QCoreApplication.sendEvent(widget, typed)


def by_palette(robot: Robot, letters: str) -> None:
    """Go to a page by Ctrl+K, a few letters and Enter."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from koodesk.ui.palette import CommandPalette

    robot.window.activateWindow()
    robot.wait(robot.window.isActiveWindow, "the window is active")
    press(robot, Qt.Key.Key_K, control=True)
    palette = robot.window.findChild(CommandPalette)
    assert palette is not None
    type_in(palette.search, letters)
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    robot.settle()


def tab_to(robot: Robot, wanted: QWidget) -> None:
    """Press Tab until the focus is on a widget or inside it."""
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication

    seen = []
    for _ in range(MOST_TABS):
        focused = QApplication.focusWidget()
        if focused is not None and (focused is wanted or wanted.isAncestorOf(focused)):
            return
        seen.append(type(focused).__name__ + " " + (focused.accessibleName() if focused else ""))
        press(robot, Qt.Key.Key_Tab)
    raise AssertionError(f"Tab never comes to {wanted.objectName() or wanted.accessibleName()}: {seen}")


@pytest.mark.qt_log_ignore(
    "does not support grabbing the keyboard"
)  # the palette is a popup; offscreen has no grabs
def test_a_send_is_confirmed_by_keyboard_alone(windows: Windows, sample: Path, tmp_path: Path) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication

    from koodesk.demo import files
    from koodesk.demo.red_packet import RedPacketStory
    from koodesk.demo.telling import Plan
    from koodesk.ui.pages.send.page import SendPage
    from koodesk.ui.widgets.dialogs import Sheet

    robot = windows.open(sample)
    RedPacketStory(robot, Plan(tmp_path, 20, 1)).wake_at(10)
    by_palette(robot, "新建发送")
    page = cast(SendPage, robot.page)
    assert robot.window.current_id == "send"

    tab_to(robot, page.name)
    type_in(QApplication.focusWidget(), "键盘也能发")
    path = files.numbers(tmp_path / "号码.xlsx", tuple(page.audience.card.params), 20, 1)
    tab_to(robot, page.audience.picker)
    page.audience.picker.set_path(str(path))
    robot.wait(lambda: page.audience.audience is not None, "the numbers are checked")
    robot.settle()
    tab_to(robot, page.audience.consent_kind)
    press(robot, Qt.Key.Key_Down)
    robot.settle()
    tab_to(robot, page.audience.consent)
    type_in(QApplication.focusWidget(), "会员注册协议")
    press(robot, Qt.Key.Key_Tab)
    robot.settle()
    tab_to(robot, page.send_button)
    press(robot, Qt.Key.Key_Space)
    sheet = robot.sheet()
    robot.wait(lambda: QApplication.activeWindow() is sheet, "the sheet has the keyboard")
    assert QApplication.focusWidget() is sheet.cancel_button, "the safe button has the focus first"
    tab_to(robot, sheet.accept_button)
    press(robot, Qt.Key.Key_Space)
    robot.wait(lambda: robot.window.current_id == "campaigns", "the send task shows")
    assert not [s for s in robot.window.findChildren(Sheet) if s.isVisible()]
    story = RedPacketStory(robot, Plan(tmp_path, 20, 1))
    tasks = story.ask(lambda service: service.campaigns.list())
    assert [task.name for task in tasks] == ["键盘也能发"]
    robot.wait(lambda: story.ask(lambda s: s.campaigns.get(tasks[0].id)).state == "finished", "it ends")


def test_escape_leaves_a_sheet_and_nothing_is_sent(windows: Windows, sample: Path) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication

    robot = windows.open(sample)
    robot.go("sms_apps")
    robot.click("add-app")
    sheet = robot.sheet()
    robot.wait(lambda: QApplication.activeWindow() is sheet, "the sheet has the keyboard")
    press(robot, Qt.Key.Key_Escape)
    robot.wait(lambda: not robot.open_sheets(), "the sheet goes")
    assert robot.window.current_id == "sms_apps"
