# SPDX-License-Identifier: Apache-2.0
"""The signed requests about reviews and freezes; what each does is in `reviews`, how one stands in `review_rows`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request

from koodesk.domain.review_state import ReviewKind, Verdict
from koodesk.engine import frozen_accounts, review_rows, reviews
from koodesk.engine.errors import ApiError
from koodesk.engine.findings import findings
from koodesk.engine.reading import json_object, one_of, paging, whole_number
from koodesk.engine.settings import EngineSettings
from koodesk.engine.store import Store

Handler = Callable[[Request, bytes], Awaitable[bytes | Mapping[str, Any]]]
"""Answers a signed request: JSON bytes, or what becomes JSON."""


class ReviewApi:
    """The requests of one running engine; `advance` lets reviewers work up to now and returns it."""

    def __init__(
        self, store: Store, settings: Callable[[], EngineSettings], advance: Callable[[Any], int]
    ) -> None:
        self._store = store
        self._settings = settings
        self._advance = advance

    def routes(self) -> list[tuple[str, str, Handler]]:
        """Return method, path and handler of each."""
        return [
            ("POST", "/reviews", self.submit),
            ("GET", "/reviews", self.list),
            ("GET", "/reviews/changes", self.changes),
            ("GET", "/reviews/{id}", self.one),
            ("POST", "/reviews/{id}/decision", self.decide),
            ("GET", "/reviews/{id}/findings", self.findings),
            ("POST", "/reviews/urge", self.urge),
            ("POST", "/service-accounts/{pub}/freeze", self.freeze),
        ]

    async def submit(self, _request: Request, body: bytes) -> Mapping[str, Any]:
        if len(body) > reviews.LARGEST_BODY:
            raise ApiError(413, "KD.TOO_LARGE", "body too large", limit=reviews.LARGEST_BODY)
        given = json_object(body)
        return await self._store.run(lambda c: reviews.submit(c, given, self._settings(), self._advance(c)))

    async def list(self, request: Request, _body: bytes) -> Mapping[str, Any]:
        kind = one_of(request, "kind", {one.value for one in ReviewKind})
        state = one_of(request, "state", {one.value for one in Verdict})
        after, limit = paging(request, review_rows.LARGEST_PAGE)

        def job(connection: Any) -> dict[str, Any]:
            self._advance(connection)
            return review_rows.listed(connection, kind, state, after, limit)

        return await self._store.run(job)

    async def changes(self, request: Request, _body: bytes) -> Mapping[str, Any]:
        after, limit = paging(request, review_rows.LARGEST_PAGE)

        def job(connection: Any) -> dict[str, Any]:
            self._advance(connection)
            return review_rows.changes(connection, after, limit)

        return await self._store.run(job)

    async def one(self, request: Request, _body: bytes) -> Mapping[str, Any]:
        review_id = whole_number(request.path_params["id"], "id")

        def job(connection: Any) -> dict[str, Any]:
            self._advance(connection)
            return review_rows.get(connection, review_id)

        return await self._store.run(job)

    async def findings(self, request: Request, _body: bytes) -> Mapping[str, Any]:
        review_id = whole_number(request.path_params["id"], "id")

        def job(connection: Any) -> dict[str, Any]:
            self._advance(connection)
            return findings(connection, review_id)

        return await self._store.run(job)

    async def decide(self, request: Request, body: bytes) -> Mapping[str, Any]:
        review_id, given = whole_number(request.path_params["id"], "id"), json_object(body)
        return await self._store.run(
            lambda c: reviews.decide(c, review_id, given, self._advance(c), self._settings())
        )

    async def urge(self, _request: Request, body: bytes) -> Mapping[str, Any]:
        given = json_object(body)
        return await self._store.run(lambda c: reviews.urge(c, given, self._advance(c)))

    async def freeze(self, request: Request, body: bytes) -> Mapping[str, Any]:
        pub, given = request.path_params["pub"], json_object(body)
        return await self._store.run(lambda c: frozen_accounts.freeze(c, pub, given, self._advance(c)))
