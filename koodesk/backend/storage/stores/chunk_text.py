# SPDX-License-Identifier: Apache-2.0
"""A chunk's payload put together by the database: one text in the place of a row a recipient, a third of the time.

The same bytes as `domain.campaign.payload`, with which a chunk was planned; were they not, the digest would say so, and it
would not leave.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from koodesk.backend.storage.stores.many_rows import as_arrays, of_arrays
from koodesk.domain.campaign import PayloadFrame
from koodesk.domain.send_state import Bucket

if TYPE_CHECKING:
    from sqlalchemy import Connection

# The last field of each recipient is the same in a campaign; a video SMS has two fields and none of those.
_TEXT: Final = "group_concat('[' || r.number || ',' || r.params || coalesce(',' || r.card || ',' || CAST(? AS TEXT), '') || ']', ',')"
# As bytes: what a damaged file holds need not be a text, and is compared before anybody reads it.
_BYTES: Final = f"CAST({_TEXT} AS BLOB)"
_NUMBERS: Final = "group_concat(CAST(CAST(r.number AS BIGINT) AS TEXT), ',')"
# The sum keeps SQLite from the index on (campaign_id, number): a range of ids must stay a range of ids, or reading
# chunk after chunk is quadratic in the campaign. The text goes together in the order of the subquery, on both databases.
_MEMBERS: Final = "(SELECT number, params, card FROM recipient WHERE id BETWEEN ? AND ? AND campaign_id + 0 = ? ORDER BY id) r"
_CHUNK: Final = f"SELECT {_BYTES}, {_NUMBERS} FROM {_MEMBERS}"  # noqa: S608 - words of this program
_CHUNK_SHARED: Final = f"SELECT {_TEXT}, {_NUMBERS} FROM {_MEMBERS}"  # noqa: S608

_OTHERS: Final = "count(*) FILTER (WHERE r.bucket <> ? OR r.campaign_id <> ?)"
_IS_NOW: Final = (
    f"SELECT {_BYTES}, {_OTHERS} "  # noqa: S608
    "FROM (SELECT number, params, card, bucket, campaign_id FROM recipient WHERE id BETWEEN ? AND ? ORDER BY id) r"
)
_DIFFERENT: Final = (
    f"SELECT count(*) FROM {of_arrays(('BIGINT', 'BIGINT', 'TEXT'))} JOIN LATERAL ("  # noqa: S608
    f"SELECT {_TEXT} AS text, {_OTHERS} AS others "
    "FROM (SELECT * FROM recipient WHERE id BETWEEN column1 AND column2 ORDER BY id) r) told ON true "
    "WHERE told.others > 0 OR told.text IS NULL "
    "OR encode(sha256(convert_to(CAST(? AS TEXT) || told.text || ']}', 'UTF8')), 'hex') <> column3"
)


def chunk_text(
    connection: Connection, frame: PayloadFrame, campaign_id: int, first_id: int, last_id: int
) -> tuple[bytes, tuple[int, ...]]:
    """Return a chunk's payload and its numbers in id order."""
    given = frame.sms_values, first_id, last_id, campaign_id
    if connection.dialect.name == "postgresql":
        text, numbers = connection.exec_driver_sql(_CHUNK_SHARED, given).one()
        members = (text or "").encode()
    else:
        members, numbers = connection.exec_driver_sql(_CHUNK, given).one()
    return _whole(frame, members), tuple(map(int, numbers.split(","))) if numbers else ()


def different(
    connection: Connection,
    frame: PayloadFrame,
    campaign_id: int,
    chunks: Sequence[tuple[int, int, str]],
) -> int:
    """Return how many chunks (first id, last id, digest) have recipients that are not to be sent to, or no longer give the
    payload they were planned with."""
    pending = Bucket.PENDING.value, campaign_id
    if connection.dialect.name == "postgresql":
        given = (*as_arrays(chunks), frame.sms_values, *pending, frame.head)
        count: int = connection.exec_driver_sql(_DIFFERENT, given).scalar_one()
        return count
    count = 0
    for first_id, last_id, digest in chunks:
        members, others = connection.exec_driver_sql(
            _IS_NOW, (frame.sms_values, *pending, first_id, last_id)
        ).one()
        count += bool(others) or hashlib.sha256(_whole(frame, members)).hexdigest() != digest
    return count


def _whole(frame: PayloadFrame, members: bytes | None) -> bytes:
    return b"%b%b]}" % (frame.head.encode(), members or b"")
