# SPDX-License-Identifier: Apache-2.0
"""Run benchmarks/bench_*.py one after the other and close with a summary.

A benchmark is a program of its own: it prints its table, and ends 0 when every budget it states was met and 1 when
one was missed. One at a time, because two cores shared by two benchmarks measure neither.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERDICTS = {0: "met", 1: "MISSED"}


def main() -> int:
    """Command line: all benchmarks, or those whose name contains a given word."""
    parser = argparse.ArgumentParser(description="Run the benchmarks.")
    parser.add_argument("word", nargs="?", default="", help="only benchmarks with this word in their name")
    options = parser.parse_args()
    scripts = [p for p in sorted((ROOT / "benchmarks").glob("bench_*.py")) if options.word in p.stem]
    if not scripts:
        print("no benchmark of that name in benchmarks/")
        return 2
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "PYTHONPATH": str(ROOT)}
    summary: list[tuple[str, int, float]] = []
    for script in scripts:
        print(f"\n--- {script.stem}", flush=True)
        start = time.monotonic()
        status = subprocess.run(
            [sys.executable, str(script)], cwd=ROOT, env=environment, check=False
        ).returncode
        summary.append((script.stem, status, time.monotonic() - start))
    print("\nbenchmark                     budgets     took")
    for name, status, seconds in summary:
        print(f"{name:<30}{VERDICTS.get(status, f'failed ({status})'):<12}{seconds:.0f} s")
    return max(status != 0 for _, status, _ in summary)


if __name__ == "__main__":
    sys.exit(main())
