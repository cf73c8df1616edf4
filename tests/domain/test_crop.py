# SPDX-License-Identifier: Apache-2.0
"""The laws of crops."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.crop import (
    CENTRE,
    Crop,
    box,
    centred_on,
    effective_pixels,
    fit,
    fit_around,
    focal_point,
    has_ratio,
    in_pixels,
    inside,
    move,
    refit,
    scale,
)
from tests.domain.strategies import crops

RATIOS = ((1, 1), (16, 9), (3, 1), (48, 65), (21, 9), (3, 4))

# Below the ratio's own numbers a picture has no room for it in whole pixels.
sides = st.integers(70, 6000)
ratios = st.sampled_from(RATIOS)


@given(sides, sides, ratios)
def test_fit_lies_inside_has_the_ratio_and_touches_two_edges(
    width: int, height: int, ratio: tuple[int, int]
) -> None:
    """No larger crop of the ratio exists: it spans the picture one way."""
    crop = fit(width, height, ratio)
    assert inside(crop, width, height)
    assert has_ratio((crop.width, crop.height), ratio)
    assert crop.width == width or crop.height == height


@given(sides, sides, ratios, st.data())
def test_fit_comes_as_near_to_the_focal_point_as_the_edges_allow(
    width: int, height: int, ratio: tuple[int, int], data: st.DataObject
) -> None:
    """The middle is within a pixel of the focal point, or the crop stands at an edge on that side."""
    focal = (data.draw(st.integers(0, width)), data.draw(st.integers(0, height)))
    crop = fit(width, height, ratio, focal)
    assert inside(crop, width, height)
    middle = focal_point(crop)
    assert abs(middle[0] - focal[0]) <= 1 or crop.x in (0, width - crop.width)
    assert abs(middle[1] - focal[1]) <= 1 or crop.y in (0, height - crop.height)


@given(sides, sides, st.integers(-9000, 9000), st.integers(-9000, 9000), st.data())
def test_move_keeps_size_and_stays_inside(
    width: int, height: int, dx: int, dy: int, data: st.DataObject
) -> None:
    """A crop pushed over an edge stops there."""
    crop = data.draw(crops(width, height))
    moved = move(crop, dx, dy, width, height)
    assert inside(moved, width, height)
    assert (moved.width, moved.height) == (crop.width, crop.height)
    assert move(crop, 0, 0, width, height) == crop


@given(sides, sides, ratios, st.floats(0.05, 20.0), st.data())
def test_scale_stays_inside_and_keeps_the_ratio(
    width: int, height: int, ratio: tuple[int, int], factor: float, data: st.DataObject
) -> None:
    """Zooming about any point of the crop ends inside the picture with the slot's ratio."""
    crop = fit(width, height, ratio)
    about = (
        data.draw(st.floats(crop.x, crop.x + crop.width)),
        data.draw(st.floats(crop.y, crop.y + crop.height)),
    )
    scaled = scale(crop, factor, width, height, ratio, about)
    assert inside(scaled, width, height)
    assert has_ratio((scaled.width, scaled.height), ratio)


@given(sides, sides, ratios, st.integers(1, 400), st.integers(1, 400), st.data())
def test_scale_stops_at_the_smallest_size(
    width: int, height: int, ratio: tuple[int, int], least_width: int, least_height: int, data: st.DataObject
) -> None:
    """A vendor's smallest size holds whenever the picture has it at all."""
    whole = fit(width, height, ratio)
    smallest = (least_width, least_height)
    scaled = scale(whole, data.draw(st.floats(0.001, 1.0)), width, height, ratio, smallest=smallest)
    if whole.width >= smallest[0] and whole.height >= smallest[1]:
        assert scaled.width >= smallest[0]
        assert scaled.height >= smallest[1]
    else:
        assert scaled == whole


@given(sides, sides, ratios, ratios, st.data())
def test_refit_keeps_the_focal_point_where_the_picture_has_room(
    width: int, height: int, first: tuple[int, int], second: tuple[int, int], data: st.DataObject
) -> None:
    """Changing the ratio keeps what was looked at in the middle, and changing to the same ratio changes nothing."""
    crop = scale(fit(width, height, first), data.draw(st.floats(0.2, 1.0)), width, height, first)
    changed = refit(crop, width, height, second)
    assert inside(changed, width, height)
    assert has_ratio((changed.width, changed.height), second)
    assert refit(crop, width, height, first) == crop
    before, after = focal_point(crop), focal_point(changed)
    assert abs(before[0] - after[0]) <= 1 or changed.x in (0, width - changed.width)
    assert abs(before[1] - after[1]) <= 1 or changed.y in (0, height - changed.height)


@pytest.mark.parametrize(
    ("size", "ratio", "expected"),
    [
        ((4000, 3000), (1, 1), Crop(500, 0, 3000, 3000)),
        ((640, 640), (1, 1), Crop(0, 0, 640, 640)),
        ((1000, 1000), (16, 9), Crop(0, 218, 1000, 563)),
        ((1, 1), (16, 9), Crop(0, 0, 1, 1)),
        ((1, 5000), (1, 1), Crop(0, 2500, 1, 1)),
    ],
)
def test_fit_by_hand(size: tuple[int, int], ratio: tuple[int, int], expected: Crop) -> None:
    """Worked examples, down to a picture of one pixel."""
    assert fit(*size, ratio) == expected


def test_box_and_pixels_of_no_crop_are_the_whole_picture() -> None:
    """None means everything."""
    assert box(None, 30, 20) == (0, 0, 30, 20)
    assert effective_pixels(None, 30, 20) == (30, 20)
    assert box(Crop(1, 2, 3, 4), 30, 20) == (1, 2, 4, 6)
    assert effective_pixels(Crop(1, 2, 3, 4), 30, 20) == (3, 4)


@pytest.mark.parametrize(
    ("size", "ratio", "expected"),
    [
        ((640, 640), (1, 1), True),
        ((640, 641), (1, 1), False),
        ((1000, 562), (16, 9), True),
        ((1000, 563), (16, 9), True),
        ((1000, 561), (16, 9), False),
        ((1000, 564), (16, 9), False),
        ((300, 100), (3, 1), True),
        ((299, 100), (3, 1), True),
        ((298, 100), (3, 1), False),
    ],
)
def test_has_ratio_to_half_a_pixel(size: tuple[int, int], ratio: tuple[int, int], expected: bool) -> None:
    """As near as whole pixels allow, and no further."""
    assert has_ratio(size, ratio) is expected


@pytest.mark.parametrize("crop", [Crop(-1, 0, 2, 2), Crop(0, 0, 0, 1), Crop(9, 0, 2, 2), Crop(0, 9, 2, 2)])
def test_inside_refuses(crop: Crop) -> None:
    """Over an edge or empty is not inside."""
    assert not inside(crop, 10, 10)


focals = st.tuples(st.integers(0, 1000), st.integers(0, 1000))


def holds(crop: Crop, point: tuple[float, float]) -> bool:
    return crop.x <= point[0] <= crop.x + crop.width and crop.y <= point[1] <= crop.y + crop.height


@given(sides, sides, ratios, focals)
def test_a_crop_around_the_focal_point_is_a_largest_one_that_holds_it(
    width: int, height: int, ratio: tuple[int, int], focal: tuple[int, int]
) -> None:
    crop = fit_around(width, height, ratio, focal)
    assert inside(crop, width, height)
    assert has_ratio((crop.width, crop.height), ratio)
    assert crop.width == width or crop.height == height
    assert holds(crop, in_pixels(focal, width, height))


@given(sides, sides, ratios, focals, st.data())
def test_no_crop_of_its_size_is_nearer_to_the_focal_point(
    width: int, height: int, ratio: tuple[int, int], focal: tuple[int, int], data: st.DataObject
) -> None:
    crop = fit_around(width, height, ratio, focal)
    across = data.draw(st.integers(0, width - crop.width))
    down = data.draw(st.integers(0, height - crop.height))
    other = Crop(across, down, crop.width, crop.height)
    at = in_pixels(focal, width, height)
    mine, theirs = focal_point(crop), focal_point(other)
    assert abs(mine[0] - at[0]) <= abs(theirs[0] - at[0]) + 1e-9
    assert abs(mine[1] - at[1]) <= abs(theirs[1] - at[1]) + 1e-9


@given(sides, sides, ratios)
def test_without_a_focal_point_the_crop_is_in_the_middle(
    width: int, height: int, ratio: tuple[int, int]
) -> None:
    assert (
        fit_around(width, height, ratio)
        == fit(width, height, ratio)
        == fit_around(width, height, ratio, CENTRE)
    )


@given(sides, sides, focals, st.data())
def test_centring_keeps_the_size_and_takes_the_focal_point_in(
    width: int, height: int, focal: tuple[int, int], data: st.DataObject
) -> None:
    crop = data.draw(crops(width, height))
    moved = centred_on(crop, width, height, focal)
    assert (moved.width, moved.height) == (crop.width, crop.height)
    assert inside(moved, width, height)
    assert holds(moved, in_pixels(focal, width, height)) or min(crop.width, crop.height) == 1


def test_a_focal_point_from_outside_is_at_the_edge() -> None:
    assert in_pixels((-5, 2000), 400, 300) == (0, 300)
