# SPDX-License-Identifier: Apache-2.0
"""Counting the ledger beside the bill: SQLite groups, Python sees a few rows an hour."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

from koodesk.backend.ports.bill_counts import BilledCampaign, HourCount, RecipientAt
from koodesk.backend.storage.database import Database

_HOUR: Final = 3_600_000

# Who gets a video SMS: everybody of a video campaign, and phones without cards where that is the fallback.
_VIDEO: Final = "(c.kind = 'video' OR (c.fallback = 'basic' AND r.card = 0))"
_COUNTS: Final = f"""
SELECT d.sms_ms - d.sms_ms % {_HOUR}, CASE WHEN {_VIDEO} THEN 'video' ELSE 'sms' END, count(*)
FROM campaign c JOIN recipient r ON r.id BETWEEN c.first_id AND c.last_id JOIN delivery d ON d.recipient_id = r.id
WHERE c.id = ? AND d.sms = 1 GROUP BY 1, 2
UNION ALL
SELECT d.resolved_ms - d.resolved_ms % {_HOUR}, 'resolved', count(*)
FROM campaign c JOIN recipient r ON r.id BETWEEN c.first_id AND c.last_id JOIN delivery d ON d.recipient_id = r.id
WHERE c.id = ? AND d.resolved_ms IS NOT NULL GROUP BY 1
ORDER BY 1, 2
"""  # noqa: S608 - a number of our own
_PAGE: Final = 50_000
_TEXTS: Final = (
    f"SELECT d.sms_ms - d.sms_ms % {_HOUR}, r.params, count(*) FROM recipient r JOIN delivery d ON d.recipient_id = r.id "  # noqa: S608 - a number of our own
    "WHERE r.id BETWEEN ? AND ? AND d.sms = 1 GROUP BY 1, 2"
)
_IN_HOUR: Final = {
    "sms": f"d.sms = 1 AND NOT {_VIDEO} AND d.sms_ms >= :hour AND d.sms_ms < :end",
    "video": f"d.sms = 1 AND {_VIDEO} AND d.sms_ms >= :hour AND d.sms_ms < :end",
    "resolved": "d.resolved_ms >= :hour AND d.resolved_ms < :end",
}
_AT: Final = {"sms": "sms_ms", "video": "sms_ms", "resolved": "resolved_ms"}
_WAITING: Final = {
    "sms": f"d.sms IS NULL AND NOT {_VIDEO}",
    "video": f"d.sms IS NULL AND {_VIDEO}",
    "resolved": "r.card = 1 AND d.resolved_ms IS NULL AND c.kind = 'smart'",
}
_FROM: Final = (
    "FROM campaign c JOIN recipient r ON r.id BETWEEN c.first_id AND c.last_id JOIN sent s ON s.recipient_id = r.id "
    "LEFT JOIN delivery d ON d.recipient_id = r.id WHERE c.id = :campaign AND s.outcome = 'accepted'"
)


class SqlBillCounts:
    """Reads one workspace's ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def campaigns(self) -> tuple[BilledCampaign, ...]:
        """Return every campaign, newest first."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT id, uuid, name, snapshot FROM campaign WHERE state <> 'creating' ORDER BY id DESC"
            )
            return tuple(BilledCampaign(*row) for row in rows)

    def accounts(self) -> dict[str, tuple[str, str]]:
        """Return kind and name of service accounts and shortcuts by the number a bill has of them."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT id, kind, title FROM sa_record WHERE kind IN ('pub', 'sa_shortcut')"
            )
            return {str(row[0]): (str(row[1]), str(row[2])) for row in rows}

    def hours(self, campaign_id: int) -> tuple[HourCount, ...]:
        """Count a campaign's recipients by hour and way."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(_COUNTS, (campaign_id, campaign_id))
            return tuple(HourCount(*row) for row in rows)

    def parts(self, campaign_id: int, parts_of: Callable[[Mapping[str, str]], int]) -> tuple[HourCount, ...]:
        """Count the parts of a campaign's texts that arrived, by hour."""
        with self._database.read() as connection:
            low, last = connection.exec_driver_sql(
                "SELECT first_id, last_id FROM campaign WHERE id = ?", (campaign_id,)
            ).one()
        hours: Counter[int] = Counter()
        for first in range(low, last + 1, _PAGE):
            with self._database.read() as connection:
                rows = connection.exec_driver_sql(_TEXTS, (first, min(last, first + _PAGE - 1))).fetchall()
            for hour, values, messages in rows:
                hours[hour] += parts_of(json.loads(values)) * messages
        return tuple(HourCount(hour, "sms", hours[hour]) for hour in sorted(hours))

    def behind(self, campaign_id: int, way: str, hour_ms: int, limit: int) -> tuple[RecipientAt, ...]:
        """List who is counted, then who waits."""
        values = {"campaign": campaign_id, "hour": hour_ms, "end": hour_ms + _HOUR, "limit": limit}
        counted = f"SELECT r.id, r.number, 'counted', d.{_AT[way]} {_FROM} AND {_IN_HOUR[way]} ORDER BY r.id LIMIT :limit"
        waiting = f"SELECT r.id, r.number, 'waiting', s.at_ms {_FROM} AND {_WAITING[way]} AND s.at_ms < :end ORDER BY r.id LIMIT :limit"
        with self._database.read() as connection:
            found = [
                RecipientAt(*row)
                for statement in (counted, waiting)
                for row in connection.exec_driver_sql(statement, values)
            ]
        return tuple(found[:limit])
