# SPDX-License-Identifier: Apache-2.0
"""The counts of reports (`report_counts`) of a transaction that others write beside: gathered, and added in its last statement.

Workers of a team meet in the few rows of `report_count` of their campaign and day. Whoever has added to one holds it until
its commit; so a transaction adds once, at its end, and in the order of the rows, and nobody waits for more than a commit.
What was gathered is of rows that this transaction itself has written: two looks at a range, as `counted` takes them, would
see what others have written in between.

PostgreSQL's words: on a file there is one writer, and nobody beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from koodesk.backend.storage.stores.many_rows import as_arrays, of_arrays
from koodesk.backend.storage.stores.report_counts import PUT_COUNTS, SENT_DAY
from koodesk.domain.smart_report import COUNTED

if TYPE_CHECKING:
    from sqlalchemy import Connection

_NAMES: Final = ("campaign_id", "day", "vendor", *COUNTED)
_ADD: Final = PUT_COUNTS.format(
    groups=f"SELECT {', '.join(f'column{place} AS {name}' for place, name in enumerate(_NAMES, 1))} "  # noqa: S608
    f"FROM {of_arrays(('BIGINT', 'BIGINT', 'TEXT', *('BIGINT' for _ in COUNTED)))}"
)
_ANSWERED: Final = {
    "submitted": "count(*)",
    "supported": "count(*) FILTER (WHERE r.card = 1)",
    "accepted": "count(*) FILTER (WHERE s.outcome = 'accepted')",
}


def newly(insert: str) -> str:
    """Return a statement that inserts answers and tells what they add to the counts: a row a campaign, day and vendor. Behind
    its values stand the first and the last recipient who may be among them."""
    counts = ", ".join(_ANSWERED.get(name, "0") for name in COUNTED)
    return (
        f"WITH s AS ({insert} RETURNING recipient_id, outcome, at_ms) "  # noqa: S608 - words of this program
        f"SELECT r.campaign_id, {SENT_DAY}, r.vendor, {counts} FROM s JOIN ("
        "SELECT id, campaign_id, vendor, card FROM recipient WHERE id BETWEEN ? AND ?) r ON r.id = s.recipient_id "
        "GROUP BY 1, 2, 3"
    )


class LateCounts:
    """What one transaction adds to the counts."""

    def __init__(self) -> None:
        self._sums: dict[tuple[int, int, str], list[int]] = {}

    def add(self, rows: Iterable[Any]) -> None:
        """Gather rows of campaign, day, vendor and a number for each of `COUNTED`."""
        for campaign_id, day, vendor, *counts in rows:
            sums = self._sums.setdefault((campaign_id, day, vendor), [0] * len(COUNTED))
            for place, count in enumerate(counts):
                sums[place] += count

    def put(self, connection: Connection) -> None:
        """Add what was gathered: the last statement of the transaction."""
        rows = [(*where, *sums) for where, sums in sorted(self._sums.items()) if any(sums)]
        if rows:
            connection.exec_driver_sql(_ADD, as_arrays(rows))
