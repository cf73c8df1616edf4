# SPDX-License-Identifier: Apache-2.0
"""The videos of a card at rest: the cover, the sign to play it, and how long it is. Playing is the window's matter."""

from __future__ import annotations

from dataclasses import replace

from koodesk.domain.problem import Severity, problem
from koodesk.domain.template import VideoContent
from koodesk.preview.card_picture import picture_box
from koodesk.preview.phone_spec import Box
from koodesk.preview.placement import Clip, Fill, Font, Rect, Run, Shape, ShapeKind, SlotBox, TextLine
from koodesk.preview.scene import Card, Scene


def place_video(scene: Scene, box: Box, rect: Rect, card: Card, item: int, clips: tuple[Clip, ...]) -> None:
    """Put a slot's video in place as the phone shows it before it is played."""
    slot = scene.layout.slot(box.slot)
    content = scene.content(slot.id, item)
    assert isinstance(content, VideoContent)
    ratio = slot.ratio_named(content.ratio)
    placed = picture_box(content.cover, rect, box, slot.id, content.id, ratio, role="video")
    card.items.append(replace(placed, clips=clips))
    if content.video is None:
        where = f"content:{content.id}"
        card.marks.append(
            problem("preview.video.missing", where, severity=Severity.WARNING, vendor=scene.vendor)
        )
    if content.cover is not None or content.video is not None:
        _play_sign(scene, rect, content, card)
    card.slots.append(SlotBox(slot.id, content.id, slot.kind, slot.role, rect))


def _play_sign(scene: Scene, rect: Rect, content: VideoContent, card: Card) -> None:
    """A disc with a triangle in the middle, and the length in the lower corner: in the upper one of an upright or square
    video, over whose foot words may lie."""
    side = min(48.0, rect.height * 0.3)
    disc = Rect(rect.x + (rect.width - side) / 2, rect.y + (rect.height - side) / 2, side, side)
    card.items.append(
        Shape(
            ShapeKind.ELLIPSE,
            disc,
            Fill("#66000000"),
            stroke="#ccffffff",
            stroke_width=1.5,
            role="play",
            content_id=content.id,
        )
    )
    mark = disc.grown(-side * 0.3)
    card.items.append(
        Shape(
            ShapeKind.TRIANGLE,
            Rect(mark.x + side * 0.05, mark.y, mark.width, mark.height),
            Fill("#ffffffff"),
            role="play",
            content_id=content.id,
        )
    )
    seconds = 0 if content.video is None else round(content.video.duration_ms / 1000)
    if not seconds:
        return
    font = Font(10.5)
    text = f"{seconds // 60:02d}:{seconds % 60:02d}"
    width, height = scene.measure.advance(text, font), 16.0
    top = rect.y + 8 if rect.height >= rect.width else rect.bottom - height - 8
    pill = Rect(rect.right - width - 20, top, width + 10, height)
    card.items.append(
        Shape(ShapeKind.ROUND, pill, Fill("#80000000"), height / 2, role="time", content_id=content.id)
    )
    glyphs = scene.measure.line_height(font)
    baseline = pill.y + (height - glyphs) / 2 + scene.measure.ascent(font)
    line = Rect(pill.x + 5, pill.y, width, height)
    run = Run(text, line.x, width, 0, 0)
    card.items.append(TextLine(line, baseline, font, "#ffffffff", (run,), "time", content_id=content.id))
