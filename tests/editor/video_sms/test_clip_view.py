# SPDX-License-Identifier: Apache-2.0
"""The crop box over a video: always within the picture, of its ratio, and taken by the corner one sees, however turned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koodesk.domain.crop import Crop, inside
from koodesk.domain.video_fit import Turn
from tests.editor.conftest import PlainLook

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from koodesk.editor.video_sms.clip_view import ClipView

pytestmark = pytest.mark.gui

TURNS: tuple[Turn, ...] = (0, 90, 180, 270)
RATIOS = (16 / 9, 1.0, 3 / 4, 9 / 16)


def made(width: int = 640, height: int = 360) -> ClipView:
    from koodesk.editor.video_sms.clip_view import ClipView

    view = ClipView(PlainLook(), width, height)
    view.resize(640 + 24, 640 + 24)  # one pixel of the screen for one of the source
    return view


@pytest.fixture
def view(qtbot: QtBot) -> ClipView:
    view = made()
    qtbot.addWidget(view)
    return view


def corner(view: ClipView, name: str) -> Any:
    """Return where a corner of the box is seen."""
    box = view._shown(view._box)
    across, down = {"t": "top", "b": "bottom"}[name[0]], {"l": "Left", "r": "Right"}[name[1]]
    return getattr(box, across + down)().toPoint()


def drag(view: ClipView, at: Any, right: int, down: int) -> None:
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest

    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(view, at + QPoint(right, down))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at + QPoint(right, down))


def press(view: ClipView, key: str, *, shift: bool = False) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(view, getattr(Qt.Key, f"Key_{key}"), held)


# --- the box -----------------------------------------------------------------------------------------------------


def test_the_whole_picture_is_no_crop(view: ClipView) -> None:
    assert view.crop is None
    assert view.accessibleDescription() == "整个画面"


@pytest.mark.parametrize(
    ("turn", "ratio", "crop"),
    [
        (0, 1.0, Crop(140, 0, 360, 360)),
        (0, 9 / 16, Crop(219, 0, 202, 360)),
        (90, 9 / 16, None),  # lying, it has the ratio as it is
        (90, 16 / 9, Crop(219, 0, 202, 360)),
        (180, 3 / 4, Crop(185, 0, 270, 360)),
        (270, 3 / 4, Crop(80, 0, 480, 360)),
    ],
)
def test_a_ratio_is_the_one_of_the_result(
    view: ClipView, turn: Turn, ratio: float, crop: Crop | None
) -> None:
    view.set_turn(turn)
    view.set_ratio(ratio)
    assert view.crop == crop


def test_turning_lays_a_box_of_a_ratio_anew_and_leaves_a_free_one(view: ClipView) -> None:
    told: list[bool] = []
    view.crop_changed.connect(lambda: told.append(True))
    view.set_ratio(9 / 16)
    view.set_turn(90)
    assert view.crop is None
    assert len(told) == 2
    view.set_ratio(0)
    drag(view, corner(view, "tl"), 40, 60)
    free = view.crop
    assert free is not None
    view.set_turn(180)
    assert view.crop == free
    view.set_ratio(0)
    assert view.crop is None


# --- the mouse ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("turn", "name", "crop"),
    [
        # 30 to the right and 20 down on the screen, seen from the corner that is held.
        (0, "tl", Crop(30, 20, 610, 340)),
        (90, "tl", Crop(20, 0, 620, 330)),  # the source's lower left corner stands there
        (180, "tl", Crop(0, 0, 610, 340)),
        (270, "tl", Crop(0, 30, 620, 330)),
    ],
)
def test_the_corner_one_sees_is_the_one_that_moves(view: ClipView, turn: Turn, name: str, crop: Crop) -> None:
    view.set_turn(turn)
    before = {one: corner(view, one) for one in ("tl", "tr", "bl", "br")}
    drag(view, before[name], 30, 20)
    assert view.crop == crop
    assert corner(view, "br") == before["br"]
    assert (corner(view, name) - before[name]).toTuple() == (30, 20)


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("name", ["tl", "tr", "bl", "br"])
def test_the_opposite_corner_stays_for_every_turn(view: ClipView, turn: Turn, name: str) -> None:
    opposite = {"tl": "br", "tr": "bl", "bl": "tr", "br": "tl"}[name]
    view.set_turn(turn)
    still = corner(view, opposite)
    right, down = (50 if name[1] == "l" else -50), (40 if name[0] == "t" else -40)
    held = corner(view, name)
    drag(view, held, right, down)
    assert corner(view, opposite) == still
    assert (corner(view, name) - held).toTuple() == (right, down)


def test_the_middle_moves_the_box_to_the_edge_and_no_further(view: ClipView) -> None:
    view.set_ratio(1.0)
    middle = view._shown(view._box).center().toPoint()
    drag(view, middle, 25, 30)
    assert view.crop == Crop(165, 0, 360, 360)
    drag(view, middle, 900, 0)
    assert view.crop == Crop(280, 0, 360, 360)


def test_beside_the_box_nothing_is_held(view: ClipView) -> None:
    view.set_ratio(1.0)
    before = view.crop
    left_out = view._shown(view._box).topLeft().toPoint()
    left_out.setX(left_out.x() - 60)
    left_out.setY(left_out.y() + 150)
    drag(view, left_out, 50, 50)
    assert view.crop == before


@pytest.mark.parametrize("turn", TURNS)
def test_a_box_of_a_ratio_follows_either_direction(view: ClipView, turn: Turn) -> None:
    view.set_turn(turn)
    view.set_ratio(1.0)
    drag(view, corner(view, "br"), -100, 0)
    smaller = view.crop
    assert smaller is not None
    assert smaller.width == smaller.height < 360
    drag(view, corner(view, "br"), 0, -60)
    assert view.crop is not None
    assert view.crop.width == view.crop.height < smaller.width
    drag(view, corner(view, "br"), 500, 500)
    assert view.crop is not None
    assert view.crop.width == view.crop.height == 360


# --- keys --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize(
    ("key", "way"), [("Left", (-8, 0)), ("Right", (8, 0)), ("Up", (0, -8)), ("Down", (0, 8))]
)
def test_arrows_move_the_box_the_way_they_point(
    view: ClipView, turn: Turn, key: str, way: tuple[int, int]
) -> None:
    view.set_turn(turn)
    for name, right, down in (("tl", 60, 60), ("br", -60, -60)):
        drag(view, corner(view, name), right, down)
    before, size = corner(view, "tl"), view._shown(view._box).size()
    press(view, key)
    assert (corner(view, "tl") - before).toTuple() == way
    assert view._shown(view._box).size() == size


@pytest.mark.parametrize("turn", TURNS)
def test_shift_and_arrows_size_the_box_at_its_lower_right(view: ClipView, turn: Turn) -> None:
    view.set_turn(turn)
    still, moved = corner(view, "tl"), corner(view, "br")
    press(view, "Left", shift=True)
    press(view, "Up", shift=True)
    press(view, "Up", shift=True)
    assert corner(view, "tl") == still
    assert (corner(view, "br") - moved).toTuple() == (-8, -16)
    crop = view.crop
    assert crop is not None
    said = f"{crop.width}×{crop.height}，左上角 {crop.x}, {crop.y}"
    assert view.accessibleDescription() == said
    assert sorted((crop.width, crop.height)) == ([344, 632] if turn % 180 == 0 else [352, 624])


# --- what is drawn -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", TURNS)
def test_what_is_left_out_is_dim_and_the_box_shows_its_own_part(view: ClipView, turn: Turn) -> None:
    from PySide6.QtGui import QColor, QImage, QPainter

    picture = QImage(640, 360, QImage.Format.Format_RGB32)
    picture.fill(QColor("red"))
    painter = QPainter(picture)
    painter.fillRect(0, 0, 200, 120, QColor("lime"))  # the source's upper left
    painter.end()
    view.show_picture(picture)
    view.set_turn(turn)
    from PySide6.QtCore import QRectF

    view._box = QRectF(0, 0, 200, 120)
    drawn = view.grab().toImage()
    box = view._shown(view._box)
    inner = drawn.pixelColor(box.center().toPoint())
    assert (inner.red(), inner.green()) == (0, 255)
    rest = drawn.pixelColor(view._shown(QRectF(400, 200, 100, 100)).center().toPoint())
    assert 0 < rest.red() < 160
    assert rest.green() == 0


# --- whatever is done --------------------------------------------------------------------------------------------

ACTIONS = st.one_of(
    st.tuples(st.just("turn"), st.sampled_from(TURNS), st.just(0), st.just(0)),
    st.tuples(st.just("ratio"), st.sampled_from((0.0, *RATIOS)), st.just(0), st.just(0)),
    st.tuples(
        st.just("key"), st.sampled_from(["Left", "Right", "Up", "Down"]), st.booleans(), st.integers(1, 30)
    ),
    st.tuples(
        st.just("drag"),
        st.sampled_from(["tl", "tr", "bl", "br", "middle"]),
        st.integers(-700, 700),
        st.integers(-700, 700),
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(size=st.tuples(st.integers(16, 4096), st.integers(16, 4096)), actions=st.lists(ACTIONS, max_size=8))
def test_whatever_is_done_the_box_is_in_the_picture_and_of_its_ratio(
    qapp: QApplication, size: tuple[int, int], actions: list[tuple[Any, Any, Any, Any]]
) -> None:
    width, height = size
    view = made(width, height)
    turn, ratio = 0, 0.0
    for kind, what, first, second in actions:
        if kind == "turn":
            turn = what
            view.set_turn(what)
        elif kind == "ratio":
            ratio = what
            view.set_ratio(what)
        elif kind == "key":
            for _ in range(second):
                press(view, what, shift=bool(first))
        else:
            at = view._shown(view._box).center().toPoint() if what == "middle" else corner(view, what)
            drag(view, at, first, second)
        crop = view.crop
        assert crop is None or inside(crop, width, height)
        shown, whole = view._shown(view._box), view.rect()
        assert whole.contains(shown.toAlignedRect())
        if ratio:
            box = view._box
            across, down = (box.width(), box.height()) if turn % 180 == 0 else (box.height(), box.width())
            assert across / down == pytest.approx(ratio)
    view.deleteLater()
