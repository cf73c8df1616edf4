# SPDX-License-Identifier: Apache-2.0
"""The lives of a sender: started, killed at a random moment of its work, started again; the engine dies now and then.

The moments follow from a seed as far as a machine's pace allows: which life ends how long after its first sign of work is
drawn from it, what the sender has done by then is the machine's.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Final

from koodesk.backend.gateways.engine_admin import EngineDoors
from koodesk.backend.gateways.engine_process import LocalEngineProcess
from koodesk.backend.workspace import Workspace
from koodesk.domain.problem import Refused, problem
from koodesk.proof.ground import ROOT, cleared_engine

_EVERY_ENGINE: Final = 5


def longest_seconds(recipients: int, kills: int) -> int:
    """Return after how long without an end a run is given up, and says so: generous on a machine that does much else."""
    return 900 + 30 * kills + recipients // 200


class Lives:
    """A workspace with a cleared engine, and the kills of whoever sends in it."""

    def __init__(self, folder: Path, seed: int, longest: int) -> None:
        """A run that lasts longer than `longest` seconds is given up."""
        self.workspace = Workspace(folder).create()
        self.tpl_id = cleared_engine(self.workspace)
        self.engine = LocalEngineProcess(self.workspace)
        self.doors = EngineDoors(self.engine.endpoint)
        self.sender_kills = 0
        self.engine_kills = 0
        self._random = Random(seed)  # noqa: S311 - moments of kills, not secrets
        self._begin = time.monotonic()
        self._longest = longest

    @property
    def seconds(self) -> float:
        """Return the real time since the ground was ready."""
        return time.monotonic() - self._begin

    def start(self, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start one of our own programs; what it says goes to `sender.log` in the workspace."""
        with (self.workspace.root / "sender.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own programs, numbers, names and a path we made
                [sys.executable, "-m", module, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )

    @contextmanager
    def running(self, module: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """Have a program running meanwhile; it is asked to end afterwards, and awaited."""
        with self.start(module, *arguments) as program:
            try:
                yield program
            finally:
                program.terminate()

    def kill(
        self, kills: int, span: float, command: Sequence[str], moved: Callable[[], Callable[[], bool]]
    ) -> None:
        """Start the sender and kill it up to `span` seconds after it moves something, `kills` times or until it ends by
        itself; at every fifth the engine goes first.

        `moved()` is asked when a life begins, and what it returns tells whether something has moved since.
        """
        for kill in range(kills):
            self.engine.ensure_running()
            something_moved = moved()
            with self.running(*command) as sender:
                while not something_moved():
                    if sender.poll() is not None:
                        return
                    time.sleep(0.005)
                    self.not_for_ever()
                time.sleep(self._random.uniform(0.0, span))
                if kill % _EVERY_ENGINE == _EVERY_ENGINE - 1:
                    os.kill(self.engine.ensure_running().pid, signal.SIGKILL)
                    self.engine_kills += 1
                    time.sleep(self._random.uniform(0.0, span))
                sender.kill()
                self.sender_kills += 1

    def not_for_ever(self) -> None:
        """Give a run up that does not end. Raises Refused (bench.no_end)."""
        if self.seconds > self._longest:
            raise Refused(problem("bench.no_end", seconds=self._longest))

    def close(self) -> None:
        """Stop the engine."""
        self.engine.stop()
