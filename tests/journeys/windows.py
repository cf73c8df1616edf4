# SPDX-License-Identifier: Apache-2.0
"""Real windows on real workspaces for tests, and the certainty that no engine or worker outlives its test."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from koodesk import app
from koodesk.backend.workspace import Workspace
from koodesk.demo.robot import Robot
from koodesk.ui import i18n, theme
from koodesk.ui.main_window import MainWindow

BEAT_MS = 10


class Heartbeat(QObject):
    """Beats in the window's thread and keeps the longest time it was late: what a person would feel as a freeze."""

    def __init__(self) -> None:
        super().__init__()
        self.longest_ms = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(BEAT_MS)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest_ms = max(self.longest_ms, (now - self._last) * 1000)
        self._last = now

    def stop(self) -> str:
        """Stop, and return a line to print."""
        self._timer.stop()
        return f"longest gap of the window: {self.longest_ms:.0f} ms"


class Windows:
    """Opens windows, and at the end closes them and ends what they started, whatever has happened."""

    def __init__(self) -> None:
        self._opened: list[tuple[MainWindow, Path]] = []

    def open(self, folder: Path, *, sample: bool = False, processes: bool = True) -> Robot:
        """Open a window on a workspace and wait until its first page is there."""
        window = app.build_window(Workspace(folder), sample=sample, processes=processes)
        self._opened.append((window, folder))
        window.show()
        robot = Robot(window)
        robot.settle()
        return robot

    def close(self, robot: Robot) -> None:
        """Close one window; what it started stays."""
        assert robot.window.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def end(self) -> None:
        """Close every window and end every process of their workspaces."""
        for window, _ in self._opened:
            window.close()
            window.desk.bridge.close()
            window.hide()
            window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        for _, folder in self._opened:
            end_processes(folder)


def plain_look(application: QApplication) -> Iterator[None]:
    """Give the application its light Chinese look, and take it back: other tests judge by a bare application."""
    style = application.style().objectName()
    palette, font = application.palette(), application.font()
    i18n.install("zh")
    theme.apply(application, "light")
    yield
    i18n.install("zh")
    theme.apply(application, "light")
    application.setStyleSheet("")
    application.setStyle(style)
    application.setPalette(palette)
    application.setFont(font)


# --- processes of a workspace --------------------------------------------------------------------------------


def processes_of(folder: Path, module: str = "koodesk.") -> list[int]:
    """Return the pids of our programs that run on a workspace (Linux; elsewhere nothing is found)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if any(w.startswith(module) for w in words) and any(str(folder) in w for w in words):
            found.append(int(entry.parent.name))
    return [pid for pid in found if pid != os.getpid() and alive(pid)]


def alive(pid: int) -> bool:
    """Tell whether a process runs (a zombie does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def end_processes(folder: Path) -> None:
    """Kill whatever of ours still runs on a workspace."""
    for _ in range(3):  # a worker may be about to start an engine
        for pid in processes_of(folder):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


def until(robot: Robot, condition: Callable[[], bool], what: str) -> None:
    """Let the window live until something holds."""
    robot.wait(condition, what)


def engine_log(folder: Path, campaign: str) -> list[dict[str, Any]]:
    """Read the engine's own append-only record of a campaign."""
    command = [sys.executable, "-m", "koodesk.engine", "log", "--folder", str(folder / "engine")]
    done = subprocess.run([*command, "--campaign", campaign], check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]
