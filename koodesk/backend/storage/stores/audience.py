# SPDX-License-Identifier: Apache-2.0
"""Audiences in SQL (`ports.audience.AudienceStore`).

Blocks of rows go in as one JSON text a statement: SQLite takes them apart without the interpreter, so the window's
thread runs on meanwhile. JSON functions are those of SQLite 3.37 and newer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row

from koodesk.backend.ports.audience import (
    AudienceRecord,
    ConsentSaid,
    ReadSummary,
    RowBlock,
    StoredRefusal,
    StoredRow,
)
from koodesk.backend.storage.stores.many_rows import PutRows, put_rows
from koodesk.backend.storage.tables import audience as tables
from koodesk.domain.recipient import AudienceBucket

UNRESOLVABLE: Final = "-"
"""`audience_row.vendor` of a phone that cannot show the card."""

_NUMBER_LIKE: Final[Mapping[int, str]] = {
    1: "number / 10000000000 = CAST(?2 AS INTEGER)",
    2: "number / 1000000000 = CAST(?2 AS INTEGER)",
    3: "number / 100000000 = CAST(?2 AS INTEGER)",
    4: "number % 10000 = CAST(?2 AS INTEGER)",
    11: "number = CAST(?2 AS INTEGER)",
}
"""How digits are looked for in numbers, by how many they are. Only what a masked number shows can be asked for, or the whole:
with any part of it the hidden digits could be found out one by one."""

_DIGEST_ROWS: Final = 20_000

_ADD_VALID: Final = """
INSERT INTO audience_row (audience_id, row_no, number, params, verdict, vendor)
SELECT ?, CAST(json_extract(value, '$[0]') AS INTEGER), CAST(json_extract(value, '$[1]') AS INTEGER),
       json_extract(value, '$[2]'), json_extract(value, '$[3]'), ''
FROM json_each(?)"""

_ADD_REFUSED: Final = """
INSERT INTO audience_refusal (audience_id, row_no, verdict, "column", code, raw, first_row_no)
SELECT ?, CAST(json_extract(value, '$[0]') AS INTEGER), json_extract(value, '$[1]'),
       CAST(json_extract(value, '$[2]') AS INTEGER), json_extract(value, '$[3]'), json_extract(value, '$[4]'),
       CAST(json_extract(value, '$[5]') AS INTEGER)
FROM json_each(?)"""

# PostgreSQL takes arrays apart sooner than text; who imports into a team's database has parsed the block for it.
_PUT_VALID: Final = PutRows(
    "INSERT INTO audience_row (audience_id, row_no, number, params, verdict, vendor) VALUES {}",
    ("BIGINT", "BIGINT", "BIGINT", "TEXT", "TEXT", "TEXT"),
)
_PUT_REFUSED: Final = PutRows(
    'INSERT INTO audience_refusal (audience_id, row_no, verdict, "column", code, raw, first_row_no) VALUES {}',
    ("BIGINT", "BIGINT", "TEXT", "BIGINT", "TEXT", "TEXT", "BIGINT"),
)

_SET_VENDORS: Final = "UPDATE audience_row SET vendor = ? WHERE audience_id = ? AND row_no = ?"
"""One row by its key. Joined with a list of answers, the planner went through all rows once for every answer."""

_BUCKETS: Final[Mapping[AudienceBucket, str]] = {
    AudienceBucket.VALID: "",
    AudienceBucket.NORMALISED: " AND verdict <> ''",
    AudienceBucket.RESOLVABLE: f" AND vendor NOT IN ('', '{UNRESOLVABLE}')",
    AudienceBucket.UNRESOLVABLE: f" AND vendor = '{UNRESOLVABLE}'",
    AudienceBucket.UNKNOWN: " AND vendor = ''",
}


class SqlAudienceStore:
    """The one implementation; holds no state."""

    def begin(self, connection: Connection, name: str, created_ms: int, params: Sequence[str]) -> int:
        """Open an audience whose rows follow; return its id."""
        key = connection.execute(
            tables.audience.insert().values(
                state="importing",
                name=name,
                created_ms=created_ms,
                params=json.dumps(list(params), ensure_ascii=False),
            )
        ).inserted_primary_key
        assert key is not None
        return int(key[0])

    def add(self, connection: Connection, audience_id: int, block: RowBlock) -> None:
        """Store one block."""
        if connection.dialect.name == "postgresql":
            valid = [
                (audience_id, no, number, orjson.dumps(params).decode(), verdict, "")
                for no, number, params, verdict in orjson.loads(block.valid)
            ]
            put_rows(connection, _PUT_VALID, valid)
            put_rows(connection, _PUT_REFUSED, [(audience_id, *row) for row in orjson.loads(block.refused)])
            return
        if block.valid != b"[]":
            connection.exec_driver_sql(_ADD_VALID, (audience_id, block.valid.decode()))
        if block.refused != b"[]":
            connection.exec_driver_sql(_ADD_REFUSED, (audience_id, block.refused.decode()))

    def finish(self, connection: Connection, audience_id: int, summary: ReadSummary) -> None:
        """Make the audience visible, complete with its counts."""
        connection.execute(
            tables.audience.update()
            .where(tables.audience.c.id == audience_id)
            .values(
                state="ready",
                source_digest=summary.source_digest,
                sheets=json.dumps(summary.sheets, ensure_ascii=False),
                headers=json.dumps(dict(summary.headers), ensure_ascii=False),
                rows=summary.rows,
                valid=summary.valid,
                duplicate=summary.duplicate,
                invalid=summary.invalid,
                digest=summary.digest,
                by_code=json.dumps(dict(summary.by_code)),
                normalised=json.dumps(dict(summary.normalised)),
            )
        )

    def drop_some(self, connection: Connection, audience_id: int, limit: int) -> bool:
        """Remove up to `limit` rows, and the audience with the last of them; True when nothing is left."""
        for table in ("audience_row", "audience_refusal"):
            gone = connection.exec_driver_sql(
                f"DELETE FROM {table} WHERE audience_id = ?1 AND row_no IN "  # noqa: S608 - the two names above
                f"(SELECT row_no FROM {table} WHERE audience_id = ?1 LIMIT ?2)",
                (audience_id, limit),
            ).rowcount
            if gone == limit:
                return False
        connection.execute(tables.audience.delete().where(tables.audience.c.id == audience_id))
        return True

    def hide(self, connection: Connection, audience_id: int) -> None:
        """Take an audience out of sight; its rows can then be removed piece by piece."""
        connection.execute(
            tables.audience.update().where(tables.audience.c.id == audience_id).values(state="importing")
        )

    def unfinished(self, connection: Connection, before_ms: int) -> tuple[int, ...]:
        """Return the audiences that were begun before an instant and never finished."""
        table = tables.audience
        chosen = (table.c.state == "importing") & (table.c.created_ms < before_ms)
        return tuple(connection.execute(table.select().with_only_columns(table.c.id).where(chosen)).scalars())

    def get(self, connection: Connection, audience_id: int) -> AudienceRecord | None:
        """Return one audience, None when there is none (or it is not finished)."""
        table = tables.audience
        chosen = (table.c.id == audience_id) & (table.c.state == "ready")
        row = connection.execute(table.select().where(chosen)).one_or_none()
        return None if row is None else _record(row)

    def list(self, connection: Connection) -> tuple[AudienceRecord, ...]:
        """Return all audiences, newest first."""
        table = tables.audience
        rows = connection.execute(table.select().where(table.c.state == "ready").order_by(table.c.id.desc()))
        return tuple(_record(row) for row in rows)

    def set_consent(self, connection: Connection, audience_id: int, said: ConsentSaid) -> None:
        """Set where the recipients' consent comes from."""
        connection.execute(
            tables.audience.update()
            .where(tables.audience.c.id == audience_id)
            .values(
                consent_source=said.source,
                consent_kind=said.kind,
                consent_by=said.by,
                consent_ms=said.at_ms,
            )
        )

    def rows(
        self, connection: Connection, audience_id: int, bucket: AudienceBucket, offset: int, limit: int
    ) -> tuple[StoredRow, ...]:
        """Page through valid rows of a bucket in file order."""
        found = connection.exec_driver_sql(
            "SELECT row_no, number, params, verdict, vendor FROM audience_row WHERE audience_id = ?"  # noqa: S608 - a word of ours
            + _BUCKETS[bucket]
            + " ORDER BY row_no LIMIT ? OFFSET ?",
            (audience_id, limit, offset),
        )
        return _stored(found)

    def rows_after(
        self, connection: Connection, audience_id: int, row_no: int, limit: int
    ) -> tuple[StoredRow, ...]:
        """Return the valid rows behind a row_no in file order: for going through all of them."""
        found = connection.exec_driver_sql(
            "SELECT row_no, number, params, verdict, vendor FROM audience_row "
            "WHERE audience_id = ? AND row_no > ? ORDER BY row_no LIMIT ?",
            (audience_id, row_no, limit),
        )
        return _stored(found)

    def rows_like(
        self, connection: Connection, audience_id: int, text: str, limit: int
    ) -> tuple[StoredRow, ...]:
        """Return the first valid rows that have a number or a value like a text; see the port."""
        number = _NUMBER_LIKE.get(len(text), "false") if text.isascii() and text.isdecimal() else "false"
        # instr, not LIKE: a value may hold % and _, and capitals matter in codes.
        found = connection.exec_driver_sql(
            "SELECT row_no, number, params, verdict, vendor FROM audience_row WHERE audience_id = ?1 AND "  # noqa: S608 - a condition of ours
            f"({number} OR EXISTS (SELECT 1 FROM json_each(params) WHERE instr(value, ?2) > 0)) "
            "ORDER BY row_no LIMIT ?3",
            (audience_id, text, limit),
        )
        return _stored(found)

    def position(self, connection: Connection, audience_id: int, row_no: int) -> int:
        """Return how many valid rows stand before a row_no."""
        found = connection.exec_driver_sql(
            "SELECT count(*) FROM audience_row WHERE audience_id = ? AND row_no < ?", (audience_id, row_no)
        )
        return int(found.scalar_one())

    def refusals(
        self, connection: Connection, audience_id: int, verdict: str, offset: int, limit: int
    ) -> tuple[StoredRefusal, ...]:
        """Page through refused rows in file order; verdict "" means both kinds."""
        found = connection.exec_driver_sql(
            'SELECT row_no, verdict, "column", code, raw, first_row_no FROM audience_refusal '
            "WHERE audience_id = ?1 AND (?2 = '' OR verdict = ?2) ORDER BY row_no LIMIT ?3 OFFSET ?4",
            (audience_id, verdict, limit, offset),
        )
        return tuple(StoredRefusal(*row) for row in found)

    def numbers_after(
        self, connection: Connection, audience_id: int, row_no: int, limit: int
    ) -> tuple[tuple[int, int], ...]:
        """Return (row_no, number) of valid rows after a row, in order."""
        found = connection.exec_driver_sql(
            "SELECT row_no, number FROM audience_row WHERE audience_id = ? AND row_no > ? ORDER BY row_no LIMIT ?",
            (audience_id, row_no, limit),
        )
        return tuple((int(no), int(number)) for no, number in found)

    def set_vendors(
        self, connection: Connection, audience_id: int, vendors: Sequence[tuple[int, str]]
    ) -> None:
        """Store the answers of the handsets by row_no; "" becomes "-"."""
        if vendors:
            answers = [(vendor or UNRESOLVABLE, audience_id, no) for no, vendor in vendors]
            connection.exec_driver_sql(_SET_VENDORS, answers)

    def forget_vendors(self, connection: Connection, audience_id: int) -> None:
        """Make every phone unknown again: another card is asked about."""
        connection.exec_driver_sql(
            "UPDATE audience_row SET vendor = '' WHERE audience_id = ? AND vendor <> ''", (audience_id,)
        )
        self.count_vendors(connection, audience_id)

    def count_vendors(self, connection: Connection, audience_id: int) -> Mapping[str, int]:
        """Count the answers, keep the sums with the audience, and return vendor -> rows ("" and "-" among them)."""
        answered = connection.exec_driver_sql(
            "SELECT vendor, count(*) FROM audience_row WHERE audience_id = ? GROUP BY vendor", (audience_id,)
        )
        counts: dict[str, int] = {str(vendor): int(count) for vendor, count in answered}
        resolvable = sum(count for vendor, count in counts.items() if vendor not in ("", UNRESOLVABLE))
        connection.execute(
            tables.audience.update()
            .where(tables.audience.c.id == audience_id)
            .values(resolvable=resolvable, unresolvable=counts.get(UNRESOLVABLE, 0))
        )
        return counts

    def digest(self, connection: Connection, audience_id: int) -> str:
        """Compute the audience digest again from the stored rows (how: `readers.row_checker.RowChecker.digest`)."""
        names = connection.exec_driver_sql(
            "SELECT params FROM audience WHERE id = ?", (audience_id,)
        ).scalar_one()
        total = hashlib.sha256(orjson.dumps(json.loads(names)))
        after = 0
        while True:
            found = connection.exec_driver_sql(
                "SELECT row_no, number, params, verdict FROM audience_row WHERE audience_id = ? AND row_no > ? "
                "ORDER BY row_no LIMIT ?",
                (audience_id, after, _DIGEST_ROWS),
            ).all()
            if not found:
                return total.hexdigest()
            rows = [(no, number, orjson.Fragment(params), how) for no, number, params, how in found]
            total.update(orjson.dumps(rows)[1:-1] + b",")
            after = found[-1][0]


def _record(row: Row[*tuple[Any, ...]]) -> AudienceRecord:
    return AudienceRecord(
        id=row.id,
        name=row.name,
        source_digest=row.source_digest,
        created_ms=row.created_ms,
        params=tuple(json.loads(row.params)),
        sheets=tuple(json.loads(row.sheets)),
        headers={int(index): tuple(titles) for index, titles in json.loads(row.headers).items()},
        rows=row.rows,
        valid=row.valid,
        duplicate=row.duplicate,
        invalid=row.invalid,
        consent_source=row.consent_source,
        resolvable=row.resolvable,
        unresolvable=row.unresolvable,
        digest=row.digest,
        by_code=json.loads(row.by_code),
        normalised=json.loads(row.normalised),
        consent_kind=row.consent_kind,
        consent_by=row.consent_by,
        consent_ms=row.consent_ms,
    )


def _stored(found: Iterable[Any]) -> tuple[StoredRow, ...]:
    return tuple(
        StoredRow(no, number, json.loads(params), how, vendor) for no, number, params, how, vendor in found
    )
