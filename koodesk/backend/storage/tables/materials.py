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
    # One a line, with a line break before the first and after the last: "" for none. Since schema 2.
    Column("tags", Text, nullable=False, server_default=text("''")),
    # Thousandths of the upright picture. Since schema 2.
    Column("focal_x", Integer, nullable=False, server_default=text("500")),
    Column("focal_y", Integer, nullable=False, server_default=text("500")),
    # "" where nobody has made one yet (`domain.likeness`). Since schema 2.
    Column("look", Text, nullable=False, server_default=text("''")),
    Index("material_created", "created_ms"),
)
