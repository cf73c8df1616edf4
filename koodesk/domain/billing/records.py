# SPDX-License-Identifier: Apache-2.0
"""Orders, packages and bill lines as the platform keeps them: what the desk reads over the wire and shows. Money is
thousandths of a fen, instants are ms on the gateway's clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from koodesk.domain.billing.items import Item, PackageKind
from koodesk.domain.billing.price_book import Offer, Price
from koodesk.domain.billing.settle import Source


class OrderState(StrEnum):
    """How an order stands."""

    UNPAID = "unpaid"
    PAID = "paid"
    CANCELLED = "cancelled"


class PayBy(StrEnum):
    """Ways to pay (支付方式)."""

    BALANCE = "balance"
    ONLINE = "online"
    RENEWAL = "renewal"


class BillBy(StrEnum):
    """How a bill is grouped."""

    DAY = "day"
    ITEM = "item"
    CAMPAIGN = "campaign"


@dataclass(frozen=True, slots=True)
class Order:
    """An order (云服务订单) of `count` packages of one kind. `method` is empty and `paid_ms` 0 until it is paid."""

    id: int
    offer: str
    kind: PackageKind
    size: int
    count: int
    amount: int
    state: OrderState
    method: str
    by: str
    created_ms: int
    paid_ms: int


@dataclass(frozen=True, slots=True)
class PackageRow:
    """A package (套餐包). `renewal` is "" until it is over, then whether it was bought again: done or failed."""

    id: int
    order: int
    offer: str
    kind: PackageKind
    size: int
    left: int
    bought_ms: int
    expires_ms: int
    renew: bool
    renewal: str

    def state(self, now_ms: int) -> str:
        """Return how it stands: in_use, used_up or expired."""
        if now_ms >= self.expires_ms:
            return "expired"
        return "in_use" if self.left else "used_up"


@dataclass(frozen=True, slots=True)
class BillLine:
    """A line of the bill. `price` and `amount` are None where the unit price was not known when it was settled."""

    id: int
    hour_ms: int
    settled_ms: int
    ref: str
    item: Item
    quantity: int
    source: Source
    package: int
    price: int | None
    amount: int | None


@dataclass(frozen=True, slots=True)
class BillPage:
    """Lines after a cursor, the cursor that continues, and the instant before which every hour is settled."""

    lines: tuple[BillLine, ...]
    next: int
    settled_ms: int


@dataclass(frozen=True, slots=True)
class Prices:
    """The unit prices in force and the packages on offer; `date` is that of the price book."""

    date: str
    items: Mapping[Item, Price]
    offers: tuple[Offer, ...]

    def known(self) -> dict[Item, int]:
        """Return the unit prices that are known."""
        return {item: one.price for item, one in self.items.items() if one.price is not None}


def balance_of(packages: tuple[PackageRow, ...], kind: PackageKind, now_ms: int) -> tuple[int, int]:
    """Return what is left of a kind of package that is not over (剩余额度), and how many such packages were ever bought."""
    own = [package for package in packages if package.kind is kind]
    return sum(package.left for package in own if package.expires_ms > now_ms), len(own)
