# SPDX-License-Identifier: Apache-2.0
"""Any program of ours with a fuse at one of its functions: `python -m tests.crash.fused POINT WHEN N COUNTS MODULE ARGS...`.

POINT is `module:name` or `module:Class.method`. The N-th time that it is called the process kills itself, `before` the
call's work or `after` it; with `before-stop` and `after-stop` it stops there, until somebody lets it go on. N of 0 never. How often it was passed is written to the file COUNTS when the program ends by
itself. The fuse is put around the function from outside, so that no line of the product knows of it.
"""

from __future__ import annotations

import functools
import importlib
import os
import runpy
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any


class Fuse:
    """Counts passings and kills or stops the process at one of them."""

    def __init__(self, when: str, times: int) -> None:
        self._before = when.startswith("before")
        self._signal = signal.SIGSTOP if when.endswith("-stop") else signal.SIGKILL
        self._times = times
        self.passed = 0

    def around(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function with the fuse at it."""

        @functools.wraps(work)
        def fused(*args: Any, **keys: Any) -> Any:
            if self._before:
                self._pass()
            result = work(*args, **keys)
            if not self._before:
                self._pass()
            return result

        return fused

    def _pass(self) -> None:
        self.passed += 1
        if self.passed == self._times:
            os.kill(os.getpid(), self._signal)


def install(point: str, fuse: Fuse) -> None:
    """Put a fuse at a point."""
    module, _, path = point.partition(":")
    owner: Any = importlib.import_module(module)
    *outer, name = path.split(".")
    for step in outer:
        owner = getattr(owner, step)
    setattr(owner, name, fuse.around(getattr(owner, name)))


def main(arguments: Sequence[str]) -> None:
    """Run a program with a fuse."""
    point, when, times, counts, module, *rest = arguments
    fuse = Fuse(when, int(times))
    install(point, fuse)
    sys.argv = [module, *rest]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    finally:
        Path(counts).write_text(str(fuse.passed), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
