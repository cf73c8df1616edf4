# SPDX-License-Identifier: Apache-2.0
"""A page of receipts on its way into the ledger: which of them say something new within the page, and into the table
that the statements of `sending_receipts` and `report_counts` read.

They go in in the order of their ids, so that what is read of one lies beside what was read of the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from koodesk.backend.ports.gateway import Receipt
from koodesk.backend.ports.receipt_columns import columns_of
from koodesk.backend.storage.stores.many_rows import PutRows, put_rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

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


class _Says(dict[tuple[str, str], int]):
    """What a receipt of a kind and a status may add, found out once for each of a page. A failed resolve adds nothing."""

    def __missing__(self, told: tuple[str, str]) -> int:
        kind, status = told
        what = _OF_KIND.get(kind, 0)
        if what == OK and status != "0":
            what = BAD
        elif what == RESOLVED and status != "0":
            what = 0
        self[told] = what
        return what


def told(receipts: Sequence[Receipt]) -> list[Told]:
    """Return the receipts in the order of their ids with what each may add, so that of one kind and message one counts.

    Of several status reports the one that `domain.receipt.fold` would keep; of further exposures and clicks those with an id
    of their own are told as another time.
    """
    columns = columns_of(receipts)
    says = map(_Says().__getitem__, zip(columns[2], columns[3], strict=True))
    rows = sorted(zip(*columns, says, strict=True), key=itemgetter(0))
    of_what = list(map(itemgetter(1, 2), rows))  # message and kind
    last = dict(zip(of_what, range(len(rows)), strict=True))
    if len(last) < len(rows):
        _tell_once(rows, of_what, last)
    return rows


def _tell_once(rows: list[Told], of_what: list[tuple[str, str]], last: dict[tuple[str, str], int]) -> None:
    """Look at the receipts of a kind and message of which there are several; few as a rule."""
    earlier = [place for place, end in enumerate(map(last.__getitem__, of_what)) if end != place]
    first: dict[tuple[str, str], int] = {}
    for place in sorted({*earlier, *(last[of_what[place]] for place in earlier)}):
        row = rows[place]
        what = row[6]
        stands = first.setdefault(of_what[place], place) if what else place
        if stands == place:
            continue
        if what <= BAD:
            kept = rows[stands]
            if (row[5], what == OK, row[4]) > (kept[5], kept[6] == OK, kept[4]):
                rows[stands] = (*kept[:6], 0)
                first[of_what[place]] = place
                continue
            what = 0
        elif what in (EXPOSED, CLICKED):
            what = 0 if _has_told(rows, place) else what + 1
        else:
            what = 0
        rows[place] = (*row[:6], what)


def _has_told(rows: list[Told], place: int) -> bool:
    """Tell whether a receipt of the same id, which stands right before it, has told of a time."""
    before = place - 1
    while before >= 0 and rows[before][0] == rows[place][0]:
        if rows[before][6] >= EXPOSED:
            return True
        before -= 1
    return False


def fill(connection: Connection, rows: Sequence[Told]) -> None:
    """Put a page that was `told` into `temp.inbox`, each receipt with the recipient of its message where that is known."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_TABLE_SHARED)
    else:
        connection.exec_driver_sql(_TABLE)
        connection.exec_driver_sql("DELETE FROM temp.inbox")
    put_rows(connection, _PUT, rows)


def fill_in(connection: Connection) -> None:
    """Look again for the recipients that were not known when the page was put in; an answer that was there stands for ever."""
    connection.exec_driver_sql(
        "UPDATE temp.inbox SET recipient_id = (SELECT recipient_id FROM sent WHERE message_id = inbox.message_id) "
        "WHERE recipient_id IS NULL"
    )
