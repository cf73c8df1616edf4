# SPDX-License-Identifier: Apache-2.0
"""Chunks that an older copy of the ledger calls planned, once a person says go on: at a gateway with a list each is looked up once
before its first claim. Inside the caller's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koodesk.backend.ports.gateway import GatewayClass
from koodesk.domain.send_state import RECALLED, ChunkState

if TYPE_CHECKING:
    from sqlalchemy import Connection

SETTLE_MS: Final = 660_000
"""How long after the word of a person they are looked up: a call may still have been on its way then, and the list be late with it
(`settling.SETTLE_MS` and `APART_MS`)."""


def recall(connection: Connection, campaign_id: int, at_ms: int) -> None:
    """Mark what may have left without this ledger knowing; a gateway without a list can tell of nothing."""
    connection.exec_driver_sql(
        "UPDATE chunk SET outcome = ?, claimed_ms = ?, next_ms = ?, not_found = 0 "
        "WHERE campaign_id = ? AND state = ? AND outcome <> 'quarantined' "
        "AND (SELECT gateway_class FROM campaign WHERE id = chunk.campaign_id) = ?",
        (
            RECALLED,
            at_ms,
            at_ms + SETTLE_MS,
            campaign_id,
            ChunkState.PLANNED.value,
            GatewayClass.LISTABLE.value,
        ),
    )


def free(connection: Connection, chunk_id: int) -> bool:
    """A chunk is not there: it has not left, and may be claimed. Return whether it had been marked."""
    freed = connection.exec_driver_sql(
        "UPDATE chunk SET outcome = '', claimed_ms = 0, next_ms = 0 WHERE id = ? AND state = ? AND outcome = ?",
        (chunk_id, ChunkState.PLANNED.value, RECALLED),
    )
    return freed.rowcount == 1
