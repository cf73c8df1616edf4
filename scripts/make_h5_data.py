# SPDX-License-Identifier: Apache-2.0
"""Writes what H5 pages need of fonts and figures without Qt: `resources/h5/advances.json` and `resources/h5/figures.json`.

The widths come out of the bundled fonts with fontTools, the outlines of line drawings out of `preview.icons` and
`preview.ornaments`. `tests/h5` holds both against what Qt says. Run it after `make fonts` or a new drawing.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont
from PySide6.QtGui import QGuiApplication, QPainterPath

from koodesk.preview import icons
from koodesk.preview.fonts import EM, FILES
from koodesk.preview.ornaments import cloud
from koodesk.preview.placement import Rect, Shape, ShapeKind

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "resources" / "h5"
NAMES = ("regular", "bold")


def widths(path: Path) -> dict[str, Any]:
    """Return ascent, descent and runs of [first code point, count, advance], in thousandths of the font size."""
    font = TTFont(path)
    scale = EM / font["head"].unitsPerEm
    cmap, metrics = font.getBestCmap(), font["hmtx"].metrics
    runs: list[list[float]] = []
    for code in sorted(cmap):
        advance = metrics[cmap[code]][0] * scale
        if runs and runs[-1][0] + runs[-1][1] == code and runs[-1][2] == advance:
            runs[-1][1] += 1
        else:
            runs.append([code, 1, advance])
    return {
        "ascent": font["hhea"].ascent * scale,
        "descent": -font["hhea"].descent * scale,
        "runs": [[int(a), int(b), int(c) if c == int(c) else c] for a, b, c in runs],
    }


def outline(path: QPainterPath) -> str:
    """Return a path of Qt's as SVG path data with absolute M, L and C only."""
    parts: list[str] = []
    at, count = 0, path.elementCount()
    while at < count:
        element = path.elementAt(at)
        kind = element.type
        if kind == QPainterPath.ElementType.CurveToElement:
            points = [path.elementAt(at + i) for i in range(3)]
            parts.append("C" + " ".join(f"{number(p.x)} {number(p.y)}" for p in points))
            at += 3
            continue
        letter = "M" if kind == QPainterPath.ElementType.MoveToElement else "L"
        parts.append(f"{letter}{number(element.x)} {number(element.y)}")
        at += 1
    return "".join(parts)


def number(value: float) -> str:
    """Return a number with at most three decimals."""
    return f"{value:.3f}".rstrip("0").rstrip(".") if "." in f"{value:.3f}" else str(value)


def figures() -> dict[str, Any]:
    """Return the line drawings on their grid of 24, and the cloud on its grid of 100 x 50."""
    names = sorted({*icons._LINES, *icons._ROUNDS, *ICONS_OF_CURVES})
    drawn = cloud(Shape(ShapeKind.CLOUD, Rect(0, 0, 100, 50)))
    return {"icons": {name: outline(icons.outline(name)) for name in names}, "cloud": outline(drawn)}


ICONS_OF_CURVES = ("wifi", "battery", "call", "more", "shop", "plus_round", "face", "mic", "mountain", "coin")


def main() -> None:
    """Write both files."""
    application = QGuiApplication(sys.argv)
    TARGET.mkdir(exist_ok=True)
    fonts = ROOT / "resources" / "fonts"
    found = {name: widths(fonts / file) for name, file in zip(NAMES, FILES, strict=True)}
    (TARGET / "advances.json").write_text(json.dumps(found, separators=(",", ":")) + "\n", "utf-8")
    (TARGET / "figures.json").write_text(json.dumps(figures(), indent=1) + "\n", "utf-8")
    del application


if __name__ == "__main__":
    main()
