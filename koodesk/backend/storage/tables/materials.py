# SPDX-License-Identifier: Apache-2.0
"""Table of materials: what lies in the workspace's folder of that name, by content digest."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Integer, Table, Text

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
    Index("material_created", "created_ms"),
)
