# SPDX-License-Identifier: Apache-2.0
"""What each chapter of the guide begins with (准备工作): groups, users and rights, and the proof that a reader only reads."""

from __future__ import annotations

from typing import Any, ClassVar, Final, cast

from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

from koodesk.demo.robot import Stuck, pause
from koodesk.demo.telling import Telling
from koodesk.ui.pages.iam.check_list import CheckList
from koodesk.ui.rights import DeniedPage

PASSWORD: Final = "Spruce-2026"  # noqa: S105 - of a user that lives as long as the story
OPERATORS: Final = ("运营组", ("KooMessage FullAccess", "RTC Administrator"), "王敏")


class Console(Telling):
    """A telling that begins with users and rights. A story says which policy its reader has, and where it is felt."""

    reader_policy: ClassVar[str] = "KooMessage ReadOnlyAccess"
    probe: ClassVar[tuple[str, str]] = ("send", "send")
    """The page of the chapter's probe, and the button a reader may not press."""
    reader: ClassVar[str] = "李静"

    def make_users(self) -> None:
        """Create groups with their policies, and users in them."""
        readers = ("只读组", (self.reader_policy,), self.reader)
        for number, (group, policies, user) in enumerate((OPERATORS, readers)):
            self._make_group(group, policies, shot=not number)
            self._make_user(group, user, shot=not number)
        robot = self.robot
        robot.go("iam_users")
        robot.settle()
        robot.shot("users")

    def _make_group(self, name: str, policies: tuple[str, ...], *, shot: bool) -> None:
        robot = self.robot
        robot.go("iam_groups")
        robot.click("group-add")
        sheet = robot.sheet()
        robot.fill(robot.find(QLineEdit, "group-name", sheet), name)
        boxes = robot.find(CheckList, "group-policies", sheet).boxes
        for policy in policies:
            boxes[policy].setChecked(True)
        if shot:
            robot.shot("group")
        robot.accept(sheet)

    def _make_user(self, group: str, name: str, *, shot: bool) -> None:
        robot = self.robot
        robot.go("iam_users")
        robot.click("user-add")
        sheet = robot.sheet()
        robot.fill(robot.find(QLineEdit, "user-name", sheet), name)
        robot.fill(robot.find(QLineEdit, "user-password", sheet), PASSWORD)
        fields = self.fields(sheet)
        cast(Any, fields["must_change"].control).setChecked(False)
        boxes = robot.find(CheckList, "user-groups", sheet).boxes
        next(box for box in boxes.values() if box.text() == group).setChecked(True)
        if shot:
            robot.shot("user")
        robot.accept(sheet)

    def verify_rights(self) -> None:
        """Sign in as the reader: what the policy does not allow cannot be done."""
        robot = self.robot
        screen = self._leave()
        robot.fill(screen.name, self.reader)
        robot.fill(screen.password, PASSWORD)
        robot.shot("sign-in")
        robot.click(screen.enter)
        robot.wait(lambda: not robot.window.gate.shut and bool(robot.window.current_id), "the reader is in")
        robot.settle()
        page, name = self.probe
        robot.go(page)
        shown = robot.page
        said = shown.why if isinstance(shown, DeniedPage) else self._press(name)
        if self.reader not in said:
            raise Stuck(f"{self.reader_policy} does not stop {name}: {said}")
        robot.shot("probe")
        robot.click(self._leave().as_main)
        robot.wait(lambda: not robot.window.gate.shut and bool(robot.window.current_id), "she is back")
        pause(20)
        robot.settle()

    def _leave(self) -> Any:
        """Sign out; return the screen on which the next one signs in."""
        robot = self.robot
        robot.window.switch_user()
        robot.settle()
        robot.wait(lambda: robot.window.gate.shut, "the sign-in screen")
        return robot.window.gate.screen

    def before_probe(self) -> None:
        """Do what has to be chosen on the probe's page first."""

    def _press(self, name: str) -> str:
        """Press what the reader may not; return why it cannot be pressed, or what the window says to it."""
        robot = self.robot
        self.before_probe()
        button = robot.find(QAbstractButton, name, cast(QWidget, robot.page))
        if not button.isEnabled():
            return button.toolTip()
        robot.click(button)
        for sheet in robot.open_sheets():
            robot.click(sheet.accept_button)
        robot.settle()
        return robot.said()
