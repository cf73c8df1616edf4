# SPDX-License-Identifier: Apache-2.0
"""The signed requests about resolve tasks, their links and receipts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request

from koodesk.engine import link_resolving, resolve_tasks
from koodesk.engine.errors import ApiError
from koodesk.engine.links import ShortCodes
from koodesk.engine.reading import json_object, key_of, paging, whole_number
from koodesk.engine.store import Store

LONGEST_KEY = 200

Handler = Callable[[Request, bytes], Awaitable[bytes | Mapping[str, Any]]]
"""Answers a signed request: JSON bytes, or what becomes JSON."""


class ResolveApi:
    """The requests of one running engine; `advance` lets reviewers work up to now and returns it."""

    def __init__(
        self,
        store: Store,
        now_ms: Callable[[], int],
        codes: Callable[[], ShortCodes],
        advance: Callable[[Any], int],
    ) -> None:
        self._store = store
        self._now_ms = now_ms
        self._codes = codes
        self._advance = advance

    def routes(self) -> list[tuple[str, str, Handler]]:
        """Return method, path and handler of each."""
        return [
            ("POST", "/resolve-tasks", self.create),
            ("GET", "/resolve-tasks", self.list),
            ("GET", "/resolve-tasks/{id}", self.get),
            ("GET", "/resolve-tasks/{id}/links", self.details),
            ("POST", "/resolve-tasks/{id}/state", self.freeze),
            ("GET", "/resolve-receipts", self.receipts),
            ("POST", "/links/{code}/resolve", self.resolve),
        ]

    async def create(self, request: Request, body: bytes) -> Mapping[str, Any]:
        key = key_of(request)
        if not (1 <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
            raise ApiError(
                400,
                "KD.FIELD",
                "an Idempotency-Key of 1-200 characters",
                where="Idempotency-Key",
                limit=LONGEST_KEY,
            )
        return await self._store.run(
            lambda c: resolve_tasks.create(c, key, body, self._codes(), self._advance(c))
        )

    async def list(self, request: Request, _body: bytes) -> Mapping[str, Any]:
        after, limit = paging(request, resolve_tasks.LARGEST_PAGE)
        return await self._store.run(lambda c: resolve_tasks.listed(c, after, limit))

    async def get(self, request: Request, _body: bytes) -> Mapping[str, Any]:
        task = whole_number(request.path_params["id"], "id")
        return await self._store.run(lambda c: resolve_tasks.get(c, task))

    async def details(self, request: Request, _body: bytes) -> Mapping[str, Any]:
        task = whole_number(request.path_params["id"], "id")
        after, limit = paging(request, resolve_tasks.LARGEST_PAGE)
        return await self._store.run(lambda c: resolve_tasks.details(c, task, after, limit))

    async def freeze(self, request: Request, body: bytes) -> Mapping[str, Any]:
        task, given = whole_number(request.path_params["id"], "id"), json_object(body)
        return await self._store.run(lambda c: resolve_tasks.freeze(c, task, given, self._now_ms()))

    async def receipts(self, request: Request, _body: bytes) -> Mapping[str, Any]:
        after, limit = paging(request, link_resolving.LARGEST_PAGE)
        return await self._store.run(lambda c: link_resolving.receipts(c, after, limit))

    async def resolve(self, request: Request, _body: bytes) -> Mapping[str, Any]:
        code = request.path_params["code"]
        return await self._store.run(lambda c: link_resolving.resolved(c, code, self._now_ms()))
