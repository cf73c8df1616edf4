# SPDX-License-Identifier: Apache-2.0
"""Video SMS template + phone + carrier + values -> VideoPlacement. Pure: the same values give the same placement anywhere.

The subject, then the frames from above to below, each with its one or two elements: what stands around them is the
phone's data. First every part gets its size for the width there is, then its place, so that what is longer than the
screen is known before anything is placed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from koodesk.domain.carrier import Carrier
from koodesk.domain.problem import Problem, Severity, problem
from koodesk.domain.video_sms.template import Element, Media, ResourceKind, Text, VideoTemplate
from koodesk.preview.placement import (
    Clip,
    Item,
    Measure,
    Pulse,
    Rect,
    Run,
    Shape,
    ShapeKind,
    TextLine,
    Unknown,
)
from koodesk.preview.video_sms_media import MediaPainter, media_size
from koodesk.preview.video_sms_phone import MessageBox, MessagePhone, with_font_scale
from koodesk.preview.video_sms_placement import TITLE, ElementBox, VideoPlacement, element_id, frame_id
from koodesk.preview.video_sms_shell import DATE_HEIGHT, arrange_message_shell
from koodesk.preview.video_sms_text import Ink, SetText, place_text, set_text, words

MESSAGE_CODES: Final = (
    "preview.text.controls",
    "preview.text.other_font",
    "preview.video_sms.unfilled",
)
"""Every code that arranging a message marks with."""

_PARTS: Final = {
    ResourceKind.TEXT: "text",
    ResourceKind.IMAGE: "picture",
    ResourceKind.VIDEO: "video",
    ResourceKind.AUDIO: "audio",
}


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the parts are filled from; the same for all parts of a message."""

    phone: MessagePhone
    signature: str
    values: Mapping[str, str]
    measure: Measure
    dark: bool
    hints: bool

    @property
    def before(self) -> str:
        """The signature as it stands before the first text, empty while none is chosen."""
        return f"【{self.signature}】" if self.signature else ""

    @property
    def sign(self) -> str:
        """The word of the chip that stands for a signature which is not chosen."""
        return f"【{self.phone.words['signature']}】"


@dataclass(frozen=True, slots=True)
class _Row:
    """The subject or one element with the size it takes, its box's padding included, before it has a place."""

    content_id: str
    part: MessageBox
    width: float
    height: float
    kind: ResourceKind | None = None
    frame: int = -1
    element: int = -1
    text: SetText | None = None
    hint: bool = False
    media: Media | None = None


@dataclass(frozen=True, slots=True)
class _Frame:
    """One frame with its elements and the size it takes."""

    number: int
    rows: tuple[_Row, ...]
    width: float
    height: float


@dataclass(slots=True)
class _Message:
    """What placing the message finds; grows from above to below."""

    items: list[Item] = field(default_factory=list)
    boxes: list[ElementBox] = field(default_factory=list)
    marks: list[Problem] = field(default_factory=list)


def arrange_message(
    template: VideoTemplate,
    signature: str,
    phone: MessagePhone,
    carrier: Carrier,
    values: Mapping[str, str],
    measure: Measure,
    *,
    dark: bool = False,
    font_scale: float = 1.0,
    whole: bool = True,
    offset: float = 0.0,
    hints: bool = False,
) -> VideoPlacement:
    """Put a message in place on one phone.

    `signature` is the name without its brackets; while it is empty a chip stands in its place. `values` fill the
    parameters by name (`p_1`), as a row of a number file gives them; when empty, each parameter shows as a chip of its
    name. `whole` makes the phone as high as the message; otherwise the screen keeps its height and begins `offset` dp
    below the top of the thread, moved to the nearest that exists (`VideoPlacement.reach` is the largest). With `hints`
    an empty subject and an empty text show what belongs there, as an editor needs it and no phone does.
    """
    phone = with_font_scale(phone, font_scale)
    scene = _Scene(phone, signature, values, measure, dark, hints)
    outer = phone.parts["message"]
    most = phone.width - 2 * phone.gutter
    width = min(outer.width or most, most)
    subject, frames = _size(scene, template, width)
    size = _outer_size(outer, width, subject, frames)
    content = DATE_HEIGHT + size[1] + phone.gutter
    shell = arrange_message_shell(phone, measure, carrier, dark, content if whole else 0.0)
    thread = shell.thread
    reach = max(content - thread.height, 0.0)
    offset = min(max(offset, 0.0), reach)
    top = thread.y - offset
    rect = Rect(shell.screen.x + phone.gutter, top + DATE_HEIGHT, *size)
    message = _Message()
    message.items.append(_date(scene, thread, top))
    _place(scene, rect, outer, subject, frames, message)
    items = tuple(message.items) if reach == 0.0 else _in_sight(message.items, thread)
    return VideoPlacement(
        phone=phone.kind,
        carrier=carrier,
        dark=dark,
        width=shell.width,
        height=shell.height,
        screen=shell.screen,
        thread=thread,
        message=rect,
        offset=offset,
        reach=reach,
        shell=shell.behind,
        items=items,
        front=shell.before,
        boxes=tuple(message.boxes),
        marks=tuple(message.marks),
        unknowns=(Unknown("", "geometry", phone.note),),
    )


# --- sizes ---------------------------------------------------------------------------------------------------------


def _size(scene: _Scene, template: VideoTemplate, width: float) -> tuple[_Row | None, tuple[_Frame, ...]]:
    """Give the subject and every frame its size inside the box around the message."""
    _, right, _, left = scene.phone.parts["message"].padding
    room = width - left - right
    subject = _size_subject(scene, template.title, room)
    box = scene.phone.parts["frame"]
    inner = room - box.padding[1] - box.padding[3]
    first = next(((f, e) for f, e, one in template.elements() if isinstance(one, Text)), None)
    frames = []
    for f, frame in enumerate(template.frames):
        rows = tuple(
            _size_element(scene, one, f, e, inner, signed=(f, e) == first)
            for e, one in enumerate(frame.elements)
        )
        high = sum(row.height for row in rows) + box.gap * max(len(rows) - 1, 0)
        wide = max((row.width for row in rows), default=0.0)
        frames.append(
            _Frame(
                f,
                rows,
                (wide if box.fit else inner) + box.padding[1] + box.padding[3],
                high + box.padding[0] + box.padding[2],
            )
        )
    return subject, tuple(frames)


def _outer_size(
    box: MessageBox, width: float, subject: _Row | None, frames: tuple[_Frame, ...]
) -> tuple[float, float]:
    heights = [frame.height for frame in frames]
    widths = [frame.width for frame in frames]
    if subject is not None:
        heights.insert(0, subject.height)
        widths.append(subject.width)
    if not heights:
        return width, 0.0
    top, right, bottom, left = box.padding
    wide = max(widths) + left + right if box.fit else width
    return wide, sum(heights) + box.gap * (len(heights) - 1) + top + bottom


def _size_subject(scene: _Scene, title: str, room: float) -> _Row | None:
    part = scene.phone.parts["subject"]
    hint = not title and scene.hints
    if not title and not hint:
        return None
    # Nothing is filled into a subject: what looks like a parameter is shown as it is written.
    shown = words(scene.phone.words["title_hint"] if hint else title, {}, prefix=part.prefix, literal=True)
    text = set_text(shown, scene.phone.styles[part.style], _inner(part, room), scene.measure)
    return _text_row(TITLE, part, text, room, hint=hint)


def _size_element(scene: _Scene, one: Element, f: int, e: int, room: float, *, signed: bool) -> _Row:
    part = scene.phone.parts[_PARTS[one.kind]]
    content_id = element_id(f, e)
    if isinstance(one, Media):
        width, height = media_size(one, part, room)
        return _Row(content_id, part, width, height, one.kind, f, e, media=one)
    before, sign = (scene.before, scene.sign) if signed else ("", "")
    hint = not one.text and scene.hints and not signed
    if hint:
        shown = words("", {}, prefix=scene.phone.words["text_hint"])
    else:
        shown = words(one.text, scene.values, before=before, sign=sign)
    text = set_text(shown, scene.phone.styles[part.style], _inner(part, room), scene.measure)
    return replace(_text_row(content_id, part, text, room, hint=hint), kind=one.kind, frame=f, element=e)


def _inner(part: MessageBox, room: float) -> float:
    return max(min(part.width or room, room) - part.padding[1] - part.padding[3], 1.0)


def _text_row(content_id: str, part: MessageBox, text: SetText, room: float, *, hint: bool) -> _Row:
    top, right, bottom, left = part.padding
    width = text.width + left + right if part.fit else min(part.width or room, room)
    height = max(text.height + top + bottom, part.min_height)
    return _Row(content_id, part, width, height, text=text, hint=hint)


# --- places --------------------------------------------------------------------------------------------------------


def _date(scene: _Scene, thread: Rect, top: float) -> TextLine:
    """The line with the date above the message."""
    text, style, measure = scene.phone.words["date"], scene.phone.styles["date"], scene.measure
    width, height = measure.advance(text, style.font), measure.line_height(style.font)
    x, y = thread.x + (thread.width - width) / 2, top + (DATE_HEIGHT - height) / 2
    colour = scene.phone.colour(style.colour, scene.dark)
    run = Run(text, x, width, 0, 0)
    return TextLine(
        Rect(x, y, width, height), y + measure.ascent(style.font), style.font, colour, (run,), "date"
    )


def _place(
    scene: _Scene,
    rect: Rect,
    box: MessageBox,
    subject: _Row | None,
    frames: tuple[_Frame, ...],
    message: _Message,
) -> None:
    """Put subject and frames in place, one below the other, in the box around the message."""
    if subject is None and not frames:
        return
    message.items += _body(scene, box, rect, "")
    top, right, _, left = box.padding
    x, y = rect.x + left, rect.y + top
    if subject is not None:
        across = rect.width - left - right
        _place_row(scene, subject, x, y, across, message)
        y += subject.height + box.gap
    inside = scene.phone.parts["frame"]
    for frame in frames:
        around = Rect(x, y, frame.width, frame.height)
        message.boxes.append(ElementBox(frame_id(frame.number), None, around, frame.number))
        message.items += _body(scene, inside, around, "")
        below = y + inside.padding[0]
        for row in frame.rows:
            across = frame.width - inside.padding[1] - inside.padding[3]
            _place_row(scene, row, x + inside.padding[3], below, across, message)
            below += row.height + inside.gap
        y += frame.height + box.gap


def _body(scene: _Scene, box: MessageBox, rect: Rect, content_id: str) -> list[Item]:
    """What stands behind a box: its ground, with another corner at the lower left where the phone has one."""
    if not box.fill:
        return []
    fill, radius = scene.phone.fill(box.fill, scene.dark), min(box.radius, rect.width / 2, rect.height / 2)
    items: list[Item] = [Shape(ShapeKind.ROUND, rect, fill, radius, role="bubble", content_id=content_id)]
    if 0 <= box.heel < radius:
        # The same colour once more over the corner, with its own radius: bubbles are opaque.
        corner = Rect(rect.x, rect.bottom - 2 * radius, 2 * radius, 2 * radius)
        heel = Shape(ShapeKind.ROUND, corner, fill, box.heel, role="bubble", content_id=content_id)
        items.append(replace(heel, clips=(Clip(Rect(rect.x, rect.bottom - radius, radius, radius), 0.0),)))
    return items


def _place_row(scene: _Scene, row: _Row, x: float, y: float, across: float, message: _Message) -> None:
    """Put one element in place, with what is to be said about it."""
    part = row.part
    rect = Rect(x, y, row.width, row.height)
    message.boxes.append(ElementBox(row.content_id, row.kind, rect, row.frame, row.element))
    if row.media is not None:
        painter = MediaPainter(scene.phone, scene.measure, scene.dark)
        message.items += painter.place(row.media, part, rect, row.content_id)
        return
    assert row.text is not None
    message.items += _body(scene, part, rect, row.content_id)
    kind = "title" if row.kind is None else "text"
    colour = scene.phone.colour(row.text.style.colour, scene.dark)
    ink = Ink(colour, scene.phone.fill("chip", scene.dark), kind, kind, row.content_id, row.hint)
    message.items += place_text(row.text, x + part.padding[3], y + part.padding[0], ink, scene.measure)
    if part.line:
        line = Rect(x, rect.bottom - 1, across, 1.0)
        fill = scene.phone.fill(part.line, scene.dark)
        message.items.append(Shape(ShapeKind.ROUND, line, fill, role="line", content_id=row.content_id))
    if not row.hint:
        message.marks += _text_marks(scene, row.content_id, row.text)


def _text_marks(scene: _Scene, where: str, text: SetText) -> list[Problem]:
    """Say what of a text a phone shows otherwise than it is written, and which parameters have no value."""
    marks = [
        problem("preview.video_sms.unfilled", where, severity=Severity.WARNING, name=name)
        for name in text.words.unfilled
    ]
    if text.words.controls:
        count = text.words.controls
        marks.append(problem("preview.text.controls", where, severity=Severity.WARNING, count=count))
    missing = scene.measure.missing(text.words.plain.replace("\n", ""))
    if missing:
        chars = missing[:20]
        marks.append(problem("preview.text.other_font", where, severity=Severity.NOTE, chars=chars))
    return marks


def _in_sight(items: list[Item], thread: Rect) -> tuple[Item, ...]:
    """Keep what the thread shows, cut at its edges."""
    edge = Clip(thread, 0.0)
    kept: list[Item] = []
    for item in items:
        reach = item.rect.grown(3.0)
        if not reach.overlaps(thread):
            continue
        if thread.contains(reach) or isinstance(item, Pulse):
            kept.append(item)
        else:
            kept.append(replace(item, clips=(*item.clips, edge)))
    return tuple(kept)
