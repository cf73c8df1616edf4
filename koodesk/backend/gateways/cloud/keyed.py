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


class KeyedClient(CloudClient):
    """A `CloudClient` whose key is found at each call. Safe to use from several threads."""

    def __init__(
        self, find: FindAccess, seconds: float = CALL_SECONDS, used: Callable[[str], object] = str
    ) -> None:
        """`find` finds the key; nothing is asked of it before the first call. `used` is told whose it is (`CloudAccess.caller`)
        before the first call with another's; what it raises keeps the call from being made."""
        super().__init__(CloudAccess("", ""), seconds)
        self._find = find
        self._used = used
        self._look_at = 0.0

    @property
    def caller(self) -> str:
        """Whose key was used last."""
        return self._access.caller()

    def _client(self) -> Any:
        """Return the SDK's client. Raises Refused: cloud.no_key, cloud.endpoint, cloud.sdk_missing; nothing was sent then."""
        if time.monotonic() >= self._look_at:
            access = self._find()
            if access is None:
                raise Refused(problem("cloud.no_key", "ak"))
            if access != self._access:
                self._used(access.caller())
                self._change(
                    access
                )  # a call of another thread with the old key goes on: its connection is its own
            self._look_at = time.monotonic() + LOOK_SECONDS
        return super()._client()
