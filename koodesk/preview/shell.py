# SPDX-License-Identifier: Apache-2.0
"""The phone around a card: case, status bar, header with the sender, row to write in. Pure.

The same phone, theme, sender and height give the same tuples, so a painter keeps them as one picture and a keystroke
in the card costs nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from koodesk.preview.phone_spec import PhoneSpec
from koodesk.preview.placement import Item, Measure, Rect
from koodesk.preview.shell_draw import ShellDraw


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
    draw = ShellDraw(phone, measure, dark, screen)
    status = Rect(screen.x, screen.y, screen.width, phone.status.height)
    header = Rect(screen.x, status.bottom, screen.width, phone.header.height)
    behind = [*draw.case(), *draw.status(status), *_header(draw, header, sender)]
    if phone.header.line:
        behind.append(draw.hairline(header.bottom, phone.header.line))
    middle = screen.x + screen.width / 2
    behind.append(
        draw.text(phone.words["date"], "date", middle, header.bottom + 20, align="centre", room=screen.width)
    )
    writing = Rect(screen.x, screen.bottom - phone.writing.height, screen.width, phone.writing.height)
    before = draw.writing(writing)
    return Shell(screen, width, height, header.bottom + date_height, tuple(behind), tuple(before))


def _header(draw: ShellDraw, bar: Rect, sender: str) -> list[Item]:
    """Who the message is from: the name with the number below it, or the number alone."""
    phone, middle = draw.phone, bar.y + bar.height / 2
    items, left, right = draw.header_icons(bar, middle)
    if phone.header.avatar:
        items += draw.avatar(left, middle, 34.0, 8.0)
        left += 44
    if phone.header.centred:
        at, align = bar.x + bar.width / 2, "centre"
        room = 2 * min(at - left, right - at)
    else:
        at, align, room = left, "start", right - left
    number = phone.words["sender"]
    if sender:
        items.append(draw.text(sender, "sender", at, middle - 9, align=align, room=room))
        items.append(draw.text(number, "number", at, middle + 10, align=align, room=room))
    else:
        items.append(draw.text(number, "sender", at, middle, align=align, room=room))
    return items
