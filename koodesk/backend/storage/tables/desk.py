# SPDX-License-Identifier: Apache-2.0
"""Tables of the desk's own rules: what a workspace has set, each with who set it and when."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Table, Text

from koodesk.backend.storage.metadata import metadata

workspace_setting: Final = Table(
    "workspace_setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""`value` is JSON. A setting that was never set has no row: its default is data."""
