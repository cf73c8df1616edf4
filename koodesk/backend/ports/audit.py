# SPDX-License-Identifier: Apache-2.0
"""The audit log from the side of those who act: the call under way, and where its entry is written.

A call is known by the context it runs in, so that storage can put its entry into the very transaction that does the work
(`Trail.attach`): what was done and that it was done become durable together, without a second commit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, Protocol

from sqlalchemy import Connection

from koodesk.domain.access import Kind, Principal
from koodesk.domain.audit import AuditEntry, AuditFilter, AuditSlice, Outcome


@dataclass(slots=True)
class Call:
    """One call at the front door, the outermost; `begun` once it was allowed, `recorded` once its entry is in a transaction."""

    owner: object
    principal: Principal | None
    place: str
    action: str
    what: str
    subject: str = ""
    kind: Kind = Kind.READ
    begun: bool = False
    recorded: bool = False


UNDER_WAY: Final[ContextVar[Call | None]] = ContextVar("koodesk_call", default=None)
"""The call that this thread is in."""


class Trail(Protocol):
    """Writes entries, each by itself."""

    def write(self, call: Call, outcome: Outcome, detail: str = "") -> None:
        """Write an entry of its own, durable when this returns."""
        ...


class AuditStore(Protocol):
    """Reads the log."""

    def page(self, connection: Connection, before: int, limit: int, where: AuditFilter) -> AuditSlice:
        """Return entries below a number (0: from the newest on), newest first."""
        ...

    def count(self, connection: Connection, where: AuditFilter) -> int:
        """Return how many entries a filter takes."""
        ...

    def every(self, connection: Connection) -> Iterator[AuditEntry]:
        """Yield all entries, oldest first."""
        ...

    def last(self, connection: Connection) -> int:
        """Return the number of the last entry ever written, also of one that is no longer there."""
        ...
