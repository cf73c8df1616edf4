# SPDX-License-Identifier: Apache-2.0
"""The signed requests about messages that were sent: what one is, taps on it, the link in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request

from koodesk.engine import link_resolving, receipts, taps
from koodesk.engine.errors import ApiError
from koodesk.engine.links import ShortCodes
from koodesk.engine.reading import json_object, paging, whole_number
from koodesk.engine.rule_book import click_rules, rule_pack
from koodesk.engine.store import Store

Handler = Callable[[Request, bytes], Awaitable[bytes | Mapping[str, Any]]]
"""Answers a signed request: JSON bytes, or what becomes JSON."""


class MessageApi:
    """The requests of one running engine; `told` says what a message is, `advance` lets reviewers work up to now."""

    def __init__(
        self,
        store: Store,
        now_ms: Callable[[], int],
        codes: Callable[[], ShortCodes],
        told: Callable[[Any, int], dict[str, Any]],
        advance: Callable[[Any], int],
    ) -> None:
        self._store = store
        self._now_ms = now_ms
        self._codes = codes
        self._told = told
        self._advance = advance

    def routes(self) -> list[tuple[str, str, Handler]]:
        """Return method, path and handler of each."""
        return [
            ("GET", "/messages/{id}", self.message),
            ("POST", "/messages/{id}/taps", self.tap),
            ("GET", "/sa-clicks", self.sa_clicks),
            ("GET", "/links/{code}", self.link),
        ]

    async def message(self, request: Request, _body: bytes) -> Mapping[str, Any]:
        message_id, now_ms = whole_number(request.path_params["id"], "id"), self._now_ms()

        def job(connection: Any) -> dict[str, Any]:
            return {
                **self._told(connection, message_id),
                **taps.stand(connection, message_id, now_ms),
            }

        return await self._store.run(job)

    async def tap(self, request: Request, body: bytes) -> Mapping[str, Any]:
        message_id, given = whole_number(request.path_params["id"], "id"), json_object(body)
        if given.get("what") == "service_account":
            return await self._tap_account(message_id, given)
        wanted, at_ms = taps.read_tap(given)
        pack = await asyncio.to_thread(rule_pack)

        def job(connection: Any) -> list[receipts.ReceiptItem]:
            now_ms = self._advance(connection)
            message = self._told(connection, message_id)
            return taps.tap(connection, message, wanted, at_ms, now_ms, pack)

        return {"receipts": await self._store.run(job)}

    async def _tap_account(self, message_id: int, given: dict[str, Any]) -> Mapping[str, Any]:
        rules = click_rules()

        def job(connection: Any) -> list[Any]:
            now_ms = self._advance(connection)
            message = self._told(connection, message_id)
            return taps.tap_account(connection, message, given, now_ms, rules)

        return {"receipts": [], "click": await self._store.run(job)}

    async def sa_clicks(self, request: Request, _body: bytes) -> Mapping[str, Any]:
        after, limit = paging(request, receipts.LARGEST_PAGE)
        return await self._store.run(lambda c: taps.sa_clicks(c, after, limit))

    async def link(self, request: Request, _body: bytes) -> Mapping[str, Any]:
        code = request.path_params["code"]
        made = await self._store.run(lambda c: link_resolving.find(c, code))
        if made is not None:
            return link_resolving.told(made, self._now_ms())
        message_id = self._codes().message_id(code)
        if message_id is None:
            raise ApiError(404, "KD.LINK_UNKNOWN", "no such short link")
        found = await self._store.run(lambda c: self._told(c, message_id))
        if found["kind"] != "smart":
            raise ApiError(404, "KD.LINK_UNKNOWN", "no such short link")  # a video SMS has none
        return {**found, "expired": self._now_ms() >= found["expires_ms"]}
