# SPDX-License-Identifier: Apache-2.0
"""The vendor wall: its views, sizes and the window of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from koodesk.domain.edits import SetText
from koodesk.domain.vendor import Vendor
from koodesk.editor.session import Session
from koodesk.editor.wall_bar import WallBar
from koodesk.editor.wall_look import WallLook, WallView
from koodesk.editor.wall_window import WallWindow
from koodesk.preview.phone_size import PhoneSize

pytestmark = pytest.mark.gui

LONG = "满三百减三十，会员再享折上折，今晚二十四点前有效，" * 8 + "拒收请回复R"


@pytest.fixture
def window(session: Session, qtbot: QtBot) -> WallWindow:
    """Return the wall in its window, painted."""
    made = WallWindow(session)
    qtbot.addWidget(made)
    with qtbot.waitSignal(made.wall.idle.idle, timeout=20_000):
        made.show()
    return made


def look(window: WallWindow, qtbot: QtBot, **changes: object) -> None:
    """Choose another look and wait for the phones."""
    with qtbot.waitSignal(window.wall.idle.idle, timeout=20_000):
        window.wall.set_look(replace(window.wall.look, **changes))  # type: ignore[arg-type]  # names are fields


def test_differences_are_numbered_and_name_their_rule(
    window: WallWindow, session: Session, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(window.wall.idle.idle, timeout=20_000):
        session.edit(SetText("body", LONG))
    assert window.wall.tile(Vendor.HUAWEI).toolTip() == ""
    look(window, qtbot, view=WallView.DIFFERENCE)
    told = window.wall.tile(Vendor.HUAWEI).toolTip()
    assert told.startswith("1  ")
    assert "preview.cut_estimate" in told


def test_text_and_fallback_say_what_they_show(window: WallWindow, qtbot: QtBot) -> None:
    look(window, qtbot, view=WallView.TEXT)
    assert window.wall.tile(Vendor.HUAWEI).words == ("显示原文",)
    look(window, qtbot, view=WallView.FALLBACK)
    assert window.wall.tile(Vendor.HUAWEI).words == ("普通短信",)


def test_a_large_phone_with_large_type_is_painted_anew(window: WallWindow, qtbot: QtBot) -> None:
    tile = window.wall.tile(Vendor.HUAWEI)
    before = tile.grab().toImage()
    look(window, qtbot, size=PhoneSize.LARGE, font_scale=1.3)
    assert tile.grab().toImage() != before


def test_the_phones_follow_a_recipients_values(window: WallWindow, session: Session, qtbot: QtBot) -> None:
    tile = window.wall.tile(Vendor.HUAWEI)
    before = tile.grab().toImage()
    with qtbot.waitSignal(window.wall.idle.idle, timeout=20_000):
        session.set_values({"name": "欧阳明月"})
    assert tile.grab().toImage() != before


def test_a_wall_whose_window_is_gone_follows_nothing(session: Session, qtbot: QtBot) -> None:
    window = WallWindow(session)
    with qtbot.waitSignal(window.wall.idle.idle, timeout=20_000):
        window.show()
    wall, player = window.wall, window.playing.player
    window.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not isValid(wall)
    assert not isValid(player)
    session.edit(SetText("body", LONG))  # a slot that raised would fail the test
    session.set_values({"name": "欧阳明月"})


def test_the_bar_tells_each_choice_once(session: Session, qtbot: QtBot) -> None:
    bar = WallBar(session)
    qtbot.addWidget(bar)
    told: list[WallLook] = []
    bar.changed.connect(told.append)
    bar.views[WallView.DIFFERENCE].click()
    bar.views[WallView.DIFFERENCE].click()
    bar.sizes[PhoneSize.SMALL].trigger()
    bar.types[1.3].trigger()
    bar.dark.trigger()
    assert told[-1] == WallLook(WallView.DIFFERENCE, True, PhoneSize.SMALL, 1.3)
    assert len(told) == 4
