# SPDX-License-Identifier: Apache-2.0
"""The hand that draws what every phone has around its thread: case, bars, icons, lines of text. Pure.

The figures are plain and our own; no vendor's interface is copied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from koodesk.preview.phone import Bar, Phone
from koodesk.preview.placement import Clip, Fill, Item, Measure, Rect, Run, Shape, ShapeKind, TextLine
from koodesk.preview.text_fit import ELLIPSIS

_ICON: Final = 20.0
_LENS: Final = Fill("#ff0a0a0c")


@dataclass(frozen=True, slots=True)
class ShellDraw:
    """The hand that draws one phone's fixed parts, for one theme and one size of its screen."""

    phone: Phone
    measure: Measure
    dark: bool
    screen: Rect

    def case(self) -> list[Item]:
        """The case, the screen in it, and the ground of the two upper bars."""
        phone, screen = self.phone, self.screen
        width, height = screen.width + 2 * phone.bezel, screen.height + 2 * phone.bezel
        bars = Rect(screen.x, screen.y, screen.width, phone.status.height + phone.header.height)
        return [
            Shape(
                ShapeKind.ROUND,
                Rect(0.5, 0.5, width - 1, height - 1),
                phone.fill("case", self.dark),
                phone.radius + phone.bezel,
                phone.colour("case_edge", self.dark),
                1.0,
                role="case",
            ),
            Shape(ShapeKind.ROUND, screen, phone.fill("thread", self.dark), phone.radius, role="screen"),
            self.panel(bars, "header"),
        ]

    def panel(self, rect: Rect, role: str) -> Shape:
        """Return a plain ground that keeps inside the screen's round corners."""
        clip = Clip(self.screen, self.phone.radius)
        return Shape(ShapeKind.ROUND, rect, self.phone.fill(role, self.dark), clips=(clip,), role="shell")

    def hairline(self, y: float, role: str) -> Shape:
        """Return the line that parts a bar from the thread."""
        return self.panel(Rect(self.screen.x, y - 0.5, self.screen.width, 0.5), role)

    def icon(self, name: str, x: float, middle: float, size: float = _ICON, role: str = "ink") -> Shape:
        """Return a line drawing beginning at x."""
        return Shape(
            ShapeKind.ICON,
            Rect(x, middle - size / 2, size, size),
            stroke=self.phone.colour(role, self.dark),
            stroke_width=1.6,
            name=name,
            role="shell",
        )

    def text(
        self,
        text: str,
        style: str,
        x: float,
        middle: float,
        *,
        align: str = "start",
        room: float = 1e6,
        role: str = "shell",
    ) -> TextLine:
        """Return one line with its middle at `middle`, standing at, around or before x, cut to `room`."""
        look = self.phone.styles[style]
        shown = text
        while shown and self.measure.advance(shown, look.font) > room:
            shown = shown.removesuffix(ELLIPSIS)[:-1] + ELLIPSIS if len(shown) > 1 else ""
        width, height = self.measure.advance(shown, look.font), self.measure.line_height(look.font)
        left = x - {"start": 0.0, "centre": width / 2, "end": width}[align]
        top = middle - height / 2
        return TextLine(
            Rect(left, top, width, height),
            top + self.measure.ascent(look.font),
            look.font,
            self.phone.colour(look.colour, self.dark),
            (Run(shown, left, width, 0, 0),),
            role,
        )

    def status(self, bar: Rect, carrier: str = "") -> list[Item]:
        """The clock and the carrier, if one is named, at the left, signs at the right, the camera between them."""
        phone, middle = self.phone, bar.y + bar.height / 2 + 2
        inset = max(phone.radius * 0.55, 16.0)
        clock = self.text(phone.words["clock"], "status", bar.x + inset, middle)
        items: list[Item] = [clock]
        if carrier:
            items.append(self.text(carrier, "carrier", clock.rect.right + 6, middle, role="carrier"))
        x = bar.right - inset
        for name in reversed(phone.status.right):
            size = 18.0 if name == "battery" else 14.0
            x -= size
            items.append(self.icon(name, x, middle, size))
            x -= 3
        if phone.camera:
            width, height = (64.0, 17.0) if phone.camera == "pill" else (11.0, 11.0)
            lens = Rect(bar.x + (bar.width - width) / 2, middle - height / 2, width, height)
            items.append(Shape(ShapeKind.ROUND, lens, _LENS, height / 2, role="shell"))
        return items

    def header_icons(self, bar: Rect, middle: float) -> tuple[list[Item], float, float]:
        """The icons at both ends of the header, and from where to where it has room between them."""
        return self._icons(self.phone.header, bar, middle, _ICON, (12, 14))

    def avatar(self, x: float, middle: float, size: float, inset: float) -> list[Item]:
        """The sender's picture beginning at x: a disc, and in it a shop that keeps `inset` from its edge."""
        disc = Rect(x, middle - size / 2, size, size)
        face = disc.grown(-inset)
        return [
            Shape(ShapeKind.ELLIPSE, disc, self.phone.fill("avatar", self.dark), role="shell"),
            self.icon("shop", face.x, middle, face.width, "avatar_ink"),
        ]

    def writing(self, bar: Rect) -> list[Item]:
        """The row to write in, and the line at the very bottom that a thumb pulls."""
        phone, row = self.phone, self.phone.writing
        middle = bar.y + (bar.height - 14) / 2
        items: list[Item] = [self.panel(bar, "writing")]
        if row.line:
            items.append(self.hairline(bar.y + 0.5, row.line))
        icons, left, right = self._icons(row, bar, middle, 22.0, (10, 10))
        items += icons
        if row.field:
            field = Rect(left, middle - 17, right - left, 34)
            fill = phone.fill(row.field, self.dark)
            items.append(Shape(ShapeKind.ROUND, field, fill, row.radius, role="shell"))
        items.append(self.text(phone.words["write"], "write", left + 14, middle, room=right - left - 28))
        pull = Rect(bar.x + bar.width / 2 - 54, bar.bottom - 9, 108, 3.5)
        items.append(Shape(ShapeKind.ROUND, pull, phone.fill("pull", self.dark), 1.75, role="shell"))
        return items

    def _icons(
        self, row: Bar, bar: Rect, middle: float, size: float, gaps: tuple[float, float]
    ) -> tuple[list[Item], float, float]:
        """The icons of a row from both ends inwards, a gap after each: the left one, the right one."""
        items: list[Item] = []
        left, right = bar.x + self.phone.gutter, bar.right - self.phone.gutter
        for name in row.left:
            items.append(self.icon(name, left, middle, size))
            left += size + gaps[0]
        for name in reversed(row.right):
            right -= size
            items.append(self.icon(name, right, middle, size))
            right -= gaps[1]
        return items, left, right
