# SPDX-License-Identifier: Apache-2.0
"""What a video shows at the playhead, with the box it is cropped to: dragged by its middle and corners, or moved and sized by keys.

The box is in pixels of the upright source; the turn is shown as it will be, the box with it.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from koodesk.domain.crop import Crop
from koodesk.domain.video_fit import Turn
from koodesk.editor.look import Look
from koodesk.editor.words import tr

_CORNER: Final = 12.0
_LEAST: Final = 32
_STEP: Final = 8
_DIM: Final = QColor(0, 0, 0, 140)


class ClipView(QWidget):
    """`crop_changed` says that the box is another one; `crop` is None for the whole picture."""

    crop_changed = Signal()

    def __init__(self, look: Look, width: int, height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._size = (width, height)
        self._image: QImage | None = None
        self._turn: Turn = 0
        self._ratio: float | None = None
        self._box = QRectF(0, 0, width, height)
        self._held = ""
        self._from = QPointF()
        self._before = QRectF()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(180)
        self.setAccessibleName(tr("画面与裁剪框"))
        self.setToolTip(tr("拖动框或它的四角；方向键移动，按住 Shift 改大小"))
        self.crop_changed.connect(self._tell)
        self._tell()

    # --- values -----------------------------------------------------------------------------------------------

    @property
    def crop(self) -> Crop | None:
        """The box in whole pixels of the upright source, None when it is everything."""
        width, height = self._size
        x, y = round(self._box.x()), round(self._box.y())
        wide, high = round(self._box.width()), round(self._box.height())
        if (x, y, wide, high) == (0, 0, width, height):
            return None
        return Crop(x, y, min(wide, width - x), min(high, height - y))

    def show_picture(self, image: QImage) -> None:
        """Show another moment."""
        self._image = image
        self.update()

    def set_turn(self, turn: Turn) -> None:
        """Show the picture turned clockwise; a box of a fixed ratio is laid anew, for the ratio is of the result."""
        self._turn = turn
        if self._ratio is not None:
            self.set_ratio(self._ratio)
        self.update()

    def set_ratio(self, ratio: float | None) -> None:
        """Hold the box of the result at width / height; None lets it be free, 0 takes the whole picture."""
        width, height = self._size
        self._ratio = ratio or None
        if not ratio:
            if ratio == 0:
                self._box = QRectF(0, 0, width, height)
        else:
            source = ratio if self._turn % 180 == 0 else 1 / ratio
            wide = min(float(width), height * source)
            high = wide / source
            self._box = QRectF((width - wide) / 2, (height - high) / 2, wide, high)
        self.crop_changed.emit()
        self.update()

    def sizeHint(self) -> QSize:
        """Prefer a picture one can judge."""
        return QSize(520, 300)

    # --- events -----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the box by a corner or its middle."""
        at = event.position()
        shown = self._shown(self._box)
        corners = {
            "tl": shown.topLeft(),
            "tr": shown.topRight(),
            "bl": shown.bottomLeft(),
            "br": shown.bottomRight(),
        }
        near = {name: (at - point).manhattanLength() for name, point in corners.items()}
        name = min(near, key=near.__getitem__)
        self._held = name if near[name] < 2 * _CORNER else "move" if shown.contains(at) else ""
        self._from, self._before = self._source(at), QRectF(self._box)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move or resize the box."""
        if not self._held:
            return
        by = self._source(event.position()) - self._from
        if self._held == "move":
            self._move(self._before.x() + by.x(), self._before.y() + by.y())
        else:
            self._resize(self._source(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        del event
        self._held = ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the box by the arrow keys, the way they point on the screen; with Shift its lower right corner."""
        by = {
            Qt.Key.Key_Left: (-_STEP, 0),
            Qt.Key.Key_Right: (_STEP, 0),
            Qt.Key.Key_Up: (0, -_STEP),
            Qt.Key.Key_Down: (0, _STEP),
        }.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
            return
        step = self._unturned(*by)
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            corner = self._source(self._shown(self._box).bottomRight())
            self._held, self._before = "br", QRectF(self._box)
            self._resize(corner + step)
            self._held = ""
        else:
            self._move(self._box.x() + step.x(), self._box.y() + step.y())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture, what is left out dimmed, and the box with its thirds."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), self._look.color("sunken"))
        whole = self._shown(QRectF(0, 0, *self._size))
        if self._image is not None and not self._image.isNull():
            turned = self._image.transformed(QTransform().rotate(self._turn)) if self._turn else self._image
            painter.drawImage(whole, turned, QRectF(turned.rect()))
        box = self._shown(self._box)
        if self.crop is not None:
            for part in (
                QRectF(whole.left(), whole.top(), whole.width(), box.top() - whole.top()),
                QRectF(whole.left(), box.bottom(), whole.width(), whole.bottom() - box.bottom()),
                QRectF(whole.left(), box.top(), box.left() - whole.left(), box.height()),
                QRectF(box.right(), box.top(), whole.right() - box.right(), box.height()),
            ):
                painter.fillRect(part, _DIM)
        painter.setPen(QColor(255, 255, 255, 110))
        for third in (1 / 3, 2 / 3):
            x, y = box.left() + box.width() * third, box.top() + box.height() * third
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        painter.setPen(self._look.color("accent"))
        painter.drawRect(box)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.color("accent"))
        for point in (box.topLeft(), box.topRight(), box.bottomLeft(), box.bottomRight()):
            painter.drawRect(QRectF(point.x() - 4, point.y() - 4, 8, 8))
        if self.hasFocus():
            painter.setPen(self._look.color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    # --- inside -----------------------------------------------------------------------------------------------

    def _move(self, x: float, y: float) -> None:
        width, height = self._size
        self._box.moveTo(
            min(max(x, 0.0), width - self._box.width()), min(max(y, 0.0), height - self._box.height())
        )
        self.crop_changed.emit()
        self.update()

    def _resize(self, at: QPointF) -> None:
        """Take the held corner to a point, as far as the picture and the ratio let it; the opposite corner stays."""
        width, height = self._size
        held, before = self._source_corner(self._held), self._before
        left, top = held[1] == "l", held[0] == "t"
        room = before.right() if left else width - before.left()
        high_room = before.bottom() if top else height - before.top()
        wide = before.right() - at.x() if left else at.x() - before.left()
        high = before.bottom() - at.y() if top else at.y() - before.top()
        if self._ratio is not None:
            ratio = self._ratio if self._turn % 180 == 0 else 1 / self._ratio
            along = (wide * ratio + high) / (ratio * ratio + 1)  # the nearest point of the diagonal
            wide = min(max(along * ratio, _LEAST, _LEAST * ratio), room, high_room * ratio)
            high = wide / ratio
        else:
            wide, high = min(max(wide, _LEAST), room), min(max(high, _LEAST), high_room)
        self._box = QRectF(
            before.right() - wide if left else before.left(),
            before.bottom() - high if top else before.top(),
            wide,
            high,
        )
        self.crop_changed.emit()
        self.update()

    def _tell(self) -> None:
        crop = self.crop
        if crop is None:
            self.setAccessibleDescription(tr("整个画面"))
        else:
            self.setAccessibleDescription(
                tr(
                    "{width}×{height}，左上角 {x}, {y}",
                    width=crop.width,
                    height=crop.height,
                    x=crop.x,
                    y=crop.y,
                )
            )

    def _unturned(self, right: float, down: float) -> QPointF:
        """Return a way on the screen as a way on the source."""
        match self._turn:
            case 90:
                return QPointF(down, -right)
            case 180:
                return QPointF(-right, -down)
            case 270:
                return QPointF(-down, right)
            case _:
                return QPointF(right, down)

    def _source_corner(self, shown: str) -> str:
        """Return which corner of the source's box a corner on the screen is."""
        ring = ("tl", "tr", "br", "bl")
        return ring[(ring.index(shown) - self._turn // 90) % 4]

    def _scale(self) -> tuple[float, float, float]:
        """Return pixels of the screen for one of the source, and where the turned picture begins."""
        width, height = self._size if self._turn % 180 == 0 else self._size[::-1]
        scale = min((self.width() - 2 * _CORNER) / width, (self.height() - 2 * _CORNER) / height)
        return scale, (self.width() - width * scale) / 2, (self.height() - height * scale) / 2

    def _shown(self, box: QRectF) -> QRectF:
        """Return a box of the source as it stands on the screen."""
        width, height = self._size
        scale, x, y = self._scale()
        match self._turn:
            case 90:
                turned = QRectF(height - box.bottom(), box.left(), box.height(), box.width())
            case 180:
                turned = QRectF(width - box.right(), height - box.bottom(), box.width(), box.height())
            case 270:
                turned = QRectF(box.top(), width - box.right(), box.height(), box.width())
            case _:
                turned = QRectF(box)
        return QRectF(
            x + turned.x() * scale, y + turned.y() * scale, turned.width() * scale, turned.height() * scale
        )

    def _source(self, at: QPointF) -> QPointF:
        """Return the point of the source under a point of the screen."""
        width, height = self._size
        scale, x, y = self._scale()
        u, v = (at.x() - x) / scale, (at.y() - y) / scale
        match self._turn:
            case 90:
                return QPointF(v, height - u)
            case 180:
                return QPointF(width - u, height - v)
            case 270:
                return QPointF(width - v, u)
            case _:
                return QPointF(u, v)
