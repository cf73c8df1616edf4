# SPDX-License-Identifier: Apache-2.0
"""The phone around a card: case, status bar, header with the sender, row to write in. Pure.

The same phone, theme, sender and height give the same tuples, so a painter keeps them as one picture and a keystroke
in the card costs nothing here. The figures are plain and our own; no vendor's interface is copied.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from koodesk.preview.phone_spec import Bar, PhoneSpec
from koodesk.preview.placement import Clip, Fill, Item, Measure, Rect, Run, Shape, ShapeKind, TextLine
from koodesk.preview.text_fit import ELLIPSIS

_ICON = 20.0


@dataclass(frozen=True, slots=True)
class Shell:
    """The fixed parts behind and before the thread, the screen, and where the thread begins and ends."""

    screen: Rect
    width: float
    height: float
    thread_top: float
    behind: tuple[Item, ...]
    before: tuple[Item, ...]


@lru_cache(maxsize=128)
def arrange_shell(phone: PhoneSpec, measure: Measure, sender: str, dark: bool, thread_height: float) -> Shell:
    """Arrange a phone whose thread holds at least `thread_height` dp below its date line."""
    bars = phone.status.height + phone.header.height + phone.writing.height
    date_height = 34.0
    screen_height = max(phone.height, bars + date_height + thread_height + phone.gutter)
    screen = Rect(phone.bezel, phone.bezel, phone.width, screen_height)
    width, height = phone.width + 2 * phone.bezel, screen_height + 2 * phone.bezel
    draw = _Draw(phone, measure, dark, Clip(screen, phone.radius))
    behind: list[Item] = [
        Shape(
            ShapeKind.ROUND,
            Rect(0.5, 0.5, width - 1, height - 1),
            phone.fill("case", dark),
            phone.radius + phone.bezel,
            phone.colour("case_edge", dark),
            1.0,
            role="case",
        ),
        Shape(ShapeKind.ROUND, screen, phone.fill("thread", dark), phone.radius, role="screen"),
    ]
    header = Rect(screen.x, screen.y, screen.width, phone.status.height + phone.header.height)
    behind.append(draw.panel(header, "header"))
    behind += draw.status(Rect(screen.x, screen.y, screen.width, phone.status.height))
    bar = Rect(screen.x, screen.y + phone.status.height, screen.width, phone.header.height)
    behind += draw.header(bar, sender)
    if phone.header.line:
        behind.append(draw.hairline(bar.bottom, screen, phone.header.line))
    middle = screen.x + screen.width / 2
    behind.append(draw.text(phone.words["date"], "date", middle, bar.bottom + 20, "centre", screen.width))
    writing = Rect(screen.x, screen.bottom - phone.writing.height, screen.width, phone.writing.height)
    before = draw.writing(writing)
    return Shell(screen, width, height, bar.bottom + date_height, tuple(behind), tuple(before))


@dataclass(frozen=True, slots=True)
class _Draw:
    """The hand that draws one phone's fixed parts."""

    phone: PhoneSpec
    measure: Measure
    dark: bool
    clip: Clip

    def panel(self, rect: Rect, role: str) -> Shape:
        return Shape(
            ShapeKind.ROUND, rect, self.phone.fill(role, self.dark), clips=(self.clip,), role="shell"
        )

    def hairline(self, y: float, screen: Rect, role: str) -> Shape:
        return self.panel(Rect(screen.x, y - 0.5, screen.width, 0.5), role)

    def icon(self, name: str, x: float, middle: float, size: float = _ICON, role: str = "ink") -> Shape:
        return Shape(
            ShapeKind.ICON,
            Rect(x, middle - size / 2, size, size),
            stroke=self.phone.colour(role, self.dark),
            stroke_width=1.6,
            name=name,
            role="shell",
        )

    def text(
        self, text: str, style: str, x: float, middle: float, align: str = "start", room: float = 1e6
    ) -> TextLine:
        """One line with its middle at `middle`, standing at, around or before x, cut to `room`."""
        look = self.phone.styles[style]
        shown = text
        while shown and self.measure.advance(shown, look.font) > room:
            shown = shown.removesuffix(ELLIPSIS)[:-1] + ELLIPSIS if len(shown) > 1 else ""
        width = self.measure.advance(shown, look.font)
        height = self.measure.line_height(look.font)
        left = x - {"start": 0.0, "centre": width / 2, "end": width}[align]
        return TextLine(
            Rect(left, middle - height / 2, width, height),
            middle - height / 2 + self.measure.ascent(look.font),
            look.font,
            self.phone.colour(look.colour, self.dark),
            (Run(shown, left, width, 0, 0),),
            "shell",
        )

    def status(self, bar: Rect) -> list[Item]:
        phone, middle = self.phone, bar.y + bar.height / 2 + 2
        inset = max(phone.radius * 0.55, 16.0)
        items: list[Item] = [self.text(phone.words["clock"], "status", bar.x + inset, middle)]
        x = bar.right - inset
        for name in reversed(phone.status.right):
            size = 18.0 if name == "battery" else 14.0
            x -= size
            items.append(self.icon(name, x, middle, size))
            x -= 3
        camera = phone.camera
        if camera:
            black = Fill("#ff0a0a0c")
            width, height = (64.0, 17.0) if camera == "pill" else (11.0, 11.0)
            left = bar.x + (bar.width - width) / 2
            lens = Rect(left, middle - height / 2, width, height)
            items.append(Shape(ShapeKind.ROUND, lens, black, height / 2, role="shell"))
        return items

    def header(self, bar: Rect, sender: str) -> list[Item]:
        phone, middle = self.phone, bar.y + bar.height / 2
        items: list[Item] = []
        x = bar.x + phone.gutter
        for name in phone.header.left:
            items.append(self.icon(name, x, middle))
            x += _ICON + 12
        right = bar.right - phone.gutter
        for name in reversed(phone.header.right):
            right -= _ICON
            items.append(self.icon(name, right, middle))
            right -= 14
        if phone.header.avatar:
            size = 34.0
            disc = Rect(x, middle - size / 2, size, size)
            items.append(Shape(ShapeKind.ELLIPSE, disc, phone.fill("avatar", self.dark), role="shell"))
            face = disc.grown(-8)
            items.append(self.icon("shop", face.x, middle, face.width, "avatar_ink"))
            x += size + 10
        if phone.header.centred:
            at, align = bar.x + bar.width / 2, "centre"
            room = 2 * min(at - x, right - at)
        else:
            at, align, room = x, "start", right - x
        name = sender or phone.words["sender"]
        if sender:
            items.append(self.text(name, "sender", at, middle - 9, align, room))
            items.append(self.text(phone.words["sender"], "number", at, middle + 10, align, room))
        else:
            items.append(self.text(name, "sender", at, middle, align, room))
        return items

    def writing(self, bar: Rect) -> list[Item]:
        """The row to write in, and the line at the very bottom that a thumb pulls."""
        phone, row = self.phone, self.phone.writing
        middle = bar.y + (bar.height - 14) / 2
        items: list[Item] = [
            Shape(ShapeKind.ROUND, bar, phone.fill("writing", self.dark), clips=(self.clip,), role="shell")
        ]
        if row.line:
            items.append(self.hairline(bar.y + 0.5, bar, row.line))
        left, right = self._row_icons(items, row, bar, middle)
        if row.field:
            field = Rect(left, middle - 17, right - left, 34)
            items.append(
                Shape(ShapeKind.ROUND, field, phone.fill(row.field, self.dark), row.radius, role="shell")
            )
        items.append(self.text(phone.words["write"], "write", left + 14, middle, room=right - left - 28))
        pull = Rect(bar.x + bar.width / 2 - 54, bar.bottom - 9, 108, 3.5)
        items.append(Shape(ShapeKind.ROUND, pull, phone.fill("pull", self.dark), 1.75, role="shell"))
        return items

    def _row_icons(self, items: list[Item], row: Bar, bar: Rect, middle: float) -> tuple[float, float]:
        left, right = bar.x + self.phone.gutter, bar.right - self.phone.gutter
        for name in row.left:
            items.append(self.icon(name, left, middle, 22))
            left += 32
        for name in reversed(row.right):
            right -= 22
            items.append(self.icon(name, right, middle, 22))
            right -= 10
        return left, right
