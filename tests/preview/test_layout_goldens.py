# SPDX-License-Identifier: Apache-2.0
"""Every layout on every vendor that takes it, against the picture a person looked at.

A difference is kept in build/golden/ as NAME.png and NAME-diff.png.
"""

import pytest
from PySide6.QtWidgets import QApplication

from tests.preview.goldens import compare
from tests.preview.layout_goldens import FOLDER, LayoutGolden, all_goldens, draw

pytestmark = pytest.mark.gui


@pytest.mark.parametrize("golden", all_goldens(), ids=lambda g: g.name)
def test_layout(golden: LayoutGolden, qapp: QApplication) -> None:
    compare(draw(golden), FOLDER, golden.name, "layout_goldens")


def test_no_layout_golden_is_left_behind() -> None:
    assert {path.stem for path in FOLDER.glob("*.png")} == {golden.name for golden in all_goldens()}
