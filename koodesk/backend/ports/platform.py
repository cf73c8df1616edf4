# SPDX-License-Identifier: Apache-2.0
"""What choosing a platform needs of storage: the choice, what stands in its way, and the shelf of what is cleared."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from koodesk.domain.platform import Platform


@dataclass(frozen=True, slots=True)
class Chosen:
    """The choice as stored; `by` and `at_ms` are empty while nobody ever chose."""

    platform: Platform
    by: str = ""
    at_ms: int = 0


@dataclass(frozen=True, slots=True)
class Waits:
    """A campaign that is not over."""

    id: int
    name: str
    state: str


class PlatformStore(Protocol):
    """The choice and the shelf. Every method stands in an open transaction."""

    def chosen(self, connection: Connection) -> Chosen:
        """Return the choice."""
        ...

    def choose(self, connection: Connection, chosen: Chosen) -> None:
        """Keep a choice."""
        ...

    def campaigns(self, connection: Connection) -> tuple[Waits, ...]:
        """Return the campaigns that are neither finished nor stopped, oldest first."""
        ...

    def unreported(self, connection: Connection, since_ms: int) -> int:
        """Count the messages accepted since an instant of whose status nothing is known."""
        ...

    def asked_audiences(self, connection: Connection) -> tuple[int, ...]:
        """Return the audiences of which a platform said whose phones show a card."""
        ...

    def standing(self, connection: Connection) -> Mapping[str, int]:
        """Count what stands with the present platform: kind of review -> records handed in or decided."""
        ...

    def shelved(self, connection: Connection, platform: Platform) -> Mapping[str, int]:
        """Count the same of what was put away of a platform."""
        ...

    def swap(self, connection: Connection, leaving: Platform, entering: Platform) -> None:
        """Put away what stands with one platform and bring back what stood with the other."""
        ...


class PlatformBound(Protocol):
    """Holds an open service to the platform it was opened for: whatever it writes is refused once another is chosen."""

    @property
    def platform(self) -> Platform:
        """Return the platform the service was opened for."""
        ...

    def switching(self) -> AbstractContextManager[None]:
        """Let this thread write the choice itself."""
        ...
