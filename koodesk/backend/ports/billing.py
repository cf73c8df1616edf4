# SPDX-License-Identifier: Apache-2.0
"""Packages, orders, prices and bills as a gateway keeps them."""

from __future__ import annotations

from typing import Protocol

from koodesk.domain.account import Account
from koodesk.domain.billing.items import Item, PackageKind
from koodesk.domain.billing.records import BillPage, Order, PackageRow, PayBy, Prices


class PriceSource(Protocol):
    """What a forecast asks for. Raises Refused (gateway.*)."""

    def prices(self) -> Prices:
        """Return unit prices and packages on offer."""
        ...

    def packages(self) -> tuple[PackageRow, ...]:
        """Return every package, the newest first."""
        ...


class BillingGateway(PriceSource, Protocol):
    """Buying and being billed. Every method raises Refused (gateway.*, account.* while the account takes nothing)."""

    def set_price(self, item: Item, price: int, by: str) -> Prices:
        """Enter a unit price of the contract; it holds from the present hour."""
        ...

    def add_offer(self, kind: PackageKind, size: int, price: int, by: str) -> Prices:
        """Enter a package of the contract."""
        ...

    def orders(self) -> tuple[Order, ...]:
        """Return every order, newest first."""
        ...

    def order(self, offer: str, count: int, by: str) -> Order:
        """Make an order; nothing is paid yet."""
        ...

    def challenge(self, order_id: int) -> str:
        """Ask for the code that proves who pays. A local engine gives it back; the cloud sends it and returns "" here."""
        ...

    def pay(self, order_id: int, method: PayBy, code: str) -> Order:
        """Pay an order. Raises Refused (billing.code_wrong)."""
        ...

    def cancel(self, order_id: int) -> Order:
        """Give up an order that is not paid."""
        ...

    def set_renewal(self, package_id: int, renew: bool) -> tuple[PackageRow, ...]:
        """Switch automatic renewal of a package."""
        ...

    def top_up(self, amount: int, by: str) -> Account:
        """Pay money in."""
        ...

    def bill(self, after: int, limit: int, ref: str = "") -> BillPage:
        """Return bill lines after a cursor, of one campaign, task or account where `ref` is given."""
        ...
