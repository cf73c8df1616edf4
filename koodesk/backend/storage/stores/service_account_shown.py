# SPDX-License-Identifier: Apache-2.0
"""What phones showed of service accounts, by time, in SQL (`ports.service_account.ShownStore`)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, insert, select

from koodesk.backend.storage.stores.clearing_rows import new_id
from koodesk.backend.storage.tables.service_account import sa_shown, sa_shown_material


class SqlShownStore:
    """The one implementation; holds no state."""

    def last(self, connection: Connection) -> tuple[int, str] | None:
        """Return since when the newest state is shown, and the state; None before the first."""
        row = connection.execute(
            select(sa_shown.c.since_ms, sa_shown.c.content).order_by(sa_shown.c.id.desc()).limit(1)
        ).one_or_none()
        return None if row is None else (int(row[0]), str(row[1]))

    def add(self, connection: Connection, since_ms: int, content: str, pictures: Mapping[str, str]) -> None:
        """Add a state, with the digests of the pictures it shows and whose they are."""
        made = new_id(connection.execute(insert(sa_shown).values(since_ms=since_ms, content=content)))
        if pictures:
            rows = [
                {"shown_id": made, "digest": digest, "title": title}
                for digest, title in sorted(pictures.items())
            ]
            connection.execute(insert(sa_shown_material), rows)

    def at(self, connection: Connection, at_ms: int) -> str | None:
        """Return the state that was shown at an instant; None for one before the first."""
        return connection.execute(
            select(sa_shown.c.content)
            .where(sa_shown.c.since_ms <= at_ms)
            .order_by(sa_shown.c.id.desc())
            .limit(1)
        ).scalar_one_or_none()

    def names_showing(self, connection: Connection, material: str) -> tuple[str, ...]:
        """Return whose a picture was in any state."""
        wanted = (
            select(sa_shown_material.c.title)
            .where(sa_shown_material.c.digest == material)
            .distinct()
            .order_by(sa_shown_material.c.title)
        )
        return tuple(connection.execute(wanted).scalars())
