# SPDX-License-Identifier: Apache-2.0
"""Materials: their records in SQL, and their files in the workspace's folder (`ports.materials`).

A file is written before its record and removed after it: what a crash can leave is a file without a record, never a
record without a file.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Row, case, distinct, func, or_, select, update

from koodesk.backend.ports.materials import CardUsing, MaterialRecord
from koodesk.backend.storage.tables.cards import card, card_material, card_revision
from koodesk.backend.storage.tables.materials import material
from koodesk.domain.crop import Focal
from koodesk.domain.media_types import SUFFIXES
from koodesk.domain.problem import Refused, problem

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class SqlMaterialStore:
    """Records of materials."""

    def add(self, connection: Connection, record: MaterialRecord) -> bool:
        """Store a record; False when the same content was there already (its first name stays)."""
        done = connection.exec_driver_sql(
            "INSERT INTO material (digest, name, media_type, width, height, size, created_ms, duration_ms, look) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING",
            (
                record.digest,
                record.name,
                record.media_type,
                record.width,
                record.height,
                record.size,
                record.created_ms,
                record.duration_ms,
                record.look,
            ),
        )
        return done.rowcount == 1

    def get(self, connection: Connection, digest: str) -> MaterialRecord | None:
        """Return one record."""
        row = connection.execute(material.select().where(material.c.digest == digest)).one_or_none()
        return None if row is None else _record(row)

    def list(self, connection: Connection, text: str, tag: str = "") -> tuple[MaterialRecord, ...]:
        """Return the records whose name or a tag contains a text (case does not matter), newest first.

        With `tag`: only those that have exactly this tag.
        """
        query = material.select().order_by(material.c.created_ms.desc(), material.c.digest)
        if text:
            inside = (
                column.icontains(text, autoescape=True) for column in (material.c.name, material.c.tags)
            )
            query = query.where(or_(*inside))
        if tag:
            query = query.where(material.c.tags.contains(f"\n{tag}\n", autoescape=True))
        return tuple(_record(row) for row in connection.execute(query))

    def change(self, connection: Connection, record: MaterialRecord) -> None:
        """Store a record's name, tags, focal point and look; the rest of a material never changes."""
        connection.execute(
            update(material)
            .where(material.c.digest == record.digest)
            .values(
                name=record.name,
                tags="".join(f"\n{tag}" for tag in record.tags) + ("\n" if record.tags else ""),
                focal_x=record.focal[0],
                focal_y=record.focal[1],
                look=record.look,
            )
        )

    def focals(self, connection: Connection) -> Mapping[str, Focal]:
        """Return the focal points that are not in the middle."""
        columns = (material.c.digest, material.c.focal_x, material.c.focal_y)
        moved = or_(material.c.focal_x != 500, material.c.focal_y != 500)
        return {
            row.digest: (row.focal_x, row.focal_y)
            for row in connection.execute(select(*columns).where(moved))
        }

    def uses(self, connection: Connection) -> Mapping[str, int]:
        """Return for each used material how many cards show it in any revision."""
        count = func.count(distinct(card_material.c.card_id)).label("cards")
        query = select(card_material.c.digest, count).group_by(card_material.c.digest)
        return {row.digest: row.cards for row in connection.execute(query)}

    def users(self, connection: Connection, digest: str) -> tuple[CardUsing, ...]:
        """Return the cards any revision of which shows a material, last saved first."""
        present = card_material.c.revision == card.c.revision
        query = (
            select(
                card.c.id,
                card_revision.c.name,
                func.max(case((present, 1), else_=0)).label("now"),
                card_revision.c.template,
            )
            .join(card_material, card_material.c.card_id == card.c.id)
            .join(
                card_revision,
                (card_revision.c.card_id == card.c.id) & (card_revision.c.revision == card.c.revision),
            )
            .where(card_material.c.digest == digest)
            .group_by(card.c.id, card_revision.c.card_id, card_revision.c.revision)
            .order_by(card_revision.c.saved_ms.desc(), card.c.id.desc())
        )
        return tuple(
            CardUsing(row.id, row.name, bool(row.now), row.template) for row in connection.execute(query)
        )

    def remove(self, connection: Connection, digest: str) -> None:
        """Forget a record."""
        connection.execute(material.delete().where(material.c.digest == digest))


class MaterialFolder:
    """The folder of materials. Files are named by the SHA-256 of their content."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes, media_type: str, thumbnail: bytes) -> str:
        """Store a picture or video with its thumbnail, whole or not at all; return its digest."""
        digest = hashlib.sha256(data).hexdigest()
        self._write(self.thumbnail(digest), thumbnail)
        self._write(self.path(digest, media_type), data)
        return digest

    def path(self, digest: str, media_type: str) -> Path:
        """Return where the picture or video lies. Raises Refused for what is no digest: it would be a path."""
        if not _DIGEST.fullmatch(digest) or media_type not in SUFFIXES:
            raise Refused(problem("material.unknown"))
        return self._folder / f"{digest}.{SUFFIXES[media_type]}"

    def thumbnail(self, digest: str) -> Path:
        """Return where its thumbnail lies."""
        if not _DIGEST.fullmatch(digest):
            raise Refused(problem("material.unknown"))
        return self._folder / "thumbnails" / f"{digest}.png"

    def remove(self, digest: str, media_type: str) -> None:
        """Delete picture and thumbnail; one that is gone already is no matter."""
        for path in (self.path(digest, media_type), self.thumbnail(digest)):
            path.unlink(missing_ok=True)

    def _write(self, path: Path, data: bytes) -> None:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)
            beside = Path(name)
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(data)
                    stream.flush()
                    os.fsync(stream.fileno())
                beside.replace(path)
            finally:
                beside.unlink(missing_ok=True)
        except OSError as failure:
            cause = failure.strerror or type(failure).__name__
            raise Refused(problem("material.not_writable", cause=cause)) from failure


def _record(row: Row[*tuple[Any, ...]]) -> MaterialRecord:
    return MaterialRecord(
        digest=row.digest,
        name=row.name,
        media_type=row.media_type,
        width=row.width,
        height=row.height,
        size=row.size,
        created_ms=row.created_ms,
        duration_ms=row.duration_ms,
        tags=tuple(tag for tag in row.tags.split("\n") if tag),
        focal=(row.focal_x, row.focal_y),
        look=row.look,
    )
