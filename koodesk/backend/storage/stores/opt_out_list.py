# SPDX-License-Identifier: Apache-2.0
"""The list of who opted out in SQL (`ports.opt_outs.OptOutStore`)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.ports.opt_outs import OptOutEvent, OptOutPlace, OptOutRecord
from koodesk.backend.storage.stores.sending_opt_outs import withhold
from koodesk.domain.send_state import OVER

_OVER: Final = ", ".join(f"'{state}'" for state in sorted(OVER))

_DIGITS: Final[Mapping[int, str]] = {
    0: "true",
    3: "o.number / 100000000 = CAST(:digits AS INTEGER)",
    4: "o.number % 10000 = CAST(:digits AS INTEGER)",
    11: "o.number = CAST(:digits AS INTEGER)",
}
"""How digits are looked for, by how many they are: only what a masked number shows, or the whole."""

_PAGE: Final = """
SELECT o.number, o.signature, o.at_ms, o.source, o.campaign_id, coalesce(c.name, ''), o.by
FROM opt_out o LEFT JOIN campaign c ON c.id = o.campaign_id
WHERE {signature} AND (:at_ms = 0 OR (o.at_ms, o.number) < (:at_ms, :number)) AND {digits}
ORDER BY o.at_ms DESC, o.number DESC LIMIT :limit
"""

_NEW: Final = """
SELECT DISTINCT CAST(json_extract(value, :place) AS INTEGER) FROM json_each(:numbers)
WHERE NOT EXISTS (SELECT 1 FROM opt_out o WHERE o.number = CAST(json_extract(value, :place) AS INTEGER) AND o.signature = :signature)
"""

_SIGNATURES: Final = """
SELECT name, (SELECT count(*) FROM opt_out o WHERE o.signature = name) FROM (
    SELECT name FROM sms_signature UNION SELECT name FROM video_signature UNION SELECT DISTINCT signature FROM opt_out
) named ORDER BY name
"""


class SqlOptOutStore:
    """The one implementation; holds no state."""

    def signatures(self, connection: Connection) -> tuple[tuple[str, int], ...]:
        """Return every signature of the workspace with how many numbers opted out of it."""
        return tuple((str(name), int(count)) for name, count in connection.exec_driver_sql(_SIGNATURES))

    def page(
        self, connection: Connection, signature: str, digits: str, after: OptOutPlace, limit: int
    ) -> tuple[OptOutRecord, ...]:
        """Return entries newest first, behind a place."""
        found = connection.exec_driver_sql(
            _PAGE.format(
                signature="o.signature = :signature" if signature else "true",
                digits=_DIGITS.get(len(digits), "false"),
            ),
            {
                "signature": signature,
                "digits": digits,
                "at_ms": after.at_ms,
                "number": after.number,
                "limit": limit,
            },
        )
        return tuple(OptOutRecord(*row) for row in found)

    def add(
        self,
        connection: Connection,
        signature: str,
        numbers: Sequence[int] | bytes,
        at_ms: int,
        source: str,
        by: str,
    ) -> int:
        """Write numbers down, and take them out of what has not left; return how many were new."""
        rows = isinstance(numbers, bytes)
        text = numbers.decode() if isinstance(numbers, bytes) else json.dumps(list(numbers))
        values = {"numbers": text, "place": "$[1]" if rows else "$", "signature": signature}
        new = [row[0] for row in connection.exec_driver_sql(_NEW, values)]
        if not new:
            return 0
        connection.exec_driver_sql(
            'INSERT INTO opt_out (number, signature, at_ms, source, campaign_id, "by") '
            "SELECT CAST(value AS INTEGER), :signature, :at_ms, :source, 0, :by FROM json_each(:numbers)",
            {"numbers": json.dumps(new), "signature": signature, "at_ms": at_ms, "source": source, "by": by},
        )
        waits = connection.exec_driver_sql(
            f"SELECT 1 FROM campaign WHERE signature = ? AND state NOT IN ({_OVER}) LIMIT 1",  # noqa: S608 - this program's own words
            (signature,),
        ).first()
        for number in new if waits else ():
            withhold(connection, number, signature, at_ms)
        return len(new)

    def remove(self, connection: Connection, signature: str, number: int) -> bool:
        """Take a number off a signature's list."""
        gone = connection.exec_driver_sql(
            "DELETE FROM opt_out WHERE number = ? AND signature = ?", (number, signature)
        )
        return gone.rowcount > 0

    def note(self, connection: Connection, event: OptOutEvent) -> None:
        """Write down what a person did."""
        connection.exec_driver_sql(
            'INSERT INTO opt_out_event (at_ms, what, signature, number, "by", reason, count) VALUES (?, ?, ?, ?, ?, ?, ?)',
            (event.at_ms, event.what, event.signature, event.number, event.by, event.reason, event.count),
        )

    def events(self, connection: Connection, limit: int) -> tuple[OptOutEvent, ...]:
        """Return what people did, newest first."""
        found = connection.exec_driver_sql(
            'SELECT at_ms, what, signature, number, "by", reason, count FROM opt_out_event ORDER BY id DESC LIMIT ?',
            (limit,),
        )
        return tuple(OptOutEvent(*row) for row in found)
