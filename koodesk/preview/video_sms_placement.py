# SPDX-License-Identifier: Apache-2.0
"""What `arrange_message` answers: a phone with a video SMS on it, in place, as frozen values. No Qt.

Lengths are dp, the origin is the top left of the whole picture. What is drawn is made of the same items as a card, so
that the one painter draws both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from koodesk.domain.carrier import Carrier
from koodesk.domain.problem import Problem
from koodesk.domain.video_sms.template import ResourceKind
from koodesk.preview.placement import Item, PictureBox, Rect, Unknown
from koodesk.preview.video_sms_phone import PhoneKind

TITLE: Final = "title"
"""The content id of the subject."""


def frame_id(frame: int) -> str:
    """Return the content id of a frame counted from 0: `frame:1` is the first, as problems name it."""
    return f"frame:{frame + 1}"


def element_id(frame: int, element: int) -> str:
    """Return the content id of an element, both counted from 0: `frame:1/element:2`."""
    return f"{frame_id(frame)}/element:{element + 1}"


@dataclass(frozen=True, slots=True)
class ElementBox:
    """Where a part of the message lies, for hit tests, drag and drop, and assistive technology.

    `content_id` is "title", "frame:1" or "frame:1/element:2"; `kind` None for the subject and for a whole frame. `frame`
    and `element` count from 0, -1 where there is none. `rect` is not cut by the screen: part of it may be out of sight.
    """

    content_id: str
    kind: ResourceKind | None
    rect: Rect
    frame: int = -1
    element: int = -1


@dataclass(frozen=True, slots=True)
class VideoPlacement:
    """A whole phone with the message on it. Painted in the order `shell`, `items`, `front`.

    `thread` is the part of the `screen` that shows messages. `offset` dp of them are out of sight above it, at most
    `reach`: with `offset` from 0 to `reach` every part of the message comes into sight. A phone as high as the message
    (`whole`) has a reach of 0. `boxes` are in order of display, a frame before its elements. `marks` are what is to be
    said about the message; `unknowns` what nobody published.
    """

    phone: PhoneKind
    carrier: Carrier
    dark: bool
    width: float
    height: float
    screen: Rect
    thread: Rect
    message: Rect
    offset: float
    reach: float
    shell: tuple[Item, ...]
    items: tuple[Item, ...]
    front: tuple[Item, ...]
    boxes: tuple[ElementBox, ...]
    marks: tuple[Problem, ...]
    unknowns: tuple[Unknown, ...]

    def of(self, content_id: str) -> tuple[Item, ...]:
        """Return the items of one part, in the order they are painted; of a frame, those of its elements."""
        within = content_id + "/"
        return tuple(i for i in self.items if i.content_id == content_id or i.content_id.startswith(within))

    def box(self, content_id: str) -> ElementBox | None:
        """Return where a part lies, None when the message has no such part."""
        return next((box for box in self.boxes if box.content_id == content_id), None)

    def at(self, x: float, y: float) -> ElementBox | None:
        """Return the innermost part in sight under a point, None beside all of them."""
        point = Rect(x, y, 0.0, 0.0)
        if not self.thread.contains(point):
            return None
        return next((box for box in reversed(self.boxes) if box.rect.contains(point)), None)

    def media_box(self, content_id: str) -> PictureBox | None:
        """Return the place of an element's picture, video or gif that is in sight, None for anything else."""
        return next((i for i in self.items if isinstance(i, PictureBox) and i.content_id == content_id), None)

    def offset_for(self, content_id: str) -> float:
        """Return the offset that brings a part into sight with the least scrolling, its top when it is higher than the thread."""
        box = self.box(content_id)
        if box is None:
            return self.offset
        top = box.rect.y - self.thread.y + self.offset
        bottom = top + box.rect.height - self.thread.height
        wanted = top if box.rect.height >= self.thread.height else min(max(self.offset, bottom), top)
        return min(max(wanted, 0.0), self.reach)
