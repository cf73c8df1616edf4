# SPDX-License-Identifier: Apache-2.0
"""Chapter 3 of the guide in the real window: from the filing of video SMS to the last receipt, judged by the engine's log."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.journeys.windows import Windows

pytest.importorskip("av", reason="the extra that opens videos is not installed (KOODESK_VIDEO=no)")
pytestmark = [pytest.mark.gui, pytest.mark.slow]

RECIPIENTS = 300


def test_from_the_filing_to_the_last_receipt(windows: Windows, tmp_path: Path) -> None:
    from koodesk.demo.files import DIRTY, SPELT
    from koodesk.demo.robot import Robot
    from koodesk.demo.telling import Plan
    from koodesk.demo.video_launch import TEXT, TITLE, VideoStory
    from koodesk.domain.report import ReportBy
    from koodesk.domain.video_sms.template import Text
    from tests.journeys.windows import engine_log

    folder = tmp_path / "ws"
    robot = Robot(windows.open(folder).window, tmp_path / "shots")
    story = VideoStory(robot, Plan(tmp_path / "files", RECIPIENTS, seed=7))
    story.play()

    _, template = story.ask(lambda service: service.video_templates.open(story.template_id))
    assert template.title == TITLE
    assert [len(frame.elements) for frame in template.frames] == [1, 1]
    assert template.frames[1].elements == (Text(TEXT),)
    assert template.media[0].duration_ms <= 4_100

    row = story.ask(lambda service: service.campaigns.get(story.campaign_id))
    buckets = story.ask(lambda service: service.campaigns.buckets(story.campaign_id))
    assert (row.kind, row.state) == ("video", "finished")
    assert buckets.total == row.imported == RECIPIENTS + len(DIRTY) - len(SPELT)
    assert row.to_send == buckets.accepted + buckets.refused == RECIPIENTS
    assert buckets.pending == buckets.in_flight == buckets.unknown == 0

    times = Counter(line["recipient"] for line in engine_log(folder, row.uuid))
    assert len(times) == buckets.accepted
    assert set(times.values()) == {1}, "somebody got it twice"

    reports = story.ask(lambda service: [service.reports.video(by) for by in ReportBy])
    for report in reports:
        assert (report.total.total, report.total.waiting) == (RECIPIENTS, 0)
        assert sum(line.counts.total for line in report.lines) == RECIPIENTS
        assert report.total.success > RECIPIENTS // 2

    assert len(robot.taken) >= 18
    assert all(path.stat().st_size > 10_000 for path in robot.taken)
