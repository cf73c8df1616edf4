# SPDX-License-Identifier: Apache-2.0
"""The icon family (Lucide, ISC): line icons drawn in the colour of a role, sharp at every scale."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from koodesk import paths

SIZE: Final = 18
_USUAL: Final = (1, 2)
"""The scales every icon is drawn at; those of the screens there are come to them."""


@lru_cache(maxsize=128)
def _source(name: str) -> str:
    return (paths.resources() / "icons" / f"{name}.svg").read_text("utf-8")


def _drawing(name: str, color: QColor) -> QByteArray:
    return QByteArray(_source(name).replace("currentColor", color.name()).encode("utf-8"))


def pixmap(name: str, color: QColor, size: int = SIZE, scale: float = 1.0, gap: int = 0) -> QPixmap:
    """Draw one icon `size` logical pixels wide for a screen of the given scale, with `gap` clear pixels at its right."""
    side = round(size * scale)
    image = QPixmap(side + round(gap * scale), side)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(_drawing(name, color)).render(painter, QRectF(0, 0, side, side))
    painter.end()
    image.setDevicePixelRatio(scale)
    return image


@lru_cache(maxsize=256)
def _icon(name: str, role: str, size: int, gap: int) -> QIcon:
    from koodesk.ui import theme

    made = QIcon()
    for scale in sorted(
        {*_USUAL, *(ceil(screen.devicePixelRatio()) for screen in QGuiApplication.screens())}
    ):
        made.addPixmap(pixmap(name, theme.role(role), size, scale, gap))
        made.addPixmap(pixmap(name, theme.role("text_hint"), size, scale, gap), QIcon.Mode.Disabled)
        if role == "text_second":
            on = pixmap(name, theme.role("accent"), size, scale, gap)
            made.addPixmap(on, QIcon.Mode.Normal, QIcon.State.On)
    return made


def icon(name: str, role: str = "text_second", size: int = SIZE, gap: int = 0) -> QIcon:
    """Return an icon in the colour of a role of the theme in force; a `gap` moves the text beside it away."""
    return _icon(name, role, size, gap)


def forget() -> None:
    """Drop drawn icons: the theme has changed."""
    _icon.cache_clear()


@lru_cache(maxsize=1)
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="koodesk-icons-")


def file(name: str, color: QColor) -> Path:
    """Return a file with the icon in one colour, for the places where a stylesheet wants a path."""
    target = Path(_folder().name) / f"{name}-{color.name()[1:]}.svg"
    if not target.exists():
        target.write_bytes(bytes(_drawing(name, color).data()))
    return target
