# SPDX-License-Identifier: Apache-2.0
"""A payload put together by the database is the payload, byte for byte, and a recipient who is changed is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from koodesk.backend.storage.stores.chunk_text import chunk_text, different
from koodesk.backend.storage.stores.sending_plan import insert_campaign
from koodesk.domain.campaign import PayloadFrame, encode, payload
from tests.backend.sending.workshop import snapshot
from tests.databases import open_database

pytestmark = pytest.mark.both_databases

_HOSTILE = [
    "",
    "王",
    "🙂",
    "\\",
    '"',
    "'",
    "%s",
    "%",
    "?",
    "$1",
    "\x1f",
    "\n",
    "a" * 2_000,
    "]}",
    "{}",
    "\u2028",
]
_ROWS = [
    (13_800_000_000 + place, json.dumps({"name": text}, ensure_ascii=place % 2 == 0), place % 2)
    for place, text in enumerate(_HOSTILE)
]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """A write with a campaign to the hostile rows as recipients 1, 2, ..."""
    database = open_database(tmp_path)
    database.prepare()
    with database.write() as connection:
        campaign_id, _ = insert_campaign(connection, "d", encode(snapshot("u", 1)), 1, audience=False)
        for place, (number, params, card) in reversed(list(enumerate(_ROWS, 1))):
            connection.exec_driver_sql(
                "INSERT INTO recipient (id, campaign_id, number, params, card, vendor, bucket, code) "
                "VALUES (?, ?, ?, ?, ?, '', ?, '')",
                (place, campaign_id, number, params, card, "pending"),
            )
        yield connection
    database.close()


_FRAMES = [
    PayloadFrame('{"text":"退订回R %s ?","recipients":[', '{"code":"1"}'),
    PayloadFrame('{"recipients":[', "{}"),
    PayloadFrame('{"kind":"video","recipients":[', None),
]


def test_the_bytes_are_those_of_the_domain(connection: Connection) -> None:
    for frame in _FRAMES:
        for span in ((1, len(_ROWS)), (1, 1), (3, 9), (len(_ROWS) + 1, len(_ROWS) + 5)):
            rows = _ROWS[span[0] - 1 : span[1]]
            content, numbers = chunk_text(connection, frame, 1, *span)
            assert content == payload(frame, rows), (frame, span)
            assert numbers == tuple(row[0] for row in rows)


@pytest.mark.parametrize("frame", _FRAMES)
def test_a_change_of_a_recipient_a_digest_or_a_bucket_is_found(
    connection: Connection, frame: PayloadFrame
) -> None:
    def digest(first: int, last: int) -> str:
        return hashlib.sha256(payload(frame, _ROWS[first - 1 : last])).hexdigest()

    whole = [(1, 4, digest(1, 4)), (5, 5, digest(5, 5)), (6, len(_ROWS), digest(6, len(_ROWS)))]
    assert different(connection, frame, 1, whole) == 0
    assert different(connection, frame, 2, whole) == 3, "another campaign's recipients"
    assert different(connection, frame, 1, [*whole[:2], (6, len(_ROWS), digest(5, len(_ROWS)))]) == 1
    assert different(connection, frame, 1, [(1, 3, digest(1, 4))]) == 1
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ALTER TABLE recipient DISABLE TRIGGER ALL")
    else:
        for verb in ("update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER recipient_no_{verb}")
    connection.exec_driver_sql("UPDATE recipient SET bucket = 'opted_out' WHERE id = 5")
    assert different(connection, frame, 1, whole) == 1
    connection.exec_driver_sql("UPDATE recipient SET number = number + 1000 WHERE id = 6")
    assert different(connection, frame, 1, whole) == 2
    connection.exec_driver_sql("DELETE FROM recipient WHERE id < 5")
    assert different(connection, frame, 1, whole) == 3
