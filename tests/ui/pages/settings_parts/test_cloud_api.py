# SPDX-License-Identifier: Apache-2.0
"""What the engine's cloud API allows, set in the settings: in force at once, kept, and off for who may not and without an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from koodesk.engine.cloud.config import ADDRESSES, MOST_PER_SECOND, CloudConfig

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.settings import SettingsPage

pytestmark = pytest.mark.gui


def test_without_an_engine_nothing_can_be_saved(robot: Robot) -> None:
    page = cast("SettingsPage", robot.go("settings"))
    robot.settle()
    assert not page.cloud_api.save.isEnabled()
    assert page.cloud_api.keys.text() == "本地引擎未运行"


def test_the_form_takes_what_the_engine_takes(robot: Robot) -> None:
    card = cast("SettingsPage", robot.go("settings")).cloud_api
    robot.settle()
    assert (card.rate.minimum(), card.rate.maximum()) == (1, MOST_PER_SECOND)
    choices = []
    for index in range(card.callbacks.count()):
        card.callbacks.setCurrentIndex(index)
        choices.append(card.callbacks.value)
    assert tuple(choices) == ADDRESSES


def test_what_is_saved_is_in_force_and_stays(live: Robot) -> None:
    page = cast("SettingsPage", live.go("settings"))
    live.wait(page.cloud_api.save.isEnabled, "the engine has told what is set")
    live.settle()  # the page may have asked twice: an answer on its way would take back what is filled in
    card, first = page.cloud_api, CloudConfig()
    assert (card.rate.value(), card.callbacks.value) == (first.requests_per_second, first.callbacks)
    card.rate.setValue(MOST_PER_SECOND)
    card.callbacks.choose("public")
    live.click("save-cloud-api")
    live.settle()
    assert "立即生效" in page.banner.accessibleName()
    told: list[tuple[int, str]] = []
    live.window.desk.bridge.call(
        live.window,
        lambda service, _task: service.engine.cloud(),
        lambda found: told.append((found.requests_per_second, found.callbacks)),
    )
    live.wait(lambda: bool(told), "the engine tells")
    assert told == [(MOST_PER_SECOND, "public")]
    card.rate.setValue(1)
    page.refresh()
    live.settle()
    assert card.rate.value() == MOST_PER_SECOND
