# SPDX-License-Identifier: Apache-2.0
"""Phones in SQL, and one number's way through the ledger.

A number is looked up once a campaign, by the index on (campaign_id, number): fifty campaigns of any size are fifty
look-ups. The CROSS JOIN keeps SQLite to that order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from koodesk.backend.ports.phones import OptOutRow, PhoneRecord, ReceivedRow, Repeated, TraceRow
from koodesk.backend.storage.tables.phones import phone_read

_PHONES: Final = "SELECT id, name, vendor, carrier, region, number, own FROM phone "

_RECEIVED: Final = """
SELECT c.id, c.name, c.kind, c.test, c.signature, r.id, s.message_id, s.at_ms, r.card, r.vendor, d.sms,
       coalesce(d.sms_ms, 0), coalesce(d.sms_code, ''), coalesce(d.exposed_ms, 0), coalesce(d.clicked_ms, 0),
       coalesce(d.replied_ms, 0){more}
FROM {source} LEFT JOIN delivery d ON d.recipient_id = r.id
WHERE s.outcome = 'accepted' AND {where}
"""
RECEIVED: Final = (
    _RECEIVED.format(
        more="",
        source="campaign c CROSS JOIN recipient r ON r.campaign_id = c.id AND r.number = ? "
        "CROSS JOIN sent s ON s.recipient_id = r.id",
        where="c.state <> 'creating' AND instr(',' || ? || ',', ',' || c.kind || ',') > 0",
    )
    + "ORDER BY s.at_ms DESC, r.id DESC LIMIT ?"
)
_OF_MESSAGE: Final = _RECEIVED.format(
    more=", c.snapshot",
    source="sent s JOIN recipient r ON r.id = s.recipient_id JOIN campaign c ON c.id = r.campaign_id",
    where="s.message_id = ?",
)
TRACES: Final = """
SELECT c.id, c.name, c.kind, c.test, c.signature, c.state, c.snapshot, c.confirmed_ms, r.id, r.params, r.card, r.vendor,
       r.bucket, r.code, c.audience_id, coalesce(a.name, ''), coalesce(a.sheets, '[]'), coalesce(a.created_ms, 0),
       coalesce(w.row_no, 0), coalesce(w.verdict, ''), coalesce(k.no, -1) + 1, coalesce(k.state, ''),
       coalesce(k.outcome, ''), coalesce(k.attempt, 0), coalesce(k.claimed_ms, 0), coalesce(k.settled_ms, 0),
       coalesce(s.outcome, ''), coalesce(s.code, ''), coalesce(s.message_id, ''), coalesce(s.at_ms, 0)
FROM campaign c CROSS JOIN recipient r ON r.campaign_id = c.id AND r.number = ?
LEFT JOIN audience a ON a.id = c.audience_id
LEFT JOIN audience_row w ON w.audience_id = c.audience_id AND w.number = r.number
LEFT JOIN chunk k ON k.campaign_id = c.id AND r.bucket = 'pending' AND k.no = (r.id - c.first_id) / c.chunk_size
LEFT JOIN sent s ON s.recipient_id = r.id
WHERE c.state <> 'creating' AND instr(',' || ? || ',', ',' || c.kind || ',') > 0 AND ? IN (0, c.id)
ORDER BY c.id DESC LIMIT ?
"""
_LOOK_AT: Final = 5_000
"""Recipients of a campaign that are looked at for a number of a vendor."""
_RECENT: Final = 10
# The plus keeps SQLite from the index on (campaign_id, number): the first rows of a campaign are a range of ids.
_OF_VENDOR: Final = """
SELECT r.number, c.name FROM campaign c JOIN recipient r ON r.id BETWEEN c.first_id AND c.first_id + ?
JOIN sent s ON s.recipient_id = r.id
WHERE c.id IN (SELECT id FROM campaign WHERE kind = 'smart' AND state <> 'creating' ORDER BY id DESC LIMIT ?)
AND +r.campaign_id = c.id AND s.outcome = 'accepted' AND r.vendor IN (?, '')
ORDER BY r.vendor = '', c.id DESC, r.id LIMIT ?
"""


class SqlPhoneStore:
    """Implements `ports.phones.PhoneStore`."""

    def phones(self, connection: Connection) -> tuple[PhoneRecord, ...]:
        """Return the phones, those that stand there from the beginning first."""
        return tuple(map(_phone, connection.exec_driver_sql(_PHONES + "ORDER BY own, id")))

    def phone(self, connection: Connection, phone_id: int) -> PhoneRecord | None:
        """Return one phone."""
        row = connection.exec_driver_sql(_PHONES + "WHERE id = ?", (phone_id,)).one_or_none()
        return None if row is None else _phone(row)

    def put(self, connection: Connection, record: PhoneRecord, at_ms: int) -> int:
        """Store a phone, a new one for id 0; return its id."""
        values = (record.name, record.vendor, record.carrier, record.region, record.number, int(record.own))
        if record.id:
            connection.exec_driver_sql(
                "UPDATE phone SET name = ?, vendor = ?, carrier = ?, region = ?, number = ?, own = ? WHERE id = ?",
                (*values, record.id),
            )
            return record.id
        made = connection.exec_driver_sql(
            "INSERT INTO phone (name, vendor, carrier, region, number, own, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (*values, at_ms),
        )
        return int(made.scalar_one())

    def delete(self, connection: Connection, phone_id: int) -> None:
        """Delete a phone."""
        connection.exec_driver_sql("DELETE FROM phone WHERE id = ?", (phone_id,))

    def received(
        self, connection: Connection, number: int, kinds: Sequence[str], limit: int
    ) -> tuple[ReceivedRow, ...]:
        """Return what was accepted for a number, newest first."""
        rows = connection.exec_driver_sql(RECEIVED, (number, ",".join(kinds), limit))
        return tuple(_received(row) for row in rows)

    def of_message(self, connection: Connection, message_id: str) -> tuple[ReceivedRow, str] | None:
        """Return one accepted message and its campaign's snapshot."""
        row = connection.exec_driver_sql(_OF_MESSAGE, (message_id,)).one_or_none()
        return None if row is None else (_received(row[:-1]), str(row[-1]))

    def mark_read(self, connection: Connection, message_id: str, at_ms: int) -> None:
        """Keep that a message was opened on a phone; the first time counts."""
        connection.exec_driver_sql(
            "INSERT INTO phone_read (message_id, at_ms) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (message_id, at_ms),
        )

    def read(self, connection: Connection, message_ids: Sequence[str]) -> frozenset[str]:
        """Return those of some messages that were opened on a phone."""
        found = connection.execute(
            select(phone_read.c.message_id).where(phone_read.c.message_id.in_(message_ids))
        )
        return frozenset(row[0] for row in found)

    def number_of(self, connection: Connection, campaign_id: int, recipient_id: int) -> int | None:
        """Return the number of a recipient of a campaign."""
        found = connection.exec_driver_sql(
            "SELECT number FROM recipient WHERE id = ? AND campaign_id = ?", (recipient_id, campaign_id)
        ).scalar()
        return None if found is None else int(found)

    def traces(
        self, connection: Connection, number: int, kinds: Sequence[str], campaign_id: int, limit: int
    ) -> tuple[TraceRow, ...]:
        """Return a number's way through the campaigns, newest first."""
        rows = connection.exec_driver_sql(TRACES, (number, ",".join(kinds), campaign_id, limit))
        return tuple(_trace(list(row)) for row in rows)

    def repeats(self, connection: Connection, audience_id: int, row_no: int) -> tuple[Repeated, ...]:
        """Return the rows of a file that held the number of a row again."""
        rows = connection.exec_driver_sql(
            "SELECT row_no, raw FROM audience_refusal WHERE audience_id = ? AND verdict = 'duplicate' "
            "AND first_row_no = ? ORDER BY row_no LIMIT 20",
            (audience_id, row_no),
        )
        return tuple(Repeated(row[0], row[1]) for row in rows)

    def opt_outs(self, connection: Connection, number: int) -> tuple[OptOutRow, ...]:
        """Return whom a number wants nothing more of."""
        rows = connection.exec_driver_sql(
            "SELECT signature, at_ms, source FROM opt_out WHERE number = ? ORDER BY at_ms, signature",
            (number,),
        )
        return tuple(OptOutRow(*row) for row in rows)

    def arrived(self, connection: Connection, ids: Sequence[int]) -> frozenset[int]:
        """Return those receipts that the ledger has taken."""
        found: set[int] = set()
        for start in range(0, len(ids), 500):
            part = tuple(ids[start : start + 500])
            marks = ",".join("?" * len(part))
            rows = connection.exec_driver_sql(
                f"SELECT gateway_receipt_id FROM receipt WHERE gateway_receipt_id IN ({marks})",  # noqa: S608 - marks
                part,
            )
            found.update(row[0] for row in rows)
        return frozenset(found)

    def video_versions(self, connection: Connection, template_id: int) -> tuple[str, ...]:
        """Return the saved versions of a video SMS template as JSON text, newest first."""
        rows = connection.exec_driver_sql(
            "SELECT template FROM video_revision WHERE template_id = ? ORDER BY revision DESC", (template_id,)
        )
        return tuple(row[0] for row in rows)

    def numbers_of(self, connection: Connection, vendor: str, limit: int) -> tuple[tuple[int, str], ...]:
        """Return (number, campaign) of recent recipients whose phone is a vendor's, then of those nobody asked about."""
        rows = connection.exec_driver_sql(_OF_VENDOR, (_LOOK_AT, _RECENT, vendor, limit))
        return tuple((row[0], row[1]) for row in rows)


def _phone(row: Row[*tuple[Any, ...]]) -> PhoneRecord:
    return PhoneRecord(row[0], row[1], row[2], row[3], row[4], row[5], bool(row[6]))


def _received(row: Sequence[Any]) -> ReceivedRow:
    values = list(row)
    values[3], values[8] = bool(values[3]), bool(values[8])
    values[10] = None if values[10] is None else bool(values[10])
    return ReceivedRow(*values)


def _trace(values: list[Any]) -> TraceRow:
    values[3], values[10] = bool(values[3]), bool(values[10])
    return TraceRow(*values)
