# SPDX-License-Identifier: Apache-2.0
"""Settling past hours of the engine's clock: bill lines, packages, balance. What the rules are is `domain.billing`.

An hour is settled once, when it and the lag of the platform are over (facts 1.1); nothing runs on a timer, whoever asks
something first brings it up to date. What is dated into an hour that is settled already is a late entry: a line of its own,
of that hour and settled now. The work is a few rows an hour, campaign and item, whatever the number of messages.
All functions run inside the store's transaction.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from koodesk.domain.account import AccountState
from koodesk.domain.billing.items import RESOLVE_OF, Item, PackageKind, send_item
from koodesk.domain.billing.settle import HOUR_MS, Package, Usage, settle
from koodesk.engine import packages, prices
from koodesk.engine.rule_book import price_book
from koodesk.engine.usage import planned_resolve

_HOURS = """
SELECT DISTINCT hour_ms FROM batch_usage WHERE hour_ms >= ? AND hour_ms < ?
UNION SELECT DISTINCT at_ms - at_ms % 3600000 FROM sa_click WHERE billed = 1 AND at_ms >= ? AND at_ms < ?
UNION SELECT DISTINCT at_ms - at_ms % 3600000 FROM resolve_event WHERE ok = 1 AND at_ms >= ? AND at_ms < ?
UNION SELECT DISTINCT at_ms - at_ms % 3600000 FROM tap WHERE kind = 1 AND at_ms >= ? AND at_ms < ?
ORDER BY 1
"""
_USED = """
SELECT c.campaign, u.item, sum(u.quantity), min(u.batch_id) FROM batch_usage u
JOIN acceptance_chunk c ON c.id = u.batch_id WHERE u.hour_ms = ? GROUP BY c.campaign, u.item ORDER BY 4, 2
"""
_CLICKED = "SELECT pub, count(*) FROM sa_click WHERE billed = 1 AND at_ms >= ? AND at_ms < ? GROUP BY pub ORDER BY pub"


_PLUS = """
SELECT task, count(*) FROM resolve_event WHERE ok = 1 AND at_ms >= ? AND at_ms < ? GROUP BY task ORDER BY task
"""
_TAPPED = """
SELECT c.campaign, t.message - b.first_message, c.id, coalesce(json_extract(b.context, '$.rules.promotion'), 0)
FROM tap t JOIN acceptance a ON a.message = t.message JOIN acceptance_chunk c ON c.id = a.chunk
JOIN batch b ON b.id = c.id WHERE t.kind = 1 AND t.at_ms >= ? AND t.at_ms < ? ORDER BY t.id
"""
_OPENED = """
SELECT c.campaign, a.message - b.first_message, c.id, coalesce(json_extract(b.context, '$.rules.promotion'), 0)
FROM acceptance a JOIN acceptance_chunk c ON c.id = a.chunk JOIN batch b ON b.id = c.id WHERE a.message = ?
"""
RESOLVE_TASK = "resolve:"
"""How a resolve task is named in a bill, before its number."""


def settled_until(now_ms: int) -> int:
    """Return the instant before which every hour is settled at `now_ms`."""
    return now_ms - now_ms % HOUR_MS - price_book().rules.lag_hours * HOUR_MS


def advance(connection: Any, now_ms: int) -> None:
    """Settle every hour that is due, and renew the packages that have come to their end."""
    since, opened = connection.execute("SELECT settled_ms, opened_ms FROM account").fetchone()
    if not opened:
        return
    until = settled_until(now_ms)
    if until > since:
        for (hour,) in connection.execute(_HOURS, (since, until) * 4).fetchall():
            packages.renew(connection, hour + HOUR_MS - 1)
            _settle_hour(connection, hour, now_ms)
        connection.execute("UPDATE account SET settled_ms = ?", (until,))
    packages.renew(connection, now_ms)


def _settle_hour(connection: Any, hour: int, now_ms: int) -> None:
    used = [Usage(ref, Item(item), quantity) for ref, item, quantity, _ in connection.execute(_USED, (hour,))]
    clicked = connection.execute(_CLICKED, (hour, hour + HOUR_MS))
    used += [Usage(pub, Item.CLICK, quantity) for pub, quantity in clicked]
    plus = connection.execute(_PLUS, (hour, hour + HOUR_MS))
    used += [Usage(f"{RESOLVE_TASK}{task}", Item.PLUS_RESOLVE, quantity) for task, quantity in plus]
    used += _tapped(connection, hour)
    _bill(connection, hour, used, now_ms)


def _bill(connection: Any, hour: int, used: list[Usage], now_ms: int) -> None:
    """Write the lines of what was used in an hour, take it from packages and balance."""
    held = [
        Package(id_, PackageKind(kind), units, resolves, bought_ms, expires_ms)
        for id_, kind, units, resolves, bought_ms, expires_ms in connection.execute(
            "SELECT id, kind, units, resolves, bought_ms, expires_ms FROM package "
            "WHERE (units > 0 AND bought_ms < ? AND expires_ms > ?) OR resolves > 0",
            (hour + HOUR_MS, hour),
        )
    ]
    done = settle(hour, used, held, prices.in_force(connection, hour))
    connection.executemany(
        "INSERT INTO bill_line (hour_ms, settled_ms, ref, item, quantity, source, package, price, amount) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                hour,
                now_ms,
                line.ref,
                line.item.value,
                line.quantity,
                line.source.value,
                line.package,
                line.price,
                line.amount,
            )
            for line in done.lines
        ],
    )
    connection.executemany(
        "UPDATE package SET units = ?, resolves = ? WHERE id = ?",
        [
            (after.left, after.resolves, after.id)
            for before, after in zip(held, done.packages, strict=True)
            if after != before
        ],
    )
    charge(connection, done.charged)


def bill_late(connection: Any, message_id: int, at_ms: int, now_ms: int) -> None:
    """Bill a card that a person opened at an instant whose hour is settled already; any other waits for its hour.

    Packages give what they still have: what they had then may have gone to others since.
    """
    since, opened = connection.execute("SELECT settled_ms, opened_ms FROM account").fetchone()
    if not opened or at_ms >= since:
        return
    campaign, index, batch_id, promotion = connection.execute(_OPENED, (message_id,)).fetchone()
    if not planned_resolve(connection, batch_id, index):
        item = RESOLVE_OF[send_item(promotion=bool(promotion))]
        _bill(connection, at_ms - at_ms % HOUR_MS, [Usage(campaign, item, 1)], now_ms)


def _tapped(connection: Any, hour: int) -> list[Usage]:
    """Return the cards that a person opened on a simulated phone and that were not shown there by themselves: such a
    message's own resolve stands in its batch's usage."""
    found: Counter[tuple[str, Item]] = Counter()
    for campaign, index, batch_id, promotion in connection.execute(
        _TAPPED, (hour, hour + HOUR_MS)
    ).fetchall():
        if not planned_resolve(connection, batch_id, index):
            found[campaign, RESOLVE_OF[send_item(promotion=bool(promotion))]] += 1
    return [Usage(campaign, item, quantity) for (campaign, item), quantity in found.items()]


def charge(connection: Any, amount: int) -> None:
    """Take money from the balance (a negative amount gives some). Below nothing the account is in arrears, in its grace
    period: the service goes on. When it is paid the arrears are over; who is frozen stays so."""
    connection.execute("UPDATE account SET balance = balance - ?", (amount,))
    balance, state = connection.execute("SELECT balance, state FROM account").fetchone()
    if balance < 0 and state == AccountState.NORMAL:
        connection.execute("UPDATE account SET state = ?", (AccountState.ARREARS.value,))
    elif balance >= 0 and state in (AccountState.ARREARS, AccountState.RETENTION) and amount < 0:
        connection.execute("UPDATE account SET state = ?", (AccountState.NORMAL.value,))


def lines(connection: Any, after: int, limit: int, ref: str) -> dict[str, Any]:
    """Return bill lines with an id above `after`, of one campaign, task or account where `ref` is given, and the instant
    before which everything is settled."""
    rows = connection.execute(
        "SELECT id, hour_ms, settled_ms, ref, item, quantity, source, package, price, amount FROM bill_line "
        "WHERE id > ? AND (? = '' OR ref = ?) ORDER BY id LIMIT ?",
        (after, ref, ref, limit),
    ).fetchall()
    return {
        "items": [list(row) for row in rows],
        "next": rows[-1][0] if rows else after,
        "settled_ms": connection.execute("SELECT settled_ms FROM account").fetchone()[0],
    }
