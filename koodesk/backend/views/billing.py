# SPDX-License-Identifier: Apache-2.0
"""Rows of packages, bills and the settlement report. Money is thousandths of a fen, instants are ms."""

from __future__ import annotations

from dataclasses import dataclass

from koodesk.domain.billing.items import Item, PackageKind
from koodesk.domain.billing.records import Order, PackageRow


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left of a kind of package (剩余额度), and how many packages of it were ever bought: 0 left has two reasons."""

    kind: PackageKind
    left: int
    bought: int


@dataclass(frozen=True, slots=True)
class Held:
    """Packages and orders as they are at `now_ms` of the platform's clock, and the money on the account."""

    packages: tuple[PackageRow, ...]
    orders: tuple[Order, ...]
    balances: tuple[Balance, ...]
    balance: int
    now_ms: int


@dataclass(frozen=True, slots=True)
class BillRow:
    """A sum of bill lines: `key` is a day, an item or what was billed, `name` what a person calls it (a code for an item), `kind`
    what of service accounts it is, "pub" or "sa_shortcut", empty for everything else.

    `packaged` units came from packages, `charged` from the balance; `unknown` of those had no known price, and are not in
    `amount`.
    """

    key: str
    name: str
    quantity: int
    packaged: int
    charged: int
    unknown: int
    amount: int
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Bill:
    """The bill grouped one way, its sum, and the instant before which everything is settled."""

    rows: tuple[BillRow, ...]
    total: BillRow
    settled_ms: int


@dataclass(frozen=True, slots=True)
class Behind:
    """A recipient behind a difference: masked number, how the desk sees it (delivered, waiting, ...) and since when."""

    recipient_id: int
    number: str
    what: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Difference:
    """An hour in which ledger and bill do not agree about an item."""

    hour_ms: int
    ledger: int
    billed: int


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One item of one campaign: units by the desk's own ledger and by the bill, up to the settled instant. `unsettled`
    units happened after it. `differences` are the hours that do not agree."""

    campaign_id: int
    uuid: str
    name: str
    item: Item
    ledger: int
    billed: int
    unsettled: int
    amount: int | None
    differences: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """Whether ledger and bill agree in every hour."""
        return not self.differences


@dataclass(frozen=True, slots=True)
class Settlement:
    """The settlement report: every item of every campaign, and what was billed that no campaign of this desk is behind."""

    rows: tuple[Reconciled, ...]
    elsewhere: tuple[BillRow, ...]
    settled_ms: int
