# SPDX-License-Identifier: Apache-2.0
"""The requests about the account; what each does is in `account`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request

from koodesk.engine import account
from koodesk.engine.reading import json_object
from koodesk.engine.store import Store

Handler = Callable[[Request, bytes], Awaitable[bytes | Mapping[str, Any]]]
"""Answers a signed request: JSON bytes, or what becomes JSON."""


class AccountApi:
    """Routes of the account. `advance` brings everything that is due up to date and returns the present instant."""

    def __init__(self, store: Store, advance: Callable[[Any], int]) -> None:
        self._store = store
        self._advance = advance

    def routes(self) -> list[tuple[str, str, Handler]]:
        """Return the routes."""
        return [
            ("GET", "/account", self.get),
            ("POST", "/account/open", self.open),
            ("PUT", "/account", self.change),
        ]

    async def get(self, _request: Request, _body: bytes) -> Mapping[str, Any]:
        """Return the account."""

        def job(connection: Any) -> dict[str, Any]:
            self._advance(connection)
            return account.get(connection)

        return await self._store.run(job)

    async def open(self, _request: Request, body: bytes) -> Mapping[str, Any]:
        """Open the service."""
        given = json_object(body)
        return await self._store.run(lambda c: account.open_service(c, given, self._advance(c)))

    async def change(self, _request: Request, body: bytes) -> Mapping[str, Any]:
        """Set verification, state and the rest."""
        given = json_object(body)
        return await self._store.run(lambda c: account.change(c, given))
