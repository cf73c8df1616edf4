# SPDX-License-Identifier: Apache-2.0
"""Writing a team's exports that nobody on this machine writes any more, in a process of its own: what was asked for by a window
that is gone. Sending shares no interpreter with it, and PDFs need what no worker has loaded."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from koodesk.backend.gateways.engine_process import detached
from koodesk.backend.workspace import Workspace

LOG_NAME: Final = "exports.log"
AGAIN_SECONDS: Final = 10.0
"""How long after a start another one may follow: one that cannot do its work is not started at every look."""
END_SECONDS: Final = 15.0
"""How long the process may take to give back what it has not written to the end."""


class ExportProcess:
    """The process of one worker: started while it is `wanted`, told to end when the worker ends."""

    def __init__(self, workspace: Workspace, wanted: Callable[[], bool]) -> None:
        """`wanted` tells whether exports wait here that nobody takes."""
        self._workspace = workspace
        self._wanted = wanted
        self._child: subprocess.Popen[bytes] | None = None
        self._not_before = 0.0

    def look(self) -> None:
        """Start the process where it is wanted; it ends by itself when nothing is left. Raises Refused (storage.*)."""
        if self._child is not None and self._child.poll() is None:
            return
        if time.monotonic() < self._not_before or not self._wanted():
            return
        self._not_before = time.monotonic() + AGAIN_SECONDS
        root = self._workspace.root.resolve()
        command = [sys.executable, "-m", "koodesk", "exports", "work", "--workspace", str(root)]
        self._child = detached(command, root / LOG_NAME)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._child is None or self._child.poll() is not None:
            return
        self._child.terminate()
        try:
            self._child.wait(END_SECONDS)
        except subprocess.TimeoutExpired:  # what it writes is taken over when it is gone
            self._child.kill()
            self._child.wait()
