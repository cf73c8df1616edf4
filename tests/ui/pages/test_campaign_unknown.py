# SPDX-License-Identifier: Apache-2.0
"""The panel of unknown outcomes: what is listed, and a decision from its reason to the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from tests.cli.test_campaign_unknown import left_open

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.campaign_decision import DecisionSheet
    from koodesk.ui.pages.campaigns import CampaignsPage

pytestmark = pytest.mark.gui


@pytest.fixture
def opened(look: None, tmp_path: Path) -> Iterator[Robot]:
    """A window on a workspace whose campaign has one call without an answer."""
    from tests.journeys.windows import Windows

    left_open(tmp_path / "ws")
    windows = Windows()
    yield windows.open(tmp_path / "ws", processes=False)
    windows.end()


def test_a_call_is_listed_and_decided(opened: Robot) -> None:
    robot = opened
    page = cast("CampaignsPage", robot.go("campaigns"))
    robot.settle()
    panel = page.unknown
    assert panel.isVisible()
    assert [(row.no, row.unknown) for row in panel.model.rows] == [(1, 10)]
    assert not panel.look.isEnabled(), "a blind gateway cannot be asked"
    robot.click(panel.not_sent)
    sheet = cast("DecisionSheet", robot.sheet())
    robot.click(sheet.accept_button)
    robot.settle()
    assert sheet.form.fields["reason"].control.property("state") == "error"
    robot.fill(sheet.reason, "向平台核实过")
    robot.click(sheet.accept_button)
    robot.settle()
    assert "10" in sheet.summary.text()
    assert sheet.digest.isVisible()
    robot.fill(sheet.reason, "向平台核实过两次")
    assert not sheet.summary.isVisible(), "another reason is another decision"
    robot.click(sheet.accept_button)
    robot.settle()
    robot.accept(sheet)
    robot.settle()
    assert panel.model.rows == []
    assert panel.again.isVisible(), "what counts as not sent can be exported"
    assert not panel.not_sent.isVisible()
