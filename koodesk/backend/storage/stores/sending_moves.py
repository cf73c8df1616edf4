# SPDX-License-Identifier: Apache-2.0
"""Moves of a campaign, inside the caller's transaction: each by the table of `domain.send_state`, with its event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koodesk.backend.ports.gateway import GatewayClass
from koodesk.backend.storage.stores.sending_events import add_event
from koodesk.backend.storage.stores.sending_recall import recall
from koodesk.backend.storage.stores.sending_wave import advance
from koodesk.domain.problem import Refused, problem
from koodesk.domain.send_state import (
    CREATING,
    RECALLED,
    RESTORED_ASKS,
    CampaignMove,
    CampaignState,
    ChunkMove,
    chunk_sources,
    move_campaign,
    move_chunk,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection


def move(
    connection: Connection,
    campaign_id: int,
    what: CampaignMove,
    at_ms: int,
    reason: str,
    by: str,
    note: str,
    only_from: frozenset[str] | None = None,
) -> bool:
    """Move a campaign; see `ports.sending.Dispatching.move`."""
    row = connection.exec_driver_sql(
        "SELECT state, start_at_ms, reason FROM campaign WHERE id = ?", (campaign_id,)
    ).first()
    if row is None or row[0] == CREATING:
        raise Refused(problem("campaign.missing", campaign=campaign_id))
    state = CampaignState(row[0])
    if only_from is not None and state.value not in only_from:
        return False
    after = move_campaign(state, what)
    connection.exec_driver_sql(
        "UPDATE campaign SET state = ?, reason = ? WHERE id = ? AND state = ?",
        (after.value, reason, campaign_id, state.value),
    )
    if row[2] == "restored" and what in (CampaignMove.RESUME, CampaignMove.STOP):
        recall(connection, campaign_id, at_ms)
    if what is CampaignMove.RESUME:
        connection.exec_driver_sql(
            "UPDATE campaign SET start_at_ms = max(start_at_ms, ?) WHERE id = ?", (at_ms, campaign_id)
        )
        if row[2].startswith("wave_"):  # a stop rule asked, and a person says go on: the next wave may leave
            advance(connection, campaign_id, at_ms, by)
    if what is CampaignMove.START:
        connection.exec_driver_sql(
            "UPDATE campaign SET started_ms = CASE started_ms WHEN 0 THEN ? ELSE started_ms END WHERE id = ?",
            (at_ms, campaign_id),
        )
    if what in (CampaignMove.FINISH, CampaignMove.END):
        connection.exec_driver_sql("UPDATE campaign SET ended_ms = ? WHERE id = ?", (at_ms, campaign_id))
    if what is CampaignMove.STOP:
        close_planned(connection, campaign_id, ChunkMove.CANCEL, at_ms)
    add_event(
        connection,
        campaign_id,
        at_ms,
        f"campaign.{what}",
        None,
        [("reason", reason), ("note", note)] if reason or note else (),
        by,
    )
    return True


def ask_restored(connection: Connection) -> None:
    """Let a person decide about everything that would still leave through a gateway without keys: it may have left."""
    waiting = [state.value for state in RESTORED_ASKS]
    rows = connection.exec_driver_sql(
        "SELECT c.id, coalesce(max(e.at_ms), c.confirmed_ms) FROM campaign c "
        "LEFT JOIN campaign_event e ON e.campaign_id = c.id WHERE c.gateway_class <> ? "
        "AND c.state IN (?, ?, ?) GROUP BY c.id, c.confirmed_ms",
        (GatewayClass.IDEMPOTENT.value, *waiting),
    ).fetchall()
    for campaign_id, last_ms in rows:
        move(connection, campaign_id, CampaignMove.ASK, last_ms, "restored", "worker", "")


def close_planned(connection: Connection, campaign_id: int, what: ChunkMove, at_ms: int) -> int:
    """Cancel or expire everything that has not left, but what may have (recalled); return how many chunks."""
    (source,) = chunk_sources(what)
    return connection.exec_driver_sql(
        "UPDATE chunk SET state = ?, settled_ms = ? WHERE campaign_id = ? AND state = ? AND outcome <> ?",
        (move_chunk(source, what).value, at_ms, campaign_id, source.value, RECALLED),
    ).rowcount
