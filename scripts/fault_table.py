# SPDX-License-Identifier: Apache-2.0
"""Every way for the engine to fail, by its own door and through the official SDK at the cloud's API, each with the buckets it must end in.

    python scripts/fault_table.py [words of a name ...]

The same tests as in the suite (tests/crash/test_fault_scripts.py, and test_plain_faults.py for plain SMS, which nothing lists), which plays
ten of them at the cloud, and two of plain SMS. Prints a line for each; ends
0 when all of them held.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
FILES: Final = ("tests/crash/test_fault_scripts.py", "tests/crash/test_plain_faults.py")


def main(words: list[str]) -> int:
    """Play those whose names have all the words; return 0 when everything held."""
    chosen = ["-k", " and ".join(words)] if words else []
    return subprocess.run(
        [sys.executable, "-m", "pytest", *FILES, "-v", "--no-header", "-p", "no:logging", *chosen],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PROOF_FAULTS": "all"},
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
