# SPDX-License-Identifier: Apache-2.0
"""A chunk's payload put together by PostgreSQL: one text in the place of a row a recipient.

The same bytes as `domain.campaign.payload`; were they not, the digest a chunk was planned with would say so, and it would not
leave. SQLite stands in the same process, and has no use for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.storage.stores.many_rows import as_arrays, of_arrays
from koodesk.domain.campaign import PayloadFrame
from koodesk.domain.send_state import Bucket

# The last field of each recipient is the same in a campaign; a video SMS has two fields and none of those.
_TEXT: Final = (
    "string_agg('[' || r.number || ',' || r.params || CASE WHEN CAST(? AS TEXT) IS NULL THEN ']' "
    "ELSE ',' || r.card || ',' || CAST(? AS TEXT) || ']' END, ',')"
)
_CHUNK: Final = (
    f"SELECT {_TEXT}, array_agg(r.number) FROM (SELECT * FROM recipient "  # noqa: S608 - words of this program
    "WHERE id BETWEEN ? AND ? AND campaign_id + 0 = ? ORDER BY id) r"
)
_DIFFERENT: Final = (
    f"SELECT count(*) FROM {of_arrays(('BIGINT', 'BIGINT', 'TEXT'))} JOIN LATERAL ("  # noqa: S608
    f"SELECT {_TEXT} AS text, count(*) FILTER (WHERE r.bucket <> ? OR r.campaign_id <> ?) AS others "
    "FROM (SELECT * FROM recipient WHERE id BETWEEN column1 AND column2 ORDER BY id) r) told ON true "
    "WHERE told.others > 0 OR told.text IS NULL "
    "OR encode(sha256(convert_to(CAST(? AS TEXT) || told.text || ']}', 'UTF8')), 'hex') <> column3"
)


def chunk_text(
    connection: Connection, frame: PayloadFrame, campaign_id: int, first_id: int, last_id: int
) -> tuple[bytes, tuple[int, ...]]:
    """Return a chunk's payload and its numbers in id order."""
    text, numbers = connection.exec_driver_sql(
        _CHUNK, (frame.sms_values, frame.sms_values, first_id, last_id, campaign_id)
    ).one()
    return f"{frame.head}{text or ''}]}}".encode(), tuple(numbers or ())


def different(
    connection: Connection,
    frame: PayloadFrame,
    campaign_id: int,
    chunks: Sequence[tuple[int, int, str]],
) -> int:
    """Return how many chunks (first id, last id, digest) have recipients that are not to be sent to, or no longer give the
    payload they were planned with."""
    count: int = connection.exec_driver_sql(
        _DIFFERENT,
        (
            *as_arrays(chunks),
            frame.sms_values,
            frame.sms_values,
            Bucket.PENDING.value,
            campaign_id,
            frame.head,
        ),
    ).scalar_one()
    return count
