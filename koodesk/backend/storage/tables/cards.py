# SPDX-License-Identifier: Apache-2.0
"""Tables of cards: the record, its revisions with the template as JSON, and which materials a revision shows."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from koodesk.backend.storage.metadata import metadata

card: Final = Table(
    "card",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("tpl_id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("submitted_digest", Text, nullable=False),
    Column("created_ms", Integer, nullable=False),
    # The card whose variants this one carries, and that card's content it was made of; 0 and "" for every other card.
    Column("master_id", Integer, nullable=False, server_default=text("0")),
    Column("master_digest", Text, nullable=False, server_default=text("''")),
    # A deleted card's id is never given again: campaigns and reviews are named by it.
    sqlite_autoincrement=True,
)

card_revision: Final = Table(
    "card_revision",
    metadata,
    Column("card_id", Integer, ForeignKey("card.id", ondelete="CASCADE"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("layout", Text, nullable=False),
    Column("use", Integer, nullable=False),
    Column("vendors", Text, nullable=False),
    Column("params", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("saved_ms", Integer, nullable=False),
    Column("label", Text, nullable=False, server_default=text("''")),
    PrimaryKeyConstraint("card_id", "revision"),
)

card_material: Final = Table(
    "card_material",
    metadata,
    Column("card_id", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    PrimaryKeyConstraint("card_id", "revision", "digest"),
    ForeignKeyConstraint(
        ["card_id", "revision"], ["card_revision.card_id", "card_revision.revision"], ondelete="CASCADE"
    ),
    Index("card_material_digest", "digest"),
)
