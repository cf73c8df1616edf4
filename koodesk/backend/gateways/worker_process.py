# SPDX-License-Identifier: Apache-2.0
"""Starting the worker of a workspace as a process of its own, which outlives the window.

Nothing is asked first: a worker that finds the lock taken ends at once, and the lock is the only truth there is.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Final

from koodesk.backend.gateways.engine_process import detached
from koodesk.backend.ports.cloud import FindAccess
from koodesk.backend.workspace import Workspace

LOG_NAME: Final = "worker.log"


class LocalWorkerProcess:
    """The worker as a process of this machine."""

    def __init__(self, workspace: Workspace, key: FindAccess | None = None) -> None:
        """`key` finds the access key of the cloud, where the workspace sends through it: one that no key store keeps is handed
        to the worker's memory."""
        self._workspace = workspace
        self._key = key
        self._child: subprocess.Popen[bytes] | None = None

    def ensure_running(self) -> None:
        """Start a worker unless the one we started still runs; a second one ends by itself."""
        if self._child is not None and self._child.poll() is None:
            return
        root = self._workspace.root.resolve()
        command = [sys.executable, "-m", "koodesk.worker", "--workspace", str(root)]
        key = self._key() if self._key is not None else None
        if key is not None and key.kept != "keystore":
            self._child = detached([*command, "--key-on-stdin"], root / LOG_NAME, key.text().encode())
        else:
            self._child = detached(command, root / LOG_NAME)

    def revive(self) -> None:
        """Start the worker again when the one we started has ended; nothing happens when we never started one."""
        if self._child is not None:
            self.ensure_running()

    def renew(self) -> None:
        """Let a worker that knows the present key take the place of the one we started; nothing happens when that has ended."""
        if self._child is not None and self._child.poll() is None:
            self.stop()
            self.ensure_running()

    def stop(self) -> None:
        """Ask the worker we started to end its calls and go; wait for it."""
        if self._child is not None and self._child.poll() is None:
            self._child.terminate()
            self._child.wait()
        self._child = None
