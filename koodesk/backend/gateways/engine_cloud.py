# SPDX-License-Identifier: Apache-2.0
"""Access keys handed to the local engine, which answers the cloud's API with them. Translation only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import orjson

from koodesk.backend.gateways.engine_http import Answer, EngineHttp, MayHaveSent, NothingSent
from koodesk.backend.ports.cloud_keys import CloudKey, CloudSettings
from koodesk.backend.ports.engine import Endpoint
from koodesk.domain.problem import Refused, problem

_CLOUD: Final = "/engine/v1/cloud"
_KEYS: Final = f"{_CLOUD}/keys"


class EngineCloud:
    """Implements CloudDoor for the engine of a workspace."""

    def __init__(self, endpoint: Callable[[], Endpoint]) -> None:
        self._http = EngineHttp(endpoint)

    def close(self) -> None:
        """Close the connections of every thread."""
        self._http.close()

    def settings(self) -> CloudSettings:
        """Return what is set."""
        return _settings(self._http.ask("GET", _CLOUD))

    def change(
        self, *, requests_per_second: int | None = None, callbacks: str | None = None
    ) -> CloudSettings:
        """Set what is given."""
        given = {"requests_per_second": requests_per_second, "callbacks": callbacks}
        wanted = {name: value for name, value in given.items() if value is not None}
        return _settings(self._http.ask("PUT", _CLOUD, wanted))

    def put_keys(self, keys: Sequence[CloudKey]) -> None:
        """Let the engine know these keys and no others."""
        told = [
            {
                "ak": key.ak,
                "user": key.user,
                "actions": list(key.actions),
                **({} if key.secret is None else {"sk": key.secret}),
            }
            for key in keys
        ]
        body = orjson.dumps({"keys": told})
        try:
            answer = self._put(body)
        except NothingSent:
            return  # no engine, and so nobody who knows a key
        except MayHaveSent as failure:
            raise Refused(problem("gateway.unreachable", gateway="local", reason=failure.code)) from failure
        if answer.status != 200:
            raise Refused(problem("gateway.unreachable", gateway="local", reason=f"http_{answer.status}"))

    def _put(self, body: bytes) -> Answer:
        try:
            return self._http.call("PUT", _KEYS, body)
        except MayHaveSent:
            # A connection kept open to an engine that is gone; the same keys put twice are the same keys.
            return self._http.call("PUT", _KEYS, body)


def _settings(told: Any) -> CloudSettings:
    """Read the settings; an answer of another shape is an engine that cannot be spoken with."""
    try:
        return CloudSettings(int(told["requests_per_second"]), str(told["callbacks"]), int(told["keys"]))
    except (KeyError, TypeError, ValueError) as broken:
        raise Refused(problem("gateway.unreachable", gateway="local", reason="unreadable")) from broken
