# SPDX-License-Identifier: Apache-2.0
"""What must not pass unseen turns a test red: a window left open, a warning of Qt's, a warning of Python's."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.gui

CASES = {
    "a window left open": (
        """
KEPT = []  # or the window would go with the name


def test_it(qtbot):
    from PySide6.QtWidgets import QWidget

    KEPT.append(QWidget())
    KEPT[0].show()
""",
        "left open: QWidget",
    ),
    "a warning of Qt": (
        """
def test_it(qtbot):
    from PySide6.QtCore import qWarning

    qWarning("something is odd")
""",
        "something is odd",
    ),
    "a warning of Python": (
        """
def test_it():
    import warnings

    warnings.warn("old habit", DeprecationWarning)
""",
        "old habit",
    ),
    "an exception in a slot": (
        """
def test_it(qtbot):
    from PySide6.QtCore import QTimer

    QTimer.singleShot(0, lambda: 1 / 0)
    qtbot.wait(20)
""",
        "ZeroDivisionError",
    ),
}


def outcome(folder: Path, source: str) -> tuple[int, str]:
    """Run one test file under our conftest.py and settings; return pytest's exit status and what it said."""
    (folder / "tests").mkdir()
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copy(ROOT / "tests" / "conftest.py", folder / "tests")
    shutil.copytree(ROOT / "resources" / "fonts", folder / "resources" / "fonts")
    (folder / "tests" / "test_case.py").write_text(source, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/test_case.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, run.stdout + run.stderr


@pytest.mark.parametrize("case", CASES)
def test_it_is_red(case: str, tmp_path: Path) -> None:
    source, said = CASES[case]
    status, output = outcome(tmp_path, source)
    assert status == 1, output
    assert said in output


def test_a_good_test_is_green(tmp_path: Path) -> None:
    source = "def test_it(qtbot):\n    from PySide6.QtWidgets import QLabel\n\n    label = QLabel('喆')\n"
    source += "    qtbot.addWidget(label)\n    label.show()\n    qtbot.waitExposed(label)\n"
    status, output = outcome(tmp_path, source)
    assert status == 0, output
