# SPDX-License-Identifier: Apache-2.0
"""What tests of boxes share: cards of shipped layouts, drawn with boxes of the test's own over HUAWEI's phone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from koodesk.domain.layout_contents import empty, ordered
from koodesk.domain.template import ButtonContent, Content, Page, Template, TextContent
from koodesk.domain.vendor import Vendor
from koodesk.preview.arrange import arrange
from koodesk.preview.phone_reader import read_phone
from koodesk.preview.phone_spec import PhoneSpec
from koodesk.preview.placement import Placement, Rect
from tests.preview.arithmetic import MEASURE, RESOURCES, pack
from tests.starters import starter

HUAWEI = (RESOURCES / "phones" / "huawei.toml").read_text("utf-8")
PHONE = HUAWEI[: HUAWEI.index("[[layouts.")]
"""The phone without any card; its styles "body" (13, leading 1.55) and "title" (20, bold, leading 1.4) are used."""


def drawn(
    template: Template,
    boxes: str,
    at: Mapping[str, int] | None = None,
    vendor: Vendor = Vendor.HUAWEI,
) -> Placement:
    """Return a card with boxes of one's own in place; `at` names the item in view of a group."""
    phone = replace(phone_with(template.layout, boxes), vendor=vendor)
    layout = pack().layouts[template.layout]
    return arrange(template, layout, vendor, pack(), phone, {}, MEASURE, at=at or {})


def phone_with(layout: str, boxes: str) -> PhoneSpec:
    """Return HUAWEI's phone with one card only, of the boxes given. Raises Refused."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "phone.toml"
        path.write_text(PHONE + boxes.replace("[[box]]", f"[[layouts.{layout}]]"), "utf-8")
        return read_phone(path)


def swiped(count: int, *, title: str = "标题", growing: bool = False) -> Template:
    """Return a Carousel of `count` cards with one title; `growing`: the second has it twice, the third three times."""
    template = starter(pack().layouts["Carousel"])
    layout = pack().layouts["Carousel"]
    made: list[Content] = []
    for item in range(count):
        for slot in layout.slots:
            content = empty(slot, item)
            if isinstance(content, TextContent):
                content = replace(content, text=title * (item + 1 if growing else 1))
            elif isinstance(content, ButtonContent):
                content = replace(content, text="看看")
            made.append(content)
    return replace(template, pages=(Page(ordered(layout, tuple(made))),))


def plain(**changes: str) -> Template:
    """Return a card of 图文 with the texts named, and without the slots set to ""."""
    template = starter(pack().layouts["StandardImageAndText"])
    contents: list[Content] = []
    for content in template.contents():
        text = changes.get(content.slot)
        if text == "":
            continue
        if text is not None and isinstance(content, TextContent | ButtonContent):
            content = replace(content, text=text)
        contents.append(content)
    return replace(template, pages=(Page(tuple(contents)),), params=())


def rects(placement: Placement, slot: str) -> list[tuple[float, float, float, float]]:
    """Return where a slot's contents stand, from the card's corner."""
    return [off(placement, box.rect) for box in placement.slots if box.slot == slot]


def off(placement: Placement, rect: Rect) -> tuple[float, float, float, float]:
    """Return a rectangle from the card's corner."""
    card = placement.card
    x, y = rect.x - card.x, rect.y - card.y
    return (round(x, 6), round(y, 6), round(rect.width, 6), round(rect.height, 6))
