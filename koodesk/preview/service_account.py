# SPDX-License-Identifier: Apache-2.0
"""Service account + phone + message -> AccountPlacement. Pure: the same values give the same placement anywhere.

The thread has the account's logo and name above, the message with the shortcut buttons hanging below it, and the menu in
the place of the row to write in; the home page is a screen of its own. How phones lay this out is published nowhere: the
drawing is plain and our own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from koodesk.domain.service_account.values import HomePage
from koodesk.preview.line_breaking import wrap
from koodesk.preview.phone_spec import PhoneSpec
from koodesk.preview.placement import (
    Clip,
    Fill,
    Font,
    Item,
    Measure,
    Pulse,
    Rect,
    Shape,
    ShapeKind,
    TextLine,
)
from koodesk.preview.service_account_draw import AccountDraw
from koodesk.preview.service_account_placement import AccountLook, AccountPlacement, Message, TapBox, View

DATE_HEIGHT: Final = 34.0
BUTTON_HEIGHT: Final = 34.0
BUTTON_FONT: Final = Font(13.5)
NOTE: Final = (
    "Nobody publishes how phones lay out menus, home pages and shortcuts: this drawing is Koodesk's own."
)

HOTLINES: Final = "热线电话"
QUICK_APPS: Final = "快应用"
NO_SUMMARY: Final = "主页介绍"
"""Words of the phone itself, which speaks Chinese whatever the window speaks."""


def arrange_account(
    look: AccountLook,
    phone: PhoneSpec,
    measure: Measure,
    *,
    message: Message | None = None,
    text: str = "",
    view: View = View.THREAD,
    open_menu: int = 0,
    dark: bool = False,
) -> AccountPlacement:
    """Put an account in place on one phone.

    `message` is a message of a thread that is arranged already; without one `text` stands as a plain one. `open_menu` is
    the item of the menu whose submenu is open, counted from 1; 0 is none.
    """
    if view is View.HOME and look.home is not None:
        return _home_page(look, look.home, phone, measure, open_menu=open_menu, dark=dark)
    return _thread(look, phone, measure, message, text, open_menu=open_menu, dark=dark)


# --- the thread ----------------------------------------------------------------------------------------------


def _thread(
    look: AccountLook,
    phone: PhoneSpec,
    measure: Measure,
    message: Message | None,
    text: str,
    *,
    open_menu: int,
    dark: bool,
) -> AccountPlacement:
    bars = phone.status.height + phone.header.height + phone.writing.height
    top = phone.bezel + phone.status.height + phone.header.height + DATE_HEIGHT
    left = phone.bezel + phone.gutter
    standing = message or _bubble(phone, measure, text, left, top, dark=dark)
    shift = (left - standing.x, top - standing.y)
    rect = _moved(standing.rect, *shift)
    placed, below = _shortcuts(look, phone, measure, rect, dark=dark)
    needed = bars + DATE_HEIGHT + (below - top) + phone.gutter
    screen = Rect(phone.bezel, phone.bezel, phone.width, max(phone.height, needed))
    draw = AccountDraw(phone, measure, dark, screen)
    shell, boxes = _header(draw, look)
    items = [_item_moved(item, *shift) for item in standing.items]
    items += placed[0]
    boxes += placed[1]
    bar = Rect(screen.x, screen.bottom - phone.writing.height, screen.width, phone.writing.height)
    front: list[Item]
    if look.menu is not None and look.menu.items:
        front, taps = _menu(draw, look, bar, open_menu)
        boxes += taps
    else:
        front = list(draw.shell.writing(bar))
    return _placement(draw, shell, items, front, boxes)


def _header(draw: AccountDraw, look: AccountLook) -> tuple[list[Item], list[TapBox]]:
    """Case, bars and date, with logo and name of the account in the header."""
    phone, screen, shell = draw.phone, draw.screen, draw.shell
    status = Rect(screen.x, screen.y, screen.width, phone.status.height)
    header = Rect(screen.x, status.bottom, screen.width, phone.header.height)
    middle = header.y + header.height / 2
    icons, left, right = shell.header_icons(header, middle)
    items: list[Item] = [*shell.case(), *shell.status(status), *icons]
    if phone.header.line:
        items.append(shell.hairline(header.bottom, phone.header.line))
    size = 34.0
    items += draw.logo(look.logo, left, middle, size)
    at, room = left + size + 10, right - left - size - 10
    number = phone.words["sender"]
    if look.name:
        items.append(draw.words(look.name, Font(16, bold=True), "ink", at, middle - 9, room=room))
        items.append(draw.words(number, Font(11.5), "soft", at, middle + 10, room=room))
    else:
        items.append(draw.words(number, Font(16, bold=True), "ink", at, middle, room=room))
    items.append(
        shell.text(
            phone.words["date"],
            "date",
            screen.x + screen.width / 2,
            header.bottom + 20,
            align="centre",
            room=screen.width,
        )
    )
    tap = Rect(left, header.y, right - left, header.height)
    return items, [TapBox("logo", tap, look.name)] if look.home is not None else []


def _bubble(phone: PhoneSpec, measure: Measure, text: str, x: float, y: float, *, dark: bool) -> Message:
    """A plain message: what stands there while no message is chosen."""
    style = phone.styles["bubble"]
    font, pad = style.font, 13.0
    room = phone.width - 2 * phone.gutter - 44 - 2 * pad
    lines = wrap(text or " ", room, lambda run: measure.advance(run, font))
    widest = max(measure.advance(text[a:b], font) for a, b in lines)
    high = font.size * style.leading
    rect = Rect(x, y, widest + 2 * pad, high * len(lines) + 2 * pad - 4)
    screen = Rect(phone.bezel, phone.bezel, phone.width, phone.height)
    draw = AccountDraw(phone, measure, dark, screen)
    items: list[Item] = [
        Shape(ShapeKind.ROUND, rect, draw.fill("bubble"), phone.bubble_radius, role="bubble")
    ]
    for row, (start, end) in enumerate(lines):
        middle = y + pad - 2 + row * high + high / 2
        items.append(draw.words(text[start:end], font, style.colour, x + pad, middle, content_id="sms"))
    return Message(tuple(items), rect, x, y)


def _shortcuts(
    look: AccountLook, phone: PhoneSpec, measure: Measure, message: Rect, *, dark: bool
) -> tuple[tuple[list[Item], list[TapBox]], float]:
    """Return the buttons that hang below a message, in rows as wide as the screen has room for, and where they end."""
    items: list[Item] = []
    boxes: list[TapBox] = []
    if not look.shortcuts:
        return (items, boxes), message.bottom
    screen = Rect(phone.bezel, phone.bezel, phone.width, phone.height)
    draw = AccountDraw(phone, measure, dark, screen)
    most = phone.width - 2 * phone.gutter
    x, y = message.x, message.bottom + 10
    for number, button in enumerate(look.shortcuts, 1):
        shown = draw.cut(button.name, BUTTON_FONT, most - 28)
        width = measure.advance(shown, BUTTON_FONT) + 28
        if x > message.x and x + width > message.x + most:
            x, y = message.x, y + BUTTON_HEIGHT + 8
        rect = Rect(x, y, width, BUTTON_HEIGHT)
        place = f"shortcut:{number}"
        edge, radius = draw.colour("line"), BUTTON_HEIGHT / 2
        items.append(
            Shape(
                ShapeKind.ROUND,
                rect,
                draw.fill("bubble"),
                radius,
                edge,
                1.0,
                role="account",
                content_id=place,
            )
        )
        items.append(
            draw.words(
                shown,
                BUTTON_FONT,
                "link",
                x + width / 2,
                y + BUTTON_HEIGHT / 2,
                align="centre",
                content_id=place,
            )
        )
        boxes.append(TapBox(place, rect, button.name, button.action))
        x += width + 8
    return (items, boxes), y + BUTTON_HEIGHT


def _menu(draw: AccountDraw, look: AccountLook, bar: Rect, open_menu: int) -> tuple[list[Item], list[TapBox]]:
    assert look.menu is not None
    items, boxes = draw.menu_bar(look.menu, bar)
    if 1 <= open_menu <= len(look.menu.items) and look.menu.items[open_menu - 1].children:
        popup, taps = draw.popup(look.menu.items[open_menu - 1], open_menu, boxes[open_menu - 1].rect)
        items += popup
        boxes += taps
    return items, boxes


# --- the home page -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Page:
    """What placing the home page finds; grows from above to below."""

    items: list[Item]
    boxes: list[TapBox]
    y: float


def _home_page(
    look: AccountLook, home: HomePage, phone: PhoneSpec, measure: Measure, *, open_menu: int, dark: bool
) -> AccountPlacement:
    # Twice: what stands on the page says how high the screen has to be.
    least = Rect(phone.bezel, phone.bezel, phone.width, phone.height)
    page = _fill_page(AccountDraw(phone, measure, dark, least), look, home)
    bar_height = phone.writing.height if look.menu is not None and look.menu.items else 24.0
    height = max(phone.height, page.y - phone.bezel + bar_height + 16)
    screen = Rect(phone.bezel, phone.bezel, phone.width, height)
    draw = AccountDraw(phone, measure, dark, screen)
    shell = draw.shell
    case: list[Item] = [*shell.case()[:2]]
    page = _fill_page(draw, look, home)
    bar = Rect(screen.x, screen.bottom - bar_height, screen.width, bar_height)
    front: list[Item]
    if look.menu is not None and look.menu.items:
        front, taps = _menu(draw, look, bar, open_menu)
        page.boxes += taps
    else:
        pull = Rect(bar.x + bar.width / 2 - 54, bar.bottom - 9, 108, 3.5)
        front = [Shape(ShapeKind.ROUND, pull, draw.fill("pull"), 1.75, role="account")]
    return _placement(draw, case, page.items, front, page.boxes)


def _fill_page(draw: AccountDraw, look: AccountLook, home: HomePage) -> _Page:
    """Put everything of the home page in place, one below the other."""
    phone, screen = draw.phone, draw.screen
    edge = Clip(screen, phone.radius)
    cover = Rect(screen.x, screen.y, screen.width, screen.width * 9 / 16)
    picture = draw.picture(home.background, cover, 0.0, "16:9", "background")
    page = _Page([replace(picture, clips=(edge,))], [], cover.bottom)
    back = Rect(screen.x + 12, screen.y + phone.status.height + 4, 32, 32)
    page.items.append(Shape(ShapeKind.ELLIPSE, back, Fill("#59000000"), role="account"))
    page.items.append(
        Shape(
            ShapeKind.ICON, back.grown(-7), stroke="#ffffffff", stroke_width=1.8, name="back", role="account"
        )
    )
    page.boxes.append(TapBox("back", back, ""))
    left, right = screen.x + phone.gutter, screen.right - phone.gutter
    size = 64.0
    ring = Rect(left - 3, cover.bottom - size / 2 - 3, size + 6, size + 6)
    page.items.append(Shape(ShapeKind.ELLIPSE, ring, draw.fill("thread"), role="account"))
    page.items += draw.logo(look.logo, left, cover.bottom, size)
    page.items.append(
        draw.words(
            look.name,
            Font(18, bold=True),
            "ink",
            left + size + 14,
            cover.bottom + 18,
            room=right - left - size - 14,
        )
    )
    page.y = cover.bottom + size / 2 + 14
    summary = Rect(left, page.y, right - left, 0)
    lines, height = draw.paragraph(
        home.summary or NO_SUMMARY,
        Font(13),
        "soft" if home.summary else "faint",
        summary,
        1.55,
        5,
        "summary",
    )
    page.items += lines
    page.y += height + 18
    if home.hotlines:
        _hotlines(draw, home, page, left, right)
    if home.quick_apps:
        _quick_apps(draw, home, page, left, right)
    return page


def _section(draw: AccountDraw, page: _Page, title: str, left: float) -> None:
    page.items.append(draw.words(title, Font(13, bold=True), "ink", left, page.y + 8))
    page.y += 26


def _panel(draw: AccountDraw, page: _Page, left: float, right: float, height: float) -> Rect:
    rect = Rect(left, page.y, right - left, height)
    page.items.append(Shape(ShapeKind.ROUND, rect, draw.fill("bubble"), 14, role="account"))
    return rect


def _rule(draw: AccountDraw, page: _Page, x: float, y: float, width: float) -> None:
    page.items.append(
        Shape(ShapeKind.ROUND, Rect(x, y - 0.25, width, 0.5), draw.fill("line"), role="account")
    )


def _hotlines(draw: AccountDraw, home: HomePage, page: _Page, left: float, right: float) -> None:
    _section(draw, page, HOTLINES, left)
    row = 50.0
    panel = _panel(draw, page, left, right, row * len(home.hotlines))
    for number, line in enumerate(home.hotlines, 1):
        top = panel.y + (number - 1) * row
        place = f"hotline:{number}"
        if number > 1:
            _rule(draw, page, panel.x + 48, top, panel.width - 62)
        page.items.append(draw.shell.icon("call", panel.x + 16, top + row / 2, 18, "link"))
        room = panel.width - 62
        page.items.append(
            draw.words(
                line.usage or line.number,
                Font(14),
                "ink",
                panel.x + 48,
                top + 17,
                room=room,
                content_id=place,
            )
        )
        page.items.append(
            draw.words(line.number, Font(12), "soft", panel.x + 48, top + 35, room=room, content_id=place)
        )
        page.boxes.append(TapBox(place, Rect(panel.x, top, panel.width, row), line.usage))
    page.y = panel.bottom + 18


def _quick_apps(draw: AccountDraw, home: HomePage, page: _Page, left: float, right: float) -> None:
    _section(draw, page, QUICK_APPS, left)
    row = 62.0
    panel = _panel(draw, page, left, right, row * len(home.quick_apps))
    for number, app in enumerate(home.quick_apps, 1):
        top = panel.y + (number - 1) * row
        place = f"quick_app:{number}"
        if number > 1:
            _rule(draw, page, panel.x + 66, top, panel.width - 80)
        logo = Rect(panel.x + 14, top + 11, 40, 40)
        page.items.append(draw.picture(app.logo, logo, 9, "", place))
        room = panel.width - 80
        page.items.append(
            draw.words(
                app.name, Font(14, bold=True), "ink", panel.x + 66, top + 22, room=room, content_id=place
            )
        )
        page.items.append(
            draw.words(app.description, Font(12), "soft", panel.x + 66, top + 41, room=room, content_id=place)
        )
        page.boxes.append(TapBox(place, Rect(panel.x, top, panel.width, row), app.name))
    page.y = panel.bottom + 18


# --- what both share -----------------------------------------------------------------------------------------


def _placement(
    draw: AccountDraw, shell: list[Item], items: list[Item], front: list[Item], boxes: list[TapBox]
) -> AccountPlacement:
    phone, screen = draw.phone, draw.screen
    return AccountPlacement(
        dark=draw.dark,
        width=screen.width + 2 * phone.bezel,
        height=screen.height + 2 * phone.bezel,
        screen=screen,
        shell=tuple(shell),
        items=tuple(items),
        front=tuple(front),
        boxes=tuple(boxes),
        note=NOTE,
    )


def _moved(rect: Rect, dx: float, dy: float) -> Rect:
    return Rect(rect.x + dx, rect.y + dy, rect.width, rect.height)


def _item_moved(item: Item, dx: float, dy: float) -> Item:
    """Return an item of a message that was arranged elsewhere in its new place."""
    if dx == 0 and dy == 0:
        return item
    rect = _moved(item.rect, dx, dy)
    if isinstance(item, Pulse):
        return replace(item, rect=rect)
    clips = tuple(Clip(_moved(clip.rect, dx, dy), clip.radius) for clip in item.clips)
    if not isinstance(item, TextLine):
        return replace(item, rect=rect, clips=clips)
    runs = tuple(replace(run, x=run.x + dx) for run in item.runs)
    return replace(item, rect=rect, clips=clips, runs=runs, baseline=item.baseline + dy)
