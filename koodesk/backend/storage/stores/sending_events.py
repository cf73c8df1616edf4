# SPDX-License-Identifier: Apache-2.0
"""Appending to what happened to a campaign, inside the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection


def add_event(
    connection: Connection,
    campaign_id: int,
    at_ms: int,
    code: str,
    chunk_no: int | None = None,
    params: Iterable[tuple[str, int | str]] = (),
    by: str = "",
) -> None:
    """Append one event row."""
    connection.exec_driver_sql(
        'INSERT INTO campaign_event (campaign_id, at_ms, code, chunk_no, params, "by") VALUES (?,?,?,?,?,?)',
        (
            campaign_id,
            at_ms,
            code,
            chunk_no,
            json.dumps(dict(params), sort_keys=True, ensure_ascii=False),
            by,
        ),
    )
