# SPDX-License-Identifier: Apache-2.0
"""Everything by keyboard: Tab comes to every control of every page, each says its name and shows that it has the keyboard, and Esc
closes what was opened over a page and gives the keyboard back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from koodesk.demo.robot import Robot

pytestmark = [pytest.mark.gui]
MOST_STEPS = 400


def pages() -> list[str]:
    from koodesk.ui.navigation import AREAS

    return [entry.page_id for area in AREAS for entry in area.pages]


def controls(page: QWidget) -> Iterator[Any]:
    """What a person could use of a page now; parts of a control that Qt makes are no controls of their own."""
    from PySide6.QtWidgets import (
        QAbstractButton,
        QAbstractItemView,
        QAbstractSpinBox,
        QComboBox,
        QHeaderView,
        QLineEdit,
        QPlainTextEdit,
        QRadioButton,
        QTabBar,
        QWidget,
    )

    kinds = (
        QAbstractButton,
        QAbstractItemView,
        QAbstractSpinBox,
        QComboBox,
        QLineEdit,
        QPlainTextEdit,
        QTabBar,
    )
    for part in page.findChildren(QWidget):
        over = part.parentWidget()
        inside = isinstance(part, QHeaderView) or isinstance(
            over, (QAbstractSpinBox, QComboBox, QAbstractItemView, QLineEdit)
        )
        if isinstance(part, QRadioButton) and not part.isChecked():
            continue  # the arrow keys choose among radio buttons; Tab comes to the one that is chosen
        if isinstance(part, kinds) and not inside and part.isVisible() and part.isEnabled():
            yield part


def called(control: QWidget) -> str:
    """What a screen reader says of a control."""
    from PySide6.QtGui import QAccessible

    said = QAccessible.queryAccessibleInterface(control)
    return said.text(QAccessible.Text.Name).strip() if said is not None else ""


def looks(control: QWidget) -> Any:
    from PySide6.QtWidgets import QApplication

    QApplication.processEvents()
    return control.grab().toImage()


def named(control: QWidget) -> str:
    text = getattr(control, "text", None)
    return f"{type(control).__name__} {control.objectName()} {text() if callable(text) else ''}"


def activate(robot: Robot) -> None:
    """Make the window the one with the keyboard: the offscreen platform does so for none, nor after a sheet."""
    from PySide6.QtWidgets import QApplication

    robot.window.activateWindow()
    robot.wait(lambda: QApplication.activeWindow() is robot.window, "the window has the keyboard")


def walk(robot: Robot) -> list[QWidget]:
    """Press Tab from the rail until it comes round; return where the keyboard was."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QToolButton

    activate(robot)
    robot.find(QToolButton, "nav-overview").setFocus()
    seen: list[QWidget] = []
    for _ in range(MOST_STEPS):
        before = QApplication.focusWidget()
        assert before is not None
        QTest.keyClick(before, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        assert now is not None
        assert now is not before, f"Tab does not leave {named(before)}"
        if now in seen:
            return seen
        seen.append(now)
    raise AssertionError("Tab does not come round")


@pytest.mark.slow
def test_tab_comes_to_every_control_and_each_has_a_name_and_a_mark(robot: Robot) -> None:
    from PySide6.QtCore import Qt

    wrong = []
    for page_id in pages():
        page = robot.go(page_id)
        offered = list(controls(page))  # coming to a list chooses a row, which offers more
        seen = walk(robot)
        wrong += [f"{page_id}: Tab never comes to {named(one)}" for one in offered if one not in seen]
        for one in seen:
            if not page.isAncestorOf(one):
                continue
            if not called(one):
                wrong.append(f"{page_id}: {named(one)} has no name")
            one.setFocus(Qt.FocusReason.TabFocusReason)
            marked = looks(one)
            one.clearFocus()
            if marked == looks(one):
                wrong.append(f"{page_id}: {named(one)} does not show that it has the keyboard")
    assert wrong == []


@pytest.mark.slow
def test_esc_closes_every_sheet_and_gives_the_keyboard_back(
    robot: Robot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every button of every page of an empty workspace that opens something over it."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QDesktopServices
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QDialog, QPushButton
    from shiboken6 import isValid

    from koodesk.ui import engine_start

    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _: True)
    monkeypatch.setattr(engine_start, "start", lambda *_: None)  # tests/ui/test_engine_start.py
    opened, wrong = 0, []
    for page_id in pages():
        page = robot.go(page_id)
        for button in [one for one in controls(page) if isinstance(one, QPushButton)]:
            if robot.window.current_id != page_id:
                robot.go(page_id)  # the one before led elsewhere
            if not isValid(button) or not button.isVisible() or not button.isEnabled():
                continue  # what one press says takes the place of what another was offered with
            activate(robot)
            button.setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClick(button, Qt.Key.Key_Space)
            robot.settle()
            sheet = QApplication.activeModalWidget()
            if not isinstance(sheet, QDialog):
                continue
            opened += 1
            what, focus = f"{page_id}: {named(button)}", QApplication.focusWidget()
            if focus is None or not sheet.isAncestorOf(focus):
                wrong.append(f"{what}: the keyboard is not in what it opens")
            wrong += [f"{what}: {named(one)} has no name" for one in controls(sheet) if not called(one)]
            QTest.keyClick(focus or sheet, Qt.Key.Key_Escape)
            robot.settle()
            if QApplication.activeModalWidget() is not None:
                wrong.append(f"{what}: Esc does not close it")
                sheet.close()
            elif robot.window.current_id == page_id and robot.window.focusWidget() is not button:
                wrong.append(f"{what}: the keyboard does not come back")
    assert wrong == []
    assert opened > 20


def press(robot: Robot, key: Any, *, control: bool = False) -> None:
    """Press a key where the keyboard is."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    modifier = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(QApplication.focusWidget() or robot.window, key, modifier)
    robot.settle()


def tab_to(robot: Robot, wanted: QWidget) -> None:
    """Press Tab until the keyboard is on a widget."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    for _ in range(60):
        focus = QApplication.focusWidget()
        assert focus is not None
        if focus is wanted:
            return
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    raise AssertionError(f"Tab does not come to {named(wanted)}")


def asked(robot: Robot, work: Any) -> Any:
    """Ask the service as a page does."""
    answers: list[Any] = []
    robot.window.desk.bridge.call(robot.window, lambda service, _: work(service), answers.append)
    robot.settle()
    return answers[0]


@pytest.mark.slow
@pytest.mark.qt_log_ignore("does not support grabbing the keyboard")  # the search is a popup
def test_a_user_group_is_made_by_keyboard_alone(robot: Robot) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QCheckBox, QPushButton

    from koodesk.ui.palette import CommandPalette

    activate(robot)
    press(robot, Qt.Key.Key_K, control=True)
    palette = robot.window.findChild(CommandPalette)
    assert palette is not None
    QTest.keyClicks(palette.search, "yhz")  # the initials of 用户组
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    robot.settle()
    assert robot.window.current_id == "iam_groups"
    focus = QApplication.focusWidget()
    assert focus is not None
    assert robot.page.isAncestorOf(focus), "the keyboard is on the page, not before its rail"
    tab_to(robot, robot.find(QPushButton, "group-add"))
    press(robot, Qt.Key.Key_Space)
    sheet = robot.sheet()
    name = QApplication.focusWidget()
    assert name is not None
    QTest.keyClicks(name, "readers")
    box = next(one for one in sheet.findChildren(QCheckBox) if one.text() == "KooMessage ReadOnlyAccess")
    tab_to(robot, box)
    press(robot, Qt.Key.Key_Space)
    press(robot, Qt.Key.Key_Return)
    groups = asked(robot, lambda service: service.groups.list())
    assert [(one.name, one.policies) for one in groups] == [("readers", ("KooMessage ReadOnlyAccess",))]


@pytest.mark.slow
def test_a_template_is_begun_by_keyboard_alone(robot: Robot) -> None:
    from PySide6.QtCore import Qt

    activate(robot)
    press(robot, Qt.Key.Key_N, control=True)
    press(robot, Qt.Key.Key_Return)
    robot.wait(lambda: robot.window.current_id == "editor", "the editor shows")
    robot.settle()
    assert len(asked(robot, lambda service: service.cards.list())) == 1


def test_f6_takes_the_keyboard_to_the_page_and_back(robot: Robot) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication, QPushButton, QToolButton

    robot.go("sms_apps")
    activate(robot)
    rail = robot.find(QToolButton, "nav-sms_apps")
    rail.setFocus()
    press(robot, Qt.Key.Key_F6)
    assert QApplication.focusWidget() is robot.find(QPushButton, "add-app")
    press(robot, Qt.Key.Key_F6)
    assert QApplication.focusWidget() is rail


def test_the_keyboard_follows_from_a_page_that_leads_to_another(robot: Robot) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QAbstractButton, QToolButton

    robot.window.activateWindow()
    page = robot.go("sms_apps")
    add = robot.find(QAbstractButton, "add-app")
    add.setFocus(Qt.FocusReason.TabFocusReason)
    add.clearFocus()  # as a dialog leaves it that was opened from here and leads on
    robot.window.desk.go("filings")
    robot.settle()
    focus = robot.window.focusWidget()
    assert robot.page is not page
    assert focus is not None
    assert robot.page.isAncestorOf(focus), "not at the head of the rail, thirteen keys away"
    # Whoever walks along the rail stays on it.
    rail = robot.find(QToolButton, "nav-overview")
    rail.setFocus(Qt.FocusReason.TabFocusReason)
    robot.window.show_page("sms_apps")
    robot.settle()
    assert robot.window.focusWidget() is rail


def test_a_list_that_becomes_empty_hands_the_keyboard_on(look: None, qtbot: QtBot) -> None:
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

    from koodesk.ui.widgets.empty import EmptyState
    from koodesk.ui.widgets.listing import Listing
    from koodesk.ui.widgets.tables import Column

    holder = QWidget()
    qtbot.addWidget(holder)
    column = QVBoxLayout(holder)
    search = QLineEdit()
    plain = Listing((Column("名称", str),), EmptyState("x", "没有", "什么都没有"), key=str)
    offering = Listing(
        (Column("名称", str),), EmptyState("x", "没有", "添加一个", "添加", lambda: None), key=str
    )
    for part in (search, plain, offering):
        column.addWidget(part)
    holder.show()
    holder.activateWindow()
    QTest.qWaitForWindowActive(holder)
    for listing in (plain, offering):
        listing.show_rows(["一"])
        listing.table.setFocus()
        listing.show_rows([])
        assert holder.focusWidget() is not listing.empty, "nobody sees where the keyboard is"
    assert isinstance(offering.empty, EmptyState)
    assert holder.focusWidget() is offering.empty.button
