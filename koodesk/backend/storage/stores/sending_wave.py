# SPDX-License-Identifier: Apache-2.0
"""The wave a campaign is in: written with the campaign, moved on by the worker or a person, inside the caller's transaction."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from koodesk.backend.storage.stores.sending_events import add_event
from koodesk.domain.campaign import Snapshot
from koodesk.domain.waves import NO_LIMIT, limits

if TYPE_CHECKING:
    from sqlalchemy import Connection

IN_WAVE: Final = "NOT EXISTS (SELECT 1 FROM campaign_wave w WHERE w.campaign_id = chunk.campaign_id AND chunk.no >= w.limit_no)"
"""Condition of a claim: the chunk's wave may leave."""


def begin(connection: Connection, campaign_id: int, snapshot: Snapshot) -> None:
    """Write the first wave of a campaign; nothing for one that is sent at once."""
    if not snapshot.waves:
        return
    chunks = -(-snapshot.to_send // max(1, snapshot.chunk_size))
    every = limits(snapshot.waves, chunks)
    connection.exec_driver_sql(
        "INSERT INTO campaign_wave (campaign_id, wave, limit_no, limits, rules, since_ms) VALUES (?, 0, ?, ?, ?, 0)",
        (campaign_id, every[0], json.dumps(every), json.dumps(dict(snapshot.wave_rules))),
    )


def advance(connection: Connection, campaign_id: int, at_ms: int, by: str) -> bool:
    """Let the next wave leave, with its event. Returns False for a campaign without a further one."""
    row = connection.exec_driver_sql(
        "SELECT wave, limit_no, limits FROM campaign_wave WHERE campaign_id = ?", (campaign_id,)
    ).first()
    if row is None or row[1] >= NO_LIMIT:
        return False
    wave, every = row[0] + 1, json.loads(row[2])
    moved = connection.exec_driver_sql(
        "UPDATE campaign_wave SET wave = ?, limit_no = ?, since_ms = 0 WHERE campaign_id = ? AND wave = ?",
        (wave, every[wave], campaign_id, wave - 1),
    ).rowcount
    if moved:
        add_event(connection, campaign_id, at_ms, "campaign.wave_go", None, [("wave", wave + 1)], by)
    return bool(moved)
