# SPDX-License-Identifier: Apache-2.0
"""The bundled fonts as outlines and widths: loaded once, the same on every machine.

Card text is not drawn by Qt's text engine. Its pixels depend on the platform plugin, the font server's settings, the
hinter and the fonts that happen to be installed; outlines of one bundled font, filled by Qt's own rasteriser, do not.
Each character is one glyph and its width is the font's: enough for Chinese and for the Latin and marks beside it. A
character the fonts lack (emoji) gets a drawn box, and `missing` says so: phones draw it with a font of their own.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QPainterPath, QRawFont

from koodesk.domain.problem import Refused, problem

EM: Final = 1000.0
"""Outlines and widths are in thousandths of the font size."""

FILES: Final = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")
_JOINERS: Final = frozenset("\u200b\u200d\ufe0e\ufe0f")
_BOX_WIDTH: Final = 880.0


_families: dict[str, str] = {}
_naming = threading.Lock()


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character's outline (y downwards, baseline at 0) and width, in thousandths; `known` False for the drawn box."""

    outline: QPainterPath
    advance: float
    known: bool


class Face:
    """One weight. Safe to ask from any thread: a Qt font belongs to the thread it was made in, so each makes its own."""

    def __init__(self, path: Path) -> None:
        """Read the font file. Raises Refused when it is not there or is no font."""
        self._path: Final = str(path)
        self._own: Final = threading.local()
        self._glyphs: Final[dict[str, Glyph]] = {}
        font = self._font()
        if not font.isValid():
            raise Refused(problem("preview.font.missing", path.name, file=path.name))
        self.ascent: Final = font.ascent()
        self.descent: Final = font.descent()

    def family(self) -> str:
        """Return what Qt calls the font where it is written rather than drawn; it is given to Qt once."""
        with _naming:
            if self._path not in _families:
                number = QFontDatabase.addApplicationFont(self._path)
                _families[self._path] = QFontDatabase.applicationFontFamilies(number)[0]
            return _families[self._path]

    def _font(self) -> QRawFont:
        font: QRawFont | None = getattr(self._own, "font", None)
        if font is None:
            font = QRawFont(self._path, EM, QFont.HintingPreference.PreferNoHinting)
            self._own.font = font
        return font

    def glyph(self, char: str) -> Glyph:
        """Return the glyph of one character."""
        found = self._glyphs.get(char)
        if found is None:
            # Two threads may make the same glyph; they make it equal, and the dictionary keeps one.
            found = self._glyphs[char] = self._make(char)
        return found

    def _make(self, char: str) -> Glyph:
        if char in _JOINERS or char == "\n":
            return Glyph(QPainterPath(), 0.0, True)
        font = self._font()
        index = font.glyphIndexesForString(char)[0]
        if index == 0:
            box = QPainterPath()
            box.addRoundedRect(70, -790, _BOX_WIDTH - 140, 820, 150, 150)
            box.addRoundedRect(140, -720, _BOX_WIDTH - 280, 680, 100, 100)
            return Glyph(box, _BOX_WIDTH, False)
        outline = font.pathForGlyph(index)
        outline.setFillRule(Qt.FillRule.WindingFill)  # strokes of a character may lie over each other
        return Glyph(outline, font.advancesForGlyphIndexes([index])[0].x(), True)


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """The two weights."""

    regular: Face
    bold: Face

    def of(self, bold: bool) -> Face:
        """Return the face of a weight."""
        return self.bold if bold else self.regular

    def family(self) -> str:
        """Return what Qt calls both weights."""
        self.bold.family()
        return self.regular.family()


_loaded: dict[Path, Faces] = {}
_loading = threading.Lock()


def load(folder: Path) -> Faces:
    """Return the fonts of a folder, read the first time only. Needs a QGuiApplication. Raises Refused."""
    with _loading:
        if folder not in _loaded:
            _loaded[folder] = Faces(*(Face(folder / name) for name in FILES))
        return _loaded[folder]
