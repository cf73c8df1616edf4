# SPDX-License-Identifier: Apache-2.0
"""What a plan has prepared waits above the send tasks: looked at and confirmed, or turned down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from openpyxl import Workbook

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.campaigns import CampaignsPage
    from koodesk.ui.pages.send.confirm_sheet import ConfirmSheet

pytestmark = [pytest.mark.gui, pytest.mark.slow]

PLAN = 'template = 1\nsms_template = 1\nconsent = "会员登记表"\nfallback = "sms"\nname = "{file}"\n'


def numbers(path: Path, first: int) -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["手机号", "name"])
    for place in range(5):
        sheet.append([f"{first + place}", "王女士"])
    book.save(path)
    return path


@pytest.fixture
def opened(look: None, tmp_path: Path) -> Iterator[Robot]:
    """A window on the sample workspace, in which a plan has prepared two sends."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace
    from koodesk.demo.sample import fill
    from tests.journeys.windows import Windows

    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN, "utf-8")
    with open_service(Workspace(tmp_path / "ws")) as service:
        service.engine.ensure_running()
        fill(service)
        for place, name in enumerate(("一月会员", "二月会员")):
            service.plans.prepare(plan, numbers(tmp_path / f"{name}.xlsx", 13_700_000_000 + place * 100))
    windows = Windows()
    yield windows.open(tmp_path / "ws", processes=True)
    windows.end()


def test_one_is_turned_down_and_one_is_confirmed(opened: Robot) -> None:
    robot = opened
    page = cast("CampaignsPage", robot.go("campaigns"))
    robot.settle()
    card = page.waiting
    assert card.isVisible()
    assert [(row.name, row.to_send) for row in card.model.rows] == [("二月会员", 5), ("一月会员", 5)]

    robot.click(card.turn_down)
    robot.accept(robot.sheet())
    robot.settle()
    page.refresh()
    robot.settle()
    assert [row.name for row in card.model.rows] == ["一月会员"]

    robot.click(card.look)
    robot.settle()
    sheet = cast("ConfirmSheet", robot.sheet())
    robot.accept(sheet)
    robot.settle()
    page.refresh()
    robot.settle()
    assert not card.isVisible(), "nothing waits any more"
    assert [row.name for row in page.listing.model.rows] == ["一月会员"]
