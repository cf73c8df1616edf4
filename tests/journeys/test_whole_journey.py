# SPDX-License-Identifier: Apache-2.0
"""Chapter 2 of the guide in the real window: from an empty workspace to the last receipt, judged by the engine's log."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.journeys.windows import Windows

pytestmark = [pytest.mark.gui, pytest.mark.slow]

RECIPIENTS = 300


def test_from_an_empty_workspace_to_the_last_receipt(windows: Windows, tmp_path: Path) -> None:
    from koodesk.demo.files import DIRTY, SPELT
    from koodesk.demo.red_packet import RedPacketStory
    from koodesk.demo.robot import Robot
    from koodesk.demo.telling import Plan
    from tests.journeys.windows import engine_log

    folder = tmp_path / "ws"
    robot = Robot(windows.open(folder).window, tmp_path / "shots")
    story = RedPacketStory(robot, Plan(tmp_path / "files", RECIPIENTS, seed=7))
    story.play()

    row = story.ask(lambda service: service.campaigns.get(story.campaign_id))
    buckets = story.ask(lambda service: service.campaigns.buckets(story.campaign_id))
    total = story.ask(lambda service: service.campaigns.funnel(story.campaign_id)).total
    assert row.state == "finished"
    assert buckets.total == row.imported == RECIPIENTS + len(DIRTY) - len(SPELT)
    assert row.to_send == buckets.accepted + buckets.refused == RECIPIENTS
    assert (buckets.duplicate, buckets.invalid) == (1, len(DIRTY) - len(SPELT) - 1)
    assert buckets.pending == buckets.in_flight == buckets.unknown == 0

    times = Counter(line["recipient"] for line in engine_log(folder, row.uuid))
    assert len(times) == buckets.accepted
    assert set(times.values()) == {1}, "somebody got it twice"

    assert total.sent == buckets.accepted == total.delivered + total.failed + total.timeout
    assert total.clicked <= total.exposed <= total.resolved <= total.delivered
    assert total.resolved > 0

    assert len(robot.taken) >= 8
    assert all(path.stat().st_size > 10_000 for path in robot.taken)
