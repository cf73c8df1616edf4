# SPDX-License-Identifier: Apache-2.0
"""A template as bodies of POST /v1/aim/templates, one for each submission, keys in the SDK's order. Pure.

Left out are: what the style does not use, what is hidden where the layout has no `visible`, empty components, and
optional fields that are empty or have the platform's own default. A component the chosen sub-type hides is written with
`visible` 0 where the layout has the switch, as the platform asks for the coupon zone (facts 2.2).
"""

from __future__ import annotations

import json
from typing import Final

from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.koomessage.sources import SOURCE_CODES, written
from koodesk.domain.layout_contents import empty, left_out, page_places, positions
from koodesk.domain.params import token
from koodesk.domain.problem import Refused, problem
from koodesk.domain.rule_pack import LayoutSpec, RulePack, SlotKind, SlotSpec, Switch
from koodesk.domain.template import (
    ButtonContent,
    Content,
    ImageContent,
    Page,
    Picture,
    Template,
    TextContent,
    VideoContent,
)
from koodesk.domain.variants import submissions
from koodesk.domain.vendor import Vendor

WRITING_CODES: Final = (
    *SOURCE_CODES,
    "card.unknown_layout",
    "koomessage.bad_number",
    "slot.unknown",
    "slot.wrong_kind",
)
"""Every code this module refuses with."""

BACKGROUNDS: Final = {Vendor.OPPO: "oppo_background", Vendor.VIVO: "vivo_background"}
"""The field of each vendor that may have its own background. Source: facts 2.2 [SDK AimPersonalTemplateContent]."""

ACTION_FIELDS: Final = (
    "target",
    "content",
    "package_name",
    "floor_url",
    "floor_type",
    "subject",
    "body",
    "description",
    "begin_time",
    "end_time",
    "address",
    "longitude",
    "latitude",
    "text_button",
    "mode",
)
"""The fields of an event in the SDK's order. Source: [SDK AimPersonalTemplateContentAction]."""

NUMBER_FIELDS: Final = frozenset({"floor_type", "mode"})
"""Those of them that are whole numbers."""

KINDS: Final = {
    SlotKind.TEXT: TextContent,
    SlotKind.IMAGE: ImageContent,
    SlotKind.VIDEO: VideoContent,
    SlotKind.BUTTON: ButtonContent,
}
Json = dict[str, object]


def bodies(template: Template, pack: RulePack) -> tuple[Json, ...]:
    """Return one body for each template that is handed in (`variants.submissions`). Raises Refused."""
    layout = pack.layouts.get(template.layout)
    if layout is None:
        raise Refused(problem("card.unknown_layout", "layout", layout=template.layout))
    return tuple(body(one, layout) for one in submissions(template))


def dumps(found: Json) -> bytes:
    """Return a body as JSON text in UTF-8, readable and the same for equal bodies."""
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


def body(template: Template, layout: LayoutSpec) -> Json:
    """Return the body of one template; its variants are not looked at.

    Raises Refused: a content whose slot the layout lacks or that is of another kind, an event field that is no whole number
    where one is asked for, a source of more than 1,000 characters.
    """
    found: Json = {"card_id": template.layout, "tpl_name": template.name}
    if template.scene:
        found["scene"] = template.scene
    found["use_id"] = int(template.use)
    if layout.sub_types:
        found["sub_type"] = template.sub_type
    if template.sms_example:
        found["sms_example"] = template.sms_example
    if template.sms_signs:
        found["sms_signs"] = list(template.sms_signs)
    if template.sms_template:
        found["sms_template"] = template.sms_template
    found["pages"] = [
        {"page_order": order, "contents": _page(template, page, layout)}
        for order, page in enumerate(template.pages, 1)
    ]
    if template.params:
        found["params"] = [{"type": 1, "name": token(p.name), "example": p.example} for p in template.params]
    if template.vendors:
        found["factorys"] = [{"factory_type": v.value, "state": 1} for v in template.vendors]
    return found


def hidden_by_choice(template: Template, layout: LayoutSpec) -> frozenset[str]:
    """Return the slots that the chosen sub-type takes out of sight."""
    return frozenset(next((s.hides for s in layout.sub_types if s.value == template.sub_type), ()))


def _page(template: Template, page: Page, layout: LayoutSpec) -> list[Json]:
    known = positions(layout, page)
    for given in page.contents:
        if given.id not in known:
            raise Refused(problem("slot.unknown", f"content:{given.id}", slot=given.slot))
    placed: dict[tuple[str, int], Content] = {(c.slot, c.item): c for c in page.contents}
    unused, hides = left_out(template, layout), hidden_by_choice(template, layout)
    zone = {name for s in layout.sub_types for name in s.hides}
    rows: list[Json] = []
    for position, (slot, item) in enumerate(page_places(layout, page), 1):
        content: Content | None = placed.get((slot.id, item))
        if content is not None and not isinstance(content, KINDS[slot.kind]):
            raise Refused(
                problem("slot.wrong_kind", f"content:{content.id}", slot=slot.name_zh, slot_en=slot.name_en)
            )
        switch, by_choice = Switch.VISIBLE in slot.switches, slot.id in hides
        if content is None and by_choice and switch:
            content = empty(slot, item)
        if content is None or slot.id in unused:
            continue
        hidden = by_choice or not content.visible
        if (hidden and not switch) or (not hidden and is_empty(content, slot)):
            continue
        row = _component(content, slot, page, hidden=by_choice)
        row["position_number"] = position
        if hidden or (switch and slot.id in zone):
            row["visible"] = 0 if hidden else 1
        rows.append(row)
    return rows


def is_empty(content: Content, slot: SlotSpec) -> bool:
    """Tell whether a content says nothing yet: it is not submitted."""
    match content:
        case TextContent(text=text, child=child):
            return not text and not child
        case ImageContent(picture=picture, event=event):
            # A background of a vendor that has no field for it is written nowhere, so it does not count either.
            return picture is None and event is None and not any(image_sources(content).values())
        case VideoContent(video=video, cover=cover):
            return video is None and cover is None
        case ButtonContent(text=text, event=event):
            # Where there are only a few words to choose from, a new button has the first of them.
            return event is None and text in ("", *slot.choices[:1])


def _component(content: Content, slot: SlotSpec, page: Page, *, hidden: bool) -> Json:
    row: Json = {"type": slot.kind.value}
    match content:
        case TextContent():
            row["content"] = content.text
            if content.child:
                row["content_child"] = content.child
            if not content.currency:
                row["currency_display"] = 0
        case ButtonContent():
            row["content"] = content.text
            if not hidden and (content.moving or Switch.BUTTON_TYPE in slot.switches):
                row["button_type"] = "dynamic" if content.moving else "static"
        case ImageContent():
            row.update(_sources(image_sources(content), content))
        case VideoContent():
            whole = None if content.video is None else Picture(content.video)
            row.update(_sources({"src": whole, "cover": content.cover}, content))
            if content.ratio or len(slot.ratios) > 1:
                row["ratio"] = content.ratio or (slot.ratio.name if slot.ratio else "")
    if isinstance(content, ImageContent | ButtonContent) and content.event is not None:
        row["action_type"] = content.event.type.value
        action = _action(content.event, f"content:{content.id}/event", picture_source(content, page))
        if action:
            row["action"] = action
    return row


def image_sources(content: ImageContent) -> dict[str, Picture | None]:
    """Return the pictures of a picture component by the fields they are written to."""
    found = {"src": content.picture}
    found.update((field, content.background(vendor)) for vendor, field in BACKGROUNDS.items())
    return found


def _sources(fields: dict[str, Picture | None], content: Content) -> Json:
    """Return `src_type` and the fields that have a source."""
    there = {name: picture for name, picture in fields.items() if picture is not None}
    if not there:
        return {}
    kind, texts = written(tuple(there.values()), f"content:{content.id}")
    return {"src_type": kind, **dict(zip(there, texts, strict=True))}


def picture_source(content: Content, page: Page) -> str:
    """Return the `src` of the picture that VIEW_PIC on a content opens, empty when there is none.

    A picture opens itself; a button the picture of its own item, or else the first of the page.
    """
    pictures = [c for c in page.contents if isinstance(c, ImageContent) and c.picture is not None]
    if not isinstance(content, ImageContent):
        pictures.sort(key=lambda c: c.item != content.item)
    elif content.picture is not None:
        pictures = [content]
    else:
        return ""
    if not pictures:
        return ""
    there = [p for p in image_sources(pictures[0]).values() if p is not None]
    return written(there, f"content:{pictures[0].id}")[1][0]


def _action(event: ClickEvent, where: str, picture: str) -> Json:
    fields = dict(event.fields)
    if event.type is EventType.VIEW_PIC:
        fields.pop("target", None)  # which picture it opens follows from the card, whatever the event says
        if picture:
            fields["target"] = picture
    found: Json = {}
    for name in ACTION_FIELDS:
        text = fields.get(name, "")
        if not text:
            continue
        if name not in NUMBER_FIELDS:
            found[name] = text
        elif text.isascii() and text.isdigit() and len(text) <= 2:
            found[name] = int(text)
        else:
            raise Refused(problem("koomessage.bad_number", f"{where}.{name}", field=name))
    return found
