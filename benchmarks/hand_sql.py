# SPDX-License-Identifier: Apache-2.0
"""The tables and statements of `hand_written.py`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final

try:
    import pysqlite3 as sqlite3  # type: ignore[import-untyped]  # the wheel ships no type information
except ImportError:
    import sqlite3

AT_ONCE: Final = 50
TABLES: Final = """
CREATE TABLE plan (head TEXT NOT NULL, digest TEXT NOT NULL, state TEXT NOT NULL, opens INTEGER NOT NULL, closes INTEGER NOT NULL);
CREATE TABLE recipient (id INTEGER PRIMARY KEY, number INTEGER NOT NULL UNIQUE, params TEXT NOT NULL);
CREATE TABLE chunk (id INTEGER PRIMARY KEY, first_id INTEGER NOT NULL, last_id INTEGER NOT NULL, key TEXT NOT NULL UNIQUE,
                    digest TEXT NOT NULL, state TEXT NOT NULL, withheld INTEGER NOT NULL DEFAULT 0);
CREATE INDEX chunk_open ON chunk (id) WHERE state <> 'done';
CREATE TABLE sent (recipient_id INTEGER PRIMARY KEY REFERENCES recipient, message_id TEXT UNIQUE, code TEXT NOT NULL,
                   at_ms INTEGER NOT NULL);
CREATE TABLE receipt (id INTEGER PRIMARY KEY, message_id TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL,
                      code TEXT NOT NULL, at_ms INTEGER NOT NULL, recipient_id INTEGER);
CREATE INDEX receipt_stray ON receipt (message_id) WHERE recipient_id IS NULL;
CREATE TABLE delivery (recipient_id INTEGER PRIMARY KEY, sms INTEGER, sms_ms INTEGER, sms_code TEXT,
                       resolved_ms INTEGER, exposed_ms INTEGER, clicked_ms INTEGER, replied_ms INTEGER);
CREATE TABLE opt_out (number INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL);
CREATE TABLE cursor (after INTEGER NOT NULL);
INSERT INTO cursor VALUES (0);
"""
INBOX: Final = (
    "CREATE TEMP TABLE inbox (id INTEGER, message_id TEXT, kind TEXT, status TEXT, code TEXT, at_ms INTEGER, "
    "recipient_id INTEGER)"
)
FILL: Final = "INSERT INTO temp.inbox SELECT *, (SELECT recipient_id FROM sent WHERE message_id = column2) FROM (VALUES {})"
ANSWER: Final = "INSERT OR IGNORE INTO sent VALUES {}"
STORE: Final = "INSERT OR IGNORE INTO receipt SELECT * FROM temp.inbox"
_LATER: Final = (
    "excluded.sms IS NOT NULL AND (delivery.sms IS NULL OR "
    "(excluded.sms_ms, excluded.sms, excluded.sms_code) > (delivery.sms_ms, delivery.sms, delivery.sms_code))"
)
_FIRSTS: Final = ", ".join(
    f"{name} = min(coalesce(delivery.{name}, excluded.{name}), coalesce(excluded.{name}, delivery.{name}))"
    for name in ("resolved_ms", "exposed_ms", "clicked_ms", "replied_ms")
)
FOLD: Final = (
    "INSERT INTO delivery SELECT recipient_id, CASE kind WHEN 'sms' THEN status = '0' END, "
    "CASE kind WHEN 'sms' THEN at_ms END, CASE kind WHEN 'sms' THEN code END, "
    "CASE WHEN kind = 'shortchain' AND status = '0' THEN at_ms END, CASE kind WHEN 'exposed' THEN at_ms END, "
    "CASE kind WHEN 'clicked' THEN at_ms END, CASE kind WHEN 'reply' THEN at_ms END FROM {source} "
    "WHERE recipient_id IS NOT NULL ON CONFLICT (recipient_id) DO UPDATE SET "
    f"sms_code = CASE WHEN {_LATER} THEN excluded.sms_code ELSE delivery.sms_code END, "
    f"sms_ms = CASE WHEN {_LATER} THEN excluded.sms_ms ELSE delivery.sms_ms END, "
    f"sms = CASE WHEN {_LATER} THEN excluded.sms ELSE delivery.sms END, {_FIRSTS}"
)
STRAYS: Final = (
    "SELECT r.id FROM sent s CROSS JOIN receipt r ON r.message_id = s.message_id AND r.recipient_id IS NULL "
    "WHERE s.recipient_id BETWEEN ? AND ?"
)
ADOPT: Final = "UPDATE receipt SET recipient_id = (SELECT recipient_id FROM sent WHERE message_id = receipt.message_id) WHERE id = ?"
REPLIES: Final = (
    "SELECT recipient_id, status, code, at_ms FROM {source} WHERE kind = 'reply' AND recipient_id IS NOT NULL"
)
_MEMBERS: Final = (
    "SELECT CAST(group_concat('[' || number || ',' || params || ',1,{{}}]', ',') AS BLOB), group_concat(number), group_concat(id) "
    "FROM (SELECT id, number, params FROM recipient r WHERE id BETWEEN ? AND ?{without} ORDER BY id)"
)
ALL: Final = _MEMBERS.format(without="")
LEFT: Final = _MEMBERS.format(
    without=" AND NOT EXISTS (SELECT 1 FROM sent WHERE recipient_id = r.id AND code = 'OPTED_OUT')"
)
CLAIM: Final = "UPDATE chunk SET state = 'in_flight' WHERE id = ? AND state = ? AND withheld = ? AND (SELECT state FROM plan) = 'running'"


def connect(path: Path) -> Any:
    """Open the database as the worker opens its own."""
    connection = sqlite3.connect(path, timeout=15, isolation_level=None, check_same_thread=False)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "mmap_size=0",
        "trusted_schema=OFF",
        "cache_size=-4096",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def put(connection: Any, sql: str, rows: Sequence[Sequence[object]], columns: int) -> None:
    """Insert rows, fifty a statement."""
    row = f"({', '.join('?' * columns)})"
    whole = len(rows) // AT_ONCE * AT_ONCE
    connection.executemany(
        sql.format(", ".join([row] * AT_ONCE)),
        [tuple(chain.from_iterable(rows[at : at + AT_ONCE])) for at in range(0, whole, AT_ONCE)],
    )
    connection.executemany(sql.format(row), rows[whole:])


def payload(
    connection: Any, head: str, chunk: tuple[int, int], sql: str = ALL
) -> tuple[bytes, dict[int, int]]:
    """Return the bytes of a call and the recipient of each number."""
    members, numbers, ids = connection.execute(sql, chunk).fetchone()
    told = dict(zip(map(int, numbers.split(",")), map(int, ids.split(",")), strict=True)) if numbers else {}
    return b"%b%b]}" % (head.encode(), members or b""), told


def plan_digest(connection: Any) -> str:
    """Return the digest of what a person confirmed: the head of the calls, the hours, and the digest of each chunk."""
    plan = hashlib.sha256()
    for table in (
        "SELECT head, opens, closes FROM plan",
        "SELECT first_id, last_id, key, digest FROM chunk ORDER BY id",
    ):
        for row in connection.execute(table):
            plan.update(repr(row).encode())
    return plan.hexdigest()
