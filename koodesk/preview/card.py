# SPDX-License-Identifier: Apache-2.0
"""The boxes of one card, sized and put in place. Pure: first every box gets its size for a width, then its corner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from koodesk.domain.rule_pack import SlotKind
from koodesk.preview.card_picture import backdrop, place_picture
from koodesk.preview.card_text import FilledText, fill_text, place_text
from koodesk.preview.phone_spec import Art, Box
from koodesk.preview.placement import Clip, PictureBox, Rect, Shape, ShapeKind
from koodesk.preview.scene import Card, Scene, aligned


@dataclass(frozen=True, slots=True)
class Sized:
    """A box with the size it takes, before it has a place."""

    box: Box
    width: float
    height: float
    children: tuple[Sized, ...] = ()
    text: FilledText | None = None


def arrange_card(scene: Scene, boxes: tuple[Box, ...], x: float, y: float) -> Card:
    """Arrange the boxes of a layout with the card's top left corner at (x, y)."""
    children: dict[str, list[Box]] = {}
    for box in boxes[1:]:
        children.setdefault(box.parent, []).append(box)
    sized = _size(scene, boxes[0], boxes[0].width, children)
    rect = Rect(x, y, sized.width, sized.height)
    card = Card(rect, Clip(rect, boxes[0].radius))
    _place(scene, sized, x, y, card)
    return card


def _size(scene: Scene, box: Box, width: float, children: Mapping[str, list[Box]]) -> Sized:
    top, right, bottom, left = box.padding
    inner = max(width - left - right, 1.0)
    if box.slot:
        return _size_slot(scene, box, width, inner)
    inside = [b for b in children.get(box.id, ()) if not b.slot or scene.template.by_slot(b.slot) is not None]
    if box.flow == "row":
        taken = sum(b.width for b in inside) + box.gap * max(len(inside) - 1, 0)
        growing = sum(1 for b in inside if not b.width)
        share = max(inner - taken, 1.0) / growing if growing else 0.0
        sized = tuple(_size(scene, b, b.width or share, children) for b in inside)
        content = max((s.height for s in sized), default=0.0)
    else:
        sized = tuple(_size(scene, b, min(b.width or inner, inner), children) for b in inside)
        content = sum(s.height - s.box.pull for s in sized) + box.gap * max(len(sized) - 1, 0)
    height = box.height or max(content + top + bottom, box.min_height)
    return Sized(box, width, height, sized)


def _size_slot(scene: Scene, box: Box, width: float, inner: float) -> Sized:
    slot = scene.layout.slot(box.slot)
    if slot.kind in (SlotKind.IMAGE, SlotKind.VIDEO):
        ratio = slot.ratio.height / slot.ratio.width if slot.ratio is not None else 1.0
        return Sized(box, width, box.height or width * ratio)
    filled = fill_text(scene, box, slot, inner)
    top, _, bottom, _ = box.padding
    line = filled.style.font.size * filled.style.leading
    needed = line * len(filled.fitted.lines) + top + bottom
    return Sized(box, width, box.height or max(needed, box.min_height), text=filled)


def _place(scene: Scene, sized: Sized, x: float, y: float, card: Card) -> None:
    box = sized.box
    rect = Rect(x, y, sized.width, sized.height)
    behind = backdrop(scene, box, card)
    if not box.slot:
        _place_body(scene, box, rect, behind, card)
    if sized.text is not None:
        place_text(scene, sized.text, box, rect, card)
    elif box.slot:
        place_picture(scene, box, rect, card)
    top, right, bottom, left = box.padding
    inner = Rect(x + left, y + top, rect.width - left - right, rect.height - top - bottom)
    row = box.flow == "row"
    used = sum((s.width if row else s.height - s.box.pull) for s in sized.children)
    used += box.gap * max(len(sized.children) - 1, 0)
    offset = aligned(box.spread, (inner.width if row else inner.height) - used)
    for child in sized.children:
        if row:
            across = aligned(box.align, inner.height - child.height)
            _place(scene, child, inner.x + offset, inner.y + across, card)
            offset += child.width + box.gap
        else:
            offset -= child.box.pull
            across = aligned(box.align, inner.width - child.width)
            _place(scene, child, inner.x + across, inner.y + offset, card)
            offset += child.height + box.gap


def _place_body(scene: Scene, box: Box, rect: Rect, behind: PictureBox | None, card: Card) -> None:
    """Put a box's own colour, background picture and figures behind what is inside it."""
    if box.fill or box.stroke:
        card.items.append(
            Shape(
                ShapeKind.ROUND,
                rect,
                scene.fill(box.fill),
                box.radius,
                scene.colour(box.stroke),
                box.stroke_width,
                clips=(card.edge,),
            )
        )
    if behind is not None:
        card.items.append(
            replace(behind, rect=rect, radius=box.radius, role="background", clips=(card.edge,))
        )
    clips = (card.edge, Clip(rect, box.radius))
    for art in box.art:
        if not (art.only_default and behind is not None):
            card.items.append(_figure(scene, art, rect, clips))


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
