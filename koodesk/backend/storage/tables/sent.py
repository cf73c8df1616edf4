# SPDX-License-Identifier: Apache-2.0
"""Tables of what was sent and is gone from the gallery: versions of deleted cards and video SMS that a campaign sent, kept for the
record with the materials they show."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from koodesk.backend.storage.metadata import metadata

sent_content: Final = Table(
    "sent_content",
    metadata,
    Column("kind", Text, nullable=False),
    Column("ref", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("content", Text, nullable=False),
    PrimaryKeyConstraint("kind", "ref", "digest"),
)
"""`ref` is the id the card or template had, which is never given again; `digest` that of the content."""

sent_material: Final = Table(
    "sent_material",
    metadata,
    Column("kind", Text, nullable=False),
    Column("ref", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("material", Text, nullable=False),
    PrimaryKeyConstraint("kind", "ref", "digest", "material"),
    Index("sent_material_material", "material"),
)
