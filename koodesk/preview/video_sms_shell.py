# SPDX-License-Identifier: Apache-2.0
"""The phone around a video SMS: case, status bar with the carrier, header with the sender, row to write in. Pure.

The same phone, theme, carrier and height give the same tuples, so that a renderer keeps them as one picture. The number
is an example and marked as one on the phone itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from koodesk.domain.carrier import Carrier
from koodesk.preview.placement import Item, Measure, Rect, Shape, ShapeKind
from koodesk.preview.shell_draw import ShellDraw
from koodesk.preview.video_sms_phone import MessagePhone

DATE_HEIGHT: Final = 34.0
"""Room of the line with the date above the message: it moves with the message."""


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
    draw, sender = ShellDraw(phone, measure, dark, screen), phone.sender(carrier)
    status = Rect(screen.x, screen.y, screen.width, phone.status.height)
    header = Rect(screen.x, status.bottom, screen.width, phone.header.height)
    writing = Rect(screen.x, screen.bottom - phone.writing.height, screen.width, phone.writing.height)
    thread = Rect(screen.x, header.bottom, screen.width, writing.y - header.bottom)
    behind = [*draw.case(), *draw.status(status, sender.name), *_header(draw, header, sender.number)]
    if phone.header.line:
        behind.append(draw.hairline(header.bottom, phone.header.line))
    return MessageShell(screen, thread, width, height, tuple(behind), tuple(draw.writing(writing)))


def _header(draw: ShellDraw, bar: Rect, number: str) -> list[Item]:
    """Who the message is from, with the mark of an example: beside its picture, or below it where names stand centred."""
    phone, middle = draw.phone, bar.y + bar.height / 2
    below = phone.header.centred and phone.header.avatar
    items, left, right = draw.header_icons(bar, middle - 8 if below else middle)
    if below:
        items += _avatar(draw, bar.x + bar.width / 2 - 20, bar.y + 24, 40.0)
        middle = bar.bottom - 14
        left, right = bar.x + phone.gutter, bar.right - phone.gutter
    elif phone.header.avatar:
        items += _avatar(draw, left, middle, 34.0)
        left += 44
    return items + _sender(draw, number, left, middle, right - left)


def _avatar(draw: ShellDraw, x: float, middle: float, size: float) -> list[Item]:
    return draw.avatar(x, middle, size, size * 0.23)


def _sender(draw: ShellDraw, number: str, x: float, middle: float, room: float) -> list[Item]:
    """The number and, behind it, the mark that it is an example."""
    example = draw.phone.words["example"]
    mark = draw.text(example, "example", 0.0, middle, role="example")
    wide = mark.rect.width + 10
    line = draw.text(number, "sender", x, middle, room=room - wide - 8, role="sender")
    if draw.phone.header.centred:
        taken = line.rect.width + 8 + wide
        x += (room - taken) / 2
        line = draw.text(line.text, "sender", x, middle, role="sender")
    height = mark.rect.height + 2
    pill = Rect(x + line.rect.width + 8, middle - height / 2, wide, height)
    mark = draw.text(example, "example", pill.x + 5, middle, role="example")
    body = Shape(ShapeKind.ROUND, pill, draw.phone.fill("example", draw.dark), 4.0, role="example")
    return [line, body, mark]
