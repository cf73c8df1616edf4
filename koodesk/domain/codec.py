# SPDX-License-Identifier: Apache-2.0
"""Templates to and from versioned JSON.

History of the format (`format`):

1. The first: layout, name, use, vendors, pages of contents (kind text, image or button), params, sub_type, scene,
   sms_example, sms_signs, sms_template. Pictures by digest with size and crop `[x, y, width, height]`.

What is read may come from a stranger: size, depth and lengths are limited, unknown keys and newer formats are refused
with the key's name. The limits hold for edits too (`edits`), so what can be saved can be opened again. Whether a
template obeys the platform's rules is `checks`' question, not asked here: half-finished cards are saved as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Final

from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.crop import Crop, inside
from koodesk.domain.problem import Refused, problem
from koodesk.domain.strict_table import DATA_CODES, MAX_TEXT, Table
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
)
from koodesk.domain.vendor import Vendor

FORMAT: Final = 1
MAX_BYTES: Final = 4_194_304
MAX_DEPTH: Final = 32
MAX_PAGES: Final = 50
MAX_CONTENTS: Final = 200
MAX_PARAMS: Final = 200
MAX_SIGNS: Final = 50
MAX_SHORT: Final = 200
"""Longest id, slot, layout or media type in characters."""

CODEC_CODES: Final = (
    *DATA_CODES,
    "card.crop_outside",
    "card.duplicate",
    "card.newer",
    "card.too_deep",
    "card.too_large",
    "card.unreadable",
)
"""Every code this module refuses with."""

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
Upgrade = Callable[[Json], Json]

UPGRADES: Final[Mapping[int, Upgrade]] = {}
"""From each older format to the next, by the older one's number. A format once released stays readable for ever."""

_VENDORS: Final = {v.value: v for v in Vendor}
_EVENTS: Final = {e.value: e for e in EventType}
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
# A text, closed or not, or one bracket. It never has to go back, so hostile texts cost no more than their length.
_BRACKETS: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.DOTALL)


def encode(template: Template) -> Json:
    """Return a template as JSON values of the current format."""
    return {
        "format": FORMAT,
        "layout": template.layout,
        "name": template.name,
        "use": int(template.use),
        "vendors": [v.value for v in template.vendors],
        "pages": [{"contents": [_content_json(c) for c in page.contents]} for page in template.pages],
        "params": [{"name": p.name, "example": p.example} for p in template.params],
        "sub_type": template.sub_type,
        "scene": template.scene,
        "sms_example": template.sms_example,
        "sms_signs": list(template.sms_signs),
        "sms_template": template.sms_template,
    }


def dumps(template: Template) -> bytes:
    """Return a template as JSON text in UTF-8, readable and the same for equal templates."""
    return (json.dumps(encode(template), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def loads(data: bytes, file: str = "template.json") -> Template:
    """Read a template from JSON text in UTF-8; `file` names it in problems. Raises Refused."""
    return decode(parse(data, file), file)


def decode(data: object, file: str = "template.json", upgrades: Mapping[int, Upgrade] = UPGRADES) -> Template:
    """Read a template from JSON values of this or an older format. Raises Refused."""
    table = Table(data, file)
    found = table.integer("format", 1, 2**31)
    if found > FORMAT:
        raise Refused(problem("card.newer", file, file=file, limit=FORMAT, actual=found))
    values: Json = {name: table.value(name) for name in table.names()}
    while found < FORMAT:
        values = upgrades[found](values)
        found += 1
    return _template(Table(values, file))


def parse(data: bytes, file: str, most: int = MAX_BYTES) -> object:
    """Parse JSON text from outside under limits on size and depth. Raises Refused, never RecursionError."""
    if len(data) > most:
        raise Refused(problem("card.too_large", file, file=file, limit=most, actual=len(data)))
    depth = 0
    for match in _BRACKETS.finditer(data):
        first = match.group()[:1]
        depth += 1 if first in b"[{" else -1 if first in b"]}" else 0
        if depth > MAX_DEPTH:
            raise Refused(problem("card.too_deep", file, file=file, limit=MAX_DEPTH))
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except ValueError as error:  # bad UTF-8, bad JSON, a number of absurd length, a key twice
        raise Refused(problem("card.unreadable", file, file=file)) from error


def _unique(pairs: list[tuple[str, object]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> object:
    raise ValueError(name)


def picture_json(picture: Picture) -> Json:
    """Return a picture as JSON values."""
    material, crop = picture.material, picture.crop
    return {
        "digest": material.digest,
        "width": material.width,
        "height": material.height,
        "size": material.size,
        "media_type": material.media_type,
        "crop": None if crop is None else [crop.x, crop.y, crop.width, crop.height],
    }


def read_picture(table: Table) -> Picture:
    """Read a picture. Raises Refused, also for a crop that reaches outside."""
    digest = table.text("digest", longest=64)
    if _DIGEST.fullmatch(digest) is None:
        table.refuse("data.wrong_type", "digest", expected="sha256")
    material = MaterialRef(
        digest=digest,
        width=table.integer("width", 1, 1_000_000),
        height=table.integer("height", 1, 1_000_000),
        size=table.integer("size", 0, 2**40),
        media_type=table.text("media_type", longest=MAX_SHORT),
    )
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


def read_vendors(table: Table, name: str) -> tuple[Vendor, ...]:
    """Read a list of vendors, each at most once; the order is the console's whatever the file's. Raises Refused."""
    named = table.texts(name, len(Vendor), longest=MAX_SHORT)
    for text in named:
        if text not in _VENDORS:
            table.refuse("data.unknown_name", name, value=text)
    if len(set(named)) != len(named):
        table.refuse("card.duplicate", name)
    return tuple(v for v in Vendor if v.value in named)


def _content_json(content: Content) -> Json:
    base: Json = {"id": content.id, "slot": content.slot, "item": content.item}
    match content:
        case TextContent():
            return {"kind": "text", **base, "text": content.text}
        case ImageContent():
            return {
                "kind": "image",
                **base,
                "picture": None if content.picture is None else picture_json(content.picture),
                "event": None if content.event is None else event_json(content.event),
                "backgrounds": {v.value: picture_json(p) for v, p in content.backgrounds},
            }
        case ButtonContent():
            event = None if content.event is None else event_json(content.event)
            return {"kind": "button", **base, "text": content.text, "event": event}


def _content(table: Table) -> Content:
    kind = table.one_of("kind", {k: k for k in ("text", "image", "button")})
    content_id = table.filled("id", longest=MAX_SHORT)
    slot = table.filled("slot", longest=MAX_SHORT)
    item = table.integer("item", 0, 1000)
    content: Content
    if kind == "text":
        content = TextContent(content_id, slot, table.text("text"), item)
    elif kind == "image":
        picture = table.table_or_none("picture")
        content = ImageContent(
            content_id,
            slot,
            None if picture is None else read_picture(picture),
            _event_or_none(table),
            _backgrounds(table.table("backgrounds")),
            item,
        )
    else:
        content = ButtonContent(content_id, slot, table.text("text"), _event_or_none(table), item)
    table.close()
    return content


def _event_or_none(table: Table) -> ClickEvent | None:
    if table.value("event") is None:
        return None
    return read_event(table.table("event"))


def _backgrounds(table: Table) -> tuple[tuple[Vendor, Picture], ...]:
    for name in table.names():
        if name not in _VENDORS:
            table.refuse("data.unknown_name", name[:MAX_SHORT], value=name[:MAX_SHORT])
    return tuple((v, read_picture(table.table(v.value))) for v in Vendor if table.has(v.value))


def _page(table: Table) -> Page:
    page = Page(tuple(_content(c) for c in table.tables("contents", MAX_CONTENTS)))
    table.close()
    return page


def _param(table: Table) -> Param:
    param = Param(table.text("name", longest=MAX_SHORT), table.text("example"))
    table.close()
    return param


def _template(table: Table) -> Template:
    table.integer("format", FORMAT, FORMAT)
    template = Template(
        layout=table.filled("layout", longest=MAX_SHORT),
        name=table.text("name"),
        use=Use(table.integer("use", 1, 2)),
        vendors=read_vendors(table, "vendors"),
        pages=tuple(_page(p) for p in table.tables("pages", MAX_PAGES)),
        params=tuple(_param(p) for p in table.tables("params", MAX_PARAMS)),
        sub_type=table.integer("sub_type", 0, 1000),
        scene=table.text("scene"),
        sms_example=table.text("sms_example"),
        sms_signs=table.texts("sms_signs", MAX_SIGNS),
        sms_template=table.text("sms_template", longest=MAX_TEXT),
    )
    table.close()
    ids = [c.id for c in template.contents()]
    places = [(c.slot, c.item, n) for n, page in enumerate(template.pages) for c in page.contents]
    if len(set(ids)) != len(ids) or len(set(places)) != len(places):
        table.refuse("card.duplicate", "pages")
    if len({p.name for p in template.params}) != len(template.params):
        table.refuse("card.duplicate", "params")
    return template
