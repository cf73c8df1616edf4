# SPDX-License-Identifier: Apache-2.0
"""Tables of audiences: the checked number file, its valid rows, and every row that was refused.

`state` is "importing" until the last block is in; only "ready" audiences are ever shown, and what a crash left
importing is removed at the next start. `row_no` joins sheet and spreadsheet row (`domain.recipient.row_no`).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text

from koodesk.backend.storage.metadata import metadata

audience: Final = Table(
    "audience",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("state", Text, CheckConstraint("state IN ('importing', 'ready')"), nullable=False),
    Column("name", Text, nullable=False),
    Column("source_digest", Text, nullable=False, server_default=""),
    Column("created_ms", Integer, nullable=False),
    Column("params", Text, nullable=False),
    Column("sheets", Text, nullable=False, server_default="[]"),
    Column("headers", Text, nullable=False, server_default="{}"),
    Column("rows", Integer, nullable=False, server_default="0"),
    Column("valid", Integer, nullable=False, server_default="0"),
    Column("duplicate", Integer, nullable=False, server_default="0"),
    Column("invalid", Integer, nullable=False, server_default="0"),
    Column("consent_source", Text, nullable=False, server_default=""),
    Column("resolvable", Integer, nullable=False, server_default="0"),
    Column("unresolvable", Integer, nullable=False, server_default="0"),
    Column("digest", Text, nullable=False, server_default=""),
    Column("by_code", Text, nullable=False, server_default="{}"),
    Column("normalised", Text, nullable=False, server_default="{}"),
    # Last, where the step to schema 4 puts them: who said when what kind of consent the recipients gave.
    Column("consent_kind", Text, nullable=False, server_default=""),
    Column("consent_by", Text, nullable=False, server_default=""),
    Column("consent_ms", Integer, nullable=False, server_default="0"),
    CheckConstraint("rows = valid + duplicate + invalid", name="audience_adds_up"),
)

audience_row: Final = Table(
    "audience_row",
    metadata,
    Column("audience_id", Integer, ForeignKey("audience.id"), primary_key=True, autoincrement=False),
    Column("row_no", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("params", Text, nullable=False),
    Column("verdict", Text, nullable=False, server_default=""),
    Column("vendor", Text, nullable=False, server_default=""),
    Index("audience_row_number", "audience_id", "number", unique=True),
    sqlite_with_rowid=False,
)
"""Valid rows. `params` is the JSON object {name: value}; `verdict` the code of a respelling or empty."""

audience_refusal: Final = Table(
    "audience_refusal",
    metadata,
    Column("audience_id", Integer, ForeignKey("audience.id"), primary_key=True, autoincrement=False),
    Column("row_no", Integer, primary_key=True, autoincrement=False),
    Column("verdict", Text, nullable=False),
    Column("column", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("raw", Text, nullable=False),
    Column("first_row_no", Integer, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)
"""Rows that were refused, one each, with the first thing wrong in it. `column` counts from 0."""
