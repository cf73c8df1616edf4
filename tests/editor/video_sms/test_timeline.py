# SPDX-License-Identifier: Apache-2.0
"""The time line: handles by mouse and keys, never more than may be kept, and the playhead always within."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtTest import QTest

from koodesk.domain.video_fit import LEAST_MS
from tests.editor.conftest import PlainLook

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from koodesk.editor.video_sms.timeline import Timeline

pytestmark = pytest.mark.gui

LONG = 60_000
MOST = 30_000


def made(duration_ms: int = LONG, max_ms: int = MOST) -> Timeline:
    from koodesk.editor.video_sms.timeline import SIDE, Timeline

    line = Timeline(PlainLook(), duration_ms, max_ms)
    line.resize(round(600 + 2 * SIDE), line.height())  # ten pixels a second of a minute
    return line


@pytest.fixture
def line(qtbot: QtBot) -> Timeline:
    line = made()
    qtbot.addWidget(line)
    return line


def point(line: Timeline, at_ms: int) -> Any:
    from PySide6.QtCore import QPoint

    return QPoint(round(line._x(at_ms)), line.height() // 2)


def drag(qtbot: QtBot, line: Timeline, from_ms: int, *to_ms: int) -> None:
    from PySide6.QtCore import Qt

    QTest.mousePress(line, Qt.MouseButton.LeftButton, pos=point(line, from_ms))
    for at_ms in to_ms:
        QTest.mouseMove(line, point(line, at_ms))
    QTest.mouseRelease(line, Qt.MouseButton.LeftButton, pos=point(line, to_ms[-1]))


def press(qtbot: QtBot, line: Timeline, *keys: str, shift: bool = False) -> None:
    from PySide6.QtCore import Qt

    held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    for key in keys:
        QTest.keyClick(line, getattr(Qt.Key, f"Key_{key}"), held)


# --- mouse -------------------------------------------------------------------------------------------------------


def test_a_long_video_begins_with_what_may_be_kept(line: Timeline) -> None:
    assert (line.start_ms, line.end_ms, line.head_ms) == (0, MOST, 0)


def test_the_start_is_dragged_and_the_playhead_shows_it(qtbot: QtBot, line: Timeline) -> None:
    told: list[tuple[int, int]] = []
    line.cut_changed.connect(lambda start, end: told.append((start, end)))
    settled: list[bool] = []
    line.settled.connect(lambda: settled.append(True))
    drag(qtbot, line, 0, 5_000, 12_000)
    assert (line.start_ms, line.end_ms) == (12_000, MOST)
    assert line.head_ms == 12_000
    assert told == [(5_000, MOST), (12_000, MOST)]
    assert settled == [True]


def test_the_end_beyond_the_longest_takes_the_start_along_and_back_it_does_not(
    qtbot: QtBot, line: Timeline
) -> None:
    drag(qtbot, line, MOST, 45_000)
    assert (line.start_ms, line.end_ms, line.head_ms) == (15_000, 45_000, 45_000)
    drag(qtbot, line, 45_000, 40_000)
    assert (line.start_ms, line.end_ms) == (15_000, 40_000)


def test_the_start_before_the_longest_takes_the_end_along(qtbot: QtBot, line: Timeline) -> None:
    line.set_cut(25_000, 55_000)
    drag(qtbot, line, 25_000, 10_000)
    assert (line.start_ms, line.end_ms) == (10_000, 40_000)


def test_handles_never_pass_each_other(qtbot: QtBot, line: Timeline) -> None:
    drag(qtbot, line, 0, 50_000)
    assert (line.start_ms, line.end_ms) == (MOST - LEAST_MS, MOST)
    line.set_cut(20_000, 40_000)
    drag(qtbot, line, 40_000, 5_000)
    assert (line.start_ms, line.end_ms) == (20_000, 20_000 + LEAST_MS)


def test_a_handle_held_beside_its_edge_does_not_jump(qtbot: QtBot, line: Timeline) -> None:
    from PySide6.QtCore import QPoint, Qt

    line.set_cut(10_000, 30_000)
    beside = point(line, 10_000) - QPoint(8, 0)  # on the handle itself, which stands left of the edge
    QTest.mousePress(line, Qt.MouseButton.LeftButton, pos=beside)
    QTest.mouseMove(line, beside + QPoint(20, 0))
    assert line.start_ms == 12_000


def test_a_press_between_the_handles_moves_the_playhead_and_outside_it_stays_within(
    qtbot: QtBot, line: Timeline
) -> None:
    from PySide6.QtCore import Qt

    moved: list[int] = []
    line.head_moved.connect(moved.append)
    line.set_cut(10_000, 30_000)
    drag(qtbot, line, 15_000, 21_000)
    assert line.head_ms == 21_000
    QTest.mouseClick(line, Qt.MouseButton.LeftButton, pos=point(line, 50_000))
    assert line.head_ms == 30_000
    assert moved == [10_000, 15_000, 21_000, 30_000]
    assert (line.start_ms, line.end_ms) == (10_000, 30_000)


@pytest.mark.parametrize(
    ("at_ms", "shape"),
    [(0, "SizeHorCursor"), (MOST, "SizeHorCursor"), (MOST // 2, "PointingHandCursor")],
)
def test_the_pointer_tells_a_handle_from_the_rest(line: Timeline, at_ms: int, shape: str) -> None:
    from PySide6.QtCore import QEvent, QPointF, Qt
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    at = QPointF(point(line, at_ms))
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, at, line.mapToGlobal(at), none, none, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(line, event)
    assert line.cursor().shape() is getattr(Qt.CursorShape, shape)


# --- keys --------------------------------------------------------------------------------------------------------


def test_arrows_move_the_playhead_by_tenths_and_with_shift_by_seconds(qtbot: QtBot, line: Timeline) -> None:
    press(qtbot, line, "Right", "Right", "Left")
    assert line.head_ms == 100
    press(qtbot, line, "Right", shift=True)
    assert line.head_ms == 1_100
    press(qtbot, line, "Left", shift=True)
    press(qtbot, line, "Left", shift=True)
    assert line.head_ms == 0
    press(qtbot, line, "End")
    assert line.head_ms == MOST
    press(qtbot, line, "Home")
    assert line.head_ms == 0


def test_up_and_down_choose_a_handle_for_the_arrows(qtbot: QtBot, line: Timeline) -> None:
    press(qtbot, line, "Down")
    press(qtbot, line, "Right", shift=True)
    assert (line.start_ms, line.end_ms, line.head_ms) == (1_000, 31_000, 31_000)
    assert line.accessibleDescription().endswith("左右键移动结尾")
    press(qtbot, line, "Up", "Up", "Up")
    press(qtbot, line, "Left", "Left")
    assert (line.start_ms, line.end_ms, line.head_ms) == (800, 30_800, 800)
    assert line.accessibleDescription().endswith("左右键移动开头")


def test_brackets_take_a_handle_to_the_playhead(qtbot: QtBot, line: Timeline) -> None:
    line.set_head(4_000)
    press(qtbot, line, "BracketLeft")
    assert (line.start_ms, line.end_ms) == (4_000, MOST)
    line.set_head(9_000)
    press(qtbot, line, "BracketRight")
    assert (line.start_ms, line.end_ms, line.head_ms) == (4_000, 9_000, 9_000)
    press(qtbot, line, "BracketLeft")  # at the very end: the shortest part stays
    assert (line.start_ms, line.end_ms, line.head_ms) == (9_000, 9_000 + LEAST_MS, 9_000)


def test_other_keys_go_on_to_the_sheet(qtbot: QtBot, line: Timeline) -> None:
    from PySide6.QtCore import QEvent, Qt
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QApplication

    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(line, event)
    assert not event.isAccepted()


# --- what it says ------------------------------------------------------------------------------------------------


def test_it_reads_out_what_is_kept_and_the_cover(line: Timeline) -> None:
    line.set_cut(1_200, 4_000)
    line.set_head(2_500)
    assert line.accessibleName() == "时间线"
    assert line.accessibleDescription() == "保留 1.2 秒 到 4.0 秒 · 当前 2.5 秒 · 左右键移动播放头"
    line.set_cover(2_500)
    assert "当前 2.5 秒 · 封面 2.5 秒" in line.accessibleDescription()


def test_a_cover_that_was_cut_away_is_the_nearest_moment_that_is_kept(line: Timeline) -> None:
    assert line.kept_cover_ms == 0
    line.set_cover(20_000)
    assert line.kept_cover_ms == 20_000
    line.set_cut(2_000, 8_000)
    assert line.kept_cover_ms == 8_000
    line.set_cut(25_000, 29_000)
    assert line.kept_cover_ms == 25_000
    line.set_cut(15_000, 29_000)  # it comes back with what it is part of
    assert line.kept_cover_ms == 20_000
    line.set_cover(None)
    assert line.kept_cover_ms == 15_000


def test_pictures_stand_where_they_belong_and_the_rest_is_dim(line: Timeline) -> None:
    from PySide6.QtGui import QColor, QImage

    from koodesk.editor.video_sms.timeline import HEAD, STRIP

    colours = [QColor("red"), QColor("lime")]
    pictures = []
    for at_ms, colour in zip((10_000, 50_000), colours, strict=True):
        image = QImage(160, 90, QImage.Format.Format_RGB32)
        image.fill(colour)
        pictures.append((at_ms, image))
    assert line.picture_at(0) is None
    line.show_pictures(pictures)
    assert line.picture_at(29_000) is pictures[0][1]
    assert line.picture_at(31_000) is pictures[1][1]
    line.set_cut(0, 15_000)
    drawn = line.grab().toImage()
    middle = round(HEAD + STRIP / 2)
    kept, left_out, other = (drawn.pixelColor(round(line._x(at)), middle) for at in (8_000, 22_000, 52_000))
    assert (kept.red(), kept.green()) == (255, 0)
    assert 0 < left_out.red() < 160
    assert 0 < other.green() < 160
    assert other.red() == 0


# --- whatever is done --------------------------------------------------------------------------------------------

ACTIONS = st.one_of(
    st.tuples(st.just("cut"), st.integers(-5_000, 100_000), st.integers(-5_000, 100_000)),
    st.tuples(st.just("head"), st.integers(-5_000, 100_000), st.just(0)),
    st.tuples(
        st.just("key"),
        st.sampled_from(["Left", "Right", "Up", "Down", "BracketLeft", "BracketRight", "Home", "End"]),
        st.booleans(),
    ),
    st.tuples(st.just("drag"), st.integers(-20, 700), st.integers(-20, 700)),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    duration=st.integers(1, 90_000), most=st.integers(LEAST_MS, 40_000), actions=st.lists(ACTIONS, max_size=8)
)
def test_whatever_is_done_the_part_fits_and_the_playhead_is_in_it(
    qapp: QApplication, duration: int, most: int, actions: list[tuple[Any, Any, Any]]
) -> None:
    from PySide6.QtCore import QPoint, Qt

    line = made(duration, most)
    for kind, first, second in actions:
        if kind == "cut":
            line.set_cut(first, second)
        elif kind == "head":
            line.set_head(first)
        elif kind == "key":
            held = Qt.KeyboardModifier.ShiftModifier if second else Qt.KeyboardModifier.NoModifier
            QTest.keyClick(line, getattr(Qt.Key, f"Key_{first}"), held)
        else:
            QTest.mousePress(line, Qt.MouseButton.LeftButton, pos=QPoint(first, 40))
            QTest.mouseMove(line, QPoint(second, 40))
            QTest.mouseRelease(line, Qt.MouseButton.LeftButton, pos=QPoint(second, 40))
        assert 0 <= line.start_ms < line.end_ms <= duration
        assert min(LEAST_MS, duration) <= line.end_ms - line.start_ms <= most
        assert line.start_ms <= line.head_ms <= line.end_ms
        assert line.start_ms <= line.kept_cover_ms <= line.end_ms
    line.deleteLater()
