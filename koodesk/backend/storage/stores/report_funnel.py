# SPDX-License-Identifier: Apache-2.0
"""How far the messages of one campaign came, from the counts that are kept; the ledger itself is asked only where they cannot tell.

They cannot tell while recipients have no answer yet, and for messages without a report that were handed over on the very day
that was 72 hours ago: some of them are timeouts and some are waited for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koodesk.domain.receipt import TIMEOUT_MS
from koodesk.domain.report import BEIJING_MS, DAY_MS

if TYPE_CHECKING:
    from sqlalchemy import Connection

_ANSWERED: Final = (
    "SELECT coalesce(sum(members), 0), coalesce(sum(accepted + refused), 0) FROM chunk WHERE campaign_id = ?"
)
_KEPT: Final = (
    "SELECT day, vendor, submitted, supported, accepted, success, undelivered, resolved, exposed, clicked, replied "
    "FROM report_count WHERE campaign_id = ? ORDER BY vendor, day"
)

FunnelRow = tuple[str, int, int, int, int, int, int, int, int, int, int, int]
"""Vendor, submitted, supported, accepted, success, undelivered, timeout, waiting, resolved, exposed, clicked, replied."""


def open_ones(day: int, unreported: int, now_ms: int) -> tuple[int, int] | None:
    """Part the messages of a Beijing day without a report into (timeout, waiting); None where the day alone cannot tell."""
    if not unreported:
        return 0, 0
    begin = day * DAY_MS - BEIJING_MS
    if begin + DAY_MS <= now_ms - TIMEOUT_MS:
        return unreported, 0
    if begin > now_ms - TIMEOUT_MS:
        return 0, unreported
    return None


def kept_rows(connection: Connection, campaign_id: int, now_ms: int) -> list[FunnelRow] | None:
    """Return the funnel of a campaign by vendor, None where the ledger has to be counted."""
    members, answered = connection.exec_driver_sql(_ANSWERED, (campaign_id,)).one()
    if members != answered:
        return None
    rows: dict[str, list[int]] = {}
    for day, vendor, submitted, supported, accepted, success, undelivered, *far in connection.exec_driver_sql(
        _KEPT, (campaign_id,)
    ):
        parted = open_ones(day, accepted - success - undelivered, now_ms)
        if parted is None:
            return None
        told = (submitted, supported, accepted, success, undelivered, *parted, *far)
        sums = rows.setdefault(vendor, [0] * len(told))
        for place, count in enumerate(told):
            sums[place] += count
    return [(vendor, *sums) for vendor, sums in rows.items()]  # type: ignore[misc]  # eleven counts, as _KEPT has them
