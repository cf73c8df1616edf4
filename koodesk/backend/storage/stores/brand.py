# SPDX-License-Identifier: Apache-2.0
"""The brand kit in SQL (`ports.materials.BrandStore`): written as a whole, read as a whole."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, delete, insert, select

from koodesk.backend.storage.tables.brand import brand_item
from koodesk.domain.brand import BrandKit

_KINDS: Final = ("colour", "logo", "name", "sign")


class SqlBrandStore:
    """The one brand kit of a workspace."""

    def get(self, connection: Connection) -> BrandKit:
        """Return the kit; empty where none was saved."""
        found: dict[str, list[str]] = {kind: [] for kind in _KINDS}
        for row in connection.execute(select(brand_item).order_by(brand_item.c.kind, brand_item.c.place)):
            found.get(row.kind, []).append(row.value)
        return BrandKit(*(tuple(found[kind]) for kind in _KINDS))

    def put(self, connection: Connection, kit: BrandKit) -> None:
        """Store a kit in the place of the one before."""
        connection.execute(delete(brand_item))
        rows = [
            {"kind": kind, "place": place, "value": value}
            for kind, values in zip(_KINDS, (kit.colours, kit.logos, kit.names, kit.signs), strict=True)
            for place, value in enumerate(values)
        ]
        if rows:
            connection.execute(insert(brand_item), rows)
