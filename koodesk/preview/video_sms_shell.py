# SPDX-License-Identifier: Apache-2.0
"""The phone around a video SMS: case, status bar with the carrier, header with the sender, row to write in. Pure.

The same phone, theme, carrier and height give the same tuples, so that a renderer keeps them as one picture. The figures
are plain and our own; no system's interface is copied. The number is an example and marked as one on the phone itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from koodesk.domain.carrier import Carrier
from koodesk.preview.phone_spec import Bar
from koodesk.preview.placement import Clip, Fill, Item, Measure, Rect, Run, Shape, ShapeKind, TextLine
from koodesk.preview.text_fit import ELLIPSIS
from koodesk.preview.video_sms_phone import MessagePhone

DATE_HEIGHT: Final = 34.0
"""Room of the line with the date above the message: it moves with the message."""

_ICON: Final = 20.0
_LENS: Final = Fill("#ff0a0a0c")


@dataclass(frozen=True, slots=True)
class MessageShell:
    """The fixed parts behind and before the thread, the screen, and the part of it that shows messages."""

    screen: Rect
    thread: Rect
    width: float
    height: float
    behind: tuple[Item, ...]
    before: tuple[Item, ...]


@lru_cache(maxsize=128)
def arrange_message_shell(
    phone: MessagePhone, measure: Measure, carrier: Carrier, dark: bool, least: float
) -> MessageShell:
    """Arrange a phone whose thread is at least `least` dp high, and as high as its screen has room for."""
    bars = phone.status.height + phone.header.height + phone.writing.height
    screen = Rect(phone.bezel, phone.bezel, phone.width, max(phone.height, bars + least))
    width, height = screen.width + 2 * phone.bezel, screen.height + 2 * phone.bezel
    draw = ShellDraw(phone, measure, dark, Clip(screen, phone.radius))
    status = Rect(screen.x, screen.y, screen.width, phone.status.height)
    header = Rect(screen.x, status.bottom, screen.width, phone.header.height)
    writing = Rect(screen.x, screen.bottom - phone.writing.height, screen.width, phone.writing.height)
    thread = Rect(screen.x, header.bottom, screen.width, writing.y - header.bottom)
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
        draw.panel(
            Rect(screen.x, screen.y, screen.width, phone.status.height + phone.header.height), "header"
        ),
        *draw.status(status, carrier),
        *draw.header(header, carrier),
    ]
    if phone.header.line:
        behind.append(draw.hairline(header.bottom, screen, phone.header.line))
    return MessageShell(screen, thread, width, height, tuple(behind), tuple(draw.writing(writing)))


@dataclass(frozen=True, slots=True)
class ShellDraw:
    """The hand that draws one phone's fixed parts."""

    phone: MessagePhone
    measure: Measure
    dark: bool
    clip: Clip

    def panel(self, rect: Rect, role: str) -> Shape:
        """Return a plain ground that keeps inside the screen's round corners."""
        fill = self.phone.fill(role, self.dark)
        return Shape(ShapeKind.ROUND, rect, fill, clips=(self.clip,), role="shell")

    def hairline(self, y: float, along: Rect, role: str) -> Shape:
        """Return the line that parts a bar from the thread."""
        return self.panel(Rect(along.x, y - 0.5, along.width, 0.5), role)

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

    def status(self, bar: Rect, carrier: Carrier) -> list[Item]:
        """Clock and carrier at the left, signs at the right, the camera between them."""
        phone, middle = self.phone, bar.y + bar.height / 2 + 2
        inset = max(phone.radius * 0.55, 16.0)
        clock = self.text(phone.words["clock"], "status", bar.x + inset, middle)
        items: list[Item] = [clock]
        name = phone.sender(carrier).name
        if name:
            items.append(self.text(name, "carrier", clock.rect.right + 6, middle, role="carrier"))
        x = bar.right - inset
        for sign in reversed(phone.status.right):
            size = 18.0 if sign == "battery" else 14.0
            x -= size
            items.append(self.icon(sign, x, middle, size))
            x -= 3
        if phone.camera:
            width, height = (64.0, 17.0) if phone.camera == "pill" else (11.0, 11.0)
            lens = Rect(bar.x + (bar.width - width) / 2, middle - height / 2, width, height)
            items.append(Shape(ShapeKind.ROUND, lens, _LENS, height / 2, role="shell"))
        return items

    def header(self, bar: Rect, carrier: Carrier) -> list[Item]:
        """Who the message is from, with the mark of an example: beside its picture, or below it where names stand centred."""
        phone, middle = self.phone, bar.y + bar.height / 2
        items: list[Item] = []
        left, right = bar.x + phone.gutter, bar.right - phone.gutter
        icons = middle - 8 if phone.header.centred and phone.header.avatar else middle
        for name in phone.header.left:
            items.append(self.icon(name, left, icons))
            left += _ICON + 12
        for name in reversed(phone.header.right):
            right -= _ICON
            items.append(self.icon(name, right, icons))
            right -= 14
        if phone.header.centred:
            centre = bar.x + bar.width / 2
            if phone.header.avatar:
                items += self._avatar(centre - 20, bar.y + 24, 40.0)
                middle = bar.bottom - 14
                left, right = bar.x + phone.gutter, bar.right - phone.gutter
            return items + self._sender(carrier, left, middle, right - left, centred=True)
        if phone.header.avatar:
            items += self._avatar(left, middle, 34.0)
            left += 44
        return items + self._sender(carrier, left, middle, right - left, centred=False)

    def _avatar(self, x: float, middle: float, size: float) -> list[Item]:
        disc = Rect(x, middle - size / 2, size, size)
        face = disc.grown(-size * 0.23)
        return [
            Shape(ShapeKind.ELLIPSE, disc, self.phone.fill("avatar", self.dark), role="shell"),
            self.icon("shop", face.x, middle, face.width, "avatar_ink"),
        ]

    def _sender(self, carrier: Carrier, x: float, middle: float, room: float, *, centred: bool) -> list[Item]:
        """The number and, behind it, the mark that it is an example."""
        mark = self.text(self.phone.words["example"], "example", 0.0, middle, role="example")
        wide = mark.rect.width + 10
        number = self.text(
            self.phone.sender(carrier).number, "sender", x, middle, room=room - wide - 8, role="sender"
        )
        taken = number.rect.width + 8 + wide
        if centred:
            x += (room - taken) / 2
            number = self.text(number.text, "sender", x, middle, role="sender")
        height = mark.rect.height + 2
        pill = Rect(x + number.rect.width + 8, middle - height / 2, wide, height)
        mark = self.text(self.phone.words["example"], "example", pill.x + 5, middle, role="example")
        body = Shape(ShapeKind.ROUND, pill, self.phone.fill("example", self.dark), 4.0, role="example")
        return [number, body, mark]

    def writing(self, bar: Rect) -> list[Item]:
        """The row to write in, and the line at the very bottom that a thumb pulls."""
        phone, row = self.phone, self.phone.writing
        middle = bar.y + (bar.height - 14) / 2
        items: list[Item] = [self.panel(bar, "writing")]
        if row.line:
            items.append(self.hairline(bar.y + 0.5, bar, row.line))
        left, right = self._row_icons(items, row, bar, middle)
        if row.field:
            field = Rect(left, middle - 17, right - left, 34)
            fill = phone.fill(row.field, self.dark)
            items.append(Shape(ShapeKind.ROUND, field, fill, row.radius, role="shell"))
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
