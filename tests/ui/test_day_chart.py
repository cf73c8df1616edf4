# SPDX-License-Identifier: Apache-2.0
"""The chart of days: a round axis, columns as high as they should be, and everything in text as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from pytestqt.qtbot import QtBot

    from koodesk.ui.widgets.day_chart import DayChart

pytestmark = pytest.mark.gui

PARTS = [("成功", "chart_3"), ("失败", "chart_5")]


@pytest.fixture
def chart(qtbot: QtBot, look: None) -> DayChart:
    from koodesk.ui.widgets.day_chart import DayChart

    chart = DayChart()
    qtbot.addWidget(chart)
    chart.resize(900, 240)
    return chart


def tip(chart: DayChart, x: int) -> str:
    from PySide6.QtCore import QEvent, QPoint
    from PySide6.QtGui import QHelpEvent
    from PySide6.QtWidgets import QApplication, QToolTip

    place = QPoint(x, 120)
    QApplication.sendEvent(chart, QHelpEvent(QEvent.Type.ToolTip, place, chart.mapToGlobal(place)))
    return QToolTip.text() if QToolTip.isVisible() else ""


@pytest.mark.parametrize(
    ("most", "top"),
    [
        (0, 4),
        (1, 4),
        (4, 4),
        (5, 8),
        (9, 12),  # never 10: its quarters would not be whole
        (13, 16),
        (17, 20),
        (21, 40),
        (90, 100),
        (101, 120),
        (1_199, 1_200),
        (2_300, 4_000),
        (999_999, 1_000_000),
    ],
)
def test_the_axis_ends_at_a_round_figure(most: int, top: int) -> None:
    from koodesk.ui.widgets.day_chart import _round_up

    assert _round_up(most) == top


@given(st.integers(0, 10**9))
def test_no_column_is_higher_than_the_axis_and_its_quarters_are_whole(most: int) -> None:
    from koodesk.ui.widgets.day_chart import _round_up

    top = _round_up(most)
    assert top >= max(most, 1)
    assert top % 4 == 0
    assert most <= 4 or top <= 2 * most


def test_it_reads_out_every_day(chart: DayChart) -> None:
    chart.show_days(PARTS, [("2026-12-04", (1_747, 53)), ("2026-12-05", (0, 0))])
    assert chart.accessibleName() == "2026-12-04, 成功 1,747, 失败 53; 2026-12-05, 成功 0, 失败 0"
    chart.show_days(PARTS, [])
    assert chart.accessibleName() == ""


def test_the_tip_is_of_the_day_under_the_pointer(qtbot: QtBot, chart: DayChart) -> None:
    from PySide6.QtWidgets import QToolTip

    chart.show()
    assert tip(chart, 400) == ""  # there is nothing yet
    chart.show_days(PARTS, [("2026-12-04", (1_747, 53)), ("2026-12-05", (8, 2))])
    for x in (60, 450):
        assert tip(chart, x) == "2026-12-04\n成功 1,747\n失败 53"
    for x in (500, 895):
        assert tip(chart, x) == "2026-12-05\n成功 8\n失败 2"
    tip(chart, 5)  # beside the columns, where the axis has its figures
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def heights(drawn: QImage, x: int) -> dict[str, int]:
    """Return how many pixels of each part's colour stand at a place."""
    from koodesk.ui import theme

    column = [drawn.pixelColor(x, y) for y in range(30, drawn.height() - 26)]
    return {name: column.count(theme.role(role)) for name, role in PARTS}


def test_columns_are_as_high_as_their_parts(chart: DayChart) -> None:
    chart.show_days(PARTS, [("2026-12-04", (60, 20)), ("2026-12-05", (20, 0)), ("2026-12-06", (0, 0))])
    drawn = chart.grab().toImage()
    step = chart._step(*_measured(chart))
    left = chart._left(*_measured(chart))
    first, second, third = (heights(drawn, round(left + step * (n + 0.5))) for n in range(3))
    assert first["成功"] == pytest.approx(3 * first["失败"], abs=4)
    assert second["成功"] == pytest.approx(first["失败"], abs=3)
    assert second["失败"] == 0
    assert sum(third.values()) == 0


def _measured(chart: DayChart) -> tuple[Any, int]:
    from PySide6.QtGui import QFontMetricsF

    return QFontMetricsF(chart.font()), 80


@pytest.mark.parametrize("days", [1, 31, 365])
def test_any_number_of_days_is_drawn(chart: DayChart, days: int) -> None:
    chart.show_days(PARTS, [(f"2026-{1 + n // 31:02d}-{1 + n % 31:02d}", (n + 1, 1)) for n in range(days)])
    for width in (200, 900):
        chart.resize(width, 240)
        drawn = chart.grab().toImage()
        assert max(heights(drawn, x)["成功"] for x in range(60, width)) > 40
