# SPDX-License-Identifier: Apache-2.0
"""The flow card of a send task that goes in waves: what it says, rates changed in its sheet, the next wave let go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from koodesk.backend.testing import FixedClock, ScriptedGateway
from koodesk.backend.workspace import Workspace
from koodesk.domain.waves import WaveRules
from tests.backend.sending.workshop import open_workshop

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.campaign_flow import RateSheet
    from koodesk.ui.pages.campaigns import CampaignsPage

pytestmark = pytest.mark.gui


@pytest.fixture
def opened(look: None, tmp_path: Path) -> Iterator[Robot]:
    """A window on a workspace whose campaign has sent its first wave, a tenth, and looks at it."""
    from tests.journeys.windows import Windows

    Workspace(tmp_path / "ws").create()
    workshop = open_workshop(tmp_path / "ws", ScriptedGateway(clock=FixedClock(tick_ms=50)))
    rules = tuple(sorted(asdict(WaveRules()).items()))
    workshop.run(workshop.confirm(100, waves=(100,), wave_rules=rules))
    workshop.database.close()
    windows = Windows()
    yield windows.open(tmp_path / "ws", processes=False)
    windows.end()


def test_a_held_wave_says_what_it_waits_for_and_is_let_go(opened: Robot) -> None:
    robot = opened
    page = cast("CampaignsPage", robot.go("campaigns"))
    robot.settle()
    card = page.flow
    assert card.isVisible()
    assert card.wave.accessibleName() == "第 1 批，共 2 批"
    assert "观察到" in card.wave_words.text()
    assert card.counts.text() == "已发出的批次：未受理 0.0%，未送达 —，已送达 0.0%"
    assert not card.breaker.isVisible()
    robot.click(card.go_on)
    robot.settle()
    assert card.wave.accessibleName() == "第 2 批，共 2 批"
    assert not card.go_on.isVisible()
    assert not card.stop.isVisible(), "what is not held is stopped at the head of the task"


def test_rates_are_changed_in_the_sheet_and_only_what_differs(opened: Robot) -> None:
    robot = opened
    page = cast("CampaignsPage", robot.go("campaigns"))
    robot.settle()
    card = page.flow
    assert card.rates.text() == "本任务 不限速"
    robot.click(card.change)
    sheet = cast("RateSheet", robot.sheet())
    robot.settle()
    assert set(sheet.boxes) == {"", "workspace", "HUAWEI", "XIAOMI", "OPPO", "VIVO", "MEIZU", "SAMSUNG"}
    assert {box.text() for box in sheet.boxes.values()} == {"不限速"}
    sheet.boxes[""].setValue(20)
    sheet.boxes["HUAWEI"].setValue(7)
    robot.accept(sheet)
    robot.settle()
    assert card.rates.text() == "本任务 每秒 20 条 · 华为 每秒 7 条"
    robot.click(card.change)
    sheet = cast("RateSheet", robot.sheet())
    robot.settle()
    assert (sheet.boxes[""].value(), sheet.boxes["HUAWEI"].value(), sheet.boxes["OPPO"].value()) == (20, 7, 0)
    sheet.boxes[""].setValue(0)
    robot.accept(sheet)
    robot.settle()
    assert card.rates.text() == "本任务 不限速 · 华为 每秒 7 条"
