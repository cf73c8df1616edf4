# SPDX-License-Identifier: Apache-2.0
"""The requests about prices, orders, packages and bills; what each does is in `prices`, `packages` and `settlement`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from starlette.requests import Request

from koodesk.domain.billing.money import LARGEST_SUM
from koodesk.engine import account, packages, prices, settlement
from koodesk.engine.account_api import Handler
from koodesk.engine.reading import json_object, paging, whole_number
from koodesk.engine.store import Store

LARGEST_PAGE: Final = 10_000
LONGEST_REF: Final = 100


class BillingApi:
    """Routes of billing. `advance` brings everything that is due up to date and returns the present instant."""

    def __init__(self, store: Store, advance: Callable[[Any], int]) -> None:
        self._store = store
        self._advance = advance

    def routes(self) -> list[tuple[str, str, Handler]]:
        """Return the routes."""
        return [
            ("GET", "/prices", self._asked(prices.listed)),
            ("POST", "/prices", self._given(prices.set_price)),
            ("POST", "/offers", self._given(prices.add_offer)),
            ("GET", "/orders", self._asked(lambda connection, _now: packages.orders(connection))),
            ("POST", "/orders", self._given(packages.order)),
            (
                "POST",
                "/orders/{id}/challenge",
                self._numbered(lambda c, id_, _given, _now: packages.challenge(c, id_)),
            ),
            ("POST", "/orders/{id}/pay", self._numbered(packages.pay)),
            (
                "POST",
                "/orders/{id}/cancel",
                self._numbered(lambda c, id_, _given, _now: packages.cancel(c, id_)),
            ),
            ("GET", "/packages", self._asked(lambda connection, _now: packages.packages(connection))),
            (
                "PUT",
                "/packages/{id}",
                self._numbered(lambda c, id_, given, _now: packages.set_renewal(c, id_, given)),
            ),
            ("POST", "/account/top-up", self._given(top_up)),
            ("GET", "/bill-lines", self.bill_lines),
        ]

    async def bill_lines(self, request: Request, _body: bytes) -> Mapping[str, Any]:
        """Return a page of the bill."""
        after, limit = paging(request, LARGEST_PAGE)
        ref = request.query_params.get("ref", "")[:LONGEST_REF]

        def job(connection: Any) -> dict[str, Any]:
            self._advance(connection)
            return settlement.lines(connection, after, limit, ref)

        return await self._store.run(job)

    def _asked(self, answer: Callable[[Any, int], dict[str, Any]]) -> Handler:
        async def handler(_request: Request, _body: bytes) -> Mapping[str, Any]:
            return await self._store.run(lambda c: answer(c, self._advance(c)))

        return handler

    def _given(self, work: Callable[[Any, dict[str, Any], int], dict[str, Any]]) -> Handler:
        async def handler(_request: Request, body: bytes) -> Mapping[str, Any]:
            given = json_object(body)
            return await self._store.run(lambda c: work(c, given, self._advance(c)))

        return handler

    def _numbered(self, work: Callable[[Any, int, dict[str, Any], int], dict[str, Any]]) -> Handler:
        async def handler(request: Request, body: bytes) -> Mapping[str, Any]:
            id_, given = whole_number(request.path_params["id"], "id"), json_object(body or b"{}")
            return await self._store.run(lambda c: work(c, id_, given, self._advance(c)))

        return handler


def top_up(connection: Any, given: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Pay money in: {amount, by}; overdue payments are settled by it. Raises ApiError (400)."""
    amount = prices.whole(given, "amount", 1, LARGEST_SUM)
    connection.execute(
        "INSERT INTO top_up (amount, by, at_ms) VALUES (?, ?, ?)", (amount, prices.name(given), now_ms)
    )
    settlement.charge(connection, -amount)
    return account.get(connection)
