# SPDX-License-Identifier: Apache-2.0
"""What send plans need: the sends that wait for a person, in storage, and the folder that is watched."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection

from koodesk.domain.send_plan import Seen


@dataclass(frozen=True, slots=True)
class WaitingRecord:
    """A send that was prepared by a plan. `digest` is its confirmation's, `campaign_id` what became of it (0: nothing yet).

    `source` and `plan` are the SHA-256 of the number file and of the plan; `dismissed_ms` is 0 while nobody turned it down.
    """

    digest: str
    kind: str
    name: str
    file: str
    source: str
    plan: str
    audience_id: int
    to_send: int
    origin: str
    by: str
    created_ms: int
    dismissed_ms: int = 0
    dismissed_by: str = ""
    campaign_id: int = 0


class WaitingStore(Protocol):
    """Sends that wait for a person."""

    def add(self, connection: Connection, record: WaitingRecord) -> None: ...

    def waiting(self, connection: Connection) -> tuple[WaitingRecord, ...]:
        """Return those that are neither confirmed nor turned down, newest first."""
        ...

    def named(self, connection: Connection, prefix: str) -> tuple[WaitingRecord, ...]:
        """Return those whose digest begins so, whatever became of them; at most two."""
        ...

    def made_of(self, connection: Connection, source: str, plan: str) -> WaitingRecord | None:
        """Return the newest that was made of the same file by the same plan and was not turned down."""
        ...

    def dismiss(self, connection: Connection, digest: str, at_ms: int, by: str) -> None: ...


class DropFolder(Protocol):
    """A folder that is watched. Raises Refused: watch.folder (it cannot be read), watch.move (a file cannot be moved)."""

    @property
    def plan(self) -> Path:
        """Where its plan lies."""
        ...

    def alone(self) -> AbstractContextManager[None]:
        """Keep everybody else away while the block lasts. Raises Refused (watch.held) when somebody is at work in it."""
        ...

    def look(self) -> Mapping[str, Seen]:
        """Return the files that lie in it, by name."""
        ...

    def take(self, name: str) -> Path:
        """Move a file out of the way of whoever fills the folder, and return where it lies now."""
        ...

    def left(self) -> tuple[Path, ...]:
        """Return the files that were taken and never put away: whoever took them has died."""
        ...

    def put_away(self, path: Path, done: bool, note: str) -> Path:
        """Move a taken file to what was prepared (`done`) or to what was refused, with a note beside it; return where."""
        ...
