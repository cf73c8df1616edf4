# SPDX-License-Identifier: Apache-2.0
"""Orders and packages: ordered, paid for, drained by `settlement`, renewed or over after a year. Nothing is refunded.

With operation protection (操作保护) who pays proves who she is: the platform sends a code to her phone or mail; this twin
has neither and gives the code back, and whoever shows it says so. All functions run inside the store's transaction.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from koodesk.domain.billing.money import LARGEST_SUM
from koodesk.engine import account, prices
from koodesk.engine.errors import ApiError
from koodesk.engine.prices import name, whole
from koodesk.engine.rule_book import price_book

MOST: Final = 100
"""Packages of one order: Koodesk's own limit."""

METHODS: Final = ("balance", "online")
"""Ways to pay: from the balance, or at once by a bank or wallet, which this twin only plays."""

TRIES: Final = 5
_ORDER: Final = "id, offer, kind, size, count, amount, state, method, by, created_ms, paid_ms"
_PACKAGE: Final = "id, purchase, offer, kind, size, units, bought_ms, expires_ms, renew, renewal"


def order(connection: Any, given: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Make an order of {offer, count, by}; nothing is paid yet. Raises ApiError: 400, 403 (account), 404 (offer)."""
    account.demand(connection)
    wanted = next((one for one in prices.offers(connection) if one.id == given.get("offer")), None)
    if wanted is None:
        raise ApiError(404, "KD.OFFER_UNKNOWN", "no such package on offer", where="offer")
    count = whole(given, "count", 1, MOST)
    amount = wanted.price * count
    if amount > LARGEST_SUM:
        raise ApiError(
            400, "KD.FIELD", "too much for one order", where="count", limit=LARGEST_SUM // wanted.price
        )
    id_ = connection.execute(
        "INSERT INTO purchase (offer, kind, size, count, amount, state, method, by, created_ms, paid_ms, code, tries) "
        "VALUES (?, ?, ?, ?, ?, 'unpaid', '', ?, ?, 0, '', 0)",
        (wanted.id, wanted.kind.value, wanted.size, count, amount, name(given), now_ms),
    ).lastrowid
    return get_order(connection, id_)


def challenge(connection: Any, order_id: int) -> dict[str, Any]:
    """Send the code that proves who pays: this twin gives it back. Raises ApiError (404, 409)."""
    _unpaid(connection, order_id)
    code = f"{secrets.randbelow(1_000_000):06d}"
    connection.execute("UPDATE purchase SET code = ?, tries = 0 WHERE id = ?", (code, order_id))
    return {"code": code, "sent_to": "engine"}


def pay(connection: Any, order_id: int, given: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Pay an order: {method, code}. Paying a paid order again changes nothing.

    Raises ApiError: 404, 409 for one that was given up, 403 for a wrong code or an account that takes nothing, 402 when
    the balance is too small.
    """
    found = get_order(connection, order_id)
    if found["state"] == "paid":
        return found
    amount = _unpaid(connection, order_id)
    account.demand(connection)
    method = given.get("method")
    if method not in METHODS:
        raise ApiError(400, "KD.FIELD", "no such way to pay", where="method")
    customer = account.get(connection)
    if customer["protection"] and not _proved(connection, order_id, given.get("code")):
        # Answered, not raised: the try has to be counted, and a refusal would take it back.
        return {**found, "refused": "KD.CODE_WRONG"}
    if method == "balance":
        if customer["balance"] < amount:
            raise ApiError(402, "KD.BALANCE_SHORT", "the balance is too small", limit=customer["balance"])
        connection.execute("UPDATE account SET balance = balance - ?", (amount,))
    connection.execute(
        "UPDATE purchase SET state = 'paid', method = ?, paid_ms = ?, code = '' WHERE id = ?",
        (method, now_ms, order_id),
    )
    for _ in range(found["count"]):
        _add(connection, order_id, found, now_ms, renew=0)
    return get_order(connection, order_id)


def cancel(connection: Any, order_id: int) -> dict[str, Any]:
    """Give up an order that is not paid. Raises ApiError: 404, 409 for a paid one, which is not refunded."""
    _unpaid(connection, order_id)
    connection.execute("UPDATE purchase SET state = 'cancelled' WHERE id = ?", (order_id,))
    return get_order(connection, order_id)


def get_order(connection: Any, order_id: int) -> dict[str, Any]:
    """Return an order. Raises ApiError (404)."""
    row = connection.execute(f"SELECT {_ORDER} FROM purchase WHERE id = ?", (order_id,)).fetchone()  # noqa: S608 - our own column list
    if row is None:
        raise ApiError(404, "KD.ORDER_UNKNOWN", "no such order", order=order_id)
    return dict(zip(_ORDER.split(", "), row, strict=True))


def orders(connection: Any) -> dict[str, Any]:
    """Return every order, newest first."""
    rows = connection.execute(f"SELECT {_ORDER} FROM purchase ORDER BY id DESC LIMIT 1000")  # noqa: S608 - our own column list
    return {"items": [dict(zip(_ORDER.split(", "), row, strict=True)) for row in rows]}


def packages(connection: Any) -> dict[str, Any]:
    """Return every package, the newest first."""
    rows = connection.execute(f"SELECT {_PACKAGE} FROM package ORDER BY id DESC LIMIT 1000")  # noqa: S608 - our own column list
    return {"items": [dict(zip(_PACKAGE.split(", "), row, strict=True)) for row in rows]}


def set_renewal(connection: Any, package_id: int, given: dict[str, Any]) -> dict[str, Any]:
    """Switch automatic renewal: {renew}. Raises ApiError: 400, 404."""
    if not isinstance(given.get("renew"), bool):
        raise ApiError(400, "KD.FIELD", "true or false", where="renew")
    changed = connection.execute(
        "UPDATE package SET renew = ? WHERE id = ? AND renewal = ''", (int(given["renew"]), package_id)
    ).rowcount
    if not changed:
        raise ApiError(404, "KD.PACKAGE_UNKNOWN", "no such package, or it is over", package=package_id)
    return packages(connection)


def renew(connection: Any, until_ms: int) -> None:
    """Buy again, at its expiry, each package that is to be renewed, while the balance is enough; else it lapses."""
    due = connection.execute(
        "SELECT id, offer, expires_ms FROM package WHERE expires_ms <= ? AND renew = 1 AND renewal = '' "
        "ORDER BY expires_ms, id",
        (until_ms,),
    ).fetchall()
    on_offer = {one.id: one for one in prices.offers(connection)} if due else {}
    for id_, offer_id, at_ms in due:
        wanted = on_offer.get(offer_id)
        balance = connection.execute("SELECT balance FROM account").fetchone()[0]
        good = wanted is not None and balance >= wanted.price
        connection.execute("UPDATE package SET renewal = ? WHERE id = ?", ("done" if good else "failed", id_))
        if wanted is None or not good:
            continue
        connection.execute("UPDATE account SET balance = balance - ?", (wanted.price,))
        bought = connection.execute(
            "INSERT INTO purchase (offer, kind, size, count, amount, state, method, by, created_ms, paid_ms, code, "
            "tries) VALUES (?, ?, ?, 1, ?, 'paid', 'renewal', '', ?, ?, '', 0)",
            (wanted.id, wanted.kind.value, wanted.size, wanted.price, at_ms, at_ms),
        ).lastrowid
        found = {"offer": wanted.id, "kind": wanted.kind.value, "size": wanted.size}
        _add(connection, bought, found, at_ms, renew=1)


def years_later(at_ms: int, years: int) -> int:
    """Return the same day and time of a later year; the 29th of February becomes the 28th."""
    at = datetime.fromtimestamp(at_ms // 1000, UTC) + timedelta(hours=8)  # Beijing's day
    try:
        then = at.replace(year=at.year + years)
    except ValueError:
        then = at.replace(year=at.year + years, day=28)
    return at_ms + int((then - at).total_seconds()) * 1000


def _add(connection: Any, order_id: int, found: dict[str, Any], at_ms: int, *, renew: int) -> None:
    connection.execute(
        "INSERT INTO package (purchase, offer, kind, size, units, resolves, bought_ms, expires_ms, renew, renewal) "
        "VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, '')",
        (
            order_id,
            found["offer"],
            found["kind"],
            found["size"],
            found["size"],
            at_ms,
            years_later(at_ms, price_book().rules.validity_years),
            renew,
        ),
    )


def _unpaid(connection: Any, order_id: int) -> int:
    """Return what an unpaid order costs. Raises ApiError: 404, 409 when it is paid or given up."""
    found = get_order(connection, order_id)
    if found["state"] != "unpaid":
        raise ApiError(409, "KD.ORDER_CLOSED", "this order is paid or given up", state=found["state"])
    return int(found["amount"])


def _proved(connection: Any, order_id: int, code: object) -> bool:
    known, tries = connection.execute("SELECT code, tries FROM purchase WHERE id = ?", (order_id,)).fetchone()
    if (
        known
        and isinstance(code, str)
        and tries < TRIES
        and secrets.compare_digest(code.encode(), known.encode())
    ):
        return True
    connection.execute("UPDATE purchase SET tries = tries + 1 WHERE id = ?", (order_id,))
    return False
