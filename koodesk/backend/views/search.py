# SPDX-License-Identifier: Apache-2.0
"""What a search answers."""

from __future__ import annotations

from dataclasses import dataclass

from koodesk.backend.ports.search import Entry
from koodesk.domain.search import FoundKind

__all__ = ["Entry", "FoundGroup", "FoundKind", "SearchAnswer"]


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """What was found of one kind, best first; `more` says that there is more of it than is shown."""

    kind: FoundKind
    entries: tuple[Entry, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """All groups that have something. `waiting` is how many changed records the index has not taken in yet."""

    query: str
    groups: tuple[FoundGroup, ...]
    waiting: int = 0
