# SPDX-License-Identifier: Apache-2.0
"""The phone with the message on it, as one widget: painted by the preview's painter, never by code of its own.

The phone is as high as the message. A proxy stands over the subject and over each element; where a drag goes is drawn
over them. A tool stands over the canvas while a text is typed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar, Final

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QImage,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QWidget

from koodesk.domain.carrier import Carrier
from koodesk.domain.video_sms.edits import join, place_of, take_out
from koodesk.domain.video_sms.template import Media, Text
from koodesk.editor.canvas.marks import draw_outline
from koodesk.editor.canvas.phone_canvas import MARGIN, PhoneCanvas
from koodesk.editor.canvas.slot_proxy import carries_pictures
from koodesk.editor.canvas.tool import Tool
from koodesk.editor.video_sms.dropping import Drop, changes, drop_at, drop_mark, playable
from koodesk.editor.video_sms.element_proxy import ElementProxy
from koodesk.editor.video_sms.session import VideoSession
from koodesk.editor.video_sms.words import element_name, summary
from koodesk.editor.words import tr
from koodesk.preview.placement import Item, Rect, Run, TextLine
from koodesk.preview.video_sms_phone import PhoneKind
from koodesk.preview.video_sms_placement import TITLE, ElementBox, VideoPlacement

EMPTY_HEIGHT: Final = 132.0
"""How high the place is that an empty message asks to be filled, in dp."""


class MessageCanvas(PhoneCanvas):
    """Shows one phone. The document's changes are followed by itself."""

    edit_wanted = Signal(str)
    """The words of this part are to be edited in place."""

    replace_wanted = Signal(str)
    """Another file for this element is to be chosen."""

    remove_wanted = Signal(str)
    step_wanted = Signal(str, int)
    play_wanted = Signal(str)
    stop_wanted = Signal()
    menu_wanted = Signal(str, QPoint)
    """(part, point of the screen): what can be done with it is to be offered."""

    files_dropped = Signal(int, object)
    """(frame, QMimeData): files were dropped before a frame."""

    corner: ClassVar[int] = 5

    _session: VideoSession

    def __init__(self, session: VideoSession, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.phone = PhoneKind.ANDROID
        self.carrier = Carrier.CMCC
        self.dark = False
        self._placement = self._arranged()
        self._proxies: dict[str, ElementProxy] = {}
        self._drop: Drop | None = None
        session.document.changed.connect(self.arrange)
        session.signatures_changed.connect(self.arrange)
        self._resize()
        self._keep_proxies()

    # --- what is shown ----------------------------------------------------------------------------------------

    @property
    def placement(self) -> VideoPlacement:
        """What is shown, in place."""
        return self._placement

    def show_on(self, phone: PhoneKind, carrier: Carrier, *, dark: bool) -> None:
        """Show the message on another phone, of another carrier, in another light."""
        if (phone, carrier, dark) != (self.phone, self.carrier, self.dark):
            self.put_down()
            self.phone, self.carrier, self.dark = phone, carrier, dark
            self.arrange()

    def extent(self) -> tuple[float, float]:
        """Return the size of the phone in dp."""
        return self._placement.width, self._placement.height

    def work_area(self) -> Rect:
        """Return the message, in dp."""
        return self._placement.message

    def zoom_to_fit_card(self, room: QSize) -> float:
        """Return the zoom at which the phone is as wide as there is room: a message is scrolled, not made small."""
        return (room.width() - 2 * MARGIN) / self._placement.width

    def resting_height(self) -> float | None:
        """Leave the scroll bar alone: the message grows while someone types."""
        return None

    def box(self, where: str) -> ElementBox | None:
        """Return the place of a part; None when the message has none such."""
        return self._placement.box(where)

    def lines(self, where: str) -> tuple[TextLine, ...]:
        """Return the lines of the subject or of a text."""
        return tuple(i for i in self._placement.of(where) if isinstance(i, TextLine) and i.role != "time")

    def proxy(self, where: str) -> ElementProxy:
        """Return the widget that stands for a part. Raises KeyError."""
        return self._proxies[where]

    def _put_in_place(self) -> None:
        self._placement = self._arranged()

    def _arranged(self) -> VideoPlacement:
        return self._session.arrange(self.phone, self.carrier, dark=self.dark, hints=True)

    # --- painting ---------------------------------------------------------------------------------------------

    def _painted(self, scale: float) -> QImage:
        return self._session.renderer.paint(self._shown(), scale)

    def _paint_editing(self, painter: QPainter) -> None:
        if not self._session.template.frames:
            self._paint_empty(painter)
        self._paint_marks(painter)
        if self._drop is not None:
            self._paint_drop(painter, self._drop)

    def _shown(self) -> VideoPlacement:
        """Return what is painted: without the words a tool shows itself; the signature before them stays."""
        tool = self._tool
        if tool is None or not tool.hides:
            return self._placement
        signs = tuple(
            (run.x, line.rect.y) for line in self.lines(tool.hides) for run in line.runs if is_sign(run)
        )
        items = (_unworded(i, signs) if i.content_id == tool.hides else i for i in self._placement.items)
        return replace(self._placement, items=tuple(i for i in items if i is not None))

    def _paint_empty(self, painter: QPainter) -> None:
        """Ask for the first frame where it will stand."""
        look = self._session.look
        place = self.area(self.empty_place())
        ink = QColor("#9aa3b0" if self.dark else "#626c7c")
        painter.setPen(QPen(ink, 1.2, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(place, 10, 10)
        icon = look.icon("plus", "accent", 20)
        icon.paint(painter, QRectF(place.center().x() - 10, place.top() + 28, 20, 20).toRect())
        painter.setPen(ink)
        words = place.adjusted(12, 56, -12, -8)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(words, int(flags), tr("从左侧插入视频、图片、音频或文本，也可以把文件拖到这里"))

    def empty_place(self) -> Rect:
        """Return where an empty message asks to be filled, in dp."""
        thread, message = self._placement.thread, self._placement.message
        top = max(message.bottom, message.y) + 12
        return Rect(thread.x + 16, top, thread.width - 32, EMPTY_HEIGHT)

    def _paint_marks(self, painter: QPainter) -> None:
        edited = None if self._tool is None else self.part_of(self._tool)
        for where, proxy in self._proxies.items():
            if proxy is not edited:
                self._mark_part(painter, proxy, where)
        selected = self._session.selection.content
        box = self.box(selected) if "/" not in selected else None
        if box is not None and box.frame >= 0:
            around, accent = self.area(box.rect.grown(3)), self._session.look.color("accent")
            draw_outline(painter, around, accent, 2, self.corner)

    def _paint_drop(self, painter: QPainter, drop: Drop) -> None:
        """Show where a drag goes: a line between frames, or the half of a frame it would share."""
        accent = self._session.look.color("accent")
        mark = self.area(drop_mark(self._placement, self._session.template, drop))
        painter.setPen(QPen(accent, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        if drop.join:
            soft = QColor(accent)
            soft.setAlpha(50)
            painter.setBrush(soft)
            painter.drawRoundedRect(mark, 8, 8)
        else:
            painter.drawLine(mark.topLeft(), mark.topRight())

    # --- dragging ---------------------------------------------------------------------------------------------

    def _drag(self, where: str, point: QPointF) -> None:
        place = place_of(where)
        if place is None:
            return
        template = self._session.template
        y = self.to_card(point).y()
        drop = drop_at(self._placement, template, y, place, self._session.rules.double_frames_max)
        self._show_drop(drop if changes(template, place, drop) else None)

    def _drop_part(self, where: str, _point: QPointF) -> None:
        drop, place = self._drop, place_of(where)
        self._show_drop(None)
        if drop is None or place is None:
            return
        if drop.join:
            self._session.change("join", where, lambda t: join(t, place, drop.at, drop.element))
        else:
            self._session.change("move", where, lambda t: take_out(t, place, drop.at))

    def _show_drop(self, drop: Drop | None) -> None:
        if drop != self._drop:
            self._drop = drop
            self.update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files of this machine and pictures."""
        if carries_pictures(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show between which frames the files would go."""
        event.acceptProposedAction()
        y = self.to_card(event.position()).y()
        self._show_drop(drop_at(self._placement, self._session.template, y, None, 0))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The files went elsewhere."""
        del event
        self._show_drop(None)

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand on what was dropped."""
        y = self.to_card(event.position()).y()
        drop = drop_at(self._placement, self._session.template, y, None, 0)
        self._show_drop(None)
        event.acceptProposedAction()
        self.files_dropped.emit(drop.at, event.mimeData())

    # --- parts as widgets -------------------------------------------------------------------------------------

    def _parts(self) -> Iterable[QWidget]:
        return self._proxies.values()

    def part_of(self, tool: Tool) -> QWidget | None:
        return self._proxies.get(tool.content_id)

    def _keep_proxies(self) -> None:
        """Keep one proxy a part, in order, each over its place."""
        wanted = {
            b.content_id: b for b in self._placement.boxes if b.kind is not None or b.content_id == TITLE
        }
        moving = {where: self._moves(where) for where in wanted}
        for where in [
            w for w, p in self._proxies.items() if w not in wanted or self._differs(p, wanted, moving)
        ]:
            gone = self._proxies.pop(where)
            gone.hide()
            gone.deleteLater()
        self._proxies = {
            where: self._proxies.get(where) or self._new_proxy(box, moving[where])
            for where, box in wanted.items()
        }
        self._line_up((self._proxies[where], box.rect) for where, box in wanted.items())
        self._describe()

    @staticmethod
    def _differs(proxy: ElementProxy, wanted: dict[str, ElementBox], moving: dict[str, bool]) -> bool:
        return (proxy.kind, proxy.moving) != (wanted[proxy.where].kind, moving[proxy.where])

    def _moves(self, where: str) -> bool:
        element = self._session.element(where)
        return isinstance(element, Media) and playable(element.kind, element.type)

    def _new_proxy(self, box: ElementBox, moving: bool) -> ElementProxy:
        proxy = ElementProxy(box.content_id, box.kind, moving, self)
        proxy.picked.connect(self._session.selection.select)
        proxy.pointed.connect(self._session.selection.point_at)
        proxy.edit_wanted.connect(self.edit_wanted)
        proxy.replace_wanted.connect(self.replace_wanted)
        proxy.remove_wanted.connect(self.remove_wanted)
        proxy.step_wanted.connect(self.step_wanted)
        proxy.play_wanted.connect(self.play_wanted)
        proxy.stop_wanted.connect(self.stop_wanted)
        proxy.menu_wanted.connect(self.menu_wanted)
        proxy.dragged.connect(self._drag)
        proxy.dropped.connect(self._drop_part)
        proxy.drag_ended.connect(lambda: self._show_drop(None))
        proxy.show()
        return proxy

    def _describe(self) -> None:
        for where, proxy in self._proxies.items():
            name = element_name(self._session.template, where)
            self._tell(proxy, where, name, self._value(where))
        self.update()

    def _value(self, where: str) -> str:
        if where == TITLE:
            return self._session.template.title
        element = self._session.element(where)
        if isinstance(element, Text):
            return element.text
        return "" if element is None else summary(element)

    def _select(self, where: str) -> None:
        super()._select(where)
        proxy = self._proxies.get(where)
        focus = self.focusWidget() if self.isActiveWindow() else None
        if proxy is not None and isinstance(focus, ElementProxy) and focus is not proxy:
            proxy.setFocus()  # the keyboard follows what it moves


def _unworded(item: Item, signs: tuple[tuple[float, float], ...]) -> Item | None:
    """Return an item without the words that are the user's own, None when nothing is left of it.

    `signs` is where words of the phone's own begin: the chip behind one of them stays.
    """
    if getattr(item, "role", "") == "chip":
        rect = item.rect
        kept = any(rect.x <= x <= rect.right and abs(y - rect.y) < rect.height / 2 for x, y in signs)
        return item if kept else None
    if not isinstance(item, TextLine):
        return item
    runs = tuple(run for run in item.runs if is_sign(run))
    return replace(item, runs=runs) if runs and not item.hint else None


def is_sign(run: Run) -> bool:
    """Tell whether a run stands for no character of the text: the signature, or words of the phone's own."""
    return not run.param and run.start == run.end
