# SPDX-License-Identifier: Apache-2.0
"""What a change of layout does to single contents: which slot stands for which, what fits, and what was edited since. Pure.

Pages, items and what is kept are `conversion`'s matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Final

from koodesk.domain.crop import CENTRE, Crop, Focal, centred_on, fit_around, has_ratio, in_pixels, refit
from koodesk.domain.rule_pack import LayoutSpec, Ratio, SlotSpec, Switch
from koodesk.domain.template import (
    ButtonContent,
    Content,
    ImageContent,
    Picture,
    TextContent,
    VideoContent,
)

_PLACE: Final = ("id", "slot", "item")
"""The fields of a content that say where it stands; all others say what it is."""

NO_FOCALS: Final[Mapping[str, Focal]] = MappingProxyType({})
"""No picture has a focal point of its own: all are cut around their middle."""


def pairs(one: LayoutSpec, other: LayoutSpec) -> tuple[tuple[SlotSpec, SlotSpec], ...]:
    """Return which slots of two layouts stand for each other: the same id first, then role and kind in order.

    Every slot stands for one other at most, and the pairs are the same from either side.
    """
    here, there = list(one.slots), list(other.slots)
    found: list[tuple[SlotSpec, SlotSpec]] = []
    for same in (_same_name, _same_part):
        for slot in tuple(here):
            match = next((s for s in there if same(slot, s)), None)
            if match is not None:
                here.remove(slot)
                there.remove(match)
                found.append((slot, match))
    return tuple(found)


def _same_name(one: SlotSpec, other: SlotSpec) -> bool:
    return one.id == other.id and one.kind is other.kind


def _same_part(one: SlotSpec, other: SlotSpec) -> bool:
    return one.role == other.role and one.kind is other.kind


def fitted(content: Content, slot: SlotSpec, item: int, focals: Mapping[str, Focal] = NO_FOCALS) -> Content:
    """Return a content as it stands in another slot of its kind: what the slot cannot hold is left out.

    The id stays. Crops keep, as far as the picture allows, their size. `focals` are the focal points (焦点) that are not in
    the middle, by digest: a crop of another shape is made around the one that was in sight, else around its own middle.
    """
    visible = content.visible if Switch.VISIBLE in slot.switches else True
    match content:
        case TextContent():
            child = content.child if slot.child_zh else ""
            currency = content.currency if Switch.CURRENCY in slot.switches else True
            return replace(content, slot=slot.id, item=item, child=child, currency=currency, visible=visible)
        case ImageContent():
            return replace(
                content,
                slot=slot.id,
                item=item,
                picture=_cut(content.picture, slot.ratio, focals),
                event=content.event if slot.event_allowed else None,
                backgrounds=tuple((v, p) for v, p in content.backgrounds if v in slot.backgrounds),
                visible=visible,
            )
        case VideoContent():
            ratio = content.ratio if any(r.name == content.ratio for r in slot.ratios) else ""
            cover = _cut(content.cover, slot.ratio_named(ratio), focals)
            return replace(content, slot=slot.id, item=item, ratio=ratio, cover=cover, visible=visible)
        case ButtonContent():
            text = content.text
            if slot.choices and text not in slot.choices:
                text = slot.choices[0]
            moving = content.moving if Switch.BUTTON_TYPE in slot.switches else False
            event = content.event if slot.event_allowed else None
            return replace(
                content, slot=slot.id, item=item, text=text, moving=moving, event=event, visible=visible
            )


def _cut(picture: Picture | None, ratio: Ratio | None, focals: Mapping[str, Focal]) -> Picture | None:
    """Return a picture cut to a ratio. One whose pixels nobody knows stays as it is."""
    if picture is None or ratio is None or picture.material.remote:
        return picture
    material, shape = picture.material, (ratio.width, ratio.height)
    size, focal = (material.width, material.height), focals.get(material.digest, CENTRE)
    if picture.crop is None:
        return picture if has_ratio(size, shape) else replace(picture, crop=fit_around(*size, shape, focal))
    crop = refit(picture.crop, *size, shape)
    # Who cropped the focal point away has chosen another part of the picture: that part stays in the middle.
    if crop != picture.crop and focal != CENTRE and _holds(picture.crop, in_pixels(focal, *size)):
        crop = centred_on(crop, *size, focal)
    return replace(picture, crop=crop)


def _holds(crop: Crop, point: tuple[float, float]) -> bool:
    (x, y), right, bottom = point, crop.x + crop.width, crop.y + crop.height
    return crop.x <= x <= right and crop.y <= y <= bottom


def merged(
    before: Content,
    went: Content | None,
    now: Content,
    home: SlotSpec,
    focals: Mapping[str, Focal] = NO_FOCALS,
) -> Content:
    """Return a content that comes home: as it was, with what was edited while it was away.

    `went` is what the way there made of it: where a field is still that, the field as it was comes back. None says that
    nobody can tell; then an emptied field is no edit, for a layout in between may not have had it.
    """
    back = fitted(now, home, before.item, focals)
    blank = type(before)(before.id, before.slot)
    changes: dict[str, object] = {}
    for name in (f.name for f in fields(before) if f.name not in _PLACE):
        value = getattr(now, name)
        if value != getattr(blank if went is None else went, name):
            changes[name] = getattr(back, name)
    return replace(before, **changes) if changes else before  # type: ignore[arg-type]  # fields of its own class


def is_blank(content: Content, slot: SlotSpec) -> bool:
    """Tell whether nobody has put anything into a content."""
    start = slot.choices[0] if slot.choices else ""
    match content:
        case TextContent():
            return not content.text and not content.child
        case ImageContent():
            return content.picture is None and content.event is None and not content.backgrounds
        case VideoContent():
            return content.video is None and content.cover is None
        case ButtonContent():
            return content.text in ("", start) and content.event is None


def named_alike(value: int, names: dict[int, str], others: dict[int, str]) -> int:
    """Return the value of the choice of the same name in another layout, its first, or 1 where it has none."""
    alike = next((v for v, name in others.items() if name == names.get(value)), None)
    return alike if alike is not None else next(iter(others), 1)
