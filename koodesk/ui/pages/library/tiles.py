# SPDX-License-Identifier: Apache-2.0
"""The library's materials as tiles: a list view that draws what is in sight, with thumbnails read off the window's thread."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from koodesk.ui import icons, theme
from koodesk.ui.i18n import tr
from koodesk.ui.widgets.numbers import bytes_of, seconds_of

if TYPE_CHECKING:
    from koodesk.ui.page import Page

TILE: Final = QSize(162, 204)
PICTURE: Final = QSize(148, 120)
KEPT: Final = 600
"""Thumbnails kept in memory: some 60 MB at worst, far more than stand on a screen."""

Index = QModelIndex | QPersistentModelIndex
ROW: Final = int(Qt.ItemDataRole.UserRole)


class MaterialsModel(QAbstractListModel):
    """The rows found, and the thumbnails that have arrived."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page = page
        self.rows: tuple[Any, ...] = ()
        self._there: OrderedDict[str, QPixmap | None] = OrderedDict()
        self._asked: set[str] = set()

    def show(self, rows: tuple[Any, ...]) -> None:
        """Show other rows."""
        if rows != self.rows:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()

    def number_of(self, digest: str) -> int:
        """Return where a material stands, -1 where it does not."""
        return next((n for n, row in enumerate(self.rows) if row.material.digest == digest), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many there are."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Return a row, or what a screen reader says of it."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role == int(Qt.ItemDataRole.DisplayRole):
            return row.material.name
        if role in (int(Qt.ItemDataRole.AccessibleTextRole), int(Qt.ItemDataRole.ToolTipRole)):
            return f"{row.material.name}\n{facts(row)}"
        return None

    def picture(self, row: Any) -> QPixmap | None:
        """Return a thumbnail that has arrived; otherwise None, and it is read off this thread."""
        digest = row.material.digest
        if digest in self._there:
            self._there.move_to_end(digest)
            return self._there[digest]
        if digest not in self._asked:
            self._asked.add(digest)
            self._page.run(partial(_read, row.material.thumbnail), partial(self._arrived, digest))
        return None

    def _arrived(self, digest: str, image: QImage) -> None:
        self._asked.discard(digest)
        self._there[digest] = None if image.isNull() else QPixmap.fromImage(image)
        while len(self._there) > KEPT:
            self._there.popitem(last=False)
        number = self.number_of(digest)
        if number >= 0:
            self.dataChanged.emit(self.index(number), self.index(number))


def _read(path: Path, _service: Any) -> QImage:
    return QImage(str(path)).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def facts(row: Any) -> str:
    """Say pixels, size and length of a material."""
    material = row.material
    pixels = [f"{material.width}×{material.height}"] if material.width else []  # a sound has none
    parts = [*pixels, bytes_of(material.size)]
    if material.duration_ms:
        parts.append(seconds_of(material.duration_ms))
    return " · ".join(parts)


def _short(row: Any) -> str:
    """Say of a material what has its place on a tile: of a video its length, of a picture its size."""
    material = row.material
    last = seconds_of(material.duration_ms) if material.duration_ms else bytes_of(material.size)
    return f"{material.width}×{material.height} · {last}" if material.width else last


class MaterialTiles(QListView):
    """The tiles. `opened` tells of the chosen row, None for none; `delete_wanted` that Delete was pressed."""

    opened = Signal(object)
    delete_wanted = Signal()

    def __init__(self, model: MaterialsModel) -> None:
        super().__init__()
        self._rows = model
        self.setModel(model)
        self.setItemDelegate(_Tile(model, self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setGridSize(TILE + QSize(10, 10))
        self.setViewportMargins(6, 8, 0, 8)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setObjectName("library-tiles")
        self.setAccessibleName(tr("图库"))
        self.viewport().setAutoFillBackground(False)
        self.selectionModel().selectionChanged.connect(lambda *_: self.opened.emit(self.current()))

    def current(self) -> Any:
        """Return the chosen row, None for none."""
        found = self.selectionModel().selectedIndexes()
        return found[0].data(ROW) if found else None

    def choose(self, digest: str, *, reveal: bool = True) -> bool:
        """Choose a material, scroll to it with `reveal`, and tell whether it is among those shown."""
        number = self._rows.number_of(digest)
        if number < 0:
            return False
        index = self._rows.index(number)
        bar = self.verticalScrollBar()
        at = bar.value()
        self.setCurrentIndex(index)
        if reveal:
            self.scrollTo(index)
        else:
            bar.setValue(at)
        return True

    def keyPressEvent(self, event: Any) -> None:
        """Delete asks to delete; the rest goes through the tiles."""
        if event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)


class _Tile(QStyledItemDelegate):
    """Draws one tile."""

    def __init__(self, model: MaterialsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All are alike."""
        del option, index
        return TILE

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw ground, picture, name and facts."""
        row = index.data(ROW)
        if row is None:
            return
        where: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        tile = QRectF(where.topLeft(), TILE).adjusted(1, 1, -1, -1)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        edge = theme.role("accent") if chosen else theme.role("border_strong" if over else "border")
        painter.setPen(QPen(edge, 2 if chosen else 1))
        painter.setBrush(theme.role("surface"))
        painter.drawRoundedRect(tile, 8, 8)
        frame = QRectF(tile.left() + 7, tile.top() + 7, PICTURE.width(), PICTURE.height())
        self._picture(painter, frame, row)
        self._signs(painter, frame, row)
        words = QRectF(frame.left() + 1, frame.bottom() + 6, frame.width() - 2, 20)
        font = painter.font()
        metrics = painter.fontMetrics()
        name = metrics.elidedText(row.material.name, Qt.TextElideMode.ElideMiddle, int(words.width()))
        painter.setPen(theme.role("text"))
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), name)
        font.setPixelSize(12)
        painter.setFont(font)
        painter.setPen(theme.role("text_second"))
        for line in (_short(row), tr("、").join(row.material.tags)):
            words.translate(0, 19)
            fit = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, int(words.width()))
            painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), fit)
        painter.restore()

    def _picture(self, painter: QPainter, frame: QRectF, row: Any) -> None:
        path = QPainterPath()
        path.addRoundedRect(frame, 5, 5)
        painter.fillPath(path, theme.role("sunken"))
        picture = self._rows.picture(row)
        if picture is None:
            return
        size = QSize(picture.width(), picture.height())
        shown = size.scaled(PICTURE, Qt.AspectRatioMode.KeepAspectRatio)
        target = QRectF(0, 0, shown.width(), shown.height())
        target.moveCenter(frame.center())
        painter.save()
        painter.setClipPath(path)
        painter.drawPixmap(target, picture, QRectF(0, 0, size.width(), size.height()))
        painter.restore()

    @staticmethod
    def _signs(painter: QPainter, frame: QRectF, row: Any) -> None:
        """Small signs in the corner: a video, a logo of the brand, something that looks alike, a file that is too large."""
        signs = []
        if row.material.duration_ms:
            signs.append("play")
        if row.logo:
            signs.append("badge-check")
        if row.alike:
            signs.append("copy")
        if row.material.oversize:
            signs.append("triangle-alert")
        x = frame.right() - 6
        for name in reversed(signs):
            x -= 22
            disc = QRectF(x, frame.top() + 6, 20, 20)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(0, 0, 0, 150))
            painter.drawEllipse(disc)
            drawn = icons.pixmap(name, QColor(255, 255, 255), 12, painter.device().devicePixelRatioF())
            painter.drawPixmap(disc.topLeft() + QPointF(4, 4), drawn)
