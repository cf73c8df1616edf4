# SPDX-License-Identifier: Apache-2.0
"""Fault scripts in the settings: read in words, put in force, told everywhere, ended; a wrong one names its line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from koodesk import paths

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.overview import OverviewPage
    from koodesk.ui.pages.settings import SettingsPage

pytestmark = pytest.mark.gui


def lines(layout: object) -> list[str]:
    from PySide6.QtWidgets import QLabel, QVBoxLayout

    assert isinstance(layout, QVBoxLayout)
    items = [layout.itemAt(place) for place in range(layout.count())]
    found = [item.widget() for item in items if item is not None]
    return [one.text() for one in found if isinstance(one, QLabel)]


def test_a_sample_is_looked_at_put_in_force_and_ended(live: Robot) -> None:
    page = cast("SettingsPage", live.go("settings"))
    live.settle()
    card = page.faults
    shipped = len([*(paths.resources() / "samples" / "faults").glob("*.toml")])
    assert card.samples.count() == 1 + shipped > 1
    assert not card.put_button.isEnabled()
    card.samples.setCurrentIndex(card.samples.findText("中断 10 分钟"))
    assert lines(card.preview)[0] == "发送 · 每次 · 生效后 10 分钟内：什么都没做，连接断开"
    assert lines(card.rules) == [], "looking puts nothing in force"
    live.click(card.put_button)
    live.settle()
    assert lines(card.rules) == lines(card.preview)
    assert card.since.text().startswith("中断 10 分钟，从 ")
    live.window.status.poll()
    live.settle()
    assert live.window.status.engine._text.text() == "本地引擎运行中 · 故障脚本生效"
    overview = cast("OverviewPage", live.go("overview"))
    live.settle()
    assert overview.engine_notice.isVisible()
    assert "3 条规则" in overview.engine_notice.text.text()
    page = cast("SettingsPage", live.go("settings"))
    live.click(page.faults.end_button)
    live.settle()
    assert lines(page.faults.rules) == []
    assert not page.faults.end_button.isVisible()


def test_a_file_that_is_wrong_names_its_line_and_cannot_be_put(robot: Robot, tmp_path: Path) -> None:
    page = cast("SettingsPage", robot.go("settings"))
    robot.settle()
    card = page.faults
    wrong = tmp_path / "wrong.toml"
    for data, said in (
        (b'seed = 1\n[[fault]]\non = "send"\ndoes = "explode"\n', '第 4 行：does = "explode"'),
        (b"seed = = 1\n", "第 1 行：seed = = 1"),
        (b"\xff\xfe", "wrong.toml"),
        (b"", ""),
    ):
        wrong.write_bytes(data)
        card.open(wrong)
        robot.settle()
        assert said in card.wrong.text()
        assert card.put_button.isEnabled() == (data == b"")
    card.open(tmp_path / "none.toml")
    robot.settle()
    assert card.wrong.isVisible()
    assert not card.put_button.isEnabled()
