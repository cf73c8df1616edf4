# SPDX-License-Identifier: Apache-2.0
"""Checks of videos and their covers. Sources: facts 1.7 [SDK UploadAimTemplateMaterial], 2.2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from koodesk.domain.checks.register import WARNING, Context, found, place, rule
from koodesk.domain.crop import effective_pixels, has_ratio
from koodesk.domain.problem import Problem
from koodesk.domain.rule_pack import SlotSpec
from koodesk.domain.template import VideoContent

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


@rule("video.card_too_large", "video.card_type_refused", "video.card_too_long", source="SDK UploadAimTemplateMaterial")
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
