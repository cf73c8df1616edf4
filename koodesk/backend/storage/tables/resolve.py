# SPDX-License-Identifier: Apache-2.0
"""Tables of resolve tasks: custom domains, jump URLs, tasks with the very bytes they are asked for with, links, receipts."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text

from koodesk.backend.storage.metadata import metadata

link_domain: Final = Table(
    "link_domain",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("generation", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("submitted_digest", Text, nullable=False),
    Column("created_ms", Integer, nullable=False),
    sqlite_autoincrement=True,
)

jump_url: Final = Table(
    "jump_url",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("host", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("submitted_digest", Text, nullable=False),
    Column("created_ms", Integer, nullable=False),
    sqlite_autoincrement=True,
)

resolve_task: Final = Table(
    "resolve_task",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("remote_id", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("card_id", Integer, nullable=False),
    Column("card_name", Text, nullable=False),
    Column("tpl_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("days", Integer, nullable=False),
    Column("times", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("domain", Text, nullable=False),
    Column("signatures", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("frozen", Boolean, nullable=False),
    Column("created_ms", Integer, nullable=False),
    Column("expires_ms", Integer, nullable=False),
    sqlite_autoincrement=True,
)

resolve_link: Final = Table(
    "resolve_link",
    metadata,
    Column("task_id", Integer, ForeignKey("resolve_task.id", ondelete="CASCADE"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("remote_id", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("custom_url", Text, nullable=False),
    Column("cust_flag", Text, nullable=False),
    Column("params", Text, nullable=False),
    Column("resolved", Integer, nullable=False),
    Column("first_ms", Integer, nullable=False),
    Column("last_ms", Integer, nullable=False),
    PrimaryKeyConstraint("task_id", "place"),
    Index("resolve_link_code", "code"),
)

resolve_receipt: Final = Table(
    "resolve_receipt",
    metadata,
    Column("code", Text, nullable=False),
    Column("id", Integer, nullable=False),
    Column("at_ms", Integer, nullable=False),
    PrimaryKeyConstraint("code", "id"),
    sqlite_with_rowid=False,
)

resolve_cursor: Final = Table(
    "resolve_cursor",
    metadata,
    Column("gateway", Text, primary_key=True),
    Column("cursor", Integer, nullable=False),
)
