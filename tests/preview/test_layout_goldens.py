# SPDX-License-Identifier: Apache-2.0
"""Every layout on every vendor that takes it, against the picture a person looked at.

A difference is kept in build/golden/ as NAME.png and NAME-diff.png.
"""

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from koodesk.preview.render import png
from tests.preview.goldens import OTHERS, differing
from tests.preview.layout_goldens import FOLDER, LayoutGolden, all_goldens, draw

pytestmark = pytest.mark.gui

KEPT = Path(__file__).resolve().parents[2] / "build" / "golden"


@pytest.mark.parametrize("golden", all_goldens(), ids=lambda g: g.name)
def test_layout(golden: LayoutGolden, qapp: QApplication) -> None:
    wanted = QImage(str(FOLDER / f"{golden.name}.png"))
    assert not wanted.isNull(), "no such picture: python -m tests.preview.layout_goldens, then look at it"
    found = draw(golden)
    assert found.size() == wanted.size()
    share, marked = differing(wanted, found)
    if share > OTHERS:
        KEPT.mkdir(parents=True, exist_ok=True)
        (KEPT / f"{golden.name}.png").write_bytes(png(found))
        (KEPT / f"{golden.name}-diff.png").write_bytes(png(marked))
    assert share <= OTHERS, f"{share:.2%} of the pixels differ: see {KEPT}"


def test_no_layout_golden_is_left_behind() -> None:
    assert {path.stem for path in FOLDER.glob("*.png")} == {golden.name for golden in all_goldens()}
