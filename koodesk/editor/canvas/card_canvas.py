# SPDX-License-Identifier: Apache-2.0
"""The phone with the card on it, as one widget: painted by the preview's painter, never by code of its own.

The canvas keeps a `SlotProxy` over every slot, so that the keyboard, the mouse and assistive technology meet real
widgets; it draws what belongs to editing (hover, selection, marks of problems) on top. A tool (text, crop) stands over
the canvas while its gesture lasts; one tool at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from koodesk.domain.problem import Severity
from koodesk.domain.template import ButtonContent, ImageContent, TextContent, VideoContent
from koodesk.domain.vendor import Vendor
from koodesk.editor.canvas.phone_canvas import PhoneCanvas
from koodesk.editor.canvas.slot_proxy import SlotProxy
from koodesk.editor.canvas.squiggles import draw_waves, wave_role
from koodesk.editor.canvas.tool import Tool
from koodesk.editor.session import Session
from koodesk.editor.words import list_of, named, tr
from koodesk.preview import painter as card_painter
from koodesk.preview.placement import Placement, Rect, SlotBox, TextLine


class CardCanvas(PhoneCanvas):
    """Shows one vendor's phone. `show_vendor` chooses whose; the document's changes are followed by itself."""

    edit_wanted = Signal(str, str)
    """(content, part): it is to be edited in place, for it was clicked, or Enter or F2 was pressed on it."""

    picture_wanted = Signal(str)
    """A picture for this content is to be chosen from the gallery."""

    clear_wanted = Signal(str, str)
    """(content, part): Delete was pressed on it."""

    dropped = Signal(str, object)
    """Files (QMimeData) were dropped on a content; empty for the first picture slot."""

    play_wanted = Signal(str)
    """A content's video is to play, or to stop when it plays."""

    play_unwanted = Signal()
    """Esc: whatever plays is to stop."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._vendor = session.first_vendor()
        self._dark = False
        self._placement = self._arranged()
        self._proxies: dict[tuple[str, str], SlotProxy] = {}
        self._picture: QImage | None = None
        self._picture_scale = 0.0
        self.overlay: Callable[[QPainter], None] | None = None
        """Paints over the phone and below the marks of editing: a video that plays."""
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("画布"))
        session.document.changed.connect(lambda _before, _after: self.arrange())
        session.in_view.changed.connect(self.arrange)
        session.values_changed.connect(self.arrange)
        session.selection.changed.connect(self._select)
        session.selection.hovered.connect(lambda _content: self.update())
        session.checked.connect(self._describe)
        session.pictures_changed.connect(self._repaint_phone)
        self._keep_proxies()

    # --- what is shown ----------------------------------------------------------------------------------------

    @property
    def vendor(self) -> Vendor:
        """Whose phone is shown."""
        return self._vendor

    @property
    def placement(self) -> Placement:
        """What is shown, in place."""
        return self._placement

    def show_vendor(self, vendor: Vendor) -> None:
        """Show another vendor's phone."""
        if vendor != self._vendor:
            self._vendor = vendor
            self.arrange()

    def set_dark(self, dark: bool) -> None:
        """Show the phone in its dark or light appearance."""
        if dark != self._dark:
            self._dark = dark
            self.arrange()

    def arrange(self) -> None:
        """Put everything in place again; the painter and the proxies follow."""
        before = self._placement
        takers = self._session.takers()
        if self._vendor not in takers and takers:
            self._vendor = takers[0]
        self._placement = self._arranged()
        if (before.width, before.height) != (self._placement.width, self._placement.height):
            self._resized()
        self._keep_proxies()
        if self._tool is not None:
            self._tool.follow()
        self._repaint_phone()

    def extent(self) -> tuple[float, float]:
        """Return the size of the phone in dp."""
        return self._placement.width, self._placement.height

    def work_area(self) -> Rect:
        """Return the card with the words below it that switch to the SMS, in dp."""
        return self._placement.card.united(self._placement.toggle)

    def box(self, content_id: str, part: str = "") -> SlotBox | None:
        """Return the place of a content, or of its second text; None when this phone does not show it."""
        places = (b for b in self._placement.slots if (b.content_id, b.part) == (content_id, part))
        return next(places, None)

    def lines(self, content_id: str, part: str = "") -> tuple[TextLine, ...]:
        """Return the lines of a content's text, or of its second text."""
        box = self.box(content_id, part)
        found = (i for i in self._placement.of(content_id) if isinstance(i, TextLine))
        return () if box is None else tuple(line for line in found if _stands_in(line, box))

    def proxy(self, content_id: str, part: str = "") -> SlotProxy:
        """Return the widget that stands for a content. Raises KeyError when this phone does not show it."""
        return self._proxies[content_id, part]

    # --- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the phone, then what belongs to editing."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawImage(self.origin(), self._phone())
        if self.overlay is not None:
            self.overlay(painter)
        self._paint_marks(painter)
        painter.end()

    def paint_card(self, painter: QPainter) -> None:
        """Paint the phone alone, without the content a tool is editing; for a tool that needs the ground below it."""
        faces = self._session.around.measure.faces
        card_painter.draw_items(painter, self._shown().items, self._session.pictures, faces)

    def _phone(self) -> QImage:
        """Return the phone as painted, painting it when anything of it has changed."""
        scale = self._zoom * self.devicePixelRatioF()
        if self._picture is None or self._picture_scale != scale:
            self._picture = self._session.renderer.paint(self._shown(), scale)
            self._picture.setDevicePixelRatio(self.devicePixelRatioF())
            self._picture_scale = scale
        return self._picture

    def _repaint_phone(self) -> None:
        self._picture = None
        self.update()

    def _shown(self) -> Placement:
        tool = self._tool
        if tool is None or not tool.hides:
            return self._placement
        hidden = self.lines(tool.hides, tool.part)
        items = tuple(i for i in self._placement.items if not isinstance(i, TextLine) or i not in hidden)
        return replace(self._placement, items=items)

    def _paint_marks(self, painter: QPainter) -> None:
        look, selection = self._session.look, self._session.selection
        tool = self._tool
        for (content_id, part), proxy in self._proxies.items():
            if tool is not None and (tool.content_id, tool.part) == (content_id, part):
                continue
            around = QRectF(proxy.geometry()).adjusted(1, 1, -1, -1)
            worst = self._session.worst(content_id)
            self._underline(painter, content_id, part)
            if content_id == selection.content:
                self._outline(painter, around, look.color("accent"), 2)
            elif content_id == selection.hover or proxy.hasFocus():
                self._outline(painter, around, look.color("accent"), 1)
            if worst is not None and not part:
                role = {Severity.ERROR: "danger", Severity.WARNING: "warning"}.get(worst)
                if role is not None:
                    self._mark(painter, around, look.color(role), look.color("surface"))

    def _underline(self, painter: QPainter, content_id: str, part: str) -> None:
        """Draw a wave under the words of a slot that has a problem on this phone."""
        role = wave_role(self._session.problems_of(content_id), content_id, part, self._vendor)
        if role:
            lines = (self.area(line.rect) for line in self.lines(content_id, part))
            look = self._session.look
            draw_waves(painter, lines, look.color(role), look.color("surface"))

    @staticmethod
    def _outline(painter: QPainter, around: QRectF, color: QColor, width: int) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color, width))
        painter.drawRoundedRect(around, 4, 4)

    @staticmethod
    def _mark(painter: QPainter, around: QRectF, color: QColor, ring: QColor) -> None:
        """Draw the sign of a problem: a disc with an exclamation mark, readable on any card."""
        middle = QPointF(around.right() - 2, around.top() + 2)
        painter.setPen(QPen(ring, 2))
        painter.setBrush(color)
        painter.drawEllipse(middle, 8, 8)
        painter.setPen(QPen(ring, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(middle + QPointF(0, -4), middle + QPointF(0, 0.5))
        painter.drawPoint(middle + QPointF(0, 4))

    # --- slots as widgets -------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside all slots selects the template itself."""
        if event.button() == Qt.MouseButton.LeftButton and not self._through:
            self.put_down()
            self._session.selection.select("")
            self.setFocus()
        else:
            event.ignore()

    def _keep_proxies(self) -> None:
        """Keep one proxy a slot, in the order of the slots, each over its place."""
        wanted = {(box.content_id, box.part): box for box in self._placement.slots if box.content_id}
        stale = [k for k, p in self._proxies.items() if k not in wanted or p.kind is not wanted[k].kind]
        for known in stale:
            gone = self._proxies.pop(known)
            gone.hide()
            gone.deleteLater()
        self._proxies = {key: self._proxies[key] for key in wanted if key in self._proxies}
        before: QWidget | None = None
        for key, box in wanted.items():
            proxy = self._proxies.get(key)
            if proxy is None:
                proxy = self._proxies[key] = self._new_proxy(box)
            if before is not None:
                QWidget.setTabOrder(before, proxy)
            proxy.setGeometry(self.area(box.rect.grown(3)).toAlignedRect())
            before = proxy
        self._describe()

    def _new_proxy(self, box: SlotBox) -> SlotProxy:
        proxy = SlotProxy(box.content_id, box.kind, self, box.part)
        proxy.picked.connect(self._session.selection.select)
        proxy.pointed.connect(self._session.selection.point_at)
        proxy.edit_wanted.connect(self.edit_wanted)
        proxy.picture_wanted.connect(self.picture_wanted)
        proxy.clear_wanted.connect(self.clear_wanted)
        proxy.dropped.connect(self.dropped)
        proxy.play_wanted.connect(self.play_wanted)
        proxy.play_unwanted.connect(self.play_unwanted)
        proxy.show()
        return proxy

    def _describe(self) -> None:
        """Tell assistive technology what each slot is, holds, and has wrong."""
        for (content_id, part), proxy in self._proxies.items():
            spec = self._session.slot(content_id)
            name = named(spec.child_zh, spec.child_en) if part else named(spec.name_zh, spec.name_en)
            proxy.setAccessibleName(name)
            value = tr("内容：{value}", value=self._value(content_id, part) or tr("空"))
            problems = tuple(self._session.look.sentence(p) for p in self._session.problems_of(content_id))
            wrong = tr("问题：{problems}", problems=list_of(problems)) if problems else tr("没有问题")
            proxy.setAccessibleDescription(f"{value}\n{wrong}")
        self.update()

    def _value(self, content_id: str, part: str) -> str:
        match self._session.template.content(content_id):
            case TextContent(child=child) if part:
                return child
            case TextContent(text=text) | ButtonContent(text=text):
                return text
            case ImageContent(picture=None) | VideoContent(video=None):
                return ""
            case VideoContent(video=video):
                assert video is not None
                return tr("视频 {seconds} 秒", seconds=round(video.duration_ms / 1000))
            case ImageContent(picture=picture):
                assert picture is not None
                return tr(
                    "图片 {width}×{height}", width=picture.material.width, height=picture.material.height
                )

    def _parts(self) -> Iterable[QWidget]:
        return self._proxies.values()

    def _part_of(self, tool: Tool) -> QWidget | None:
        return self._proxies.get((tool.content_id, tool.part))

    def _select(self, content_id: str) -> None:
        if self._tool is not None and self._tool.content_id != content_id:
            self.put_down()
        self.update()

    def _arranged(self) -> Placement:
        return self._session.arrange(self._vendor, dark=self._dark)


def _stands_in(line: TextLine, box: SlotBox) -> bool:
    """Tell whether the middle of a line lies in a place; lines of a text and its second text are told apart by it."""
    middle = line.rect.y + line.rect.height / 2
    across = line.rect.x < box.rect.right and line.rect.right > box.rect.x - 0.5
    return box.rect.y <= middle <= box.rect.bottom and across
