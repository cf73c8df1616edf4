# SPDX-License-Identifier: Apache-2.0
"""The hand that draws a service account's own parts: words, pictures, rows, the bar of the menu and its popup. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from koodesk.domain.service_account.values import Menu, MenuItem, ServicePicture
from koodesk.domain.text_count import visible
from koodesk.preview.line_breaking import wrap
from koodesk.preview.phone_spec import PhoneSpec
from koodesk.preview.placement import (
    Clip,
    Fill,
    Font,
    Item,
    Measure,
    PictureBox,
    Rect,
    Run,
    Shape,
    ShapeKind,
    TextLine,
)
from koodesk.preview.service_account_placement import TapBox
from koodesk.preview.shell_draw import ShellDraw
from koodesk.preview.text_fit import ELLIPSIS

BAR_FONT: Final = Font(13.5)
POPUP_ROW: Final = 44.0
_MARK: Final = 9.0
"""Width of the three short lines beside a name that opens a submenu."""


@dataclass(frozen=True, slots=True)
class AccountDraw:
    """Draws on one phone, for one theme and one size of its screen."""

    phone: PhoneSpec
    measure: Measure
    dark: bool
    screen: Rect

    def fill(self, role: str) -> Fill:
        """Return the colours of a role."""
        return self.phone.fill(role, self.dark)

    def colour(self, role: str) -> str:
        """Return the first colour of a role."""
        return self.phone.colour(role, self.dark)

    @property
    def shell(self) -> ShellDraw:
        """The hand that draws the phone around it."""
        return ShellDraw(self.phone, self.measure, self.dark, self.screen)

    def cut(self, text: str, font: Font, room: float) -> str:
        """Return a text cut to a room, with an ellipsis where it is; what would steer a text engine is replaced."""
        shown = "".join(map(visible, text)).replace("\n", " ")
        while shown and self.measure.advance(shown, font) > room:
            shown = shown.removesuffix(ELLIPSIS)[:-1] + ELLIPSIS if len(shown) > 1 else ""
        return shown

    def words(
        self,
        text: str,
        font: Font,
        colour: str,
        x: float,
        middle: float,
        *,
        align: str = "start",
        room: float = 1e6,
        content_id: str = "",
    ) -> TextLine:
        """Return one line with its middle at `middle`, standing at, around or before x."""
        shown = self.cut(text, font, room)
        width, height = self.measure.advance(shown, font), self.measure.line_height(font)
        left = x - {"start": 0.0, "centre": width / 2, "end": width}[align]
        top = middle - height / 2
        return TextLine(
            Rect(left, top, width, height),
            top + self.measure.ascent(font),
            font,
            self.colour(colour),
            (Run(shown, left, width, 0, 0),),
            "account",
            content_id=content_id,
        )

    def paragraph(
        self, text: str, font: Font, colour: str, at: Rect, leading: float, most: int, content_id: str = ""
    ) -> tuple[list[Item], float]:
        """Return a text in at most `most` lines in the width of `at`, and its height; what does not fit is cut."""
        clean = "".join(map(visible, text))
        lines = wrap(clean, at.width, lambda run: self.measure.advance(run, font), most + 1)
        high = font.size * leading
        items: list[Item] = []
        for number, (start, end) in enumerate(lines[:most]):
            shown = clean[start:end]
            if number == most - 1 and len(lines) > most:
                shown = self.cut(shown + ELLIPSIS + ELLIPSIS, font, at.width)
            middle = at.y + number * high + high / 2
            items.append(self.words(shown, font, colour, at.x, middle, content_id=content_id))
        return items, high * min(len(lines), most)

    def picture(
        self, one: ServicePicture | None, rect: Rect, radius: float, label: str, content_id: str
    ) -> PictureBox:
        """Return a picture in its place, or the place of a missing one with the ratio it wants."""
        digest, natural = ("", (0, 0)) if one is None else (one.digest, (one.width, one.height))
        return PictureBox(rect, radius, digest, natural, None, content_id, content_id, label=label)

    def mark(self, x: float, middle: float, colour: str) -> list[Item]:
        """Return the three short lines that say that a submenu opens."""
        return [
            Shape(
                ShapeKind.ROUND,
                Rect(x, middle + shift - 0.6, _MARK, 1.2),
                Fill(self.colour(colour)),
                role="account",
            )
            for shift in (-3.2, 0.0, 3.2)
        ]

    def logo(self, one: ServicePicture | None, x: float, middle: float, size: float) -> list[Item]:
        """Return the logo as a disc, or the phone's own avatar where there is none."""
        disc = Rect(x, middle - size / 2, size, size)
        if one is None:
            face = disc.grown(-size * 0.23)
            return [
                Shape(ShapeKind.ELLIPSE, disc, self.fill("avatar"), role="account"),
                self.shell.icon("shop", face.x, middle, face.width, "avatar_ink"),
            ]
        return [self.picture(one, disc, size / 2, "", "logo")]

    # --- the menu --------------------------------------------------------------------------------------------

    def menu_bar(self, menu: Menu, bar: Rect) -> tuple[list[Item], list[TapBox]]:
        """Return the menu at the bottom of the screen: a key for writing, then the items side by side."""
        shell = self.shell
        middle = bar.y + (bar.height - 14) / 2
        items: list[Item] = [shell.panel(bar, "header"), shell.hairline(bar.y + 0.5, "line")]
        key = Rect(bar.x + 10, middle - 15, 30, 30)
        items.append(
            Shape(
                ShapeKind.ROUND, key, stroke=self.colour("soft"), stroke_width=1.2, radius=15, role="account"
            )
        )
        items += [
            Shape(
                ShapeKind.ROUND,
                Rect(key.x + 9, middle + dy - 0.7, 12, 1.4),
                self.fill("soft"),
                role="account",
            )
            for dy in (-3.5, 0.0, 3.5)
        ]
        left, boxes = bar.x + 50, list[TapBox]()
        wide = (bar.right - left) / max(len(menu.items), 1)
        for number, item in enumerate(menu.items):
            cell = Rect(left + number * wide, bar.y, wide, bar.height - 14)
            items.append(self._divider(cell))
            opens = bool(item.children)
            room = wide - 16 - (_MARK + 5 if opens else 0)
            shown = self.cut(item.name, BAR_FONT, room)
            text = self.measure.advance(shown, BAR_FONT)
            start = cell.x + (wide - text - (_MARK + 5 if opens else 0)) / 2
            if opens:
                items += self.mark(start, middle, "soft")
                start += _MARK + 5
            place = f"menu:{number + 1}"
            items.append(self.words(shown, BAR_FONT, "ink", start, middle, content_id=place))
            boxes.append(TapBox(place, cell, item.name, None if opens else item.action))
        pull = Rect(bar.x + bar.width / 2 - 54, bar.bottom - 9, 108, 3.5)
        items.append(Shape(ShapeKind.ROUND, pull, self.fill("pull"), 1.75, role="account"))
        return items, boxes

    def _divider(self, cell: Rect) -> Item:
        rect = Rect(cell.x - 0.25, cell.y + 14, 0.5, cell.height - 28)
        return Shape(ShapeKind.ROUND, rect, self.fill("line"), role="account")

    def popup(self, item: MenuItem, number: int, cell: Rect) -> tuple[list[Item], list[TapBox]]:
        """Return the submenu of an item, standing above its place in the bar."""
        names = [child.name for child in item.children]
        widest = max((self.measure.advance(self.cut(n, BAR_FONT, 200), BAR_FONT) for n in names), default=0.0)
        width = min(max(widest + 40, 128.0), self.screen.width - 24)
        high = POPUP_ROW * len(names)
        x = min(max(cell.x + (cell.width - width) / 2, self.screen.x + 12), self.screen.right - 12 - width)
        panel = Rect(x, cell.y - 10 - high, width, high)
        shade = replace(panel, y=panel.y + 2).grown(3)
        items: list[Item] = [
            Shape(ShapeKind.ROUND, shade, Fill("#14000000"), 15, role="account"),
            Shape(ShapeKind.ROUND, panel, self.fill("surface"), 12, self.colour("line"), 1.0, role="account"),
        ]
        boxes: list[TapBox] = []
        for row, child in enumerate(item.children):
            line = Rect(panel.x, panel.y + row * POPUP_ROW, width, POPUP_ROW)
            if row:
                rule = Rect(line.x + 14, line.y - 0.25, width - 28, 0.5)
                items.append(Shape(ShapeKind.ROUND, rule, self.fill("line"), role="account"))
            place = f"menu:{number}.{row + 1}"
            items.append(
                self.words(
                    child.name,
                    BAR_FONT,
                    "ink",
                    line.x + width / 2,
                    line.y + POPUP_ROW / 2,
                    align="centre",
                    room=width - 24,
                    content_id=place,
                )
            )
            boxes.append(TapBox(place, line, child.name, child.action))
        return items, boxes

    def clipped(self, items: list[Item], to: Rect) -> list[Item]:
        """Return items that keep inside the screen's round corners."""
        edge = Clip(to, self.phone.radius)
        return [
            replace(item, clips=(*item.clips, edge))
            if isinstance(item, Shape | TextLine | PictureBox)
            else item
            for item in items
        ]
