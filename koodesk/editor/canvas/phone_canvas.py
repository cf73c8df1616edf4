# SPDX-License-Identifier: Apache-2.0
"""What every canvas with a phone on it shares: zoom and coordinates, the phone as painted, the marks of editing over it.

A widget stands over each part of the phone, so that the keyboard, the mouse and assistive technology meet real ones. What
the phone shows and what its parts are is the subclass's. One tool at a time may stand over the canvas. The view around
it (`canvas_view`) knows this much of a canvas and no more.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import ClassVar, Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from koodesk.editor.canvas.marks import draw_mark, draw_outline
from koodesk.editor.canvas.squiggles import ROLES
from koodesk.editor.canvas.tool import Tool
from koodesk.editor.phone_session import PhoneSession
from koodesk.editor.words import list_of, tr
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

    corner: ClassVar[int] = 4
    """How round the corners of an outline are, in pixels of the screen."""

    def __init__(self, session: PhoneSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._zoom = 1.0
        self._tool: Tool | None = None
        self._through = False
        self._picture: QImage | None = None
        self._picture_scale = 0.0
        self.overlay: Callable[[QPainter], None] | None = None
        """Paints over the phone and below the marks of editing: what plays."""
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("画布"))
        session.values_changed.connect(self.arrange)
        session.selection.changed.connect(self._select)
        session.selection.hovered.connect(self._hovered)
        session.checked.connect(self._describe)
        session.pictures_changed.connect(self._repaint_phone)

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
    def part_of(self, tool: Tool) -> QWidget | None:
        """Return the widget over the part a tool is for."""

    @abstractmethod
    def _parts(self) -> Iterable[QWidget]:
        """Return the widgets over the parts of the phone."""

    @abstractmethod
    def _keep_proxies(self) -> None:
        """Put the widgets over the parts in their places."""

    @abstractmethod
    def _put_in_place(self) -> None:
        """Put what the phone shows in place again."""

    @abstractmethod
    def _painted(self, scale: float) -> QImage:
        """Return the phone as a picture, without what a tool shows itself."""

    @abstractmethod
    def _paint_editing(self, painter: QPainter) -> None:
        """Paint what belongs to editing over the phone."""

    @abstractmethod
    def _describe(self) -> None:
        """Tell assistive technology of each part (`_tell`), and paint again."""

    # --- what is shown ----------------------------------------------------------------------------------------

    def arrange(self) -> None:
        """Put everything in place again; the painter and the widgets follow."""
        before = self.extent()
        self._put_in_place()
        if self.extent() != before:
            self._resized()
        self._keep_proxies()
        if self._tool is not None:
            self._tool.follow()
        self._repaint_phone()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the phone, then what belongs to editing."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawImage(self.origin(), self._phone())
        if self.overlay is not None:
            self.overlay(painter)
        self._paint_editing(painter)
        painter.end()

    def _phone(self) -> QImage:
        """Return the phone as painted, painting it when anything of it has changed."""
        scale = self._zoom * self.devicePixelRatioF()
        if self._picture is None or self._picture_scale != scale:
            self._picture = self._painted(scale)
            self._picture.setDevicePixelRatio(self.devicePixelRatioF())
            self._picture_scale = scale
        return self._picture

    def _repaint_phone(self) -> None:
        self._picture = None
        self.update()

    # --- parts ------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside all parts selects the template itself."""
        if event.button() == Qt.MouseButton.LeftButton and not self._through:
            self.put_down()
            self._session.selection.select("")
            self.setFocus()
        else:
            event.ignore()

    def _line_up(self, places: Iterable[tuple[QWidget, Rect]]) -> None:
        """Put each widget over its place in dp, and let Tab go through them in this order."""
        before: QWidget | None = None
        for part, rect in places:
            if before is not None:
                QWidget.setTabOrder(before, part)
            part.setGeometry(self.area(rect.grown(3)).toAlignedRect())
            before = part

    def _mark_part(self, painter: QPainter, part: QWidget, content: str, *, disc: bool = True) -> None:
        """Outline a part that is selected or pointed at; with `disc` it gets the sign of its worst problem."""
        look, selection = self._session.look, self._session.selection
        around = QRectF(part.geometry()).adjusted(1, 1, -1, -1)
        if content == selection.content:
            draw_outline(painter, around, look.color("accent"), 2, self.corner)
        elif content == selection.hover or part.hasFocus():
            draw_outline(painter, around, look.color("accent"), 1, self.corner)
        worst = self._session.worst(content) if disc else None
        if worst in ROLES:
            draw_mark(painter, around, look.color(ROLES[worst]), look.color("surface"))

    def _tell(self, part: QWidget, content: str, name: str, value: str) -> None:
        """Tell assistive technology what a part is, holds, and has wrong."""
        part.setAccessibleName(name)
        problems = tuple(self._session.look.sentence(p) for p in self._session.problems_of(content))
        wrong = tr("问题：{problems}", problems=list_of(problems)) if problems else tr("没有问题")
        part.setAccessibleDescription(f"{tr('内容：{value}', value=value or tr('空'))}\n{wrong}")

    def _select(self, content: str) -> None:
        if self._tool is not None and self._tool.content_id != content:
            self.put_down()
        self.update()

    def _hovered(self, _content: str) -> None:
        self.update()

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
            part = self.part_of(tool)
            tool.deleteLater()
            if part is not None:
                part.setFocus()
        self.arrange()
        self.tool_changed.emit()
