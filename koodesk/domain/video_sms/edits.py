# SPDX-License-Identifier: Apache-2.0
"""Every change the editor makes to a video SMS template, as pure functions from a template to a template.

They refuse what would break the template as a value (a place that is not there, a text that cannot be saved), not what
breaks the platform's rules: a message in the making may be wrong, and `rules.check_template` says so. A frame is never
left empty. Places are (frame, element), both from 0; a change that moves something tells where it stands afterwards.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from koodesk.domain.edits.base import refuse, storable
from koodesk.domain.video_sms.codec import MAX_ELEMENTS, MAX_FRAMES
from koodesk.domain.video_sms.template import (
    Channel,
    Element,
    Frame,
    Media,
    ResourceKind,
    Text,
    VideoTemplate,
)


class Place(NamedTuple):
    """An element of a template, both from 0."""

    frame: int
    element: int

    @property
    def where(self) -> str:
        """The place as problems and the preview name it: `frame:1/element:2`, from 1."""
        return f"frame:{self.frame + 1}/element:{self.element + 1}"


class Moved(NamedTuple):
    """A changed template, and where what was inserted or moved stands in it."""

    template: VideoTemplate
    place: Place


def place_of(where: str) -> Place | None:
    """Return the place a problem or a part of the preview names, the first element for a whole frame; None for others."""
    frame, slash, element = where.partition("/")
    numbers = (frame.removeprefix("frame:"), element.removeprefix("element:") if slash else "1")
    if not frame.startswith("frame:") or (slash and not element.startswith("element:")):
        return None
    if not all(n.isascii() and n.isdecimal() and len(n) < 6 and int(n) for n in numbers):
        return None
    return Place(int(numbers[0]) - 1, int(numbers[1]) - 1)


def element_at(template: VideoTemplate, place: Place) -> Element:
    """Return an element. Raises Refused("edit.content_missing") when it is not there."""
    elements = _frame(template, place.frame).elements
    if not 0 <= place.element < len(elements):
        refuse("edit.content_missing", place.where)
    return elements[place.element]


def next_param(template: VideoTemplate) -> int:
    """Return the lowest number that no text uses as a parameter yet."""
    used = {n for _, _, element in template.elements() if isinstance(element, Text) for n in element.params}
    return next(n for n in range(1, len(used) + 2) if n not in used)


# --- what stands in the frames -----------------------------------------------------------------------------------


def set_text(template: VideoTemplate, place: Place, text: str) -> VideoTemplate:
    """Replace the words of a text. Raises Refused: edit.wrong_kind, edit.text_too_long, edit.text_not_storable."""
    if not isinstance(element_at(template, place), Text):
        refuse("edit.wrong_kind", place.where)
    return replace_element(template, place, Text(storable(text, place.where)))


def set_media(template: VideoTemplate, place: Place, media: Media) -> VideoTemplate:
    """Put another file in the place of a picture, sound or video; a text is never replaced by one. Raises Refused."""
    if not isinstance(element_at(template, place), Media):
        refuse("edit.wrong_kind", place.where)
    return replace_element(template, place, media)


def set_cover(template: VideoTemplate, place: Place, at_ms: int) -> VideoTemplate:
    """Choose the moment of a video that shows before it plays, moved into the video's length. Raises Refused."""
    media = element_at(template, place)
    if not isinstance(media, Media) or media.kind is not ResourceKind.VIDEO:
        refuse("edit.wrong_kind", place.where)
    last = max(media.duration_ms - 1, 0)
    return replace_element(template, place, replace(media, cover_ms=min(max(at_ms, 0), last)))


def replace_element(template: VideoTemplate, place: Place, element: Element) -> VideoTemplate:
    """Put an element in the place of another. Raises Refused when there is none."""
    if element_at(template, place) == element:
        return template
    elements = list(_frame(template, place.frame).elements)
    elements[place.element] = element
    return _with_frame(template, place.frame, Frame(tuple(elements)))


# --- frames ------------------------------------------------------------------------------------------------------


def insert_frame(template: VideoTemplate, at: int, element: Element) -> Moved:
    """Put an element into the message as a frame of its own, before the frame `at`, at the end for a larger number.

    Raises Refused("edit.too_many").
    """
    if len(template.frames) >= MAX_FRAMES:
        refuse("edit.too_many", "", limit=MAX_FRAMES)
    at = min(max(at, 0), len(template.frames))
    frames = (*template.frames[:at], Frame((element,)), *template.frames[at:])
    return Moved(replace(template, frames=frames), Place(at, 0))


def add_beside(template: VideoTemplate, frame: int, element: Element, at: int) -> Moved:
    """Put an element into a frame beside what it holds. Raises Refused: edit.content_missing, edit.too_many."""
    elements = _frame(template, frame).elements
    if len(elements) >= MAX_ELEMENTS:
        refuse("edit.too_many", f"frame:{frame + 1}", limit=MAX_ELEMENTS)
    at = min(max(at, 0), len(elements))
    made = Frame((*elements[:at], element, *elements[at:]))
    return Moved(_with_frame(template, frame, made), Place(frame, at))


def remove_element(template: VideoTemplate, place: Place) -> VideoTemplate:
    """Take an element out, and its frame when it was the only one there. Raises Refused."""
    element_at(template, place)
    elements = _frame(template, place.frame).elements
    left = elements[: place.element] + elements[place.element + 1 :]
    if left:
        return _with_frame(template, place.frame, Frame(left))
    return remove_frame(template, place.frame)


def remove_frame(template: VideoTemplate, frame: int) -> VideoTemplate:
    """Take a whole frame out. Raises Refused."""
    _frame(template, frame)
    return replace(template, frames=template.frames[:frame] + template.frames[frame + 1 :])


def move_frame(template: VideoTemplate, frame: int, to: int) -> VideoTemplate:
    """Let a frame stand at place `to`, the end for a larger number. Raises Refused."""
    moved = _frame(template, frame)
    others = template.frames[:frame] + template.frames[frame + 1 :]
    to = min(max(to, 0), len(others))
    return replace(template, frames=(*others[:to], moved, *others[to:]))


def swap_elements(template: VideoTemplate, frame: int) -> VideoTemplate:
    """Turn the order of the elements of a frame round. Raises Refused."""
    return _with_frame(template, frame, Frame(_frame(template, frame).elements[::-1]))


def take_out(template: VideoTemplate, place: Place, at: int) -> Moved:
    """Make a frame of its own of one element of several, before the frame `at` as it is counted now.

    An element that is alone in its frame moves with it. Raises Refused.
    """
    element = element_at(template, place)
    at = min(max(at, 0), len(template.frames))
    if len(_frame(template, place.frame).elements) == 1:
        to = at - 1 if at > place.frame else at
        return Moved(move_frame(template, place.frame, to), Place(to, 0))
    return insert_frame(remove_element(template, place), at, element)


def join(template: VideoTemplate, place: Place, frame: int, at: int) -> Moved:
    """Move an element into another frame, beside what stands there; its own frame goes when it was alone in it.

    Raises Refused: edit.content_missing, edit.too_many.
    """
    element = element_at(template, place)
    if frame == place.frame:
        elements = list(_frame(template, frame).elements)
        del elements[place.element]
        at = min(max(at, 0), len(elements))
        elements.insert(at, element)
        return Moved(_with_frame(template, frame, Frame(tuple(elements))), Place(frame, at))
    _frame(template, frame)
    alone = len(_frame(template, place.frame).elements) == 1
    into = frame - 1 if alone and frame > place.frame else frame
    return add_beside(remove_element(template, place), into, element, at)


def step(template: VideoTemplate, place: Place, down: int) -> Moved:
    """Move an element one step up (-1) or down (1): within its frame first, then out of it, then with its frame.

    At the end of the message nothing changes. Raises Refused.
    """
    element_at(template, place)
    elements = _frame(template, place.frame).elements
    beside = place.element + down
    if 0 <= beside < len(elements):
        return join(template, place, place.frame, beside)
    if len(elements) > 1:
        return take_out(template, place, place.frame + (down > 0))
    to = place.frame + down
    if not 0 <= to < len(template.frames):
        return Moved(template, place)
    return Moved(move_frame(template, place.frame, to), Place(to, 0))


# --- the message and what it is handed in with ----------------------------------------------------------------------


def set_title(template: VideoTemplate, title: str) -> VideoTemplate:
    """Set the subject (模板主题). Raises Refused as `set_text`."""
    return replace(template, title=storable(title, "title"))


def set_name(template: VideoTemplate, name: str) -> VideoTemplate:
    """Set the name of the template (模板名称). Raises Refused as `set_text`."""
    return replace(template, name=storable(name, "name"))


def set_remarks(template: VideoTemplate, remarks: str) -> VideoTemplate:
    """Set what the reviewer is told (模板备注). Raises Refused as `set_text`."""
    return replace(template, remarks=storable(remarks, "remarks"))


def set_signature(template: VideoTemplate, signature_id: int) -> VideoTemplate:
    """Choose a signature of the desk, 0 for none."""
    return replace(template, signature_id=max(signature_id, 0))


def set_validity(template: VideoTemplate, days: int) -> VideoTemplate:
    """Set the validity (有效期) in days, 0 for permanent."""
    return replace(template, validity_days=max(days, 0))


def set_channel(template: VideoTemplate, channel: Channel) -> VideoTemplate:
    """Choose the channel (通道配置)."""
    return replace(template, channel=channel)


def set_has_qr(template: VideoTemplate, has_qr: bool) -> VideoTemplate:
    """Say whether a picture or the video shows a QR code."""
    return replace(template, has_qr=has_qr)


def use_contents(template: VideoTemplate, other: VideoTemplate) -> VideoTemplate:
    """Take subject and frames of another template (公共模板); what the template is handed in with stays."""
    return replace(template, title=other.title, frames=other.frames)


# --- inside ------------------------------------------------------------------------------------------------------


def _frame(template: VideoTemplate, frame: int) -> Frame:
    if not 0 <= frame < len(template.frames):
        refuse("edit.content_missing", f"frame:{frame + 1}")
    return template.frames[frame]


def _with_frame(template: VideoTemplate, frame: int, made: Frame) -> VideoTemplate:
    return replace(template, frames=(*template.frames[:frame], made, *template.frames[frame + 1 :]))
