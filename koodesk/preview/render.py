# SPDX-License-Identifier: Apache-2.0
"""Placement -> `QImage`, on any thread; and PNG bytes that are the same each time.

A phone is kept as a picture without the contents that change, by the items it is drawn of: a keystroke paints the one
text that is typed, unless the card grows.
"""

from __future__ import annotations

import threading
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF
from PySide6.QtGui import QColorSpace, QImage, QImageWriter, QPainter

from koodesk.preview.fonts import Faces
from koodesk.preview.kept_images import KeptImages
from koodesk.preview.painter import draw_items
from koodesk.preview.pictures import PictureSource
from koodesk.preview.placement import Item, PictureBox, Placement, Pulse

DOTS_PER_METRE: Final = 2835
"""72 dots an inch, written into every picture: Qt's own default is the screen's and differs between machines."""
KEPT_BYTES: Final = 64 * 1_048_576
"""Memory for kept phones: some sixty at scale 1, sixteen at scale 2."""


class Renderer:
    """Paints placements with one set of fonts and pictures. Safe from several threads at once."""

    def __init__(self, pictures: PictureSource, faces: Faces) -> None:
        """Paint with these pictures and fonts."""
        self.pictures: Final = pictures
        self.faces: Final = faces
        self._kept: Final = KeptImages(KEPT_BYTES)
        self._last: Final[dict[tuple[str, bool, str, float], frozenset[Item]]] = {}
        self._lock: Final = threading.Lock()

    def paint(self, placement: Placement, scale: float = 1.0, phase: float = 0.0) -> QImage:
        """Return the phone as a picture of `width * scale` by `height * scale` pixels, transparent around the case."""
        still = _still(placement.items)
        body, contents = placement.items[:still], placement.items[still:]
        moving = self._moving(placement, contents, scale)
        steady, changing = _parted(contents, moving)
        image = self._ground(placement, (*body, *steady), scale).copy()
        painter = QPainter(image)
        draw_items(painter, changing, self.pictures, self.faces, scale=scale, phase=phase)
        painter.end()
        return image

    def _moving(self, placement: Placement, contents: tuple[Item, ...], scale: float) -> frozenset[str]:
        """Return the contents that differ from the last time this phone was painted, and those that move by themselves.

        A picture is among them too: it may arrive later under the same digest.
        """
        key = (placement.vendor, placement.dark, placement.show, scale)
        now = frozenset(contents)
        with self._lock:
            last = self._last.get(key, frozenset())
            self._last[key] = now
        changed = {item.content_id for item in now ^ last}
        if (
            "" in changed
        ):  # the card's own figures moved; contents stand before and behind them: all in order again
            return frozenset(item.content_id for item in contents)
        return frozenset(
            changed | {item.content_id for item in contents if isinstance(item, PictureBox | Pulse)}
        )

    def _ground(self, placement: Placement, body: tuple[Item, ...], scale: float) -> QImage:
        """Return the phone without the contents that change."""
        items = (*placement.shell, *placement.front, *body)
        # A background may arrive, or be made anew, under the same digest: what was drawn belongs to the key.
        drawn = tuple(self.pictures.ladder(item.digest) for item in body if isinstance(item, PictureBox))
        key = (items, drawn, scale)
        kept = self._kept.find(key)
        if kept is not None:
            return kept
        image = blank(placement.width, placement.height, scale)
        painter = QPainter(image)
        draw_items(painter, items, self.pictures, self.faces, scale=scale)
        painter.end()
        self._kept.keep(key, image)
        return image


def _parted(contents: tuple[Item, ...], moving: frozenset[str]) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """Return the items that may be painted before, and those that change, in order: what lies over one of them is among them."""
    steady: list[Item] = []
    changing: list[Item] = []
    for item in contents:
        over = item.content_id in moving or any(item.rect.overlaps(below.rect) for below in changing)
        (changing if over else steady).append(item)
    return tuple(steady), tuple(changing)


def _still(items: tuple[Item, ...]) -> int:
    """Return how many items at the beginning are the card's own body: figures, and a background behind them."""
    return next((i for i, item in enumerate(items) if item.content_id and not _behind(item)), len(items))


def _behind(item: Item) -> bool:
    return isinstance(item, PictureBox) and item.role == "background"


def blank(width: float, height: float, scale: float) -> QImage:
    """Return a transparent picture of a size in dp."""
    image = QImage(
        max(round(width * scale), 1), max(round(height * scale), 1), QImage.Format.Format_ARGB32_Premultiplied
    )
    image.setDotsPerMeterX(DOTS_PER_METRE)
    image.setDotsPerMeterY(DOTS_PER_METRE)
    image.fill(0)
    return image


def paint(placement: Placement, pictures: PictureSource, faces: Faces, scale: float = 1.0) -> QImage:
    """Paint one placement, keeping nothing: for a single picture. Safe on any thread."""
    return Renderer(pictures, faces).paint(placement, scale)


def png(image: QImage) -> bytes:
    """Return PNG bytes: no time, no colour profile, a fixed resolution; the same picture gives the same bytes."""
    plain = image.convertToFormat(QImage.Format.Format_ARGB32)
    plain.setColorSpace(QColorSpace())
    plain.setDotsPerMeterX(DOTS_PER_METRE)
    plain.setDotsPerMeterY(DOTS_PER_METRE)
    for name in plain.textKeys():
        plain.setText(name, "")
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"png"))
    writer.setCompression(60)
    if not writer.write(plain):
        raise RuntimeError(writer.errorString())
    return bytes(buffer.data().data())


def beside(images: tuple[QImage, ...], gap: int, background: int) -> QImage:
    """Return pictures in a row on a colour (0xAARRGGBB), their tops in line."""
    width = sum(i.width() for i in images) + gap * (len(images) + 1)
    image = blank(width, max(i.height() for i in images) + 2 * gap, 1.0)
    image.fill(background)
    painter = QPainter(image)
    x = float(gap)
    for part in images:
        painter.drawImage(QPointF(x, gap), part)
        x += part.width() + gap
    painter.end()
    return image
