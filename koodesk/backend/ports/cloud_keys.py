# SPDX-License-Identifier: Apache-2.0
"""What the desk needs to let the local engine's cloud API know its access keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CloudKey:
    """An access key as the engine is told of it. `secret` is None where this process cannot reach it; `actions` is what its
    user may do."""

    ak: str
    user: str
    actions: tuple[str, ...]
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class CloudSettings:
    """What is set on the engine's cloud API: requests a second for each key, where receipts may be pushed to ("loopback" or
    "public"), and how many keys it knows."""

    requests_per_second: int
    callbacks: str
    keys: int


class CloudDoor(Protocol):
    """The engine as the holder of keys for its cloud API."""

    def settings(self) -> CloudSettings:
        """Return what is set. Raises Refused (gateway.unreachable)."""
        ...

    def change(
        self, *, requests_per_second: int | None = None, callbacks: str | None = None
    ) -> CloudSettings:
        """Set what is given. Raises Refused: gateway.unreachable, gateway.refused."""
        ...

    def put_keys(self, keys: Sequence[CloudKey]) -> None:
        """Let the engine know these keys and no others; nothing happens while it does not run, for then it knows none.

        Raises Refused (gateway.unreachable) when it runs and does not answer.
        """
        ...
