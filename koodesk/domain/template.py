# SPDX-License-Identifier: Apache-2.0
"""The smart-message template (智能信息模板) as a value: what a marketer designs and what is submitted for review.

Frozen all the way down, tuples inside, so that a template can be kept for undo, hashed for its digest and handed to
another thread without a copy. A template says what fills the slots of a layout; where things are drawn is the
preview's matter, and what is allowed is the rule pack's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

from koodesk.domain.click_event import ClickEvent
from koodesk.domain.crop import Crop, Focal
from koodesk.domain.vendor import Vendor


class Use(IntEnum):
    """模板用途 (`use_id`): commercial, or trial commercial whose name and main title must say 测试. [SDK]."""

    COMMERCIAL = 1
    TRIAL = 2


@dataclass(frozen=True, slots=True)
class MaterialRef:
    """A picture or video by content: hex SHA-256 of the stored file, its pixel size upright, and its byte size.

    A video has `duration_ms`. `remote` is what the platform calls a material whose bytes are not here ("id:6919..." or
    "url:https://..."): then the digest is that of the name, the pixels are 1x1 and the size is 0, all of them unknown.
    """

    digest: str
    width: int
    height: int
    size: int
    media_type: str = "image/png"
    duration_ms: int = 0
    remote: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A material with the part of it that is shown; `crop` None means the whole picture."""

    material: MaterialRef
    crop: Crop | None = None


@dataclass(frozen=True, slots=True)
class TextContent:
    """A text slot; `text` may hold parameters as `${name}`.

    `child` is the second text of the component (`content_child`: the value of a notice's pair). `currency` shows the ￥ of
    a price (`currency_display`). Source: facts 2.2.
    """

    id: str
    slot: str
    text: str = ""
    item: int = 0
    child: str = ""
    visible: bool = True
    currency: bool = True


@dataclass(frozen=True, slots=True)
class ImageContent:
    """A picture slot. `backgrounds` holds the pictures some vendors draw behind the card (OPPO, VIVO), by vendor."""

    id: str
    slot: str
    picture: Picture | None = None
    event: ClickEvent | None = None
    backgrounds: tuple[tuple[Vendor, Picture], ...] = ()
    item: int = 0
    visible: bool = True

    def background(self, vendor: Vendor) -> Picture | None:
        """Return the background of one vendor, None when the vendor's default is used."""
        return dict(self.backgrounds).get(vendor)


@dataclass(frozen=True, slots=True)
class VideoContent:
    """A video slot: the video and its cover (`cover`); `ratio` names one of the slot's ratios, "" its first."""

    id: str
    slot: str
    video: MaterialRef | None = None
    cover: Picture | None = None
    item: int = 0
    ratio: str = ""
    visible: bool = True


@dataclass(frozen=True, slots=True)
class ButtonContent:
    """A button: its words and what a tap does. `moving` is its own dynamic style where the layout has `button_type`."""

    id: str
    slot: str
    text: str = ""
    event: ClickEvent | None = None
    item: int = 0
    moving: bool = False
    visible: bool = True


Content = TextContent | ImageContent | VideoContent | ButtonContent
"""What may fill a slot. `id` lives as long as the content; `slot` names the layout's slot; `item` counts the repeats
of a repeated group from 0. `visible` is the platform's own switch (Ecommerce, CardVouchers, PlaneTrip and the coupon
zone). Only a picture and a button carry a click event (facts 3.1)."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page (`page_order` is its place, from 1): its contents in slot order."""

    contents: tuple[Content, ...]


@dataclass(frozen=True, slots=True)
class Param:
    """A dynamic parameter (动态参数): `name` without the `${}` wrapper, and the example reviewers see."""

    name: str
    example: str


@dataclass(frozen=True, slots=True)
class Override:
    """What one vendor shows instead of the master's content of the same id.

    `base` is the digest of the master's content when the override was made: another one now means the master moved on
    (`domain.variants`).
    """

    vendor: Vendor
    content: Content
    base: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What a layout held before the card was turned into another layout, to be given back on the way back.

    `carried` are the ids of the contents that went along: one of them that is gone later was removed on purpose. `focals`
    are the focal points, by digest, that its pictures were cut around on the way out; those in the middle are left out.
    """

    layout: str
    pages: tuple[Page, ...]
    sub_type: int
    style: int
    overrides: tuple[Override, ...] = ()
    carried: tuple[str, ...] = ()
    focals: tuple[tuple[str, Focal], ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A card: layout (`card_id`), name, use, vendors in the console's order, pages and parameters.

    `sub_type` is the layout's own choice (RedPacket: 1 static, 2 dynamic button); `style` chooses which slots of the layout
    are used (个性化红包 样式1/样式2). `sms_signs` and `sms_template` (短信原文模板) are needed when VIVO is among the vendors.
    `overrides` are the vendors' variants of single contents, in the order of vendors and contents; `kept` is the memory of
    layout changes and is not submitted. Sources: facts 1.7, 2.2.
    """

    layout: str
    name: str
    use: Use
    vendors: tuple[Vendor, ...]
    pages: tuple[Page, ...]
    params: tuple[Param, ...] = ()
    sub_type: int = 1
    scene: str = ""
    sms_example: str = ""
    sms_signs: tuple[str, ...] = ()
    sms_template: str = ""
    style: int = 1
    overrides: tuple[Override, ...] = ()
    kept: tuple[Kept, ...] = ()

    def contents(self) -> tuple[Content, ...]:
        """Return the contents of all pages in order."""
        return tuple(c for page in self.pages for c in page.contents)

    def content(self, content_id: str) -> Content:
        """Return one content. Raises KeyError when there is none of that id."""
        for found in self.contents():
            if found.id == content_id:
                return found
        raise KeyError(content_id)

    def by_slot(self, slot: str, item: int = 0, page: int = 0) -> Content | None:
        """Return the content of a slot on a page (from 0), None when the template leaves it out."""
        if page >= len(self.pages):
            return None
        return next((c for c in self.pages[page].contents if c.slot == slot and c.item == item), None)

    def materials(self) -> tuple[MaterialRef, ...]:
        """Return every material the template holds whose bytes belong to it, each once, in order of appearance.

        Backgrounds, covers, the vendors' variants and what a layout change keeps are among them; remote ones are not.
        """
        found: dict[MaterialRef, None] = {}
        kept = (
            c
            for k in self.kept
            for c in (*(c for p in k.pages for c in p.contents), *(o.content for o in k.overrides))
        )
        for content in (*self.contents(), *(o.content for o in self.overrides), *kept):
            found.update((material, None) for material in materials_of(content) if not material.remote)
        return tuple(found)

    def with_content(self, content: Content) -> Template:
        """Return the template with the content of the same id replaced; unchanged pages stay the same objects.

        Raises KeyError when there is none of that id.
        """
        self.content(content.id)
        pages = tuple(
            replace(page, contents=tuple(content if c.id == content.id else c for c in page.contents))
            if any(c.id == content.id for c in page.contents)
            else page
            for page in self.pages
        )
        return replace(self, pages=pages)


def materials_of(content: Content) -> tuple[MaterialRef, ...]:
    """Return the materials of one content: picture and backgrounds, or video and cover."""
    match content:
        case ImageContent(picture=picture, backgrounds=backgrounds):
            pictures = (picture, *(p for _, p in backgrounds))
            return tuple(p.material for p in pictures if p is not None)
        case VideoContent(video=video, cover=cover):
            return tuple(m for m in (video, cover.material if cover is not None else None) if m is not None)
        case _:
            return ()
