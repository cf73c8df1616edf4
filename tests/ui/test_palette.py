# SPDX-License-Identifier: Apache-2.0
"""The palette finds records of a real workspace, opens the very record, and drops answers to what is no longer asked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot
    from koodesk.ui.palette import CommandPalette

# The palette is a popup; offscreen has no grabs.
pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("grabbing the keyboard")]
FIXTURES = Path(__file__).parents[1] / "fixtures"


@pytest.fixture
def robot(look: None, tmp_path: Path) -> Iterator[Robot]:
    """A window on a workspace in which a red packet was sent, without engine and worker."""
    from koodesk.backend.workspace import Workspace
    from tests.journeys.windows import Windows

    workspace = Workspace(tmp_path / "ws").create()
    shutil.copy(FIXTURES / "v3-workspace.db", workspace.database)
    windows = Windows()
    yield windows.open(tmp_path / "ws", processes=False)
    windows.end()


def opened(robot: Robot, query: str = "") -> CommandPalette:
    from PySide6.QtCore import QCoreApplication, QEvent

    from koodesk.ui.palette import CommandPalette

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    robot.window.open_palette()
    palette = robot.window.findChild(CommandPalette)
    assert palette is not None
    robot.settle()
    palette.search.setText(query)
    robot.settle()
    return palette


def shown(palette: CommandPalette) -> list[str]:
    """Return the headings and lines, headings in brackets."""
    from PySide6.QtCore import Qt

    items = [palette.list.item(n) for n in range(palette.list.count())]
    return [i.text() if i.flags() & Qt.ItemFlag.ItemIsSelectable else f"[{i.text()}]" for i in items]


def test_records_are_grouped_below_pages_and_actions(robot: Robot) -> None:
    palette = opened(robot, "短消息")
    assert shown(palette)[:4] == ["[页面]", "短消息应用", "短消息签名", "短消息模板"]
    palette.search.setText("红包")
    robot.settle()
    assert shown(palette) == [
        *("[智能信息模板]", "新春红包"),
        *("[发送任务]", "新春红包"),
        *("[短消息模板]", "新春红包提醒"),
        *("[审核台]", "新春红包提醒", "新春红包"),
    ]
    assert palette.list.currentRow() == 1, "the first record is chosen, not its heading"


def test_pinyin_initials_find_pages_and_records(robot: Robot) -> None:
    assert "企业备案" in shown(opened(robot, "qyba"))
    assert "云杉商城" in shown(opened(robot, "yssc"))


@pytest.mark.parametrize(
    ("query", "downs", "page", "chosen"),
    [
        ("红包", 1, "campaigns", None),
        ("红包", 2, "sms_templates", "新春红包提醒"),
        ("yssc", 0, "sms_signatures", "云杉商城"),
        ("yunshan", 0, "sms_apps", "yunshan_mall"),
    ],
)
def test_enter_opens_the_record_itself(
    robot: Robot, query: str, downs: int, page: str, chosen: str | None
) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    palette = opened(robot, query)
    for _ in range(downs):
        QTest.keyClick(palette.search, Qt.Key.Key_Down)
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    robot.settle()
    assert robot.window.current_id == page
    if chosen is not None:
        listing: Any = robot.page.listing  # type: ignore[attr-defined]  # the pages with a list have one
        assert listing.table.current().name == chosen
        assert listing.table.hasFocus() or not robot.window.isActiveWindow()


def test_a_whole_number_opens_the_details_of_that_number(robot: Robot) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    numbers: list[int] = []

    def ask(service: Any, _task: Any) -> int:
        with service.search._store._database.read() as connection:
            return int(connection.exec_driver_sql("SELECT number FROM recipient LIMIT 1").scalar_one())

    robot.window.desk.bridge.call(robot.window, ask, numbers.append)
    robot.settle()
    palette = opened(robot, str(numbers[0]))
    assert shown(palette)[0] == "[号码]"
    assert str(numbers[0]) not in "".join(shown(palette)), "a number is shown masked"
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    robot.settle()
    page: Any = robot.page
    assert robot.window.current_id == "details"
    assert len(page.listing.model.rows) == 1


def test_keys_go_over_headings_and_round_the_ends(robot: Robot) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    palette = opened(robot, "红包")
    QTest.keyClick(palette.search, Qt.Key.Key_Up)
    assert palette.list.currentRow() == palette.list.count() - 1
    QTest.keyClick(palette.search, Qt.Key.Key_Down)
    assert palette.list.currentRow() == 1
    QTest.keyClick(palette.search, Qt.Key.Key_PageDown)
    assert shown(palette)[palette.list.currentRow() - 1] == "[发送任务]"
    QTest.keyClick(palette.search, Qt.Key.Key_PageUp)
    assert palette.list.currentRow() == 1


def test_an_answer_to_what_is_no_longer_asked_is_dropped(robot: Robot) -> None:
    palette = opened(robot)
    asked: list[str] = []
    call = robot.window.desk.bridge.call

    def spy(owner: Any, work: Any, then: Any = None, failed: Any = None, **named: Any) -> Any:
        if owner is palette:
            asked.append(palette.search.text())
        return call(owner, work, then, failed, **named)

    robot.window.desk.bridge.call = spy  # type: ignore[method-assign]  # counts what is asked
    for text in ("红", "红包", "红包提", "红包提醒"):
        palette.search.setText(text)  # faster than any answer
    robot.settle()
    del robot.window.desk.bridge.call
    assert asked == ["红", "红包提醒"], "one question at a time, and what came between is never asked"
    assert shown(palette)[-1] == "新春红包提醒"
    assert all("提醒" in line for line in shown(palette) if not line.startswith("["))
