# SPDX-License-Identifier: Apache-2.0
"""The same phone smaller or larger, and with larger type: what a card looks like where people set it so. Pure.

The widths are this project's own (no vendor publishes how its messages app lays out a card): a small phone is a tenth narrower,
a large one a tenth wider than the middle one. Font scales are those of the phones' accessibility settings.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from koodesk.preview.phone_spec import Box, PhoneSpec
from koodesk.preview.placement import Font

FONT_SCALES: Final = (1.0, 1.3)
"""The font scales the wall offers."""


class PhoneSize(StrEnum):
    """How wide the phone is."""

    SMALL = "small"
    MIDDLE = "middle"
    LARGE = "large"


_FACTORS: Final = {PhoneSize.SMALL: 0.9, PhoneSize.MIDDLE: 1.0, PhoneSize.LARGE: 1.12}


@lru_cache(maxsize=64)
def sized(phone: PhoneSpec, size: PhoneSize = PhoneSize.MIDDLE, font_scale: float = 1.0) -> PhoneSpec:
    """Return the phone in another size and with another font scale; the same object for the same question.

    A card fills the width between the gutters as before; boxes with words grow with their words.
    """
    factor = _FACTORS[size]
    if factor == 1.0 and font_scale == 1.0:
        return phone
    width = round(phone.width * factor)
    styles = {
        name: replace(style, font=Font(style.font.size * font_scale, style.font.bold))
        for name, style in phone.styles.items()
    }
    moved = width - phone.width
    layouts = {
        name: tuple(_box(box, at == 0, moved, font_scale) for at, box in enumerate(boxes))
        for name, boxes in phone.layouts.items()
    }
    return replace(
        phone,
        width=float(width),
        height=float(round(phone.height * factor)),
        styles=MappingProxyType(styles),
        layouts=MappingProxyType(layouts),
    )


def _box(box: Box, outermost: bool, moved: float, font_scale: float) -> Box:
    width = box.width + moved if outermost else box.width
    grows = font_scale if box.style else 1.0
    return replace(box, width=width, height=box.height * grows, min_height=box.min_height * grows)
