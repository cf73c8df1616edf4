# SPDX-License-Identifier: Apache-2.0
"""The engine dies or stalls while the window is open: it says so, stays alive, loses nothing, and goes on."""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot
    from tests.journeys.windows import Windows

pytestmark = [pytest.mark.gui, pytest.mark.slow]


def engine_word(robot: Robot) -> str:
    """Return what the status bar says of the engine."""
    return robot.window.status.engine.accessibleName()


def test_without_a_worker_the_window_says_so_and_the_user_brings_it_back(
    windows: Windows, sample: Path, tmp_path: Path
) -> None:
    from PySide6.QtWidgets import QPushButton

    from koodesk.demo.red_packet import RedPacketStory
    from koodesk.demo.telling import Plan
    from koodesk.ui.i18n import tr
    from tests.journeys.windows import processes_of

    robot = windows.open(sample)
    story = RedPacketStory(robot, Plan(tmp_path, 1, 1))
    robot.wait(lambda: engine_word(robot) == tr("本地引擎运行中"), "the engine runs")
    before = story.ask(lambda service: (service.cards.list(), service.sms.templates(), service.sms.apps()))
    story.ask(lambda service: service.engine.stop_worker())
    for pid in processes_of(sample):
        os.kill(pid, signal.SIGKILL)

    robot.wait(lambda: engine_word(robot) == tr("本地引擎未运行"), "the status bar says so")
    robot.go("review")
    assert robot.page.banner.isVisible(), "a page that needs the engine says why it is empty"
    said = robot.said()
    assert "Traceback" not in said
    assert "gateway" not in said, f"a code, not a sentence: {said}"
    # What the desk knows by itself is still there.
    robot.go("sms_templates")
    assert story.ask(lambda s: (s.cards.list(), s.sms.templates(), s.sms.apps())) == before

    page = robot.go("review")
    (start,) = [b for b in page.banner.findChildren(QPushButton) if b.text() == tr("启动本地引擎")]
    robot.click(start)
    robot.wait(lambda: engine_word(robot) == tr("本地引擎运行中"), "the engine is back")
    robot.wait(lambda: not page.banner.isVisible(), "nothing is said of it any more")
    assert robot.page is page


def test_the_worker_brings_a_killed_engine_back_in_the_middle_of_a_send(
    windows: Windows, sample: Path, tmp_path: Path
) -> None:
    from koodesk.demo.red_packet import RedPacketStory
    from koodesk.demo.telling import Plan
    from koodesk.ui.i18n import tr
    from tests.journeys.windows import engine_log, processes_of

    robot = windows.open(sample)
    story = RedPacketStory(robot, Plan(tmp_path, 400, 5))
    story.card_id = story.ask(lambda service: service.cards.list()[0].id)
    story.fill_send()
    story.send()
    (engine,) = processes_of(sample, "koodesk.engine")
    os.kill(engine, signal.SIGKILL)

    def finished() -> bool:
        return bool(story.ask(lambda s: s.campaigns.get(story.campaign_id)).state == "finished")

    robot.wait(finished, "the send ends", 120, 200)
    robot.wait(
        lambda: processes_of(sample, "koodesk.engine") not in ([], [engine]),
        "the worker starts the engine again",
    )
    robot.wait(lambda: engine_word(robot) == tr("本地引擎运行中"), "the status bar sees it")
    row: Any = story.ask(lambda service: service.campaigns.get(story.campaign_id))
    times = Counter(line["recipient"] for line in engine_log(sample, row.uuid))
    assert row.accepted + row.refused == 400
    assert len(times) == row.accepted
    assert set(times.values()) == {1}


def test_an_engine_that_does_not_answer_leaves_the_window_alive(
    windows: Windows, sample: Path, tmp_path: Path
) -> None:
    from koodesk.demo.red_packet import RedPacketStory
    from koodesk.demo.telling import Plan
    from koodesk.ui.i18n import tr
    from tests.journeys.windows import Heartbeat, processes_of

    robot = windows.open(sample)
    story = RedPacketStory(robot, Plan(tmp_path, 1, 1))
    robot.wait(lambda: engine_word(robot) == tr("本地引擎运行中"), "the engine runs")
    (engine,) = processes_of(sample, "koodesk.engine")
    os.kill(engine, signal.SIGSTOP)
    try:
        heart = Heartbeat()
        # The calls of this page hang in the engine; the other pages come up meanwhile.
        robot.window.show_page("review", {})
        for page in ("sms_apps", "sms_templates", "filings"):
            robot.window.show_page(page, {})
            assert robot.window.current_id == page
        assert story.ask(lambda service: len(service.sms.apps())) == 1
        print(heart.stop())
    finally:
        os.kill(engine, signal.SIGCONT)
    robot.settle()
    robot.go("review")
    assert not robot.page.banner.isVisible()
