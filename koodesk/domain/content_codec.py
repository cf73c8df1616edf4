# SPDX-License-Identifier: Apache-2.0
"""The contents of a template to and from JSON values: texts, pictures, videos, buttons, crops and click events.

A key that a later format brought is written only where its value is not the usual one, so that the JSON, and with it the
digest, of a card that uses nothing new stays what it was (`codec`).
"""

from __future__ import annotations

import re
from typing import Final

from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.crop import Crop, inside
from koodesk.domain.strict_table import Table
from koodesk.domain.template import (
    ButtonContent,
    Content,
    ImageContent,
    MaterialRef,
    Picture,
    TextContent,
    VideoContent,
)
from koodesk.domain.vendor import Vendor

MAX_SHORT: Final = 200
"""Longest id, slot, layout or media type in characters."""

MAX_REMOTE: Final = 1100
"""Longest name the platform has for a material: a URL of at most 1,000 characters and its mark (facts 2.6)."""

EVENT_FIELDS: Final = frozenset(
    {
        "target",
        "package_name",
        "floor_type",
        "floor_url",
        "body",
        "subject",
        "description",
        "begin_time",
        "end_time",
        "address",
        "longitude",
        "latitude",
        "content",
        "text_button",
        "mode",
    }
)
"""The field names an event may carry. Source: facts 3.2 [SDK AimPersonalTemplateContentAction]."""

Json = dict[str, object]

VENDORS: Final = {v.value: v for v in Vendor}
_EVENTS: Final = {e.value: e for e in EventType}
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_KINDS: Final = {k: k for k in ("text", "image", "video", "button")}


def material_json(material: MaterialRef) -> Json:
    """Return a material as JSON values."""
    found: Json = {
        "digest": material.digest,
        "width": material.width,
        "height": material.height,
        "size": material.size,
        "media_type": material.media_type,
    }
    if material.duration_ms:
        found["duration_ms"] = material.duration_ms
    if material.remote:
        found["remote"] = material.remote
    return found


def read_digest(table: Table) -> str:
    """Read the digest of a material under the key `digest`. Raises Refused."""
    digest = table.text("digest", longest=64)
    if _DIGEST.fullmatch(digest) is None:
        table.refuse("data.wrong_type", "digest", expected="sha256")
    return digest


def read_material(table: Table) -> MaterialRef:
    """Read a material's keys; the caller closes the table. Raises Refused."""
    digest = read_digest(table)
    return MaterialRef(
        digest=digest,
        width=table.integer("width", 1, 1_000_000),
        height=table.integer("height", 1, 1_000_000),
        size=table.integer("size", 0, 2**40),
        media_type=table.text("media_type", longest=MAX_SHORT),
        duration_ms=table.integer("duration_ms", 0, 2**40, 0),
        remote=table.text("remote", "", longest=MAX_REMOTE),
    )


def picture_json(picture: Picture) -> Json:
    """Return a picture as JSON values."""
    crop = picture.crop
    box = None if crop is None else [crop.x, crop.y, crop.width, crop.height]
    return {**material_json(picture.material), "crop": box}


def read_picture(table: Table) -> Picture:
    """Read a picture. Raises Refused, also for a crop that reaches outside."""
    material = read_material(table)
    crop = read_crop(table)
    table.close()
    if crop is not None and not inside(crop, material.width, material.height):
        table.refuse("card.crop_outside", "crop")
    return Picture(material, crop)


def read_crop(table: Table, name: str = "crop") -> Crop | None:
    """Read a crop or null. Raises Refused."""
    if table.value(name) is None:
        return None
    four = table.values(name, 4)
    numbers = [v for v in four if isinstance(v, int) and not isinstance(v, bool)]
    if len(numbers) != 4:
        table.refuse("data.wrong_type", name, expected="[x, y, width, height]")
    return Crop(*numbers)


def event_json(event: ClickEvent) -> Json:
    """Return a click event as JSON values."""
    return {"type": event.type.value, "fields": dict(event.fields)}


def read_event(table: Table) -> ClickEvent:
    """Read a click event. Raises Refused."""
    kind = table.one_of("type", _EVENTS)
    fields = table.table("fields")
    texts: dict[str, str] = {}
    for name in fields.names():
        if name not in EVENT_FIELDS:
            fields.refuse("data.key_unknown", name[:MAX_SHORT])
        texts[name] = fields.text(name)
    table.close()
    return ClickEvent(kind, tuple(sorted((k, v) for k, v in texts.items() if v)))


def content_json(content: Content) -> Json:
    """Return a content as JSON values."""
    base: Json = {"id": content.id, "slot": content.slot, "item": content.item}
    if not content.visible:
        base["visible"] = False
    match content:
        case TextContent():
            found: Json = {"kind": "text", **base, "text": content.text}
            if content.child:
                found["child"] = content.child
            if not content.currency:
                found["currency"] = False
            return found
        case ImageContent():
            return {
                "kind": "image",
                **base,
                "picture": None if content.picture is None else picture_json(content.picture),
                "event": None if content.event is None else event_json(content.event),
                "backgrounds": {v.value: picture_json(p) for v, p in content.backgrounds},
            }
        case VideoContent():
            return {
                "kind": "video",
                **base,
                "video": None if content.video is None else material_json(content.video),
                "cover": None if content.cover is None else picture_json(content.cover),
                "ratio": content.ratio,
            }
        case ButtonContent():
            event = None if content.event is None else event_json(content.event)
            button: Json = {"kind": "button", **base, "text": content.text, "event": event}
            if content.moving:
                button["moving"] = True
            return button


def is_plain(content: Content) -> bool:
    """Tell whether a content can be written in format 1."""
    if not content.visible:
        return False
    match content:
        case TextContent(child=child, currency=currency):
            return not child and currency
        case ButtonContent(moving=moving):
            return not moving
        case ImageContent(picture=picture, backgrounds=backgrounds):
            pictures = (picture, *(p for _, p in backgrounds))
            return all(p is None or not (p.material.duration_ms or p.material.remote) for p in pictures)
        case VideoContent():
            return False


def read_content(table: Table) -> Content:
    """Read a content. Raises Refused."""
    kind = table.one_of("kind", _KINDS)
    content_id = table.filled("id", longest=MAX_SHORT)
    slot = table.filled("slot", longest=MAX_SHORT)
    item = table.integer("item", 0, 1000)
    visible = _flag(table, "visible", usual=True)
    content: Content
    if kind == "text":
        content = TextContent(
            content_id,
            slot,
            table.text("text"),
            item,
            table.text("child", ""),
            visible,
            _flag(table, "currency", usual=True),
        )
    elif kind == "image":
        content = ImageContent(
            content_id,
            slot,
            _picture_or_none(table, "picture"),
            _event_or_none(table),
            _backgrounds(table.table("backgrounds")),
            item,
            visible,
        )
    elif kind == "video":
        content = VideoContent(
            content_id,
            slot,
            read_material_or_none(table, "video"),
            _picture_or_none(table, "cover"),
            item,
            table.text("ratio", longest=MAX_SHORT),
            visible,
        )
    else:
        content = ButtonContent(
            content_id,
            slot,
            table.text("text"),
            _event_or_none(table),
            item,
            _flag(table, "moving", usual=False),
            visible,
        )
    table.close()
    return content


def read_material_or_none(table: Table, name: str) -> MaterialRef | None:
    """Read a material or null. Raises Refused."""
    found = table.table_or_none(name)
    if found is None:
        return None
    material = read_material(found)
    found.close()
    return material


def _flag(table: Table, name: str, *, usual: bool) -> bool:
    return table.boolean(name) if table.has(name) else usual


def _picture_or_none(table: Table, name: str) -> Picture | None:
    found = table.table_or_none(name)
    return None if found is None else read_picture(found)


def _event_or_none(table: Table) -> ClickEvent | None:
    if table.value("event") is None:
        return None
    return read_event(table.table("event"))


def _backgrounds(table: Table) -> tuple[tuple[Vendor, Picture], ...]:
    for name in table.names():
        if name not in VENDORS:
            table.refuse("data.unknown_name", name[:MAX_SHORT], value=name[:MAX_SHORT])
    return tuple((v, read_picture(table.table(v.value))) for v in Vendor if table.has(v.value))
