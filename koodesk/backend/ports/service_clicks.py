# SPDX-License-Identifier: Apache-2.0
"""Clicks on service accounts: how they are fetched and kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from koodesk.domain.service_report import ServiceTally

PAGE = 10_000


@dataclass(frozen=True, slots=True)
class ServiceClick:
    """One click as the gateway tells it: `pub` is the account, or for a shortcut the shortcut's record."""

    id: int
    pub: str
    kind: str
    item: str
    billed: bool
    message: str
    at_ms: int


class ClickGateway(Protocol):
    """Where clicks come from."""

    @property
    def name(self) -> str:
        """Return the gateway's name."""
        ...

    def clicks(self, after: int, limit: int) -> tuple[ServiceClick, ...]:
        """Return clicks numbered after `after`, in their order. Raises Refused (gateway.unreachable)."""
        ...


class ClickStore(Protocol):
    """Clicks in storage. Each method is one short transaction."""

    def last(self, gateway: str) -> ServiceClick | None:
        """Return the newest click of a gateway."""
        ...

    def put(self, gateway: str, clicks: Sequence[ServiceClick]) -> None:
        """Keep clicks; those that are there already stay as they are."""
        ...

    def begin_anew(self, gateway: str) -> None:
        """Keep what is there under another name: the gateway's list has begun anew, with the same numbers."""
        ...

    def tallies(self) -> tuple[ServiceTally, ...]:
        """Count all clicks by account, kind, item and Beijing day."""
        ...

    def accounts(self) -> tuple[tuple[int, str], ...]:
        """Return the service accounts of this desk as (id, name)."""
        ...
