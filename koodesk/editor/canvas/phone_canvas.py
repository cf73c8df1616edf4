# SPDX-License-Identifier: Apache-2.0
"""What every canvas with a phone on it shares: zoom and coordinates, and the one tool that may stand over it.

What the phone shows, the widgets over its parts and how all of it is painted are the subclass's. The view around a
canvas (`canvas_view`) knows this much of it and no more.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from koodesk.editor.canvas.tool import Tool
from koodesk.preview.placement import Rect

MARGIN: Final = 32
"""Room around the phone, in pixels of the screen."""

AIR: Final = 24
"""Room above and below the card when it is fitted into a view."""


class PhoneCanvas(QWidget):
    """A phone in the middle of a widget, at a zoom. Subclasses call `_resized` when the phone has another size."""

    wants_size = Signal()
    """The phone has another size; the view may want another zoom."""

    tool_changed = Signal()
    """A tool stands over the canvas, or none does any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zoom = 1.0
        self._tool: Tool | None = None
        self._through = False

    # --- for subclasses ---------------------------------------------------------------------------------------

    @abstractmethod
    def extent(self) -> tuple[float, float]:
        """Return width and height of the whole phone in dp."""

    @abstractmethod
    def work_area(self) -> Rect:
        """Return the part of the phone that is worked on, in dp."""

    def resting_height(self) -> float | None:
        """Return the height in dp a view that follows the work area centres, None when it leaves its scroll bar alone."""
        area = self.work_area()
        return area.y + area.height / 2

    @abstractmethod
    def _parts(self) -> Iterable[QWidget]:
        """Return the widgets over the parts of the phone."""

    @abstractmethod
    def _keep_proxies(self) -> None:
        """Put the widgets over the parts in their places."""

    @abstractmethod
    def _part_of(self, tool: Tool) -> QWidget | None:
        """Return the widget over the part a tool is for."""

    @abstractmethod
    def arrange(self) -> None:
        """Put everything in place again; the painter and the widgets follow."""

    @abstractmethod
    def _repaint_phone(self) -> None:
        """Paint the phone anew."""

    # --- zoom and size ----------------------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        """Pixels of the screen a dp of the phone."""
        return self._zoom

    def set_zoom(self, zoom: float) -> None:
        """Show the phone larger or smaller."""
        self._zoom = zoom
        self._resize()
        self._keep_proxies()
        if self._tool is not None:
            self._tool.follow()
        self.update()

    def zoom_to_fit(self, room: QSize) -> float:
        """Return the zoom at which the whole phone has its place in `room`."""
        width, height = self.extent()
        return min((room.width() - 2 * MARGIN) / width, (room.height() - 2 * MARGIN) / height)

    def zoom_to_fit_card(self, room: QSize) -> float:
        """Return the zoom at which the phone's width and the work area, with air around it, have their place in `room`."""
        return min(
            (room.width() - 2 * MARGIN) / self.extent()[0],
            (room.height() - 2 * AIR) / self.work_area().height,
        )

    def sizeHint(self) -> QSize:
        """The phone and the room around it."""
        width, height = self.extent()
        return QSize(round(width * self._zoom) + 2 * MARGIN, round(height * self._zoom) + 2 * MARGIN)

    def in_sight(self) -> QRect:
        """Return the part of the widget that can be seen; all of it while none is."""
        seen = self.visibleRegion().boundingRect()
        return self.rect() if seen.isEmpty() else seen

    def _resized(self) -> None:
        self._resize()
        self.wants_size.emit()

    def _resize(self) -> None:
        self.setMinimumSize(self.sizeHint())
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the widgets over the phone, which stands in the middle."""
        del event
        self._keep_proxies()
        if self._tool is not None:
            self._tool.follow()

    # --- coordinates ------------------------------------------------------------------------------------------

    def origin(self) -> QPointF:
        """Return where the phone's top left corner is: the phone stands in the middle."""
        width, height = self.extent()
        return QPointF(
            max(MARGIN, (self.width() - width * self._zoom) / 2),
            max(MARGIN, (self.height() - height * self._zoom) / 2),
        )

    def to_card(self, point: QPointF) -> QPointF:
        """Turn a point of the widget into dp of the phone."""
        return (point - self.origin()) / self._zoom

    def from_card(self, point: QPointF) -> QPointF:
        """Turn a point in dp of the phone into one of the widget."""
        return point * self._zoom + self.origin()

    def area(self, rect: Rect) -> QRectF:
        """Turn a rectangle in dp of the phone into one of the widget."""
        corner = self.from_card(QPointF(rect.x, rect.y))
        return QRectF(corner.x(), corner.y(), rect.width * self._zoom, rect.height * self._zoom)

    # --- tools ------------------------------------------------------------------------------------------------

    @property
    def tool(self) -> Tool | None:
        """The gesture that stands over the canvas, None for none."""
        return self._tool

    def take_up(self, tool: Tool) -> None:
        """Let a tool stand over the canvas; the one before it is accepted."""
        self.put_down()
        self._tool = tool
        tool.finished.connect(self._tool_finished)
        tool.begin()
        self._repaint_phone()
        self.tool_changed.emit()

    def put_down(self) -> None:
        """Accept the tool that stands over the canvas, if any."""
        if self._tool is not None:
            self._tool.accept()

    def let_mouse_through(self, through: bool) -> None:
        """Let the view below have the mouse, to move the page."""
        self._through = through
        for part in self._parts():
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, through)

    def _tool_finished(self) -> None:
        tool, self._tool = self._tool, None
        if tool is not None:
            part = self._part_of(tool)
            tool.deleteLater()
            if part is not None:
                part.setFocus()
        self.arrange()
        self.tool_changed.emit()
