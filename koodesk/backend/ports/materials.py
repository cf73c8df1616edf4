# SPDX-License-Identifier: Apache-2.0
"""What the material operations need from outside: a reader of pictures, the folder they live in, and their records."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection

from koodesk.backend.ports.progress import Cancel
from koodesk.domain.crop import Crop


@dataclass(frozen=True, slots=True)
class PictureData:
    """A picture that went through the reader: upright, re-encoded, free of metadata; with its thumbnail (PNG).

    `source_size` is the size in bytes of what came in.
    """

    data: bytes
    media_type: str
    width: int
    height: int
    thumbnail: bytes
    source_size: int


class Pictures(Protocol):
    """Opens pictures in a process of its own. Both raise Refused("reader.*" or "picture.*")."""

    def read(self, path: Path, cancel: Cancel) -> PictureData:
        """Read one picture from outside."""

    def optimise(
        self, path: Path, max_bytes: int, crop: Crop | None, size: tuple[int, int] | None, cancel: Cancel
    ) -> PictureData:
        """图像优化: cut to `crop`, scale to `size` where given, and lower the quality until it fits `max_bytes`."""


@dataclass(frozen=True, slots=True)
class MaterialRecord:
    """A stored picture: `digest` is the hex SHA-256 of the stored file, `source_size` what the user's file had."""

    digest: str
    name: str
    media_type: str
    width: int
    height: int
    size: int
    created_ms: int


class MaterialStore(Protocol):
    """Records of materials."""

    def add(self, connection: Connection, record: MaterialRecord) -> bool:
        """Store a record; False when the same content was there already (its first name stays)."""

    def get(self, connection: Connection, digest: str) -> MaterialRecord | None:
        """Return one record."""

    def list(self, connection: Connection, text: str) -> tuple[MaterialRecord, ...]:
        """Return the records whose name contains a text, newest first."""

    def remove(self, connection: Connection, digest: str) -> None:
        """Forget a record."""


class MaterialFiles(Protocol):
    """The folder of materials: files named by digest, written whole or not at all."""

    def put(self, data: bytes, media_type: str, thumbnail: bytes) -> str:
        """Store a picture with its thumbnail; return its digest. The same content twice is one file."""

    def path(self, digest: str, media_type: str) -> Path:
        """Return where the picture lies."""

    def thumbnail(self, digest: str) -> Path:
        """Return where its thumbnail lies (PNG, at most 256 pixels a side)."""

    def remove(self, digest: str, media_type: str) -> None:
        """Delete picture and thumbnail."""


class MaterialUse(Protocol):
    """Answers whether a card still shows a material."""

    def cards_using(self, digest: str) -> tuple[str, ...]:
        """Return the names of the cards that use it."""
