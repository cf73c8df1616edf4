# SPDX-License-Identifier: Apache-2.0
"""What stands behind and beside the slots of a card: a box's colour, its figures, the dots of a swiper, and the cut at a
strip's edges. Pure."""

from __future__ import annotations

from dataclasses import replace

from koodesk.preview.card_picture import backdrop
from koodesk.preview.phone_spec import Art, Box
from koodesk.preview.placement import Clip, Pulse, Rect, Shape, ShapeKind, SlotBox
from koodesk.preview.scene import Card, Scene, aligned


def place_body(scene: Scene, box: Box, rect: Rect, card: Card, around: tuple[Clip, ...]) -> None:
    """Put a box's own colour, background picture and figures behind what is inside it, inside the clips around it."""
    behind = backdrop(scene, box, card)
    _note_backdrop(scene, box, rect, card)
    if box.fill or box.fill_by or box.stroke:
        card.items.append(
            Shape(
                ShapeKind.ROUND,
                rect,
                scene.fill(scene.role(box.fill, box.fill_by)),
                box.radius,
                scene.colour(box.stroke),
                box.stroke_width,
                clips=around,
            )
        )
    if behind is not None:
        card.items.append(replace(behind, rect=rect, radius=box.radius, role="background", clips=around))
    clips = (*around, Clip(rect, box.radius))
    for art in box.art:
        if not (art.only_default and behind is not None):
            card.items.append(_figure(scene, art, rect, clips))


def _note_backdrop(scene: Scene, box: Box, rect: Rect, card: Card) -> None:
    """A background with a slot of its own is met where nothing else of the card lies."""
    if not box.backdrop or scene.layout.slot(box.backdrop).backgrounds:
        return
    slot, content = scene.layout.slot(box.backdrop), scene.content(box.backdrop, 0)
    if content is not None:
        card.slots.append(SlotBox(slot.id, content.id, slot.kind, slot.role, rect))


def place_dots(scene: Scene, box: Box, rect: Rect, card: Card) -> None:
    """Put one dot an item in place, the one in view longer and filled."""
    count, view = scene.items(box.dots), scene.in_view(box.dots)
    if count < 2:
        return
    small, large, gap, high = 5.0, 12.0, 4.0, 5.0
    x = rect.x + aligned(box.align, rect.width - (small * (count - 1) + large + gap * (count - 1)))
    for number in range(count):
        on = number == view
        width = large if on else small
        place = Rect(x, rect.y + (rect.height - high) / 2, width, high)
        card.items.append(
            Shape(ShapeKind.ROUND, place, scene.fill(box.dot_on if on else box.dot), high / 2, role="dots")
        )
        x += width + gap


def clip_to(card: Card, items: int, slots: int, clip: Clip) -> None:
    """Cut what was put in place since `items` and `slots` at a clip's edges; what lies outside is dropped."""
    for at, item in enumerate(card.items[items:], items):
        if not isinstance(item, Pulse) and not clip.rect.contains(item.rect):
            card.items[at] = replace(item, clips=(*item.clips, clip))
    kept = [item for item in card.items[items:] if item.rect.overlaps(clip.rect)]
    card.items[items:] = kept
    boxes = [
        replace(box, rect=box.rect.common(clip.rect))
        for box in card.slots[slots:]
        if box.rect.overlaps(clip.rect)
    ]
    card.slots[slots:] = boxes


def _figure(scene: Scene, art: Art, rect: Rect, clips: tuple[Clip, ...]) -> Shape:
    top, right, bottom, left = art.inset
    width = art.width or rect.width - left - right
    height = art.height or rect.height - top - bottom
    if not art.width or left:
        x = rect.x + left
    elif right:
        x = rect.right - right - width
    else:
        x = rect.x + (rect.width - width) / 2
    y = rect.bottom - bottom - height if art.height and bottom else rect.y + top
    return Shape(
        art.kind,
        Rect(x, y, width, height),
        scene.fill(art.fill),
        art.radius,
        scene.colour(art.stroke),
        art.stroke_width,
        art.depth,
        art.at,
        art.count,
        art.name,
        clips,
        "art",
    )
