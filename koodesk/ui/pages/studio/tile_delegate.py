# SPDX-License-Identifier: Apache-2.0
"""Draws one tile: the card on its stage, name, state, and the vendors as chips.

The words of a tile are drawn once and kept as a picture: a list being scrolled copies a dozen of them a frame.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QHelpEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from koodesk.ui import icons, theme
from koodesk.ui.i18n import tr
from koodesk.ui.pages.studio.tiles import GAP, HEIGHT, PLAIN, TILE, Index, Tile, TileChip
from koodesk.ui.widgets.basics import Chip

if TYPE_CHECKING:
    from koodesk.ui.pages.studio.tiles import TileList

MARGIN: Final = 16
EDGE: Final = 8
STAGE: Final = 232
"""Height of the stage a card stands on; it is wider than the words below it."""
DOTS: Final = 16
DRAWN: Final = 200
"""Tiles whose words are kept as a picture: some 35 MB on a plain screen."""
SPARE: Final = 8
"""What the button for more may stand out to the right of the words."""
MORE: Final = 24
CHIP_HEIGHT: Final = 21
CHIP_GAP: Final = 4
ICON: Final = 12
SMALL: Final = 12
ROUND: Final = 8
SOFT: Final = {"neutral": "sunken", PLAIN: "sunken"}


@lru_cache(maxsize=64)
def _icon(name: str, colour: str, density: float, size: int = ICON) -> QPixmap:
    return icons.pixmap(name, theme.role(colour), size, density)


class TileDelegate(QStyledItemDelegate):
    """Belongs to one list."""

    def __init__(self, parent: TileList) -> None:
        super().__init__(parent)
        self._list = parent
        self._fonts: tuple[QFont, QFont] | None = None
        self._metrics: tuple[QFontMetrics, QFontMetrics] | None = None
        self._widths: dict[str, int] = {}
        self._drawn: OrderedDict[tuple[object, ...], tuple[Tile, QPixmap]] = OrderedDict()
        theme.current().changed.connect(_icon.cache_clear)

    # --- where things are --------------------------------------------------------------------------------------

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All are alike."""
        del option, index
        return self._list.gridSize()

    @staticmethod
    def panel(cell: QRect) -> QRect:
        """Return the panel in its cell of the grid."""
        return QRect(cell.left(), cell.top(), cell.width() - GAP, HEIGHT)

    def more(self, cell: QRect) -> QRect:
        """Return where the button for more is, in a cell of the grid."""
        below = self._below(self.panel(cell))
        return self._more(below.size()).translated(below.topLeft())

    @staticmethod
    def _more(size: QSize) -> QRect:
        return QRect(size.width() - SPARE - MORE + 6, 0, MORE, MORE)

    def _chip_places(self, size: QSize, chips: tuple[TileChip, ...]) -> list[tuple[QRect, TileChip]]:
        """Return where the chips stand, two lines at the lower end of the words."""
        x, y = 0, size.height() - 2 * CHIP_HEIGHT - CHIP_GAP - 5
        placed = []
        for chip in chips:
            width = self._chip_width(chip)
            if x and x + width > size.width() - SPARE:
                x, y = 0, y + CHIP_HEIGHT + CHIP_GAP
            placed.append((QRect(x, y, width, CHIP_HEIGHT), chip))
            x += width + CHIP_GAP
        return placed

    def _chip_width(self, chip: TileChip) -> int:
        if chip.text not in self._widths:
            self._widths[chip.text] = self._small().horizontalAdvance(chip.text)
        return self._widths[chip.text] + (16 if chip.kind == PLAIN else ICON + 18)

    def _small(self) -> QFontMetrics:
        self._measure()
        assert self._metrics is not None
        return self._metrics[1]

    def _measure(self) -> tuple[QFont, QFont]:
        if self._fonts is None:
            title = QFont(self._list.font())
            title.setPixelSize(15)
            title.setWeight(QFont.Weight.DemiBold)
            small = QFont(self._list.font())
            small.setPixelSize(SMALL)
            self._fonts = (title, small)
            self._metrics = (QFontMetrics(title), QFontMetrics(small))
        return self._fonts

    # --- drawing -----------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw panel, stage and picture, and below them the words, which are kept as a picture."""
        tile: Tile | None = index.data(TILE)
        if tile is None:
            return
        cell: QRect = option.rect
        state: QStyle.StateFlag = option.state
        focus = bool(state & QStyle.StateFlag.State_HasFocus) and self._list.hasFocus()
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        panel = self.panel(cell)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.role("accent" if focus or over else "border"), 2 if focus else 1))
        painter.setBrush(theme.role("surface"))
        inset = 1.0 if focus else 0.5
        painter.drawRoundedRect(QRectF(panel).adjusted(inset, inset, -inset, -inset), ROUND, ROUND)
        self._stage(painter, panel, self._list.pictures.get(tile.picture))
        below = self._below(panel)
        painter.drawPixmap(below.topLeft(), self._words(tile, below.size()))
        painter.restore()

    @staticmethod
    def _below(panel: QRect) -> QRect:
        return panel.adjusted(MARGIN, EDGE + STAGE + 8, -MARGIN + SPARE, -ROUND)

    def _words(self, tile: Tile, size: QSize) -> QPixmap:
        """Return the words of a tile: made once, a list being scrolled copies them a dozen times a frame."""
        density = self._list.devicePixelRatioF()
        # By identity: a tile's own hash goes through everything it stands for. Held beside, so that the id stays its own.
        key = (id(tile), size.width(), density)
        found = self._drawn.get(key)
        if found is not None:
            self._drawn.move_to_end(key)
            return found[1]
        made = QPixmap(size * density)
        made.setDevicePixelRatio(density)
        made.fill(theme.role("surface"))
        painter = QPainter(made)
        self._write(painter, size, tile)
        painter.end()
        self._drawn[key] = (tile, made)
        while len(self._drawn) > DRAWN:
            self._drawn.popitem(last=False)
        return made

    def _write(self, painter: QPainter, size: QSize, tile: Tile) -> None:
        title_font, small_font = self._measure()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = size.width() - SPARE
        room = width - (MORE if self._list.has_menu else 0)
        painter.setFont(title_font)
        painter.setPen(theme.role("text"))
        self._line(painter, QRect(0, 0, room, MORE), tile.title, 0)
        if self._list.has_menu:
            at = self._more(size)
            dots = _icon("ellipsis", "text_second", self._list.devicePixelRatioF(), DOTS)
            painter.drawPixmap(at.center() - QPoint(DOTS // 2, DOTS // 2), dots)
        painter.setFont(small_font)
        y, x = MORE + 4, 0
        if tile.state is not None:
            at = QRect(x, y, self._chip_width(tile.state), CHIP_HEIGHT)
            self._chip(painter, at, tile.state)
            x += at.width() + 8
        painter.setPen(theme.role("text_hint"))
        taken = self._small().horizontalAdvance(tile.right) if tile.right else 0
        self._line(painter, QRect(x, y, width - x - taken - 8, CHIP_HEIGHT), tile.note, 1)
        if taken:
            at = QRect(width - taken, y, taken + 1, CHIP_HEIGHT)
            painter.drawText(at, int(Qt.AlignmentFlag.AlignVCenter), tile.right)
        for place, chip in self._chip_places(size, tile.chips):
            self._chip(painter, place, chip)

    def _stage(self, painter: QPainter, panel: QRect, picture: QPixmap | None) -> None:
        stage = QRectF(panel.left() + EDGE, panel.top() + EDGE, panel.width() - 2 * EDGE, STAGE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.role("sunken"))
        painter.drawRoundedRect(stage, 5, 5)
        if picture is None:
            return
        size = picture.deviceIndependentSize()
        painter.drawPixmap(
            round(stage.center().x() - size.width() / 2),
            round(stage.center().y() - size.height() / 2),
            picture,
        )

    def _chip(self, painter: QPainter, at: QRect, chip: TileChip) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.role(SOFT.get(chip.kind, f"{chip.kind}_soft")))
        painter.drawRoundedRect(at, CHIP_HEIGHT / 2, CHIP_HEIGHT / 2)
        if chip.kind == PLAIN:
            painter.setPen(theme.role("text_second"))
            painter.drawText(at, int(Qt.AlignmentFlag.AlignCenter), chip.text)
            return
        colour = Chip.ROLES[chip.kind]
        drawn = _icon(Chip.ICONS[chip.kind], colour, self._list.devicePixelRatioF())
        painter.drawPixmap(at.left() + 6, at.top() + (CHIP_HEIGHT - ICON) // 2 + 1, drawn)
        painter.setPen(theme.role(colour))
        painter.drawText(at.adjusted(ICON + 10, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), chip.text)

    def _line(self, painter: QPainter, at: QRect, text: str, font: int) -> None:
        assert self._metrics is not None
        shown = self._metrics[font].elidedText(text, Qt.TextElideMode.ElideRight, at.width())
        painter.drawText(at, int(Qt.AlignmentFlag.AlignVCenter), shown)

    # --- telling -----------------------------------------------------------------------------------------------

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Tell what is under the pointer: a vendor's state, or the whole name."""
        tile: Tile | None = index.data(TILE)
        cell: QRect = option.rect
        if event.type() != QEvent.Type.ToolTip or tile is None:
            return super().helpEvent(event, view, option, index)
        below = self._below(self.panel(cell))
        places = self._chip_places(below.size(), tile.chips)
        at = event.pos() - below.topLeft()
        chip = next((c for place, c in places if place.contains(at)), None)
        text = (chip.tip or chip.text) if chip is not None else tile.title
        if self._list.has_menu and self.more(cell).contains(event.pos()):
            text = tr("更多操作")
        # A tip is read as markup where it looks like it; as markup of our own, text from data stays text.
        QToolTip.showText(event.globalPos(), f"<p>{escape(text).replace(chr(10), '<br>')}</p>", view)
        return True
