# SPDX-License-Identifier: Apache-2.0
"""Checks of videos and their covers. Sources: facts 1.7 [SDK UploadAimTemplateMaterial], 2.2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from koodesk.domain.checks.register import ERROR, WARNING, Context, found, place, rule
from koodesk.domain.crop import effective_pixels, has_ratio
from koodesk.domain.layout_contents import in_sight
from koodesk.domain.problem import Problem
from koodesk.domain.rule_pack import Confidence, SlotKind, SlotSpec
from koodesk.domain.template import ImageContent, VideoContent

_VIDEO: Final = "video/mp4"
_COVERS: Final = ("image/png", "image/jpeg")


def _videos(context: Context) -> Iterator[tuple[VideoContent, SlotSpec]]:
    for content, slot in context.slots():
        if isinstance(content, VideoContent):
            yield content, slot


@rule("video.card_missing", "cover.missing", source="SDK AimPersonalTemplateContent")
def video_there(context: Context) -> Iterator[Problem]:
    """A required video slot has its video, and every video its cover."""
    for content, slot in _videos(context):
        if content.video is None and slot.required:
            yield found("video.card_missing", place(content), slot=slot.name_zh, slot_en=slot.name_en)
        if content.video is not None and content.cover is None:
            yield found("cover.missing", place(content), slot=slot.name_zh, slot_en=slot.name_en)


@rule(
    "video.card_too_large",
    "video.card_type_refused",
    "video.card_too_long",
    source="SDK UploadAimTemplateMaterial",
)
def video_file(context: Context) -> Iterator[Problem]:
    """A video is mp4 of at most 7 MB; up to 33 seconds are recommended."""
    most, seconds = context.limit("video.bytes"), context.limit("video.seconds")
    for content, _ in _videos(context):
        video = content.video
        if video is None or video.remote:
            continue
        if most is not None and video.size > most:
            yield found("video.card_too_large", place(content), limit=most, actual=video.size)
        if video.media_type != _VIDEO:
            yield found("video.card_type_refused", place(content), type=video.media_type)
        length = -(-video.duration_ms // 1000)
        if seconds is not None and length > seconds:
            yield found("video.card_too_long", place(content), WARNING, limit=seconds, actual=length)


@rule("cover.too_large", "cover.type_refused", source="SDK UploadAimTemplateMaterial")
def cover_file(context: Context) -> Iterator[Problem]:
    """A cover is png or jpeg of at most 100 KB."""
    most = context.limit("cover.bytes")
    for content, _ in _videos(context):
        if content.cover is None or content.cover.material.remote:
            continue
        material = content.cover.material
        if most is not None and material.size > most:
            yield found("cover.too_large", place(content), limit=most, actual=material.size)
        if material.media_type not in _COVERS:
            yield found("cover.type_refused", place(content), type=material.media_type)


@rule("cover.ratio", source="SDK")
def cover_ratio(context: Context) -> Iterator[Problem]:
    """What is shown of a cover has the ratio of the video's place, to the pixel."""
    for content, slot in _videos(context):
        ratio = slot.ratio_named(content.ratio)
        if content.cover is None or content.cover.material.remote or ratio is None:
            continue
        material = content.cover.material
        width, height = effective_pixels(content.cover.crop, material.width, material.height)
        if not has_ratio((width, height), (ratio.width, ratio.height)):
            yield found(
                "cover.ratio",
                place(content),
                ratio=f"{ratio.width}:{ratio.height}",
                width=width,
                height=height,
            )


@rule("cover.too_small", source="SDK")
def cover_pixels(context: Context) -> Iterator[Problem]:
    """After the crop a cover still has each vendor's smallest size (视频类 with VIVO: 1088x612)."""
    for content, slot in _videos(context):
        if content.cover is None or content.cover.material.remote:
            continue
        material = content.cover.material
        width, height = effective_pixels(content.cover.crop, material.width, material.height)
        for vendor in context.takers:
            fact = slot.min_pixels.get(vendor)
            if fact is None or fact.value is None:
                continue
            least = fact.value
            if width < least[0] or height < least[1]:
                yield found(
                    "cover.too_small",
                    place(content),
                    ERROR if fact.confidence is Confidence.STATED else WARNING,
                    vendor,
                    width=width,
                    height=height,
                    least_width=least[0],
                    least_height=least[1],
                )


@rule("media.both", "media.missing", source="seed")
def video_or_pictures(context: Context) -> Iterator[Problem]:
    """A card that shows a video or rotating pictures (电商) has one of the two, and not both.

    Such a layout has a video that may be left out and a group of pictures that may be empty.
    """
    layout = context.layout
    if layout is None:
        return
    loose = {g.id for g in layout.groups if g.least == 0}
    rotating = [s for s in layout.slots if s.kind is SlotKind.IMAGE and s.group in loose]
    video = next(
        (s for s in layout.slots if s.kind is SlotKind.VIDEO and not s.required and not s.group), None
    )
    if video is None or not rotating:
        return
    shown = {c.id for c in in_sight(context.template, layout)}
    names = {
        "video": video.name_zh,
        "video_en": video.name_en,
        "picture": rotating[0].name_zh,
        "picture_en": rotating[0].name_en,
    }
    for page in context.template.pages:
        seen = [c for c in page.contents if c.id in shown]
        clip = next((c for c in seen if isinstance(c, VideoContent) and c.video is not None), None)
        slots = {s.id for s in rotating}
        pictures = any(
            isinstance(c, ImageContent) and c.slot in slots and c.picture is not None for c in seen
        )
        if clip is not None and pictures:
            yield found("media.both", place(clip), WARNING, **names)
        elif clip is None and not pictures:
            yield found("media.missing", f"slot:{rotating[0].id}", **names)


@rule("video.ratio", source="SDK")
def video_ratio(context: Context) -> Iterator[Problem]:
    """A video of another ratio than its place gets bars or is cut on the phone: which, no source says."""
    for content, slot in _videos(context):
        ratio, video = slot.ratio_named(content.ratio), content.video
        if video is None or video.remote or ratio is None:
            continue
        # A pixel more or less comes from codecs that want even numbers.
        if abs(video.width * ratio.height - video.height * ratio.width) > 2 * max(ratio.width, ratio.height):
            yield found(
                "video.ratio",
                place(content),
                WARNING,
                ratio=f"{ratio.width}:{ratio.height}",
                width=video.width,
                height=video.height,
            )


@rule("ratio.unknown", source="SDK AimPersonalTemplateContent")
def ratio_offered(context: Context) -> Iterator[Problem]:
    """The ratio chosen for a video is one the layout offers."""
    for content, slot in _videos(context):
        if content.ratio and content.ratio not in {r.name for r in slot.ratios}:
            yield found("ratio.unknown", place(content), ratio=content.ratio[:50])
