# SPDX-License-Identifier: Apache-2.0
"""Counting the opted-out numbers of an audience. Who opted out is written where replies come in (`sending_receipts`)."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from koodesk.backend.storage.tables.audience import audience_row
from koodesk.backend.storage.tables.sending import opt_out


class SqlOptOuts:
    """Implements `operations.sources.OptOuts`."""

    def count(self, connection: Connection, audience_id: int, signature: str) -> tuple[int, int]:
        """Return how many valid rows opted out of a signature, and how many of those cannot show the card."""
        query = (
            select(audience_row.c.vendor == "-", func.count())
            .join(opt_out, opt_out.c.number == audience_row.c.number)
            .where(audience_row.c.audience_id == audience_id, opt_out.c.signature == signature)
            .group_by(audience_row.c.vendor == "-")
        )
        found = {bool(unresolvable): int(count) for unresolvable, count in connection.execute(query)}
        return sum(found.values()), found.get(True, 0)
