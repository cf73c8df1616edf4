# SPDX-License-Identifier: Apache-2.0
"""Whoever replies R gets no more under that signature: written down, and taken out of what has not left yet.

Runs inside the transaction that brings the reply. A campaign that was confirmed before the reply keeps its frozen
recipients and chunks; the number is answered for instead (`sent`: refused, `WITHHELD`), and a payload leaves out whom
such a row names. That is done for chunks of which nothing can have left, so the bytes of a repeat never change.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from koodesk.backend.storage.stores.report_counts import counted
from koodesk.domain.send_state import OVER, ChunkMove, ChunkState, move_chunk

if TYPE_CHECKING:
    from sqlalchemy import Connection

WITHHELD: Final = "KD.DESK.OPTED_OUT"
"""The code of a recipient that opted out after the confirmation; no gateway's code looks like it."""

_STOP_WORDS: Final = frozenset({"R", "TD", "T", "退订"})
_OVER: Final = ", ".join(f"'{state}'" for state in sorted(OVER))

# Recipients to send come first in a campaign's block of ids, so a chunk's number follows from the id.
_WAITING: Final = f"""
SELECT k.id, r.id FROM campaign c
CROSS JOIN recipient r ON r.campaign_id = c.id AND r.number = ? AND r.bucket = 'pending'
CROSS JOIN chunk k ON k.campaign_id = c.id AND k.no = (r.id - c.first_id) / c.chunk_size
WHERE c.signature = ? AND c.state NOT IN ({_OVER}) AND k.state = 'planned'
AND NOT EXISTS (SELECT 1 FROM sent s WHERE s.recipient_id = r.id)
"""  # noqa: S608 - the states are this program's own words
# A chunk that another worker claims at this moment is none any more when its lock is free.
_WAITING_SHARED: Final = f"{_WAITING} ORDER BY k.id FOR UPDATE OF k"


def opts_out(status: str, code: str) -> bool:
    """Tell whether a reply asks for no more."""
    return not _STOP_WORDS.isdisjoint((status.strip().upper(), code.strip().upper()))


def take_replies(connection: Connection, replies: Iterable[tuple[int, str, str, int]]) -> None:
    """Opt out whoever said so; a reply is (recipient id, its status, its code, instant).

    The text is the status (`ports.gateway.Receipt`); gateways that put it into the code are understood as well.
    """
    for recipient_id, status, code, at_ms in replies:
        if not opts_out(status, code):
            continue
        number, signature, campaign_id = connection.exec_driver_sql(
            "SELECT r.number, c.signature, c.id FROM recipient r JOIN campaign c ON c.id = r.campaign_id WHERE r.id = ?",
            (recipient_id,),
        ).one()
        connection.exec_driver_sql(
            "INSERT OR IGNORE INTO opt_out (number, signature, at_ms, source, campaign_id) VALUES (?, ?, ?, 'reply', ?)",
            (number, signature, at_ms, campaign_id),
        )
        withhold(connection, number, signature, at_ms)


def withhold(connection: Connection, number: int, signature: str, at_ms: int) -> None:
    """Answer for a number in every campaign of the signature that has not handed it over yet."""
    waiting = _WAITING_SHARED if connection.dialect.name == "postgresql" else _WAITING
    for chunk_id, recipient_id in connection.exec_driver_sql(waiting, (number, signature)).fetchall():
        with counted(connection, recipient_id, recipient_id):
            connection.exec_driver_sql(
                "INSERT INTO sent (recipient_id, message_id, outcome, code, at_ms) VALUES (?, NULL, 'refused', ?, ?)",
                (recipient_id, WITHHELD, at_ms),
            )
        connection.exec_driver_sql("UPDATE chunk SET refused = refused + 1 WHERE id = ?", (chunk_id,))
        nobody_left = move_chunk(ChunkState.PLANNED, ChunkMove.WITHHOLD).value
        connection.exec_driver_sql(
            "UPDATE chunk SET state = ?, outcome = ?, settled_ms = ? WHERE id = ? AND refused = members",
            (nobody_left, WITHHELD, at_ms, chunk_id),
        )


def withheld(connection: Connection, first_id: int, last_id: int) -> frozenset[int]:
    """Return the recipients of a range that opted out after the confirmation and before anything left."""
    rows = connection.exec_driver_sql(
        "SELECT recipient_id FROM sent WHERE recipient_id BETWEEN ? AND ? AND code = ?",
        (first_id, last_id, WITHHELD),
    )
    return frozenset(row[0] for row in rows)


def left_in(connection: Connection, campaign_id: int, signature: str) -> int:
    """Return how many recipients to send had opted out when their campaign was being written."""
    count: int = connection.exec_driver_sql(
        "SELECT count(*) FROM opt_out o CROSS JOIN recipient r ON r.campaign_id = ? AND r.number = o.number "
        "AND r.bucket = 'pending' WHERE o.signature = ?",
        (campaign_id, signature),
    ).scalar_one()
    return count
