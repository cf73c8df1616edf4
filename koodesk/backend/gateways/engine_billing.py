# SPDX-License-Identifier: Apache-2.0
"""Packages, orders, prices and bills of the local engine over HTTP. Translation only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar
from urllib.parse import quote

from koodesk.backend.gateways.engine_account import read_account
from koodesk.backend.gateways.engine_http import EngineHttp
from koodesk.backend.ports.engine import Endpoint
from koodesk.domain.account import Account
from koodesk.domain.billing.items import Item, PackageKind
from koodesk.domain.billing.price_book import Confidence, Offer, Price
from koodesk.domain.billing.records import (
    BillLine,
    BillPage,
    Order,
    OrderState,
    PackageRow,
    PayBy,
    Prices,
)
from koodesk.domain.billing.settle import Source
from koodesk.domain.problem import Refused, problem

_API: Final = "/engine/v1"
T = TypeVar("T")


class EngineBilling:
    """Implements BillingGateway for the engine of a workspace."""

    def __init__(self, endpoint: Callable[[], Endpoint]) -> None:
        self._http = EngineHttp(endpoint)

    def close(self) -> None:
        """Close the connections of every thread."""
        self._http.close()

    def prices(self) -> Prices:
        """Return unit prices and packages on offer."""
        return _read(_prices, self._http.ask("GET", f"{_API}/prices"))

    def set_price(self, item: Item, price: int, by: str) -> Prices:
        """Enter a unit price of the contract."""
        given = {"item": item.value, "price": price, "by": by}
        return _read(_prices, self._http.ask("POST", f"{_API}/prices", given))

    def add_offer(self, kind: PackageKind, size: int, price: int, by: str) -> Prices:
        """Enter a package of the contract."""
        given = {"kind": kind.value, "size": size, "price": price, "by": by}
        return _read(_prices, self._http.ask("POST", f"{_API}/offers", given))

    def orders(self) -> tuple[Order, ...]:
        """Return every order, newest first."""
        return _read(lambda told: tuple(map(_order, told["items"])), self._http.ask("GET", f"{_API}/orders"))

    def order(self, offer: str, count: int, by: str) -> Order:
        """Make an order."""
        given = {"offer": offer, "count": count, "by": by}
        return _read(_order, self._http.ask("POST", f"{_API}/orders", given))

    def challenge(self, order_id: int) -> str:
        """Ask for the code, which this engine gives back."""
        told = self._http.ask("POST", f"{_API}/orders/{int(order_id)}/challenge", {})
        return _read(lambda one: str(one["code"]), told)

    def pay(self, order_id: int, method: PayBy, code: str) -> Order:
        """Pay an order."""
        told = self._http.ask(
            "POST", f"{_API}/orders/{int(order_id)}/pay", {"method": method.value, "code": code}
        )
        if isinstance(told, dict) and told.get("refused"):
            raise Refused(problem("billing.code_wrong", "code"))
        return _read(_order, told)

    def cancel(self, order_id: int) -> Order:
        """Give up an order."""
        return _read(_order, self._http.ask("POST", f"{_API}/orders/{int(order_id)}/cancel", {}))

    def packages(self) -> tuple[PackageRow, ...]:
        """Return every package, the newest first."""
        return _read(_packages, self._http.ask("GET", f"{_API}/packages"))

    def set_renewal(self, package_id: int, renew: bool) -> tuple[PackageRow, ...]:
        """Switch automatic renewal."""
        told = self._http.ask("PUT", f"{_API}/packages/{int(package_id)}", {"renew": renew})
        return _read(_packages, told)

    def top_up(self, amount: int, by: str) -> Account:
        """Pay money in."""
        return read_account(self._http.ask("POST", f"{_API}/account/top-up", {"amount": amount, "by": by}))

    def bill(self, after: int, limit: int, ref: str = "") -> BillPage:
        """Return bill lines after a cursor."""
        query = f"?after={after}&limit={limit}" + (f"&ref={quote(ref, safe='')}" if ref else "")
        return _read(_page, self._http.ask("GET", f"{_API}/bill-lines{query}"))


def _read(make: Callable[[Any], T], told: Any) -> T:
    """Make a value of an answer; an answer of another shape is an engine that cannot be spoken with."""
    try:
        return make(told)
    except (KeyError, TypeError, ValueError, AttributeError) as broken:
        raise Refused(problem("gateway.unreachable", gateway="local", reason="unreadable")) from broken


def _prices(told: Any) -> Prices:
    items = {
        Item(one["item"]): Price(
            Item(one["item"]),
            None if one["price"] is None else int(one["price"]),
            Confidence(one["confidence"]),
            str(one["source"]),
            int(one["since_ms"]),
            str(one["by"]),
        )
        for one in told["items"]
    }
    offers = tuple(
        Offer(
            str(one["id"]),
            PackageKind(one["kind"]),
            int(one["size"]),
            int(one["price"]),
            Confidence(one["confidence"]),
            str(one["source"]),
        )
        for one in told["offers"]
    )
    return Prices(str(told["date"]), items, offers)


def _order(told: Any) -> Order:
    return Order(
        int(told["id"]),
        str(told["offer"]),
        PackageKind(told["kind"]),
        int(told["size"]),
        int(told["count"]),
        int(told["amount"]),
        OrderState(told["state"]),
        str(told["method"]),
        str(told["by"]),
        int(told["created_ms"]),
        int(told["paid_ms"]),
    )


def _packages(told: Any) -> tuple[PackageRow, ...]:
    return tuple(
        PackageRow(
            int(one["id"]),
            int(one["purchase"]),
            str(one["offer"]),
            PackageKind(one["kind"]),
            int(one["size"]),
            int(one["units"]),
            int(one["bought_ms"]),
            int(one["expires_ms"]),
            bool(one["renew"]),
            str(one["renewal"]),
        )
        for one in told["items"]
    )


def _page(told: Any) -> BillPage:
    lines = tuple(
        BillLine(
            int(id_),
            int(hour_ms),
            int(settled_ms),
            str(ref),
            Item(item),
            int(quantity),
            Source(source),
            int(package),
            None if price is None else int(price),
            None if amount is None else int(amount),
        )
        for id_, hour_ms, settled_ms, ref, item, quantity, source, package, price, amount in told["items"]
    )
    return BillPage(lines, int(told["next"]), int(told["settled_ms"]))
