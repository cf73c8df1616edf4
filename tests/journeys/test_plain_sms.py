# SPDX-License-Identifier: Apache-2.0
"""A plain SMS from the palette to its report by keyboard alone, judged by the engine's own log."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

if TYPE_CHECKING:
    from tests.journeys.windows import Windows

pytestmark = [pytest.mark.gui, pytest.mark.slow]

LINES = "13800138000,张三,200\n13912341234,李四,300\n13700001380,王五,300"


@pytest.mark.qt_log_ignore(
    "does not support grabbing the keyboard"
)  # the palette is a popup; offscreen has no grabs
def test_a_plain_sms_by_keyboard_alone(windows: Windows, sample: Path, tmp_path: Path) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication, QPushButton

    from koodesk.demo.red_packet import RedPacketStory
    from koodesk.demo.telling import Plan
    from koodesk.ui.pages.campaigns import CampaignsPage
    from koodesk.ui.pages.plain.report import PlainReportPage
    from koodesk.ui.pages.plain.send import PlainSendPage
    from tests.journeys.test_keyboard import by_palette, press, tab_to, type_in
    from tests.journeys.windows import engine_log

    robot = windows.open(sample)
    story = RedPacketStory(robot, Plan(tmp_path, 3, 1))
    story.wake_at(10)
    by_palette(robot, "发送普通")
    page = cast(PlainSendPage, robot.page)
    assert robot.window.current_id == "plain_send"

    tab_to(robot, page.name)
    type_in(QApplication.focusWidget(), "会员日")
    tab_to(robot, page.audience.tabs)
    press(robot, Qt.Key.Key_Right)
    tab_to(robot, page.audience.numbers)
    type_in(QApplication.focusWidget(), LINES)
    check = robot.find(QPushButton, "check-numbers", page.audience)
    tab_to(robot, check)
    press(robot, Qt.Key.Key_Space)
    robot.wait(lambda: page.audience.audience is not None, "the numbers are checked")
    robot.settle()
    tab_to(robot, page.audience.consent_kind)
    press(robot, Qt.Key.Key_Down)
    robot.settle()
    tab_to(robot, page.audience.consent)
    type_in(QApplication.focusWidget(), "会员注册协议")
    press(robot, Qt.Key.Key_Tab)
    robot.settle()
    tab_to(robot, page.send_button)
    press(robot, Qt.Key.Key_Space)
    sheet = robot.sheet()
    robot.wait(lambda: QApplication.activeWindow() is sheet, "the sheet has the keyboard")
    tab_to(robot, sheet.accept_button)
    press(robot, Qt.Key.Key_Space)
    robot.wait(lambda: robot.window.current_id == "campaigns", "the send task shows")
    (task,) = story.ask(lambda service: service.campaigns.list())
    assert (task.name, task.kind, task.to_send) == ("会员日", "plain", 3)
    robot.wait(lambda: story.ask(lambda s: s.campaigns.get(task.id)).state == "finished", "it ends")
    times = Counter(line["recipient"] for line in engine_log(sample, task.uuid))
    assert list(times.values()) == [1, 1, 1]

    listed = cast(CampaignsPage, robot.page)
    robot.wait(lambda: "会员日全场满 ${2} 减 50" in listed.facts.text(), "its text stands there")
    report = cast(PlainReportPage, robot.go("plain_report"))
    robot.wait(lambda: bool(report.listing.model.rows), "it is reported")
    assert [line.name for line in report.listing.model.rows] == ["会员日"]
