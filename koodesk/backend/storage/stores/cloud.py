# SPDX-License-Identifier: Apache-2.0
"""What the desk remembers of its calls to the real platform, in SQL: each method one short transaction."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, Row, and_, delete, func, select, update

from koodesk.backend.ports.cloud_records import CloudMade, CloudUpload, CloudWord, Stage
from koodesk.backend.ports.review_gateway import VendorState
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.upserting import upsert
from koodesk.backend.storage.tables.cloud import cloud_made, cloud_upload
from koodesk.domain.review_state import ReviewKind

_KEY: Final = ("kind", "ref", "digest", "account")


class SqlCloudRecords:
    """The records of one workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, kind: str, ref: str, digest: str) -> CloudMade | None:
        """Return one content of a record."""
        return self._one(_is(kind, ref, digest))

    def of_ref(self, kind: str, ref: str) -> CloudMade | None:
        """Return the newest content of a record that the platform has."""
        return self._one(
            and_(cloud_made.c.kind == kind, cloud_made.c.ref == ref, cloud_made.c.stage == Stage.MADE.value)
        )

    def sms_template(self, ref: str) -> str:
        """Return what the platform calls a text message template of the desk's; the ref itself where it was never handed in there."""
        made = self.of_ref(ReviewKind.SMS_TEMPLATE.value, ref)
        return ref if made is None else made.cloud_id

    def begin(self, record: CloudMade) -> bool:
        """Write a record down that was not known."""
        with self._database.write() as connection:
            statement = upsert(connection, cloud_made).values(_values(record))
            # A count of rows is not told alike by both databases; a row that comes back is.
            made = statement.on_conflict_do_nothing(index_elements=list(_KEY)).returning(cloud_made.c.kind)
            return connection.execute(made).first() is not None

    def again(self, before: CloudMade, asked_ms: int) -> bool:
        """Let a settled record be asked for anew, where it is still as before."""
        as_before = and_(
            _is(before.kind, before.ref, before.digest),
            cloud_made.c.stage == Stage.ASKED.value,
            cloud_made.c.asked_ms == before.asked_ms,
        )
        with self._database.write() as connection:
            changed = connection.execute(
                update(cloud_made).where(as_before).values(asked_ms=asked_ms, missed_ms=0, misses=0)
            )
            return changed.rowcount == 1

    def put(self, record: CloudMade) -> None:
        """Write a record in the place of what was known of it."""
        with self._database.write() as connection:
            connection.execute(
                update(cloud_made).where(_is(record.kind, record.ref, record.digest)).values(_values(record))
            )

    def tell(self, record: CloudMade) -> CloudMade:
        """Write a record with a new word."""
        with self._database.write() as connection:
            # Writes come one after the other, so no two words get the same number.
            last = connection.execute(select(func.max(cloud_made.c.seq))).scalar_one()
            told = replace(record, seq=(last or 0) + 1)
            values = _values(told)
            connection.execute(
                upsert(connection, cloud_made)
                .values(values)
                .on_conflict_do_update(index_elements=list(_KEY), set_=values)
            )
        return told

    def changes(self, after: int, limit: int) -> tuple[CloudMade, ...]:
        """Return the records whose last word came after a number."""
        with self._database.read() as connection:
            found = connection.execute(
                select(cloud_made).where(cloud_made.c.seq > after).order_by(cloud_made.c.seq).limit(limit)
            )
            return tuple(_made(row) for row in found)

    def forget(self, record: CloudMade) -> None:
        """Take a record back."""
        with self._database.write() as connection:
            connection.execute(delete(cloud_made).where(_is(record.kind, record.ref, record.digest)))

    def waiting(self) -> tuple[CloudMade, ...]:
        """Return the records of which something new may be said."""
        with self._database.read() as connection:
            found = connection.execute(
                select(cloud_made)
                .where(cloud_made.c.stage == Stage.MADE.value, cloud_made.c.open)
                .order_by(cloud_made.c.id)
            )
            return tuple(_made(row) for row in found)

    def upload(self, kind: str, digest: str, rate: str) -> CloudUpload | None:
        """Return what is known of a file."""
        with self._database.read() as connection:
            row = connection.execute(
                select(cloud_upload).where(
                    cloud_upload.c.kind == kind, cloud_upload.c.digest == digest, cloud_upload.c.rate == rate
                )
            ).one_or_none()
        return None if row is None else CloudUpload(**row._mapping)

    def put_upload(self, record: CloudUpload) -> None:
        """Write down what is known of a file."""
        values = asdict(record)
        with self._database.write() as connection:
            connection.execute(
                upsert(connection, cloud_upload)
                .values(values)
                .on_conflict_do_update(index_elements=["kind", "digest", "rate", "account"], set_=values)
            )

    def uploads(self) -> tuple[CloudUpload, ...]:
        """Return every file, the longest unused first."""
        with self._database.read() as connection:
            found = connection.execute(
                select(cloud_upload).order_by(cloud_upload.c.used_ms, cloud_upload.c.digest)
            )
            return tuple(CloudUpload(**row._mapping) for row in found)

    def _one(self, where: ColumnElement[bool]) -> CloudMade | None:
        with self._database.read() as connection:
            row = connection.execute(
                select(cloud_made).where(where).order_by(cloud_made.c.id.desc()).limit(1)
            ).one_or_none()
        return None if row is None else _made(row)


def _is(kind: str, ref: str, digest: str) -> ColumnElement[bool]:
    return and_(cloud_made.c.kind == kind, cloud_made.c.ref == ref, cloud_made.c.digest == digest)


def _values(record: CloudMade) -> dict[str, Any]:
    given = asdict(record)
    word = given.pop("word")
    return {**given, "stage": record.stage.value, "told": orjson.dumps(word).decode() if word else ""}


def _made(row: Row[*tuple[Any, ...]]) -> CloudMade:
    given = dict(row._mapping)
    told = given.pop("told")
    del given["id"]
    return CloudMade(**{**given, "stage": Stage(row.stage), "open": bool(row.open), "word": _word(told)})


def _word(told: str) -> CloudWord | None:
    if not told:
        return None
    word = orjson.loads(told)
    return CloudWord(**{**word, "parties": tuple(VendorState(**one) for one in word["parties"])})
