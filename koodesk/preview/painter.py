# SPDX-License-Identifier: Apache-2.0
"""The only code that draws a content: the canvas, the phones, thumbnails and exported pictures all end here.

It draws what `arrange` placed and decides nothing about it. Everything is filled outlines and pictures; a painter on a
`QImage` may run on any thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import cos, pi, sin
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
    QRadialGradient,
    QTransform,
)

from koodesk.preview.fonts import EM, Faces
from koodesk.preview.icons import GRID, outline
from koodesk.preview.ornaments import cloud, draw_coin, waves
from koodesk.preview.pictures import PictureSource
from koodesk.preview.placement import (
    Clip,
    Fill,
    Item,
    PictureBox,
    Placement,
    Pulse,
    Rect,
    Shape,
    ShapeKind,
    TextLine,
)

HINT_OPACITY: Final = 0.5
_MOVING: Final = ("video", "gif")
"""Roles of pictures in whose place a moving one may stand."""


def draw(
    painter: QPainter,
    placement: Placement,
    pictures: PictureSource,
    faces: Faces,
    *,
    scale: float = 1.0,
    phase: float = 0.0,
) -> None:
    """Draw a whole phone at the painter's origin.

    `scale` is pixels a dp. `phase` (0 to 1) is the moment of a dynamic button's movement; 0 is at rest.
    """
    draw_items(painter, placement.shell, pictures, faces, scale=scale)
    draw_items(painter, placement.items, pictures, faces, scale=scale, phase=phase)
    draw_items(painter, placement.front, pictures, faces, scale=scale)


def draw_items(
    painter: QPainter,
    items: Iterable[Item],
    pictures: PictureSource,
    faces: Faces,
    *,
    scale: float = 1.0,
    phase: float = 0.0,
    frames: Mapping[str, QImage] | None = None,
) -> None:
    """Draw some items in order, as `draw` does: for a canvas that keeps each content as an item of its own.

    `frames` are the pictures of videos that are playing, by content: each stands where the video's cover would.
    """
    painter.save()
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    painter.scale(scale, scale)
    for item in items:
        match item:
            case TextLine():
                _text(painter, item, faces)
            case Shape():
                _shape(painter, item)
            case PictureBox():
                frame = None if frames is None or item.role not in _MOVING else frames.get(item.content_id)
                if frame is not None:
                    _frame(painter, item, frame)
                else:
                    _picture(painter, item, pictures, faces, scale)
            case Pulse():
                _pulse(painter, item, phase)
    painter.restore()


# --- text ----------------------------------------------------------------------------------------------------------


def _text(painter: QPainter, line: TextLine, faces: Faces) -> None:
    face = faces.of(line.font.bold)
    factor = line.font.size / EM
    brush = QBrush(QColor(line.colour))
    if line.clips:
        painter.save()
        _clip(painter, line.clips, line.rect)
    base = painter.transform()
    if line.hint:
        painter.setOpacity(HINT_OPACITY)
    passes = [(0.0, brush)]
    if line.relief:
        # Cut into its ground: the upper edge lies in shade, the lower one catches the light.
        deep = line.font.size * 0.026
        passes = [
            (deep, QBrush(QColor(line.relief))),
            (-deep, QBrush(QColor(line.colour).darker(150))),
            *passes,
        ]
    for shift, ink in passes:
        for run in line.runs:
            x = run.x
            for char in run.text:
                glyph = face.glyph(char)
                if not glyph.outline.isEmpty():
                    y = line.baseline + shift
                    painter.setTransform(QTransform(factor, 0, 0, factor, x, y) * base)
                    painter.fillPath(glyph.outline, ink)
                x += glyph.advance * factor
    painter.setTransform(base)
    painter.setOpacity(1.0)
    if line.clips:
        painter.restore()


# --- figures -------------------------------------------------------------------------------------------------------


def _rectf(rect: Rect) -> QRectF:
    return QRectF(rect.x, rect.y, rect.width, rect.height)


def _round(rect: Rect, radius: float) -> QPainterPath:
    path = QPainterPath()
    radius = min(radius, rect.width / 2, rect.height / 2)
    path.addRoundedRect(_rectf(rect), radius, radius)
    return path


def _brush(fill: Fill, rect: Rect) -> QBrush:
    if not fill.bottom:
        return QBrush(QColor(fill.top))
    run = QLinearGradient(QPointF(rect.x, rect.y), QPointF(rect.x, rect.bottom))
    run.setColorAt(0, QColor(fill.top))
    run.setColorAt(1, QColor(fill.bottom))
    return QBrush(run)


def _shape(painter: QPainter, shape: Shape) -> None:
    if shape.clips:
        painter.save()
        _clip(painter, shape.clips, shape.rect, shape.radius)
    match shape.kind:
        case ShapeKind.ICON:
            _icon(painter, shape)
        case ShapeKind.DASHES:
            pen = QPen(QColor(shape.stroke), shape.stroke_width)
            pen.setDashPattern([3.0, 3.0])
            painter.setPen(pen)
            middle = shape.rect.y + shape.rect.height / 2
            painter.drawLine(QPointF(shape.rect.x, middle), QPointF(shape.rect.right, middle))
        case ShapeKind.COIN:
            draw_coin(painter, shape)
        case ShapeKind.WAVES | ShapeKind.CLOUD:
            path = waves(shape) if shape.kind is ShapeKind.WAVES else cloud(shape)
            pen = QPen(_brush(shape.fill, shape.rect), shape.stroke_width)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.strokePath(path, pen)
        case ShapeKind.GLOW:
            painter.fillPath(_round(shape.rect, 0), _light(shape))
        case ShapeKind.RAYS:
            painter.fillPath(_rays(shape), _light(shape))
        case _:
            path = _figure(shape)
            if shape.fill.top:
                painter.fillPath(path, _brush(shape.fill, shape.rect))
            if shape.stroke and shape.stroke_width:
                painter.strokePath(path, QPen(QColor(shape.stroke), shape.stroke_width))
    if shape.clips:
        painter.restore()


def _clip(painter: QPainter, clips: tuple[Clip, ...], rect: Rect, radius: float = 0.0) -> None:
    """Clip to rounded rectangles, but to none that is the figure itself or whose corners it stays away from."""
    for clip in clips:
        itself = clip.rect == rect and radius >= clip.radius
        if not itself and not clip.rect.grown(-clip.radius).contains(rect):
            painter.setClipPath(_round(clip.rect, clip.radius), Qt.ClipOperation.IntersectClip)


def _figure(shape: Shape) -> QPainterPath:
    rect = shape.rect
    match shape.kind:
        case ShapeKind.ELLIPSE:
            path = QPainterPath()
            path.addEllipse(_rectf(rect))
            return path
        case ShapeKind.FLAP:
            path = QPainterPath(QPointF(rect.x, rect.y))
            path.lineTo(rect.right, rect.y)
            path.lineTo(rect.right, rect.bottom - shape.depth)
            middle = rect.x + rect.width / 2
            path.quadTo(middle, rect.bottom + shape.depth, rect.x, rect.bottom - shape.depth)
            path.closeSubpath()
            return path
        case ShapeKind.TICKET:
            return _ticket(shape)
        case ShapeKind.TRIANGLE:
            path = QPainterPath(QPointF(rect.x, rect.y))
            path.lineTo(rect.right, rect.y + rect.height / 2)
            path.lineTo(rect.x, rect.bottom)
            path.closeSubpath()
            return path
        case _:
            return _round(rect, shape.radius)


def _ticket(shape: Shape) -> QPainterPath:
    rect, deep = shape.rect, shape.depth
    y = rect.y + rect.height * shape.at
    holes = QPainterPath()
    for x in (rect.x, rect.right):
        holes.addEllipse(QPointF(x, y), deep, deep)
    return _round(rect, shape.radius).subtracted(holes)


def _light(shape: Shape) -> QBrush:
    rect = shape.rect
    middle = QPointF(rect.x + rect.width / 2, rect.y + rect.height / 2)
    light = QRadialGradient(middle, max(rect.width, rect.height) / 2)
    inner = QColor(shape.fill.top)
    outer = QColor(inner)
    outer.setAlpha(0)
    light.setColorAt(0, inner)
    light.setColorAt(1, outer)
    if shape.kind is ShapeKind.GLOW and rect.width != rect.height:
        brush = QBrush(light)
        brush.setTransform(
            QTransform.fromTranslate(0, middle.y())
            .scale(1, min(1.0, rect.height / rect.width))
            .translate(0, -middle.y())
        )
        return brush
    return QBrush(light)


def _rays(shape: Shape) -> QPainterPath:
    rect = shape.rect
    cx, cy = rect.x + rect.width / 2, rect.y + rect.height / 2
    reach = max(rect.width, rect.height) / 2
    path = QPainterPath()
    for ray in range(shape.count):
        turn = 2 * pi * ray / shape.count
        half = pi / shape.count / 2
        path.moveTo(cx, cy)
        path.lineTo(cx + reach * cos(turn - half), cy + reach * sin(turn - half))
        path.lineTo(cx + reach * cos(turn + half), cy + reach * sin(turn + half))
        path.closeSubpath()
    return path


def _icon(painter: QPainter, shape: Shape) -> None:
    rect = shape.rect
    factor = min(rect.width, rect.height) / GRID
    pen = QPen(QColor(shape.stroke), shape.stroke_width / factor)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    base = painter.transform()
    painter.setTransform(QTransform(factor, 0, 0, factor, rect.x, rect.y) * base)
    painter.strokePath(outline(shape.name), pen)
    painter.setTransform(base)


# --- pictures and movement -----------------------------------------------------------------------------------------


def _picture(painter: QPainter, box: PictureBox, pictures: PictureSource, faces: Faces, scale: float) -> None:
    ladder = pictures.ladder(box.digest)
    if ladder is None:
        if box.role != "background":
            painter.save()
            _clip(painter, box.clips, box.rect, box.radius)
            _missing(painter, box, faces)
            painter.restore()
        return
    ratio = box.rect.width / box.rect.height
    image, part = ladder.part(box.crop, ratio, box.rect.width * scale)
    _into(painter, box, image, part)


def _frame(painter: QPainter, box: PictureBox, image: QImage) -> None:
    """Draw a picture of a video over all of its place, the middle of it where the ratios differ."""
    ratio, width, height = box.rect.width / box.rect.height, image.width(), image.height()
    wide, high = min(width, height * ratio), min(height, width / ratio)
    _into(painter, box, image, QRectF((width - wide) / 2, (height - high) / 2, wide, high))


def _into(painter: QPainter, box: PictureBox, image: QImage, part: QRectF) -> None:
    painter.save()
    _clip(painter, box.clips, box.rect, box.radius)
    if box.radius:
        painter.setClipPath(_round(box.rect, box.radius), Qt.ClipOperation.IntersectClip)
    painter.drawImage(_rectf(box.rect), image, part)
    painter.restore()


def _missing(painter: QPainter, box: PictureBox, faces: Faces) -> None:
    """The place of a picture that is not there yet: a calm tile with a drawn picture and the ratio it wants."""
    rect = box.rect
    painter.fillPath(_round(rect, box.radius), QBrush(QColor("#fffff4e6")))
    edge = QPen(QColor("#ffe3b98a"), 1.0)
    edge.setDashPattern([4.0, 3.0])
    painter.strokePath(_round(rect.grown(-1.5), max(box.radius - 1.5, 0)), edge)
    short = min(rect.width, rect.height)
    icon = min(short * 0.42, 40.0)
    labelled = bool(box.label) and short >= 44
    top = rect.y + (rect.height - icon) / 2 - (6 if labelled else 0)
    place = Rect(rect.x + (rect.width - icon) / 2, top, icon, icon)
    _icon(painter, Shape(ShapeKind.ICON, place, stroke="#ffb9823f", stroke_width=1.4, name="mountain"))
    if not labelled:
        return
    size = 10.0
    face = faces.regular
    x = rect.x + (rect.width - sum(face.glyph(c).advance for c in box.label) * size / EM) / 2
    base = painter.transform()
    for char in box.label:
        glyph = face.glyph(char)
        painter.setTransform(QTransform(size / EM, 0, 0, size / EM, x, place.bottom + 11) * base)
        painter.fillPath(glyph.outline, QBrush(QColor("#ff9a6a2c")))
        x += glyph.advance * size / EM
    painter.setTransform(base)


def _pulse(painter: QPainter, pulse: Pulse, phase: float) -> None:
    """A ring of light that leaves the button and fades."""
    moment = phase % 1.0
    if moment <= 0.0:
        return
    colour = QColor(pulse.colour)
    colour.setAlphaF(colour.alphaF() * (1.0 - moment))
    grow = 9.0 * moment
    painter.fillPath(_round(pulse.rect.grown(grow), pulse.radius + grow), QBrush(colour))
