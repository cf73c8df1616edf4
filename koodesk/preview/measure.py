# SPDX-License-Identifier: Apache-2.0
"""How wide text is in the bundled fonts: the real `Measure` of `arrange`. Sums of glyph widths, so exact and additive."""

from __future__ import annotations

from typing import Final

from koodesk.preview.fonts import EM, Faces
from koodesk.preview.placement import Font


class FontMeasure:
    """Measures with outlines' own widths: what the painter draws is as wide as what was measured, at any scale."""

    def __init__(self, faces: Faces) -> None:
        """Measure with these fonts."""
        self.faces: Final = faces

    def advance(self, text: str, font: Font) -> float:
        """Return the width of a run on one line, in dp."""
        glyph = self.faces.of(font.bold).glyph
        return sum(glyph(char).advance for char in text) * font.size / EM

    def ascent(self, font: Font) -> float:
        """Return the height above the baseline, in dp."""
        return self.faces.of(font.bold).ascent * font.size / EM

    def line_height(self, font: Font) -> float:
        """Return ascent plus descent, in dp."""
        face = self.faces.of(font.bold)
        return (face.ascent + face.descent) * font.size / EM

    def missing(self, text: str) -> str:
        """Return the characters that the fonts cannot draw, each once, in order."""
        glyph = self.faces.regular.glyph
        return "".join(dict.fromkeys(char for char in text if not glyph(char).known))
