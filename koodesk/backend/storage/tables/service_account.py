# SPDX-License-Identifier: Apache-2.0
"""Tables of the service account: one row a record of any kind with its contents as JSON text, the pictures they show, and
bindings of channel numbers to accounts."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text

from koodesk.backend.storage.metadata import metadata

sa_record: Final = Table(
    "sa_record",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("account_id", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("pending", Text, nullable=False),
    Column("live", Text, nullable=False),
    Column("submitted_digest", Text, nullable=False),
    Column("approval", Text, nullable=False),
    Column("life", Text, nullable=False),
    Column("effect_ms", Integer, nullable=False),
    Column("freezes", Integer, nullable=False),
    Column("freeze_reason", Text, nullable=False),
    Column("urged_ms", Integer, nullable=False),
    Column("created_ms", Integer, nullable=False),
    Column("saved_ms", Integer, nullable=False),
    Index("sa_record_account", "account_id"),
    # A deleted record's id is never given again: reviews are named by it on the other side.
    sqlite_autoincrement=True,
)

sa_material: Final = Table(
    "sa_material",
    metadata,
    Column("record_id", Integer, ForeignKey("sa_record.id", ondelete="CASCADE"), nullable=False),
    Column("digest", Text, nullable=False),
    PrimaryKeyConstraint("record_id", "digest"),
    Index("sa_material_digest", "digest"),
)

sa_binding: Final = Table(
    "sa_binding",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("port_id", Integer, ForeignKey("sa_record.id"), nullable=False),
    Column("account_id", Integer, ForeignKey("sa_record.id"), nullable=False),
    Column("signatures", Text, nullable=False),
    Column("regions", Text, nullable=False),
    Column("created_ms", Integer, nullable=False),
)

sa_shown: Final = Table(
    "sa_shown",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("since_ms", BigInteger, nullable=False),
    Column("content", Text, nullable=False),
    Index("sa_shown_since", "since_ms"),
    sqlite_autoincrement=True,
)
"""What phones showed of all service accounts, from an instant of the gateway's clock until that of the next row. Only grows."""

sa_shown_material: Final = Table(
    "sa_shown_material",
    metadata,
    Column("shown_id", Integer, ForeignKey("sa_shown.id", ondelete="CASCADE"), nullable=False),
    Column("digest", Text, nullable=False),
    Column("title", Text, nullable=False),
    PrimaryKeyConstraint("shown_id", "digest"),
    Index("sa_shown_material_digest", "digest"),
)
