# SPDX-License-Identifier: Apache-2.0
"""The arithmetic of cropping in place: a picture that moves under a fixed mask. Pure; the crop rules are `domain.crop`'s.

The mask is a rectangle on the screen with the slot's ratio. The crop is what lies under it, in whole pixels of the
picture; everything the mouse does is turned into another crop, so what is shown and what is kept cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from koodesk.domain import crop as crops
from koodesk.domain.crop import CENTRE, Crop, Focal
from koodesk.preview.placement import Rect

SMALLEST = (16, 16)
"""No crop gets smaller than this many pixels: below it there is nothing to see, and nothing to hold on to."""


@dataclass(frozen=True, slots=True)
class CropFrame:
    """A crop in progress: the picture's size, the slot's ratio, the mask on the screen, the crop under it, and the picture's
    focal point (焦点) in thousandths."""

    natural: tuple[int, int]
    ratio: tuple[int, int]
    mask: Rect
    crop: Crop
    focal: Focal = CENTRE

    @classmethod
    def begin(
        cls,
        natural: tuple[int, int],
        ratio: tuple[int, int],
        mask: Rect,
        crop: Crop | None,
        focal: Focal = CENTRE,
    ) -> CropFrame:
        """Start from the crop a picture has, brought to the ratio around its middle, or from the largest around the focal
        point."""
        width, height = natural
        if crop is None:
            return cls(natural, ratio, mask, crops.fit_around(width, height, ratio, focal), focal)
        return cls(natural, ratio, mask, crops.refit(crop, width, height, ratio), focal)

    @property
    def scale(self) -> float:
        """Screen pixels a pixel of the picture."""
        return self.mask.width / self.crop.width

    @property
    def picture(self) -> Rect:
        """Where the whole picture lies on the screen."""
        scale = self.scale
        return Rect(
            self.mask.x - self.crop.x * scale,
            self.mask.y - self.crop.y * scale,
            self.natural[0] * scale,
            self.natural[1] * scale,
        )

    def with_mask(self, mask: Rect) -> CropFrame:
        """Return the frame with its mask elsewhere; the crop stays."""
        return replace(self, mask=mask)

    def dragged(self, dx: float, dy: float) -> CropFrame:
        """Return the frame after the picture was dragged by screen pixels from where it is now."""
        moved = crops.move(self.crop, round(-dx / self.scale), round(-dy / self.scale), *self.natural)
        return replace(self, crop=moved)

    def zoomed(self, factor: float, at: tuple[float, float] | None = None) -> CropFrame:
        """Return the frame with the picture `factor` times as large; the point `at` on the screen stays in place."""
        about = None
        if at is not None:
            about = (
                self.crop.x + (at[0] - self.mask.x) / self.scale,
                self.crop.y + (at[1] - self.mask.y) / self.scale,
            )
        larger = crops.scale(self.crop, 1 / factor, *self.natural, self.ratio, about, SMALLEST)
        return replace(self, crop=larger)

    def nudged(self, dx: int, dy: int, *, far: bool = False) -> CropFrame:
        """Return the frame with the picture moved by a key: one pixel on the screen or of the picture, ten when far."""
        step = max(1.0, self.scale) * (10 if far else 1)
        return self.dragged(dx * step, dy * step)

    def largest(self) -> CropFrame:
        """Return the frame with as much of the picture as the ratio allows, around the focal point."""
        return replace(self, crop=crops.fit_around(*self.natural, self.ratio, self.focal))

    def focused(self, at: tuple[float, float]) -> CropFrame:
        """Return the frame with the focal point where the screen shows `at`, and the crop centred on it."""
        picture = self.picture
        across = round(1000 * (at[0] - picture.x) / picture.width)
        down = round(1000 * (at[1] - picture.y) / picture.height)
        focal = min(max(across, 0), 1000), min(max(down, 0), 1000)
        return replace(self, focal=focal, crop=crops.centred_on(self.crop, *self.natural, focal))

    @property
    def focus(self) -> tuple[float, float]:
        """Where the focal point lies on the screen."""
        picture = self.picture
        return (
            picture.x + picture.width * self.focal[0] / 1000,
            picture.y + picture.height * self.focal[1] / 1000,
        )
