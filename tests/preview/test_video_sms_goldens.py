# SPDX-License-Identifier: Apache-2.0
"""Three messages on three phones, light and dark, against the pictures a person looked at; and the same bytes each time.

A difference is kept in build/golden/ as NAME.png (what was drawn) and NAME-diff.png (what differs, in red).
"""

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from koodesk.preview.render import png
from tests.preview.goldens import compare
from tests.preview.video_sms_goldens import FOLDER, GOLDENS, MessageGolden, draw

pytestmark = pytest.mark.gui

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda g: g.name)
def test_golden(golden: MessageGolden, qapp: QApplication) -> None:
    compare(draw(golden), FOLDER, golden.name, "video_sms_goldens")


def test_no_golden_is_left_behind() -> None:
    assert {path.stem for path in FOLDER.glob("*.png")} == {golden.name for golden in GOLDENS}


def test_the_same_bytes_twice_and_on_any_thread(qapp: QApplication) -> None:
    golden = GOLDENS[0]
    first = png(draw(golden, 2.0))
    with ThreadPoolExecutor(4) as pool:
        others = list(pool.map(lambda _: png(draw(golden, 2.0)), range(4)))
    assert set(others) == {first}


@pytest.mark.slow
def test_the_same_bytes_in_another_process(qapp: QApplication) -> None:
    """Neither the screen's resolution nor the locale may reach the picture."""
    program = (
        "from PySide6.QtGui import QGuiApplication; a = QGuiApplication([]);"
        "import hashlib, tests.preview.video_sms_goldens as g; from koodesk.preview.render import png;"
        "print(hashlib.sha256(b''.join(png(g.draw(one)) for one in g.GOLDENS)).hexdigest())"
    )
    environment = {**os.environ, "QT_FONT_DPI": "144", "LANG": "zh_CN.UTF-8", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    mine = hashlib.sha256(b"".join(png(draw(one)) for one in GOLDENS)).hexdigest()
    assert done.stdout.strip() == mine
