# SPDX-License-Identifier: Apache-2.0
"""Prices and packages on offer: those of the price book, and above them what the contract says.

A price of the contract holds from the hour in which it is entered: that hour is not settled yet.
All functions run inside the store's transaction.
"""

from __future__ import annotations

from typing import Any, Final

from koodesk.domain.billing.items import Item, PackageKind
from koodesk.domain.billing.money import LARGEST_PRICE, LARGEST_SUM
from koodesk.domain.billing.price_book import Confidence, Offer
from koodesk.domain.billing.settle import HOUR_MS
from koodesk.engine.errors import ApiError
from koodesk.engine.rule_book import price_book

LARGEST_SIZE: Final = 1_000_000_000
LONGEST_BY: Final = 100
CONTRACT: Final = "contract-"

_NEWEST: Final = """
SELECT item, amount, since_ms, by FROM price WHERE id IN (
    SELECT max(id) FROM price WHERE since_ms <= ? GROUP BY item)
"""


def in_force(connection: Any, hour_ms: int) -> dict[Item, int]:
    """Return the prices that hold in an hour; what is not known is not in it."""
    found = {item: one.price for item, one in price_book().prices.items() if one.price is not None}
    found.update({Item(item): amount for item, amount, _, _ in connection.execute(_NEWEST, (hour_ms,))})
    return found


def listed(connection: Any, now_ms: int) -> dict[str, Any]:
    """Return every price and offer as the desk shows them, the newest word of the contract above the book's."""
    book = price_book()
    found: dict[str, dict[str, Any]] = {
        item.value: {
            "item": item.value,
            "price": one.price,
            "confidence": one.confidence.value,
            "source": one.source,
            "since_ms": 0,
            "by": "",
        }
        for item, one in book.prices.items()
    }
    for item, amount, since_ms, by in connection.execute(_NEWEST, (now_ms,)):
        found[item].update(
            price=amount, confidence=Confidence.CONTRACT.value, source="", since_ms=since_ms, by=by
        )
    return {
        "date": book.date,
        "items": list(found.values()),
        "offers": [_told(one) for one in offers(connection)],
    }


def offers(connection: Any) -> list[Offer]:
    """Return the packages on offer: the book's, then the contract's."""
    own = connection.execute("SELECT id, kind, size, amount FROM offer ORDER BY id")
    return [
        *price_book().offers,
        *(
            Offer(f"{CONTRACT}{id_}", PackageKind(kind), size, amount, Confidence.CONTRACT, "")
            for id_, kind, size, amount in own
        ),
    ]


def set_price(connection: Any, given: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Enter a price of the contract: {item, price, by}. Raises ApiError (400)."""
    item = given.get("item")
    if not isinstance(item, str) or item not in set(Item):
        raise ApiError(400, "KD.FIELD", "no such item", where="item")
    amount = whole(given, "price", 0, LARGEST_PRICE)
    connection.execute(
        "INSERT INTO price (item, amount, since_ms, by, at_ms) VALUES (?, ?, ?, ?, ?)",
        (item, amount, now_ms - now_ms % HOUR_MS, name(given), now_ms),
    )
    return listed(connection, now_ms)


def add_offer(connection: Any, given: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Enter a package of the contract: {kind, size, price, by}. Raises ApiError (400)."""
    kind = given.get("kind")
    if not isinstance(kind, str) or kind not in set(PackageKind):
        raise ApiError(400, "KD.FIELD", "no such kind", where="kind")
    size, amount = whole(given, "size", 1, LARGEST_SIZE), whole(given, "price", 1, LARGEST_SUM)
    connection.execute(
        "INSERT INTO offer (kind, size, amount, by, at_ms) VALUES (?, ?, ?, ?, ?)",
        (kind, size, amount, name(given), now_ms),
    )
    return listed(connection, now_ms)


def whole(given: dict[str, Any], where: str, least: int, most: int) -> int:
    """Return a whole number of a request. Raises ApiError (400)."""
    value = given.get(where)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ApiError(400, "KD.FIELD", f"a whole number, {least}-{most}", where=where, limit=most)
    return value


def name(given: dict[str, Any]) -> str:
    """Return who asks, as the desk says. Raises ApiError (400)."""
    value = given.get("by", "")
    if not isinstance(value, str) or len(value) > LONGEST_BY:
        raise ApiError(400, "KD.FIELD", "a name", where="by", limit=LONGEST_BY)
    return value


def _told(offer: Offer) -> dict[str, Any]:
    return {
        "id": offer.id,
        "kind": offer.kind.value,
        "size": offer.size,
        "price": offer.price,
        "confidence": offer.confidence.value,
        "source": offer.source,
    }
