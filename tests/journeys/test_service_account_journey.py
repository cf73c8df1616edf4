# SPDX-License-Identifier: Apache-2.0
"""Chapter 4 of the guide in the real window: from the filing of the service account to the taps on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.journeys.windows import Windows

pytestmark = [pytest.mark.gui, pytest.mark.slow]

RECIPIENTS = 60


def test_from_the_filing_to_the_phone(windows: Windows, tmp_path: Path) -> None:
    from koodesk.demo.robot import Robot
    from koodesk.demo.service_account import ACCOUNT, ServiceAccountStory
    from koodesk.demo.telling import Plan
    from koodesk.domain.vendor import Vendor

    robot = Robot(windows.open(tmp_path / "ws").window, tmp_path / "shots")
    story = ServiceAccountStory(robot, Plan(tmp_path / "files", RECIPIENTS, seed=7))
    (tmp_path / "files").mkdir()
    story.play()

    (account,) = story.ask(lambda service: service.service_accounts.list())
    assert account.name == ACCOUNT
    assert all(record.in_effect for record in account.records)
    assert [item.name for item in account.menu.content.items] == ["热门生活", "我的订单"]
    assert [child.name for child in account.menu.content.items[0].children] == ["精选推荐", "今日特卖"]
    (port,) = story.ask(lambda service: service.account_ports.list())
    assert port.number == story.ask(lambda service: service.sms.signatures()[0].channel_num)
    assert [binding.account_name for binding in port.bindings] == [ACCOUNT]
    (shortcut,) = story.ask(lambda service: service.account_shortcuts.list())
    assert shortcut.in_effect
    shown = story.ask(lambda service: service.service_accounts.effects_on(ACCOUNT, "", Vendor.HUAWEI))
    assert not shown.empty
    assert shown.menu == account.menu.live
    assert shown.home == account.home.live
    row = story.ask(lambda service: service.campaigns.get(story.campaign_id))
    assert (row.state, row.to_send) == ("finished", RECIPIENTS)
    assert len(robot.taken) >= 30
    assert all(path.stat().st_size > 10_000 for path in robot.taken)
