# SPDX-License-Identifier: Apache-2.0
"""Zoom and pan around the canvas. What is shown inside is the canvas's matter.

Ctrl+wheel zooms at the mouse, Ctrl+plus, Ctrl+minus and Ctrl+0 zoom in steps, Ctrl+9 fits the phone into the view; with
space held the mouse moves the page. Until the user chooses a zoom, the view keeps the card at a size to work on.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QKeyEvent,
    QKeySequence,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from koodesk.editor.canvas.phone_canvas import PhoneCanvas
from koodesk.editor.words import tr

LEAST: Final = 0.25
MOST: Final = 4.0
STEPS: Final = (0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0, 4.0)
_WHEEL_STEP: Final = 1.0015
FADE: Final = 20
"""How high the soft edges of the view are, in pixels."""
_AT_WORK: Final = 1.1
"""The zoom at which a card is edited where there is room: larger than on a phone held in the hand."""


class _Follow(Enum):
    """What the zoom follows when the view changes size."""

    CARD = auto()
    PHONE = auto()
    NOTHING = auto()


class CanvasView(QScrollArea):
    """A scroll area that keeps the point under the mouse in place while it zooms."""

    zoomed = Signal(float)

    def __init__(self, canvas: PhoneCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._follow = _Follow.CARD
        self._space = False
        self._grip: QPoint | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(canvas)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("画布"))
        canvas.wants_size.connect(self._refit)
        canvas.tool_changed.connect(self._place_fades)
        self._fades = (_Fade(self, above=True), _Fade(self, above=False))
        self.verticalScrollBar().valueChanged.connect(self._place_fades)
        self.verticalScrollBar().rangeChanged.connect(self._place_fades)
        for keys, act in (
            ((QKeySequence.StandardKey.ZoomIn, QKeySequence("Ctrl+=")), self.zoom_in),
            ((QKeySequence.StandardKey.ZoomOut,), self.zoom_out),
            ((QKeySequence("Ctrl+0"),), self.zoom_to_life),
            ((QKeySequence("Ctrl+9"),), self.fit),
        ):
            action = QAction(self)
            action.setShortcuts([QKeySequence(k) for k in keys])
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(act)
            self.addAction(action)

    @property
    def zoom(self) -> float:
        """Pixels of the screen a dp of the phone."""
        return self._canvas.zoom

    def fit(self) -> None:
        """Show the whole phone, or, when it is shown, the card; and keep it so while the view changes size."""
        self._follow = _Follow.CARD if self._follow is _Follow.PHONE else _Follow.PHONE
        self._refit()

    def zoom_in(self) -> None:
        """Go to the next larger step."""
        self._zoom_to(next((step for step in STEPS if step > self.zoom * 1.01), MOST))

    def zoom_out(self) -> None:
        """Go to the next smaller step."""
        self._zoom_to(next((step for step in reversed(STEPS) if step < self.zoom * 0.99), LEAST))

    def zoom_to_life(self) -> None:
        """Show one pixel a dp."""
        self._zoom_to(1.0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the size of the view when the user has not chosen a zoom."""
        super().resizeEvent(event)
        self._refit()
        self._place_fades()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl+wheel zooms at the mouse; the plain wheel scrolls."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_to(self.zoom * _WHEEL_STEP ** event.angleDelta().y(), event.position())
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space takes hold of the page; other keys scroll as usual."""
        if event.key() == Qt.Key.Key_Space:
            self._hold(held=True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let go of the page."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._hold(held=False)
        else:
            super().keyReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to move the page: with space held, or by the middle button."""
        if self._space or event.button() == Qt.MouseButton.MiddleButton:
            self._grip = event.globalPosition().toPoint()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the page with the mouse."""
        if self._grip is None:
            super().mouseMoveEvent(event)
            return
        here = event.globalPosition().toPoint()
        moved, self._grip = here - self._grip, here
        self._scroll(-moved)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Leave the page where it is."""
        self._grip = None
        super().mouseReleaseEvent(event)

    def _hold(self, *, held: bool) -> None:
        self._space = held
        self._canvas.let_mouse_through(held)
        self.viewport().setCursor(Qt.CursorShape.OpenHandCursor if held else Qt.CursorShape.ArrowCursor)

    def _scroll(self, by: QPoint) -> None:
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + by.x())
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + by.y())

    def _zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        self._follow = _Follow.NOTHING
        anchor = at if at is not None else QPointF(self.viewport().rect().center())
        before = self._canvas.to_card(QPointF(self._canvas.mapFrom(self.viewport(), anchor.toPoint())))
        self._set_zoom(zoom)
        after = self._canvas.mapTo(self.viewport(), self._canvas.from_card(before).toPoint())
        self._scroll(after - anchor.toPoint())

    def _refit(self) -> None:
        room = self.viewport().size()
        if self._follow is _Follow.PHONE:
            self._set_zoom(self._canvas.zoom_to_fit(room))
        elif self._follow is _Follow.CARD:
            self._set_zoom(min(self._canvas.zoom_to_fit_card(room), _AT_WORK))
            self._canvas.resize(self._canvas.minimumSize().expandedTo(room))
            resting = self._canvas.resting_height()
            self.verticalScrollBar().setRange(0, max(0, self._canvas.height() - room.height()))
            if resting is not None:
                middle = self._canvas.from_card(QPointF(0, resting)).y()
                self.verticalScrollBar().setValue(round(middle - room.height() / 2))

    def _place_fades(self) -> None:
        """Let the phone fade out at the edge it goes on behind."""
        bar, room = self.verticalScrollBar(), self.viewport().geometry()
        above, below = self._fades
        veiled = self._canvas.tool is not None and self._canvas.tool.veils_canvas
        above.setVisible(not veiled and bar.value() > bar.minimum())
        below.setVisible(not veiled and bar.value() < bar.maximum())
        above.setGeometry(room.left(), room.top(), room.width(), FADE)
        below.setGeometry(room.left(), room.bottom() + 1 - FADE, room.width(), FADE)

    def _set_zoom(self, zoom: float) -> None:
        zoom = min(max(zoom, LEAST), MOST)
        if abs(zoom - self._canvas.zoom) > 1e-4:
            self._canvas.set_zoom(zoom)
            self._canvas.updateGeometry()
            self.zoomed.emit(zoom)


class _Fade(QWidget):
    """A soft edge of the view, so that a phone that is cut there reads as one that goes on."""

    def __init__(self, view: CanvasView, *, above: bool) -> None:
        super().__init__(view)
        self._above = above
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Run from the ground of the window to nothing."""
        del event
        ground = self.palette().color(QPalette.ColorRole.Window)
        clear = QColor(ground)
        clear.setAlpha(0)
        run = QLinearGradient(0, 0, 0, self.height())
        run.setColorAt(0, ground if self._above else clear)
        run.setColorAt(1, clear if self._above else ground)
        painter = QPainter(self)
        painter.fillRect(self.rect(), run)
        painter.end()
