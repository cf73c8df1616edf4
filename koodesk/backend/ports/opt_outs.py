# SPDX-License-Identifier: Apache-2.0
"""The list of who opted out, as its service needs it from storage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from sqlalchemy import Connection


class OptOutPlace(NamedTuple):
    """Where a page of the list goes on: behind this entry, the newest being first. All zero is the beginning."""

    at_ms: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class OptOutRecord:
    """An entry. `campaign_id` and `campaign` say which task a reply was to, 0 and "" for any other source."""

    number: int
    signature: str
    at_ms: int
    source: str
    campaign_id: int
    campaign: str
    by: str


@dataclass(frozen=True, slots=True)
class OptOutEvent:
    """What a person did to the list; `number` is None where it was more than one."""

    at_ms: int
    what: str
    signature: str
    number: int | None
    by: str
    reason: str
    count: int


class OptOutStore(Protocol):
    """Entries by signature and number, and what people did to them."""

    def signatures(self, connection: Connection) -> tuple[tuple[str, int], ...]:
        """Return every signature of the workspace with how many numbers opted out of it, by name."""
        ...

    def page(
        self, connection: Connection, signature: str, digits: str, after: OptOutPlace, limit: int
    ) -> tuple[OptOutRecord, ...]:
        """Return entries newest first; `signature` "" is any. `digits` are a whole number, its last four or its first
        three, and "" any."""
        ...

    def add(
        self,
        connection: Connection,
        signature: str,
        numbers: Sequence[int] | bytes,
        at_ms: int,
        source: str,
        by: str,
    ) -> int:
        """Write numbers down, and take them out of what has not left; return how many were new.

        `numbers` may be a block of checked rows as JSON text (`ports.audience.RowBlock.valid`)."""
        ...

    def remove(self, connection: Connection, signature: str, number: int) -> bool:
        """Take a number off a signature's list; False when it is not on it."""
        ...

    def note(self, connection: Connection, event: OptOutEvent) -> None:
        """Write down what a person did."""
        ...

    def events(self, connection: Connection, limit: int) -> tuple[OptOutEvent, ...]:
        """Return what people did, newest first."""
        ...
