# SPDX-License-Identifier: Apache-2.0
"""Tables and listings: more rows on demand, Enter opens, and a refresh keeps what was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    name: str = "x"


def rows(first: int, last: int) -> list[Row]:
    return [Row(number, f"第 {number} 行") for number in range(first, last)]


def listing(qtbot: QtBot, opened: Any = None, more: Any = None) -> Any:
    from koodesk.ui.widgets.empty import EmptyState
    from koodesk.ui.widgets.listing import Listing
    from koodesk.ui.widgets.tables import Column

    columns = (Column("名称", lambda r: r.name), Column("号", lambda r: str(r.id), 80, right=True))
    made = Listing(columns, EmptyState("send", "没有", "还没有"), opened, more=more)
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_scrolling_to_the_end_asks_for_more_once_until_it_comes(look: None, qtbot: QtBot) -> None:
    asked: list[int] = []
    made = listing(qtbot, more=lambda: asked.append(1))
    made.show_rows(rows(0, 50), complete=False)
    made.table.scrollToBottom()
    qtbot.waitUntil(lambda: bool(asked))
    made.table.scrollToTop()
    made.table.scrollToBottom()
    assert asked == [1]
    made.model.append(rows(50, 100), complete=True)
    assert made.model.rowCount() == 100
    made.table.scrollToBottom()
    assert asked == [1], "a complete list asks no more"


def test_enter_and_double_click_open_the_row(look: None, qtbot: QtBot) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    opened: list[Row] = []
    made = listing(qtbot, opened.append)
    made.show_rows(rows(0, 3))
    made.table.selectRow(1)
    QTest.keyClick(made.table, Qt.Key.Key_Return)
    assert opened == rows(1, 2)
    made.table.doubleClicked.emit(made.model.index(2, 0))
    assert opened == rows(1, 3)


def test_a_refresh_keeps_the_chosen_row_wherever_it_has_gone(look: None, qtbot: QtBot) -> None:
    made = listing(qtbot)
    made.show_rows(rows(0, 5))
    made.table.selectRow(3)
    made.show_rows([Row(9), *rows(0, 5)])
    assert made.table.current() == rows(3, 4)[0]
    made.show_rows([Row(9)])
    assert made.table.current() in (None, Row(9))


def test_skeleton_then_rows_then_the_empty_state(look: None, qtbot: QtBot) -> None:
    made = listing(qtbot)
    assert made.currentWidget() is made.skeleton
    made.show_rows(rows(0, 2))
    assert made.currentWidget() is made.table
    made.show_rows(())
    assert made.currentWidget() is made.empty


def test_the_column_that_takes_what_is_left_is_never_squeezed_out(look: None, qtbot: QtBot) -> None:
    from koodesk.ui.widgets.tables import LEAST_FREE, Column, RowsModel, Table

    wide = "一个相当长的状态，说得很详细"
    model = RowsModel(
        (Column("名称", lambda _: wide), *(Column(f"列 {n}", lambda _: wide, 96) for n in range(3)))
    )
    table = Table(model)
    qtbot.addWidget(table)
    table.resize(560, 200)
    table.show()
    qtbot.waitExposed(table)
    model.show(rows(0, 3))
    widths = [table.columnWidth(n) for n in range(4)]
    assert widths[0] >= LEAST_FREE
    assert all(width >= 96 for width in widths[1:])
    assert sum(widths) <= table.viewport().width()
    table.resize(1200, 200)
    qtbot.waitUntil(lambda: table.columnWidth(1) > widths[1])
    assert all(table.columnWidth(n) == table.columnWidth(1) for n in (2, 3)), (
        "with room each has what it needs"
    )


def test_room_to_spare_is_given_before_a_text_is_cut(look: None, qtbot: QtBot) -> None:
    from koodesk.ui.widgets.tables import Column, RowsModel, Table

    model = RowsModel(
        (
            Column("名称", lambda _: "x"),
            Column("号", lambda _: "1", 200),
            Column("回执", lambda _: "一个有点长的回执", 90, kind=lambda _: "success"),
        )
    )
    table = Table(model)
    qtbot.addWidget(table)
    table.resize(380, 200)
    table.show()
    qtbot.waitExposed(table)
    model.show(rows(0, 2))
    assert table.columnWidth(2) >= table.sizeHintForColumn(2), "nothing of it is cut"
    assert table.columnWidth(1) < 200, "the one with room to spare gave way"
