# SPDX-License-Identifier: Apache-2.0
"""The worker behind the window: one process a workspace that sends, takes receipts, and goes on when the window closes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from koodesk.backend.sending.lock import is_held
from koodesk.backend.workspace import Workspace

STOP_SECONDS: Final = 20.0
START_SECONDS: Final = 20.0

_started: Final[dict[Path, subprocess.Popen[bytes]]] = {}
"""Workers this process has started, by workspace; they may outlive it."""


def ensure_worker(workspace: Workspace) -> None:
    """Start the workspace's worker unless some process is that worker already. Blocks until it has taken its lock."""
    running = _started.get(workspace.root)
    if is_held(workspace.worker_lock) or (running is not None and running.poll() is None):
        return
    command = [sys.executable, "-m", "koodesk.worker", "--workspace", str(workspace.root.resolve())]
    here = str(Path(__file__).resolve().parents[1])
    inherited = os.environ.get("PYTHONPATH", "")
    environment = {**os.environ, "PYTHONPATH": here + (os.pathsep + inherited if inherited else "")}
    with (workspace.root / "worker.log").open("ab") as log:
        apart: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS}
        _started[workspace.root] = subprocess.Popen(  # noqa: S603 - our own program
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=os.sep, env=environment, **apart
        )
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and not is_held(workspace.worker_lock):
        if _started[workspace.root].poll() is not None:
            return
        time.sleep(0.05)


def stop_worker(workspace: Workspace) -> None:
    """Ask the worker this process has started to finish the calls that have left and to end; wait until it has."""
    running = _started.pop(workspace.root, None)
    if running is None or running.poll() is not None:
        return
    running.terminate()
    try:
        running.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()
