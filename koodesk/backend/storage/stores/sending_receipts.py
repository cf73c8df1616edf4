# SPDX-License-Identifier: Apache-2.0
"""Taking receipts in, inside the caller's transaction: stored once each, matched by message, added up per recipient.

A page goes through a temporary table, so that matching and adding up are three statements and no loop. A receipt whose
message is not known stays in `receipt` without a recipient; the outcome of its chunk adopts it when it comes
(`sending_dispatch.adopt_strays`), and what nobody adopts stays there to be shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.ports.gateway import Receipt, ReceiptKind
from koodesk.backend.ports.sending import SentRow, Settlement
from koodesk.backend.storage.stores.sending_dispatch import FOLD_INBOX, settle
from koodesk.domain.send_state import Bucket, ChunkMove, ChunkState

_INBOX: Final = (
    "CREATE TEMP TABLE IF NOT EXISTS inbox (serial INTEGER PRIMARY KEY, id INTEGER NOT NULL, message_id TEXT NOT NULL, "
    "kind TEXT NOT NULL, status TEXT NOT NULL, code TEXT NOT NULL, at_ms INTEGER NOT NULL, recipient_id INTEGER)"
)
_STOP_WORDS: Final = frozenset({"R", "TD", "T", "退订"})


def take(connection: Connection, gateway: str, receipts: Sequence[Receipt], next_cursor: int) -> int:
    """Store a page of receipts and move the cursor; return how many were new."""
    new = 0
    if receipts:
        named = [receipt for receipt in receipts if receipt.key]
        if named:
            _answer_by_receipt(connection, named)
        connection.exec_driver_sql(_INBOX)
        connection.exec_driver_sql("DELETE FROM temp.inbox")
        connection.exec_driver_sql(
            "INSERT INTO temp.inbox (id, message_id, kind, status, code, at_ms, recipient_id) "
            "VALUES (?,?,?,?,?,?,(SELECT recipient_id FROM sent WHERE message_id = ?))",
            [(r[0], r[1], r[2], r[3], r[4], r[5], r[1]) for r in receipts],
        )
        new = connection.exec_driver_sql(
            "INSERT OR IGNORE INTO receipt (gateway_receipt_id, message_id, kind, status, code, at_ms, recipient_id) "
            "SELECT id, message_id, kind, status, code, at_ms, recipient_id FROM temp.inbox"
        ).rowcount
        connection.exec_driver_sql(FOLD_INBOX)
        if any(receipt.kind == ReceiptKind.REPLY for receipt in receipts):
            _opt_out(connection)
    connection.exec_driver_sql(
        "INSERT INTO receipt_cursor (gateway, after) VALUES (?, ?) "
        "ON CONFLICT(gateway) DO UPDATE SET after = max(after, excluded.after)",
        (gateway, next_cursor),
    )
    return new


def _opt_out(connection: Connection) -> None:
    """Whoever replied R gets no more promotion under that signature."""
    replies = connection.exec_driver_sql(
        "SELECT r.number, c.signature, i.at_ms, i.code FROM temp.inbox i JOIN recipient r ON r.id = i.recipient_id "
        "JOIN campaign c ON c.id = r.campaign_id WHERE i.kind = 'reply'"
    ).fetchall()
    leavers = [tuple(row[:3]) for row in replies if row[3].strip().upper() in _STOP_WORDS]
    if leavers:
        connection.exec_driver_sql(
            "INSERT OR IGNORE INTO opt_out (number, signature, at_ms, source) VALUES (?, ?, ?, 'reply')",
            leavers,
        )


def _answer_by_receipt(connection: Connection, receipts: Sequence[Receipt]) -> None:
    """A status report that names call and phone proves that an unclear message was accepted."""
    for receipt in receipts:
        row = connection.exec_driver_sql(
            "SELECT k.id, k.campaign_id, k.no, k.members, k.accepted, k.refused, r.id FROM chunk k "
            "JOIN recipient r ON r.campaign_id = k.campaign_id AND r.number = ? "
            "AND r.id BETWEEN k.first_id AND k.last_id WHERE k.key = ? AND k.state = ? "
            "AND NOT EXISTS (SELECT 1 FROM sent s WHERE s.recipient_id = r.id)",
            (receipt.number, receipt.key, ChunkState.UNKNOWN.value),
        ).first()
        if row is None:
            continue
        chunk_id, campaign_id, number, members, accepted, refused, recipient_id = row
        whole = accepted + refused + 1 == members
        move = (ChunkMove.SPLIT if refused else ChunkMove.ACCEPT) if whole else ChunkMove.DOUBT
        answer = SentRow(recipient_id, receipt.message_id, Bucket.ACCEPTED.value, "by_receipt", receipt.at_ms)
        settle(
            connection,
            Settlement(chunk_id, campaign_id, number, move, (answer,), "by_receipt"),
            receipt.at_ms,
        )
