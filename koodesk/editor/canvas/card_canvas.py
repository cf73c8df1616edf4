# SPDX-License-Identifier: Apache-2.0
"""The phone with the card on it, as one widget: painted by the preview's painter, never by code of its own.

The canvas keeps a `SlotProxy` over every slot, and draws waves under words that have a problem. A tool (text, crop)
stands over the canvas while its gesture lasts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from koodesk.domain.template import ButtonContent, ImageContent, TextContent, VideoContent
from koodesk.domain.vendor import Vendor
from koodesk.editor.canvas.phone_canvas import PhoneCanvas
from koodesk.editor.canvas.slot_proxy import SlotProxy
from koodesk.editor.canvas.squiggles import draw_waves, wave_role
from koodesk.editor.canvas.tool import Tool
from koodesk.editor.session import Session
from koodesk.editor.words import named, tr
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

    _session: Session

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._vendor = session.first_vendor()
        self._dark = False
        self._placement = self._arranged()
        self._proxies: dict[tuple[str, str], SlotProxy] = {}
        session.document.changed.connect(self.arrange)
        session.in_view.changed.connect(self.arrange)
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

    def paint_card(self, painter: QPainter) -> None:
        """Paint the phone alone, without the content a tool is editing; for a tool that needs the ground below it."""
        faces = self._session.around.measure.faces
        card_painter.draw_items(painter, self._shown().items, self._session.pictures, faces)

    def _painted(self, scale: float) -> QImage:
        return self._session.renderer.paint(self._shown(), scale)

    def _shown(self) -> Placement:
        tool = self._tool
        if tool is None or not tool.hides:
            return self._placement
        hidden = self.lines(tool.hides, tool.part)
        items = tuple(i for i in self._placement.items if not isinstance(i, TextLine) or i not in hidden)
        return replace(self._placement, items=items)

    def _paint_editing(self, painter: QPainter) -> None:
        edited = None if self._tool is None else self.part_of(self._tool)
        for (content_id, part), proxy in self._proxies.items():
            if proxy is not edited:
                self._underline(painter, content_id, part)
                self._mark_part(painter, proxy, content_id, disc=not part)

    def _underline(self, painter: QPainter, content_id: str, part: str) -> None:
        """Draw a wave under the words of a slot that has a problem on this phone."""
        role = wave_role(self._session.problems_of(content_id), content_id, part, self._vendor)
        if role:
            lines = (self.area(line.rect) for line in self.lines(content_id, part))
            look = self._session.look
            draw_waves(painter, lines, look.color(role), look.color("surface"))

    # --- slots as widgets -------------------------------------------------------------------------------------

    def _keep_proxies(self) -> None:
        """Keep one proxy a slot, in the order of the slots, each over its place."""
        wanted = {(box.content_id, box.part): box for box in self._placement.slots if box.content_id}
        stale = [k for k, p in self._proxies.items() if k not in wanted or p.kind is not wanted[k].kind]
        for known in stale:
            gone = self._proxies.pop(known)
            gone.hide()
            gone.deleteLater()
        self._proxies = {key: self._proxies.get(key) or self._new_proxy(box) for key, box in wanted.items()}
        self._line_up((self._proxies[key], box.rect) for key, box in wanted.items())
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
        for (content_id, part), proxy in self._proxies.items():
            spec = self._session.slot(content_id)
            name = named(spec.child_zh, spec.child_en) if part else named(spec.name_zh, spec.name_en)
            self._tell(proxy, content_id, name, self._value(content_id, part))
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

    def part_of(self, tool: Tool) -> QWidget | None:
        return self._proxies.get((tool.content_id, tool.part))

    def _put_in_place(self) -> None:
        takers = self._session.takers()
        if self._vendor not in takers and takers:
            self._vendor = takers[0]
        self._placement = self._arranged()

    def _arranged(self) -> Placement:
        return self._session.arrange(self._vendor, dark=self._dark)


def _stands_in(line: TextLine, box: SlotBox) -> bool:
    """Tell whether the middle of a line lies in a place; lines of a text and its second text are told apart by it."""
    middle = line.rect.y + line.rect.height / 2
    across = line.rect.x < box.rect.right and line.rect.right > box.rect.x - 0.5
    return box.rect.y <= middle <= box.rect.bottom and across
