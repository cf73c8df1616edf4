# SPDX-License-Identifier: Apache-2.0
"""Cropping in place: whatever the mouse does, the crop stays in the picture, in its ratio, and where it was held."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain import crop as crops
from koodesk.domain.crop import Crop
from koodesk.editor.canvas.crop_frame import CropFrame
from koodesk.preview.placement import Rect

RATIOS = st.sampled_from([(1, 1), (16, 9), (3, 4), (48, 65)])
SIZES = st.tuples(st.integers(64, 4000), st.integers(64, 4000))
GESTURES = st.lists(
    st.one_of(
        st.tuples(st.just("drag"), st.floats(-500, 500), st.floats(-500, 500)),
        st.tuples(st.just("zoom"), st.floats(0.25, 4), st.just(0.0)),
        st.tuples(st.just("zoom at"), st.floats(0.25, 4), st.floats(0, 200)),
        st.tuples(st.just("key"), st.sampled_from([-1.0, 0.0, 1.0]), st.sampled_from([-1.0, 0.0, 1.0])),
    ),
    max_size=12,
)


def frame(size: tuple[int, int], ratio: tuple[int, int], crop: Crop | None = None) -> CropFrame:
    return CropFrame.begin(size, ratio, Rect(10, 20, 200, 200 * ratio[1] / ratio[0]), crop)


@given(SIZES, RATIOS, GESTURES)
def test_every_gesture_keeps_ratio_and_picture(
    size: tuple[int, int], ratio: tuple[int, int], gestures: list[tuple[str, float, float]]
) -> None:
    now = frame(size, ratio)
    for kind, a, b in gestures:
        match kind:
            case "drag":
                now = now.dragged(a, b)
            case "zoom":
                now = now.zoomed(a)
            case "zoom at":
                now = now.zoomed(a, (10 + b, 20 + b))
            case _:
                now = now.nudged(int(a), int(b))
        assert crops.inside(now.crop, *size)
        assert crops.has_ratio((now.crop.width, now.crop.height), ratio)


@given(SIZES, RATIOS)
def test_the_crop_lies_exactly_under_the_mask(size: tuple[int, int], ratio: tuple[int, int]) -> None:
    now = frame(size, ratio).zoomed(2)
    picture, scale = now.picture, now.scale
    assert abs(picture.x + now.crop.x * scale - now.mask.x) < 1e-6
    assert abs(picture.y + now.crop.y * scale - now.mask.y) < 1e-6
    assert abs(now.crop.width * scale - now.mask.width) < 1e-6


def test_dragging_there_and_back_is_no_change() -> None:
    begun = frame((800, 600), (1, 1)).zoomed(2)
    assert begun.dragged(37, -12).dragged(-37, 12).crop == begun.crop


def test_a_crop_of_another_ratio_keeps_its_focal_point() -> None:
    begun = frame((1600, 900), (1, 1), Crop(1000, 300, 400, 200))
    x, y = crops.focal_point(begun.crop)
    assert abs(x - 1200) <= 1
    assert abs(y - 400) <= 1


def test_a_crop_that_fits_is_left_alone_and_a_key_moves_by_what_one_sees() -> None:
    crop = Crop(10, 20, 400, 400)
    begun = frame((1000, 1000), (1, 1), crop)
    assert begun.crop == crop
    assert begun.scale == 0.5
    assert begun.nudged(1, 0).crop.x == 8
    assert begun.nudged(1, 0, far=True).crop.x == 0
    assert begun.largest().crop == Crop(0, 0, 1000, 1000)


def test_a_focal_point_is_where_it_was_clicked_and_the_crop_follows() -> None:
    """Clicked a quarter from the left and the top: that is what the crop is centred on as far as the edges allow."""
    frame = CropFrame.begin((800, 600), (1, 1), Rect(100, 50, 300, 300), Crop(0, 0, 200, 200))
    picture = frame.picture
    at = (picture.x + picture.width / 4, picture.y + picture.height / 2)
    focused = frame.focused(at)
    assert focused.focal == (250, 500)
    assert focused.crop == Crop(100, 200, 200, 200)
    assert focused.focus == (250.0, 200.0)  # in the middle of the mask
    assert focused.largest().crop == Crop(0, 0, 600, 600)
    assert frame.focused((-9999, 9999)).focal == (0, 1000)


def test_a_picture_without_a_crop_begins_around_its_focal_point() -> None:
    mask = Rect(0, 0, 100, 100)
    assert CropFrame.begin((800, 400), (1, 1), mask, None, (900, 500)).crop == Crop(400, 0, 400, 400)
    assert CropFrame.begin((800, 400), (1, 1), mask, None).crop == Crop(200, 0, 400, 400)
