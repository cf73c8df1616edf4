# SPDX-License-Identifier: Apache-2.0
"""Cards and their revisions in SQL."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, delete, func, insert, select, update

from koodesk.backend.ports.clearing import CardRecord, CardRevision
from koodesk.backend.storage.stores.clearing_rows import new_id
from koodesk.backend.storage.tables.cards import card, card_material, card_revision

_PRESENT = and_(card_revision.c.card_id == card.c.id, card_revision.c.revision == card.c.revision)


def _records() -> Select[Any]:
    return select(
        card,
        card_revision.c.digest,
        card_revision.c.name,
        card_revision.c.layout,
        card_revision.c.use,
        card_revision.c.vendors,
        card_revision.c.params,
        card_revision.c.saved_ms,
    ).join(card_revision, _PRESENT)


class SqlCardStore:
    """Cards; the present revision is the one the card row names."""

    def list(self, connection: Connection, text: str = "") -> tuple[CardRecord, ...]:
        """Return the cards whose name holds `text` in any case, last saved first."""
        found = connection.execute(_records().order_by(card_revision.c.saved_ms.desc(), card.c.id.desc()))
        wanted = text.strip().casefold()
        return tuple(_record(row) for row in found if wanted in row.name.casefold())

    def get(self, connection: Connection, card_id: int) -> CardRecord | None:
        """Return one card."""
        found = connection.execute(_records().where(card.c.id == card_id)).one_or_none()
        return None if found is None else _record(found)

    def template(self, connection: Connection, card_id: int, revision: int = 0) -> str | None:
        """Return the template JSON of a revision, of the present one for 0."""
        query = select(card_revision.c.template).join(card, card_revision.c.card_id == card.c.id)
        wanted = card_revision.c.revision == (revision or card.c.revision)
        return connection.execute(query.where(card.c.id == card_id, wanted)).scalar_one_or_none()

    def by_digest(self, connection: Connection, card_id: int, digest: str) -> str | None:
        """Return the template JSON of the newest revision with a digest."""
        return connection.execute(
            select(card_revision.c.template)
            .where(card_revision.c.card_id == card_id, card_revision.c.digest == digest)
            .order_by(card_revision.c.revision.desc())
            .limit(1)
        ).scalar_one_or_none()

    def versions(self, connection: Connection, card_id: int) -> tuple[CardRevision, ...]:
        """Return all revisions, newest first, without their templates and materials."""
        columns = [c for c in card_revision.c if c.name != "template"]
        found = connection.execute(
            select(*columns)
            .where(card_revision.c.card_id == card_id)
            .order_by(card_revision.c.revision.desc())
        )
        return tuple(
            CardRevision(
                revision=row.revision,
                digest=row.digest,
                name=row.name,
                layout=row.layout,
                use=row.use,
                vendors=tuple(json.loads(row.vendors)),
                params=tuple(json.loads(row.params)),
                materials=(),
                template="",
                saved_ms=row.saved_ms,
                label=row.label,
            )
            for row in found
        )

    def create(self, connection: Connection, revision: CardRevision) -> CardRecord:
        """Store a new card with its first revision."""
        result = connection.execute(
            insert(card).values(tpl_id="", revision=1, submitted_digest="", created_ms=revision.saved_ms)
        )
        return self._add(connection, new_id(result), 1, revision)

    def save(self, connection: Connection, card_id: int, revision: CardRevision) -> CardRecord:
        """Add a revision under the next number and make it the present one."""
        last = connection.execute(
            select(func.max(card_revision.c.revision)).where(card_revision.c.card_id == card_id)
        ).scalar_one()
        number = int(last) + 1
        connection.execute(update(card).where(card.c.id == card_id).values(revision=number))
        return self._add(connection, card_id, number, revision)

    def set_submitted(self, connection: Connection, card_id: int, digest: str) -> None:
        """Keep which content was last handed in."""
        connection.execute(update(card).where(card.c.id == card_id).values(submitted_digest=digest))

    def set_tpl_id(self, connection: Connection, card_id: int, tpl_id: str) -> None:
        """Keep the platform's id."""
        connection.execute(update(card).where(card.c.id == card_id).values(tpl_id=tpl_id))

    def delete(self, connection: Connection, card_id: int) -> None:
        """Delete a card; revisions and material use go by the foreign keys."""
        connection.execute(delete(card).where(card.c.id == card_id))

    def set_label(self, connection: Connection, card_id: int, revision: int, label: str) -> bool:
        """Name a revision; tell whether there is one of that number."""
        mine = and_(card_revision.c.card_id == card_id, card_revision.c.revision == revision)
        return connection.execute(update(card_revision).where(mine).values(label=label)).rowcount == 1

    def set_master(self, connection: Connection, card_id: int, master_id: int, digest: str) -> None:
        """Keep which card's variants this one carries, and of which content it was made."""
        kept = update(card).where(card.c.id == card_id)
        connection.execute(kept.values(master_id=master_id, master_digest=digest))

    def parts(self, connection: Connection, master_id: int) -> tuple[CardRecord, ...]:
        """Return the cards that carry a card's variants, oldest first."""
        found = connection.execute(_records().where(card.c.master_id == master_id).order_by(card.c.id))
        return tuple(_record(row) for row in found)

    def names_using(self, connection: Connection, material: str) -> tuple[str, ...]:
        """Return the present names of the cards any revision of which shows a material."""
        using = select(card_material.c.card_id).where(card_material.c.digest == material)
        found = connection.execute(_records().where(card.c.id.in_(using)).order_by(card_revision.c.name))
        return tuple(row.name for row in found)

    def _add(self, connection: Connection, card_id: int, number: int, revision: CardRevision) -> CardRecord:
        connection.execute(
            insert(card_revision).values(
                card_id=card_id,
                revision=number,
                digest=revision.digest,
                name=revision.name,
                layout=revision.layout,
                use=revision.use,
                vendors=json.dumps(revision.vendors),
                params=json.dumps(revision.params, ensure_ascii=False),
                template=revision.template,
                saved_ms=revision.saved_ms,
            )
        )
        if revision.materials:
            connection.execute(
                insert(card_material),
                [{"card_id": card_id, "revision": number, "digest": d} for d in revision.materials],
            )
        stored = self.get(connection, card_id)
        assert stored is not None  # written just above, in this transaction
        return stored


def _record(row: Row[*tuple[Any, ...]]) -> CardRecord:
    return CardRecord(
        id=row.id,
        tpl_id=row.tpl_id,
        name=row.name,
        layout=row.layout,
        use=row.use,
        vendors=tuple(json.loads(row.vendors)),
        params=tuple(json.loads(row.params)),
        revision=row.revision,
        digest=row.digest,
        submitted_digest=row.submitted_digest,
        created_ms=row.created_ms,
        saved_ms=row.saved_ms,
        master_id=row.master_id,
        master_digest=row.master_digest,
    )
