# SPDX-License-Identifier: Apache-2.0
"""How the vendor wall shows the phones: which of its views, light or dark, how large a phone, how large its type."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from koodesk.preview.phone_size import PhoneSize


class WallView(StrEnum):
    """What the phones show."""

    LOOK = "look"
    """The card as it is."""
    DIFFERENCE = "difference"
    """The card with every cut, dropped, refused and restyled part marked."""
    TEXT = "text"
    """The message as it reads after 显示原文."""
    FALLBACK = "fallback"
    """What a phone of the vendor that shows no cards gets, where the send falls back to plain SMS."""


@dataclass(frozen=True, slots=True)
class WallLook:
    """All choices of the wall at once."""

    view: WallView = WallView.LOOK
    dark: bool = False
    size: PhoneSize = PhoneSize.MIDDLE
    font_scale: float = 1.0
