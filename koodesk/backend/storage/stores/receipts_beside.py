# SPDX-License-Identifier: Apache-2.0
"""A page of receipts taken while workers of a team claim chunks and write answers (`Database.write_beside`).

What a receipt of a known message does depends on nothing that they write: its answer stands for ever, and its `delivery` row
is written by whoever takes receipts alone, one at a time for a gateway. It is one statement, whose parts all see what was
there before it: receipts are stored, added up, and what that adds to the counts comes back and is added last
(`late_counts`).

Left to a write that is alone (`sending_receipts.take`) are

- receipts of messages that nobody knows yet: the answer may be on its way in a transaction we cannot see, and neither would
  find the other's row;
- receipts that name call and phone, which may settle a chunk;
- replies that opt out, which take the number out of chunks that somebody may be about to claim.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, overload

from koodesk.backend.ports.gateway import Receipt, ReceiptKind
from koodesk.backend.ports.receipt_columns import columns_of, naming
from koodesk.backend.storage.stores.late_counts import LateCounts
from koodesk.backend.storage.stores.many_rows import PutRows, as_texts, put_rows
from koodesk.backend.storage.stores.report_counts import COUNTS_OF_EFFECTS, EFFECT, SENT_DAY
from koodesk.backend.storage.stores.sending_delivery import FOLD_KNOWN
from koodesk.backend.storage.stores.sending_inbox import COLUMNS, told
from koodesk.backend.storage.stores.sending_opt_outs import opts_out
from koodesk.domain.smart_report import COUNTED

if TYPE_CHECKING:
    from sqlalchemy import Connection

_ALONE: Final = "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))"
_NOBODYS: Final = ", ".join("0" for _ in COUNTED[1:])
_STANDS: Final = ("sms", "sms_ms", "resolved_ms", "exposed_ms", "clicked_ms", "replied_ms")
"""The columns of `delivery` by which a receipt's effect is decided."""
# Each row is found by its index (LATERAL ... OFFSET 0): left to itself the planner reads a table of some hundred thousand rows
# from end to end for the ten thousand of a page.
_EFFECTS: Final = (
    f"SELECT r.campaign_id AS campaign_id, {SENT_DAY} AS day, r.vendor AS vendor, {EFFECT} AS e FROM known i "  # noqa: S608
    "JOIN LATERAL (SELECT i.sent_ms AS at_ms) s ON true "
    f"JOIN LATERAL (SELECT {', '.join(f'i.{name}_was AS {name}' for name in _STANDS)}) d ON true "
    "JOIN LATERAL (SELECT campaign_id, vendor FROM recipient WHERE id = i.recipient_id OFFSET 0) r ON true "
    "WHERE i.what > 0 OFFSET 0"
)
# Those that come in order, after all that are there, are stored without a look for each among them, which takes PostgreSQL half as
# long again as storing it.
_STORED: Final = "gateway_receipt_id, message_id, kind, status, code, at_ms, recipient_id"
_STORE: Final = (
    f"INSERT INTO receipt ({_STORED}) SELECT id, message_id, kind, status, code, at_ms, recipient_id FROM known "  # noqa: S608
    "WHERE {which}RETURNING 1"
)
_TAKE: Final = PutRows(
    "WITH newest AS MATERIALIZED (SELECT coalesce(max(gateway_receipt_id), -1) AS id FROM receipt), "  # noqa: S608 - words of this program
    "page AS MATERIALIZED (SELECT g.column1 AS id, g.column2 AS message_id, "
    "g.column3 AS kind, g.column4 AS status, g.column5 AS code, g.column6 AS at_ms, g.column7 AS what, "
    "g.column8 = 0 AND g.column1 > (SELECT id FROM newest) AS later, s.recipient_id, s.at_ms AS sent_ms FROM (VALUES {}) g "
    "LEFT JOIN LATERAL (SELECT recipient_id, at_ms FROM sent WHERE message_id = g.column2 OFFSET 0) s ON true), "
    "known AS MATERIALIZED (SELECT p.*, d.recipient_id IS NOT NULL AS there, "
    f"{', '.join(f'd.{name} AS {name}_was' for name in _STANDS)} FROM page p "
    f"LEFT JOIN LATERAL (SELECT recipient_id, {', '.join(_STANDS)} FROM delivery "
    "WHERE recipient_id = p.recipient_id OFFSET 0) d ON true WHERE p.recipient_id IS NOT NULL), "
    f"stored AS ({_STORE.format(which='later ')}), "
    f"again AS ({_STORE.format(which='NOT later ON CONFLICT DO NOTHING ')}), "
    f"{FOLD_KNOWN}, "
    f"effects AS (SELECT campaign_id, day, vendor, e, count(*) AS n FROM ({_EFFECTS}) one GROUP BY 1, 2, 3, 4) "
    f"SELECT 'counts', campaign_id, day, vendor, {COUNTS_OF_EFFECTS} FROM effects WHERE e > 0 GROUP BY 1, 2, 3, 4 "
    f"UNION ALL SELECT 'stored', 0, 0, '', count(*), {_NOBODYS} FROM (TABLE stored UNION ALL TABLE again) new "
    f"UNION ALL SELECT DISTINCT 'unknown', 0, 0, message_id, 0, {_NOBODYS} FROM page WHERE recipient_id IS NULL",
    (*COLUMNS, "BIGINT"),
)


class ReadyReceipts(Sequence[Receipt]):
    """A page of receipts with what can be said of it without the database: the messages whose receipts have to be taken `apart`, and
    what the others tell (`told`), each with 1 where another of the page has the same id, as rows and as the server takes them."""

    __slots__ = ("apart", "receipts", "rows", "texts")

    def __init__(self, receipts: Sequence[Receipt]) -> None:
        self.receipts: Final = receipts
        self.apart: Final = _needs_alone(receipts)
        beside = [one for one in receipts if one.message_id not in self.apart] if self.apart else receipts
        rows = told(beside)
        times = Counter(map(itemgetter(0), rows))
        self.rows: Final = [(*row, int(times[row[0]] > 1)) for row in rows]
        self.texts: Final = as_texts(self.rows)

    def __len__(self) -> int:
        return len(self.receipts)

    @overload
    def __getitem__(self, place: int) -> Receipt: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Receipt]: ...
    def __getitem__(self, place: int | slice) -> Receipt | Sequence[Receipt]:
        return self.receipts[place]


def _needs_alone(receipts: Sequence[Receipt]) -> frozenset[str]:
    """Return the messages of a page whose receipts another write may not stand beside, as far as the page itself tells."""
    _, messages, kinds, statuses, codes, _ = columns_of(receipts)
    replies = {
        message
        for message, kind, status, code in zip(messages, kinds, statuses, codes, strict=True)
        if kind == ReceiptKind.REPLY and opts_out(status, code)
    }
    return frozenset(replies | {one.message_id for one in naming(receipts)})


def take_known(
    connection: Connection, gateway: str, receipts: ReadyReceipts
) -> tuple[int, frozenset[str], LateCounts]:
    """Store the receipts of known messages; return how many were new, the messages nobody knows yet, and the counts to put."""
    connection.exec_driver_sql(_ALONE, (f"take:{gateway}",))
    new, unknown, late = 0, set[str](), LateCounts()
    counts: list[tuple[Any, ...]] = []
    for what, *row in put_rows(connection, _TAKE, receipts.rows, texts=receipts.texts):
        if what == "counts":
            counts.append(tuple(row))
        elif what == "stored":
            new = row[3]
        else:
            unknown.add(row[2])
    late.add(counts)
    return new, frozenset(unknown), late
