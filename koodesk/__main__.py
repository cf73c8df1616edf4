# SPDX-License-Identifier: Apache-2.0
"""`koodesk` and `python -m koodesk`."""

from __future__ import annotations

import sys

from koodesk.cli import main

if __name__ == "__main__":
    sys.exit(main())
