# SPDX-License-Identifier: Apache-2.0
"""The page of workers: nobody, the one worker of a file, and a team's with what each does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from koodesk.backend.sending.lock import WorkerLock
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.workers import SqlWorkers
from koodesk.backend.views.workers import JobRow, MinuteRow, WorkerRow, WorkersView
from koodesk.domain.workers import JobState, WorkerState

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.workers import WorkersPage

pytestmark = pytest.mark.gui

NOW = 1_780_000_030_000


def test_a_file_without_and_with_its_worker(robot: Robot) -> None:
    page = cast("WorkersPage", robot.go("workers"))
    robot.settle()
    assert page.workers.currentWidget() is page.workers.empty
    workspace = robot.window.desk.workspace
    database = Database(workspace.database)
    SqlWorkers(database).arrive("a", "laptop", 4711, "local", NOW)
    with WorkerLock(workspace.worker_lock):
        page.refresh()
        robot.settle()
        (row,) = page.workers.model.rows
        assert (row.machine, row.pid, row.state) == ("laptop", 4711, WorkerState.WORKING)
        assert "koodesk worker" not in page.about.text(), "one cannot start a second"
    page.refresh()
    robot.settle()
    assert page.workers.currentWidget() is page.workers.empty, "its row says nothing once its lock is free"
    database.close()


def test_a_team_is_told_in_words(robot: Robot) -> None:
    page = cast("WorkersPage", robot.go("workers"))
    robot.settle()
    page._timer.stop()
    page._show(
        WorkersView(
            shared=True,
            now_ms=NOW,
            workers=(
                WorkerRow("one", 1, "local", NOW - 60_000, NOW - 3_000, WorkerState.WORKING, 2),
                WorkerRow("two", 2, "local", NOW - 60_000, NOW - 99_000, WorkerState.GONE, 0),
            ),
            jobs=(
                JobRow(1, "send", 7, "红包", JobState.RUNNING, "one", 1, NOW),
                JobRow(2, "receive", 0, "", JobState.RUNNING, "one", 1, NOW),
                JobRow(3, "send", 8, "账单", JobState.STALLED, "two", 2, NOW),
                JobRow(4, "send", 9, "", JobState.WAITING, "", 0, NOW),
            ),
            minutes=(MinuteRow(NOW - 60_000, 600, 3), MinuteRow(NOW, 1, 0)),
        )
    )
    page._timer.stop()
    cells = _texts(page.workers.model)
    assert [row[4] for row in cells] == ["发送「红包」 等 2 项", "发送「账单」"]
    assert [row[6] for row in cells] == ["3 秒前", "99 秒前"]
    assert [row[0] for row in _texts(page.jobs.model)] == [
        "发送「红包」", "接收回执", "发送「账单」", "发送任务 9",
    ]  # fmt: skip
    assert [row[2] for row in _texts(page.jobs.model)] == ["one · 1", "one · 1", "two · 2", "—"]
    assert (page.at_work._value.text(), page.speed._value.text()) == ("1", "10.0")
    assert "600" in page.chart.accessibleName()


def _texts(model: Any) -> list[list[str]]:
    return [
        [model.data(model.index(row, column)) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]
