# SPDX-License-Identifier: Apache-2.0
"""What dossiers need of storage: what waits for a person's hand, and what was told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import Connection

from koodesk.domain.dossier import HandState
from koodesk.domain.review_state import ReviewKind


@dataclass(frozen=True, slots=True)
class HandWord:
    """One word of a person. `on_day` is the day it happened (YYYY-MM-DD), `given` what the platform gave for it."""

    kind: ReviewKind
    ref: str
    digest: str
    state: HandState
    on_day: str
    reason: str
    by: str
    at_ms: int
    given: Mapping[str, str] = field(default_factory=dict)


class HandWords(Protocol):
    """The words, which only grow."""

    def add(self, connection: Connection, word: HandWord) -> None:
        """Keep one."""
        ...

    def last(self, connection: Connection) -> Mapping[tuple[str, str, str], HandWord]:
        """Return the last word of each (kind, ref, digest)."""
        ...
