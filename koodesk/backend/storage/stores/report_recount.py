# SPDX-License-Identifier: Apache-2.0
"""Counting the ledger anew and comparing it with the counts that were kept as receipts arrived."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.ports.progress import Cancel, Progress, Report
from koodesk.backend.ports.reports import CountGap, Recount
from koodesk.backend.storage.stores.report_counts import groups
from koodesk.domain.problem import Refused, problem
from koodesk.domain.report import BEIJING_MS, DAY_MS
from koodesk.domain.smart_report import COUNTED

SLICE: Final = 200_000
"""Messages or receipts of one statement: a moment, so that a cancel acts at once."""

_Key = tuple[int, int, str]

_MESSAGES: Final = groups("s.recipient_id BETWEEN ? AND ?")
_TIMES: Final = (
    f"SELECT r.campaign_id, (s.at_ms + {BEIJING_MS}) / {DAY_MS}, r.vendor, count(*) FILTER (WHERE t.kind = 'exposed'), "  # noqa: S608 - numbers of our own
    "count(*) FILTER (WHERE t.kind = 'clicked') "
    "FROM receipt t CROSS JOIN sent s ON s.recipient_id = t.recipient_id "
    "CROSS JOIN recipient r ON r.id = t.recipient_id "
    "WHERE t.gateway_receipt_id > ? AND t.gateway_receipt_id <= ? AND t.kind IN ('exposed', 'clicked') GROUP BY 1, 2, 3"
)
_RECEIPTS_UP_TO: Final = (
    "SELECT max(gateway_receipt_id) FROM (SELECT gateway_receipt_id FROM receipt WHERE gateway_receipt_id > ? "
    "ORDER BY gateway_receipt_id LIMIT ?) next"
)


def recount(connection: Connection, progress: Report, cancel: Cancel) -> Recount:
    """Compare the kept counts with the ledger, inside the caller's read. Raises Refused (report.cancelled)."""
    first_days = {
        campaign: (confirmed_ms + BEIJING_MS) // DAY_MS
        for campaign, confirmed_ms in connection.exec_driver_sql("SELECT id, confirmed_ms FROM campaign")
    }
    total = connection.exec_driver_sql("SELECT coalesce(max(recipient_id), 0) FROM sent").scalar_one()
    counted: dict[_Key, list[int]] = {}

    def sums(campaign: int, day: int, vendor: str) -> list[int]:
        key = (campaign, max(day, first_days.get(campaign, day)), vendor)
        return counted.setdefault(key, [0] * len(COUNTED))

    for begin in range(0, total + 1, SLICE):
        _go_on(progress, cancel, begin, total)
        for campaign, day, vendor, *counts in connection.exec_driver_sql(
            _MESSAGES, (begin, begin + SLICE - 1)
        ):
            kept = sums(campaign, day, vendor)
            for place, count in enumerate(counts):
                kept[place] += count
    exposed, clicked = COUNTED.index("exposed_times"), COUNTED.index("clicked_times")
    for after, up_to in _receipt_slices(connection):
        _go_on(progress, cancel, total, total)
        for campaign, day, vendor, shown, tapped in connection.exec_driver_sql(_TIMES, (after, up_to)):
            kept = sums(campaign, day, vendor)
            kept[exposed] += shown
            kept[clicked] += tapped
    stored: dict[_Key, list[int]] = {
        (row[0], row[1], row[2]): list(row[3:])
        for row in connection.exec_driver_sql(
            f"SELECT campaign_id, day, vendor, {', '.join(COUNTED)} FROM report_count"  # noqa: S608 - words of this program
        )
    }
    gaps = tuple(
        CountGap(*key, name, before, now)
        for key in sorted(counted.keys() | stored.keys())
        for name, before, now in zip(COUNTED, stored.get(key, _NONE), counted.get(key, _NONE), strict=True)
        if before != now
    )
    messages = sum(sums[0] for sums in counted.values())
    return Recount(messages, len(counted.keys() | stored.keys()) * len(COUNTED), gaps)


_NONE: Final = [0] * len(COUNTED)


def _receipt_slices(connection: Connection) -> Iterator[tuple[int, int]]:
    after = -(1 << 63)
    while True:
        up_to = connection.exec_driver_sql(_RECEIPTS_UP_TO, (after, SLICE)).scalar()
        if up_to is None:
            return
        yield after, up_to
        after = up_to


def _go_on(progress: Report, cancel: Cancel, done: int, total: int) -> None:
    if cancel():
        raise Refused(problem("report.cancelled"))
    progress(Progress("count", done, total))
