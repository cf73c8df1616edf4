# SPDX-License-Identifier: Apache-2.0
"""Table of materials: what lies in the workspace's folder of that name, by content digest."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Integer, Table, Text, text

from koodesk.backend.storage.metadata import metadata

material: Final = Table(
    "material",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("created_ms", Integer, nullable=False),
    # 0 for a picture. Since schema 2.
    Column("duration_ms", Integer, nullable=False, server_default=text("0")),
    Index("material_created", "created_ms"),
)
