# SPDX-License-Identifier: Apache-2.0
"""The golden cards: every layout's starter on every vendor that takes it, light, and dark on the first of them.

`python -m tests.preview.layout_goldens [LAYOUT ...]` writes them again into tests/golden/layouts. Look at every one before it
is committed. They show the card alone, at three quarters of its size, so that all of them together stay small.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from koodesk.domain.rule_pack import LayoutSpec
from koodesk.domain.samples import sample_starter
from koodesk.domain.template import Template
from koodesk.domain.vendor import Vendor
from koodesk.preview import fonts
from koodesk.preview.arrange import arrange
from koodesk.preview.measure import FontMeasure
from koodesk.preview.pictures import PictureSource
from koodesk.preview.render import Renderer, png
from tests.preview.arithmetic import RESOURCES, pack, phones

FOLDER = Path(__file__).resolve().parents[1] / "golden" / "layouts"
SCALE = 0.75
_AROUND = 8.0


@dataclass(frozen=True)
class LayoutGolden:
    """One card on one phone."""

    layout: str
    vendor: Vendor
    dark: bool = False

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return f"{self.layout}-{self.vendor.lower()}{'-dark' if self.dark else ''}"


def _of(spec: LayoutSpec) -> list[LayoutGolden]:
    takers = [v for v in Vendor if spec.takes(v)]
    return [*(LayoutGolden(spec.id, v) for v in takers), LayoutGolden(spec.id, takers[0], dark=True)]


def all_goldens() -> tuple[LayoutGolden, ...]:
    """Return every layout on its vendors, in the pack's order."""
    return tuple(golden for spec in pack().layouts.values() for golden in _of(spec))


@lru_cache(maxsize=2)
def _starter(layout: str) -> tuple[Template, dict[str, bytes]]:
    return sample_starter(pack().layouts[layout], RESOURCES)


def draw(golden: LayoutGolden) -> QImage:
    """Draw one golden card anew. Needs a QGuiApplication."""
    template, files = _starter(golden.layout)
    faces = fonts.load(RESOURCES / "fonts")
    placement = arrange(
        template,
        pack().layouts[golden.layout],
        golden.vendor,
        pack(),
        phones()[golden.vendor],
        {},
        FontMeasure(faces),
        dark=golden.dark,
    )
    whole = Renderer(PictureSource(files.get), faces).paint(placement, SCALE)
    part = placement.card.united(placement.toggle).grown(_AROUND)
    box = (part.x, part.y, part.width, part.height)
    return whole.copy(QRect(*(round(value * SCALE) for value in box)))


def main() -> int:
    """Write the golden cards of the named layouts, or of all."""
    import os

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication([])
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = set(sys.argv[1:])
    for golden in all_goldens():
        if not wanted or golden.layout in wanted:
            (FOLDER / f"{golden.name}.png").write_bytes(png(draw(golden)))
    del application
    return 0


if __name__ == "__main__":
    sys.exit(main())
