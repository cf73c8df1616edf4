# SPDX-License-Identifier: Apache-2.0
"""Counting the opted-out numbers of an audience. Who opted out is written where replies come in (`sending_receipts`)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, func, literal_column, select

from koodesk.backend.storage.stores.sending_carriers import HEAD
from koodesk.backend.storage.tables.audience import audience_row
from koodesk.backend.storage.tables.sending import opt_out

_BY_HEAD: Final = f"""
SELECT a.number / {HEAD}, a.vendor = '-', count(*) FROM audience_row a
WHERE a.audience_id = ? AND NOT EXISTS (SELECT 1 FROM opt_out o WHERE o.number = a.number AND o.signature = ?)
GROUP BY 1, 2
"""  # noqa: S608 - a number of our own


class SqlOptOuts:
    """Implements `operations.sources.OptOuts`."""

    def count(self, connection: Connection, audience_id: int, signature: str) -> tuple[int, int]:
        """Return how many valid rows opted out of a signature, and how many of those cannot show the card."""
        cannot = audience_row.c.vendor == literal_column(
            "'-'"
        )  # no parameter: the same words twice are one group
        query = (
            select(cannot, func.count())
            .join(opt_out, opt_out.c.number == audience_row.c.number)
            .where(audience_row.c.audience_id == audience_id, opt_out.c.signature == signature)
            .group_by(cannot)
        )
        found = {bool(unresolvable): int(count) for unresolvable, count in connection.execute(query)}
        return sum(found.values()), found.get(True, 0)

    def left(
        self, connection: Connection, audience_id: int, signature: str
    ) -> tuple[tuple[int, bool, int], ...]:
        """Count the valid rows that did not opt out: (first four digits, whether the card cannot be shown, rows)."""
        rows = connection.exec_driver_sql(_BY_HEAD, (audience_id, signature))
        return tuple((int(head), bool(cannot), int(count)) for head, cannot, count in rows)
