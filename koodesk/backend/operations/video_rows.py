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
from koodesk.domain.media_types import SUFFIXES
from koodesk.domain.review_state import Verdict
from koodesk.domain.video_sms.template import Element, Frame, Media, VideoTemplate

DAY_MS: Final = 86_400_000


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
    usual = SUFFIXES.get(row.media_type, media.type)
    known = (usual, "jpeg") if usual == "jpg" else (usual,)  # the platform has two words for the same file
    return replace(
        media,
        digest=row.digest,
        size=row.size,
        type=media.type if media.type in known else usual,
        width=row.width,
        height=row.height,
        duration_ms=row.duration_ms,
        cover_ms=min(media.cover_ms, max(row.duration_ms - 1, 0)),
    )
