# SPDX-License-Identifier: Apache-2.0
"""Templates as tiles: a list view that lays out any number of them and draws those in sight.

What a tile says is a `Tile`; drawing it is `tile_delegate`'s matter, its picture `tile_pictures`'. What an opened tile leads
to is decided by whoever shows the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QFrame, QListView

from koodesk.ui import theme
from koodesk.ui.pages.studio.tile_pictures import TilePictures

Index = QModelIndex | QPersistentModelIndex
TILE: Final = int(Qt.ItemDataRole.UserRole)
LEAST_WIDTH: Final = 264
HEIGHT: Final = 380
PICTURE: Final = QSize(224, 212)
"""Room for a card's picture on its stage, the same however wide the tiles are."""
GAP: Final = 16
PLAIN: Final = "plain"
LOOK_AFTER_MS: Final = 30
"""How long after a change of what is in sight its pictures are asked for."""


@dataclass(frozen=True, slots=True)
class TileChip:
    """A word with a colour: kind as of `widgets.basics.Chip`, or `PLAIN` for no state; `tip` is what the pointer is told."""

    text: str
    kind: str = "neutral"
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """What one tile shows. `key` is who it is, `picture` the identity of what is drawn, `row` what it stands for.

    `state` stands before `note`, with `right` at the end of that line; `chips` fill two lines at most.
    """

    key: str
    picture: str
    title: str
    state: TileChip | None
    note: str
    right: str
    chips: tuple[TileChip, ...]
    row: Any

    @property
    def spoken(self) -> str:
        """Return what a screen reader says."""
        state = () if self.state is None else (self.state.text,)
        return ", ".join(filter(None, (self.title, *state, self.note, *(c.text for c in self.chips))))


class TileModel(QAbstractListModel):
    """The tiles in order."""

    def __init__(self) -> None:
        super().__init__()
        self.tiles: tuple[Tile, ...] = ()
        self._numbers: dict[str, list[int]] = {}

    def show(self, tiles: Sequence[Tile]) -> None:
        """Show other tiles; the same ones with other words keep the place they are scrolled to."""
        before, self_tiles = self.tiles, tuple(tiles)
        if self_tiles == before:
            return
        same = [t.key for t in self_tiles] == [t.key for t in before]
        if not same:
            self.beginResetModel()
        self.tiles = self_tiles
        self._numbers = {}
        for number, tile in enumerate(self_tiles):
            self._numbers.setdefault(tile.picture, []).append(number)
        if not same:
            self.endResetModel()
        elif self_tiles:
            self.dataChanged.emit(self.index(0), self.index(len(self_tiles) - 1))

    def numbers_of(self, picture: str) -> list[int]:
        """Return where a picture is shown."""
        return self._numbers.get(picture, [])

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many there are."""
        return 0 if parent.isValid() else len(self.tiles)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Return a tile, its title, or what is said of it."""
        if not index.isValid() or index.row() >= len(self.tiles):
            return None
        tile = self.tiles[index.row()]
        if role == TILE:
            return tile
        if role == int(Qt.ItemDataRole.DisplayRole):
            return tile.title
        if role == int(Qt.ItemDataRole.AccessibleTextRole):
            return tile.spoken
        return None


class TileList(QListView):
    """The tiles in view. `opened` carries the row of a tile that was clicked or entered, `menu_wanted` the row and where."""

    opened = Signal(object)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, pictures: TilePictures, name: str, *, menu: bool = False) -> None:
        """`name` is for screen readers; with `menu`, tiles have a button for more."""
        from koodesk.ui.pages.studio.tile_delegate import TileDelegate

        super().__init__()
        self.setObjectName("tiles")
        self.setAccessibleName(name)
        self.pictures = pictures
        self.has_menu = menu
        self.tiles = TileModel()
        self.setModel(self.tiles)
        self.delegate = TileDelegate(self)
        self.setItemDelegate(self.delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self._fit()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QListView.SelectionMode.SingleSelection)
        self.setSelectionRectVisible(False)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(48)
        self.setMouseTracking(True)
        # Opaque, so that scrolling moves what is there and paints only what comes into sight.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._pressed = ""
        self._looking = QTimer(self)
        self._looking.setSingleShot(True)
        self._looking.setInterval(LOOK_AFTER_MS)
        self._looking.timeout.connect(self.look)
        pictures.arrived.connect(self._arrived)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.tiles.modelReset.connect(self._looking.start)
        self.tiles.dataChanged.connect(lambda *_: self._looking.start())

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """Show these."""
        self.tiles.show(tiles)

    def tile_at(self, at: QPoint) -> Tile | None:
        """Return the tile under a point of the viewport; the gap between tiles is nobody's."""
        index = self.indexAt(at)
        if not index.isValid() or not self.delegate.panel(self.visualRect(index)).contains(at):
            return None
        tile: Tile = index.data(TILE)
        return tile

    def _fit(self) -> None:
        room = self.viewport().width()
        across = max(1, (room + GAP) // (LEAST_WIDTH + GAP))
        cell = QSize(
            (room - 1) // across, HEIGHT + GAP
        )  # a pixel less, or the last one goes to the next line
        if cell != self.gridSize():
            self.setGridSize(cell)

    # --- pictures --------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Ask for the pictures in sight, then for those of the next screens below and the one above."""
        if not self.isVisible() or not self.tiles.tiles:
            return
        step = self.gridSize()
        across = max(1, self.viewport().width() // step.width())
        first = self.verticalScrollBar().value() // step.height()
        high = self.viewport().height() // step.height() + 2
        lines = [*range(first, first + 3 * high), *range(first - 1, first - high - 1, -1)]
        tiles = self.tiles.tiles
        wanted = [tile for line in lines if line >= 0 for tile in tiles[line * across : (line + 1) * across]]
        self.pictures.want(wanted, self.devicePixelRatioF())

    def _scrolled(self) -> None:
        self.pictures.rest()
        self._looking.start()

    def _arrived(self, picture: str) -> None:
        for number in self.tiles.numbers_of(picture):
            self.viewport().update(self.visualRect(self.tiles.index(number)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground, then the tiles."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.role("window"))
        painter.end()
        super().paintEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many tiles in a row as fit, as wide as the row has room; other tiles are in sight."""
        self._fit()
        super().resizeEvent(event)
        self._looking.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Now there is something to see."""
        super().showEvent(event)
        self._looking.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing more is drawn for nobody."""
        super().hideEvent(event)
        self.pictures.want((), 1.0)

    # --- hands -----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember which tile it was."""
        super().mousePressEvent(event)
        tile = self.tile_at(event.position().toPoint())
        self._pressed = tile.key if tile is not None and event.button() == Qt.MouseButton.LeftButton else ""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens the tile, or its menu where the button for more is."""
        super().mouseReleaseEvent(event)
        at = event.position().toPoint()
        tile = self.tile_at(at)
        pressed, self._pressed = self._pressed, ""
        if tile is None or tile.key != pressed:
            return
        more = self.delegate.more(self.visualRect(self.indexAt(at)))
        if self.has_menu and more.contains(at):
            self.menu_wanted.emit(tile.row, self.viewport().mapToGlobal(more.bottomLeft()))
        else:
            self.opened.emit(tile.row)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A hand over what can be clicked."""
        super().mouseMoveEvent(event)
        over = self.tile_at(event.position().toPoint()) is not None
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
        if self.viewport().cursor().shape() != shape:
            self.viewport().setCursor(shape)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space open; the rest is the list's."""
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and index.isValid():
            self.opened.emit(index.data(TILE).row)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the tile under the pointer, or of the current one for the menu key."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if not self.has_menu or not index.isValid():
            return
        where = self.delegate.more(self.visualRect(index)).bottomLeft() if by_key else event.pos()
        self.menu_wanted.emit(index.data(TILE).row, self.viewport().mapToGlobal(where))
