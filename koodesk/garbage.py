# SPDX-License-Identifier: Apache-2.0
"""How often a process that moves rows looks for reference cycles."""

from __future__ import annotations

import gc
from typing import Final

AFTER: Final = 50_000
"""Containers more than before that make Python look among the young ones; its own number is 700."""


def collect_rarely() -> None:
    """Look for cycles among young objects seldom, and never again among those that are there now.

    Rows, receipts and JSON come as tens of thousands of small containers that hold no cycle and go as they came. Looking
    through them for one took a quarter of the worker's time; what does stand in a cycle still goes, a little later.
    """
    gc.freeze()
    gc.set_threshold(AFTER, 20, 20)
