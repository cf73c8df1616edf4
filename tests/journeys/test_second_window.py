# SPDX-License-Identifier: Apache-2.0
"""Two windows on one workspace: one worker, one truth, and each recipient once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.journeys.windows import Windows

pytestmark = [pytest.mark.gui, pytest.mark.slow]


def test_two_windows_share_one_worker_and_show_the_same(
    windows: Windows, sample: Path, tmp_path: Path
) -> None:
    from koodesk.demo.red_packet import RedPacketStory
    from koodesk.demo.telling import Plan
    from tests.journeys.windows import engine_log, processes_of

    first = windows.open(sample)
    second = windows.open(sample)
    # The second worker finds the lock taken and ends by itself.
    first.wait(lambda: len(processes_of(sample, "koodesk.worker")) == 1, "one worker stays")
    assert len(processes_of(sample, "koodesk.engine")) == 1

    story = RedPacketStory(first, Plan(tmp_path, 60, 3))
    story.card_id = story.ask(lambda service: service.cards.list()[0].id)
    story.fill_send()
    story.send()
    mirror = RedPacketStory(second, Plan(tmp_path, 60, 3))
    second.go("campaigns")

    def both_finished() -> bool:
        rows = [s.ask(lambda service: service.campaigns.list())[0] for s in (story, mirror)]
        return all(row.state == "finished" for row in rows)

    first.wait(both_finished, "both windows see it finished", 120)
    assert len(processes_of(sample, "koodesk.worker")) == 1
    row = mirror.ask(lambda service: service.campaigns.list())[0]
    assert row == story.ask(lambda service: service.campaigns.list())[0]
    times = Counter(line["recipient"] for line in engine_log(sample, row.uuid))
    assert len(times) == row.accepted == 60
    assert set(times.values()) == {1}


def test_closing_one_window_leaves_the_other_working(windows: Windows, sample: Path, tmp_path: Path) -> None:
    from koodesk.demo.red_packet import RedPacketStory
    from koodesk.demo.telling import Plan

    first, second = windows.open(sample), windows.open(sample)
    windows.close(first)
    second.go("sms_apps")
    assert RedPacketStory(second, Plan(tmp_path, 1, 1)).ask(lambda service: len(service.sms.apps())) == 1
    assert not second.page.banner.isVisible()


def test_a_card_saved_in_the_other_window_is_not_overwritten(windows: Windows, sample: Path) -> None:
    """The second save of the same revision is refused, and both contents are still there."""
    from dataclasses import replace

    from koodesk.demo.red_packet import RedPacketStory
    from koodesk.demo.robot import Stuck
    from koodesk.demo.telling import Plan

    stories = [RedPacketStory(windows.open(sample), Plan(sample, 1, 1)) for _ in range(2)]
    row, template = stories[0].ask(lambda service: service.cards.open(service.cards.list()[0].id))
    saved = stories[0].ask(
        lambda service: service.cards.save(row.id, replace(template, name="第一个"), row.revision)
    )
    with pytest.raises(Stuck):
        stories[1].ask(
            lambda service: service.cards.save(row.id, replace(template, name="第二个"), row.revision)
        )
    assert stories[1].ask(lambda service: service.cards.open(row.id)) == (
        saved,
        replace(template, name="第一个"),
    )
