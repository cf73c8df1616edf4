# SPDX-License-Identifier: Apache-2.0
"""The client of whoever's access key is in use: found when a call is made, so that a key that was set, changed or taken
away counts within seconds, in every process."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from koodesk.backend.gateways.cloud.client import CALL_SECONDS, CloudClient
from koodesk.backend.ports.cloud import CloudAccess, FindAccess
from koodesk.domain.problem import Refused, problem

LOOK_SECONDS: Final = 5.0
"""How long a key that was found is taken for the one in use: a key store is another program."""


def _nobody(_caller: str) -> None:
    """Tell nobody."""


class KeyedClient(CloudClient):
    """A `CloudClient` whose key is found at each call. Safe to use from several threads."""

    def __init__(
        self, find: FindAccess, seconds: float = CALL_SECONDS, used: Callable[[str], None] = _nobody
    ) -> None:
        """`find` finds the key; nothing is asked of it before the first call. `used` is told whose it is (`CloudAccess.caller`)
        before the first call with it, and again before a call that comes `LOOK_SECONDS` later: another process may have used another's.
        What it raises keeps the call from being made."""
        super().__init__(CloudAccess("", ""), seconds)
        self._find = find
        self._used = used
        self._look_at: tuple[float, ...] = (0.0, 0.0)

    @property
    def caller(self) -> str:
        """Whose key was used last."""
        return self._access.caller()

    def whose(self) -> str:
        """Return whose key is in use now, "" where there is none. Nothing is asked of the platform."""
        try:
            self._look()
        except Refused:
            return ""
        return self.caller

    def _client(self) -> Any:
        """Return the SDK's client. Raises Refused: cloud.no_key, cloud.endpoint, cloud.sdk_missing; nothing was sent then."""
        self._look()
        return super()._client()

    def _look(self) -> None:
        now = _seconds()
        if any(one >= until for one, until in zip(now, self._look_at, strict=True)):
            access = self._find()
            if access is None:
                raise Refused(problem("cloud.no_key", "ak"))
            self._used(access.caller())
            if access != self._access:
                self._change(
                    access
                )  # another thread's call with the old key goes on by a connection of its own
            self._look_at = tuple(one + LOOK_SECONDS for one in now)


def _seconds() -> tuple[float, float]:
    """Read both clocks: the steady one may stand still while the machine sleeps."""
    return time.monotonic(), time.time()
