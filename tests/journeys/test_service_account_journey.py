# SPDX-License-Identifier: Apache-2.0
"""Chapter 4 of the guide in the real window: from the filing of the service account to the taps on a phone."""

from __future__ import annotations

import json
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    told = taps_of_the_command_line(story, tmp_path / "ws")
    assert told == {"clicks": 4, "billed": 2}
    # A phone shows the account of today, the flight recorder what it was when the message was sent.
    phone = next(row.id for row in story.ask(lambda service: service.phones.list()) if row.number)
    message = story.ask(lambda service: service.phones.inbox(phone)).rows[0].message_id
    frozen_under_the_finger(story, phone, message, account.id)
    today = story.ask(lambda service: service.phones.open(message))
    then = story.ask(lambda service: service.phones.open(message, as_sent=True))
    assert (today.account.menu, today.account_then, today.account_differs) == (None, False, True)
    assert (then.account.menu, then.account_then, then.account_differs) == (account.menu.live, True, True)
    assert len(robot.taken) >= 30
    assert all(path.stat().st_size > 10_000 for path in robot.taken)


def frozen_under_the_finger(story: Any, phone: int, message: str, account: int) -> None:
    """Freeze the account while a phone shows it: what is tapped then is refused and counted nowhere, and the phone takes it away."""
    from PySide6.QtWidgets import QLabel

    def settled(words: str) -> None:
        story.robot.wait(
            lambda: any(words in one.text() for one in page.facts.findChildren(QLabel)), f"it says {words}"
        )
        story.robot.settle()

    robot = story.robot
    page = robot.go("phones", phone_id=phone, message_id=message)
    robot.wait(
        lambda: any(one.spot.what == "menu:2" for one in page.stage.spots()), "the menu is on the phone"
    )
    robot.settle()
    spots = {one.spot.what: one.spot for one in page.stage.spots()}
    clicks = story.ask(lambda service: service.service_reports.clicks()).total
    story.ask(lambda service: service.service_accounts.freeze(account, "品牌更名"))
    page._tap_spot(spots["menu:2"])
    settled("没有上报")
    shortcut = next(one for name, one in spots.items() if name.startswith("shortcut:"))
    assert not {spots["menu:2"].what, shortcut.what} & {one.spot.what for one in page.stage.spots()}
    page._tap_spot(shortcut)
    robot.settle()
    assert story.ask(lambda service: service.service_reports.clicks()).total == clicks


def taps_of_the_command_line(story: Any, folder: Path) -> dict[str, int]:
    """Tap menu, home page and shortcut of the same message from the command line; return how many clicks that made."""
    from koodesk import cli

    def told(*words: str, code: int = 0) -> Any:
        with redirect_stdout(StringIO()) as out:
            assert cli.main(["phone", *words, "--workspace", str(folder), "--json"]) == code
        return json.loads(out.getvalue())

    def clicks() -> tuple[int, int]:
        total = story.ask(lambda service: service.service_reports.clicks()).total
        return total.clicks, total.billed

    phone = next(row.id for row in story.ask(lambda service: service.phones.list()) if row.number)
    message = story.ask(lambda service: service.phones.inbox(phone)).rows[0].message_id
    account = told("open", message)["account"]
    assert account["menu"] == {"1": "热门生活", "1.1": "精选推荐", "1.2": "今日特卖", "2": "我的订单"}
    assert account["shortcut"] == {"1": "会员中心"}
    assert account["differs_from_sending"] is False
    before = clicks()
    assert told("menu", message, "1.2")["billed"] is True
    assert told("home", message)["item"] == "logo"
    assert told("home", message, "hotline:1")["billed"] is False
    assert told("shortcut", message, "1")["billed"] is True
    for words in (("menu", message, "3"), ("home", message, "quick_app:9"), ("shortcut", message, "2")):
        refused = told(*words, code=1)
        assert refused["problems"][0]["code"] == "phone.account.place"
    other = told("menu", message, "1", "--vendor", "OPPO", code=1)
    assert other["problems"][0]["code"] == "phone.account.none"
    after = clicks()
    return {"clicks": after[0] - before[0], "billed": after[1] - before[1]}
