# SPDX-License-Identifier: Apache-2.0
"""The workspace's own templates (我的模板) as tiles: what a card's row says on its tile, and its picture."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QImage

from koodesk.domain.template import Use
from koodesk.domain.vendor import Vendor
from koodesk.ui import states, theme
from koodesk.ui.i18n import tr
from koodesk.ui.pages.studio.tiles import PICTURE, Tile, TileChip
from koodesk.ui.times import minute

if TYPE_CHECKING:
    from koodesk.backend.service import Service
    from koodesk.backend.views.cards import CardRow
    from koodesk.ui.desk import Desk


def own_tiles(rows: Sequence[CardRow], desk: Desk) -> list[Tile]:
    """Return the tiles of cards: state, when it was saved, and every vendor's verdict. Words are looked up once."""
    dark = theme.is_dark()
    uses = {Use.COMMERCIAL: tr("商用"), Use.TRIAL: tr("试商用")}

    @cache
    def state_chip(state: str) -> TileChip:
        return TileChip(states.word("card", state), states.kind("card", state))

    @cache
    def vendor_chip(vendor: Vendor, value: str, reason: str) -> TileChip:
        tip = states.word("verdict", value) + (f"\n{reason}" if reason else "")
        return TileChip(desk.word(f"vendor.{vendor.value}"), states.kind("verdict", value), tip)

    made = []
    for row in rows:
        verdicts = {v.vendor: (v.verdict.value, v.reason) for v in row.verdicts}
        tile = Tile(
            key=str(row.id),
            picture=f"{row.id} {row.digest} {dark}",
            title=row.name,
            state=state_chip(row.state.value),
            note=uses[row.use],
            right=minute(row.saved_ms),
            chips=tuple(vendor_chip(v, *verdicts.get(v, ("none", ""))) for v in row.vendors),
            row=row,
        )
        made.append(tile)
    return made


def draw_own(service: Service, tile: Any, density: float) -> QImage:
    """Draw a card's picture. Raises Refused when it is gone."""
    from koodesk.ui import card_images

    _, template = service.cards.open(int(tile.key))
    source = card_images.picture_source(service)
    dark = tile.picture.endswith("True")
    return card_images.thumbnail(source, template, PICTURE.width(), PICTURE.height(), density, dark=dark)
