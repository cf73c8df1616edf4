# SPDX-License-Identifier: Apache-2.0
"""Cards with every slot of a layout filled, for each of its choices, and the platform's own classes to hold bodies against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import huaweicloudsdkkoomessage.v1 as sdk

from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.crop import Crop
from koodesk.domain.digest import content_digest
from koodesk.domain.layout_contents import content_id, places
from koodesk.domain.rule_pack import LayoutSpec, SlotKind, SlotSpec, Switch
from koodesk.domain.template import (
    ButtonContent,
    Content,
    ImageContent,
    MaterialRef,
    Page,
    Param,
    Picture,
    Template,
    TextContent,
    Use,
    VideoContent,
)
from koodesk.domain.vendor import Vendor

EVENTS = (
    ClickEvent(EventType.OPEN_BROWSER, (("target", "https://m.yunshan.example/${code}"),)),
    ClickEvent(
        EventType.OPEN_APP,
        (
            ("floor_type", "2"),
            ("floor_url", "https://m.yunshan.example"),
            ("package_name", "com.yunshan"),
            ("target", "yunshan://home"),
        ),
    ),
    ClickEvent(
        EventType.OPEN_SCHEDULE,
        (
            ("begin_time", "2026-11-11 00:00:00"),
            ("description", "抢购"),
            ("end_time", "2026-11-11 01:00:00"),
            ("target", "开抢"),
        ),
    ),
    ClickEvent(
        EventType.OPEN_MAP,
        (("address", "高新路1号"), ("latitude", "22.54"), ("longitude", "113.94"), ("target", "云杉商城")),
    ),
    ClickEvent(
        EventType.OPEN_POPUP,
        (("content", "喜欢吗"), ("mode", "0"), ("target", "云杉商城"), ("text_button", "确定")),
    ),
    ClickEvent(EventType.VIEW_PIC),
)


def material(name: str, media_type: str = "image/jpeg", duration_ms: int = 0) -> MaterialRef:
    """A material of our own, different for every name."""
    return MaterialRef(content_digest(name.encode()), 1248, 702, 98_765, media_type, duration_ms)


def content(slot: SlotSpec, item: int, page: int, number: int) -> Content:
    """A content with everything its slot can have."""
    made = content_id(slot.id, item, page)
    event = EVENTS[number % len(EVENTS)]
    match slot.kind:
        case SlotKind.TEXT:
            child = f"值{number}" if slot.child_zh else ""
            return TextContent(
                made, slot.id, f"文{number}", item, child, currency=Switch.CURRENCY not in slot.switches
            )
        case SlotKind.IMAGE:
            crop = Crop(1, 2, 300, 200) if number % 2 else None
            picture = Picture(material(made), crop)
            backgrounds = tuple((v, Picture(material(v))) for v in slot.backgrounds)
            return ImageContent(
                made, slot.id, picture, event if slot.event_allowed else None, backgrounds, item
            )
        case SlotKind.VIDEO:
            ratio = slot.ratios[-1].name if len(slot.ratios) > 1 else ""
            cover = Picture(material(f"cover {made}"), Crop(0, 0, 700, 700))
            return VideoContent(made, slot.id, material(made, "video/mp4", 12_345), cover, item, ratio)
        case SlotKind.BUTTON:
            moving = Switch.BUTTON_TYPE in slot.switches
            text = slot.choices[-1] if slot.choices else f"按{number}"
            if event.type is EventType.VIEW_PIC:
                event = EVENTS[0]
            return ButtonContent(made, slot.id, text, event, item, moving)


def card(layout: LayoutSpec, counts: dict[str, int], pages: int = 1) -> Template:
    """A card of a layout with every slot filled."""
    made = tuple(
        Page(tuple(content(s, i, page, n) for n, (s, i) in enumerate(places(layout, counts))))
        for page in range(pages)
    )
    return Template(
        layout=layout.id,
        name="云杉好物",
        use=Use.COMMERCIAL,
        vendors=tuple(v for v in Vendor if layout.takes(v)),
        pages=made,
        params=(Param("code", "A1"),),
        scene="商品推荐",
        sms_example="【云杉商城】上新",
        sms_signs=("云杉商城", "云杉"),
        sms_template="上新[文本0-20]",
    )


def choices(layout: LayoutSpec) -> Iterator[Template]:
    """Cards of every sub-type and style, with the fewest and the most items in the groups, on one page and on two."""
    least = {g.id: g.least for g in layout.groups}
    most = {g.id: g.most for g in layout.groups}
    for counts, pages in ((least, 1), (most, 1), (least, 2)):
        for sub_type in layout.sub_types or (None,):
            for style in layout.styles or (None,):
                made = replace(
                    card(layout, counts, pages),
                    sub_type=1 if sub_type is None else sub_type.value,
                    style=1 if style is None else style.value,
                )
                gone = set(style.leaves_out) if style else set()
                yield replace(
                    made,
                    pages=tuple(Page(tuple(c for c in p.contents if c.slot not in gone)) for p in made.pages),
                )


def built(kind: str, data: dict[str, Any]) -> Any:
    """Build a class of the SDK from JSON values, nested ones first. A key the class does not have is a TypeError."""
    model = getattr(sdk, kind)
    given: dict[str, Any] = {}
    for key, value in data.items():
        of = model.openapi_types[key]
        inner = of.removeprefix("list[").removesuffix("]")
        check = {"str": str, "int": int}.get(inner)
        values = value if of.startswith("list[") else [value]
        assert isinstance(values, list), key
        if check is not None:
            assert all(type(v) is check for v in values), (key, value)
            given[key] = value
        else:
            nested = [built(inner, v) for v in values]
            given[key] = nested if of.startswith("list[") else nested[0]
    return model(**given)


def without_nulls(value: Any) -> Any:
    """JSON values without what the SDK prints for attributes that are not set."""
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    return [without_nulls(v) for v in value] if isinstance(value, list) else value
