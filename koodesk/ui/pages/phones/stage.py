# SPDX-License-Identifier: Apache-2.0
"""The phone on the page: its picture, and over it a widget for everything that can be tapped.

Each spot is a real button without a face of its own: the mouse, the keyboard (Tab, Space, Enter) and assistive technology
meet the same thing. What a tap means is the page's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractButton, QWidget

from koodesk.preview.painter import draw_items
from koodesk.preview.placement import PictureBox, Rect
from koodesk.preview.video_sms_placement import VideoPlacement
from koodesk.preview.video_sms_render import MessageRenderer
from koodesk.ui import theme
from koodesk.ui.pages.phones.screen import Screen, Spot, fit

NOTCH_DP: Final = 48.0
"""How far a notch of the wheel moves a video SMS."""
_NOTCH: Final = 120.0


class SpotButton(QAbstractButton):
    """Stands over a part of the screen; it paints a ring while it is pointed at or has the keyboard."""

    pointed = Signal(str)

    def __init__(self, spot: Spot, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.spot = spot
        self.setObjectName(f"spot-{spot.what}")
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._over = False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ring."""
        del event
        if not (self._over or self.hasFocus()):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.role("accent"), 2.0 if self.hasFocus() else 1.2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), 6, 6)
        painter.end()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that this can be tapped."""
        super().enterEvent(event)
        self._over = True
        self.pointed.emit(self.spot.what)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Show it no more."""
        super().leaveEvent(event)
        self._over = False
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Going through the spots by Tab tells what each would do."""
        super().focusInEvent(event)
        self.pointed.emit(self.spot.what)

    def sizeHint(self) -> QSize:
        """Return the size it was given."""
        return self.size()


class PhoneStage(QWidget):
    """Shows one drawn phone as large as it fits. `tapped` and `pointed` tell a spot's name; `scrolled` the wish of the wheel."""

    tapped = Signal(object)
    pointed = Signal(str)
    scrolled = Signal(float)
    resized = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("phone-stage")
        self.setMinimumSize(300, 420)
        self._screen: Screen | None = None
        self._spots: list[SpotButton] = []
        self._drawn = QSize()
        self.moving: Callable[[], dict[str, QImage]] = dict
        """Pictures of videos that play now, by the content they stand on."""

    @property
    def screen_shown(self) -> Screen | None:
        """The phone shown, None for none."""
        return self._screen

    @property
    def room(self) -> tuple[float, float]:
        """Width and height there are for a phone."""
        return self.width() - 8, self.height() - 8

    @property
    def zoom(self) -> float:
        """Pixels of the window a dp takes."""
        return fit(self._screen.width, self._screen.height, self.room) if self._screen else 1.0

    def spots(self) -> list[SpotButton]:
        """Return the buttons over the screen, in the order of the keyboard."""
        return self._spots

    def show_screen(self, screen: Screen | None, names: Callable[[Spot], str]) -> None:
        """Show a phone; the spot that had the keyboard keeps it where there is one of the same name."""
        focused = next((one.spot.what for one in self._spots if one.hasFocus()), "")
        for old in self._spots:
            old.setParent(None)
            old.deleteLater()
        self._screen = screen
        self._spots = []
        before: QWidget = self
        for spot in screen.spots if screen else ():
            made = SpotButton(spot, names(spot), self)
            made.clicked.connect(lambda _=False, one=spot: self.tapped.emit(one))
            made.pointed.connect(self.pointed)
            self.setTabOrder(before, made)
            before = made
            self._spots.append(made)
            made.show()
        self._place()
        for made in self._spots:
            if made.spot.what == focused:
                made.setFocus()
        self.update()

    def _origin(self) -> tuple[float, float]:
        screen = self._screen
        if screen is None:
            return 0.0, 0.0
        zoom = self.zoom
        return (self.width() - screen.width * zoom) / 2, max(0.0, (self.height() - screen.height * zoom) / 2)

    def _place(self) -> None:
        left, top = self._origin()
        zoom = self.zoom
        for one in self._spots:
            rect = one.spot.rect.grown(3 if one.spot.what == "toggle" else 0)
            one.setGeometry(
                round(left + rect.x * zoom),
                round(top + rect.y * zoom),
                round(rect.width * zoom),
                round(rect.height * zoom),
            )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the phone, and over it what plays."""
        del event
        screen = self._screen
        if screen is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        left, top = self._origin()
        zoom = self.zoom
        painter.drawImage(QRectF(left, top, screen.width * zoom, screen.height * zoom), screen.image)
        frames = self.moving()
        if frames:
            painter.translate(left, top)
            self._paint_moving(painter, screen, frames, zoom)
        painter.end()

    def _paint_moving(
        self, painter: QPainter, screen: Screen, frames: dict[str, QImage], zoom: float
    ) -> None:
        placed, drawer = screen.placement, screen.painter
        for where in frames:
            box = next((i for i in placed.items if isinstance(i, PictureBox) and i.content_id == where), None)
            if box is None:
                continue
            painter.save()
            rect = box.rect.common(placed.thread) if isinstance(placed, VideoPlacement) else box.rect
            painter.setClipRect(_scaled(rect, zoom))
            if isinstance(drawer, MessageRenderer) and isinstance(placed, VideoPlacement):
                drawer.draw_message(painter, placed, zoom, frames)
            else:
                draw_items(painter, (box,), drawer.pictures, drawer.faces, scale=zoom, frames=frames)
            painter.restore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the phone in the middle; the page draws it anew for the new size."""
        super().resizeEvent(event)
        self._place()
        self.resized.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll a message that is longer than its screen."""
        if self._screen is None or not self._screen.reach:
            event.ignore()
            return
        self.scrolled.emit(-event.angleDelta().y() / _NOTCH * NOTCH_DP)
        event.accept()


def _scaled(rect: Rect, zoom: float) -> QRectF:
    return QRectF(rect.x * zoom, rect.y * zoom, rect.width * zoom, rect.height * zoom)
