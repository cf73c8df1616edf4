# SPDX-License-Identifier: Apache-2.0
"""Where something dragged over the message goes: between two frames, or into a frame beside what it holds. Pure.

Two elements share a frame only where the platform lets them: one of them is text, and not more frames have two than may.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from koodesk.domain.video_sms.edits import Place, element_at
from koodesk.domain.video_sms.template import ResourceKind, Text, VideoTemplate
from koodesk.preview.placement import Rect
from koodesk.preview.video_sms_placement import VideoPlacement, frame_id

EDGE: Final = 0.28
"""The share of a frame's height, above and below, that means between the frames."""

GAP: Final = 2.0
"""How far a mark between frames stands from the frame beside it, in dp, at the ends of the message."""


@dataclass(frozen=True, slots=True)
class Drop:
    """Before the frame `at`; or, with `join`, into the frame `at`, above (0) or below (1) what it holds."""

    at: int
    join: bool = False
    element: int = 0


def can_join(template: VideoTemplate, place: Place, frame: int, most_pairs: int) -> bool:
    """Tell whether an element may share a frame with what the frame holds now."""
    if not 0 <= frame < len(template.frames) or frame == place.frame:
        return False
    there = template.frames[frame].elements
    if len(there) != 1:
        return False
    moved = element_at(template, place)
    if not isinstance(moved, Text) and not isinstance(there[0], Text):
        return False
    pairs = sum(len(f.elements) > 1 for f in template.frames)
    leaves_pair = len(template.frames[place.frame].elements) > 1
    return pairs - leaves_pair < most_pairs


def drop_at(
    placement: VideoPlacement, template: VideoTemplate, y: float, place: Place | None, most_pairs: int
) -> Drop:
    """Return where a thing held at a height in dp goes: the element at `place`, or a file when it is None."""
    at = 0
    for number in range(len(template.frames)):
        box = placement.box(frame_id(number))
        if box is None:
            continue
        edge = box.rect.height * EDGE
        inside = box.rect.y + edge < y < box.rect.bottom - edge
        if inside and place is not None and can_join(template, place, number, most_pairs):
            return Drop(number, join=True, element=int(y > box.rect.y + box.rect.height / 2))
        if y > box.rect.y + box.rect.height / 2:
            at = number + 1
    return Drop(at)


def changes(template: VideoTemplate, place: Place, drop: Drop) -> bool:
    """Tell whether dropping an element there moves it."""
    alone = len(template.frames[place.frame].elements) == 1
    return drop.join or not (alone and drop.at in (place.frame, place.frame + 1))


def drop_mark(placement: VideoPlacement, template: VideoTemplate, drop: Drop) -> Rect:
    """Return the line between frames, or the half of a frame, that shows where a drop goes."""
    if drop.join:
        box = placement.box(frame_id(drop.at))
        assert box is not None
        half = box.rect.height / 2
        return Rect(box.rect.x, box.rect.y + half * drop.element, box.rect.width, half)
    boxes = [b.rect for n in range(len(template.frames)) if (b := placement.box(frame_id(n))) is not None]
    around = placement.message
    if not boxes:
        return Rect(around.x, around.bottom + GAP, max(around.width, 1.0), 0.0)
    if drop.at <= 0:
        y = boxes[0].y - GAP
    elif drop.at >= len(boxes):
        y = boxes[-1].bottom + GAP
    else:
        y = (boxes[drop.at - 1].bottom + boxes[drop.at].y) / 2
    left, right = min(b.x for b in boxes), max(b.right for b in boxes)
    return Rect(left, y, right - left, 0.0)


def playable(kind: ResourceKind, suffix: str) -> bool:
    """Tell whether an element moves on a phone: videos, and gifs."""
    return kind is ResourceKind.VIDEO or (kind is ResourceKind.IMAGE and suffix == "gif")
