# SPDX-License-Identifier: Apache-2.0
"""Cold start to a usable window: from the start of the process to the overview painted with the workspace's data.

Beside it stands the least any Qt program of this kind takes: an empty QMainWindow with a label. Each start is a fresh
process on a workspace in use, its engine not running; the two take turns. Budget: median <= 1.0 s.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

BUDGET_SECONDS: Final = 1.0


def end_processes(folder: Path) -> None:
    """End engine and worker of the workspace."""
    from tests.journeys.windows import end_processes as end

    end(folder)


def start_ours(folder: Path) -> None:
    """Open the studio; say when the overview has been painted with data, then leave."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QPushButton

    from koodesk import app
    from koodesk.backend.workspace import Workspace

    application = app.application()
    window = app.build_window(Workspace(folder))
    window.show()

    def look() -> None:
        page = window.page("overview")
        if any(b.objectName().startswith("step-") for b in page.findChildren(QPushButton)):
            timer.stop()
            window.repaint()
            print(json.dumps({"at": time.time()}), flush=True)
            os._exit(0)  # only the start is measured; the parent ends what was started

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(2)
    application.exec()


def start_empty(_folder: Path) -> None:
    """Open a window with a label; say when it has been painted."""
    from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

    application = QApplication([])
    window = QMainWindow()
    window.setCentralWidget(QLabel("Koodesk"))
    window.resize(1280, 800)
    window.show()
    application.processEvents()
    window.repaint()
    print(json.dumps({"at": time.time()}), flush=True)
    os._exit(0)


PARTS: Final = {"ours": start_ours, "empty": start_empty}


def measure(part: str, folder: Path) -> float:
    """Start one part in a process of its own; return seconds until it was painted."""
    begin = time.time()
    done = subprocess.run(
        [sys.executable, __file__, "--part", part, "--folder", str(folder)],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
        env={"QT_QPA_PLATFORM": "offscreen", **os.environ, "PYTHONPATH": str(ROOT)},
    )
    if part == "ours":
        time.sleep(
            1
        )  # the engine it started comes up; then both are ended, so that every start is a cold one
        end_processes(folder)
    return float(json.loads(done.stdout.splitlines()[-1])["at"]) - begin


def fill(folder: Path) -> None:
    """Make a workspace somebody works in."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace
    from koodesk.demo import sample

    with open_service(Workspace(folder)) as service:
        service.engine.ensure_running()
        try:
            sample.fill(service)
        finally:
            service.engine.stop()


def main() -> int:
    """Measure in turns, print the table; 1 when the budget is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        PARTS[options.part](options.folder)
        return 0
    with tempfile.TemporaryDirectory(prefix="koodesk-bench-") as name:
        folder = Path(name) / "ws"
        fill(folder)
        turns = [(measure("empty", folder), measure("ours", folder)) for _ in range(options.runs)]
    ours = statistics.median(run for _, run in turns)
    empty = statistics.median(run for run, _ in turns)
    met = ours <= BUDGET_SECONDS
    result = {
        "bench": "start",
        "seconds": round(ours, 3),
        "slowest": round(max(run for _, run in turns), 3),
        "empty_window_seconds": round(empty, 3),
        "times_empty_window": round(ours / empty, 2),
        "met": met,
    }
    print(json.dumps(result))
    print(
        f"cold start to the overview with data in {ours:.2f} s (<= {BUDGET_SECONDS:g} s), {ours / empty:.1f} x an empty "
        f"Qt window ({empty:.2f} s): {'met' if met else 'MISSED'}"
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
