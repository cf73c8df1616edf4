# SPDX-License-Identifier: Apache-2.0
"""Pictures, videos and sounds of a video SMS at rest: their size on the phone, and the marks that stand on them. Pure."""

from __future__ import annotations

from typing import Final

from koodesk.domain.video_sms.template import Media, ResourceKind
from koodesk.preview.phone import TextStyle
from koodesk.preview.placement import (
    Item,
    Measure,
    PictureBox,
    Rect,
    Run,
    Shape,
    ShapeKind,
    TextLine,
)
from koodesk.preview.video_sms_phone import MessageBox, MessagePhone

GIF: Final = "gif"
_UNMEASURED: Final = (4, 3)
"""The shape of a picture of which nobody knows the size."""
_NARROWEST: Final = 56.0
"""A picture as high as a tower is not drawn narrower than this, in dp: the middle of it shows."""


def cover_key(media: Media) -> str:
    """Return by which name a picture source is asked for what shows of a medium at rest.

    A picture is asked for by its digest; of a video, the picture at its cover's moment, as `digest@milliseconds`.
    """
    return f"{media.digest}@{media.cover_ms}" if media.kind is ResourceKind.VIDEO else media.digest


def media_size(media: Media, box: MessageBox, room: float) -> tuple[float, float]:
    """Return width and height in dp that a medium takes in a room as wide.

    Pictures and videos keep their shape, as wide as there is room and not higher than the box says; a sound is a bar.
    """
    if media.kind is ResourceKind.AUDIO:
        return min(box.width or room, room), box.height
    if media.width <= 0 or media.height <= 0:
        width, height = float(_UNMEASURED[0]), float(_UNMEASURED[1])
    else:
        width, height = float(media.width), float(media.height)
    widest = min(box.width or room, room)
    factor = min(widest / width, (box.max_height or height * widest / width) / height)
    return (
        min(max(float(round(width * factor)), _NARROWEST), widest),
        max(float(round(height * factor)), box.min_height),
    )


class MediaPainter:
    """Places one phone's media: the colours and the style of the small words are the phone's."""

    def __init__(self, phone: MessagePhone, measure: Measure, dark: bool) -> None:
        self._phone: Final = phone
        self._measure: Final = measure
        self._dark: Final = dark

    def place(self, media: Media, box: MessageBox, rect: Rect, content_id: str) -> list[Item]:
        """Return the items of a medium whose body is `rect`."""
        match media.kind:
            case ResourceKind.AUDIO:
                return self._sound(media, box, rect, content_id)
            case ResourceKind.VIDEO:
                return [self._picture(media, box, rect, content_id), *self._play(media, rect, content_id)]
            case _:
                items: list[Item] = [self._picture(media, box, rect, content_id)]
                if media.type == GIF:
                    items += self._badge("GIF", rect, content_id, "gif_mark", at_end=False)
                return items

    def _picture(self, media: Media, box: MessageBox, rect: Rect, content_id: str) -> PictureBox:
        moving = "video" if media.kind is ResourceKind.VIDEO else GIF if media.type == GIF else "picture"
        return PictureBox(
            rect,
            box.radius,
            cover_key(media),
            (media.width, media.height),
            None,
            media.kind.value,
            content_id,
            moving,
        )

    def _play(self, media: Media, rect: Rect, content_id: str) -> list[Item]:
        """A disc with a triangle in the middle of a video, and its length in the lower corner."""
        side = min(48.0, rect.height * 0.4, rect.width * 0.4)
        disc = Rect(rect.x + (rect.width - side) / 2, rect.y + (rect.height - side) / 2, side, side)
        items = self._sign(disc, "play_ground", "play_edge", "play_mark", content_id)
        if media.duration_ms:
            items += self._badge(length(media.duration_ms), rect, content_id, "time", at_end=True)
        return items

    def _sign(self, disc: Rect, ground: str, edge: str, mark: str, content_id: str) -> list[Item]:
        phone, dark = self._phone, self._dark
        inner = disc.grown(-disc.width * 0.31)
        return [
            Shape(
                ShapeKind.ELLIPSE,
                disc,
                phone.fill(ground, dark),
                stroke=phone.colour(edge, dark) if edge else "",
                stroke_width=1.5 if edge else 0.0,
                role="play",
                content_id=content_id,
            ),
            Shape(
                ShapeKind.TRIANGLE,
                Rect(inner.x + disc.width * 0.05, inner.y, inner.width, inner.height),
                phone.fill(mark, dark),
                role="play",
                content_id=content_id,
            ),
        ]

    def _badge(self, text: str, rect: Rect, content_id: str, role: str, *, at_end: bool) -> list[Item]:
        """Small words on a dark pill in a lower corner of a picture."""
        style = self._phone.styles["time"]
        wide = self._measure.advance(text, style.font)
        width, height = wide + 12, float(round(style.font.size * 1.6))
        pill = Rect(rect.right - width - 8 if at_end else rect.x + 8, rect.bottom - height - 8, width, height)
        body = Shape(
            ShapeKind.ROUND,
            pill,
            self._phone.fill("badge", self._dark),
            height / 2,
            role=role,
            content_id=content_id,
        )
        return [
            body,
            self._small(text, pill.x + 6, pill.y + height / 2, style, "badge_ink", role, content_id),
        ]

    def _small(
        self, text: str, x: float, middle: float, style: TextStyle, ink: str, role: str, content_id: str
    ) -> TextLine:
        measure, font = self._measure, style.font
        width, height = measure.advance(text, font), measure.line_height(font)
        top = middle - height / 2
        return TextLine(
            Rect(x, top, width, height),
            top + measure.ascent(font),
            font,
            self._phone.colour(ink, self._dark),
            (Run(text, x, width, 0, 0),),
            role,
            content_id=content_id,
        )

    def _sound(self, media: Media, box: MessageBox, rect: Rect, content_id: str) -> list[Item]:
        """A bar to play a sound: the sign to play it, a track with its knob at the beginning, and the length."""
        phone, dark = self._phone, self._dark
        top, right, bottom, left = box.padding
        inner = Rect(rect.x + left, rect.y + top, rect.width - left - right, rect.height - top - bottom)
        middle = inner.y + inner.height / 2
        items: list[Item] = [
            Shape(
                ShapeKind.ROUND,
                rect,
                phone.fill(box.fill, dark),
                box.radius,
                role="audio",
                content_id=content_id,
            )
        ]
        side = min(32.0, inner.height)
        disc = Rect(inner.x, middle - side / 2, side, side)
        items += self._sign(disc, "audio_disc", "", "audio_mark", content_id)
        style = phone.styles[box.style or "time"]
        text = length(media.duration_ms)
        wide = self._measure.advance(text, style.font)
        begin, end = disc.right + 12, inner.right - wide - 10
        if end - begin >= 12:
            track = Rect(begin, middle - 1.5, end - begin, 3.0)
            knob = Rect(begin - 1, middle - 5, 10.0, 10.0)
            items += [
                Shape(
                    ShapeKind.ROUND,
                    track,
                    phone.fill("audio_track", dark),
                    1.5,
                    role="audio",
                    content_id=content_id,
                ),
                Shape(
                    ShapeKind.ELLIPSE,
                    knob,
                    phone.fill("audio_knob", dark),
                    role="audio",
                    content_id=content_id,
                ),
            ]
        items.append(self._small(text, inner.right - wide, middle, style, style.colour, "time", content_id))
        return items


def length(duration_ms: int) -> str:
    """Return how long something plays as minutes and seconds, at least one second: `00:12`."""
    seconds = max(round(duration_ms / 1000), 1)
    return f"{seconds // 60:02d}:{seconds % 60:02d}"
