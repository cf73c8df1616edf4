# SPDX-License-Identifier: Apache-2.0
"""Cards and their revisions come back from storage as they went in."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from koodesk.backend.ports.clearing import CardRevision
from koodesk.backend.storage.unit_of_work import SqlUnitOfWork
from tests.databases import open_database

pytestmark = pytest.mark.both_databases

FIRST = CardRevision(
    0, "a" * 64, "<b>红包</b>", "RedPacket", 1, ("HUAWEI",), ("name", "金额"), ("m" * 64,), '{"x":1}', 100
)
SECOND = replace(FIRST, digest="b" * 64, name="=1+1", materials=("n" * 64,), template='{"x":2}', saved_ms=200)


@pytest.fixture
def work(tmp_path: Path) -> Iterator[SqlUnitOfWork]:
    database = open_database(tmp_path)
    database.prepare()
    yield SqlUnitOfWork(database)
    database.close()


def test_revisions_add_up_and_all_of_them_stay(work: SqlUnitOfWork) -> None:
    with work.write() as connection:
        card = work.cards.create(connection, FIRST)
        assert (card.revision, card.name, card.params) == (1, FIRST.name, FIRST.params)
        saved = work.cards.save(connection, card.id, SECOND)
        assert (saved.revision, saved.digest, saved.saved_ms, saved.created_ms) == (
            2,
            SECOND.digest,
            200,
            100,
        )
        assert work.cards.template(connection, card.id) == SECOND.template
        assert work.cards.template(connection, card.id, 1) == FIRST.template
        assert work.cards.template(connection, card.id, 3) is None
        assert work.cards.by_digest(connection, card.id, FIRST.digest) == FIRST.template
        assert [(v.revision, v.name) for v in work.cards.versions(connection, card.id)] == [
            (2, SECOND.name),
            (1, FIRST.name),
        ]


def test_a_material_is_used_while_any_revision_shows_it(work: SqlUnitOfWork) -> None:
    with work.write() as connection:
        card = work.cards.create(connection, FIRST)
        work.cards.save(connection, card.id, SECOND)
        assert work.cards.names_using(connection, "m" * 64) == (SECOND.name,)
        work.cards.delete(connection, card.id)
        assert work.cards.names_using(connection, "m" * 64) == ()
        assert work.cards.get(connection, card.id) is None
        assert work.cards.create(connection, FIRST).id > card.id


def test_the_list_has_the_last_saved_first(work: SqlUnitOfWork) -> None:
    with work.write() as connection:
        old = work.cards.create(connection, FIRST)
        new = work.cards.create(connection, SECOND)
        assert [c.id for c in work.cards.list(connection)] == [new.id, old.id]
        work.cards.save(connection, old.id, replace(FIRST, saved_ms=300))
        assert [c.id for c in work.cards.list(connection)] == [old.id, new.id]
        assert [c.id for c in work.cards.list(connection, "红包")] == [old.id]


def test_what_the_reviewer_gives_is_kept(work: SqlUnitOfWork) -> None:
    with work.write() as connection:
        card = work.cards.create(connection, FIRST)
        work.cards.set_submitted(connection, card.id, FIRST.digest)
        work.cards.set_tpl_id(connection, card.id, "100000001")
        found = work.cards.get(connection, card.id)
        assert found == replace(card, submitted_digest=FIRST.digest, tpl_id="100000001")
