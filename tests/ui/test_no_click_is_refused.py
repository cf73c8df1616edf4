# SPDX-License-Identifier: Apache-2.0
"""What one may not do is off wherever it stands: somebody who may look at everything and change nothing clicks every control of
every page that is on, accepts every sheet that opens, and no call is refused for want of a right.

Rights are judged by the service alone; what is looked at here is that the window says so before the click and not after it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QDialog,
    QRadioButton,
    QToolButton,
)

from koodesk.backend.bootstrap import access_rules, open_service
from koodesk.backend.service import Service
from koodesk.backend.testing import QuickPasswords
from koodesk.backend.views.identity import AuditFilter, GroupDraft, UserDraft
from koodesk.backend.workspace import Workspace
from koodesk.demo.robot import Robot, pause
from koodesk.domain.access import Kind
from koodesk.domain.audit import Outcome
from koodesk.ui.pages.factories import PAGES
from koodesk.ui.rights import DeniedPage
from koodesk.ui.widgets.dialogs import Sheet
from tests.journeys.windows import Windows

pytestmark = [
    pytest.mark.gui,
    pytest.mark.slow,
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # menus open on no screen
]

PASSWORD = "Spruce-2026"
FIXTURES = Path(__file__).parents[1] / "fixtures"
EDITORS = ("editor", "video_editor")
"""Their studios have hundreds of controls that ask the service nothing; what saves is in the head and is guarded there."""
MOST = 60


@pytest.fixture
def windows(look: None) -> Iterator[Windows]:
    windows = Windows()
    yield windows
    windows.end()


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are quick, and no browser opens."""
    monkeypatch.setattr("koodesk.backend.wiring.people.Argon2Passwords", QuickPasswords)
    monkeypatch.setattr(QDesktopServices, "openUrl", staticmethod(lambda *_: True))


class Reader:
    """Somebody who may read everything, at a window; `admin` looks into the audit log meanwhile."""

    def __init__(self, robot: Robot, admin: Service) -> None:
        self.robot, self.admin = robot, admin
        self.refused: list[str] = []

    def denied(self) -> list[tuple[str, str]]:
        where = AuditFilter(who="mary", outcome=Outcome.DENIED)
        return [(e.action, e.what) for e in reversed(self.admin.audit.page(limit=1_000, where=where).entries)]

    def show(self, page_id: str, arguments: dict[str, Any]) -> None:
        """Show a page and choose the first row of each list."""
        self.robot.go(page_id, **arguments)
        for view in self.robot.page.findChildren(QAbstractItemView):
            model = view.model()
            if view.isVisible() and model is not None and model.rowCount():
                view.setCurrentIndex(model.index(0, 0))
        self.robot.settle()

    def click_all(self, page_id: str, arguments: dict[str, Any]) -> int:
        """Click every control that is on; return how many."""
        self.show(page_id, arguments)
        if isinstance(self.robot.page, DeniedPage):
            return 0
        seen: set[str] = set()
        while len(seen) < MOST:
            fresh = [
                b for b in self.robot.page.findChildren(QAbstractButton) if on(b) and told(b) not in seen
            ]
            if not fresh:
                break
            seen.add(told(fresh[0]))
            before = len(self.denied())
            fresh[0].click()
            self.robot.settle()
            self._note(f"{page_id}: {told(fresh[0])}", before)
            self._accept_sheets(f"{page_id}: {told(fresh[0])}")
            self.show(page_id, arguments)
        return len(seen)

    def _accept_sheets(self, what: str) -> None:
        for sheet in self.robot.window.findChildren(Sheet):
            if sheet.isVisible() and sheet.accept_button.isVisible() and sheet.accept_button.isEnabled():
                before = len(self.denied())
                sheet.accept_button.click()
                self.robot.settle()
                self._note(f"{what} > sheet", before)
        for widget in QApplication.topLevelWidgets():
            if widget is not self.robot.window and widget.isVisible():
                if isinstance(widget, QDialog):
                    widget.reject()
                else:
                    widget.close()
        pause(1)

    def _note(self, what: str, before: int) -> None:
        self.refused += [f"{what} -> {action} ({method})" for action, method in self.denied()[before:]]


def on(control: QAbstractButton) -> bool:
    opens_menu = isinstance(control, QToolButton) and control.menu() is not None
    choice = isinstance(control, (QRadioButton, QCheckBox))
    named = control.objectName() or control.text() or control.toolTip()
    return control.isVisible() and control.isEnabled() and bool(named) and not opens_menu and not choice


def told(control: QAbstractButton) -> str:
    try:
        return f"{control.objectName()} {control.text() or control.toolTip()}".strip()
    except RuntimeError:
        return "a control that is gone"


@pytest.mark.parametrize("fixture", ["", "v4-workspace.db", "v4-service-account-workspace.db"])
def test_no_click_is_refused(windows: Windows, tmp_path: Path, fixture: str) -> None:
    workspace = Workspace(tmp_path / "ws").create()
    if fixture:
        shutil.copy(FIXTURES / fixture, workspace.database)
    reads = [action.id for action in access_rules().actions.values() if action.kind is Kind.READ]
    document = {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": reads}]}
    with open_service(workspace) as admin:
        admin.policies.create("reading", json.dumps(document))
        mary = admin.users.create(UserDraft("mary"), PASSWORD, must_change=False)
        admin.groups.create(GroupDraft("readers", policies=("reading",), members=(mary.id,)))
        accounts, sends = admin.service_accounts.list(), admin.campaigns.list()
        arguments: dict[str, dict[str, Any]] = {
            "account_wizard": {"id": accounts[0].id} if accounts else {"new": True},
            "details": {"campaign_id": sends[0].id} if sends else {},
        }
        robot = windows.open(workspace.root, processes=False)
        robot.window.switch_user()
        robot.settle()
        screen = robot.window.gate.screen
        assert screen is not None
        robot.fill(screen.name, "mary")
        robot.fill(screen.password, PASSWORD)
        robot.click(screen.enter)
        robot.wait(lambda: not robot.window.gate.shut and bool(robot.window.current_id), "she is in")
        reader = Reader(robot, admin)
        skipped = {*EDITORS} | (set() if sends else {"details", "heat"})
        clicked = sum(
            reader.click_all(page, arguments.get(page, {})) for page in PAGES if page not in skipped
        )
        assert reader.refused == []
        assert clicked > 30, "the pages have been clicked through"
