# SPDX-License-Identifier: Apache-2.0
"""Which access keys the local engine's cloud API takes, and what their users may do: told to it, never kept by it.

It is told whole, when it has been started anew and whenever a key, a user, a group or a policy has changed
(docs/decisions/0052). The system's doing and no user's: nothing here asks for a right.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from koodesk.backend.operations.identity import Identity
from koodesk.backend.ports.cloud_keys import CloudDoor, CloudKey
from koodesk.backend.ports.identity import Secrets
from koodesk.domain.access import Principal, decide
from koodesk.domain.problem import Refused

_NOBODY: Final = 0


class CloudKeys:
    """Tells one engine the keys of one workspace."""

    def __init__(self, identity: Identity, secrets: Secrets, door: CloudDoor) -> None:
        self._identity = identity
        self._secrets = secrets
        self.door: Final = door
        self._met = _NOBODY

    def tell(self) -> None:
        """Tell the engine everything as it is now. Raises Refused (gateway.unreachable) when it runs and does not answer:
        it then still knows what it knew, and is told at the next look at it."""
        met, self._met = self._met, _NOBODY
        self.door.put_keys(self._keys())
        self._met = met

    def meet(self, pid: int) -> None:
        """Tell an engine this process has not told anything yet; it is looked at again soon when that fails."""
        if pid == self._met:
            return
        keys = self._keys()
        with suppress(Refused):
            if keys:
                self.door.put_keys(keys)
            self._met = pid

    def _keys(self) -> tuple[CloudKey, ...]:
        identity = self._identity
        with identity.work.read() as connection:
            records = [one for one in identity.store.keys(connection) if one.enabled]
            directory = identity.directory(connection) if records else None
        if directory is None:
            return ()
        rules = identity.access.rules
        users = {one.user_id: directory.principal(rules, one.user_id) for one in records}
        return tuple(
            CloudKey(one.ak, user.name, self._may(user), self._secrets.find(one.ak))
            for one in records
            if (user := users[one.user_id]) is not None
        )

    def _may(self, user: Principal) -> tuple[str, ...]:
        rules = self._identity.access.rules
        return tuple(action for action in rules.actions if decide(rules, user, action).allowed)
