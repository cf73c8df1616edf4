# SPDX-License-Identifier: Apache-2.0
"""The sections of the settings: the first with the page, the others in later turns, any of them at once when it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.settings import SettingsPage

pytestmark = pytest.mark.gui


def test_what_is_out_of_sight_is_made_later_and_in_order(robot: Robot) -> None:
    robot.window.show_page("settings")
    page = cast("SettingsPage", robot.page)
    assert not page.whole, "the page came before all of it was made"
    assert page.sending.isVisible()
    robot.settle()
    assert page.whole
    tops = [page.section(kind).y() for kind in page._places]
    assert tops == sorted(tops)
    assert len(set(tops)) == len(tops) == page.side.count() - 1


def test_a_section_chosen_at_once_is_there_with_what_it_shows(robot: Robot) -> None:
    from PySide6.QtWidgets import QAbstractButton

    from koodesk.ui.pages.settings_parts.retention import RetentionCard

    robot.window.show_page("settings")
    page = cast("SettingsPage", robot.page)
    number = list(page._places).index(RetentionCard)
    robot.find(QAbstractButton, f"section-{number}").click()
    card = page.section(RetentionCard)
    robot.settle()
    focused = robot.window.focusWidget()
    assert focused is not None
    assert card.isAncestorOf(focused)
    bar = page.area.verticalScrollBar()
    assert bar.value() == min(card.y(), bar.maximum())
    assert card.told["backups"].text() == "没有到期的"
