# SPDX-License-Identifier: Apache-2.0
"""Table of the brand kit: one row a colour, logo, name or signature, in order. Since schema 2."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Table, Text

from koodesk.backend.storage.metadata import metadata

brand_item: Final = Table(
    "brand_item",
    metadata,
    # "colour", "logo", "name" or "sign"
    Column("kind", Text, nullable=False),
    Column("place", Integer, nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("kind", "place"),
)
