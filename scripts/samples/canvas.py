# SPDX-License-Identifier: Apache-2.0
"""The drawing surface of the sample pictures: fills, gradients, soft shadows, lettering, and saving.

Stands on QPainter, which fills curves smoothly, and on Pillow for blurs and for writing the files. Lengths are those
of the finished picture in pixels; the surface itself is twice as fine. What is drawn is left to the theme modules.
"""

from __future__ import annotations

import io
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image, ImageFilter
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
    QRadialGradient,
    QTransform,
)

FINE: Final = 2
"""Pixels of the surface for one of the finished picture."""

COARSE: Final = 4
"""Pixels of the surface for one of a blur's mask."""

ROOT: Final = Path(__file__).resolve().parent.parent.parent

Path2D = QPainterPath


class Paint:
    """A gradient stretched over whatever it fills; colours are evenly spaced, "#rrggbb" or "#aarrggbb"."""

    def __init__(self, *colours: str, angle: float = 90.0) -> None:
        self.colours = colours
        self.angle = angle

    def brush(self, box: QRectF) -> QBrush:
        """Return the brush for a shape with this bounding box; 90 degrees runs from top to bottom."""
        turn = math.radians(self.angle)
        cos, sin = math.cos(turn), math.sin(turn)
        half = (abs(cos) * box.width() + abs(sin) * box.height()) / 2
        centre, along = box.center(), QPointF(cos * half, sin * half)
        return self._stops(QLinearGradient(centre - along, centre + along))

    def _stops(self, gradient: QLinearGradient | QRadialGradient) -> QBrush:
        last = max(len(self.colours) - 1, 1)
        for index, colour in enumerate(self.colours):
            gradient.setColorAt(index / last, QColor(colour))
        return QBrush(gradient)


class Round(Paint):
    """A gradient from a lit point outwards, for balls and bowls; the point is given in parts of the bounding box."""

    def __init__(self, *colours: str, x: float = 0.36, y: float = 0.3, reach: float = 0.8) -> None:
        super().__init__(*colours)
        self.x, self.y, self.reach = x, y, reach

    def brush(self, box: QRectF) -> QBrush:
        """Return the brush for a shape with this bounding box."""
        centre = QPointF(box.x() + self.x * box.width(), box.y() + self.y * box.height())
        return self._stops(QRadialGradient(centre, self.reach * max(box.width(), box.height())))


Fill = str | Paint


class Canvas:
    """A picture being drawn."""

    def __init__(self, width: int, height: int, fill: Fill = "#ffffff") -> None:
        application()
        self.width, self.height = width, height
        self._image = QImage(width * FINE, height * FINE, QImage.Format.Format_ARGB32_Premultiplied)
        self._image.fill(QColor("#ffffff"))
        self._painter = QPainter(self._image)
        self._painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        self._painter.scale(FINE, FINE)
        whole = QPainterPath()
        whole.addRect(0, 0, width, height)
        self.whole = whole
        self.fill(whole, fill)

    def fill(self, path: Path2D, fill: Fill, alpha: float = 1.0) -> None:
        """Fill a shape."""
        brush = QBrush(QColor(fill)) if isinstance(fill, str) else fill.brush(path.boundingRect())
        self._painter.setOpacity(alpha)
        self._painter.fillPath(path, brush)
        self._painter.setOpacity(1.0)

    def line(
        self,
        path: Path2D,
        fill: Fill,
        width: float,
        alpha: float = 1.0,
        dash: tuple[float, float] | None = None,
    ) -> None:
        """Draw along a path with round ends; `dash` is on and off in line widths."""
        brush = QBrush(QColor(fill)) if isinstance(fill, str) else fill.brush(path.boundingRect())
        pen = QPen(brush, width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if dash:
            pen.setDashPattern(dash)
        self._painter.setOpacity(alpha)
        self._painter.strokePath(path, pen)
        self._painter.setOpacity(1.0)

    def soft(
        self, path: Path2D, colour: str, alpha: float, blur: float, right: float = 0.0, down: float = 0.0
    ) -> None:
        """Draw a shape out of focus: a shadow, a light, or, inside `clip`, the shading of a body."""
        painter = self._painter
        mapped = painter.transform().map(path.translated(right, down))
        scale = math.hypot(painter.transform().m11(), painter.transform().m12()) / COARSE
        mask = QImage(
            -(-self._image.width() // COARSE),
            -(-self._image.height() // COARSE),
            QImage.Format.Format_Grayscale8,
        )
        mask.fill(0)
        pen = QPainter(mask)
        pen.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen.scale(1 / COARSE, 1 / COARSE)
        pen.fillPath(mapped, QColor("#ffffff"))
        pen.end()
        size = (mask.width(), mask.height())
        grey = Image.frombytes("L", size, bytes(mask.constBits()), "raw", "L", mask.bytesPerLine())
        data = grey.filter(ImageFilter.GaussianBlur(blur * scale)).tobytes()
        shade = QImage(data, *size, size[0], QImage.Format.Format_Grayscale8)
        cloud = QImage(*size, QImage.Format.Format_ARGB32)
        cloud.fill(QColor(colour))
        cloud.setAlphaChannel(shade)
        painter.save()
        painter.resetTransform()
        painter.setOpacity(alpha)
        painter.drawImage(QRectF(0, 0, size[0] * COARSE, size[1] * COARSE), cloud)
        painter.restore()

    def glow(self, x: float, y: float, radius: float, colour: str, alpha: float) -> None:
        """Lay a round light on the picture, gone at the radius."""
        gradient = QRadialGradient(QPointF(x, y), radius)
        for at, strength in ((0.0, 1.0), (0.25, 0.72), (0.5, 0.36), (0.75, 0.1), (1.0, 0.0)):
            stop = QColor(colour)
            stop.setAlphaF(alpha * strength)
            gradient.setColorAt(at, stop)
        path = QPainterPath()
        path.addEllipse(QPointF(x, y), radius, radius)
        self._painter.fillPath(path, QBrush(gradient))

    @contextmanager
    def clip(self, path: Path2D) -> Iterator[None]:
        """Draw only inside a shape, within the clips already there."""
        self._painter.save()
        self._painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
        yield
        self._painter.restore()

    @contextmanager
    def at(
        self, x: float, y: float, scale: float = 1.0, turn: float = 0.0, flip: bool = False
    ) -> Iterator[None]:
        """Draw around another origin: scaled, turned clockwise by degrees, mirrored."""
        self._painter.save()
        self._painter.translate(x, y)
        self._painter.rotate(turn)
        self._painter.scale(-scale if flip else scale, scale)
        yield
        self._painter.restore()

    def words(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        fill: Fill,
        *,
        align: str = "centre",
        bold: bool = True,
        space: float = 0.0,
        alpha: float = 1.0,
    ) -> Path2D:
        """Write text with its middle line at y, and return its outline; `align` is left, centre or right of x."""
        path = outline(text, x, y, size, align=align, bold=bold, space=space)
        self.fill(path, fill, alpha)
        return path

    def finished(self) -> Image.Image:
        """End the drawing and return the picture."""
        self._painter.end()
        rgb = self._image.convertToFormat(QImage.Format.Format_RGB888)
        size = (rgb.width(), rgb.height())
        whole = Image.frombytes("RGB", size, bytes(rgb.constBits()), "raw", "RGB", rgb.bytesPerLine())
        return whole.resize((self.width, self.height), Image.Resampling.LANCZOS)


@cache
def application() -> QGuiApplication:
    """Return Qt's application, which fonts need: the one that runs, or a new one."""
    running = QGuiApplication.instance()
    return running if isinstance(running, QGuiApplication) else QGuiApplication([])


@cache
def _family(bold: bool) -> str:
    application()
    name = f"NotoSansSC-{'Bold' if bold else 'Regular'}.ttf"
    number = QFontDatabase.addApplicationFont(str(ROOT / "resources" / "fonts" / name))
    return QFontDatabase.applicationFontFamilies(number)[0]


def outline(
    text: str,
    x: float,
    y: float,
    size: float,
    *,
    align: str = "centre",
    bold: bool = True,
    space: float = 0.0,
) -> Path2D:
    """Return the outline of text with its middle line at y; `space` is added between characters."""
    font = QFont(_family(bold))
    font.setPixelSize(100)
    font.setBold(bold)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    metrics = QFontMetricsF(font)
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    at = 0.0
    for character in text:
        one = QPainterPath()
        one.addText(at, 0, font, character)
        path.addPath(one)
        at += metrics.horizontalAdvance(character) + space * 100 / size
    at -= space * 100 / size
    start = {"left": 0.0, "centre": -at / 2, "right": -at}[align]
    return QTransform().translate(x, y).scale(size / 100, size / 100).translate(start, 36.5).map(path)


def save(picture: Image.Image, path: Path, most: int, quality: int = 82) -> int:
    """Write a picture as PNG or JPEG by its name and return its bytes.

    JPEG in the best quality, `quality` at most, that fits `most` bytes. SystemExit when none does.
    """
    if path.suffix == ".png":
        picture.save(path, optimize=True)
        return path.stat().st_size
    for step in range(quality, 70, -1):
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=step, optimize=True, progressive=True, subsampling="4:2:0")
        if out.tell() <= most:
            path.write_bytes(out.getvalue())
            return out.tell()
    raise SystemExit(f"{path.name}: more than {most} bytes in the lowest quality")
