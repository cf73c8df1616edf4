# SPDX-License-Identifier: Apache-2.0
"""Taking receipts in, inside the caller's transaction: stored once each, matched by message, added up per recipient.

A page goes through a temporary table (`sending_inbox`), so that matching, counting for the reports and adding up are
four statements and no loop. A receipt whose message is not known stays in `receipt` without a recipient; the outcome of
its chunk adopts it when it comes (`sending_delivery.adopt_strays`), and what nobody adopts stays there to be shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final

from koodesk.backend.ports.gateway import Receipt
from koodesk.backend.ports.receipt_columns import naming
from koodesk.backend.ports.sending import SentRow, Settlement
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.late_counts import LateCounts
from koodesk.backend.storage.stores.receipts_beside import ReadyReceipts, take_known
from koodesk.backend.storage.stores.report_counts import count_inbox
from koodesk.backend.storage.stores.sending_delivery import fold_inbox
from koodesk.backend.storage.stores.sending_dispatch import live, settle
from koodesk.backend.storage.stores.sending_events import add_event
from koodesk.backend.storage.stores.sending_inbox import fill, fill_in, told
from koodesk.backend.storage.stores.sending_moves import move as _move
from koodesk.backend.storage.stores.sending_opt_outs import take_replies
from koodesk.backend.storage.stores.sending_unknown import late_report, name_confirmed
from koodesk.domain.send_state import Bucket, CampaignMove, CampaignState, ChunkMove, ChunkState

if TYPE_CHECKING:
    from sqlalchemy import Connection

_REPLIES: Final = "SELECT recipient_id, status, code, at_ms FROM temp.inbox WHERE kind = 'reply' AND recipient_id IS NOT NULL"


def take_page(
    database: Database,
    writer: AbstractContextManager[object],
    gateway: str,
    receipts: Sequence[Receipt],
    next_cursor: int,
) -> int:
    """Store a page of receipts and move the cursor: on a file in one write, for which the `writer` of this process is needed; in a
    team's database beside the workers and only what has to be alone alone. Return how many were new.

    The cursor moves with the last of it: what was stored before a crash is fetched again, and stored once.
    """
    if not database.shared:
        rows = told(receipts)
        with database.write_after(lambda beside: fill(beside, rows), writer) as connection:
            return take(connection, gateway, receipts, next_cursor, filled=True)
    page = receipts if isinstance(receipts, ReadyReceipts) else ReadyReceipts(receipts)
    apart, new = page.apart, 0
    with database.write_beside() as connection:
        late = LateCounts()
        if page.rows:
            new, unknown, late = take_known(connection, gateway, page)
            apart |= unknown
        if not apart:
            move_cursor(connection, gateway, next_cursor)
        late.put(connection)
    if apart:
        with database.write() as connection:
            left = [receipt for receipt in receipts if receipt.message_id in apart]
            new += take(connection, gateway, left, next_cursor)
    return new


def take(
    connection: Connection,
    gateway: str,
    receipts: Sequence[Receipt],
    next_cursor: int,
    *,
    filled: bool = False,
) -> int:
    """Store receipts in a write that nobody stands beside, and move the cursor; return how many were new. They may have been put
    into `temp.inbox` before the write began."""
    new = 0
    if receipts:
        if named := naming(receipts):
            _answer_by_receipt(connection, named)
        if filled:
            fill_in(connection)
        else:
            fill(connection, told(receipts))
        name_confirmed(connection)
        count_inbox(connection)
        new = connection.exec_driver_sql(
            "INSERT OR IGNORE INTO receipt (gateway_receipt_id, message_id, kind, status, code, at_ms, recipient_id) "
            "SELECT id, message_id, kind, status, code, at_ms, recipient_id FROM temp.inbox"
        ).rowcount
        fold_inbox(connection)
        replies = connection.exec_driver_sql(_REPLIES).fetchall()
        take_replies(connection, [(r[0], r[1], r[2], r[3]) for r in replies])
    move_cursor(connection, gateway, next_cursor)
    return new


def move_cursor(connection: Connection, gateway: str, after: int) -> None:
    """Say up to where a gateway's receipts are stored; it never goes back."""
    connection.exec_driver_sql(
        "INSERT INTO receipt_cursor (gateway, after) VALUES (?, ?) "
        "ON CONFLICT(gateway) DO UPDATE SET after = max(receipt_cursor.after, excluded.after)",
        (gateway, after),
    )


def rewind(connection: Connection, gateway: str) -> None:
    """Put the cursor back to the start, and say so in every campaign of the gateway that still waits.

    Another list means another other side, which does not know our keys: a campaign with unclear chunks asks a person.
    """
    connection.exec_driver_sql("UPDATE receipt_cursor SET after = 0 WHERE gateway = ?", (gateway,))
    for work in live(connection):
        if work.gateway == gateway:
            newest = connection.exec_driver_sql(
                "SELECT coalesce(max(at_ms), 0) FROM campaign_event WHERE campaign_id = ?", (work.id,)
            ).scalar_one()
            add_event(connection, work.id, newest, "campaign.gateway_reset")
            if work.state == CampaignState.RUNNING and (work.unknown or work.in_flight):
                _move(connection, work.id, CampaignMove.ASK, newest, "gateway_reset", by="worker", note="")


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
            late_report(connection, receipt)
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
