# SPDX-License-Identifier: Apache-2.0
"""How long work reports itself and is asked to stop. Shared by every call that may take longer than a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """One report: `stage` is a word of the catalogue ("read", "check", "store", "ask"), `done` of `total` units.

    `total` 0 means that nobody knows yet: show that work goes on, not how far.
    """

    stage: str
    done: int
    total: int = 0


Report = Callable[[Progress], None]
Cancel = Callable[[], bool]


def silent(progress: Progress) -> None:
    """Report to nobody."""
    del progress


def never() -> bool:
    """Never ask to stop."""
    return False
