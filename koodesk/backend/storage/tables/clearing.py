# SPDX-License-Identifier: Apache-2.0
"""Tables of filings, the SMS layer and submissions to review. Instants are ms; papers are JSON of `papers.Paper`."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from koodesk.backend.storage.metadata import metadata

filing: Final = Table(
    "filing",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("submitted_digest", Text, nullable=False),
    Column("company", Text, nullable=False, server_default=""),
)

filing_paper: Final = Table(
    "filing_paper",
    metadata,
    Column("kind", Text, ForeignKey("filing.kind", ondelete="CASCADE"), nullable=False),
    Column("paper", Text, nullable=False),
    Column("place", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("type", Text, nullable=False),
    PrimaryKeyConstraint("kind", "paper", "digest"),
)

sms_app: Final = Table(
    "sms_app",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    Column("uplink_url", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("submitted_digest", Text, nullable=False),
    Column("created_ms", Integer, nullable=False),
)

sms_signature: Final = Table(
    "sms_signature",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("app_id", Integer, ForeignKey("sms_app.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("source", Integer, nullable=False),
    Column("source_title", Text, nullable=False),
    Column("third_party", Boolean, nullable=False),
    Column("licence", Text, nullable=False),
    Column("attorney", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("submitted_digest", Text, nullable=False),
    Column("channel_num", Text, nullable=False),
    Column("created_ms", Integer, nullable=False),
    UniqueConstraint("app_id", "name", "type"),
    sqlite_autoincrement=True,
)

sms_template: Final = Table(
    "sms_template",
    metadata,
    Column("id", Integer, primary_key=True),
    Column(
        "signature_id",
        Integer,
        ForeignKey("sms_signature.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("name", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("variables", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("submitted_digest", Text, nullable=False),
    Column("created_ms", Integer, nullable=False),
    UniqueConstraint("signature_id", "name"),
    # A deleted record's id is never given again: reviews are named by it on the other side.
    sqlite_autoincrement=True,
)

submission: Final = Table(
    "submission",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("vendors", Text, nullable=False),
    Column("verdict", Text),
    Column("verdicts", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("submitted_ms", Integer, nullable=False),
    Column("due_ms", Integer, nullable=False),
    Column("decided_ms", Integer, nullable=False),
    Column("channel_num", Text, nullable=False),
    Column("tpl_id", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("wire_digest", Text, nullable=False),
    # Last, where the step to schema 4 puts it.
    Column("calendar", Text, nullable=False, server_default=""),
    UniqueConstraint("kind", "ref", "digest"),
    UniqueConstraint("kind", "ref", "wire_digest"),
)

review_cursor: Final = Table(
    "review_cursor",
    metadata,
    Column("gateway", Text, primary_key=True),
    Column("cursor", Integer, nullable=False),
)
