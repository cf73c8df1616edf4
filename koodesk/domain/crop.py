# SPDX-License-Identifier: Apache-2.0
"""Crops (裁剪) in the picture's own pixels. Pure arithmetic; the preview and the upload take the same whole-pixel box.

A crop says which part of a picture is shown; the stored picture is never cut. A ratio is a pair of small whole numbers
(16, 9); a crop "has" a ratio when no crop of whole pixels with one side kept would come closer.

A picture has one focal point (焦点), in thousandths of its upright width and height: what every crop made for it is
centred on as nearly as the edges allow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

Focal = tuple[int, int]
"""A focal point: thousandths of the upright picture from its left and from its top, 0 to 1000."""

CENTRE: Final[Focal] = (500, 500)
"""The focal point of a picture nobody has given one."""


@dataclass(frozen=True, slots=True)
class Crop:
    """A rectangle of a picture: left, top, width, height in whole pixels of the upright original, origin top left."""

    x: int
    y: int
    width: int
    height: int


def box(crop: Crop | None, width: int, height: int) -> tuple[int, int, int, int]:
    """Return (left, top, right, bottom) of what is shown of a `width` x `height` picture; right and bottom are outside."""
    if crop is None:
        return 0, 0, width, height
    return crop.x, crop.y, crop.x + crop.width, crop.y + crop.height


def effective_pixels(crop: Crop | None, width: int, height: int) -> tuple[int, int]:
    """Return the width and height in pixels that are left after the crop: what a vendor's smallest size is held against."""
    return (width, height) if crop is None else (crop.width, crop.height)


def inside(crop: Crop, width: int, height: int) -> bool:
    """Tell whether the crop is a non-empty part of a `width` x `height` picture."""
    return (
        crop.x >= 0
        and crop.y >= 0
        and crop.width >= 1
        and crop.height >= 1
        and crop.x + crop.width <= width
        and crop.y + crop.height <= height
    )


def has_ratio(size: tuple[int, int], ratio: tuple[int, int]) -> bool:
    """Tell whether a size has a ratio as nearly as whole pixels allow: within half a pixel of one of its sides."""
    (width, height), (across, down) = size, ratio
    return 2 * abs(width * down - height * across) <= max(across, down)


def focal_point(crop: Crop) -> tuple[float, float]:
    """Return the middle of a crop in pixels of the picture: what the user chose to show."""
    return crop.x + crop.width / 2, crop.y + crop.height / 2


def fit(width: int, height: int, ratio: tuple[int, int], focal: tuple[float, float] | None = None) -> Crop:
    """Return the largest crop of a ratio, its middle as near to `focal` as the picture allows (default: centred)."""
    if focal is None:
        focal = (width / 2, height / 2)
    across, down = _largest(width, height, ratio)
    return _centred(across, down, focal, width, height)


def in_pixels(focal: Focal, width: int, height: int) -> tuple[float, float]:
    """Return where a focal point lies in a `width` x `height` picture; one from outside 0 to 1000 at the edge."""
    return (
        min(max(focal[0], 0), 1000) * width / 1000,
        min(max(focal[1], 0), 1000) * height / 1000,
    )


def fit_around(width: int, height: int, ratio: tuple[int, int], focal: Focal = CENTRE) -> Crop:
    """Return the largest crop of a ratio with the focal point in it, as near to its middle as the edges allow."""
    return fit(width, height, ratio, in_pixels(focal, width, height))


def centred_on(crop: Crop, width: int, height: int, focal: Focal) -> Crop:
    """Return a crop of the same size with the focal point in it, as near to its middle as the edges allow."""
    return _centred(crop.width, crop.height, in_pixels(focal, width, height), width, height)


def refit(crop: Crop, width: int, height: int, ratio: tuple[int, int]) -> Crop:
    """Return the crop for another ratio: same focal point, about the same area, never larger than the picture.

    A crop that has the ratio already comes back unchanged.
    """
    if has_ratio((crop.width, crop.height), ratio):
        return crop
    side = (crop.width * crop.height * max(ratio) / min(ratio)) ** 0.5
    across, down = _sized(round(side), width, height, ratio)
    return _centred(across, down, focal_point(crop), width, height)


def move(crop: Crop, dx: int, dy: int, width: int, height: int) -> Crop:
    """Return the crop moved by whole pixels, stopped at the picture's edges."""
    return _placed(crop.x + dx, crop.y + dy, crop.width, crop.height, width, height)


def scale(
    crop: Crop,
    factor: float,
    width: int,
    height: int,
    ratio: tuple[int, int],
    about: tuple[float, float] | None = None,
    smallest: tuple[int, int] = (1, 1),
) -> Crop:
    """Return the crop `factor` times as large (below 1 zooms in), with its ratio kept exactly as `fit` keeps it.

    `about` is the point of the picture that stays where it is in the crop (default: the middle). The crop never gets
    smaller than `smallest` unless the picture itself is, and never larger than the picture.
    """
    if about is None:
        about = focal_point(crop)
    long_side = max(round(max(crop.width, crop.height) * factor), _long_side(smallest, ratio))
    across, down = _sized(long_side, width, height, ratio)
    left = about[0] - (about[0] - crop.x) * across / crop.width
    top = about[1] - (about[1] - crop.y) * down / crop.height
    return _placed(round(left), round(top), across, down, width, height)


def _divided(numerator: int, denominator: int) -> int:
    """Divide to the nearest whole number, at least 1."""
    return max(1, (2 * numerator + denominator) // (2 * denominator))


def _largest(width: int, height: int, ratio: tuple[int, int]) -> tuple[int, int]:
    across, down = ratio
    if width * down >= height * across:
        return min(width, _divided(height * across, down)), height
    return width, min(height, _divided(width * down, across))


def _sized(long_side: int, width: int, height: int, ratio: tuple[int, int]) -> tuple[int, int]:
    """Return the size of a ratio with the given longer side, at most the largest that fits."""
    across, down = ratio
    largest = _largest(width, height, ratio)
    if long_side >= max(largest):
        return largest
    long_side = max(1, long_side)
    if across >= down:
        return long_side, _divided(long_side * down, across)
    return _divided(long_side * across, down), long_side


def _long_side(smallest: tuple[int, int], ratio: tuple[int, int]) -> int:
    """Return the longer side of the smallest size of a ratio that is no smaller than `smallest` either way."""
    (width, height), (across, down) = smallest, ratio
    if across >= down:
        return max(width, -(-height * across // down))
    return max(height, -(-width * down // across))


def _placed(x: int, y: int, across: int, down: int, width: int, height: int) -> Crop:
    return Crop(min(max(x, 0), width - across), min(max(y, 0), height - down), across, down)


def _centred(across: int, down: int, focal: tuple[float, float], width: int, height: int) -> Crop:
    return _placed(round(focal[0] - across / 2), round(focal[1] - down / 2), across, down, width, height)
