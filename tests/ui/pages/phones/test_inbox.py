# SPDX-License-Identifier: Apache-2.0
"""The list of messages: going over it opens nothing, a click or Enter does, and what is open stands out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui


def shown(qtbot: QtBot) -> tuple[Any, list[str]]:
    from koodesk.ui.pages.phones.two_lines import InboxList, Lines

    made = InboxList("收件箱")
    qtbot.addWidget(made)
    opened: list[str] = []
    made.opened.connect(opened.append)
    made.put([Lines(key, f"【{key}】", "春节", unread=key != "b") for key in "abc"])
    made.show()
    return made, opened


def test_going_over_the_list_opens_nothing(qtbot: QtBot) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    made, opened = shown(qtbot)
    assert (made.currentRow(), made.selectedItems()) == (0, []), "the keyboard begins at the first"
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_End, Qt.Key.Key_Home):
        QTest.keyClick(made, key)
    assert opened == []
    QTest.keyClick(made, Qt.Key.Key_Down)
    QTest.keyClick(made, Qt.Key.Key_Return)
    assert opened == ["b"]


def test_a_click_opens_and_the_open_row_is_the_one_that_stands_out(qtbot: QtBot) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    made, opened = shown(qtbot)
    spot = made.visualItemRect(made.item(2)).center()
    QTest.mouseClick(made.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert opened == ["c"]
    made.show_open("c")
    QTest.keyClick(made, Qt.Key.Key_Up)
    assert [made.shows(key, selected=True) for key in "abc"] == [False, False, True]
    assert opened == ["c"]


def test_unread_is_said_in_words_too(qtbot: QtBot) -> None:
    from PySide6.QtCore import Qt

    made, _ = shown(qtbot)
    said = [made.item(n).data(Qt.ItemDataRole.AccessibleTextRole) for n in range(3)]
    assert said == ["未读，【a】，春节", "【b】，春节", "未读，【c】，春节"]


def test_an_empty_list_says_why_in_itself(look: None, qtbot: QtBot) -> None:
    made, _ = shown(qtbot)
    qtbot.waitExposed(made)
    made.resize(280, 300)
    made.put([], None)
    blank = made.grab().toImage()
    made.put([], None, ("还没有信息", "发给这个号码的信息会列在这里。"))
    assert made.accessibleDescription() == "还没有信息 发给这个号码的信息会列在这里。"
    assert made.grab().toImage() != blank, "the words are seen, not only said"
