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


class CloudDoor(Protocol):
    """The engine as the holder of keys for its cloud API."""

    def put_keys(self, keys: Sequence[CloudKey]) -> None:
        """Let the engine know these keys and no others; nothing happens while it does not run, for then it knows none.

        Raises Refused (gateway.unreachable) when it runs and does not answer.
        """
        ...
