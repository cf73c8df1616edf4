# SPDX-License-Identifier: Apache-2.0
"""How wide text is in the bundled fonts, from a table of their own widths: the `Measure` of `arrange` where there is no Qt.

The table is made by `scripts/make_h5_data.py`; a test holds it against what Qt measures.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_right
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from koodesk import paths
from koodesk.preview.placement import Font

EM: Final = 1000.0
"""Widths are in thousandths of the font size."""

_JOINERS: Final = frozenset("\u200b\u200d\ufe0e\ufe0f\n")
"""Characters that take no room, whether a font has them or not."""

_BOX_WIDTH: Final = 880.0
"""The width of the box drawn for a character the fonts lack, as `preview.fonts` draws it."""


class _Face:
    """One weight."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.ascent: Final = float(told["ascent"])
        self.descent: Final = float(told["descent"])
        self._first = array("l", [run[0] for run in told["runs"]])
        self._count = array("l", [run[1] for run in told["runs"]])
        self._advance = array("d", [run[2] for run in told["runs"]])

    def advance(self, char: str) -> float | None:
        """Return a character's width, None when the font lacks it."""
        code = ord(char)
        at = bisect_right(self._first, code) - 1
        if at < 0 or code >= self._first[at] + self._count[at]:
            return None
        return float(self._advance[at])


class TableMeasure:
    """Measures with the widths of a table."""

    def __init__(self, table: Path) -> None:
        """Read the table. Raises OSError, ValueError or KeyError: it ships with the program."""
        told = json.loads(table.read_text("utf-8"))
        self._faces: Final = (_Face(told["regular"]), _Face(told["bold"]))
        self._widths: Final[tuple[dict[str, float], dict[str, float]]] = ({}, {})

    def advance(self, text: str, font: Font) -> float:
        """Return the width of a run on one line, in dp."""
        widths = self._widths[font.bold]
        total = 0.0
        for char in text:
            width = widths.get(char)
            if width is None:
                width = widths[char] = self._wide(char, bold=font.bold)
            total += width
        return total * font.size / EM

    def ascent(self, font: Font) -> float:
        """Return the height above the baseline, in dp."""
        return self._faces[font.bold].ascent * font.size / EM

    def line_height(self, font: Font) -> float:
        """Return ascent plus descent, in dp."""
        face = self._faces[font.bold]
        return (face.ascent + face.descent) * font.size / EM

    def missing(self, text: str) -> str:
        """Return the characters that the fonts cannot draw, each once, in order."""
        face = self._faces[0]
        return "".join(
            dict.fromkeys(char for char in text if char not in _JOINERS and face.advance(char) is None)
        )

    def _wide(self, char: str, *, bold: bool) -> float:
        if char in _JOINERS:
            return 0.0
        known = self._faces[bold].advance(char)
        return _BOX_WIDTH if known is None else known


@lru_cache(maxsize=1)
def bundled() -> TableMeasure:
    """Return the measure of the bundled fonts, the same one each time: shells are kept by it."""
    return TableMeasure(paths.resources() / "h5" / "advances.json")
