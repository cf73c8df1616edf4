# SPDX-License-Identifier: Apache-2.0
"""Storage that fails, in full: a disk full at every page a send adds and at 24 sizes of a file system, a database that three
processes keep busy, a write-ahead log cut at 400 places, 200 changed bits.

    python scripts/storage_faults.py [disk|busy|log|bits ...]

The same tests as in the suite (tests/crash/test_storage_faults.py and test_bit_flips.py) with larger numbers. Ends 0 when all
of them held; a file system that may not be mounted is skipped and said.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
NUMBERS: Final = {"PROOF_FULL_STEP": "1", "PROOF_DISKS": "24", "PROOF_CUTS": "400", "PROOF_FLIPS": "200"}
PARTS: Final = {
    "disk": ("test_storage_faults.py", "disk"),
    "busy": ("test_storage_faults.py", "busy"),
    "log": ("test_storage_faults.py", "log"),
    "bits": ("test_bit_flips.py", "bit"),
}


def main(wanted: list[str]) -> int:
    """Run the parts that are asked for, all without any; return 0 when everything held."""
    strange = [name for name in wanted if name not in PARTS]
    if strange:
        print(f"{', '.join(strange)}: one of {', '.join(PARTS)}", file=sys.stderr)
        return 2
    failed = 0
    for name in wanted or PARTS:
        file, words = PARTS[name]
        print(f"== {name}", flush=True)
        failed += subprocess.run(
            [sys.executable, "-m", "pytest", f"tests/crash/{file}", "-k", words, "-q", "-s", "-rs"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **NUMBERS},
            check=False,
        ).returncode
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
