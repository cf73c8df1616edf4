# SPDX-License-Identifier: Apache-2.0
"""Tables of the account, of packages and of bills, in an engine's database. Money is thousandths of a fen.

`account` has one row; hours before its `settled_ms` are settled. `batch_usage` is what the messages of a batch will be
charged for in which hour: their fate is drawn when they are accepted, so it is known then, and settling adds up a few
rows a batch instead of millions of receipts. `price`, `top_up` and `bill_line` are append-only.
"""

from __future__ import annotations

from typing import Final

_ROWS: Final = """
CREATE TABLE account (
    id INTEGER PRIMARY KEY CHECK (id = 1), enterprise TEXT NOT NULL, verified INTEGER NOT NULL, state TEXT NOT NULL,
    opened_ms INTEGER NOT NULL, protection INTEGER NOT NULL, balance INTEGER NOT NULL, settled_ms INTEGER NOT NULL
);
INSERT INTO account VALUES (1, '', 1, 'normal', 0, 0, 0, 0);
CREATE TABLE top_up (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL, by TEXT NOT NULL, at_ms INTEGER NOT NULL);
CREATE TABLE price (
    id INTEGER PRIMARY KEY, item TEXT NOT NULL, amount INTEGER NOT NULL, since_ms INTEGER NOT NULL, by TEXT NOT NULL,
    at_ms INTEGER NOT NULL
);
CREATE TABLE offer (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, size INTEGER NOT NULL, amount INTEGER NOT NULL, by TEXT NOT NULL,
    at_ms INTEGER NOT NULL
);
CREATE TABLE purchase (
    id INTEGER PRIMARY KEY, offer TEXT NOT NULL, kind TEXT NOT NULL, size INTEGER NOT NULL, count INTEGER NOT NULL,
    amount INTEGER NOT NULL, state TEXT NOT NULL, method TEXT NOT NULL, by TEXT NOT NULL, created_ms INTEGER NOT NULL,
    paid_ms INTEGER NOT NULL, code TEXT NOT NULL, tries INTEGER NOT NULL
);
CREATE TABLE package (
    id INTEGER PRIMARY KEY, purchase INTEGER NOT NULL, offer TEXT NOT NULL, kind TEXT NOT NULL, size INTEGER NOT NULL,
    units INTEGER NOT NULL CHECK (units BETWEEN 0 AND size), resolves INTEGER NOT NULL, bought_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL, renew INTEGER NOT NULL, renewal TEXT NOT NULL
);
CREATE TABLE batch_usage (
    hour_ms INTEGER NOT NULL, batch_id INTEGER NOT NULL, item TEXT NOT NULL, quantity INTEGER NOT NULL,
    PRIMARY KEY (hour_ms, batch_id, item)
) WITHOUT ROWID;
CREATE TABLE bill_line (
    id INTEGER PRIMARY KEY, hour_ms INTEGER NOT NULL, settled_ms INTEGER NOT NULL, ref TEXT NOT NULL, item TEXT NOT NULL,
    quantity INTEGER NOT NULL, source TEXT NOT NULL, package INTEGER NOT NULL, price INTEGER, amount INTEGER
);
CREATE INDEX bill_line_ref ON bill_line (ref);
CREATE INDEX sa_click_billed ON sa_click (at_ms) WHERE billed = 1;
CREATE INDEX tap_resolve ON tap (at_ms) WHERE kind = 1;
CREATE INDEX resolve_event_billed ON resolve_event (at_ms) WHERE ok = 1;
"""

_APPEND_ONLY: Final = "\n".join(
    f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;"
    for table in ("top_up", "price", "bill_line")
    for event in ("UPDATE", "DELETE")
)

TABLES: Final = "\n".join((_ROWS, _APPEND_ONLY))

OPENED_BEFORE: Final = """
UPDATE account SET opened_ms = coalesce(
    (SELECT min(at_ms) FROM (
        SELECT min(submitted_ms) AS at_ms FROM review UNION ALL SELECT min(at_ms) FROM acceptance_chunk)), 0);
"""
"""An engine that has taken something before there were accounts was opened then; what it took is not billed afterwards."""
