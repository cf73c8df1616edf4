# SPDX-License-Identifier: Apache-2.0
"""The speed of the engine's clock, chosen in the settings and told in the status bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.settings import SettingsPage

pytestmark = pytest.mark.gui


def test_without_an_engine_the_page_says_so(robot: Robot) -> None:
    page = cast("SettingsPage", robot.go("settings"))
    robot.settle()
    assert page.clock.now.text() == "本地引擎未运行"
    page.clock.speed.setCurrentIndex(2)
    page.clock.change()
    robot.settle()
    assert page.banner.isVisible()


def test_a_chosen_speed_is_in_force_at_once(live: Robot) -> None:
    page = cast("SettingsPage", live.go("settings"))
    live.settle()
    assert page.clock.speed.value == 1
    page.clock.speed.setCurrentIndex(4)
    page.clock.change()
    live.settle()
    assert page.clock.speed.value == 3_600
    live.window.status.poll()
    live.settle()
    assert live.window.status.clock.text().endswith("×3,600")
