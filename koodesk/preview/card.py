# SPDX-License-Identifier: Apache-2.0
"""The boxes of one card, sized and put in place. Pure: first every box gets its size for a width, then its corner.

A box whose slot is left out, or which holds nothing but such boxes, is not there. A box with `repeat` is there once an item
of its group. `card_boxes` draws what stands behind a box, `card_text` and `card_picture` what fills a slot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from koodesk.domain.rule_pack import SlotKind
from koodesk.preview.card_body import clip_to, place_body, place_dots
from koodesk.preview.card_picture import own_shape, place_picture
from koodesk.preview.card_text import FilledText, fill_text, place_text
from koodesk.preview.card_video import place_video
from koodesk.preview.phone_spec import Box
from koodesk.preview.placement import Clip, Rect
from koodesk.preview.scene import Card, Scene, aligned

Children = Mapping[str, list[Box]]


@dataclass(frozen=True, slots=True)
class Sized:
    """A box with the size it takes, before it has a place; `item` is the item of the repeated group it belongs to."""

    box: Box
    width: float
    height: float
    item: int = 0
    children: tuple[Sized, ...] = ()
    text: FilledText | None = None


def arrange_card(scene: Scene, boxes: tuple[Box, ...], x: float, y: float) -> Card:
    """Arrange the boxes of a layout with the card's top left corner at (x, y)."""
    children: dict[str, list[Box]] = {}
    for box in boxes[1:]:
        children.setdefault(box.parent, []).append(box)
    sized = _size(scene, boxes[0], boxes[0].width, children, 0)
    rect = Rect(x, y, sized.width, sized.height)
    card = Card(rect, Clip(rect, boxes[0].radius))
    _place(scene, sized, x, y, card, (card.edge,))
    return card


# --- which boxes are there -----------------------------------------------------------------------------------------


def _there(scene: Scene, box: Box, children: Children, item: int) -> bool:
    """Tell whether a box is there: its slot is filled, or something in it is, or it has nothing to do with slots."""
    if (box.only and scene.content(box.only, item) is None) or (box.when and scene.sub_type not in box.when):
        return False
    if box.slot:
        return scene.content(box.slot, item) is not None
    inside = children.get(box.id, ()) if box.id else ()
    if not any(_has_slot(b, children) for b in inside):
        return True
    if box.repeat:
        return any(_any_there(scene, inside, children, n) for n in range(scene.items(box.repeat)))
    return _any_there(scene, inside, children, item)


def _any_there(scene: Scene, boxes: list[Box] | tuple[Box, ...], children: Children, item: int) -> bool:
    return any(_has_slot(b, children) and _there(scene, b, children, item) for b in boxes)


def _has_slot(box: Box, children: Children) -> bool:
    return bool(box.slot) or any(_has_slot(b, children) for b in (children.get(box.id, ()) if box.id else ()))


def _inside(scene: Scene, box: Box, children: Children, item: int) -> list[tuple[Box, int]]:
    """Return the boxes in a box with their items, a repeated one once an item."""
    found: list[tuple[Box, int]] = []
    for child in children.get(box.id, ()) if box.id else ():
        numbers: tuple[int, ...] = (item,)
        if child.repeat:
            numbers = tuple(range(scene.items(child.repeat)))
            if box.flow == "swiper" and numbers:
                numbers = (scene.in_view(child.repeat),)
        found += [(child, n) for n in numbers if _there(scene, _once(child), children, n)]
    return found


def _once(box: Box) -> Box:
    """Return the box as one item of its group sees it."""
    return replace(box, repeat="") if box.repeat else box


# --- sizes ---------------------------------------------------------------------------------------------------------


def _size(scene: Scene, box: Box, width: float, children: Children, item: int) -> Sized:
    top, right, bottom, left = box.padding
    inner = max(width - left - right, 1.0)
    if box.slot:
        return _size_slot(scene, box, width, inner, item)
    inside = _inside(scene, box, children, item)
    if box.flow in ("row", "strip"):
        taken = sum(b.width for b, _ in inside) + box.gap * max(len(inside) - 1, 0)
        growing = sum(1 for b, _ in inside if not b.width)
        share = max(inner - taken, 1.0) / growing if growing else 0.0
        sized = tuple(_size(scene, b, b.width or share, children, n) for b, n in inside)
        content = max((s.height for s in sized), default=0.0)
        if box.flow == "strip":
            sized = tuple(_stretched(s, content) for s in sized)
    elif box.flow in ("stack", "swiper"):
        sized = tuple(_size(scene, b, min(b.width or inner, inner), children, n) for b, n in inside)
        content = max((s.height for s in sized), default=0.0)
        room = (box.height - top - bottom) if box.height else content
        sized = tuple(_stretched(s, room) for s in sized)
    else:
        sized = tuple(_size(scene, b, min(b.width or inner, inner), children, n) for b, n in inside)
        content = sum(s.height - s.box.pull for s in sized) + box.gap * max(len(sized) - 1, 0)
    if box.dots:
        content = max(content, 6.0)
    height = box.height or max(content + top + bottom, box.min_height)
    return Sized(box, width, height, item, sized)


def _stretched(sized: Sized, height: float) -> Sized:
    """Return a column or row as high as there is room, where it says nothing of its height."""
    if sized.box.height or not sized.box.flow or sized.height >= height:
        return sized
    return replace(sized, height=height)


def _size_slot(scene: Scene, box: Box, width: float, inner: float, item: int) -> Sized:
    slot = scene.layout.slot(box.slot)
    if slot.kind in (SlotKind.IMAGE, SlotKind.VIDEO):
        content = scene.content(slot.id, item)
        named = getattr(content, "ratio", "")
        shape = slot.ratio_named(named) if named else slot.ratio
        ratio = shape.height / shape.width if shape is not None else own_shape(content)
        return Sized(box, width, box.height or width * ratio, item)
    filled = fill_text(scene, box, slot, inner, item)
    top, _, bottom, _ = box.padding
    line = filled.style.font.size * filled.style.leading
    needed = line * len(filled.fitted.lines) + top + bottom
    return Sized(box, width, box.height or max(needed, box.min_height), item, text=filled)


# --- places --------------------------------------------------------------------------------------------------------


def _place(scene: Scene, sized: Sized, x: float, y: float, card: Card, clips: tuple[Clip, ...]) -> None:
    """Put a box and what is in it in place; `clips` are the rounded boxes around it, which its pictures stay inside."""
    box = sized.box
    rect = Rect(x, y, sized.width, sized.height)
    if sized.text is not None:
        place_text(scene, sized.text, box, rect, card)
        return
    if box.slot:
        video = scene.layout.slot(box.slot).kind is SlotKind.VIDEO
        (place_video if video else place_picture)(scene, box, rect, card, sized.item, clips)
        return
    place_body(scene, box, rect, card, clips)
    if box.radius:
        clips = (*clips, Clip(rect, box.radius))
    if box.dots:
        place_dots(scene, box, rect, card)
    top, right, bottom, left = box.padding
    inner = Rect(x + left, y + top, rect.width - left - right, rect.height - top - bottom)
    if box.flow == "strip":
        _place_strip(scene, sized, inner, rect, card, clips)
    elif box.flow in ("stack", "swiper"):
        for child in sized.children:
            across = aligned(box.align, inner.width - child.width)
            along = aligned(box.spread, inner.height - child.height)
            _place(scene, child, inner.x + across, inner.y + along, card, clips)
    else:
        _place_flow(scene, sized, inner, card, clips)


def _place_flow(scene: Scene, sized: Sized, inner: Rect, card: Card, clips: tuple[Clip, ...]) -> None:
    box = sized.box
    row = box.flow == "row"
    used = sum((s.width if row else s.height - s.box.pull) for s in sized.children)
    used += box.gap * max(len(sized.children) - 1, 0)
    room, gap = (inner.width if row else inner.height) - used, box.gap
    if box.spread == "apart":
        offset, gap = 0.0, gap + max(room, 0.0) / max(len(sized.children) - 1, 1)
    else:
        offset = aligned(box.spread, room)
    for child in sized.children:
        # What is pulled out of its box lies over the box's edge, not inside it.
        edges = clips[:-1] if child.box.pull and box.radius else clips
        if row:
            across = aligned(box.align, inner.height - child.height)
            _place(scene, child, inner.x + offset, inner.y + across, card, edges)
            offset += child.width + gap
        else:
            offset -= child.box.pull
            across = aligned(box.align, inner.width - child.width)
            _place(scene, child, inner.x + across, inner.y + offset, card, edges)
            offset += child.height + gap


def _place_strip(
    scene: Scene, sized: Sized, inner: Rect, rect: Rect, card: Card, clips: tuple[Clip, ...]
) -> None:
    """Put a row in place that is wider than its box: moved so that the item in view stands first, cut at the box's edges."""
    box = sized.box
    ends: list[float] = []
    offset = 0.0
    for child in sized.children:
        ends.append(offset)
        offset += child.width + box.gap
    group = next((s.box.repeat for s in sized.children if s.box.repeat), "")
    first = scene.in_view(group) if group else 0
    most = max(offset - box.gap - inner.width, 0.0)
    moved = min(ends[first], most) if first < len(ends) else 0.0
    items, slots = len(card.items), len(card.slots)
    view = Rect(rect.x, rect.y, rect.width, rect.height)
    for child, start in zip(sized.children, ends, strict=True):
        place = Rect(inner.x + start - moved, inner.y, child.width, child.height)
        if place.overlaps(view):
            _place(scene, child, place.x, place.y, card, clips)
    clip_to(card, items, slots, Clip(view, box.radius))
