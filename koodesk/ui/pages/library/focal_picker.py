# SPDX-License-Identifier: Apache-2.0
"""A material large, with its focal point (焦点): click or arrow keys set it. Videos are shown without one."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QImage,
    QImageReader,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from koodesk.domain.crop import CENTRE, Focal
from koodesk.editor.canvas.crop_tool import paint_focus
from koodesk.ui import theme
from koodesk.ui.i18n import tr

if TYPE_CHECKING:
    from koodesk.ui.page import Page

HEIGHT: Final = 200
_SIDE: Final = 1200
_STEP: Final = 10
_AFTER_MS: Final = 400
_ARROWS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class FocalPicker(QWidget):
    """Shows one material; `picked` tells the focal point a moment after it was moved."""

    picked = Signal(str, object)
    """(digest, focal)"""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._digest = ""
        self._image: QImage | None = None
        self._still = False
        self.focal: Focal = CENTRE
        self.setFixedHeight(HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_AFTER_MS)
        self._timer.timeout.connect(self._tell)

    def show_row(self, row: Any) -> None:
        """Show a material; its picture comes from another thread."""
        if self._timer.isActive():
            self._timer.stop()
            self._tell()
        material = row.material
        if material.digest != self._digest:
            self._digest, self._image = material.digest, None
            video = bool(material.duration_ms)
            path = material.thumbnail if video else material.path
            self._page.run(partial(_read, path), partial(self._arrived, material.digest))
        self._still = not material.duration_ms
        self.focal = material.focal
        self.setCursor(Qt.CursorShape.CrossCursor if self._still else Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(tr("焦点") if self._still else material.name)
        self._describe()
        self.update()

    def _arrived(self, digest: str, image: QImage) -> None:
        if digest == self._digest and not image.isNull():
            self._image = image
            self.update()

    def _tell(self) -> None:
        self.picked.emit(self._digest, self.focal)

    def _describe(self) -> None:
        across, down = (round(f / 10) for f in self.focal)
        self.setAccessibleDescription(tr("距左 {across}%，距上 {down}%", across=across, down=down))

    def place(self) -> QRectF:
        """Return where the picture stands."""
        if self._image is None:
            return QRectF()
        size = self._image.size().scaled(
            QSize(self.width(), self.height()), Qt.AspectRatioMode.KeepAspectRatio
        )
        target = QRectF(0, 0, size.width(), size.height())
        target.moveCenter(QRectF(self.rect()).center())
        return target

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Set the focal point."""
        place = self.place()
        if self._still and event.button() == Qt.MouseButton.LeftButton and not place.isEmpty():
            at = event.position()
            self._move(
                round(1000 * (at.x() - place.x()) / place.width()),
                round(1000 * (at.y() - place.y()) / place.height()),
            )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the focal point by one in a hundred."""
        if self._still and event.key() in _ARROWS:
            x, y = _ARROWS[Qt.Key(event.key())]
            self._move(self.focal[0] + x * _STEP, self.focal[1] + y * _STEP)
        else:
            super().keyPressEvent(event)

    def _move(self, x: int, y: int) -> None:
        self.focal = min(max(x, 0), 1000), min(max(y, 0), 1000)
        self._describe()
        self._timer.start()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture and the point."""
        del event
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        ground = QPainterPath()
        ground.addRoundedRect(QRectF(self.rect()), 6, 6)
        painter.fillPath(ground, theme.role("sunken"))
        if self._image is not None:
            place = self.place()
            painter.save()
            painter.setClipPath(ground)
            painter.drawImage(place, self._image)
            painter.restore()
            if self._still:
                x, y = self.focal
                paint_focus(
                    painter,
                    QPointF(place.x() + place.width() * x / 1000, place.y() + place.height() * y / 1000),
                    9,
                )
        if self.hasFocus():
            painter.setPen(QPen(theme.role("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()


def _read(path: Path, _service: Any) -> QImage:
    """Read a stored picture no larger than it is shown. Everything stored was written by the reader."""
    reader = QImageReader(str(path))
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > _SIDE:
        reader.setScaledSize(size.scaled(QSize(_SIDE, _SIDE), Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
