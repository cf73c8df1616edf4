# SPDX-License-Identifier: Apache-2.0
"""A label of several lines insists on the height its width asks for, and on that of no other width."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui


@pytest.mark.parametrize("selectable", [False, True])
def test_a_paragraph_that_becomes_wider_becomes_lower(look: None, qtbot: QtBot, selectable: bool) -> None:
    from PySide6.QtWidgets import QWidget

    from koodesk.ui.widgets.basics import label

    holder = QWidget()
    qtbot.addWidget(holder)
    holder.resize(2000, 800)
    words = label(
        "从这里开始，一行写不下的说明在窄的时候换行，在宽的时候只占一行。" * 2,
        wrap=True,
        selectable=selectable,
    )
    words.setParent(holder)
    holder.show()
    heights = []
    for width in (120, 440, 1600, 240):
        words.resize(width, 10)  # as a layout does that does not ask
        heights.append(words.minimumHeight())
    narrow, middle, wide, again = heights
    assert wide < 2 * words.fontMetrics().lineSpacing()
    assert wide < middle < again < narrow
