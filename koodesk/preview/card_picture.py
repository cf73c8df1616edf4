# SPDX-License-Identifier: Apache-2.0
"""The pictures of a card: the one in its slot, and the background some vendors let the sender choose."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from koodesk.domain.crop import effective_pixels
from koodesk.domain.crop import fit as fit_crop
from koodesk.domain.problem import Severity, problem
from koodesk.domain.rule_pack import Ratio
from koodesk.domain.template import Content, ImageContent, Picture
from koodesk.preview.phone_spec import Box
from koodesk.preview.placement import Clip, PictureBox, Rect, Shape, ShapeKind, SlotBox, Unknown
from koodesk.preview.scene import Card, Scene

FLATTEST: Final = 0.4
TALLEST: Final = 1.5
"""Height by width of the flattest and the tallest picture drawn as it is."""


def place_picture(scene: Scene, box: Box, rect: Rect, card: Card, item: int, clips: tuple[Clip, ...]) -> None:
    """Put a slot's picture, or the place of a missing one, and its ring in place."""
    slot = scene.layout.slot(box.slot)
    content = scene.content(slot.id, item)
    assert isinstance(content, ImageContent)
    placed = picture_box(content.picture, rect, box, slot.id, content.id, slot.ratio)
    if box.ring:
        ring = rect.grown(box.ring_width)
        card.items.append(
            Shape(
                ShapeKind.ROUND,
                ring,
                scene.fill(box.ring),
                box.radius + box.ring_width,
                role="ring",
                content_id=content.id,
            )
        )
    card.items.append(replace(placed, clips=clips))
    if content.picture is None and slot.required:
        card.marks.append(
            problem(
                "preview.picture.missing",
                f"content:{content.id}",
                severity=Severity.WARNING,
                vendor=scene.vendor,
            )
        )
    event = content.event.type if content.event is not None else None
    card.slots.append(SlotBox(slot.id, content.id, slot.kind, slot.role, rect, event))


def backdrop(scene: Scene, box: Box, card: Card) -> PictureBox | None:
    """Return the sender's own background for this vendor, and note when the vendor's default stands in.

    A slot that has no backgrounds by vendor is a background itself (个性化红包): its picture is the same for all.
    """
    if not box.backdrop:
        return None
    slot = scene.layout.slot(box.backdrop)
    if not slot.backgrounds:
        own = scene.content(slot.id, 0)
        if not isinstance(own, ImageContent) or own.picture is None:
            return None
        return picture_box(own.picture, Rect(0, 0, 0, 0), box, slot.id, own.id, slot.ratio)
    content = scene.template.by_slot(slot.id, 0, scene.page)
    if scene.vendor not in slot.backgrounds or not isinstance(content, ImageContent):
        return None
    card.unknowns.append(Unknown(slot.id, "background_size"))
    picture = content.background(scene.vendor)
    if picture is None:
        where = f"content:{content.id}"
        card.marks.append(
            problem("preview.background.default", where, severity=Severity.NOTE, vendor=scene.vendor)
        )
        return None
    return replace(
        picture_box(picture, Rect(0, 0, 0, 0), box, slot.id, content.id, slot.ratio), crop=picture.crop
    )


def own_shape(content: Content | None) -> float:
    """Return height by width of what shows of a picture whose slot has no published ratio: 1 while there is none.

    Nobody says how such a picture is cut, so it is drawn as it is, within shapes a phone can show whole.
    """
    picture = content.picture if isinstance(content, ImageContent) else None
    if picture is None or picture.material.remote:
        return 1.0
    material = picture.material
    width, height = effective_pixels(picture.crop, material.width, material.height)
    return min(max(height / max(width, 1), FLATTEST), TALLEST)


def picture_box(
    picture: Picture | None,
    rect: Rect,
    box: Box,
    slot: str,
    content_id: str,
    ratio: Ratio | None,
    *,
    role: str = "picture",
) -> PictureBox:
    """Return the box of a picture: without a crop of its own the middle in the slot's ratio shows."""
    material = picture.material if picture is not None else None
    crop = picture.crop if picture is not None else None
    if material is not None and crop is None and ratio is not None:
        crop = fit_crop(material.width, material.height, (ratio.width, ratio.height))
    return PictureBox(
        rect,
        box.radius,
        material.digest if material is not None else "",
        (material.width, material.height) if material is not None else (0, 0),
        crop,
        slot,
        content_id,
        role,
        f"{ratio.width}:{ratio.height}" if ratio is not None else "",
    )
