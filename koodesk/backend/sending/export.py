# SPDX-License-Identifier: Apache-2.0
"""What an export of send details holds, a row a recipient. How a table becomes a file is `operations.table_export`'s matter;
whether the export is allowed, and its audit row, are the campaign service's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from koodesk.backend.operations.table_export import write_table
from koodesk.backend.ports.progress import Cancel, Report, never, silent
from koodesk.backend.views.sending import DetailRow
from koodesk.domain.campaign import CampaignKind

_BY_CARRIER: Final = (
    "number",
    "carrier",
    "bucket",
    "code",
    "message_id",
    "accepted_ms",
    "delivery",
    "delivery_code",
    "delivered_ms",
    "replied_ms",
)
COLUMNS: Final = {
    CampaignKind.SMART.value: (
        "number",
        "vendor",
        "card",
        "bucket",
        "code",
        "message_id",
        "accepted_ms",
        "delivery",
        "delivery_code",
        "delivered_ms",
        "resolved_ms",
        "exposed_ms",
        "clicked_ms",
    ),
    CampaignKind.VIDEO.value: _BY_CARRIER,
    CampaignKind.PLAIN.value: _BY_CARRIER,
}
"""What is worth a column, by the kind of campaign."""

_BEIJING: Final = timezone(timedelta(hours=8))


def _cells(row: DetailRow, columns: Sequence[str]) -> list[str]:
    cells: list[str] = []
    for name in columns:
        value = getattr(row, name)
        if name.endswith("_ms"):
            cells.append(
                datetime.fromtimestamp(value / 1000, _BEIJING).strftime("%Y-%m-%d %H:%M:%S") if value else ""
            )
        else:
            cells.append(str(int(value) if isinstance(value, bool) else value))
    return cells


def write_details(
    path: Path,
    rows: Iterable[DetailRow],
    headings: Mapping[str, str],
    columns: Sequence[str],
    progress: Report = silent,
    cancel: Cancel = never,
    total: int = 0,
) -> int:
    """Write the columns of rows in order; return how many. `headings` names columns in the user's language.

    Raises Refused: export.kind, export.not_writable, export.cancelled.
    """
    titles = [headings.get(name, name) for name in columns]
    return write_table(path, titles, (_cells(row, columns) for row in rows), progress, cancel, total)
