# SPDX-License-Identifier: Apache-2.0
"""A phone that shows a video SMS (视频短信), as data: its bars, colours and the boxes of the message (see `video_sms_reader`).

A video SMS reaches every phone as a multimedia message of the system's own messages app. Nobody publishes how those
apps lay one out, so each file says source "drawn", how far it may be trusted, and what in it is an assumption. The code
that reads it never asks which phone it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from koodesk.domain.carrier import Carrier
from koodesk.preview.phone import Phone, TextStyle
from koodesk.preview.placement import Font

PARTS: Final = ("message", "subject", "frame", "text", "picture", "video", "audio")
"""The boxes a message is drawn of: `message` around all of it, `frame` around the elements of one frame."""

LEAST_SCALE: Final = 0.5
MOST_SCALE: Final = 3.0
"""Font scales beyond these are drawn as these; the systems' own settings reach from about 0.8 to 3."""

_UNSCALED: Final = frozenset({"status", "carrier"})
"""Styles that no phone's font setting touches."""


class PhoneKind(StrEnum):
    """The systems whose messages apps are drawn."""

    ANDROID = "android"
    IPHONE = "iphone"
    HARMONY = "harmony"


@dataclass(frozen=True, slots=True)
class MessageBox:
    """One box of the message. Lengths in dp; 0 means as much as there is. Colours are roles, empty for none."""

    style: str
    """The text style of its words."""
    fill: str
    radius: float
    heel: float
    """Radius of the lower left corner where it differs from the others; negative for no difference."""
    padding: tuple[float, float, float, float]
    """Top, right, bottom, left."""
    gap: float
    """Between what lies in it, one below the other."""
    width: float
    height: float
    min_height: float
    max_height: float
    fit: bool
    """As wide as what lies in it, instead of all the room."""
    prefix: str
    """Words the phone puts before those of the message."""
    line: str
    """Colour role of the hairline below it."""


@dataclass(frozen=True, slots=True)
class Sender:
    """A carrier's name, and the number a message comes from: an example, because the platform gives out the real one."""

    name: str
    number: str


@dataclass(frozen=True, slots=True, eq=False)
class MessagePhone(Phone):
    """One phone, with the boxes of a message. There is one object for each file and font scale."""

    kind: PhoneKind
    name_zh: str
    name_en: str
    assumptions: tuple[tuple[str, str], ...]
    """What of the drawing nobody has published, Chinese and English."""
    carriers: Mapping[Carrier, Sender]
    parts: Mapping[str, MessageBox]

    def sender(self, carrier: Carrier) -> Sender:
        """Return a carrier's name and example number; of a carrier the file does not name, the number alone."""
        return self.carriers.get(carrier) or Sender("", self.words["sender"])


@lru_cache(maxsize=32)
def with_font_scale(phone: MessagePhone, scale: float) -> MessagePhone:
    """Return the phone with larger or smaller type; the same object for the same question. Bars keep their heights."""
    scale = min(max(scale, LEAST_SCALE), MOST_SCALE)
    if scale == 1.0:
        return phone
    styles = {
        name: style if name in _UNSCALED else _scaled(style, scale) for name, style in phone.styles.items()
    }
    return replace(phone, styles=MappingProxyType(styles))


def _scaled(style: TextStyle, scale: float) -> TextStyle:
    return replace(style, font=Font(style.font.size * scale, style.font.bold))
