# SPDX-License-Identifier: Apache-2.0
"""The price book (价目): unit prices, packages on offer and the rules of charging, as dated data with sources.

The guide prints three examples and nobody publishes the rest: a price that is not known is None, and screens say so. A
price worked out from a package is an assumption and says so too. What a contract says is entered by an administrator and
kept by the engine; it stands above the book.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from koodesk.domain.billing.items import Item, PackageKind
from koodesk.domain.billing.money import LARGEST_PRICE, read_yuan


class Confidence(StrEnum):
    """How sure a price is: printed by the platform, worked out by Koodesk, of one's own contract, or not known."""

    STATED = "stated"
    ASSUMED = "assumed"
    CONTRACT = "contract"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Price:
    """The unit price of an item; `price` is None where it is not known. `since_ms` and `by` are of a contract's."""

    item: Item
    price: int | None
    confidence: Confidence
    source: str
    since_ms: int = 0
    by: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A package one can buy: so many units of a kind for a price. `id` is the book's name of it, or "contract-<n>"."""

    id: str
    kind: PackageKind
    size: int
    price: int
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True)
class ChargingRules:
    """Numbers of charging. `lag_hours` is how long after its end an hour is settled; `delivered` and `resolved` are the
    shares expected of a send, in thousandths. The share of China Mobile that a three-carrier package asks for stands
    with the rules of video sends."""

    validity_years: int
    lag_hours: int
    delivered: int
    resolved: int


@dataclass(frozen=True, slots=True)
class PriceBook:
    """Everything the book says."""

    date: str
    prices: Mapping[Item, Price]
    offers: tuple[Offer, ...]
    rules: ChargingRules

    def offer(self, id_: str) -> Offer | None:
        """Return an offer by its id."""
        return next((offer for offer in self.offers if offer.id == id_), None)


def read_price_book(text: str) -> PriceBook:
    """Read `price_book.toml`. Raises ValueError or KeyError when the data breaks its own rules: it ships with the program."""
    data: dict[str, Any] = tomllib.loads(text)
    prices: dict[Item, Price] = {}
    for entry in data["item"]:
        item, confidence = Item(entry["id"]), Confidence(entry["confidence"])
        given = entry.get("yuan")
        if (given is None) != (confidence is Confidence.UNKNOWN) or item in prices:
            raise ValueError(f"the price of {item} is not what it says")
        price = None if given is None else read_yuan(given, item.value, largest=LARGEST_PRICE)
        prices[item] = Price(item, price, confidence, entry["source"])
    if set(prices) != set(Item):
        raise ValueError("an item has no entry")
    offers = tuple(
        Offer(
            entry["id"],
            PackageKind(entry["kind"]),
            int(entry["size"]),
            read_yuan(entry["yuan"], entry["id"]),
            Confidence(entry["confidence"]),
            entry["source"],
        )
        for entry in data["offer"]
    )
    rules = data["rules"]
    return PriceBook(
        data["date"],
        prices,
        offers,
        ChargingRules(
            validity_years=int(rules["validity_years"]["value"]),
            lag_hours=int(rules["lag_hours"]["value"]),
            delivered=int(rules["delivered"]["value"]),
            resolved=int(rules["resolved"]["value"]),
        ),
    )
