# SPDX-License-Identifier: Apache-2.0
"""A page of receipts on its way into the ledger: which of them say something new within the page, and into the table
that the statements of `sending_receipts` and `report_counts` read.

They go in in the order of their ids, so that what is read of one lies beside what was read of the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.ports.gateway import Receipt
from koodesk.backend.storage.stores.many_rows import PutRows, put_rows

OK, BAD, RESOLVED, EXPOSED, EXPOSED_AGAIN, CLICKED, CLICKED_AGAIN, REPLIED = range(1, 9)
"""What a receipt may add to the counts of its message; 0 is nothing: another of its page says it already."""

_OF_KIND: Final = {
    "sms": OK,
    "shortchain": RESOLVED,
    "exposed": EXPOSED,
    "clicked": CLICKED,
    "reply": REPLIED,
}
_TABLE: Final = (
    "CREATE TEMP TABLE IF NOT EXISTS inbox (serial INTEGER PRIMARY KEY, id INTEGER NOT NULL, message_id TEXT NOT NULL, "
    "kind TEXT NOT NULL, status TEXT NOT NULL, code TEXT NOT NULL, at_ms INTEGER NOT NULL, what INTEGER NOT NULL, "
    "recipient_id INTEGER)"
)
# The server empties it at each commit: what is deleted from it nobody would ever sweep away, and each page would read past
# all pages before it.
_TABLE_SHARED: Final = _TABLE.replace("serial INTEGER PRIMARY KEY, ", "") + " ON COMMIT DELETE ROWS"

COLUMNS: Final = ("BIGINT", "TEXT", "TEXT", "TEXT", "TEXT", "BIGINT", "BIGINT")
"""Of what `told` returns."""
_PUT: Final = PutRows(
    "INSERT INTO temp.inbox (id, message_id, kind, status, code, at_ms, what, recipient_id) "
    "SELECT *, (SELECT recipient_id FROM sent WHERE message_id = column2) FROM (VALUES {}) given",
    COLUMNS,
)

Told = tuple[int, str, str, str, str, int, int]


def told(receipts: Sequence[Receipt]) -> list[Told]:
    """Return the receipts in the order of their ids with what each may add, so that of one kind and message one counts.

    Of several status reports the one that `domain.receipt.fold` would keep; a failed resolve says nothing; of further
    exposures and clicks those with an id of their own are told as another time.
    """
    rows: list[Told] = []
    add = rows.append
    first: dict[tuple[str, str], int] = {}
    ids: set[int] = set()
    for id_, message, kind, status, code, at_ms, _, _ in sorted(receipts, key=itemgetter(0)):
        what = _OF_KIND.get(kind, 0)
        if what == OK:
            if status != "0":
                what = BAD
        elif what == RESOLVED and status != "0":
            what = 0
        if what:
            place = first.setdefault((message, kind), len(rows))
            if place != len(rows):
                if what <= BAD:
                    kept = rows[place]
                    if (at_ms, what == OK, code) > (kept[5], kept[6] == OK, kept[4]):
                        rows[place] = (*kept[:6], 0)
                        first[message, kind] = len(rows)
                    else:
                        what = 0
                elif what in (EXPOSED, CLICKED):
                    what = 0 if id_ in ids else what + 1
                else:
                    what = 0
            if what >= EXPOSED:
                ids.add(id_)
        add((id_, message, kind, status, code, at_ms, what))
    return rows


def fill(connection: Connection, rows: Sequence[Told]) -> None:
    """Put a page that was `told` into `temp.inbox`, each receipt with the recipient of its message where that is known."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_TABLE_SHARED)
    else:
        connection.exec_driver_sql(_TABLE)
        connection.exec_driver_sql("DELETE FROM temp.inbox")
    put_rows(connection, _PUT, rows)
