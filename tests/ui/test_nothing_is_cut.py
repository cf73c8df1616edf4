# SPDX-License-Identifier: Apache-2.0
"""No page of the rail cuts a word of its own in English at 1280 x 800, the smallest window the product is drawn for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from koodesk.demo.robot import Robot

pytestmark = [pytest.mark.gui, pytest.mark.slow]


def cut(page: QWidget) -> list[str]:
    """Return what is narrower or lower than its words, and what has to be scrolled sideways; a text that elides itself says the
    whole as its tip."""
    from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea

    from koodesk.ui.widgets.basics import Elided

    found = []
    for label in page.findChildren(QLabel):
        if not label.isVisible() or not label.text() or isinstance(label, Elided):
            continue
        if label.wordWrap():
            if label.height() < label.heightForWidth(label.width()):
                found.append(f"lower than its lines: {label.text()}")
        elif label.width() < label.minimumSizeHint().width():
            found.append(f"narrower than its words: {label.text()}")
    found += [
        f"narrower than its words: {one.text()}"
        for one in page.findChildren(QPushButton)
        if one.isVisible() and one.text() and one.width() < one.sizeHint().width()
    ]
    found += [
        f"scrolls sideways: {area.accessibleName() or area.objectName()}"
        for area in page.findChildren(QScrollArea)
        if area.isVisible() and area.horizontalScrollBar().maximum() > 0
    ]
    return found


def test_no_page_cuts_its_words_in_english(robot: Robot) -> None:
    from koodesk.ui.navigation import AREAS

    robot.window.resize(1280, 800)
    robot.change_look(language="en", theme_name="light")
    wrong = {}
    for entry in (entry for area in AREAS for entry in area.pages):
        wrong[entry.page_id] = cut(robot.go(entry.page_id))
    assert {page: lines for page, lines in wrong.items() if lines} == {}
