# SPDX-License-Identifier: Apache-2.0
"""Tables of video SMS: signatures, templates, their revisions with the template as JSON, and the materials they show."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from koodesk.backend.storage.metadata import metadata

video_signature: Final = Table(
    "video_signature",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("third_party", Boolean, nullable=False),
    Column("authorization", Text, nullable=False),
    Column("other", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("submitted_digest", Text, nullable=False),
    Column("created_ms", Integer, nullable=False),
    # A deleted record's id is never given again: reviews are named by it on the other side.
    sqlite_autoincrement=True,
)

video_template: Final = Table(
    "video_template",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("tpl_id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("submitted_digest", Text, nullable=False),
    Column("submitted_content", Text, nullable=False),
    Column("submitted_signature", Text, nullable=False),
    Column("created_ms", Integer, nullable=False),
    sqlite_autoincrement=True,
)

video_revision: Final = Table(
    "video_revision",
    metadata,
    Column("template_id", Integer, ForeignKey("video_template.id", ondelete="CASCADE"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("params", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("template", Text, nullable=False),
    Column("saved_ms", Integer, nullable=False),
    PrimaryKeyConstraint("template_id", "revision"),
)

video_material: Final = Table(
    "video_material",
    metadata,
    Column("template_id", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    PrimaryKeyConstraint("template_id", "revision", "digest"),
    ForeignKeyConstraint(
        ["template_id", "revision"],
        ["video_revision.template_id", "video_revision.revision"],
        ondelete="CASCADE",
    ),
    Index("video_material_digest", "digest"),
)
