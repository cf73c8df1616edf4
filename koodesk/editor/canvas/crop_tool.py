# SPDX-License-Identifier: Apache-2.0
"""Cropping where the picture stands on the card (裁剪图片).

The mask is the slot, locked to its ratio; the picture moves and grows under it, its hidden part dimmed around. A slot
too small to aim in is cropped through a larger mask in the same place. Drag and arrow keys move, wheel and plus and
minus zoom, Enter accepts, Esc leaves everything as it was: until then the crop is this tool's and no step of the history.
With 焦点 a click sets the picture's focal point, which other crops of it are made around too; it is kept with the picture.
"""

from __future__ import annotations

from typing import ClassVar, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from koodesk.domain.crop import Crop
from koodesk.domain.edits import SetCrop
from koodesk.domain.rule_pack import Ratio
from koodesk.domain.template import Picture
from koodesk.editor.canvas.card_canvas import CardCanvas
from koodesk.editor.canvas.crop_frame import CropFrame
from koodesk.editor.canvas.tool import Tool
from koodesk.editor.session import Session
from koodesk.editor.words import named, tr
from koodesk.preview.placement import Rect

_LEAST_MASK: Final = 220.0
_EDGE: Final = 16.0
_BAR_ROOM: Final = 60.0
_KEY_ZOOM: Final = 1.1
_WHEEL_ZOOM: Final = 1.0012
_VEIL: Final = 170
_ARROWS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class CropTool(Tool):
    """A crop in progress over the whole canvas; the mask is the slot."""

    veils_canvas: ClassVar[bool] = True

    def __init__(
        self, session: Session, canvas: CardCanvas, content_id: str, picture: Picture, ratio: Ratio
    ) -> None:
        super().__init__(content_id, canvas)
        self._session = session
        self._canvas = canvas
        self._picture = picture
        material = picture.material
        self._frame = CropFrame.begin(
            (material.width, material.height),
            (ratio.width, ratio.height),
            Rect(0, 0, ratio.width, ratio.height),
            picture.crop,
            session.focal(material.digest),
        )
        self._aiming = False
        self._grip: tuple[QPointF, CropFrame] | None = None
        self._bar = _Bar(self)
        self._bar.done.clicked.connect(self.accept)
        self._bar.cancel.clicked.connect(self.give_up)
        self._bar.reset.clicked.connect(lambda: self._go(self._frame.largest()))
        self._bar.focus.toggled.connect(self._aim)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleName(tr("裁剪图片"))
        self._describe()

    @property
    def crop(self) -> Crop:
        """The crop as it stands now."""
        return self._frame.crop

    def follow(self) -> None:
        """Cover the canvas, the mask where the slot is."""
        box = self._canvas.box(self.content_id)
        if box is None:
            self.give_up()
            return
        self.setGeometry(self._canvas.rect())
        slot = self._canvas.area(box.rect)
        across, down = self._frame.ratio
        seen = self._seen()
        room = min(seen.width() - 2 * _EDGE, (seen.height() - 2 * _EDGE - _BAR_ROOM) * across / down)
        width = max(slot.width(), min(_LEAST_MASK, room), 1.0)
        height = width * down / across
        x = min(max(slot.center().x() - width / 2, seen.left() + _EDGE), seen.right() - width - _EDGE)
        y = slot.center().y() - height / 2
        y = min(max(y, seen.top() + _EDGE), seen.bottom() - height - _BAR_ROOM - _EDGE)
        self._frame = self._frame.with_mask(Rect(x, y, width, height))
        self._place_bar()
        self.update()

    def accept(self) -> None:
        """Keep the crop; when it is the one that was there, nothing has happened."""
        self._finish()
        self._session.edit(SetCrop(self.content_id, self._frame.crop))
        material, focal = self._picture.material, self._frame.focal
        if focal != self._session.focal(material.digest):
            around = self._session.around
            around.focals[material.digest] = focal
            around.gallery.set_focal(material, focal, self._session.refused.emit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move (Shift: far), plus and minus zoom, Enter accepts, Esc gives up."""
        key = event.key()
        far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key in _ARROWS:
            self._go(self._frame.nudged(*_ARROWS[Qt.Key(key)], far=far))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._go(self._frame.zoomed(_KEY_ZOOM))
        elif key == Qt.Key.Key_Minus:
            self._go(self._frame.zoomed(1 / _KEY_ZOOM))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accept()
        elif key == Qt.Key.Key_Escape:
            self.give_up()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the picture."""
        if event.button() == Qt.MouseButton.LeftButton and self._aiming:
            at = event.position()
            self._focus((at.x(), at.y()))
        elif event.button() == Qt.MouseButton.LeftButton:
            self._grip = (event.position(), self._frame)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the picture, always counted from where it was taken, so that nothing drifts."""
        if self._grip is not None:
            start, frame = self._grip
            moved = event.position() - start
            self._go(frame.dragged(moved.x(), moved.y()).with_mask(self._frame.mask))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the picture."""
        del event
        self._grip = None
        self._show_hand()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click accepts, as it is how one came in; not while the focal point is set."""
        del event
        if not self._aiming:
            self.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the mouse."""
        at = event.position()
        self._go(self._frame.zoomed(_WHEEL_ZOOM ** event.angleDelta().y(), (at.x(), at.y())))
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture whole, veil what is outside the mask, and thirds inside it."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._grip is None)
        mask, whole = _area(self._frame.mask), _area(self._frame.picture)
        painter.fillRect(self.rect(), QColor(0, 0, 0, _VEIL))
        ladder = self._session.pictures.ladder(self._picture.material.digest)
        if ladder is not None:
            everything = Crop(0, 0, *self._frame.natural)
            image, source = ladder.part(everything, whole.width() / whole.height(), whole.width())
            painter.setOpacity(0.35)
            painter.drawImage(whole, image, source)
            painter.setOpacity(1.0)
            painter.setClipRect(mask)
            painter.drawImage(whole, image, source)
            painter.setClipping(False)
        self._paint_mask(painter, mask)
        if self._aiming:
            paint_focus(painter, QPointF(*self._frame.focus))
        painter.end()

    def _paint_mask(self, painter: QPainter, mask: QRectF) -> None:
        painter.setPen(QPen(QColor(255, 255, 255, 110), 1))
        for third in (1, 2):
            x = mask.left() + mask.width() * third / 3
            y = mask.top() + mask.height() * third / 3
            painter.drawLine(QPointF(x, mask.top()), QPointF(x, mask.bottom()))
            painter.drawLine(QPointF(mask.left(), y), QPointF(mask.right(), y))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRect(mask)
        painter.setPen(QPen(QColor(255, 255, 255), 2))
        painter.drawPath(path)

    def _aim(self, on: bool) -> None:
        self._aiming = on
        self._show_hand()
        self.update()

    def _show_hand(self) -> None:
        aiming = Qt.CursorShape.CrossCursor
        self.setCursor(aiming if self._aiming else Qt.CursorShape.OpenHandCursor)

    def _focus(self, at: tuple[float, float]) -> None:
        """Set the focal point where the picture was clicked."""
        self._frame = self._frame.focused(at)
        self._describe()
        self.update()

    def _go(self, frame: CropFrame) -> None:
        if frame.crop != self._frame.crop:
            self._frame = frame
            self._describe()
            self.update()

    def _describe(self) -> None:
        """Say how many pixels are left and what the strictest chosen vendor wants."""
        crop = self._frame.crop
        words = [tr("有效像素 {width}×{height}", width=crop.width, height=crop.height)]
        short = False
        spec = self._session.slot(self.content_id)
        for vendor in self._session.template.vendors:
            fact = spec.min_pixels.get(vendor)
            if fact is None or fact.value is None:
                continue
            width, height = fact.value
            name = named(*self._session.pack.vendor_names[vendor])
            words.append(tr("{vendor} 至少 {width}×{height}", vendor=name, width=width, height=height))
            short = short or crop.width < width or crop.height < height
        self._bar.say(" · ".join(words), short=short)
        self.setAccessibleDescription(" · ".join(words))
        self._place_bar()

    def _place_bar(self) -> None:
        mask = self._frame.mask
        self._bar.adjustSize()
        left = mask.x + (mask.width - self._bar.width()) / 2
        seen = self._seen()
        right_edge = max(seen.left() + 8.0, seen.right() - self._bar.width() - 8.0)
        top = min(mask.bottom + 12, seen.bottom() - self._bar.height() - 8.0)
        self._bar.move(round(min(max(seen.left() + 8.0, left), right_edge)), round(top))

    def _seen(self) -> QRectF:
        """Return the part of the canvas that is in sight."""
        return QRectF(self._canvas.in_sight())


class _Bar(QFrame):
    """What is left of the picture, and the three buttons."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("panel", "card")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._pixels = QLabel(self)
        self._pixels.setTextFormat(Qt.TextFormat.PlainText)
        self._pixels.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.focus = QPushButton(tr("焦点"), self)
        self.focus.setCheckable(True)
        self.focus.setToolTip(tr("点一下图片里最重要的地方；换版式、换比例时以它为中心裁剪"))
        self.reset = QPushButton(tr("还原"), self)
        self.cancel = QPushButton(tr("取消"), self)
        self.done = QPushButton(tr("完成"), self)
        self.done.setProperty("kind", "primary")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(8)
        for widget in (self._pixels, self.focus, self.reset, self.cancel, self.done):
            row.addWidget(widget)
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def say(self, words: str, *, short: bool) -> None:
        """Show the words, as a warning when a vendor wants more pixels."""
        self._pixels.setText(words)
        self._pixels.setProperty("look", "warning" if short else "second")
        self._pixels.style().unpolish(self._pixels)
        self._pixels.style().polish(self._pixels)


def paint_focus(painter: QPainter, at: QPointF, reach: float = 11) -> None:
    """Draw the sign of a focal point: a ring with a dot, readable on any picture."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((QColor(0, 0, 0, 150), 4.0), (QColor(255, 255, 255), 2.0)):
        painter.setPen(QPen(color, width))
        painter.drawEllipse(at, reach, reach)
    painter.setPen(QPen(QColor(0, 0, 0, 150), 1))
    painter.setBrush(QColor(255, 255, 255))
    painter.drawEllipse(at, 3, 3)


def _area(rect: Rect) -> QRectF:
    return QRectF(rect.x, rect.y, rect.width, rect.height)
