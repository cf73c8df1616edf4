# SPDX-License-Identifier: Apache-2.0
"""Video SMS templates between their records and what a screen shows: state, who reviews, names, and stored media."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from koodesk.backend.ports.clearing import Submission
from koodesk.backend.ports.video import VideoTemplateRecord
from koodesk.backend.views.materials import MaterialRow
from koodesk.backend.views.video import VideoTemplateState
from koodesk.domain.carrier import THREE_CARRIERS
from koodesk.domain.review_state import Verdict
from koodesk.domain.video_sms.template import Channel, Element, Frame, Media, VideoTemplate

DAY_MS: Final = 86_400_000

_TYPES: Final = {
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/gif": ("gif",),
    "audio/mpeg": ("mp3",),
    "audio/wav": ("wav",),
    "video/mp4": ("mp4",),
    "video/3gpp": ("3gp",),
}
"""What the platform calls a stored file, its usual name first."""


def reviewing(channel: Channel) -> tuple[str, ...]:
    """Return who reviews: all three carriers, or China Mobile for a channel of one. Which one a 单网 channel is was not
    found; the package asks for at least 75 % of its numbers (seed t3-3), so it is the one that is never missing."""
    carriers = THREE_CARRIERS if channel.three else THREE_CARRIERS[:1]
    return tuple(carrier.value for carrier in carriers)


def template_state(
    record: VideoTemplateRecord,
    submission: Submission | None,
    validity_days: int,
    now_ms: int,
    signature: str | None = None,
) -> tuple[VideoTemplateState, int]:
    """Return a template's state, and when its validity ends (0: never, or not approved).

    `signature` is the name of the one chosen now: another one than was handed in is a change, as any edit is. None asks
    for the content alone.
    """
    if submission is None or submission.verdict is None:
        return (VideoTemplateState.WAITING if submission is not None else VideoTemplateState.DRAFT), 0
    same = record.digest == record.submitted_content and signature in (None, record.submitted_signature)
    if submission.verdict is Verdict.REJECTED:
        return (VideoTemplateState.REJECTED if same else VideoTemplateState.DRAFT), 0
    if submission.verdict is not Verdict.APPROVED:
        return VideoTemplateState.WAITING, 0
    expires = submission.decided_ms + validity_days * DAY_MS if validity_days else 0
    if not same:
        return VideoTemplateState.CHANGED, expires
    over = bool(expires) and now_ms >= expires
    return (VideoTemplateState.EXPIRED if over else VideoTemplateState.APPROVED), expires


def free_name(name: str, taken: AbstractSet[str], longest: int) -> str:
    """Return "name 2", "name 3", ... that no template has, the name cut so that it fits; "" stays without a name."""
    if not name:
        return ""
    number = 2
    while True:
        suffix = f" {number}"
        candidate = name[: longest - len(suffix)].rstrip() + suffix
        if candidate not in taken:
            return candidate
        number += 1


def replaced_media(template: VideoTemplate, stored: Mapping[str, MaterialRow]) -> VideoTemplate:
    """Return a template that shows what was stored: a reader may have cleaned a file, which changes it and its digest.

    A medium that was not stored is left out, and a frame of nothing else with it.
    """
    frames: list[Frame] = []
    for frame in template.frames:
        elements: list[Element] = []
        for element in frame.elements:
            if not isinstance(element, Media):
                elements.append(element)
            elif element.digest in stored:
                elements.append(_as_stored(element, stored[element.digest]))
        if elements:
            frames.append(Frame(tuple(elements)))
    return replace(template, frames=tuple(frames))


def _as_stored(media: Media, row: MaterialRow) -> Media:
    """Return a medium measured from what lies in the gallery and not from what a file says of it."""
    known = _TYPES.get(row.media_type, (media.type,))
    return replace(
        media,
        digest=row.digest,
        size=row.size,
        type=media.type if media.type in known else known[0],
        width=row.width,
        height=row.height,
        duration_ms=row.duration_ms,
        cover_ms=min(media.cover_ms, max(row.duration_ms - 1, 0)),
    )
