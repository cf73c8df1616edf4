# SPDX-License-Identifier: Apache-2.0
"""Every recipient of a campaign with its evidence, streamed in short reads (`sending.certificates`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Row

from koodesk.backend.storage.database import Database
from koodesk.domain.certificate import EvidenceRow, standing_of
from koodesk.domain.receipt import Delivery, status_of
from koodesk.domain.send_state import Bucket, ChunkState, bucket_of

_PAGE: Final = 5_000
_DECIDED: Final = "decided:"
"""Message ids of this program's own making, where a person decided that a number counts as sent."""

# The plus keeps SQLite from the index on (campaign_id, number): a page is a range of ids.
_ROWS: Final = """
SELECT r.id, r.number, r.bucket, r.code, k.state, k.attempt, k.key, k.outcome, s.outcome, s.code, s.message_id, s.at_ms,
       d.sms, d.sms_ms, d.sms_code
FROM recipient r JOIN campaign c ON c.id = r.campaign_id
LEFT JOIN chunk k ON k.campaign_id = c.id AND r.bucket = 'pending' AND k.no = (r.id - c.first_id) / c.chunk_size
LEFT JOIN sent s ON s.recipient_id = r.id
LEFT JOIN delivery d ON d.recipient_id = r.id
WHERE +r.campaign_id = ? AND r.id BETWEEN ? AND ? ORDER BY r.id
"""

_ACCEPTED: Final = """
SELECT r.id, k.key, s.message_id FROM recipient r JOIN campaign c ON c.id = r.campaign_id
JOIN sent s ON s.recipient_id = r.id AND s.outcome = 'accepted' AND s.message_id NOT LIKE 'decided:%'
JOIN chunk k ON k.campaign_id = c.id AND k.no = (r.id - c.first_id) / c.chunk_size
WHERE +r.campaign_id = ? AND r.id BETWEEN ? AND ? ORDER BY r.id
"""


class SqlEvidence:
    """The evidence of one workspace's ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def campaign_of(self, uuid: str) -> int:
        """Return the id of a campaign by its uuid, 0 where this workspace has none."""
        with self._database.read() as connection:
            found = connection.exec_driver_sql(
                "SELECT id FROM campaign WHERE uuid = ? AND state <> 'creating'", (uuid,)
            ).scalar()
        return int(found or 0)

    def contradicted(self, campaign_id: int) -> int:
        """Return how many reports contradict what was settled."""
        with self._database.read() as connection:
            return int(
                connection.exec_driver_sql(
                    "SELECT count(*) FROM late_report WHERE campaign_id = ? AND verdict = 'contradicts'",
                    (campaign_id,),
                ).scalar_one()
            )

    def rows(self, campaign_id: int, now_ms: int) -> Iterator[EvidenceRow]:
        """Stream every recipient in the order of the import's ids."""
        for row in self._paged(_ROWS, campaign_id):
            yield _evidence(row, now_ms)

    def acceptances(self, campaign_id: int) -> Iterator[tuple[str, str]]:
        """Stream (key of the call, message id) of everything the gateway said it accepted."""
        for row in self._paged(_ACCEPTED, campaign_id):
            yield row[1], row[2]

    def _paged(self, sql: str, campaign_id: int) -> Iterator[Row[*tuple[Any, ...]]]:
        with self._database.read() as connection:
            first, last = connection.exec_driver_sql(
                "SELECT first_id, last_id FROM campaign WHERE id = ?", (campaign_id,)
            ).one()
        for begin in range(first, last + 1, _PAGE):
            with self._database.read() as connection:
                page = connection.exec_driver_sql(
                    sql, (campaign_id, begin, min(last, begin + _PAGE - 1))
                ).fetchall()
            yield from page


def _evidence(row: Row[*tuple[Any, ...]], now_ms: int) -> EvidenceRow:
    _, number, decided, why, state, attempt, key, chunk_code, outcome, code, message_id, at_ms, *report = row
    chunk = ChunkState(state) if state else ChunkState.PLANNED
    bucket = bucket_of(Bucket(decided), chunk, Bucket(outcome) if outcome else None)
    delivery = ""
    sms, sms_ms, sms_code = report
    if bucket is Bucket.ACCEPTED:
        delivery = status_of(
            Delivery(None if sms is None else bool(sms), sms_ms, sms_code), at_ms, now_ms
        ).value
    return EvidenceRow(
        number=str(number),
        standing=standing_of(bucket).value,
        bucket=bucket.value,
        code=code or why or (chunk_code if bucket is Bucket.UNKNOWN else "") or "",
        call=key if attempt else "",
        message_id="" if (message_id or "").startswith(_DECIDED) else message_id or "",
        at_ms=at_ms or 0,
        delivery=delivery,
        delivery_code=sms_code or "",
        delivered_ms=sms_ms if sms else 0,
    )
