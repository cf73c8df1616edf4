# SPDX-License-Identifier: Apache-2.0
"""What the desk remembers of its calls to the real platform, in SQL: each method one short transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, Row, and_, delete, func, select, update

from koodesk.backend.ports.cloud_records import CloudMade, CloudUpload, CloudWord, Stage
from koodesk.backend.ports.review_gateway import VendorState
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.upserting import upsert
from koodesk.backend.storage.tables.cloud import cloud_made, cloud_upload
from koodesk.domain.problem import Refused, problem
from koodesk.domain.review_state import ReviewKind

_KEY: Final = ("kind", "ref", "digest", "account")


class SqlCloudRecords:
    """The records of one workspace, those of the account whose key is in use."""

    def __init__(self, database: Database, account: Callable[[], str] | None = None) -> None:
        """`account` tells whose key is in use; without it they are those of an account nobody knows."""
        self._database = database
        self._account = account

    def find(self, kind: str, ref: str, digest: str) -> CloudMade | None:
        """Return one content of a record."""
        return self._one(_is(kind, ref, digest, self._in_use()))

    def of_ref(self, kind: str, ref: str) -> CloudMade | None:
        """Return the newest content of a record that the platform has."""
        return self._one(
            and_(
                cloud_made.c.kind == kind,
                cloud_made.c.ref == ref,
                cloud_made.c.stage == Stage.MADE.value,
                cloud_made.c.account == self._in_use(),
            )
        )

    def sms_template(self, ref: str) -> str:
        """Return what the platform calls a text message template of the desk's; the ref itself where it was never handed in there.

        Raises Refused (cloud.other_account) for one that another account alone has.
        """
        kind = ReviewKind.SMS_TEMPLATE.value
        made = self.of_ref(kind, ref)
        if made is None:
            self._refuse(and_(cloud_made.c.kind == kind, cloud_made.c.ref == ref), ref)
        return ref if made is None else made.cloud_id

    def demand(self, tpl_id: str) -> None:
        """Raise Refused (cloud.other_account) for a card or video SMS that another account alone has under this id."""
        self._refuse(
            and_(
                cloud_made.c.kind.in_((ReviewKind.CARD.value, ReviewKind.VIDEO_TEMPLATE.value)),
                cloud_made.c.cloud_id == tpl_id,
            ),
            tpl_id,
        )

    def _refuse(self, where: ColumnElement[bool], name: str) -> None:
        with self._database.read() as connection:
            found = select(cloud_made.c.account, cloud_made.c.name).where(
                where, cloud_made.c.stage == Stage.MADE.value
            )
            made = {str(row.account): str(row.name) for row in connection.execute(found)}
        if made and self._in_use() not in made:
            raise Refused(problem("cloud.other_account", "template", name=next(iter(made.values())) or name))

    def begin(self, record: CloudMade) -> bool:
        """Write a record down that was not known."""
        with self._database.write() as connection:
            statement = upsert(connection, cloud_made).values(_values(self._owned(record)))
            # A count of rows is not told alike by both databases; a row that comes back is.
            made = statement.on_conflict_do_nothing(index_elements=list(_KEY)).returning(cloud_made.c.kind)
            return connection.execute(made).first() is not None

    def again(self, before: CloudMade, asked_ms: int) -> bool:
        """Let a settled record be asked for anew, where it is still as before."""
        as_before = and_(
            self._same(before),
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
                update(cloud_made).where(self._same(record)).values(_values(self._owned(record)))
            )

    def tell(self, record: CloudMade) -> CloudMade:
        """Write a record with a new word."""
        with self._database.write() as connection:
            # Writes come one after the other, so no two words get the same number.
            last = connection.execute(select(func.max(cloud_made.c.seq))).scalar_one()
            told = replace(self._owned(record), seq=(last or 0) + 1)
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
            connection.execute(delete(cloud_made).where(self._same(record)))

    def waiting(self) -> tuple[CloudMade, ...]:
        """Return the records of which something new may be said."""
        with self._database.read() as connection:
            found = connection.execute(
                select(cloud_made)
                .where(
                    cloud_made.c.stage == Stage.MADE.value,
                    cloud_made.c.open,
                    cloud_made.c.account == self._in_use(),
                )
                .order_by(cloud_made.c.id)
            )
            return tuple(_made(row) for row in found)

    def upload(self, kind: str, digest: str, rate: str) -> CloudUpload | None:
        """Return what is known of a file."""
        with self._database.read() as connection:
            row = connection.execute(
                select(cloud_upload).where(
                    cloud_upload.c.kind == kind,
                    cloud_upload.c.digest == digest,
                    cloud_upload.c.rate == rate,
                    cloud_upload.c.account == self._in_use(),
                )
            ).one_or_none()
        return None if row is None else CloudUpload(**row._mapping)

    def put_upload(self, record: CloudUpload) -> None:
        """Write down what is known of a file."""
        values = asdict(record if record.account else replace(record, account=self._in_use()))
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
                select(cloud_upload)
                .where(cloud_upload.c.account == self._in_use())
                .order_by(cloud_upload.c.used_ms, cloud_upload.c.digest)
            )
            return tuple(CloudUpload(**row._mapping) for row in found)

    def _in_use(self) -> str:
        return "" if self._account is None else self._account()

    def _owned(self, record: CloudMade) -> CloudMade:
        """Return a record as that of an account: one that is new is the account's in use."""
        return record if record.account else replace(record, account=self._in_use())

    def _same(self, record: CloudMade) -> ColumnElement[bool]:
        return _is(record.kind, record.ref, record.digest, record.account or self._in_use())

    def _one(self, where: ColumnElement[bool]) -> CloudMade | None:
        with self._database.read() as connection:
            row = connection.execute(
                select(cloud_made).where(where).order_by(cloud_made.c.id.desc()).limit(1)
            ).one_or_none()
        return None if row is None else _made(row)


def _is(kind: str, ref: str, digest: str, account: str) -> ColumnElement[bool]:
    return and_(
        cloud_made.c.kind == kind,
        cloud_made.c.ref == ref,
        cloud_made.c.digest == digest,
        cloud_made.c.account == account,
    )


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
