# SPDX-License-Identifier: Apache-2.0
"""Fixes of events, pictures, switches, styles, videos and variants; `fixes` is where they are asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from koodesk.domain.checks.floors import BROWSER, QUICK_APP
from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.crop import Crop, fit, inside, refit
from koodesk.domain.edits import (
    Batch,
    ClearOverride,
    Edit,
    SetBackground,
    SetChild,
    SetCrop,
    SetCurrency,
    SetEvent,
    SetMoving,
    SetRatio,
    SetStyle,
    SetSubType,
    SetVendors,
    SetVideo,
    SetVisible,
)
from koodesk.domain.params import substitute
from koodesk.domain.problem import Problem
from koodesk.domain.rule_pack import RulePack, SlotSpec
from koodesk.domain.template import ButtonContent, Content, ImageContent, Picture, Template, VideoContent
from koodesk.domain.vendor import Vendor

Fix = Callable[[Problem, Template, RulePack], Edit | None]

_LINK: Final = re.compile(r"https?://\S+")


def content_at(problem: Problem, template: Template) -> Content | None:
    """Return the content a problem is about, None when it is about something else or gone."""
    kind, _, rest = problem.where.partition(":")
    content_id = rest.partition("/")[0]
    return next((c for c in template.contents() if kind == "content" and c.id == content_id), None)


def _event_at(problem: Problem, template: Template) -> tuple[Content, ClickEvent] | None:
    content = content_at(problem, template)
    if isinstance(content, ImageContent | ButtonContent) and content.event is not None:
        return content, content.event
    return None


def no_event(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    """Take an event away that the slot may not have."""
    found = _event_at(problem, template)
    return None if found is None else SetEvent(found[0].id, None)


def in_the_browser(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    """Open the same link in the browser: every vendor takes that event, and it takes http as well as https."""
    found = _event_at(problem, template)
    if found is None or found[1].type is not EventType.OPEN_URL:
        return None
    target = found[1].field("target").strip()
    if _LINK.fullmatch(target) is None:
        return None
    return SetEvent(found[0].id, ClickEvent(EventType.OPEN_BROWSER, (("target", target),)))


def right_field(problem: Problem, template: Template, pack: RulePack) -> Edit | None:
    """Put a field into its form where there is no question how: without spaces around it, or the only choice there is."""
    found = _event_at(problem, template)
    if found is None:
        return None
    content, event = found
    name = problem.where.rpartition(".")[2]
    spec = next((f for f in pack.events[event.type].fields if f.name == name), None)
    if spec is None:
        return None
    if len(spec.choices) == 1:
        return SetEvent(content.id, event.with_field(name, spec.choices[0]))
    text = event.field(name)
    shown = substitute(text.strip(), {p.name: p.example for p in template.params if p.example})
    if text != text.strip() and spec.pattern and re.fullmatch(spec.pattern, shown) is not None:
        return SetEvent(content.id, event.with_field(name, text.strip()))
    return in_the_browser(problem, template, pack) if name == "target" else None


def swapped(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    """Swap longitude and latitude where only the other way round both are places on earth."""
    found = _event_at(problem, template)
    if found is None:
        return None
    content, event = found
    longitude, latitude = event.field("longitude"), event.field("latitude")
    try:
        right = abs(float(longitude)) <= 90 < abs(float(latitude)) <= 180
    except ValueError:
        return None
    if not right:
        return None
    return SetEvent(content.id, event.with_field("longitude", latitude).with_field("latitude", longitude))


def floor_in_browser(problem: Problem, template: Template, pack: RulePack) -> Edit | None:
    """Let the floor open the browser, the only one that takes an http link or a download (facts 3.3)."""
    found = _event_at(problem, template)
    if found is None or not _all_take(template, pack, BROWSER):
        return None
    return SetEvent(found[0].id, found[1].with_field("floor_type", str(BROWSER)))


def floor_of_link(problem: Problem, template: Template, pack: RulePack) -> Edit | None:
    """Let the floor open the quick app its link is of; a page could open in two ways, so it has no fix."""
    found = _event_at(problem, template)
    if found is None or not found[1].field("floor_url").startswith("hap://"):
        return None
    if not _all_take(template, pack, QUICK_APP):
        return None
    return SetEvent(found[0].id, found[1].with_field("floor_type", str(QUICK_APP)))


def _all_take(template: Template, pack: RulePack, floor: int) -> bool:
    """Tell whether a floor trades no refusal for another: SAMSUNG beside others does not count."""
    spec = next((f for f in pack.floors if f.type == floor), None)
    asked = tuple(v for v in template.vendors if v is not Vendor.SAMSUNG) or template.vendors
    facts = () if spec is None else tuple(spec.vendors.get(v) for v in asked)
    return spec is not None and all(fact is not None and bool(fact.value) for fact in facts)


def no_field(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    """Take away a field of an event that does nothing there."""
    found = _event_at(problem, template)
    if found is None:
        return None
    return SetEvent(found[0].id, found[1].with_field(problem.where.rpartition(".")[2], ""))


def right_crop(problem: Problem, template: Template, pack: RulePack) -> Edit | None:
    """Crop a picture to its slot's ratio; a crop that reaches outside is first moved inside."""
    content = content_at(problem, template)
    if isinstance(content, VideoContent):
        return right_cover(problem, template, pack)
    if not isinstance(content, ImageContent):
        return None
    if "/background." in problem.where:
        vendor = Vendor(problem.where.rpartition(".")[2])
        background = content.background(vendor)
        return None if background is None else SetBackground(content.id, vendor, _inside(background))
    if content.picture is None:
        return None
    picture, slot = _inside(content.picture), _slot(template, pack, content)
    ratio = None if slot is None or slot.ratio is None else (slot.ratio.width, slot.ratio.height)
    return SetCrop(content.id, picture.crop if ratio is None else _cropped(picture, ratio))


def _slot(template: Template, pack: RulePack, content: Content) -> SlotSpec | None:
    layout = pack.layouts.get(template.layout)
    return None if layout is None else next((s for s in layout.slots if s.id == content.slot), None)


def _inside(picture: Picture) -> Picture:
    """Return the picture with the part of its crop that lies inside; the whole picture when none does."""
    crop, width, height = picture.crop, picture.material.width, picture.material.height
    if crop is None or inside(crop, width, height):
        return picture
    left, top = max(crop.x, 0), max(crop.y, 0)
    right, bottom = min(crop.x + crop.width, width), min(crop.y + crop.height, height)
    kept = Crop(left, top, right - left, bottom - top)
    return Picture(picture.material, kept if inside(kept, width, height) else None)


def _cropped(picture: Picture, ratio: tuple[int, int]) -> Crop:
    size = (picture.material.width, picture.material.height)
    return fit(*size, ratio) if picture.crop is None else refit(picture.crop, *size, ratio)


def no_background(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    """Take away a background that its vendor does not show."""
    content = content_at(problem, template)
    vendor = problem.where.rpartition(".")[2]
    if not isinstance(content, ImageContent) or vendor not in list(Vendor):
        return None
    return SetBackground(content.id, Vendor(vendor), None)


def without_vendor(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    """Leave a vendor out that does not take the layout; never the last one."""
    left = tuple(v for v in template.vendors if v is not problem.vendor)
    return SetVendors(left) if left else None


def shown(problem: Problem, _: Template, __: RulePack) -> Edit | None:
    """Show a component that cannot be hidden."""
    return SetVisible(_id(problem), visible=True)


def with_currency(problem: Problem, _: Template, __: RulePack) -> Edit | None:
    """Set the currency switch back where there is none."""
    return SetCurrency(_id(problem), currency=True)


def at_rest(problem: Problem, _: Template, __: RulePack) -> Edit | None:
    """Set a button's own movement back where it has none."""
    return SetMoving(_id(problem), moving=False)


def no_child(problem: Problem, _: Template, __: RulePack) -> Edit | None:
    """Take away a second text that the slot does not have."""
    return SetChild(_id(problem), "")


def first_ratio(problem: Problem, _: Template, __: RulePack) -> Edit | None:
    """Take the first ratio the slot offers."""
    return SetRatio(_id(problem), "")


def _id(problem: Problem) -> str:
    return problem.where.partition(":")[2].partition("/")[0]


def first_style(_: Problem, template: Template, pack: RulePack) -> Edit | None:
    """Take the layout's first style."""
    layout = pack.layouts.get(template.layout)
    return SetStyle(layout.styles[0].value) if layout is not None and layout.styles else None


def first_sub_type(_: Problem, template: Template, pack: RulePack) -> Edit | None:
    """Take the layout's first sub-type."""
    layout = pack.layouts.get(template.layout)
    return SetSubType(layout.sub_types[0].value) if layout is not None and layout.sub_types else None


def right_cover(problem: Problem, template: Template, pack: RulePack) -> Edit | None:
    """Crop a cover to the ratio of the video's place."""
    content = content_at(problem, template)
    if not isinstance(content, VideoContent) or content.cover is None:
        return None
    slot, cover = _slot(template, pack, content), _inside(content.cover)
    ratio = None if slot is None else slot.ratio_named(content.ratio)
    if ratio is not None:
        cover = Picture(cover.material, _cropped(cover, (ratio.width, ratio.height)))
    return SetVideo(content.id, content.video, cover)


def masters(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    """Take away the variants of a vendor that show nothing: of contents that are gone, or of a vendor not chosen."""
    ids = {c.id for c in template.contents()}
    gone = tuple(
        ClearOverride(o.vendor, o.content.id)
        for o in template.overrides
        if o.vendor is problem.vendor and (problem.code == "variant.unused" or o.content.id not in ids)
    )
    return Batch(gone) if gone else None


FIXES: Final[dict[str, Fix]] = {
    "background.refused": no_background,
    "background.unused": no_background,
    "cover.ratio": right_cover,
    "event.coordinate_range": swapped,
    "event.field_bad": right_field,
    "event.field_unexpected": no_field,
    "event.not_allowed": no_event,
    "event.vendor_doubtful": in_the_browser,
    "floor.download_needs_browser": floor_in_browser,
    "floor.http_needs_browser": floor_in_browser,
    "floor.url_bad": floor_of_link,
    "floor.url_unused": no_field,
    "picture.crop_outside": right_crop,
    "picture.ratio": right_crop,
    "ratio.unknown": first_ratio,
    "style.unknown": first_style,
    "sub_type.unknown": first_sub_type,
    "switch.against_sub_type": shown,
    "switch.currency_ignored": with_currency,
    "switch.moving_ignored": at_rest,
    "switch.visible_ignored": shown,
    "text.child_unexpected": no_child,
    "variant.lost": masters,
    "variant.unused": masters,
    "vendor.layout_refused": without_vendor,
}
"""The fixes of this module by code."""
