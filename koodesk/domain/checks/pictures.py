# SPDX-License-Identifier: Apache-2.0
"""Checks of pictures, crops and vendor backgrounds. Sources: facts 1.7, 2.3, 2.6."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeGuard

from koodesk.domain.checks.register import ERROR, NOTE, WARNING, Context, found, place, rule
from koodesk.domain.crop import effective_pixels, fit, has_ratio, inside
from koodesk.domain.problem import Problem
from koodesk.domain.rule_pack import Confidence, SlotSpec
from koodesk.domain.template import Content, ImageContent, Picture, VideoContent, materials_of
from koodesk.domain.vendor import Vendor

_TYPES: Final = ("image/png", "image/jpeg")


def _pictures(context: Context) -> Iterator[tuple[str, Picture]]:
    """Yield (where, picture) for every picture, backgrounds too."""
    for content in context.submitted():
        if isinstance(content, ImageContent):
            if content.picture is not None:
                yield place(content), content.picture
            for vendor, background in content.backgrounds:
                yield f"{place(content)}/background.{vendor.value}", background


def _shown(picture: Picture | None) -> tuple[int, int]:
    assert picture is not None
    return effective_pixels(picture.crop, picture.material.width, picture.material.height)


def _here(content: Content) -> TypeGuard[ImageContent]:
    """Tell whether a content has a picture whose bytes are here: of another nothing can be measured."""
    return (
        isinstance(content, ImageContent)
        and content.picture is not None
        and not content.picture.material.remote
    )


def _of_ratio(size: tuple[int, int], slot: SlotSpec) -> tuple[int, int]:
    """Return how much of a recommended size has the slot's ratio: 1120x372, recommended for 3:1, is not quite 3:1."""
    if slot.ratio is None:
        return size
    crop = fit(*size, (slot.ratio.width, slot.ratio.height))
    return crop.width, crop.height


@rule("picture.missing", source="API CreatePersonalTemplate")
def picture_there(context: Context) -> Iterator[Problem]:
    """A required picture slot is filled."""
    for content, slot in context.slots():
        if isinstance(content, ImageContent) and slot.required and content.picture is None:
            yield found("picture.missing", place(content), slot=slot.name_zh, slot_en=slot.name_en)


@rule("picture.too_large", "picture.type_refused", source="seed")
def picture_file(context: Context) -> Iterator[Problem]:
    """A picture is png or jpeg of at most 2 MB."""
    limit = context.limit("picture.bytes")
    for where, picture in _pictures(context):
        if picture.material.remote:
            continue
        size, media_type = picture.material.size, picture.material.media_type
        if limit is not None and size > limit:
            yield found("picture.too_large", where, limit=limit, actual=size)
        if media_type not in _TYPES:
            yield found("picture.type_refused", where, type=media_type)


@rule("picture.crop_outside", source="")
def crop_inside(context: Context) -> Iterator[Problem]:
    """A crop lies inside its picture."""
    covers = (
        (place(c), c.cover)
        for c in context.submitted()
        if isinstance(c, VideoContent) and c.cover is not None
    )
    for where, picture in (*_pictures(context), *covers):
        material = picture.material
        if picture.crop is not None and not inside(picture.crop, material.width, material.height):
            yield found("picture.crop_outside", where, width=material.width, height=material.height)


@rule("picture.ratio", source="SDK")
def picture_ratio(context: Context) -> Iterator[Problem]:
    """What is shown of a picture has the slot's ratio, to the pixel."""
    for content, slot in context.slots():
        if _here(content) and slot.ratio is not None:
            width, height = _shown(content.picture)
            if not has_ratio((width, height), (slot.ratio.width, slot.ratio.height)):
                yield found(
                    "picture.ratio",
                    place(content),
                    ratio=f"{slot.ratio.width}:{slot.ratio.height}",
                    width=width,
                    height=height,
                )


@rule("picture.too_small", source="SDK")
def picture_pixels(context: Context) -> Iterator[Problem]:
    """After the crop a picture still has each vendor's smallest size.

    Where the number is stated (VIVO's, and those of 图文) a smaller picture is refused; where it is old or only partly
    known, it is a warning.
    """
    for content, slot in context.slots():
        if not _here(content):
            continue
        width, height = _shown(content.picture)
        for vendor in context.takers:
            fact = slot.min_pixels.get(vendor)
            if fact is None or fact.value is None:
                continue
            least_width, least_height = fact.value
            if width < least_width or height < least_height:
                yield found(
                    "picture.too_small",
                    place(content),
                    ERROR if fact.confidence is Confidence.STATED else WARNING,
                    vendor,
                    width=width,
                    height=height,
                    least_width=least_width,
                    least_height=least_height,
                )


@rule("background.refused", "background.unused", "background.size_unpublished", source="SDK")
def backgrounds_taken(context: Context) -> Iterator[Problem]:
    """Only some vendors take a background of one's own; what size it should have is published nowhere."""
    for content, slot in context.slots():
        if not isinstance(content, ImageContent):
            continue
        for vendor, _ in content.backgrounds:
            where = f"{place(content)}/background.{vendor.value}"
            if vendor not in slot.backgrounds:
                takers = ", ".join(v for v in Vendor if v in slot.backgrounds)
                yield found("background.refused", where, vendor=vendor.value, vendors=takers)
            elif vendor not in context.chosen:
                yield found("background.unused", where, NOTE, vendor=vendor.value)
            elif vendor in context.takers:
                yield found("background.size_unpublished", where, NOTE, vendor)


@rule("picture.below_best", source="faq0107")
def picture_sharp(context: Context) -> Iterator[Problem]:
    """Below the size a vendor recommends a picture may look soft on large phones; said once a picture."""
    for content, slot in context.slots():
        if not _here(content):
            continue
        width, height = _shown(content.picture)
        best = [
            _of_ratio(f.value, slot)
            for v in context.takers
            if (f := slot.best_pixels.get(v)) is not None and f.value is not None
        ]
        small = [b for b in best if width < b[0] or height < b[1]]
        if small:
            most = max(small)
            yield found(
                "picture.below_best",
                place(content),
                NOTE,
                width=width,
                height=height,
                best_width=most[0],
                best_height=most[1],
            )


@rule("picture.remote", source="")
def picture_elsewhere(context: Context) -> Iterator[Problem]:
    """A material that only the platform has cannot be looked at or measured here."""
    for content, _ in context.slots():
        remote = (
            isinstance(content, ImageContent)
            and content.picture is not None
            and content.picture.material.remote
        ) or (isinstance(content, VideoContent) and content.video is not None and content.video.remote)
        if remote:
            yield found("picture.remote", place(content), NOTE)


@rule("picture.too_many", source="seed")
def pictures_counted(context: Context) -> Iterator[Problem]:
    """A shop card (电商) holds at most 8 pictures on a page."""
    layout, limit = context.layout, context.limit("ecommerce.pictures.count")
    if layout is None or limit is None or layout.family != "ecommerce":
        return
    shown = {c.id for c, _ in context.slots()}
    for page in context.template.pages:
        filled = [
            c
            for c in page.contents
            if isinstance(c, ImageContent) and c.id in shown and c.picture is not None
        ]
        if len(filled) > limit:
            yield found("picture.too_many", place(filled[limit]), limit=limit, actual=len(filled))


@rule("picture.address_too_long", source="SDK")
def addresses_short(context: Context) -> Iterator[Problem]:
    """The platform's name of a material (its ID or URL) has at most 1000 characters."""
    limit = context.limit("material.address.max")
    for content in context.submitted():
        for material in materials_of(content):
            actual = len(material.remote.partition(":")[2])
            if limit is not None and actual > limit:
                yield found("picture.address_too_long", place(content), limit=limit, actual=actual)


@rule("picture.used_twice", source="")
def pictures_differ(context: Context) -> Iterator[Problem]:
    """The same picture in several items of a group looks like a slip; the same logo (coupons of one shop) does not."""
    seen: dict[tuple[str, str], int] = {}
    for content, slot in context.slots():
        if (
            not isinstance(content, ImageContent)
            or content.picture is None
            or not slot.group
            or slot.role == "logo"
        ):
            continue
        key = (slot.id, content.picture.material.digest)
        if key in seen and seen[key] != content.item:
            yield found("picture.used_twice", place(content), NOTE, item=seen[key] + 1)
        seen.setdefault(key, content.item)
