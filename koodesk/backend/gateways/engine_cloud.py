# SPDX-License-Identifier: Apache-2.0
"""Access keys handed to the local engine, which answers the cloud's API with them. Translation only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import orjson

from koodesk.backend.gateways.engine_http import Answer, EngineHttp, MayHaveSent, NothingSent
from koodesk.backend.ports.cloud_keys import CloudKey
from koodesk.backend.ports.gateway import Endpoint
from koodesk.domain.problem import Refused, problem

_KEYS: Final = "/engine/v1/cloud/keys"


class EngineCloud:
    """Implements CloudDoor for the engine of a workspace."""

    def __init__(self, endpoint: Callable[[], Endpoint]) -> None:
        self._http = EngineHttp(endpoint)

    def close(self) -> None:
        """Close the connections of every thread."""
        self._http.close()

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
