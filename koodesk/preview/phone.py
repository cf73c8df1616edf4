# SPDX-License-Identifier: Apache-2.0
"""What every drawn phone has, as data: screen, bars, words, and colours and text styles by role.

A phone for cards (`phone_spec`) and one for video SMS (`video_sms_phone`) are this and what each of them shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from koodesk.domain.rule_pack import Confidence
from koodesk.preview.placement import Fill, Font


@dataclass(frozen=True, slots=True)
class TextStyle:
    """Size, weight, colour role and line height (a factor of the size) of a text; `relief` is the role of the light on the
    edge of words that are cut into their ground."""

    font: Font
    colour: str
    leading: float
    relief: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the phone: the status bar, the header of the thread, or the row to write in."""

    height: float
    centred: bool
    avatar: bool
    left: tuple[str, ...]
    right: tuple[str, ...]
    field: str
    """Colour role of the field to write in; empty for none."""
    radius: float
    line: str
    """Colour role of the hairline that parts the bar from the thread; empty for none."""


@dataclass(frozen=True, slots=True, eq=False)
class Phone:
    """A phone as far as its fixed parts are drawn. Compared and hashed as an object, not by content: shells are kept by it."""

    source: str
    confidence: Confidence
    note: str
    width: float
    height: float
    bezel: float
    radius: float
    camera: str
    gutter: float
    status: Bar
    header: Bar
    writing: Bar
    words: Mapping[str, str]
    light: Mapping[str, Fill]
    dark: Mapping[str, Fill]
    styles: Mapping[str, TextStyle]

    def fill(self, role: str, dark: bool) -> Fill:
        """Return a role's colours. Raises KeyError for a role the file does not name; empty role draws nothing."""
        if not role:
            return Fill()
        return (self.dark if dark else self.light)[role]

    def colour(self, role: str, dark: bool) -> str:
        """Return a role's first colour, empty for the empty role."""
        return self.fill(role, dark).top
