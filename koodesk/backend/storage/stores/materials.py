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

from sqlalchemy import Connection, Row

from koodesk.backend.ports.materials import MaterialRecord
from koodesk.backend.storage.tables.materials import material
from koodesk.domain.problem import Refused, problem

_SUFFIXES: Final[Mapping[str, str]] = {"image/png": ".png", "image/jpeg": ".jpg", "video/mp4": ".mp4"}
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class SqlMaterialStore:
    """Records of materials."""

    def add(self, connection: Connection, record: MaterialRecord) -> bool:
        """Store a record; False when the same content was there already (its first name stays)."""
        done = connection.exec_driver_sql(
            "INSERT INTO material (digest, name, media_type, width, height, size, created_ms, duration_ms) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING",
            (
                record.digest,
                record.name,
                record.media_type,
                record.width,
                record.height,
                record.size,
                record.created_ms,
                record.duration_ms,
            ),
        )
        return done.rowcount == 1

    def get(self, connection: Connection, digest: str) -> MaterialRecord | None:
        """Return one record."""
        row = connection.execute(material.select().where(material.c.digest == digest)).one_or_none()
        return None if row is None else _record(row)

    def list(self, connection: Connection, text: str) -> tuple[MaterialRecord, ...]:
        """Return the records whose name contains a text (case does not matter), newest first."""
        query = material.select().order_by(material.c.created_ms.desc(), material.c.digest)
        if text:
            query = query.where(material.c.name.icontains(text, autoescape=True))
        return tuple(_record(row) for row in connection.execute(query))

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
        if not _DIGEST.fullmatch(digest) or media_type not in _SUFFIXES:
            raise Refused(problem("material.unknown"))
        return self._folder / f"{digest}{_SUFFIXES[media_type]}"

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
    )
