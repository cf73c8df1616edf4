# SPDX-License-Identifier: Apache-2.0
"""Run every check in the order of its cost, name and time each, and stop at the first that is red.

The one list of checks: `make test`, `make check` and CI all come here, so that nothing is green in one place only.
Each step streams its own output; a table of the times closes the run.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Step:
    """One check: the name a person reads, and the command line."""

    name: str
    command: tuple[str, ...]


def steps(quick: bool) -> tuple[Step, ...]:
    """The checks, cheapest first. `quick` leaves out the tests marked slow."""
    python = sys.executable
    # One file stays in one process: Qt is started once for it, and fixtures of a module are built once.
    # One process more than cores: many tests wait for processes of their own. The order is tests/conftest.py's.
    processes = min((os.cpu_count() or 1) + 1, 5)
    tests = [python, "-m", "pytest", "-n", str(processes), "--dist", "loadfile", "--no-loadscope-reorder"]
    if quick:
        tests += ["-m", "not slow"]
    return (
        Step("format", (python, "-m", "ruff", "format", "--check", ".")),
        Step("lint", (python, "-m", "ruff", "check", ".")),
        Step("import contracts", (str(BIN / "lint-imports"), "--no-logo")),
        Step("types", (python, "-m", "mypy")),
        Step("tests", tuple(tests)),
    )


def run(chosen: Sequence[Step]) -> int:
    """Run the steps; return the exit status of the first that failed, or 0."""
    done: list[tuple[str, float, int]] = []
    status = 0
    for step in chosen:
        print(f"\n--- {step.name}: {' '.join(step.command[1:] or step.command)}", flush=True)
        start = time.monotonic()
        status = subprocess.run(step.command, cwd=ROOT, check=False).returncode
        done.append((step.name, time.monotonic() - start, status))
        if status:
            break
    print()
    for name, seconds, code in done:
        print(f"{name:<18}{seconds:8.1f} s   {'red' if code else 'green'}")
    for step in chosen[len(done) :]:
        print(f"{step.name:<18}       -     not run")
    return status


def main() -> int:
    """Command line: which checks."""
    parser = argparse.ArgumentParser(description="Run the checks.")
    parser.add_argument("--quick", action="store_true", help="leave out the slow tests")
    parser.add_argument("--only", metavar="NAME", help="only the step of this name")
    options = parser.parse_args()
    chosen = [step for step in steps(options.quick) if options.only in (None, step.name)]
    if not chosen:
        parser.error(f"no step is called {options.only!r}: {', '.join(s.name for s in steps(quick=True))}")
    return run(chosen)


if __name__ == "__main__":
    sys.exit(main())
