# SPDX-License-Identifier: Apache-2.0
"""A phone worked by keyboard alone: open, toggle, tap, reply R; everything comes back, and R leaves the number out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.phones.page import PhonesPage
    from tests.journeys.windows import Windows

pytestmark = [pytest.mark.gui, pytest.mark.slow]

NUMBERS = tuple(range(13_800_138_000, 13_800_138_010))


def sent(robot: Robot, folder: Path) -> int:
    """Send the sample card to ten numbers whose phones all show it on a HUAWEI; return the first."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace
    from koodesk.domain.campaign import CampaignDraft
    from koodesk.domain.recipient import Fallback

    with open_service(Workspace(folder)) as service:
        told = service.engine.settings()
        quiet = replace(
            told, delivered=1.0, resolved=0.0, replied=0.0, duplicate_receipts=0.0, out_of_order=0.0
        )
        service.engine.change(replace(quiet, vendor_mix=(("HUAWEI", 1.0),), quiet_hours=False))
        noon = (12 * 60 - (service.engine.status().now_ms // 60_000 + 8 * 60)) % 1_440
        service.engine.forward(noon * 60)
        draft = CampaignDraft("新春红包", 1, 1, 0, fallback=Fallback.SMS)
        campaign = service.campaigns.test_send(draft, NUMBERS, {"name": "林晓"}).id
        robot.wait(
            lambda: service.campaigns.funnel(campaign).total.delivered == len(NUMBERS), "all are delivered"
        )
    return NUMBERS[0]


def figure(page: PhonesPage, kind: str) -> str:
    return page.facts.counters[kind].text()


def test_a_phone_by_keyboard_alone(windows: Windows, sample: Path) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QLineEdit

    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace
    from koodesk.domain.campaign import CampaignDraft
    from koodesk.domain.problem import Refused
    from koodesk.ui.pages.phones.recorder import RecorderPage
    from tests.journeys.test_keyboard import press, tab_to

    robot = windows.open(sample)
    number = sent(robot, sample)
    page = cast("PhonesPage", robot.go("phones"))
    assert page.stack.currentWidget() is page.empty
    page.shelf.setFocus()
    press(robot, Qt.Key.Key_Return)
    sheet = robot.sheet()
    robot.wait(
        lambda: any(one.hasFocus() for one in sheet.findChildren(QLineEdit)), "a field has the keyboard"
    )
    field = next(one for one in sheet.findChildren(QLineEdit) if one.hasFocus())
    QTest.keyClicks(field, str(number))
    press(robot, Qt.Key.Key_Return)
    robot.settle()
    # Nothing opens by itself, and the list alone reports nothing.
    robot.wait(lambda: page.inbox.count() == 1, "the message is in the inbox")
    assert page.stack.currentWidget() is page.closed
    assert page.unread.text() == "1 条未读"
    robot.window.activateWindow()  # a sheet was open, and the offscreen platform activates nothing after it
    robot.wait(robot.window.isActiveWindow, "the window is active again")
    page.inbox.setFocus()
    press(robot, Qt.Key.Key_Down)
    robot.settle()
    with open_service(Workspace(sample)) as service:
        row = service.phones.inbox(page._phone_id).rows[0]
        assert not row.read
        assert service.phones.open(row.message_id).receipts[0].kind == "sms"
        assert len(service.phones.open(row.message_id).receipts) == 1
    # Enter opens it; looking at it is an exposure that comes back.
    press(robot, Qt.Key.Key_Return)
    robot.wait(lambda: figure(page, "exposed") == "1", "the exposure comes back")
    message = page._message
    assert message is not None
    assert message.same
    assert message.shown_on == message.vendor == "HUAWEI"
    shown = page.stage.screen_shown
    assert shown is not None
    assert shown.shows_card
    assert [one.spot.what for one in page.stage.spots()] == ["image:1", "button:5", "toggle"]
    assert page.unread.text() == ""
    # Opening what is open, another page and back, another language: looked at once all the same.
    press(robot, Qt.Key.Key_Return)
    robot.go("overview")
    robot.go("phones", phone_id=page._phone_id)
    robot.settle()
    assert figure(page, "exposed") == "1"
    robot.window.activateWindow()
    robot.wait(robot.window.isActiveWindow, "the window is active again")
    page.inbox.setFocus()
    press(robot, Qt.Key.Key_T, control=True)
    robot.settle()
    shown = page.stage.screen_shown
    assert shown is not None
    assert not shown.shows_card
    assert [one.spot.what for one in page.stage.spots()] == ["toggle"]
    tab_to(robot, page.stage.spots()[0])
    press(robot, Qt.Key.Key_Space)
    robot.settle()
    button = next(one for one in page.stage.spots() if one.spot.what == "button:5")
    tab_to(robot, button)
    for count in ("1", "2"):
        press(robot, Qt.Key.Key_Space)
        robot.wait(lambda count=count: figure(page, "clicked") == count, "the click comes back")  # type: ignore[misc]  # a default argument
    tab_to(robot, page.text)
    QTest.keyClicks(page.text, "R")
    press(robot, Qt.Key.Key_Return)
    robot.wait(lambda: page.state.accessibleName().startswith("已退订"), "the number is opted out")
    assert figure(page, "reply") == "1"
    with open_service(Workspace(sample)) as service, pytest.raises(Refused) as refused:
        service.campaigns.test_send(CampaignDraft("再来", 1, 1, 0), [number], {"name": "林晓"})
    assert [one.code for one in refused.value.problems] == ["campaign.test.opted_out"]
    # The flight record says the same, from the typed number to the opt-out.
    page.facts.record.setFocus()
    press(robot, Qt.Key.Key_Space)
    robot.settle()
    record = cast(RecorderPage, robot.page)
    assert record.number.text() == str(number)
    assert record._found is not None
    words = [event.what for event in record._found.recordings[0].events]
    assert words.count("clicked") == 2
    assert words[0] == "typed"
    assert words[-1] == "opted_out"
