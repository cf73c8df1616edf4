# SPDX-License-Identifier: Apache-2.0
"""The local engine does not run: pages say so instead of waiting for ever, and offer to start it (started for real in the journeys)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from koodesk.domain.problem import problem
from koodesk.ui import engine_start

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot


def test_only_the_local_engine_is_started_from_here() -> None:
    local = problem("gateway.unreachable", gateway="local", reason="refused")
    cloud = problem("gateway.unreachable", gateway="cloud", reason="refused")
    other = problem("gateway.refused", gateway="local", error_code="KD.X")
    assert engine_start.is_away((other, local))
    assert not engine_start.is_away((cloud, other))
    assert not engine_start.is_away(())


@pytest.mark.gui
@pytest.mark.parametrize("page_id", ["packages", "bills", "account", "video_report", "review", "settings"])
def test_a_page_that_needs_the_engine_offers_to_start_it_and_waits_no_longer(
    robot: Robot, page_id: str
) -> None:
    from PySide6.QtWidgets import QPushButton

    from koodesk.ui.i18n import tr
    from koodesk.ui.widgets.empty import Skeleton

    page = robot.go(page_id)
    offered = [b.text() for b in page.banner.findChildren(QPushButton) if b.isVisible()]
    assert tr("启动本地引擎") in offered
    waiting = [s for s in page.findChildren(Skeleton) if s.isVisible() and not s.accessibleName()]
    assert not waiting, "grey bars that no rows will ever follow"


@pytest.mark.gui
def test_what_was_said_of_the_engine_is_not_said_on_after_it_came_back(robot: Robot) -> None:
    page = robot.go("packages")
    assert page.banner.isVisible()
    page.refresh = lambda: None  # type: ignore[method-assign]  # as when it answers now
    robot.window.desk.changed.emit("engine")
    assert not page.banner.isVisible()


@pytest.mark.gui
def test_an_engine_that_is_being_started_is_no_trouble_yet(robot: Robot) -> None:
    from PySide6.QtWidgets import QPushButton

    robot.window.desk.engine_starting = True
    page = robot.go("packages")
    assert page.banner.property("banner") == "accent"
    assert not [b for b in page.banner.findChildren(QPushButton) if b.isVisible()]
    robot.window.status.poll()
    robot.settle()
    assert not robot.window.status.start.isVisible()
    robot.window.desk.engine_starting = False
    robot.window.status.poll()
    robot.wait(robot.window.status.start.isVisible, "the status bar offers to start it")
